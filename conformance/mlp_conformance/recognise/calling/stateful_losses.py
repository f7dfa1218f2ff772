"""Losses that keep what they are given: `loss.forward(output, targets)`, and training goes back from `loss.backward()`."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.partners import concrete, is_loss
from mlp_conformance.recognise.source.program import values
from mlp_conformance.recognise.source.signatures import required, signature

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.space import Forward

#: What the methods are called that take the output and the targets.
_GIVEN = ("forward", "__call__", "loss", "compute")
#: So many losses are tried.
_MOST = 2


def kept_losses(search: Search, forward: Forward) -> dict[str, list[str]]:
    """The derivatives of losses that keep what they are given, each with the statements that give it that."""
    classes = {key: cls for key, cls in values(search.program).items() if isinstance(cls, type) and is_loss(key)}
    found: dict[str, list[str]] = {}
    for key, cls in concrete(classes).items():
        given = next((name for name in _GIVEN if len(_needed(cls, name)) == 2), "")
        if given and "backward" in dir(cls) and not _needed(cls, "backward") and not required(signature(cls) or []):
            first, name = _needed(cls, given)[0], key.lower()
            sides = [forward.raw, forward.layout.y]
            told = ", ".join(sides[::-1] if roles.argument(first) == "targets" else sides)
            call = name if given == "__call__" else f"{name}.{given}"
            found[f"{name}.backward()"] = [f"{name} = program.{key}()", f"{call}({told})"]
    return dict(list(found.items())[:_MOST])


def _needed(cls: type, name: str) -> list[str]:
    """The arguments that a method needs, but for the object itself."""
    method = inspect.getattr_static(cls, name, None)
    return [p.name for p in required(signature(method) or []) if p.name != "self"] if inspect.isfunction(method) else []


def given_first(text: str, losses: dict[str, list[str]]) -> list[str]:
    """The statements that have to come before a call that goes back from such a loss; none before others."""
    return next((lines for derivative, lines in losses.items() if derivative in text), [])
