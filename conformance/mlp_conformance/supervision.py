"""A run in a process of its own, so that an implementation that ends, crashes or blocks it costs the check at hand alone.

The parent imports nothing of the user's. The child judges and sends what it finds as it goes; when it is gone before it has
finished, the check at hand is an error and another child goes on with the next.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import Any

from mlp_conformance.deadline import Deadline, share_deadline
from mlp_conformance.results import Report, Result

#: Children that may be lost before the rest of the checks is given up.
LOST = 5
#: Seconds between two looks at the child's deadline, and those that a child which was interrupted has to report.
_LOOK, _FAREWELL = 0.25, 10.0


@dataclass(frozen=True)
class Refused:
    """Nothing can be judged: one message."""

    message: str


@dataclass(frozen=True)
class Planned:
    """What is judged, as the report names it, and a result to be filled in for each check that is to run."""

    implementation: dict[str, Any]
    results: list[Result]


@dataclass(frozen=True)
class Sofar:
    """What a child that takes over has to know: results so far, and how many calls had no answer."""

    results: list[Result] = field(default_factory=list)
    unanswered: int = 0


Send = Callable[[Any], None]
#: The work of a child: sends Refused; or Planned, then each Result, then the Report.
Work = Callable[[Send, Sofar], None]


def is_possible() -> bool:
    """Whether a run can be forked and watched from here; else it stays in the process at hand.

    A library whose threads have begun in the parent waits for them in the child, where they are not.
    """
    forks = hasattr(os, "fork") and sys.platform != "darwin"  # numerical libraries there do not survive a fork
    threaded = any(library in sys.modules for library in ("torch", "jax", "tensorflow"))
    return forks and not threaded and threading.current_thread() is threading.main_thread()


def supervised(work: Work, told: Callable[[Planned], None], each: Callable[[Result], None]) -> Report | Refused:
    """The report of the work, whatever becomes of the processes that do it.

    told: hears once what is planned; each: hears every result.
    """
    sofar, planned, how = Sofar(), None, ""
    for _ in range(LOST):
        child = _Child(work, sofar)
        try:
            for message in child.messages():
                if isinstance(message, Report | Refused):
                    return message
                if isinstance(message, Planned):
                    if planned is None:
                        told(message)
                    planned = message
                else:
                    sofar.results.append(message)
                    each(message)
        finally:
            child.end()
        how = child.how_it_ended
        if planned is None:
            return Refused(f"the implementation ended the process while it was loaded: {how}")
        if child.interrupted:
            return Report(planned.implementation, sofar.results, interrupted=True)
        at_hand = planned.results[len(sofar.results) :]
        if not at_hand:
            return Report(planned.implementation, sofar.results, statement=f"The diagnosis was not finished: {how}.")
        sofar.results.append(_lost(at_hand[0], f"the implementation ended the process: {how}"))
        each(sofar.results[-1])
        sofar = replace(sofar, unanswered=sofar.unanswered + child.blocked)
    assert planned is not None
    for left in planned.results[len(sofar.results) :]:
        given_up = _lost(left, f"not run: {LOST} processes were lost before, the last: {how}")
        sofar.results.append(given_up)
        each(given_up)
    return Report(planned.implementation, sofar.results, statement=f"The implementation ended {LOST} processes: {how}.")


def unsupervised(work: Work, told: Callable[[Planned], None], each: Callable[[Result], None]) -> Report | Refused:
    """The report of the work, done in the process at hand."""
    last: list[Report | Refused] = []

    def send(message: Any) -> None:
        if isinstance(message, Planned):
            told(message)
        elif isinstance(message, Result):
            each(message)
        else:
            last[:] = [message]

    with _terminated_as_interrupted():
        work(send, Sofar())
    return last[0]


def _lost(planned: Result, message: str) -> Result:
    """The result of a check that could not be finished, where it asks anything; one of a SHOULD can at worst advise."""
    if planned.verdict == "unsupported":
        return planned
    return replace(planned, verdict="advice" if planned.check.startswith("advice/") else "error", message=message)


class _Child:
    """One process that does the work."""

    def __init__(self, work: Work, sofar: Sofar) -> None:
        self.blocked = self.interrupted = False
        self._deadline, self._farewell = Deadline(), float("inf")
        context: Any = multiprocessing.get_context("fork")
        self._messages, sending = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(work, sofar, sending, self._deadline))
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self._process.start()
        sending.close()

    def messages(self) -> Iterator[Any]:
        """What the child sends, until it has ended; a child that blocks beyond its deadline is ended."""
        with _interrupts(self._interrupt):
            while True:
                try:
                    if self._messages.poll(_LOOK):
                        yield self._messages.recv()
                    elif not self._process.is_alive():
                        return
                    elif self._deadline.is_over() or time.monotonic() > self._farewell:
                        self.blocked = self._deadline.is_over()
                        self._process.kill()
                        self._process.join()
                except (EOFError, OSError):
                    return

    def _interrupt(self) -> None:
        """Let the child report what was done so far, and wait no longer than it needs for that."""
        self.interrupted = True
        self._farewell = min(self._farewell, time.monotonic() + _FAREWELL)
        if self._process.pid is not None and self._process.is_alive():
            os.kill(self._process.pid, signal.SIGINT)

    @property
    def how_it_ended(self) -> str:
        """In a few words, for a child that has ended."""
        code = self._process.exitcode
        if self.blocked:
            return "a call had no answer in its time and could not be interrupted"
        if code is None or code >= 0:
            return f"exit with status {code}"
        return f"killed by {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"killed by signal {-code}"

    def end(self) -> None:
        if self._process.is_alive():
            self._process.join(1.0)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._messages.close()


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """SIGTERM is Ctrl-C in the block, so that what it started is ended; only the main thread can arrange for that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(signum: int, frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _interrupts(tell: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM call `tell` in the block, and raise nothing."""
    caught = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda signum, frame: tell()) for number in caught]
    try:
        yield
    finally:
        for number, handler in zip(caught, before, strict=True):
            signal.signal(number, handler)


def _work(work: Work, sofar: Sofar, sending: Connection, deadline: Deadline) -> None:
    """In the child: do the work, and end at once, whatever threads the implementation has left behind."""

    def interrupt_once(signum: int, frame: Any) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt_once)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    share_deadline(deadline)
    status, child = 0, os.getpid()

    def send(message: Any) -> None:
        if os.getpid() != child:  # a process that the implementation has forked and that came back from it
            os._exit(0)
        sending.send(message)

    try:
        work(send, sofar)
    except BrokenPipeError:
        status = 1  # nobody listens any more
    except BaseException as error:
        status = 1
        sys.__stderr__ and sys.__stderr__.write(f"mlp-conformance: {type(error).__name__}: {error}\n")
    finally:
        sending.close()
        os._exit(status)
