"""What is said of a program that is understood in part: its adapter, with a line to fill in."""

from __future__ import annotations

from typing import Any


def to_complete(error: Any, spec: str) -> str:
    """What was understood of a program, and its adapter, in which a line has to be filled in."""
    return (
        f"{error}\nThis is its adapter, with one line to fill in: `mlp-conformance adapt {spec} --output adapter.py` writes it,"
        " "
        f"`mlp-conformance run adapter.py:Adapter` judges it.\n\n{error.plan.source()}"
    )
