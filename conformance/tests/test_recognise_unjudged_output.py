"""A prediction that is not the output to which the steps of a program belong is said not to be judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

NETWORK = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.w = [np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)]
        self.b = [np.zeros(n_hidden), np.zeros(n_out)]

    def predict(self, X):
        return {prediction}

    def update(self, X, Y, lr):
        H = np.tanh(X @ self.w[0] + self.b[0])
        E = H @ self.w[1] + self.b[1] - Y
        dH = E @ self.w[1].T * (1 - H ** 2)
        self.w[1] -= lr * H.T @ E / len(X)
        self.b[1] -= lr * E.mean(axis=0)
        self.w[0] -= lr * X.T @ dH / len(X)
        self.b[0] -= lr * dH.mean(axis=0)
"""


@pytest.mark.parametrize(
    ("prediction", "said"),
    [
        ("np.tanh(X @ self.w[0] + self.b[0]) @ self.w[1] + self.b[1]", False),
        ("np.tanh(X @ self.w[0] + self.b[0]) @ self.w[1] * self.b[1]", True),
        ("(np.tanh(X @ self.w[0] + self.b[0]) @ self.w[1] + self.b[1] > 0.5).astype(int)", False),
    ],
)
def test_a_prediction_with_other_numbers_is_said_not_to_be_judged(prediction: str, said: bool, tmp_path: Path) -> None:
    plan = driven(tmp_path, NETWORK.format(prediction=prediction)).plan
    found = "`model.predict(inputs)` gives other numbers than the output to which its steps belong, and is not judged."
    assert (found in plan.notes) is said


@pytest.mark.parametrize("decided", ["(scores > 0.5).astype(int)", "np.round(scores)", "np.where(scores > 0, 1, -1)"])
def test_decisions_are_no_output(decided: str, tmp_path: Path) -> None:
    """They are as right as the activations, of which they are made: nothing of the output is judged then."""
    scores = "np.tanh(X @ self.w[0] + self.b[0]) @ self.w[1] + self.b[1]"
    prediction = f"self.decided({scores})\n\n    def decided(self, scores):\n        return {decided}"
    found = driven(tmp_path, NETWORK.format(prediction=prediction))
    assert not found.plan.forward
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None
