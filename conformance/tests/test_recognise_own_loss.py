"""Programs whose loss is none of the known ones: right in themselves, so that no verdict says otherwise; and wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

PROGRAM = """
import numpy as np

class Margins:
    def __init__(self, n_in, n_hidden):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.v, self.c = np.random.randn(n_hidden, 1), np.zeros(1)

    def forward(self, X):
        self.h = np.tanh(X @ self.W + self.b)
        return self.h @ self.v + self.c

    def loss(self, X, y):
        return {loss}

    def fit(self, X, y, lr=0.1, epochs=100):
        for _ in range(epochs):
            f = self.forward(X)
            g = {slope}
            gh = g @ self.v.T * {derivative}
            self.v -= lr * self.h.T @ g
            self.c -= lr * g.sum(0)
            self.W -= lr * X.T @ gh
            self.b -= lr * gh.sum(0)
"""
LOSSES = {
    "labels of -1 and 1": ("np.log1p(np.exp(-y * self.forward(X))).mean()", "-y / (1 + np.exp(y * f)) / len(X)"),
    "log-cosh": ("np.sum(np.log(np.cosh(self.forward(X) - y)))", "np.tanh(f - y)"),
}


@pytest.mark.parametrize("name", LOSSES)
def test_training_that_descends_a_loss_of_its_own_is_left_out(tmp_path: Path, name: str) -> None:
    loss, slope = LOSSES[name]
    found = driven(tmp_path, PROGRAM.format(loss=loss, slope=slope, derivative="(1 - self.h ** 2)"))
    assert not found.plan.step
    assert "Training descends `loss`, a loss of its own, and is not judged." in found.plan.notes


@pytest.mark.parametrize("name", LOSSES)
def test_training_that_does_not_descend_it_is_judged(tmp_path: Path, name: str) -> None:
    loss, slope = LOSSES[name]
    found = driven(tmp_path, PROGRAM.format(loss=loss, slope=slope, derivative="(1 - self.h)"))
    assert found.plan.step
    assert not [note for note in found.plan.notes if "a loss of its own" in note]
