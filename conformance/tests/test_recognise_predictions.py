"""Programs that predict by another way than the one they train: what it gives is said where the numbers differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

PREDICTS = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def _forward(self, X):
        self.h = np.tanh(X @ self.W + self.b)
        return 1 / (1 + np.exp(-(self.h @ self.V + self.c)))

    def step(self, X, y, lr):
        a = self._forward(X)
        d = (a - y) * a * (1 - a)
        e = d @ self.V.T * (1 - self.h ** 2)
        self.V -= lr * self.h.T @ d
        self.c -= lr * d.sum(0)
        self.W -= lr * X.T @ e
        self.b -= lr * e.sum(0)

    def predict(self, X):
        return {predicted}
"""


@pytest.mark.parametrize(
    ("predicted", "others"),
    [
        ("1 / (1 + np.exp(-self._forward(X)))", True),
        ("self._forward(X)", False),
        ("(self._forward(X) > 0.5).astype(int)", False),
        ("self._forward(X).argmax(axis=1)", False),
    ],
)
def test_a_prediction_with_other_numbers_than_training_has_is_said(predicted: str, others: bool, tmp_path: Path) -> None:
    notes = " ".join(driven(tmp_path, PREDICTS.format(predicted=predicted)).plan.notes)
    assert ("`model.predict(inputs)` gives other numbers, and is not judged" in notes) == others
