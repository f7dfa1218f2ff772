"""Lists and dictionaries of a program that describe something in words, such as its layers one by one."""

from __future__ import annotations

import inspect
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.construct import signature
from mlp_conformance.recognise.program import Program


def own_structures(program: Program) -> dict[str, str]:
    """Lists and dictionaries of the module that describe something in words, by lower-case name: `NN_ARCHITECTURE`.

    A function's argument of that name is given it; so is one that describes layers, if only one list does.
    """
    found = {}
    for name, value in vars(program.module).items():
        if (
            isinstance(value, list | tuple | dict)
            and not name.startswith("__")
            and any(_is_word(item) for item in _inside(value))
        ):
            found[name.lower()] = f"program.{name}"
    lists = [text for name, text in found.items() if _describes_layers(getattr(program.module, text.partition(".")[2]))]
    for call in vars(program.module).values() if len(lists) == 1 else ():
        for parameter in signature(call) or [] if inspect.isfunction(call) else ():
            if roles.size(parameter.name) == "all" and not roles.argument(parameter.name):
                found.setdefault(parameter.name.lower(), lists[0])
    return found


def _describes_layers(value: Any) -> bool:
    """Whether something is a list with a dictionary or a tuple for each layer, in which a word stands."""
    return isinstance(value, list | tuple) and all(
        isinstance(item, dict | tuple) and any(map(_is_word, _inside(item))) for item in value
    )


def _inside(value: Any) -> list[Any]:
    """What stands in a list or dictionary, and in the lists and dictionaries in it."""
    parts = list(value.values()) if isinstance(value, dict) else list(value)
    return parts + [inner for part in parts if isinstance(part, list | tuple | dict) for inner in _inside(part)]


def _is_word(value: Any) -> bool:
    return isinstance(value, str) or callable(value)
