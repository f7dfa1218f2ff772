"""mlp-conformance: does this multi-layer perceptron compute what the specification says?

    report = mlp_conformance.run(MyMLP)      # a report that shows itself

Everything is imported when it is first used, so that importing this package costs nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers know this name; importing typing would take most of the time
if TYPE_CHECKING:
    from typing import Any

    from mlp_conformance.claims import Claims, Unsupported
    from mlp_conformance.pytest_plugin import parametrize_with_checks
    from mlp_conformance.recognise.losses.descending import descended
    from mlp_conformance.recognise.making.built import building
    from mlp_conformance.recognise.numbers.decimals import decimals
    from mlp_conformance.recognise.parameters.cells import cells
    from mlp_conformance.recognise.parameters.flat import in_vector
    from mlp_conformance.recognise.source.loop_setups import loop_setup
    from mlp_conformance.recognise.source.loop_steps import loop_body, loop_step, namespace
    from mlp_conformance.recognise.source.packages import package
    from mlp_conformance.recognise.source.program import definitions
    from mlp_conformance.results import Report
    from mlp_conformance.verdict import run

__all__ = [
    "Claims",
    "Report",
    "Unsupported",
    "building",
    "cells",
    "decimals",
    "definitions",
    "descended",
    "in_vector",
    "loop_body",
    "loop_setup",
    "loop_step",
    "namespace",
    "package",
    "parametrize_with_checks",
    "run",
]

_HOMES = {
    "Claims": "claims",
    "Unsupported": "claims",
    "Report": "results",
    "building": "recognise.making.built",
    "cells": "recognise.parameters.cells",
    "decimals": "recognise.numbers.decimals",
    "definitions": "recognise.source.program",
    "descended": "recognise.losses.descending",
    "in_vector": "recognise.parameters.flat",
    "loop_body": "recognise.source.loop_steps",
    "loop_setup": "recognise.source.loop_setups",
    "loop_step": "recognise.source.loop_steps",
    "namespace": "recognise.source.loop_steps",
    "package": "recognise.source.packages",
    "parametrize_with_checks": "pytest_plugin",
    "run": "verdict",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from mlp_reference import __version__

        return __version__
    if name not in _HOMES:
        raise AttributeError(f"module 'mlp_conformance' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"mlp_conformance.{_HOMES[name]}"), name)
