"""What is refused in so many words where an answer exists is advised; the same number, wrong, fails."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.checks import Settings, checks, find
from mlp_conformance.claims import Claims
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check
from mlp_conformance.verdict import judge
from mlp_reference import mlp
from mlp_reference.network import Network

pytestmark = pytest.mark.usefixtures("narrow")

CLASSES = Claims(
    activations={"sigmoid", "tanh"},
    losses={"binary_cross_entropy", "half_squared_error"},
    reductions={"sum", "mean_samples"},
)


class Textbook:
    """Sigmoid and logarithm of the standard library, number by number, as in many a first program."""

    claims = CLASSES

    def _outputs(self, network: Network, inputs: Any) -> Any:
        a = [list(map(float, row)) for row in inputs]
        for layer in network.layers:
            columns = list(zip(layer.weights.T, layer.biases, strict=True))
            activated = math.tanh if layer.activation == "tanh" else self._sigmoid
            a = [[activated(math.fsum(row * w) + b) for w, b in columns] for row in map(np.array, a)]
        return a

    @staticmethod
    def _sigmoid(z: float) -> float:
        return 1 / (1 + math.exp(-z))

    def forward(self, network: Network, inputs: Any) -> Any:
        return self._outputs(network, inputs)

    def loss(self, network: Network, inputs: Any, targets: Any) -> float:
        pairs = [pair for a, y in zip(self._outputs(network, inputs), targets, strict=True) for pair in zip(a, y, strict=True)]
        if network.loss == "half_squared_error":
            total = sum((a - y) ** 2 for a, y in pairs) / 2
        else:
            total = sum(-y * math.log(a) - (1 - y) * math.log(1 - a) for a, y in pairs)
        return total if network.reduction == "sum" else total / len(inputs)

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        self._outputs(network, inputs)
        return mlp.gradients(network, inputs, targets)


def test_an_exponential_that_overflows_beside_a_cross_entropy_is_advised() -> None:
    report = judge(load(Textbook), list(checks()), Settings(examples=10))
    assert report.conforms, [(result.check, result.message) for result in report.results if result.is_broken]
    advised = {result.check for result in report.results if result.verdict == "advice"}
    assert advised >= {"saturation/activations", "saturation/cross-entropy", "golden/saturated-binary-cross-entropy/forward"}


def test_an_exponential_that_overflows_is_advised_in_every_operation_on_what_saturates() -> None:
    class Overflows(ReferenceAdapter):
        def gradients(self, network: Network, inputs: Any, targets: Any, **options: Any) -> Any:
            raise OverflowError("math range error")

    verdicts = {
        id: run_check(load(Overflows), find(f"golden/{id}/gradients"), Settings()).verdict
        for id in ("saturated-sigmoid", "saturated-tanh", "document-example-1")
    }
    assert verdicts == {"saturated-sigmoid": "advice", "saturated-tanh": "advice", "document-example-1": "error"}


def test_an_exponential_that_gives_a_wrong_number_fails() -> None:
    class Limited(Textbook):
        @staticmethod
        def _sigmoid(z: float) -> float:
            try:
                return Textbook._sigmoid(z)
            except OverflowError:
                return 0.5

    assert run_check(load(Limited), find("saturation/activations"), Settings()).verdict == "failed"


class TwoLayers(ReferenceAdapter):
    """Takes networks apart as they come with one hidden layer or more, and claims nothing of it."""

    def forward(self, network: Network, inputs: Any) -> Any:
        _, _ = network.layers[0], network.layers[1]
        return super().forward(network, inputs)

    def train(self, network: Network, *others: Any, **options: Any) -> Any:
        _, _ = network.layers[0], network.layers[1]
        return super().train(network, *others, **options)


@pytest.mark.parametrize(
    "check", ["drawn/no-hidden-layer-forward", "drawn/no-hidden-layer-train", "training/trajectory-diverging"]
)
def test_who_needs_a_hidden_layer_is_told_to_claim_it(check: str) -> None:
    result = run_check(load(TwoLayers), find(check), Settings())
    assert result.verdict == "advice"
    assert "min_hidden_layers=1" in result.message


def _wrong_without_hidden_layers(operation: str) -> type[ReferenceAdapter]:
    """Right but for networks of one layer, of which one operation answers a tenth too much."""

    class Program(ReferenceAdapter):
        def __init__(self) -> None:
            super().__init__()
            self.claims = replace(self.claims, options=frozenset())

    def answer(self: Any, network: Network, *others: Any) -> Any:
        right = getattr(ReferenceAdapter, operation)(self, network, *others)
        if len(network.layers) > 1:
            return right
        if operation == "loss":
            return 1.1 * right
        parts = right[0] if operation == "train" else right
        return [1.1 * part if operation == "forward" else tuple(1.1 * np.asarray(array) for array in part) for part in parts]

    setattr(Program, operation, answer)
    return Program


@pytest.mark.parametrize("operation", ["forward", "loss", "gradients", "train"])
def test_what_is_wrong_without_a_hidden_layer_alone_is_seen_there_alone(operation: str) -> None:
    """One of the certified runs has no hidden layer either, and the document's own depth everywhere else."""
    subject = load(_wrong_without_hidden_layers(operation))
    broken = {found.id for found in checks() if run_check(subject, found, Settings(10, shrink=False)).is_broken}
    assert broken - {"training/trajectory-diverging"} == {f"drawn/no-hidden-layer-{operation}"}


def test_nothing_without_a_hidden_layer_is_asked_where_one_is_claimed_to_be_needed() -> None:
    class Claiming(TwoLayers):
        def __init__(self) -> None:
            super().__init__()
            self.claims = Claims(min_hidden_layers=1)

    for name in ("forward", "loss", "gradients", "train"):
        assert run_check(load(Claiming), find(f"drawn/no-hidden-layer-{name}"), Settings()).verdict == "unsupported"
