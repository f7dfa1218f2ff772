"""A program that ended is started again, within bounds; and it is ended with the run, however that ends."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conversing import NETWORK, OTHERWISE, QUIETLY, TARGETS, is_running, program

from mlp_conformance.process import ProcessError, ProcessImplementation

pytestmark = pytest.mark.usefixtures("nothing_is_left")


def test_restarts_are_bounded() -> None:
    with ProcessImplementation(program("exit 0"), max_restarts=2) as implementation:
        for _ in range(3):
            with pytest.raises(ProcessError, match="exit status 0"):
                implementation.loss(NETWORK, OTHERWISE, TARGETS)
        for _ in range(100):
            with pytest.raises(ProcessError, match="given up"):
                implementation.loss(NETWORK, QUIETLY, TARGETS)


@pytest.mark.parametrize("misbehaviour", ["exit 0", "hang"])
def test_what_no_program_need_answer_costs_no_restart(misbehaviour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for as long as an answer is, and nothing more of the kind is asked."""
    monkeypatch.setattr("mlp_conformance.process._AMISS_SECONDS", 0.2)
    with ProcessImplementation(program(misbehaviour), max_restarts=1) as implementation:
        for reason in ("exit status 0|within 0.2 s", "not asked", "not asked"):
            with pytest.raises(ProcessError, match=reason), implementation.asked_amiss():
                implementation.loss(NETWORK, OTHERWISE, TARGETS)
        assert implementation.loss(NETWORK, QUIETLY, TARGETS) == 0.5
        implementation.timeout = 0.5
        with pytest.raises(ProcessError, match=r"exit status 0|within 0.5 s"):
            implementation.loss(NETWORK, OTHERWISE, TARGETS)
        assert implementation.loss(NETWORK, QUIETLY, TARGETS) == 0.5


def test_a_program_that_does_not_answer_is_waited_for_so_long_and_no_longer() -> None:
    with ProcessImplementation(program("hang"), timeout=0.3, max_restart_seconds=0.5) as implementation:
        for reason in ("within 0.3 s", "within 0.3 s", "did not answer for too long: it is given up"):
            with pytest.raises(ProcessError, match=reason):
                implementation.loss(NETWORK, OTHERWISE, TARGETS)


def test_a_program_that_starts_slower_each_time_is_given_up(tmp_path: Path) -> None:
    command = program("starts slower each time", str(tmp_path / "starts"))
    began = time.monotonic()
    with ProcessImplementation(command, max_restart_seconds=0.8) as implementation:
        for _ in range(50):
            with pytest.raises(ProcessError):
                implementation.loss(NETWORK, np.ones((0, 0)), TARGETS)
        with pytest.raises(ProcessError, match=r"too slowly, .* it is given up"):
            implementation.loss(NETWORK, QUIETLY, TARGETS)
    assert time.monotonic() - began < 5


def test_a_program_that_cannot_be_started_again_is_an_error_each_time(tmp_path: Path) -> None:
    command = program("fails from the second start on", str(tmp_path / "starts"))
    with ProcessImplementation(command) as implementation:
        with pytest.raises(ProcessError, match="exit status 1"):
            implementation.loss(NETWORK, OTHERWISE, TARGETS)
        with pytest.raises(ProcessError, match=r"started again: .* exit status 1"):
            implementation.loss(NETWORK, QUIETLY, TARGETS)


def test_claims_may_not_change_with_a_restart(tmp_path: Path) -> None:
    command = program("claims other things later", str(tmp_path / "starts"))
    with ProcessImplementation(command) as implementation:
        with pytest.raises(ProcessError):
            implementation.loss(NETWORK, OTHERWISE, TARGETS)
        with pytest.raises(ProcessError, match="claims something else"):
            implementation.loss(NETWORK, QUIETLY, TARGETS)


def test_a_program_that_ignores_stop_is_ended() -> None:
    implementation = ProcessImplementation(program("ignores stop"))
    began = time.monotonic()
    implementation.close()
    implementation.close()
    assert time.monotonic() - began < 3


def test_a_forgotten_implementation_ends_its_program() -> None:
    ProcessImplementation(program("well-behaved"))  # and the fixture looks whether anything is left


@pytest.mark.parametrize("way", ["", "raise KeyboardInterrupt", "import os, signal; os.kill(os.getpid(), signal.SIGINT)"])
def test_the_program_ends_with_the_interpreter_and_with_ctrl_c(way: str) -> None:
    script = (
        "import sys, numpy as np\n"
        "from mlp_conformance.process import ProcessImplementation\n"
        f"implementation = ProcessImplementation({program('ignores SIGTERM')!r})\n"
        "print(implementation._child._process.pid, flush=True)\n"
        f"{way}\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=20)
    assert ("KeyboardInterrupt" in done.stderr) == bool(way)
    assert not is_running(int(done.stdout))


def test_ctrl_c_in_the_middle_of_a_call_ends_the_program() -> None:
    import signal

    implementation = ProcessImplementation(program("hang"))
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    previous = signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    try:
        with pytest.raises(KeyboardInterrupt):
            implementation.loss(NETWORK, OTHERWISE, TARGETS)
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert implementation.loss(NETWORK, QUIETLY, TARGETS) == 0.5, "the conversation starts anew"
    implementation.close()
