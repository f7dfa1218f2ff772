"""What a campaign costs beyond judging, on one core, on two, through Dask; and that neither memory nor resuming grows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import Figure, Ratios

pytest.importorskip("pyarrow", reason="pip install 'mlp-conformance[campaign]'")

from mlp_conformance.campaign.conduct import Campaign
from mlp_conformance.campaign.identity import identity_of
from mlp_conformance.campaign.judging import judge_case, oracle_of
from mlp_conformance.campaign.local import LocalExecutor
from mlp_conformance.campaign.plan import Plan
from mlp_conformance.campaign.room import Room
from mlp_conformance.campaign.store import Store, suite
from mlp_conformance.loading import load

#: Chunks of about a second, and as many for each of two processes.
_CASES, _CHUNK = 800, 100


def _plan() -> Plan:
    return Plan(0, _CASES, (identity_of("reference", load("reference")),), chunk=_CHUNK)


def _plain() -> None:
    """Draw and judge the same cases, in turn, in this process."""
    plan, subject = _plan(), load("reference")
    for number in range(_CASES):
        if not plan.is_search(number):
            case, _, stratum = plan.case(number, {})
            judge_case(subject, case, oracle_of(case, subject), (number, 0, stratum))


def _campaign(folder: Path, executor: Any) -> None:
    """A whole campaign, its processes being there already; a quarter of its cases are the search's, unlike in `_plain`."""
    with Store.create(folder, _plan()) as store:
        Campaign(store).run(executor)


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


def test_overhead_over_plain_judging(ratios: Ratios, folders: Callable[[], Path]) -> None:
    with closing(_warm(1)) as executor:
        ours, plain = ratios.against(lambda: _campaign(folders(), executor), _plain, rounds=3)
    each = 1e3 * plain / (_CASES * 3 / 4)
    remark = f"{each:.1f} ms a case to judge"
    ratios.note(Figure("campaign, one process", ours * 3 / 4 / plain, "the same cases judged in a loop", "< 1.15", remark))


def test_two_workers_to_one(ratios: Ratios, folders: Callable[[], Path]) -> None:
    with closing(_warm(1)) as one, closing(_warm(2)) as two:
        both, single = ratios.against(lambda: _campaign(folders(), two), lambda: _campaign(folders(), one), rounds=3)
    ratios.note(
        Figure("campaign, one process", single / both, "two processes", ">= 1.8", f"{_CASES / both:.0f} cases a second")
    )


def test_through_dask(ratios: Ratios, folders: Callable[[], Path]) -> None:
    distributed = pytest.importorskip("distributed", reason="pip install 'mlp-conformance[cluster]'")
    from mlp_conformance.campaign.cluster import ClusterExecutor

    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        executor = ClusterExecutor(_plan(), suite(), cluster.scheduler_address)
        try:
            ours, plain = ratios.against(lambda: _campaign(folders(), executor), _plain, rounds=3)
        finally:
            executor.close()
    ratios.note(Figure("campaign through Dask, one worker", ours * 3 / 4 / plain, "the same cases in a loop", "< 1.25"))


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
