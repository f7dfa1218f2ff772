"""Campaigns for the tests: run by the command in a process of its own, and compared by their content."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mlp_conformance.campaign.identity import identity_of
from mlp_conformance.campaign.plan import Plan, Work
from mlp_conformance.campaign.room import Room
from mlp_conformance.campaign.store import Store
from mlp_conformance.campaign.tables import Finished, finished
from mlp_conformance.loading import load


def plan(cases: int = 64, chunk: int = 4, specs: tuple[str, ...] = ("fault:error-sign", "reference-float32")) -> Plan:
    """A small campaign: one implementation that is wrong, one that is right, in two formats."""
    return Plan(5, cases, tuple(identity_of(spec, load(spec)) for spec in specs), chunk=chunk)


class HereExecutor:
    """Judges in one room, a chunk when it is asked for. after: called with each chunk's number before it is given back."""

    capacity = 1

    def __init__(self, store: Store, after: Callable[[int], None] = lambda chunk: None) -> None:
        self._room, self._after = Room(store.plan, store.suite), after

    def submit(self, work: Work, done: Callable[[Work, Finished | BaseException], None]) -> None:
        try:
            outcome: Finished | BaseException = finished(work, self._room.judge(work))
        except Exception as error:
            outcome = error
        self._after(work.chunk)
        done(work, outcome)

    def trouble(self) -> str:
        return ""

    def close(self) -> None:
        self._room.shut()


def content(folder: Path) -> dict[str, str]:
    """Everything that has to be the same however a campaign was run: its tables, its summary and its case files."""
    paths = [*folder.glob("results/*"), *folder.glob("failures/*"), folder / "summary.json"]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths)}


def started(*arguments: str | Path) -> subprocess.Popen[str]:
    """`mlp-conformance campaign ...`, as a process that leads a group."""
    return subprocess.Popen(
        [sys.executable, "-m", "mlp_conformance", "campaign", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ended(*arguments: str | Path, seconds: float = 300) -> subprocess.CompletedProcess[str]:
    """The same, awaited."""
    process = started(*arguments)
    try:
        out, err = process.communicate(timeout=seconds)
    finally:
        kill(process.pid)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def kill(pid: int) -> None:
    """kill -9, of whoever is still there."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
