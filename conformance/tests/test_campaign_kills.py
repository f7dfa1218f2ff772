"""A campaign that is killed at any instant and resumed ends byte for byte as if nothing had happened (tox -e campaign).

Clients, rooms, workers, their nannies and the scheduler are killed with SIGKILL at random moments, 60 times in all.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from campaigning import content, ended, kill, started

psutil = pytest.importorskip("psutil", reason="tox -e campaign installs it")
pytest.importorskip("distributed", reason="tox -e campaign installs it")
if not os.environ.get("MLP_CAMPAIGN_KILLS"):
    pytest.skip("kills hundreds of processes for minutes: tox -e campaign", allow_module_level=True)

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


def _rooms() -> list[Any]:
    """Processes of ours in which implementations are judged, whoever started them."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        with suppress(psutil.Error):
            if "mlp_conformance.campaign.inside" in (process.info["cmdline"] or []) and _is_ours(process):
                found.append(process)
    return found


def _is_ours(process: Any) -> bool:
    with suppress(psutil.Error):
        return os.getpid() in [parent.pid for parent in process.parents()]
    return False


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
                rooms = _rooms()
                if rooms and chance.random() < 0.5:
                    kill(chance.choice(rooms).pid)
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


class Cluster:
    """A scheduler and workers as separate processes, which may be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.scheduler, self.workers = folder, None, None
        self.start()

    def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        port = self.address.rsplit(":", 1)[1]
        self.scheduler = self._dask("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        self.start_workers()

    def start_workers(self) -> None:
        self.workers = self._dask("worker", self.address, "--nworkers", "2", "--nthreads", "1", "--no-dashboard")

    def _dask(self, *arguments: str) -> Any:
        command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
        with open(self.folder / "dask.log", "ab") as log:
            return psutil.Popen(command, stdout=log, stderr=log, cwd=self.folder)

    def worker(self, chance: random.Random) -> Any:
        """One of the workers' processes, if any is there."""
        found = []
        with suppress(psutil.NoSuchProcess):
            found = [process for process in self.workers.children(recursive=True) if _is_a_worker(process)]
        return chance.choice(found) if found else None

    def stop(self) -> None:
        for process in (self.workers, self.scheduler):
            with suppress(psutil.Error):
                for child in process.children(recursive=True):
                    kill(child.pid)
            kill(process.pid)
            process.wait()


def _is_a_worker(process: Any) -> bool:
    with suppress(psutil.Error):
        return "mlp_conformance.campaign.inside" not in process.cmdline()
    return False


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(tmp_path)
    yield found
    found.stop()


def test_workers_scheduler_and_clients_are_killed(undisturbed: Undisturbed, tmp_path: Path, cluster: Cluster) -> None:
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
    elif who == "room" and (rooms := _rooms()):
        kill(chance.choice(rooms).pid)
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
