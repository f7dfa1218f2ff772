"""What is drawn at the default settings: each kind of network that a conditional fault may hide in is met."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from gallery import EVERYTHING

from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.checks import Settings, Trial, approximation, checks, find, wide
from mlp_conformance.claims import Claims
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check
from mlp_conformance.strategies import combinations
from mlp_reference import mlp
from mlp_reference.balls import BallArray, precision
from mlp_reference.network import Case, Network

#: For each operation: a kind of network, and how often it has to be met, whatever the seed.
KINDS: dict[str, tuple[Callable[[Case], Any], int]] = {
    "a layer of 8 units or more": (lambda c: max(c.network.sizes) >= 8, 8),
    "a layer of 16 units or more": (lambda c: max(c.network.sizes) >= 16, 3),
    "a layer of one unit": (lambda c: min(c.network.sizes[1:]) == 1, 5),
    "one feature": (lambda c: c.network.sizes[0] == 1, 3),
    "square layers": (lambda c: len(set(c.network.sizes)) == 1, 3),
    "four hidden layers or more": (lambda c: len(c.network.layers) > 4, 5),
    "ten layers or more": (lambda c: len(c.network.layers) > 9, 1),
    "one sample": (lambda c: len(c.inputs) == 1, 3),
    "a batch of 5 to 9": (lambda c: 5 <= len(c.inputs) <= 9, 5),
    "a batch of 10 to 32": (lambda c: 10 <= len(c.inputs) <= 32, 3),
    "a batch of more than 32": (lambda c: len(c.inputs) > 32, 4),
    "a row of negative inputs": (lambda c: (c.inputs < 0).all(axis=1).any(), 8),
    "an input of exactly 0": (lambda c: (c.inputs == 0).any(), 5),
    "an input beyond 20": (lambda c: np.abs(c.inputs).max() > 20, 2),
    "small inputs only": (lambda c: np.abs(c.inputs).max() < 0.1, 3),
    "a target of 0": (lambda c: (c.targets == 0).any(), 8),
    "a target of 1": (lambda c: (c.targets == 1).any(), 8),
    "a negative target": (lambda c: (c.targets < 0).any(), 5),
    "a target beyond 2": (lambda c: (np.abs(c.targets) > 2).any(), 3),
    "a soft target": (lambda c: ((c.targets > 0) & (c.targets < 1)).any(), 8),
    "unlike hidden activations": (lambda c: len({layer.activation for layer in c.network.layers[:-1]}) > 1, 8),
    "biases of 0": (lambda c: not any(layer.biases.any() for layer in c.network.layers), 1),
}
#: Of training.
COURSES: dict[str, tuple[Callable[[Case], Any], int]] = {
    **{f"{n} epochs": (lambda c, n=n: c.epochs == n, 2) for n in range(1, 7)},
    "ten epochs or more": (lambda c: c.epochs >= 10, 4),
    "a rate above 2": (lambda c: c.learning_rate > 2, 2),
    "a rate of exactly 1": (lambda c: c.learning_rate == 1, 2),
    "a rate below 1/100": (lambda c: c.learning_rate < 0.01, 5),
}
_OPERATIONS = ("forward", "loss", "gradients", "train")
#: A loss is that of the last layer, however many there are.
_NOT_OF_THE_LOSS = "ten layers or more"


def _drawn(seed: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Case]]:
    """Every case that the drawn checks judge, for each operation, without judging it."""
    met: dict[str, list[Case]] = {operation: [] for operation in _OPERATIONS}
    for operation in _OPERATIONS:
        monkeypatch.setattr(Trial, f"check_{operation}", lambda self, case, oracle=None, o=operation: met[o].append(case))
    subject = load("reference")
    for found in checks():
        if found.kind == "drawn" or found.id in ("training/many-epochs", "training/large-batch"):
            assert not run_check(subject, found, Settings(seed=seed)).is_broken
    return met


@pytest.mark.parametrize("seed", [0, 20])
def test_every_kind_is_met_by_every_operation(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    met = _drawn(seed, monkeypatch)
    missing = []
    for operation, cases in met.items():
        print(f"\n{operation}: {len(cases)} networks at the default settings, seed {seed}")
        for name, (holds, least) in (KINDS | (COURSES if operation == "train" else {})).items():
            count = sum(bool(holds(case)) for case in cases)
            print(f"{count:6}  {name}")
            if count < least and (operation, name) != ("loss", _NOT_OF_THE_LOSS):
                missing.append(f"{operation}: {name}, {count} of {least}")
    assert not missing


def test_every_combination_is_met_by_every_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = combinations(Claims(**EVERYTHING))
    assert len(everything) == 4 * 12 * 3
    for operation, cases in _drawn(0, monkeypatch).items():
        names = Counter(
            (layer.activation, case.network.output_activation, case.network.loss, case.network.reduction)
            for case in cases
            for layer in case.network.layers[:-1]
        )
        wanted = {names[:2] for names in everything} if operation == "forward" else set(everything)
        assert wanted <= {found[:2] if operation == "forward" else found for found in names}, operation


# ---- the wide network


class _Reference(ReferenceAdapter):
    """The reference, wrong in wide layers alone."""

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        found = super().gradients(network, inputs, targets)
        return [(w * 1.5, b) if len(w) > 500 else (w, b) for w, b in found]


def test_a_fault_of_wide_layers_alone_is_seen() -> None:
    assert run_check(load(_Reference), find("wide/gradients"), Settings()).verdict == "failed"
    result = run_check(load("reference"), find("wide/gradients"), Settings())
    assert (result.verdict, result.judged, result.message) == ("passed", 150 + 490 + 1754 + 6634 + 25802 + 101770, "")


def test_what_has_no_room_for_a_wide_network_is_not_failed() -> None:
    class Recursive(ReferenceAdapter):
        def forward(self, network: Network, inputs: Any) -> Any:
            if network.sizes[0] > 200:
                raise RecursionError("maximum recursion depth exceeded")
            return super().forward(network, inputs)

    result = run_check(load(Recursive), find("wide/forward"), Settings())
    assert result.verdict == "passed"
    assert "392-64-10 with a batch of 16 left out: RecursionError" in result.message


def test_what_would_take_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wide, "USUAL", 0.0)
    result = run_check(load("reference"), find("wide/loss"), Settings())
    assert result.verdict == "passed"
    assert "judged up to 24-4-10 with a batch of 1" in result.message


def test_what_takes_long_for_each_weight_is_not_asked_for_more_than_it_can_do_in_time() -> None:
    class Perturbing(ReferenceAdapter):
        """Its work grows by the square of the weights, as that of dual numbers does."""

        def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
            weights = sum(w.size for w, _ in network.parameters)
            assert weights < 1000, "no answer within the time"
            time.sleep(0.3 * (weights / 472) ** 2)
            return super().gradients(network, inputs, targets)

    result = run_check(load(Perturbing), find("wide/gradients"), Settings())
    assert result.verdict == "passed"
    assert "judged up to 49-8-10 with a batch of 2; what is wider would take too long" in result.message


# ---- approximation


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("units", [1, 2, 5, 16, 64])
def test_the_exact_network_is_as_near_to_the_function_as_was_proved(hidden: str, units: int) -> None:
    """On balls, for functions that go up and down as steeply as they may."""
    random = np.random.default_rng(units)
    worst = 0.0
    for _ in range(10):
        f = approximation.Lipschitz(tuple(np.cumsum(random.choice([-1.0, 1.0], 8)) / 4))
        network = Network(approximation.approximating(f, units, hidden)).map(BallArray.exact)
        x = np.concatenate([np.arange(65) / 64, random.uniform(size=40)])[:, None]
        with precision(128):
            output, _, radius = mlp.forward(network, BallArray.exact(x))[-1].decompose()
        distance = float(np.max(np.abs(output - f(x)) + radius))
        worst = max(worst, distance / approximation.epsilon(f.constant, units, hidden))
    assert 0.1 < worst <= 1 + 1e-12


def test_a_network_that_ignores_its_input_does_not_approximate() -> None:
    class Constant(ReferenceAdapter):
        def forward(self, network: Network, inputs: Any) -> Any:
            return super().forward(network, np.zeros_like(inputs))

    assert run_check(load(Constant), find("approximation/functions"), Settings()).verdict == "failed"


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
@pytest.mark.parametrize("id", ["no-hidden-bias", "hidden-linear", "bias-subtracted"])
def test_approximation_kills(id: str, dtype: str) -> None:
    assert run_check(load(f"fault:{id}@{dtype}"), find("approximation/functions"), Settings()).is_broken


@pytest.mark.parametrize("most", [1, 5])
def test_approximation_within_restricted_claims(most: int) -> None:
    class Restricted(ReferenceAdapter):
        def __init__(self) -> None:
            super().__init__()
            self.claims = replace(
                self.claims, max_batch=most, max_outputs=1, output_activations={"sigmoid"}, losses={"squared_error"}
            )

    assert run_check(load(Restricted), find("approximation/functions"), Settings()).verdict == "passed"
