"""A campaign on a cluster: Dask's scheduler spreads the chunks, and does again those whose worker is lost.

Each thread of a worker has a room, as on one machine; a room that nobody has asked for a while is closed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from mlp_conformance.campaign.plan import Plan, Work
from mlp_conformance.campaign.room import Room, RoomError
from mlp_conformance.campaign.tables import Finished, MissingPart, finished, need_pyarrow

INSTALL = "pip install 'mlp-conformance[cluster]'"

#: Seconds to wait for the scheduler, for a first worker, for the workers to load the implementations; and for the scheduler
#: to come back, or any worker, once they are gone.
_ADDRESS, _WORKERS, _LOADING, _GONE = 15, 60, 300, 30
_IDLE = 120.0

#: Seconds between counts of the workers.
_COUNT = 5.0


class ClusterError(Exception):
    """The cluster cannot be used, or not any more: which address, why, and what to do."""


class ClusterExecutor:
    """The workers of a Dask scheduler. Raises ClusterError when nobody answers or a worker is not fit."""

    def __init__(self, plan: Plan, suite: dict[str, str], address: str) -> None:
        try:
            import distributed
        except ImportError as error:
            raise MissingPart(f"--scheduler needs Dask distributed, which is not installed: {INSTALL}") from error
        self._plan, self._suite, self._address = plan, suite, address
        self._futures: set[Any] = set()
        self._silent_since: float | None = None
        self._threads, self._counted = 0, -_COUNT
        self._client = _client(distributed, address)
        try:
            self._inspect()
        except BaseException:
            self._client.close(timeout=5)
            raise

    @property
    def capacity(self) -> int:
        """Two chunks for each thread of each worker, however many there are by now."""
        if time.monotonic() > self._counted + _COUNT:
            with suppress(Exception):
                self._threads = sum(self._client.nthreads().values())
            self._counted = time.monotonic()
        return max(2, 2 * self._threads)

    @property
    def dashboard(self) -> str:
        """The address of Dask's own live page."""
        with self._at_work("does not answer"):
            return str(self._client.dashboard_link)

    def submit(self, work: Work, done: Callable[[Work, Finished | BaseException], None]) -> None:
        with self._at_work("takes no more work"):
            future = self._client.submit(judged_there, work, self._suite, pure=False)
        self._futures.add(future)

        def told(future: Any) -> None:
            self._futures.discard(future)
            try:
                outcome = future.result(timeout=_ADDRESS) if future.status in ("finished", "error") else None
            except RoomError as error:
                outcome = error
            except Exception as error:
                outcome = ClusterError(f"the cluster at {self._address} gave up on a chunk: {_why(error)}")
            lost = ClusterError(f"the scheduler at {self._address} is gone, and what it had under way with it")
            done(work, lost if outcome is None else outcome)

        future.add_done_callback(told)

    def trouble(self) -> str:
        gone = ""
        try:
            if not self._workers(1):
                gone = f"the scheduler at {self._address} has no workers left"
        except ClusterError:
            gone = f"the scheduler at {self._address} is gone"
        if not gone:
            self._silent_since = None
            return ""
        self._silent_since = self._silent_since or time.monotonic()
        return gone if time.monotonic() - self._silent_since > _GONE else ""

    def close(self) -> None:
        with suppress(Exception):
            if self._client.status == "running":
                self._client.cancel(list(self._futures), force=True)
        with suppress(Exception):
            self._client.close(timeout=5)

    def _workers(self, most: int) -> list[str]:
        """The addresses of that many workers, of all for -1."""
        with self._at_work("is gone"):
            if self._client.status != "running":
                raise ConnectionError(self._client.status)
            return list(self._client.scheduler_info(n_workers=most)["workers"])

    @contextmanager
    def _at_work(self, otherwise: str) -> Iterator[None]:
        """Whatever a client raises whose scheduler has just gone, in words."""
        try:
            yield
        except ClusterError:
            raise
        except Exception as error:
            raise ClusterError(f"the scheduler at {self._address} {otherwise}: {_why(error)}") from error

    def _inspect(self) -> None:
        """Every worker there is can judge what the plan names, with the very same suite."""
        try:
            self._client.wait_for_workers(1, timeout=_WORKERS)
        except Exception:
            raise ClusterError(f"the scheduler at {self._address} has no workers: start some, or wait for them") from None
        with self._at_work("is gone"):
            asked = {
                worker: self._client.submit(ready_there, self._plan, self._suite, workers=[worker], pure=False)
                for worker in self._workers(-1)
            }
        deadline = time.monotonic() + _LOADING
        for worker, future in asked.items():
            try:
                error = future.exception(timeout=max(1.0, deadline - time.monotonic()))
            except TimeoutError:
                raise ClusterError(f"the worker {worker} has not loaded the implementations within {_LOADING} s") from None
            if error is not None:
                raise ClusterError(f"the worker {worker} cannot judge: {_why(error)}")


def _client(distributed: Any, address: str) -> Any:
    import logging

    for name in ("distributed", *(name for name in logging.root.manager.loggerDict if name.startswith("distributed."))):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what is wrong is said once, in words
    try:
        return distributed.Client(address, timeout=_ADDRESS, name="mlp-conformance", set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        reason = str(error).strip().splitlines()
        raise ClusterError(
            f"no Dask scheduler answers at {address}: {reason[0] if reason else type(error).__name__}. "
            "Start one (`dask scheduler`), and name its address as it prints it, such as tcp://host:8786"
        ) from error


def _why(error: Any) -> str:
    if isinstance(error, ImportError):
        return f"{error}. Install the same version of mlp-conformance there: {INSTALL}"
    return str(error) or type(error).__name__


# ---- on the workers

_own = threading.local()


def ready_there(plan: Plan, suite: dict[str, str]) -> None:
    """Load the implementations in this worker's room. Raises RoomError, which says why that cannot be."""
    need_pyarrow()
    _room(plan, suite).judge_cases((), {})


def judged_there(work: Work, suite: dict[str, str]) -> Finished:
    """A chunk, judged in the room of this thread."""
    try:
        room = _room(work.plan, suite)
        return finished(replace(work, plan=room.plan), room.judge(work))  # its strata are known there already
    except RoomError as error:
        from distributed import get_worker

        raise RoomError(f"the worker {get_worker().address} cannot judge: {error}") from None


def _room(plan: Plan, suite: dict[str, str]) -> Room:
    room: Room | None = getattr(_own, "room", None)
    if room is not None:
        room.shut_when_idle(_IDLE)
    if room is None or room.plan != plan or room.suite != suite or not room.is_open:
        if room is not None:
            room.shut()
        room = _own.room = Room(plan, suite)
    room.shut_when_idle(_IDLE)
    return room
