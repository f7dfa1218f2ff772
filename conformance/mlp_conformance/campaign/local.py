"""A campaign on this machine's own cores: a thread for each job, and behind each thread a room."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol

from mlp_conformance.campaign.plan import Plan, Work
from mlp_conformance.campaign.room import ChunkRows, Room
from mlp_conformance.campaign.tables import Finished, finished


class Executor(Protocol):
    """What a campaign runs on."""

    @property
    def capacity(self) -> int:
        """Chunks that are worth having under way."""

    def submit(self, work: Work, done: Callable[[Work, Finished | BaseException], None]) -> None:
        """Have a chunk judged; `done` is told of the outcome, from whatever thread."""

    def trouble(self) -> str:
        """Why nothing more will come of it; "" as long as something may."""

    def close(self) -> None:
        """Stop everything that is under way, at once."""


class LocalExecutor:
    """Rooms on this machine. Tables are made in a thread of their own: a room that is done begins its next chunk at once."""

    def __init__(self, plan: Plan, suite: dict[str, str], jobs: int) -> None:
        self._jobs = jobs
        self._plan, self._suite = plan, suite
        self._pool = ThreadPoolExecutor(jobs, thread_name_prefix="room")
        self._tables = ThreadPoolExecutor(1, thread_name_prefix="tables")
        self._own = threading.local()
        self._rooms: list[Room] = []
        self._ready: queue.SimpleQueue[Room] = queue.SimpleQueue()

    @property
    def capacity(self) -> int:
        return 2 * self._jobs

    def submit(self, work: Work, done: Callable[[Work, Finished | BaseException], None]) -> None:
        def judged(future: Future[ChunkRows]) -> None:
            if future.cancelled():
                return
            error = future.exception()
            if error is not None:
                done(work, error)
            else:
                with suppress(RuntimeError):  # closed meanwhile
                    self._tables.submit(finished, work, future.result()).add_done_callback(told)

        def told(future: Future[Finished]) -> None:
            if not future.cancelled():
                error = future.exception()
                done(work, error if error is not None else future.result())

        self._pool.submit(self._judged, work).add_done_callback(judged)

    def take(self, room: Room) -> None:
        """Have a room that is there already used by one of the threads."""
        self._rooms.append(room)
        self._ready.put(room)

    def _judged(self, work: Work) -> ChunkRows:
        room: Room | None = getattr(self._own, "room", None)
        if room is None:
            room = self._own.room = self._room()
        return room.judge(work)

    def _room(self) -> Room:
        try:
            return self._ready.get_nowait()
        except queue.Empty:
            room = Room(self._plan, self._suite)
            self._rooms.append(room)
            return room

    def trouble(self) -> str:
        return ""

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for room in self._rooms:
            room.shut()
        self._pool.shutdown(wait=True)
        self._tables.shutdown(wait=True, cancel_futures=True)
