"""Arguments by the names that strangers give them: outputs and targets, learning rates, numbers of classes."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

import mlp_conformance

OUTPUTS = """
import numpy as np

class NeuralNetwork:
    def __init__(self, n_in, n_hidden, n_out):
        self.w1, self.w2 = np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)

    def get_output(self, inputs):
        self.h = 1 / (1 + np.exp(-inputs @ self.w1))
        return 1 / (1 + np.exp(-self.h @ self.w2))

    def train(self, inputs, {found}, {wanted}{rate}):
        d2 = ({wanted} - {found}) * {found} * (1 - {found})
        d1 = d2 @ self.w2.T * self.h * (1 - self.h)
        self.w2 += {by} * self.h.T @ d2
        self.w1 += {by} * inputs.T @ d1
"""
ONLINE = """
import numpy as np

class MLP:
    def __init__(self, alpha):
        self.alpha, self.W, self.b = alpha, [], []

    def add_layer(self, n_in, n_out):
        self.W.append(np.random.rand(n_out, n_in))
        self.b.append(np.random.rand(n_out, 1))

    def feedforward(self, X):
        a = [X.reshape(-1, 1)]
        for W, b in zip(self.W, self.b):
            a.append(1 / (1 + np.exp(-(W @ a[-1] + b))))
        return a

    def fit(self, X, y):
        for x, label in zip(X, y):
            t = np.zeros((len(self.b[-1]), 1))
            t[{label}] = 1
            a = self.feedforward(x)
            d = (a[-1] - t) * a[-1] * (1 - a[-1])
            for l in reversed(range(len(self.W))):
                back = self.W[l].T @ d * a[l] * (1 - a[l])
                self.W[l] -= self.alpha * d @ a[l].T
                self.b[l] -= self.alpha * d
                d = back

nn = MLP(0.25)
nn.add_layer(16, 25)
nn.add_layer(25, 10)
"""


@pytest.mark.parametrize(
    ("found", "wanted", "rate"),
    [
        ("ai_output", "right_output", ""),
        ("network_outputs", "targets", ""),
        ("final_result", "real_results", ", training_speed=1"),
        ("computed_output", "y", ", strength=1"),
    ],
)
def test_outputs_and_targets_and_rates_by_their_names(found: str, wanted: str, rate: str, tmp_path: Path) -> None:
    by = rate.partition("=")[0].strip(", ") or "1"
    plan = driven(tmp_path, OUTPUTS.format(found=found, wanted=wanted, rate=rate, by=by)).plan
    assert ("learning_rate" in plan.step[-1]) == bool(rate)
    assert mlp_conformance.run(str(tmp_path / "program.py"), select="drawn").conforms


@pytest.mark.parametrize("label", ["label", "int(label)"])
def test_the_number_of_a_class_in_a_loop_over_samples(label: str, tmp_path: Path) -> None:
    plan = driven(tmp_path, ONLINE.format(label=label)).plan
    assert plan.claims["one_hot"]
    assert mlp_conformance.run(str(tmp_path / "program.py"), select="drawn").conforms
