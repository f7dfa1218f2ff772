"""A room: implementations in a process of their own, which may crash, hang or leak without harm to anybody else.

A process that dies is started again and goes on with the case that it was at. It may have been killed from outside: only
where the same implementation meets its end twice on the same case is that its verdict.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mlp_conformance.campaign import inside
from mlp_conformance.campaign.inside import Begin, Explain, Explained, Judge, Paused, Ready, Refused
from mlp_conformance.campaign.judging import Row
from mlp_conformance.campaign.notes import At, Judged, Pad
from mlp_conformance.campaign.plan import Plan, Searches, Work

#: Times that a process may end at the same place before the place is to blame.
_STRIKES = 2
#: Seconds that loading may take; that pass at most from a call's time being over to the next call, the oracle's work between
#: them included; and the same while a failure is explained.
_LOADING, _SLACK, _EXPLAINING = 300.0, 60.0, 600.0
#: Seconds between looks at where a process is that says nothing.
_GLANCE = 1.0
#: Times that a room is started again with nothing done in between.
_VAIN = 5

#: One thread a process: as many processes as cores are there already, and sums come out the same everywhere.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class RoomError(Exception):
    """No room can be had: another suite, an implementation that does not load, a machine that starts no process."""


class _EndedError(Exception):
    """The process inside is gone, or was ended because it hung; how, in a few words."""


@dataclass(frozen=True)
class ChunkRows:
    """The rows of a chunk in the order of its cases, and how many numbers each case holds."""

    rows: tuple[Row, ...]
    sizes: Mapping[int, int]


class Room:
    """One process with the implementations of a plan. Not for two threads at a time. Raises RoomError when asked."""

    def __init__(self, plan: Plan, suite: Mapping[str, str]) -> None:
        self.plan, self.suite = plan, dict(suite)
        self._process: subprocess.Popen[bytes] | None = None
        self._is_shut = self._is_busy = False
        self._idle: threading.Timer | None = None
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._pad = Pad()

    @property
    def is_open(self) -> bool:
        """Whether it can be asked."""
        return not self._is_shut

    def judge(self, work: Work) -> ChunkRows:
        """Every row of a chunk."""
        return self.judge_cases(tuple(self.plan.numbers(work.chunk)), work.searches)

    def judge_cases(self, numbers: tuple[int, ...], searches: Searches) -> ChunkRows:
        """The rows of those cases."""
        self._is_busy = True
        try:
            return self._judged(numbers, searches)
        finally:
            self._is_busy = False

    def _judged(self, numbers: tuple[int, ...], searches: Searches) -> ChunkRows:
        done: dict[int, Judged] = {}
        fatal: dict[tuple[int, int], str] = {}
        strikes: Counter[tuple[int, int]] = Counter()
        vain = 0
        self._start()
        while left := tuple(number for number in numbers if number not in done):
            before = len(done)
            told: list[Any] = []
            try:
                self._start()
                self._send(Judge(left, searches, fatal))
                while not isinstance(message := self._next(self.plan.timeout + _SLACK), Paused):
                    told.append(message)
                self._note(done, left, told)
                if message.full:
                    self.close()
            except _EndedError as how:
                self.close()
                at = self._note(done, left, told)
                place = (at.case, at.implementation)
                strikes[place] += 1
                vain = 0 if len(done) > before else vain + 1
                if strikes[place] >= _STRIKES and at.implementation >= 0:
                    fatal[place] = str(how)
                elif vain >= _VAIN:
                    raise RoomError(f"the process that judges ends again and again ({how})") from None
        rows = tuple(row for number in numbers for row in done[number].rows)
        return ChunkRows(rows, {number: judged.size for number, judged in done.items()})

    def _note(self, done: dict[int, Judged], asked: tuple[int, ...], told: list[Any]) -> At:
        """Take in what the process has judged of the cases asked, as it noted or told; and where it is."""
        place, known = self._pad.place, set(asked)
        for message in (*self._pad.judged(), *told):
            if isinstance(message, At):
                place = message
            elif message.case in known:
                done[message.case] = message
        return place if place is not None and place.case in known else At(asked[0], -1)

    def explain(self, implementation: int, cases: tuple[int, ...], searches: Searches) -> Any:
        """What `failures.explained` says of the cases; None if the process does not survive it.

        One that is killed may have been killed from outside: it is given more tries than one that dies by itself or hangs.
        """
        strikes = kills = 0
        while strikes < _STRIKES and kills < _VAIN:
            try:
                self._start()
                self._send(Explain(implementation, cases, searches))
                while not isinstance(message := self._next(self.plan.timeout + _EXPLAINING), Explained):
                    pass
                return message.found
            except _EndedError:
                was_killed = self._was_killed
                self.close()
                strikes, kills = strikes + (not was_killed), kills + was_killed
        return None

    @property
    def _was_killed(self) -> bool:
        return self._process is not None and self._process.poll() == -getattr(signal, "SIGKILL", 9)

    def close(self) -> None:
        """End the process, and those that it has started."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                assert stream is not None
                stream.close()
        if process.poll() is None:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
        process.wait()

    def shut(self) -> None:
        """End the process for good, from any thread: whoever waits for an answer gets a RoomError."""
        self._is_shut = True
        self.close()
        self._pad.close()

    def shut_when_idle(self, seconds: float) -> None:
        """Shut the room that long from now, unless this is asked again before or it is busy then."""
        if self._idle:
            self._idle.cancel()
        self._idle = threading.Timer(seconds, self._idled, (seconds,))
        self._idle.daemon = True
        self._idle.start()

    def _idled(self, seconds: float) -> None:
        if self._is_busy:
            self.shut_when_idle(seconds)
        else:
            self.shut()

    def _start(self) -> None:
        """Have a process that is ready, if there is none; one that dies while it loads is started again, a few times."""
        for _ in range(_VAIN):
            if self._is_shut:
                raise RoomError("stopped")
            if self._process is not None and self._process.poll() is None:
                return
            self.close()
            with tempfile.TemporaryFile() as errors:
                try:
                    self._load(errors)
                    return
                except _EndedError as how:
                    self.close()
                    why = f"{how} while loading the implementations{_last_words(errors)}"
        raise RoomError(why)

    def _load(self, errors: Any) -> None:
        self._pad.close()
        self._pad = Pad()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", inside.__name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **dict.fromkeys(_THREADS, "1")},
                start_new_session=True,
                pass_fds=self._pad.files,
            )
        except OSError as error:
            raise RoomError(f"no process can be started: {error.strerror}") from error
        self._answers = _answers(self._process)
        self._send(Begin(self.plan, self.suite, next(iter(self._pad.files), None)))
        message = self._next(_LOADING)
        if isinstance(message, Refused):
            self.close()
            raise RoomError(message.why)
        assert isinstance(message, Ready)

    def _send(self, message: Any) -> None:
        stream = self._process.stdin if self._process else None
        try:
            assert stream is not None
            stream.write(pickle.dumps(message))
            stream.flush()
        except (OSError, ValueError, AssertionError):
            raise _EndedError(self._how()) from None

    def _next(self, seconds: float) -> Any:
        """The next message; it may take that long, and as long again whenever the process has come to another place."""
        since, beat = time.monotonic(), self._pad.beat()
        while True:
            try:
                message = self._answers.get(timeout=min(seconds / 10, _GLANCE))
            except queue.Empty:
                now = self._pad.beat()
                if now != beat:
                    since, beat = time.monotonic(), now
                elif time.monotonic() - since >= seconds:
                    what = f"no answer within {self.plan.timeout:g} s a call, and it could not be interrupted"
                    raise _EndedError(what) from None
            else:
                if message is None:
                    raise _EndedError(self._how())
                return message

    def _how(self) -> str:
        process = self._process
        if process is None:
            return "the process was ended"
        try:
            code = process.wait(10)
        except subprocess.TimeoutExpired:
            return "the process closed its output"
        if code < 0:
            with suppress(ValueError):
                return f"the process died of {signal.Signals(-code).name}"
        return f"the process ended with exit code {code}"


def _answers(process: subprocess.Popen[bytes]) -> queue.SimpleQueue[Any]:
    """What the process says, read by a thread; None when it is gone."""
    found: queue.SimpleQueue[Any] = queue.SimpleQueue()
    source = process.stdout

    def read() -> None:
        with suppress(Exception):
            while True:
                found.put(pickle.load(source))  # type: ignore[arg-type]
        found.put(None)

    threading.Thread(target=read, daemon=True).start()
    return found


def _last_words(errors: Any) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return f": {lines[-1][:300]}" if lines else ""
