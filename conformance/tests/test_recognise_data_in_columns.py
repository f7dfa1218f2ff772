"""Networks that are made from their data, with a column for each sample."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

NETWORK = """
import numpy as np

class DNN:
    def __init__(self, X, Y, hidden_layers=(5,), lr=0.1, iterations=1000):
        self.X, self.Y, self.m = X, Y, X.shape[1]
        self.dims = [X.shape[0], *hidden_layers, Y.shape[0]]
        self.lr, self.iterations = lr, iterations
        self.W = {{l: np.random.randn(self.dims[l], self.dims[l - 1]) * 0.1 for l in range(1, len(self.dims))}}
        self.b = {{l: np.zeros((self.dims[l], 1)) for l in range(1, len(self.dims))}}

    def forward(self, X):
        self.A = {{0: X}}
        for l in range(1, len(self.dims)):
            Z = self.W[l] @ self.A[l - 1] + self.b[l]
            self.A[l] = np.tanh(Z) if l < len(self.dims) - 1 else 1 / (1 + np.exp(-Z))
        return self.A[len(self.dims) - 1]

    def fit(self):
        for i in range(self.iterations):
            dZ = self.forward(self.X) - self.Y
            for l in range(len(self.dims) - 1, 0, -1):
                dW = dZ @ self.A[l - 1].T / self.m
                db = dZ.sum(axis=1, keepdims=True) / self.m
                if l > 1:
                    dZ = (self.W[l].T @ dZ) * (1 - self.A[l - 1]{square})
                self.W[l] = self.W[l] - self.lr * dW
                self.b[l] = self.b[l] - self.lr * db
        return self
"""


@pytest.mark.parametrize(("square", "fault"), [(" ** 2", None), ("", "tanh-derivative-unsquared")])
def test_data_may_have_a_column_for_each_sample(square: str, fault: str | None, tmp_path: Path) -> None:
    found = driven(tmp_path, NETWORK.format(square=square))
    step = found.settled.step
    assert found.settled.forward.layout.name == "columns"
    assert found.settled.search.asked.sizes[0] == 3
    assert step is not None
    assert step.reading is not None
    assert (step.reading.fault.id if step.reading.fault else None) == fault
