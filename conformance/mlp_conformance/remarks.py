"""What an adapter should be told besides its verdict: names that look misspelt, and claims that it leaves to the defaults."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from mlp_conformance.claims import Claims
from mlp_conformance.hints import ARGUMENTS, takes

#: What else programs call the operations.
_OTHER_NAMES = {
    "forward": ("call", "feed_forward", "feedforward", "predict"),
    "loss": ("cost", "error"),
    "gradients": ("backprop", "backpropagate", "backpropagation", "backward", "grad", "grads"),
    "train": ("fit", "learn"),
}
#: How near a name has to be to one that is known: 1 is the same.
_NEAR = 0.75


def remarks_on(adapter: Any) -> tuple[str, ...]:
    """A line for each name that seems to be misspelt, and for claims that are left to the defaults."""
    found = misspelt(adapter)
    if getattr(adapter, "claims", None) is None:
        found.append(_defaults(getattr(adapter, "__name__", type(adapter).__name__)))
    return tuple(found)


def misspelt(adapter: Any) -> list[str]:
    """A question for each operation that an adapter lacks, and for its claims, where it seems to have them by another name."""
    own, found = dict(_public(adapter)), []
    for operation in ARGUMENTS:
        if not callable(getattr(adapter, operation, None)):
            found += _asked(
                {name: _likeness(name, operation) for name, it in own.items() if _is_meant(it, operation)}, operation
            )
    if getattr(adapter, "claims", None) is None:
        found += _asked(
            {name: 1.0 if isinstance(it, Claims) else _likeness(name, "claims") for name, it in own.items()}, "claims"
        )
    return found


def _public(adapter: Any) -> Iterator[tuple[str, Any]]:
    """Its attributes by name, those alone that the suite does not ask for; no property is evaluated."""
    for name in dir(adapter):
        if not name.startswith("_") and name not in ARGUMENTS and name != "claims":
            value = inspect.getattr_static(adapter, name, None)
            is_method = inspect.isfunction(value) or isinstance(value, staticmethod | classmethod)
            yield name, getattr(adapter, name, None) if is_method else value


def _is_meant(value: Any, operation: str) -> bool:
    """Whether it can be called as the operation is; a method whose first argument is a network may be defined amiss."""
    if not callable(value) or isinstance(value, type):
        return False
    if takes(value, ARGUMENTS[operation]):
        return True
    try:
        return next(iter(inspect.signature(value).parameters), "") == ARGUMENTS[operation][0]
    except (TypeError, ValueError):
        return False


def _likeness(name: str, known: str) -> float:
    """How near a name is to a known one, capitals aside: 1 for another word for it, and where it ends with it."""
    name = name.lower()
    if name in _OTHER_NAMES.get(known, ()) or name.endswith(f"_{known}"):
        return 1.0
    return SequenceMatcher(None, name, known).ratio()


def _asked(candidates: dict[str, float], known: str) -> list[str]:
    best = max(candidates, key=lambda name: candidates[name], default="")
    if not best or candidates[best] < _NEAR:
        return []
    return [f"no {known}: did you mean your `{best}` to be `{known}`?"]


def _defaults(name: str) -> str:
    taken = Claims()
    words = [*taken.activations, *taken.losses, *taken.reductions, taken.dtype]
    return f"{name} has no claims, so the defaults were taken ({', '.join(words)}): `claims = Claims(...)` in it says otherwise"
