"""What is drawn at random: right draws are never rejected, each fault is, and every probability is what it says it is."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise
from math import exp, log
from typing import Any

import numpy as np
import pytest

from mlp_conformance import Claims, chance
from mlp_conformance.checks import Settings, Trial, find
from mlp_conformance.checks import chance as module
from mlp_conformance.claims import ClaimsError
from mlp_conformance.faults import CHANCE_FAULTS, FaultImplementation
from mlp_conformance.loading import load
from mlp_conformance.results import Result
from mlp_conformance.runner import run_check
from mlp_reference import starts
from mlp_reference.chance import at_least, at_most, greatest_probability, least_probability
from mlp_reference.mlp import Algorithm

CHECKS = ("random/initial-weights", "random/seed", "random/masks")
CONVERGENCE = "random/convergence"


def judged(spec: Any, check: str, **settings: Any) -> Result:
    return run_check(load(spec), find(check), Settings(**settings))


class Document:
    """A class of the document's shape."""

    def __init__(self, input_size: int, hidden_size: int, output_size: int) -> None:
        self.weights_input_hidden = self.drawn(input_size, hidden_size)
        self.weights_hidden_output = self.drawn(hidden_size, output_size)
        self.bias_hidden, self.bias_output = np.zeros((1, hidden_size)), np.zeros((1, output_size))

    def drawn(self, *shape: int) -> Any:
        return np.random.rand(*shape)

    def feedforward(self, X: Any) -> Any:
        self.hidden = 1 / (1 + np.exp(-(X @ self.weights_input_hidden + self.bias_hidden)))
        self.output = 1 / (1 + np.exp(-(self.hidden @ self.weights_hidden_output + self.bias_output)))
        return self.output

    def backpropagation(self, X: Any, y: Any, learning_rate: float) -> None:
        delta = (y - self.output) * self.output * (1 - self.output)
        hidden = delta @ self.weights_hidden_output.T * self.hidden * (1 - self.hidden)
        self.weights_hidden_output += self.hidden.T @ delta * learning_rate
        self.bias_output += delta.sum(axis=0) * learning_rate
        self.weights_input_hidden += X.T @ hidden * learning_rate
        self.bias_hidden += hidden.sum(axis=0) * learning_rate


class Claiming(Document):
    claims = Claims(name="claiming", max_hidden_layers=1, initial_weights=(0, 1))


# ---- right draws


@pytest.mark.parametrize("spec", ["reference", "reference-float32", "reference-float16"])
def test_the_reference_draws_as_it_claims(spec: str) -> None:
    for check in CHECKS:
        found = [judged(spec, check, seed=seed).verdict for seed in range(20)]
        assert found == ["passed"] * 20


class OtherEnds:
    """Uniform between other ends, from a generator of 15 bits; one output alone."""

    claims = Claims(name="ends", initial_weights=(-0.5, 0.25), max_outputs=1)

    def forward(self, network: Any, inputs: Any) -> Any:
        return Algorithm().forward(network, inputs)

    def initial(self, sizes: Any) -> Any:
        def drawn(*shape: int) -> Any:
            return np.random.randint(2**15, size=shape) / 2**15 * 0.75 - 0.5

        return [(drawn(m, n), np.zeros((1, n))) for m, n in pairwise(sizes)]


def test_coarse_generators_and_other_ends_are_right() -> None:
    assert judged(OtherEnds, CHECKS[0]).verdict == "passed"


def test_a_class_of_the_documents_shape_is_asked_for_its_start() -> None:
    for mlp in (Document, Claiming):
        found = judged(mlp, CHECKS[0])
        assert found.verdict == "passed", found.message
    assert "as in the document's program" in judged(Document, CHECKS[0]).message


def test_another_start_is_held_against_nobody_who_claims_none() -> None:
    class Normal(Document):
        def drawn(self, *shape: int) -> Any:
            return np.random.randn(*shape)

    found = judged(Normal, CHECKS[0])
    assert found.verdict == "unsupported"
    assert "nothing is claimed of the initial weights" in found.message
    assert judged(type("Wrong", (Normal,), {"claims": Claiming.claims}), CHECKS[0]).verdict == "failed"


@pytest.mark.parametrize("reads", [True, False])
def test_a_constructors_seed_is_judged(reads: bool) -> None:
    class Seeded(Document):
        def __init__(self, m: int, n: int, k: int, random_state: int | None = None) -> None:
            self.generator = np.random.default_rng(random_state if reads else None)
            super().__init__(m, n, k)

        def drawn(self, *shape: int) -> Any:
            return self.generator.random(shape)

    assert judged(Seeded, "random/seed").verdict == ("passed" if reads else "failed")


def test_global_generators_are_put_back_and_the_same_seed_gives_the_same_verdict() -> None:
    session, told = load(Claiming).session(), []
    for seed in (5, 6):
        np.random.seed(seed)
        random.seed(seed)
        expected = np.random.get_state()[1].tolist(), random.getstate()
        trial = Trial(session, Settings(), CHECKS[0])
        find(CHECKS[0]).run(trial)
        assert (np.random.get_state()[1].tolist(), random.getstate()) == expected
        told.append(trial.note)
    assert told[0] == told[1]


# ---- faults


@pytest.mark.parametrize("id", CHANCE_FAULTS)
def test_every_fault_of_what_is_drawn_is_killed_and_nothing_else_is_wrong(id: str) -> None:
    found = [judged(f"fault:{id}", check, seed=seed) for check in CHECKS for seed in range(3)]
    killed = {requirement for result in found if result.verdict == "failed" for requirement in result.requirements}
    assert killed & set(CHANCE_FAULTS[id].breaks)
    assert all(result.verdict in ("passed", "failed") for result in found)
    case = starts.xor().map(lambda values: np.array(values, dtype=float))
    outputs = (known.forward(case.network, case.inputs)[-1] for known in (FaultImplementation(id), Algorithm()))
    assert np.array_equal(*outputs)


def test_answers_of_another_form_are_errors_not_crashes() -> None:
    class Odd(OtherEnds):
        def initial(self, sizes: Any) -> Any:
            return [(np.zeros((m, n)), None) for m, n in pairwise(sizes)]

        def mask(self, samples: int, units: int, dropout: float) -> Any:
            return np.ones((units, samples))

    assert judged(Odd, CHECKS[0]).verdict == "error"
    assert judged(Odd, CHECKS[2]).verdict == "error"


@pytest.mark.parametrize("ends", [(1, 0), (0, float("inf")), "uniform", (0, 1, 2), (False, True)])
def test_ends_that_make_no_sense_are_refused(ends: Any) -> None:
    with pytest.raises(ClaimsError, match="initial_weights is"):
        Claims(initial_weights=ends).validate()


# ---- convergence


def test_the_stored_proportion_follows_from_its_starts() -> None:
    known = starts.certified()
    found = ["converged"] * known.count
    for k in known.stuck:
        found[k] = "stuck"
    for k in known.undecided:
        found[k] = "undecided"
    assert starts.proportion(found) == known
    assert known.count == starts.COUNT
    assert 0.85 < known.low < known.converged / known.count < known.high < 1


def test_starts_are_certified_as_they_are_stored() -> None:
    """One that converges and one that is stuck, certified again; and what fifty do as floats."""
    stuck = set(starts.certified().stuck)
    first = next(k for k in range(starts.COUNT) if k not in stuck)
    assert [next(starts.outcomes(k, k + 1)) for k in (first, min(stuck))] == ["converged", "stuck"]
    number = max(50, min(stuck) + 1)
    case = starts.xor().map(lambda values: np.array(values, dtype=float))
    for k, end in enumerate(starts.trained([starts.start(k) for k in range(number)], starts.EPOCHS)[:, -1]):
        layers = [(end[:4].reshape(2, 2), end[4:6]), (end[6:8].reshape(2, 1), end[8:])]
        output = Algorithm().forward(case.network.with_parameters(layers), case.inputs)[-1]
        assert bool(np.all(np.abs(output - case.targets) < 0.5)) is (k not in stuck)


def test_a_right_class_converges_from_as_many_starts_as_is_certified(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--thorough judges them" in judged(Claiming, CONVERGENCE).message
    monkeypatch.setattr(module, "_STARTS", 8)
    found = judged(Claiming, CONVERGENCE, thorough=True)
    assert found.verdict == "passed", found.message
    assert "of 8 starts converge" in found.message


def test_a_class_that_seldom_converges_is_found_out() -> None:
    class Short(Claiming):
        """Whose training ends early, whatever is asked for."""

        def train(self, X: Any, y: Any, learning_rate: float, epochs: int) -> None:
            for _ in range(min(epochs, 50)):
                self.feedforward(X)
                self.backpropagation(X, y, learning_rate)

    found = judged(Short, CONVERGENCE, thorough=True)
    assert found.verdict == "failed"
    assert "0 of " in found.message


def test_another_proportion_is_found_with_the_power_that_is_documented() -> None:
    """Exact probabilities of a rejection within so many starts."""
    known = starts.certified()
    ends = float(known.low), float(known.high)
    assert rejected_within(ends, chance.CONVERGENCE, 0.7, 400) > 0.99
    assert rejected_within(ends, chance.CONVERGENCE, 0.5, 100) > 0.99


# ---- probabilities


def test_the_parts_add_up_to_the_whole() -> None:
    parts = chance.STARTS + chance.SEEDS + chance.CONVERGENCE + float(starts.ERROR) + chance.MASKS
    assert parts == pytest.approx(chance.TOTAL)


def test_the_bound_of_a_distance_is_above_its_exact_tail() -> None:
    stats = pytest.importorskip("scipy.stats")
    for count in (1, 7, 100, 3000):
        for value in np.linspace(0.01, 0.99, 60):
            assert stats.kstwo.sf(value, count) <= exp(chance.Distance(value, count).log_probability) * (1 + 1e-9)


def rejected_within(right: tuple[float, float], error: float, truth: float, count: int) -> float:
    """The probability that a sequential test rejects within so many counts, exactly but for rounding."""
    alive, rejected = np.array([1.0]), 0.0
    for n in range(1, count + 1):
        alive = np.append(alive * (1 - truth), 0) + np.append(0, alive * truth)
        for k in np.flatnonzero(alive):
            test = chance.Counted(*right, error)
            test.add(int(k), n)
            if test.is_rejected:
                rejected, alive[k] = rejected + alive[k], 0.0
    return rejected


@pytest.mark.parametrize("truth", [0.2, 0.3, 0.5])
def test_a_sequential_test_rejects_what_is_right_as_seldom_as_it_says(truth: float) -> None:
    assert 0 < rejected_within((0.2, 0.5), 0.05, truth, 120) <= 0.05
    assert rejected_within((truth, truth), 0.05, truth, 120) <= 0.05


def test_a_distance_is_seen_as_often_as_it_says() -> None:
    count, error, missed = 400, 1e-3, 0.05
    off = chance.seen(count, error, missed)
    generator = np.random.default_rng(0)
    found = [
        chance.distance(np.maximum(generator.random(count) * (1 + off) - off, 0), 0).log_probability <= log(error)
        for _ in range(200)
    ]
    assert np.mean(found) >= 1 - missed


def test_clopper_and_pearson_are_exact_and_rounded_outwards() -> None:
    stats = pytest.importorskip("scipy.stats")
    error = Fraction(1, 1000)
    for successes, count in ((0, 20), (3, 20), (20, 20), (480, 500)):
        low, high = (end(successes, count, error) for end in (least_probability, greatest_probability))
        if successes:
            assert at_least(successes, count, low) <= error < at_least(successes, count, low + Fraction(1, 2**19))
            exact = stats.beta.ppf(float(error), successes, count - successes + 1)
            assert exact - 2**-19 <= low <= exact
        if successes < count:
            assert at_most(successes, count, high) <= error < at_most(successes, count, high - Fraction(1, 2**19))
