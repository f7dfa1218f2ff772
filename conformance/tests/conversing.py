"""A program that misbehaves as it is told to, what it is asked, and what must be left of it: nothing."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlp_reference.network import Layer, Network

PROGRAM = Path(__file__).parent / "misbehaving" / "program.py"
NETWORK = Network((Layer(np.ones((1, 1)), np.zeros(1), "sigmoid"),))
QUIETLY, OTHERWISE = np.ones((1, 1)), np.ones((1, 13))
TARGETS = np.ones((1, 1))


def program(misbehaviour: str, *arguments: str) -> list[str]:
    return [sys.executable, "-S", str(PROGRAM), misbehaviour, *arguments]


def descriptors() -> int:
    return len(os.listdir("/dev/fd"))


def is_running(pid: int) -> bool:
    """Whether the process exists and is no zombie (orphans are reaped by init, not by us)."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in ("", "Z")


@pytest.fixture(scope="module")
def what_there_was_is_kept() -> Iterator[None]:
    """Collecting garbage, twice for each test, looks through what these tests have made and not at what others left."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def nothing_is_left(what_there_was_is_kept: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No process, zombie, thread or file descriptor stays behind, and no test takes long."""
    started: list[int] = []

    def start(*arguments: Any, **options: Any) -> subprocess.Popen[Any]:
        process = popen(*arguments, **options)
        started.append(process.pid)
        return process

    popen = subprocess.Popen
    monkeypatch.setattr("subprocess.Popen", start)
    gc.collect()
    threads, before, began = threading.active_count(), descriptors(), time.monotonic()
    yield
    took = time.monotonic() - began
    gc.collect()
    assert threading.active_count() == threads
    assert descriptors() == before, "file descriptors were left open"
    for pid in started:
        with pytest.raises(ChildProcessError):  # no child of ours any more, dead or alive
            os.waitpid(pid, os.WNOHANG)
    assert took < 15, "this should be bounded"
