"""Programs whose data have a column for each sample: networks that are made from them, and scripts that count them."""

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


SCRIPT = """
import numpy as np

X = {inputs}
Y = (X[:1] > 0.5) * 1.0
{counted}
W1, b1 = np.random.randn({units}) * 0.5, np.zeros(({units_only}, 1))
W2, b2 = np.random.randn(1, {units_only}) * 0.5, np.zeros((1, 1))
for i in range(1000):
    A1 = np.tanh(W1 @ X + b1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / {m}
    d2 = (A2 - Y) / {m}
    d1 = W2.T @ d2 * (1 - A1 ** 2)
    W2 -= 0.5 * d2 @ A1.T
    b2 -= 0.5 * d2.sum(axis=1, keepdims=True)
    W1 -= 0.5 * d1 @ X.T
    b1 -= 0.5 * d1.sum(axis=1, keepdims=True)
"""
TYPED = "np.array([[0, 0, 1, 1], [0, 1, 0, 1.0]])"


@pytest.mark.parametrize(
    "given",
    [
        {"inputs": TYPED, "counted": "m = X.shape[1]", "units": "4, 2", "units_only": "4", "m": "m"},
        {"inputs": TYPED, "counted": "count = X.shape[1]", "units": "3, 2", "units_only": "3", "m": "count"},
        {"inputs": TYPED, "counted": "", "units": "3, 2", "units_only": "3", "m": "4"},
        {
            "inputs": "np.random.randn(2, 40)",
            "counted": "n, m = X.shape\nh = 3",
            "units": "h, n",
            "units_only": "h",
            "m": "m",
        },
    ],
    ids=["named as usual", "named otherwise", "written", "drawn"],
)
def test_a_script_counts_the_samples_along_their_own_axis(given: dict[str, str], tmp_path: Path) -> None:
    """The number of columns, which stands before the loop, goes with the samples that the loop is given."""
    found = driven(tmp_path, SCRIPT.format(**given))
    assert found.settled.forward.layout.name == "columns"
    assert found.plan.claims["reductions"] == {"mean_samples"}
    assert found.settled.score[2]
