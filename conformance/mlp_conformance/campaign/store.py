"""A campaign's directory: chunks that are wholly there or not at all, and an index of those that are.

    campaign.json       the plan, and the suite that it was begun with
    index.sqlite        finished chunks with their digests and what they amount to; what each generation searched
    results/            a Parquet table a chunk: the campaign's content, the same bytes whoever computed it and however often
                        it was interrupted
    times/              a table a chunk of what things took, which is nobody's content
    failures/           a case file for each kind of failure
    summary.json, .html what it all says
    lock                held while a campaign runs in the directory

A chunk is written aside, synced, renamed into place, and only then entered in the index; one that is not in the index, or not
as its digest says, is computed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from mlp_conformance.campaign.identity import suite, suite_difference
from mlp_conformance.campaign.plan import Leads, Plan, plan_from
from mlp_conformance.campaign.tables import Finished
from mlp_conformance.campaign.tally import Tally

MANIFEST = "campaign.json"
#: What a campaign that was killed at its very beginning may leave.
_OWN_FIRST = ("lock", MANIFEST + ".part")
#: What there is of a campaign of which nothing is finished; the lock is the last to go.
_OWN = ("results", "times", "index.sqlite", "index.sqlite-journal", MANIFEST, "lock")
_FORMAT = 1
#: Threads that read finished chunks when a campaign is taken up again, and chunks that each is given at a time.
_READERS, _AT_ONCE = 2, 32
_SCHEMA = """
CREATE TABLE IF NOT EXISTS chunks (
    number INTEGER PRIMARY KEY, digest TEXT NOT NULL, bytes INTEGER NOT NULL, tally TEXT NOT NULL, near BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS searches (generation INTEGER PRIMARY KEY, leads TEXT NOT NULL);
"""


class StoreError(Exception):
    """The directory cannot be used, or not any more: which, why, and what to do."""


@dataclass(frozen=True)
class Kept:
    """A directory's manifest: the plan, and the suite that it was begun with."""

    plan: Plan
    suite: Mapping[str, str]


def read_manifest(folder: Path) -> Kept:
    """The manifest of a campaign's directory. Raises StoreError if it is none."""
    path = folder / MANIFEST
    if not folder.exists():
        raise StoreError(f"there is no directory {folder}")
    if not folder.is_dir():
        raise StoreError(f"{folder} is a file: name a campaign's directory")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != _FORMAT:
            raise StoreError(f"{path} has format {document['format']}, and this version reads {_FORMAT}")
        return Kept(plan_from(document["plan"]), document["suite"])
    except FileNotFoundError:
        raise StoreError(f"{folder} is no campaign: there is no {MANIFEST} in it") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} is no campaign's manifest: {error}") from error


class Store:
    """An open campaign directory, locked against a second campaign. A context manager."""

    def __init__(self, folder: Path, kept: Kept, lock: IO[bytes]) -> None:
        self.folder, self.plan, self.suite, self._lock = folder, kept.plan, kept.suite, lock
        with _saying(folder):
            for name in ("results", "times"):
                (folder / name).mkdir(exist_ok=True)
            self._clear_away()
            self._index = sqlite3.connect(folder / "index.sqlite", isolation_level=None)
            self._index.execute("PRAGMA synchronous=FULL")
            self._index.executescript(_SCHEMA)

    @classmethod
    def create(cls, folder: Path, plan: Plan) -> Store:
        """A new campaign in a directory that is not there or empty. Raises StoreError."""
        with _saying(folder):
            if folder.exists() and not folder.is_dir():
                raise StoreError(f"{folder} is a file: name a directory")
            if (folder / MANIFEST).exists():
                raise StoreError(f"{folder} holds a campaign already: go on with it by --resume {folder}, or name another")
            if folder.exists() and any(path.name not in _OWN_FIRST for path in folder.iterdir()):
                raise StoreError(f"{folder} is not empty, and no campaign: name a directory of its own")
            folder.mkdir(parents=True, exist_ok=True)
            lock = _locked(folder)
            kept = Kept(plan, suite())
            document = {"format": _FORMAT, "suite": kept.suite, "plan": plan.document()}
            write_whole(folder / MANIFEST, json.dumps(document, indent=1).encode() + b"\n")
        return cls(folder, kept, lock)

    @classmethod
    def resume(cls, folder: Path) -> Store:
        """A campaign that was begun. Raises StoreError if another suite began it, or if it runs."""
        kept = read_manifest(folder)
        difference = suite_difference(kept.suite, suite())
        if difference:
            raise StoreError(
                f"{folder} was begun with another suite: {difference}. Its cases would not be the same: go on with the one "
                "that began it, or begin a new campaign"
            )
        with _saying(folder):
            return cls(folder, kept, _locked(folder))

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *reason: object) -> None:
        self._index.close()
        self._lock.close()

    def discard(self) -> None:
        """Remove a campaign that came to nothing, and its directory if nothing else is in it; finished chunks stay."""
        if any((self.folder / "results").iterdir()):
            return
        self._index.close()
        with suppress(OSError):
            for name in _OWN:
                path = self.folder / name
                path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
            self.folder.rmdir()

    def finished(self) -> Iterator[tuple[int, Tally]]:
        """The chunks that are wholly there, with what they amount to; the others are forgotten."""
        damaged: list[tuple[int]] = []
        rows = self._index.execute("SELECT * FROM chunks ORDER BY number")
        ahead: deque[Future[list[tuple[int, Tally | None]]]] = deque()
        with ThreadPoolExecutor(_READERS) as readers:
            while (some := rows.fetchmany(_AT_ONCE)) or ahead:
                if some:
                    ahead.append(readers.submit(self._held, some))
                if len(ahead) > _READERS or not some:
                    for number, tally in ahead.popleft().result():
                        if tally is not None:
                            yield number, tally
                        else:
                            damaged.append((number,))
        self._index.executemany("DELETE FROM chunks WHERE number = ?", damaged)

    def _held(self, rows: list[tuple[int, str, int, str, bytes]]) -> list[tuple[int, Tally | None]]:
        """Chunks of the index, each held against its table: what it amounts to, or None if the table is not as it was kept."""
        return [
            (number, Tally.read(tally, near) if self._is_whole(number, digest, size) else None)
            for number, digest, size, tally, near in rows
        ]

    def _is_whole(self, chunk: int, digest: str, size: int) -> bool:
        """Whether a chunk's table has the content that was entered."""
        try:
            content = self.path(chunk).read_bytes()
        except OSError:
            return False
        return len(content) == size and _digest(content) == digest

    def keep(self, found: Finished) -> None:
        """Write a finished chunk, then enter it. Raises StoreError when the disk is full or the like; nothing is half there."""
        with _saying(self.folder):
            write_whole(self.folder / "times" / f"{found.chunk:08d}.parquet", found.times, sync=False)
            write_whole(self.path(found.chunk), found.table)
            self._index.execute(
                "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?)",
                (found.chunk, _digest(found.table), len(found.table), found.tally, found.near),
            )

    def path(self, chunk: int) -> Path:
        """Where a chunk's table is."""
        return self.folder / "results" / f"{chunk:08d}.parquet"

    def note_search(self, generation: int, leads: Leads) -> None:
        """Keep what a generation searches, so that its cases can be drawn again without reading any results."""
        with _saying(self.folder):
            self._index.execute("INSERT OR REPLACE INTO searches VALUES (?, ?)", (generation, json.dumps(leads)))

    def searches(self) -> dict[int, Leads]:
        """What each generation so far searched."""
        return searches_in(self.folder)

    def _clear_away(self) -> None:
        """Remove what was being written when somebody pulled the plug."""
        for part in self.folder.glob("**/*.part"):
            part.unlink()


def searches_in(folder: Path) -> dict[int, Leads]:
    """What each generation of a campaign searched, as far as it came."""
    try:
        with sqlite3.connect(f"file:{folder / 'index.sqlite'}?mode=ro", uri=True) as index:
            rows = index.execute("SELECT generation, leads FROM searches").fetchall()
    except sqlite3.Error as error:
        raise StoreError(f"{folder / 'index.sqlite'} cannot be read: {error}") from error
    return {generation: _leads(json.loads(text)) for generation, text in rows}


def _leads(document: Any) -> Leads:
    return tuple(tuple((stratum, case) for stratum, case in group) for group in document)


def write_whole(path: Path, content: bytes, sync: bool = True) -> None:
    """A file with that content, or no change at all, whatever happens meanwhile."""
    aside = path.with_name(path.name + ".part")
    try:
        with open(aside, "wb") as file:
            file.write(content)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError:
        with suppress(OSError):
            aside.unlink()
        raise
    if sync and hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _locked(folder: Path) -> IO[bytes]:
    """The directory's lock file, held until it is closed or the process ends, however it ends."""
    lock = open(folder / "lock", "ab")  # noqa: SIM115 - as long as the campaign
    try:
        if os.name == "nt":
            import msvcrt

            lock.seek(0)
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise StoreError(f"another campaign is running in {folder}: wait for it, or end it first") from None
    return lock


@contextmanager
def _saying(folder: Path) -> Iterator[None]:
    """What the file system refuses, said in one message that tells what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(
            f"the index of {folder} cannot be written: {error}. What is finished is kept: {_again(folder)}"
        ) from error
    except OSError as error:
        free = ""
        with suppress(OSError):
            free = f" ({shutil.disk_usage(folder).free / 2**20:.0f} MiB free)"
        raise StoreError(
            f"{folder} cannot be written: {error.strerror}{free}. What is finished is kept: {_again(folder)}"
        ) from error


def _again(folder: Path) -> str:
    return f"go on by --resume {folder}"
