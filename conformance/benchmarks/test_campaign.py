"""What a campaign costs beyond judging, on one core, on two, through Dask; and that neither memory nor resuming grows."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from conftest import Figure, Ratios

pytest.importorskip("pyarrow", reason="pip install 'mlp-conformance[campaign]'")

from mlp_conformance.campaign.conduct import Campaign, Progress
from mlp_conformance.campaign.identity import identity_of
from mlp_conformance.campaign.judging import judge_case, oracle_of
from mlp_conformance.campaign.local import LocalExecutor
from mlp_conformance.campaign.plan import Plan, Searches
from mlp_conformance.campaign.room import Room
from mlp_conformance.campaign.store import Store, suite
from mlp_conformance.loading import load

#: Chunks of which each generation has two, so that two processes need not wait for each other (a long campaign has hundreds);
#: and for a cluster, those of about a second.
_CASES, _CHUNK, _SECOND = 1600, 50, 200


def _plan(chunk: int = _CHUNK) -> Plan:
    return Plan(0, _CASES, (identity_of("reference", load("reference")),), chunk=chunk)


def _campaign(folder: Path, executor: Any, chunk: int = _CHUNK) -> Progress:
    """A whole campaign, its processes being there already."""
    with Store.create(folder, _plan(chunk)) as store:
        return Campaign(store).run(executor)


class Plain:
    """The very cases of the campaign, those of the search too, drawn and judged in a loop, and nothing kept.

    Loaded, and the cases gone through once: what a process does at its start is left out here as it is in the campaign.
    """

    def __init__(self, searches: Searches, chunk: int = _CHUNK) -> None:
        self._plan, self._subject, self._searches = _plan(chunk), load("reference"), searches
        self()

    def __call__(self, part: int = 0, parts: int = 1) -> None:
        """Judge every case, or one of some equal parts of them: chunks in turn."""
        for chunk in range(part, self._plan.chunks, parts):
            for number in self._plan.numbers(chunk):
                case, _, stratum = self._plan.case(number, self._searches)
                judge_case(self._subject, case, oracle_of(case, self._subject), (number, 0, stratum))


def _plainly(connection: Connection, searches: Searches) -> None:
    """A process that judges parts when it is asked to."""
    plain = Plain(searches)
    connection.send(None)
    with suppress(EOFError):
        while True:
            plain(*connection.recv())
            connection.send(None)


class PlainProcesses:
    """Two processes that do the same, half of it each: what this machine gives for a second process. A context manager."""

    def __init__(self, searches: Searches) -> None:
        context = multiprocessing.get_context("spawn")
        self._ends, self._processes = [], []
        for _ in range(2):
            end, other = context.Pipe()
            process = context.Process(target=_plainly, args=(other, searches), daemon=True)
            process.start()
            other.close()
            self._ends.append(end)
            self._processes.append(process)
        for end in self._ends:
            end.recv()

    def __call__(self, processes: int) -> None:
        for part, end in enumerate(self._ends[:processes]):
            end.send((part, processes))
        for end in self._ends[:processes]:
            end.recv()

    def close(self) -> None:
        for end, process in zip(self._ends, self._processes, strict=True):
            end.close()
            process.join()


def _warm(jobs: int) -> LocalExecutor:
    """Rooms that have loaded."""
    executor = LocalExecutor(_plan(), suite(), jobs)
    for _ in range(jobs):
        room = Room(_plan(), suite())
        room.judge_cases((0, 1, 2), {})
        executor.take(room)
    return executor


@pytest.fixture
def folders(tmp_path: Path) -> Callable[[], Path]:
    number = iter(range(100))
    return lambda: tmp_path / f"campaign{next(number)}"


@pytest.fixture(scope="module")
def searches(tmp_path_factory: pytest.TempPathFactory) -> Searches:
    """What the campaign searches, from which its cases follow."""
    with closing(_warm(os.cpu_count() or 1)) as executor:
        return _campaign(tmp_path_factory.mktemp("campaigns") / "first", executor).searches


def test_overhead_over_plain_judging(ratios: Ratios, folders: Callable[[], Path], searches: Searches) -> None:
    with closing(_warm(1)) as executor:
        ours, plain = ratios.against(lambda: _campaign(folders(), executor), Plain(searches), rounds=5)
    remark = f"{1e3 * plain / _CASES:.1f} ms a case to judge"
    ratios.note(Figure("campaign, one process", ours / plain, "the same cases judged in a loop", "< 1.15", remark))


def test_two_workers_to_one(ratios: Ratios, folders: Callable[[], Path], searches: Searches) -> None:
    with closing(_warm(1)) as one, closing(_warm(2)) as two, closing(PlainProcesses(searches)) as plain:
        both, single, plain_both, plain_single = ratios.against(
            lambda: _campaign(folders(), two),
            lambda: _campaign(folders(), one),
            lambda: plain(2),
            lambda: plain(1),
            rounds=5,
        )
    gives = f"what the machine gives: {_CASES / plain_both:.0f} cases a second"
    ratios.note(Figure("the same cases in a loop, one process", plain_single / plain_both, "two processes", "", gives))
    remark = f"{_CASES / both:.0f} cases a second"
    ratios.note(Figure("campaign, one process", single / both, "two processes", ">= 1.8", remark))
    ratios.note(Figure("campaign, two processes", both / plain_both, "the same cases in two loops", "< 1.15"))


def test_through_dask(ratios: Ratios, folders: Callable[[], Path]) -> None:
    distributed = pytest.importorskip("distributed", reason="pip install 'mlp-conformance[cluster]'")
    from mlp_conformance.campaign.cluster import ClusterExecutor

    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        executor = ClusterExecutor(_plan(_SECOND), suite(), cluster.scheduler_address)
        try:
            plain = Plain(_campaign(folders(), executor, _SECOND).searches, _SECOND)
            ours, alone = ratios.against(lambda: _campaign(folders(), executor, _SECOND), plain, rounds=5)
        finally:
            executor.close()
    ratios.note(Figure("campaign through Dask, one worker", ours / alone, "the same cases judged in a loop", "< 1.25"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peaks of memory are read from Linux's /proc")
def test_a_million_cases_to_a_thousand(ratios: Ratios, tmp_path: Path) -> None:
    """Verdicts are made up, so that the campaign's own part remains."""
    program = str(Path(__file__).with_name("simulated.py"))

    def run(cases: int) -> list[float]:
        done = subprocess.run(
            [sys.executable, program, str(cases), str(tmp_path / str(cases))], check=True, capture_output=True, text=True
        )
        return json.loads(done.stdout)

    found: list[list[float]] = []
    ratios.against(lambda: found.append(run(1_000_000)), lambda: found.append(run(1_000)), rounds=1)
    small, large = found
    remark = f"{large[3] / 1024:.0f} MiB, {large[0]:.0f} s, {large[4] / 1e6:.1f} bytes a case"
    ratios.note(Figure("peak memory, 1e6 cases", large[3] / small[3], "1e3 cases", "flat", remark))
    ratios.note(Figure("resuming 1e6 finished cases", large[1], "a second", "< 2", f"{large[1]:.2f} s"))
