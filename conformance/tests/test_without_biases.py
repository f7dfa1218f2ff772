"""Implementations without biases, in hidden layers or at all: they answer None for them, or 0; what is wrong in them shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mlp_conformance.checks import Settings, checks, find
from mlp_conformance.claims import Claims
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check
from mlp_conformance.verdict import judge
from mlp_reference import mlp
from mlp_reference.network import Network

WIDE = {
    "activations": {"sigmoid", "tanh", "relu"},
    "output_activations": {"sigmoid", "linear", "softmax"},
    "losses": {"half_squared_error", "cross_entropy", "binary_cross_entropy"},
    "reductions": {"sum", "mean_samples"},
}
CLAIMS = {"hidden layers": Claims(hidden_biases=False, **WIDE), "all layers": Claims(biases=False, **WIDE)}  # type: ignore[arg-type]
ABSENT: dict[str, Any] = {"None": lambda biases: None, "0": np.zeros_like}


class Without:
    """A program that has no biases in some layers: its steps leave them at 0."""

    def __init__(self, claims: Claims, absent: Any, factor: float = 1.0) -> None:
        self.claims, self.absent, self.factor = claims, absent, factor

    def _told(self, pairs: Any) -> Any:
        has_biases = self.claims.with_biases(len(pairs))
        return [(w, b if has else self.absent(b)) for (w, b), has in zip(pairs, has_biases, strict=True)]

    def forward(self, network: Network, inputs: Any) -> Any:
        return mlp.forward(network, inputs)

    def loss(self, network: Network, inputs: Any, targets: Any) -> Any:
        return mlp.loss(network, inputs, targets)

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        pairs = mlp.gradients(network, inputs, targets)
        return self._told([(self.factor * w, b) for w, b in pairs])

    def train(self, network: Network, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        pairs = network.parameters
        for _ in range(epochs):
            steps = mlp.gradients(network.with_parameters(pairs), inputs, targets)
            pairs = [
                (w - learning_rate * dw, b - learning_rate * db if has else b)
                for (w, b), (dw, db), has in zip(pairs, steps, self.claims.with_biases(len(pairs)), strict=True)
            ]
        return self._told(pairs)


@pytest.mark.parametrize("absent", ABSENT)
@pytest.mark.parametrize("where", CLAIMS)
def test_what_is_right_without_biases_conforms(where: str, absent: str) -> None:
    subject = load(lambda: Without(CLAIMS[where], ABSENT[absent]))
    report = judge(subject, list(checks()), Settings(examples=10))
    assert not [result.check for result in report.results if result.is_broken]
    assert {result.check for result in report.results if result.verdict == "passed"} >= {
        "drawn/gradients", "drawn/train", "consistency/gradient-of-own-loss", "additivity/gradients-by-sample",
    }  # fmt: skip


@pytest.mark.parametrize("absent", ABSENT)
@pytest.mark.parametrize("where", CLAIMS)
@pytest.mark.parametrize("check", ["drawn/gradients", "consistency/gradient-of-own-loss"])
def test_weights_that_are_wrong_show_beside_biases_that_are_not_there(where: str, absent: str, check: str) -> None:
    subject = load(lambda: Without(CLAIMS[where], ABSENT[absent], factor=1.001))
    assert run_check(subject, find(check), Settings()).verdict == "failed"


def test_biases_that_are_there_and_claimed_not_to_be_are_judged() -> None:
    subject = load(lambda: Without(CLAIMS["hidden layers"], lambda biases: biases + 1.0))
    assert run_check(subject, find("drawn/gradients"), Settings()).verdict == "failed"


def test_none_where_biases_are_claimed_is_an_error_that_names_the_claim() -> None:
    class Forgetful(Without):
        def _told(self, pairs: Any) -> Any:
            return [(w, None) for w, _ in pairs]

    result = run_check(load(lambda: Forgetful(Claims(), None)), find("drawn/gradients"), Settings())
    assert result.verdict == "error"
    assert "biases of layer 1 is None" in result.message
    assert "hidden_biases=False" in result.message
