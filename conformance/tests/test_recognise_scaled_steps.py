"""Steps that are a reading's but for one factor tell what is meant, however else the output may be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlp_conformance.checks import Settings
from mlp_conformance.loading import load
from mlp_conformance.runner import select
from mlp_conformance.verdict import judge

#: The output is that of two methods, the one of the other: what is left when the second is overlooked is the logits.
REGRESSION = """
import numpy as np

class Regression:
    def __init__(self, eta=0.01, n_iter=50):
        self.eta, self.n_iter = eta, n_iter

    def fit(self, X, y):
        self.w_ = np.random.RandomState(1).normal(scale=0.01, size=X.shape[1])
        self.b_ = np.float64(0.)
        for _ in range(self.n_iter):
            output = self.activation(self.net_input(X))
            errors = y - output
            self.loss_ = -(y * np.log(output) + (1 - y) * np.log(1 - output)).mean()
            self.w_ += self.eta * {factor}X.T.dot(errors) / X.shape[0]
            self.b_ += self.eta * {factor}errors.mean()
        return self

    def net_input(self, X):
        return np.dot(X, self.w_) + self.b_

    def activation(self, z):
        return 1. / (1. + np.exp(-z))
"""

NETWORK = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def scores(self, X):
        self.h = np.tanh(X @ self.W + self.b)
        return self.h @ self.V + self.c

    def probabilities(self, scores):
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, X, Y):
        return -np.sum(Y * np.log(self.probabilities(self.scores(X)))) / len(X)

    def train(self, X, Y, lr, epochs):
        for _ in range(epochs):
            d = {factor}(self.probabilities(self.scores(X)) - Y) / len(X)
            back = d @ self.V.T * (1 - self.h ** 2)
            self.V -= lr * self.h.T @ d
            self.c -= lr * d.sum(axis=0)
            self.W -= lr * X.T @ back
            self.b -= lr * back.sum(axis=0)
"""


@pytest.mark.parametrize(
    ("source", "loss"),
    [(REGRESSION, ("binary_cross_entropy", "mean_samples")), (NETWORK, ("cross_entropy", "mean_samples"))],
)
def test_a_factor_of_all_steps_is_named_under_the_loss_that_is_meant(
    source: str, loss: tuple[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "net.py"
    for factor in ("", "2.0 * "):
        path.write_text(source.format(factor=factor), encoding="utf-8")
        subject = load(str(path))
        assert (set(subject.claims.losses), set(subject.claims.reductions)) == ({loss[0]}, {loss[1]})
        report = judge(subject, [*select("drawn/"), *select("golden/*/train")], Settings(examples=10))
        assert [finding.fault for finding in report.diagnosis][:1] == (["gradient-factor=2"] if factor else [])
        assert report.conforms is not bool(factor)
