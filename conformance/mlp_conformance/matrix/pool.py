"""Judges entries in parallel, each in processes of its own: whatever one does costs its own row alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mlp_conformance.child_process import printable
from mlp_conformance.matrix.entries import Entry
from mlp_conformance.matrix.rows import Row, judged, unjudged
from mlp_conformance.matrix.worker import Task

#: Seconds that a worker which is told to stop has before it is killed.
GRACE = 15.0
#: The longest line that a worker may say: a report; and how much of its standard error is kept.
_LINE, _TAIL = 64 << 20, 4096


@dataclass(frozen=True)
class Limits:
    """jobs: rows judged at a time. timeout: seconds for one call; total: for one row. memory: bytes for one process."""

    jobs: int = 1
    timeout: float = 60.0
    total: float = 1200.0
    memory: int | None = 4 << 30


@dataclass(frozen=True)
class Step:
    """How far an entry is: done of planned checks; row when it is finished."""

    entry: Entry
    done: int = 0
    planned: int | None = None
    row: Row | None = None


def judge_all(
    entries: Sequence[Entry], settings: dict[str, Any], limits: Limits, told: Callable[[Step], None]
) -> Generator[Row, None, None]:
    """The rows, as they are finished. `told` hears of every step, from several threads.

    Closed early, or interrupted, it ends the processes that still run.
    """
    workers = [_Worker(entry, settings, limits, told) for entry in entries]
    executor = ThreadPoolExecutor(max_workers=max(limits.jobs, 1), thread_name_prefix="matrix")
    waiting: set[Future[Row]] = {executor.submit(worker.run) for worker in workers}
    try:
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for worker in workers:
            worker.stop()
        executor.shutdown(wait=True, cancel_futures=True)


@dataclass
class _Worker:
    """One entry's process, followed by one thread."""

    entry: Entry
    settings: dict[str, Any]
    limits: Limits
    told: Callable[[Step], None]
    _process: subprocess.Popen[bytes] | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)
    _tail: bytearray = field(default_factory=bytearray)
    _late: bool = False

    def run(self) -> Row:
        """Judge; always a row."""
        date = datetime.now(UTC).date().isoformat()
        self.told(Step(self.entry))
        found = {} if self._stopped.is_set() else self._followed()
        if "report" in found and not found["report"]["interrupted"]:
            row = judged(self.entry, found["report"], self.settings, date)
        else:
            row = unjudged(self.entry, found.get("refused") or self._why(), self.settings, date)
        self.told(Step(self.entry, row=row))
        return row

    def stop(self) -> None:
        """End the process soon: it may say goodbye to a program that it has started."""
        self._stopped.set()
        self._signal(signal.SIGTERM)

    def _followed(self) -> dict[str, Any]:
        """The last message of the worker: the report, or why there is none; nothing if it ended without."""
        task = Task(
            self.entry.implementation,
            self.entry.command,
            str(self.entry.folder.resolve()),
            self.settings["examples"],
            self.settings["seed"],
            self.limits.timeout,
            self.limits.memory,
            self.settings.get("select"),
        )
        arguments = [sys.executable, "-m", "mlp_conformance.matrix.worker", task.line()]
        try:
            self._process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            return {"refused": f"no process could be started: {error}"}
        timers = [threading.Timer(self.limits.total, self._too_late), threading.Timer(self.limits.total + GRACE, self._kill)]
        errors = threading.Thread(target=self._keep_errors, daemon=True)
        for thread in (*timers, errors):
            thread.daemon = True
            thread.start()
        try:
            return self._messages()
        finally:
            for timer in timers:
                timer.cancel()
            self._end()
            errors.join(1.0)

    def _messages(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        done, planned, last = 0, None, {}
        while line := self._process.stdout.readline(_LINE):
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if not isinstance(message, dict):
                continue
            planned = message.get("planned", planned)
            done += "check" in message
            if "report" in message or "refused" in message:
                last = message
            self.told(Step(self.entry, done, planned))
        return last

    def _keep_errors(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        with suppress(OSError, ValueError):
            while chunk := os.read(self._process.stderr.fileno(), 1 << 16):
                self._tail += chunk
                del self._tail[:-_TAIL]

    def _too_late(self) -> None:
        self._late = True
        self._signal(signal.SIGTERM)

    def _kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        """To the worker and what it has forked; SIGTERM to the worker alone, which ends the rest."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        with suppress(OSError):
            if number == signal.SIGKILL:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)

    def _end(self) -> None:
        """Wait for the process, which has closed its output, and kill what is left of its group."""
        assert self._process is not None
        deadline = time.monotonic() + GRACE
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        with suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _why(self) -> str:
        """Why there is no report."""
        if self._stopped.is_set():
            return "interrupted"
        if self._late:
            return f"not finished within {self.limits.total:g} seconds"
        code = self._process.returncode if self._process is not None else None
        how = f"killed by signal {-code}" if code is not None and code < 0 else f"exit status {code}"
        last = [printable(line) for line in bytes(self._tail).decode("utf-8", "replace").splitlines()[-3:]]
        return f"the process that judged it ended ({how})" + (f": {' / '.join(last)}" if last else "")
