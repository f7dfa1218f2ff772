"""What a process that judges notes as it goes, for whoever started it: where it is, and the cases that it has judged.

It notes in a file in memory that both have open. A message would wake the other process, several times a case, to be told
what only matters once the chunk is done or the process is gone. What does not fit into the file, or has no file (not every
system can start a process with one), is sent as a message, so that nothing depends on it.
"""

from __future__ import annotations

import io
import os
import pickle
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from mlp_conformance.campaign.judging import Row

#: At the beginning of the file: the case and the implementation of an At, and how many were noted.
_PLACE = struct.Struct("<qqq")

#: Whether a process can be given an open file, and both can use it without a position that they share.
_IS_POSSIBLE = os.name == "posix" and hasattr(os, "pwrite")


@dataclass(frozen=True)
class At:
    """The implementation that is about to be asked, told before each of its calls; -1: the oracle."""

    case: int
    implementation: int


@dataclass(frozen=True)
class Judged:
    """A case is done. size: how many numbers it holds."""

    case: int
    size: int
    rows: tuple[Row, ...]


class Pad:
    """The file, for the one who reads: from its beginning on there is where the process is, behind it what it has judged."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None
        if _IS_POSSIBLE:
            with suppress(OSError):
                self._file = _file()

    @property
    def files(self) -> tuple[int, ...]:
        """What the process is to be started with."""
        return (self._file.fileno(),) if self._file else ()

    def beat(self) -> bytes:
        """Something that changes whenever the process comes to another place."""
        return self._read(0, _PLACE.size)

    @property
    def place(self) -> At | None:
        """Where the process is, or was when it ended."""
        found = self.beat()
        return At(*_PLACE.unpack(found)[:2]) if len(found) == _PLACE.size else None

    def judged(self) -> Iterator[Judged]:
        """The cases noted so far; not one whose noting was cut short."""
        source = io.BytesIO(self._read(_PLACE.size))
        with suppress(EOFError, pickle.UnpicklingError):
            while True:
                yield pickle.load(source)

    def close(self) -> None:
        file, self._file = self._file, None
        if file:
            file.close()

    def _read(self, place: int, size: int | None = None) -> bytes:
        file = self._file
        with suppress(OSError, ValueError):  # closed meanwhile: nobody wants to know any more
            if file:
                return os.pread(file.fileno(), os.fstat(file.fileno()).st_size if size is None else size, place)
        return b""


class Notes:
    """The same for the one who writes. file: the number of the open file, if any; tell: sends a message."""

    def __init__(self, file: int | None, tell: Callable[[Any], None]) -> None:
        self._file, self._tell = file, tell
        self._noted, self._end = 0, _PLACE.size
        if file is not None:
            os.set_inheritable(file, False)

    def clear(self) -> None:
        """Begin anew: what was noted has been read."""
        self._end = _PLACE.size
        if self._file is not None:
            try:
                os.truncate(self._file, 0)
            except OSError:
                self._file = None

    def at(self, case: int, implementation: int) -> None:
        """The process comes to that place."""
        self._noted += 1
        if not self._is_written(_PLACE.pack(case, implementation, self._noted), 0):
            self._tell(At(case, implementation))

    def judged(self, found: Judged) -> None:
        """A case is done."""
        content = pickle.dumps(found)
        if self._is_written(content, self._end):
            self._end += len(content)
        else:
            self._tell(found)

    def _is_written(self, content: bytes, place: int) -> bool:
        if self._file is None:
            return False
        with suppress(OSError):
            if os.pwrite(self._file, content, place) == len(content):
                return True
        self._file = None  # full: from now on everything is told
        return False


def _file() -> BinaryIO:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("campaign"), "w+b")
    return tempfile.TemporaryFile()
