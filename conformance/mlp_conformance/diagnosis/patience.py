"""How long a diagnosis may search: as long as the run took whose failures it explains, and a few seconds after a short one."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from mlp_conformance.results import Result

#: Seconds of computing that every search has, however short the run was.
_AT_LEAST = 5.0

_Item = TypeVar("_Item")


class Patience:
    """The time that is left for searching; what has been found is confirmed even when it is over."""

    def __init__(self, results: Iterable[Result]) -> None:
        self.seconds = max(_AT_LEAST, sum(result.seconds for result in results))
        self._until = time.thread_time() + self.seconds
        self.ended = False

    def of(self, items: Iterable[_Item], share: float = 1.0) -> Iterator[_Item]:
        """The items, as long as there is time, and for a part of it at most; whether some may be missing is remembered."""
        until = min(self._until, time.thread_time() + share * self.seconds)
        found = iter(items)
        while time.thread_time() <= until:
            try:
                yield next(found)
            except StopIteration:
                return
        self.ended = True

    @property
    def statement(self) -> str:
        """What is said where the search did not come to its end; empty if it did."""
        if not self.ended:
            return ""
        return (
            f"None of the known faults that were tried explains every number; not all places and pairs were: the search ends "
            f"after {self.seconds:.0f} s."
        )
