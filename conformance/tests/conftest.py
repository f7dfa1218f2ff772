"""What the harness's tests share: the formulations of the reference's tests, and pytest's own test machinery."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from mlp_conformance.checks import checks

pytest_plugins = ["pytester", "conversing"]

sys.path.insert(0, str(Path(__file__).parents[2] / "reference" / "tests"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's background, where programs inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def searches_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a diagnosis finds after a short run does not depend on how busy the machine is."""
    monkeypatch.setattr("mlp_conformance.diagnosis.patience._AT_LEAST", 20.0)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that run every check of programs that are as right in any width: 784-128-10 is judged in its first steps."""
    checks()  # in their own order, before one of their modules is asked for
    monkeypatch.setattr("mlp_conformance.checks.wide.STEPS", (((98, 16, 10), 4), ((196, 32, 10), 8)))


@pytest.fixture
def undiagnosed(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that ask what fails and not why: nothing is looked for that explains it."""
    monkeypatch.setattr("mlp_conformance.diagnosis.diagnose", lambda *given: ([], ""))
