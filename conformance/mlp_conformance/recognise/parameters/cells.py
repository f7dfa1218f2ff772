"""The variables that a function remembers from the function that has made it, to be read and set by their names."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from types import CellType, FunctionType
from typing import Any


class Cells(MutableMapping[str, Any]):
    """A mapping over the cells of a closure; what is set in it is what the function, and all that share the cell, see."""

    def __init__(self, function: FunctionType) -> None:
        self._cells: dict[str, CellType] = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))

    def __getitem__(self, name: str) -> Any:
        try:
            return self._cells[name].cell_contents
        except ValueError:  # a variable that has no value yet
            raise KeyError(name) from None

    def __setitem__(self, name: str, value: Any) -> None:
        self._cells[name].cell_contents = value

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"{name} cannot be taken from the function that remembers it")

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)


def cells(function: FunctionType) -> Cells:
    """The variables that a function remembers: `cells(predict)["W1"]`, to be read and set. KeyError for others."""
    return Cells(function)
