"""What a program keeps at its top level, put back before each trial: a call must not answer by what another has left there."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from mlp_conformance.recognise.parameters.tensors import is_tensor, is_torch_module

#: Numbers in an array, and arrays, lists and objects in all, that are remembered: more of them are data, not state.
_NUMBERS, _MOST = 100_000, 2_000


class State:
    """The values of a module's own names, of its classes' and functions' attributes, and what the containers there held.

    Arrays, lists, dictionaries and objects are put back in place, so that whoever holds one still holds it. Generators of
    random numbers go on: what draws must not look as if it did the same again.
    """

    def __init__(self, module: ModuleType) -> None:
        self._names: list[tuple[Any, dict[str, Any]]] = []
        self._held: list[tuple[Any, Any]] = []
        seen: set[int] = set()
        self.module = module
        pending: list[Any] = [module]
        while pending and len(self._names) + len(self._held) < _MOST:
            value = pending.pop()
            if id(value) not in seen:
                seen.add(id(value))
                pending += self._remember(value)

    def _remember(self, value: Any) -> Iterator[Any]:
        """Keep what a value holds; the values in it."""
        if value is self.module or _is_own(value, self.module.__name__):
            names = {key: inner for key, inner in vars(value).items() if not key.startswith("__")}
            self._names.append((value, names))
            yield from names.values() if value is self.module else filter(_may_change, names.values())
            yield from filter(_may_change, getattr(value, "__defaults__", None) or ())
        elif isinstance(value, np.ndarray):
            if value.size <= _NUMBERS:
                self._held.append((value, value.copy()))
            yield from value.ravel() if value.dtype == object else ()
        elif is_tensor(value):
            if value.numel() <= _NUMBERS:
                self._held.append((value, value.detach().clone()))
        elif is_torch_module(value):
            yield from value.parameters()
        elif isinstance(value, list | dict):
            self._held.append((value, value.copy()))
            yield from value.values() if isinstance(value, dict) else value
        elif isinstance(value, tuple):
            yield from value

    def restore(self) -> None:
        """Put everything back."""
        for owner, names in self._names:
            for key in [key for key in vars(owner) if not key.startswith("__") and key not in names]:
                with contextlib.suppress(AttributeError, TypeError):
                    delattr(owner, key)
            for key, value in names.items():
                if vars(owner).get(key, owner) is not value:
                    with contextlib.suppress(AttributeError, TypeError):  # what is frozen has not changed
                        setattr(owner, key, value)
        for held, content in self._held:
            if isinstance(held, dict):
                held.clear()
                held.update(content)
            elif isinstance(held, list):
                held[:] = content
            elif isinstance(held, np.ndarray):
                if held.shape == content.shape and held.flags.writeable:
                    held[...] = content
            else:
                held.data, held.grad = content.clone(), None


def _is_own(value: Any, home: str) -> bool:
    """Whether something is a class or function of the program, an object of such a class, or a plain namespace."""
    if isinstance(value, type) or inspect.isfunction(value):
        return value.__module__ == home
    return isinstance(value, SimpleNamespace) or (type(value).__module__ == home and hasattr(value, "__dict__"))


def _may_change(value: Any) -> bool:
    return not isinstance(value, ModuleType | type | property) and not inspect.isroutine(value)
