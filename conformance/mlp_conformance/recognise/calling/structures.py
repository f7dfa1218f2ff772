"""What stands in a module to be handed to its functions: descriptions of layers in words, a loss, an optimiser."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.parameters.tensors import is_tensor
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.source.signatures import signature


def own_structures(program: Program) -> dict[str, str]:
    """Lists and dictionaries of the module that describe something in words, and objects, by lower-case name: `updater`.

    A function's argument of that name is given it; so is one that describes layers, if only one list does.
    """
    found = {}
    for name, value in vars(program.module).items():
        described = isinstance(value, list | tuple | dict) and any(_is_word(item) for item in _inside(value))
        is_data = roles.argument(name) in ("inputs", "targets")  # Keras's `inputs` stands for what goes through its model
        if (described or (_is_object(value) and not is_data)) and not name.startswith("__"):
            found[name.lower()] = f"program.{name}"
    lists = [text for name, text in found.items() if _describes_layers(getattr(program.module, text.partition(".")[2]))]
    for call in vars(program.module).values() if len(lists) == 1 else ():
        for parameter in signature(call) or [] if inspect.isfunction(call) else ():
            if roles.size(parameter.name) == "all" and not roles.argument(parameter.name):
                found.setdefault(parameter.name.lower(), lists[0])
    return found


def _is_object(value: Any) -> bool:
    """Whether something is an object with attributes, and neither defined nor imported by name nor an array."""
    named = isinstance(value, type | ModuleType) or inspect.isroutine(value)
    return hasattr(value, "__dict__") and not named and not is_tensor(value) and not isinstance(value, np.ndarray)


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
