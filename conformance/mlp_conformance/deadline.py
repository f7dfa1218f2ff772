"""When the call at hand has to have its answer, told to a process that watches from outside."""

from __future__ import annotations

import mmap
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds that a call which is told to stop has, before the process around it is ended.
GRACE = 5.0

_TIME = struct.Struct("d")


class Deadline:
    """A time in memory that a process shares with those it forks."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _TIME.size)

    def set(self, at: float) -> None:
        """at: of time.monotonic, which all processes share; infinity for none."""
        _TIME.pack_into(self._memory, 0, at)

    def is_over(self) -> bool:
        (at,) = _TIME.unpack_from(self._memory, 0)
        return 0 < at < time.monotonic()


_shared: Deadline | None = None


def share_deadline(deadline: Deadline) -> None:
    """From now on calls tell their deadlines here."""
    global _shared
    _shared = deadline


@contextmanager
def due_within(seconds: float | None) -> Iterator[None]:
    """The block is to be done in so many seconds and some grace; None for no limit."""
    if _shared is None or not seconds:
        yield
        return
    _shared.set(time.monotonic() + seconds + GRACE)
    try:
        yield
    finally:
        _shared.set(float("inf"))
