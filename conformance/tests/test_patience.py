"""An implementation that takes long is judged on a part of the networks, unless their number is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mlp_conformance import Claims, subject
from mlp_conformance.checks import Settings, find
from mlp_conformance.checks.trial import BUDGET, ENOUGH, PATIENCE, Trial
from mlp_conformance.loading import load
from mlp_conformance.results import Result
from mlp_conformance.runner import finished, run_check, run_checks, select
from mlp_conformance.strategies import Scope
from mlp_conformance.subject import Subject
from mlp_reference import mlp

#: What an answer takes, so that a check's usual number of networks takes twice the patience.
LONG = 2 * PATIENCE / Settings.examples


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers take what they say that they take, on a busy machine as on a quiet one."""
    Forward.taken = 0.0
    monkeypatch.setattr(subject, "time", SimpleNamespace(process_time=lambda: Forward.taken))


class Forward:
    """A forward pass that takes its time, and is wrong in networks of one shape if it is told to be."""

    claims = Claims(name="slow")
    taken = 0.0

    def __init__(self, takes: float = 0.0, wrong: Callable[[Any], bool] = lambda network: False) -> None:
        self.takes, self.is_wrong = takes, wrong

    def forward(self, network: Any, inputs: np.ndarray) -> Any:
        Forward.taken += self.takes
        activations = mlp.forward(network, inputs)
        return [np.add(a, 1e-3) for a in activations] if self.is_wrong(network) else activations


def judged(settings: Settings, takes: float = 0.0, wrong: Callable[[Any], bool] = lambda network: False) -> Result:
    slow = Subject(lambda: Forward(takes, wrong), "slow.py:Forward")
    return run_check(slow, find("drawn/forward"), settings)


def test_a_part_of_the_networks_is_enough_where_answers_take_long() -> None:
    result = judged(Settings(hurried=True), takes=LONG)
    assert result.verdict == "passed"
    assert result.shortened
    assert ENOUGH * Settings.examples <= result.drawn < Settings.examples


def test_all_are_drawn_where_answers_come_at_once_or_their_number_is_asked_for() -> None:
    for result in (judged(Settings(hurried=True)), judged(Settings(), takes=LONG)):
        assert result.verdict == "passed"
        assert not result.shortened
        assert result.drawn >= Settings.examples


def test_the_report_says_so_and_what_draws_all() -> None:
    settings = Settings(hurried=True)
    result = judged(settings, takes=LONG)
    slow = Subject(Forward, "slow.py:Forward")
    text = finished(slow, [result], settings).text()
    assert f"one check ended with a part of the networks: --examples {settings.examples} draws all" in " ".join(text.split())
    assert "part of the networks" not in finished(slow, [replace(result, shortened=False)], settings).text()


def late(first: int) -> Callable[[Any], bool]:
    """Says of every network from that one on that it is wrong."""
    seen = count()
    return lambda network: next(seen) >= first


def test_a_failure_that_a_slower_day_would_not_reach_is_repeated_with_its_number_of_networks() -> None:
    hurried = Settings(hurried=True, shrink=False)
    later = judged(hurried, takes=0.4 * LONG, wrong=late(45))
    soon = judged(hurried, takes=0.4 * LONG, wrong=late(2))
    quick = judged(hurried, wrong=late(45))
    assert later.verdict == soon.verdict == quick.verdict == "failed"
    assert (later.reproduce or "").endswith(f"--examples {Settings.examples}")
    assert "--examples" not in (soon.reproduce or "") + (quick.reproduce or "")


def test_each_part_of_a_check_draws_networks_of_its_own() -> None:
    """Where the first ended early, the next one still asks."""
    slow = Subject(lambda: Forward(LONG), "slow.py:Forward")
    trial = Trial(slow.session(), Settings(hurried=True), "drawn/forward")
    asked = []
    for _ in range(2):
        before = trial.answered
        trial.for_each(Scope(), lambda case: trial.check_forward(case))
        asked.append(trial.answered - before)
    assert trial.shortened
    assert all(ENOUGH * Settings.examples <= count < Settings.examples for count in asked)


def test_where_a_whole_run_takes_long_each_check_that_follows_asks_one_network_and_says_so() -> None:
    slow = Subject(Forward, "slow.py:Forward")
    kinds = [found for pattern in ("drawn/forward", "symmetry/hidden-units-forward", "magnitude/") for found in select(pattern)]
    quick = [result for result in run_checks(slow, kinds, Settings(hurried=True)) if result.verdict == "passed"]
    assert not any(result.shortened for result in quick)
    slow.worked = 2 * BUDGET
    for before in quick:
        result = run_check(slow, find(before.check), Settings(hurried=True))
        assert result.verdict == "passed"
        assert result.drawn == min(before.drawn, 1)
        assert result.shortened or before.drawn <= 1
    assert run_check(slow, find("drawn/forward"), Settings()).drawn >= Settings.examples


def test_a_run_begins_with_all_its_patience() -> None:
    slow = Subject(Forward, "slow.py:Forward")
    slow.worked = 2 * BUDGET
    (result,) = run_checks(slow, [find("drawn/forward")], Settings(hurried=True))
    assert not result.shortened


def test_what_is_wrong_in_the_first_network_is_seen_late_in_a_run() -> None:
    slow = Subject(lambda: Forward(wrong=lambda network: True), "slow.py:Forward")
    slow.worked = 2 * BUDGET
    assert run_check(slow, find("drawn/forward"), Settings(hurried=True)).verdict == "failed"


def test_what_jax_compiles_late_in_a_run_it_compiles_in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"jax_disable_most_optimizations": False}
    monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(config=SimpleNamespace(values=values, update=values.__setitem__)))
    seen: list[bool] = []

    def noting(network: Any) -> bool:
        seen.append(values["jax_disable_most_optimizations"])
        return False

    slow = Subject(lambda: Forward(wrong=noting), "slow.py:Forward")
    run_check(slow, find("drawn/forward"), Settings(hurried=True))
    slow.worked = 2 * BUDGET
    run_check(slow, find("drawn/forward"), Settings(hurried=True))
    assert seen == [*[False] * (len(seen) - 1), True]


def test_what_a_program_imports_is_time_that_its_user_has_waited(tmp_path: Path) -> None:
    """Measured where it is: the clock of this file is that of the answers alone."""
    waited = 0.2
    (tmp_path / "heavy_of_patience.py").write_text(HEAVY.format(waited))
    (tmp_path / "net.py").write_text("import heavy_of_patience\n" + NETWORK)
    assert load(str(tmp_path / "net.py")).sought >= waited


HEAVY = """
import time

start = time.process_time()
while time.process_time() - start < {}:
    pass
"""
NETWORK = """
import numpy as np


class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, x):
        self.h = np.tanh(x @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2
"""
