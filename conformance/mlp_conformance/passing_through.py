"""Libraries that change nothing of what a program computes: where one is not installed, what it is given passes through.

Progress bars go through what they are to count, and compilers leave functions as they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np


class Bar:
    """A progress bar that shows nothing: it goes through what it is given, and accepts whatever is done with a bar."""

    def __init__(self, iterable: Iterable[Any] = (), *_: Any, **__: Any) -> None:
        self.iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)  # type: ignore[arg-type]

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: Any) -> None:
        return None

    def __call__(self, iterable: Iterable[Any] = (), *_: Any, **__: Any) -> Bar:
        return Bar(iterable)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


def _counting(*numbers: int, **_: Any) -> Bar:
    """What `trange` gives."""
    return Bar(range(*numbers))


def as_it_is(*given: Any, **_: Any) -> Any:
    """A decorator, with arguments of its own or without, that leaves a function as it is."""
    if len(given) == 1 and callable(given[0]) and not isinstance(given[0], mock.NonCallableMock):
        return given[0]
    return lambda function: function


def _element_by_element(*given: Any, **_: Any) -> Any:
    """What `numba.vectorize` makes of a function of numbers."""
    function = as_it_is(*given)
    return np.vectorize(function) if function in given else np.vectorize


def _module(name: str, **names: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(names)
    return module


def _tqdm(name: str) -> ModuleType:
    return _module(name, tqdm=Bar, trange=_counting, tqdm_notebook=Bar, tnrange=_counting)


def _progressbar(name: str) -> ModuleType:
    return _module(name, progressbar=Bar, ProgressBar=Bar, __getattr__=mock.MagicMock())


def _numba(name: str) -> ModuleType:
    """Its types are asked for in signatures, where anything will do."""
    compilers = dict.fromkeys(("jit", "njit", "generated_jit", "guvectorize", "stencil"), as_it_is)
    return _module(name, **compilers, vectorize=_element_by_element, prange=range, __getattr__=lambda _: mock.MagicMock())


#: What stands in for each, or for a module of it with a name of its own.
PASSING: dict[str, Callable[[str], ModuleType]] = {"numba": _numba, "progressbar": _progressbar, "tqdm": _tqdm}
