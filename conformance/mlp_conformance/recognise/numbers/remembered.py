"""What is computed as far as it is asked for, and once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Items that may be gone through again and again; each is taken from its source when it is first reached."""

    def __init__(self, source: Iterable[T]) -> None:
        self._source, self._items = iter(source), list[T]()

    def __iter__(self) -> Iterator[T]:
        index = 0
        while True:
            if index == len(self._items):
                try:
                    self._items.append(next(self._source))
                except StopIteration:
                    return
            yield self._items[index]
            index += 1
