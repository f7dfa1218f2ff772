"""What a callable says that it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

#: What draws random numbers, where a function has to be given it.
GENERATORS = ("np.random.default_rng(0)", "np.random.RandomState(0)", "0")


def signature(found: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """The parameters of a callable, or None if it does not tell."""
    try:
        return list(inspect.signature(found).parameters.values())
    except (TypeError, ValueError):
        return None


def required(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """Those that have to be given."""
    return [
        p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    ]
