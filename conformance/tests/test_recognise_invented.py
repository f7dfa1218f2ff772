"""An output that a program never gives is its own only where a step or a loss tells so: sigmoids and softmaxes of logits."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

NET = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out, lr=0.01):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros((1, n_hidden))
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros((1, n_out))
        self.lr = lr

    def sig(self, v):
        return 1 / (1 + np.exp(-v))

    def predict(self, X):
        self.z = X @ self.W1 + self.b1
        self.h = self.sig(self.z)
        return self.h @ self.W2 + self.b2

    def fit(self, X, Y, n_epochs=10):
        for _ in range(n_epochs):
            for batch in {samples}:
                x = X[batch].reshape(-1, X.shape[1])
                y = Y[batch].reshape(len(x), -1)
                d = {d}
                dh = d @ self.W2.T * {slope}
                self.W2 -= self.lr * self.h.T @ d
                self.b2 -= self.lr * d.sum(0)
                self.W1 -= self.lr * x.T @ dh
                self.b1 -= self.lr * dh.sum(0)
"""
BATCH = "[slice(None)]"
SINGLE = "range(len(X))"
OTHER = "self.sig(self.z) * self.sig(1 - self.z)"


@pytest.mark.parametrize(
    ("samples", "d", "slope", "output"),
    [
        (SINGLE, "2 * (self.predict(x) - y)", OTHER, "linear"),
        (BATCH, "self.sig(self.predict(x)) ** 1.25 - y", OTHER, "linear"),
        (BATCH, "self.sig(self.predict(x)) - y", "self.h * (1 - self.h)", "sigmoid"),
        (BATCH, "self.sig(self.predict(x)) - y", OTHER, "sigmoid"),
    ],
)
def test_a_linear_output_is_that_of_logits_only_where_a_step_tells_so(
    samples: str, d: str, slope: str, output: str, tmp_path: Path
) -> None:
    net = NET.replace("{samples}", samples).replace("{d}", d).replace("{slope}", slope)
    found = driven(tmp_path, net)
    assert found.settled.forward.reading.output == output
    assert ("sigmoid(" in found.plan.output) == (output == "sigmoid")
