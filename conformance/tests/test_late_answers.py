"""What a program says too late is the answer to nothing: not to the question that it was asked, nor to a later one."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from mlp_conformance.process import ProcessError, ProcessImplementation
from mlp_reference.network import Layer, Network

PROGRAM = Path(__file__).parent / "misbehaving" / "late.py"
WAYS = {
    "after the time limit": "did not answer within 0.4 s",
    "a byte at a time": "said only half a line within 0.4 s",
    "by a daemon": "ended with exit status 0|more than one line",  # where the daemon was quicker than the look
    "by a daemon, and hangs": "more than one line|did not answer within 0.4 s|another seq",
}


def loss(program: ProcessImplementation, inputs: int) -> float:
    network = Network((Layer(np.ones((inputs, 1)), np.zeros(1), "sigmoid"),))
    return program.loss(network, np.ones((1, inputs)), np.ones((1, 1)))


@pytest.mark.skipif(os.name != "posix", reason="sessions are of POSIX")
@pytest.mark.parametrize("way", sorted(WAYS))
def test_what_comes_too_late_answers_nothing(way: str) -> None:
    threads, daemons = threading.active_count(), []
    try:
        with ProcessImplementation([sys.executable, "-S", str(PROGRAM), way], timeout=0.4) as program:
            with pytest.raises(ProcessError, match=WAYS[way]) as failed:
                loss(program, 13)
            daemons = [int(number) for number in re.findall(r"(?m)^\s*(\d+)\s*$", str(failed.value))]
            time.sleep(0.2)  # a daemon has spoken by now, into a pipe that nobody reads
            assert [loss(program, 2) for _ in range(3)] == [0.5] * 3
    finally:
        for daemon in daemons:
            with suppress(ProcessLookupError):
                os.kill(daemon, signal.SIGKILL)
    assert threading.active_count() == threads
