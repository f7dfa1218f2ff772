"""Networks whose layers have an activation each and no other: an adapter by hand, right and with mistakes that are named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mlp_conformance import Claims
from mlp_conformance.checks import Settings
from mlp_conformance.loading import load
from mlp_conformance.runner import select
from mlp_conformance.verdict import judge

pytestmark = pytest.mark.usefixtures("narrow")

SLOPES: dict[str, Any] = {"relu": lambda a: (a > 0) * 1.0, "sigmoid": lambda a: a * (1 - a), "tanh": lambda a: 1 - a**2}


def _activated(name: str, z: Any) -> Any:
    if name == "softmax":
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return {"relu": lambda: np.maximum(z, 0), "sigmoid": lambda: np.exp(-np.logaddexp(0, -z)), "tanh": lambda: np.tanh(z)}[
        name
    ]()


class ByHand:
    """A class of its own formulas; wrong: the slopes of layers, by their places, in place of the right ones."""

    def __init__(self, layers: tuple[str, ...], wrong: dict[int, Any] | None = None) -> None:
        self.claims = Claims(name="by hand", layer_activations=layers, losses={"cross_entropy"}, reductions={"mean_samples"})
        self.wrong = wrong or {}

    def forward(self, network: Any, inputs: Any) -> Any:
        assert tuple(layer.activation for layer in network.layers) == self.claims.layer_activations
        found = []
        for layer in network.layers:
            inputs = _activated(layer.activation, inputs @ layer.weights + layer.biases)
            found.append(inputs)
        return found

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        below = [inputs, *self.forward(network, inputs)]
        delta, found = (below[-1] - targets) / len(inputs), []
        for k in reversed(range(len(network.layers))):
            found.append((below[k].T @ delta, delta.sum(axis=0)))
            if k:
                slope = self.wrong.get(k - 1, SLOPES[network.layers[k - 1].activation])
                delta = delta @ network.layers[k].weights.T * slope(below[k])
        return found[::-1]


def _report(layers: tuple[str, ...], wrong: dict[int, Any] | None = None) -> Any:
    return judge(load(ByHand(layers, wrong)), select(None), Settings(examples=12))


@pytest.mark.parametrize("layers", [("relu", "sigmoid", "softmax"), ("tanh", "relu", "tanh", "softmax")], ids="-".join)
def test_a_right_one_conforms(layers: tuple[str, ...]) -> None:
    report = _report(layers)
    assert report.conforms, report.text()
    assert report.classes["gradients"] == "passed"


@pytest.mark.parametrize(
    ("layers", "wrong", "named"),
    [
        (("sigmoid", "relu", "softmax"), {0: np.ones_like}, "hidden-derivative-missing/first-layer"),
        (("relu", "sigmoid", "softmax"), {0: np.ones_like}, "relu-derivative-one-below"),  # the same, where ReLU stands once
        (("relu", "sigmoid", "softmax"), {0: np.ones_like, 1: np.ones_like}, "hidden-derivative-missing"),
    ],
)
def test_a_missing_derivative_is_named(layers: tuple[str, ...], wrong: dict[int, Any], named: str) -> None:
    report = _report(layers, wrong)
    assert not report.conforms
    assert named in [finding.fault for finding in report.diagnosis]


def test_a_function_that_stands_in_a_later_layer_alone_is_asked_for_there() -> None:
    text = _report(("relu", "sigmoid", "softmax"), {1: lambda a: a}).text()
    assert "As if the derivative of sigmoid were a" in " ".join(text.split())
