"""A campaign that is killed at any instant and resumed ends byte for byte as if nothing had happened (tox -e campaign).

Clients, rooms, workers, their nannies and the scheduler are killed with SIGKILL at random moments, 60 times in all.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from campaigning import content, ended, kill, started
from clusters import Cluster, psutil, rooms

CASES = 200
WHAT = ("reference", "reference-float32", "fault:no-half")
KILLS = int(os.environ["MLP_CAMPAIGN_KILLS"])


@dataclass(frozen=True)
class Undisturbed:
    """What nobody disturbed: its content, and how long it took, beginning included."""

    content: dict[str, str]
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed") / "campaign"
    began = time.monotonic()
    done = ended(*WHAT, "--cases", str(CASES), "--output", folder, "--jobs", "2")
    assert done.returncode == 1, done.stderr
    return Undisturbed(content(folder), time.monotonic() - began)


def _client(folder: Path, *options: str) -> subprocess.Popen[str]:
    if (folder / "campaign.json").exists():
        return started("--resume", folder, *options)
    return started(*WHAT, "--cases", str(CASES), "--output", folder, *options)


def test_clients_and_rooms_are_killed(undisturbed: Undisturbed, tmp_path: Path) -> None:
    chance, kills, round_ = random.Random(1), Counter[str](), 0
    while kills.total() < KILLS:
        round_ += 1
        folder = tmp_path / f"campaign{round_}"
        client = _client(folder, "--jobs", "2")
        while True:
            try:
                client.communicate(timeout=chance.uniform(0.05, 0.8) * undisturbed.seconds)
            except subprocess.TimeoutExpired:
                found = rooms()
                if found and chance.random() < 0.5:
                    kill(chance.choice(found).pid)
                    kills["room"] += 1
                    continue
                kill(client.pid)
                kills["client"] += 1
                client.communicate()
                client = _client(folder, "--jobs", "2")
            else:
                break
        assert client.returncode == 1, client.returncode
        assert content(folder) == undisturbed.content, f"campaign {round_}, after {dict(kills)}"
    print(dict(kills), f"in {round_} campaigns")


def test_workers_scheduler_and_clients_are_killed(undisturbed: Undisturbed, tmp_path: Path) -> None:
    with Cluster(tmp_path) as cluster:
        _killed_on(cluster, undisturbed, tmp_path)


def _killed_on(cluster: Cluster, undisturbed: Undisturbed, tmp_path: Path) -> None:
    chance, kills, round_ = random.Random(2), Counter[str](), 0
    while kills.total() < KILLS:
        round_ += 1
        folder = tmp_path / f"campaign{round_}"
        client = _client(folder, "--scheduler", cluster.address)
        while True:
            try:
                _, said = client.communicate(timeout=chance.uniform(0.05, 0.8) * undisturbed.seconds)
            except subprocess.TimeoutExpired:
                kills[_somebody_killed(chance, cluster, client)] += 1
                continue
            assert client.returncode == -9 or "Traceback" not in said, said
            assert client.returncode in (1, 2, -9), said
            if client.returncode == 1:
                break
            if not cluster.scheduler.is_running() or cluster.scheduler.status() == psutil.STATUS_ZOMBIE:
                cluster.stop()
                cluster.start()
            elif not cluster.workers.is_running() or cluster.workers.status() == psutil.STATUS_ZOMBIE:
                cluster.start_workers()
            client = _client(folder, "--scheduler", cluster.address)
        assert content(folder) == undisturbed.content, f"campaign {round_}, after {dict(kills)}"
    print(dict(kills), f"in {round_} campaigns")


def _somebody_killed(chance: random.Random, cluster: Cluster, client: subprocess.Popen[str]) -> str:
    who = chance.choices(("worker", "room", "client", "nanny", "scheduler"), (4, 3, 3, 1, 1))[0]
    if who == "worker" and (worker := cluster.worker(chance)) is not None:
        kill(worker.pid)
    elif who == "room" and (found := rooms()):
        kill(chance.choice(found).pid)
    elif who == "nanny":
        kill(cluster.workers.pid)
        cluster.workers.wait()
        time.sleep(1)
        cluster.start_workers()
    elif who == "scheduler":
        kill(cluster.scheduler.pid)
        cluster.scheduler.wait()
    else:
        kill(client.pid)
        return "client"
    return who
