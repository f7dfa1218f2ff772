"""On a cluster of real processes: the same content as on one machine, and whatever is wrong with it said in words.

With `tox -e campaign`: starting Dask takes seconds each time.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from campaigning import content, ended, kill, started
from clusters import Cluster

import mlp_conformance
import mlp_reference

CASES = 200
WHAT = ("reference", "fault:no-half")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The content of the campaign on this machine."""
    folder = tmp_path_factory.mktemp("here") / "campaign"
    assert ended(*WHAT, "--cases", str(CASES), "--output", folder, "--jobs", "2").returncode == 1
    return content(folder)


def _begun(client: subprocess.Popen[str], folder: Path) -> None:
    """Wait until a first chunk is finished."""
    deadline = time.monotonic() + 120
    while not list(folder.glob("results/*.parquet")) and time.monotonic() < deadline and client.poll() is None:
        time.sleep(0.05)


def test_a_worker_that_hangs_is_done_without(here: dict[str, str], tmp_path: Path) -> None:
    """It is stopped, not killed: its connections stay open, and it says nothing any more."""
    with Cluster(tmp_path, {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "10s"}) as cluster:
        client = started(*WHAT, "--cases", str(CASES), "--output", tmp_path / "c", "--scheduler", cluster.address)
        _begun(client, tmp_path / "c")
        hung = cluster.worker(random.Random(1))
        hung.send_signal(signal.SIGSTOP)
        _, said = client.communicate(timeout=240)
    assert client.returncode == 1, said
    assert content(tmp_path / "c") == here


def test_a_scheduler_that_vanishes_stops_it_and_another_machine_goes_on(here: dict[str, str], tmp_path: Path) -> None:
    with Cluster(tmp_path) as cluster:
        client = started(*WHAT, "--cases", str(CASES), "--output", tmp_path / "c", "--scheduler", cluster.address)
        _begun(client, tmp_path / "c")
        kill(cluster.scheduler.pid)
        _, said = client.communicate(timeout=240)
    assert client.returncode == 2, said
    assert f"the scheduler at {cluster.address}" in said
    assert "Traceback" not in said
    assert ended("--resume", tmp_path / "c", "--jobs", "2").returncode == 1
    assert content(tmp_path / "c") == here


def test_workers_without_the_implementation_are_named(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "only_here.py").write_text("from mlp_conformance.adapters.reference import ReferenceAdapter as Mine\n")
    with Cluster(tmp_path) as cluster, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path / "mine"), prepend=os.pathsep)
        done = ended("only_here:Mine", "--cases", "9", "--output", tmp_path / "c", "--scheduler", cluster.address)
    assert done.returncode == 2, done.stderr
    assert "the worker tcp://127.0.0.1:" in done.stderr
    assert "only_here" in done.stderr
    assert not (tmp_path / "c").exists()


def test_workers_with_another_suite_are_named(tmp_path: Path) -> None:
    for package in (mlp_conformance, mlp_reference):
        folder = Path(str(package.__file__)).parent
        shutil.copytree(folder, tmp_path / "other" / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    with open(tmp_path / "other" / "mlp_reference" / "losses.py", "a") as source:
        source.write("# another\n")
    path = os.pathsep.join([str(tmp_path / "other"), os.environ.get("PYTHONPATH", "")])
    with Cluster(tmp_path, {"PYTHONPATH": path}) as cluster:
        done = ended("reference", "--cases", "9", "--output", tmp_path / "c", "--scheduler", cluster.address)
    assert done.returncode == 2, done.stderr
    assert "another suite here: the source of mlp-conformance" in done.stderr
    assert not (tmp_path / "c").exists()
