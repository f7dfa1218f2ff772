"""A Dask cluster for the tests: a scheduler and workers as processes of their own, which may be killed or stopped.

Tests that import it are skipped, with the reason, outside `tox -e campaign`.
"""

from __future__ import annotations

import os
import random
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from campaigning import kill

psutil = pytest.importorskip("psutil", reason="tox -e campaign installs it")
pytest.importorskip("distributed", reason="tox -e campaign installs it")
if not os.environ.get("MLP_CAMPAIGN_KILLS"):
    pytest.skip("starts clusters and kills processes for minutes: tox -e campaign", allow_module_level=True)


class Cluster:
    """A scheduler, and a nanny with two workers. environment: what theirs has beyond this process's. A context manager."""

    def __init__(self, folder: Path, environment: Mapping[str, str | None] | None = None) -> None:
        self.folder = folder
        given = {**os.environ, **(environment or {})}
        self._environment = {name: value for name, value in given.items() if value is not None}
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

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
            return psutil.Popen(command, stdout=log, stderr=log, cwd=self.folder, env=self._environment)

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
        return "mlp_conformance.campaign.inside" not in process.cmdline() and "spawn_main" in " ".join(process.cmdline())
    return False


def rooms() -> list[Any]:
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
