"""What is set while a program is judged is no part of its formulas: an ELU's alpha is left as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise import NotDriven

NET = """
import numpy as np

def elu(z, alpha):
    return np.where(z > 0, z, alpha * (np.exp(z) - 1))

class Net:
    def __init__(self, n_in, n_hidden, n_out, learning_rate=0.1, {constructor}):
        self.learning_rate, self.alpha = learning_rate, {alpha}
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X, {forward}):
        self.h = elu(X @ self.W1 + self.b1, {used})
        return self.h @ self.W2 + self.b2

    def train_step(self, X, Y, epsilon=0.1, {step}):
        d = self.forward(X) - Y
        e = d @ self.W2.T * np.where(self.h > 0, 1, {used} * np.exp(self.h))
        self.W2 -= {rate} * self.h.T @ d
        self.b2 -= {rate} * d.sum(0)
        self.W1 -= {rate} * X.T @ e
        self.b1 -= {rate} * e.sum(0)
"""


@pytest.mark.parametrize(
    "given",
    [
        {"constructor": "alpha=1.0", "alpha": "alpha", "used": "self.alpha"},
        {"constructor": "mu=1.0", "alpha": "mu", "used": "self.alpha"},
        {"constructor": "seed=0", "alpha": "1.0", "used": "self.alpha"},
        {"constructor": "seed=0", "alpha": "1.0", "used": "mu", "forward": "mu=1.0"},
    ],
)
def test_what_changes_the_output_is_no_momentum(tmp_path: Path, given: dict[str, str]) -> None:
    text = {"forward": "copy=False", "step": "copy=False", "rate": "self.learning_rate"} | given
    if given["used"] == "mu":
        text["step"] = "mu=1.0"
    with pytest.raises(NotDriven, match="an ELU"):
        driven(tmp_path, NET.format(**text))


PENALISED = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out, learning_rate=0.1, alpha=0.9):
        self.learning_rate, self.alpha, self.before = learning_rate, alpha, 0.0
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def train_step(self, X, Y):
        d = self.forward(X) - Y
        e = d @ self.W2.T * (1 - self.h ** 2)
        self.before = self.alpha * self.before - self.learning_rate * self.h.T @ d
        self.W2 += self.before
        self.b2 -= self.learning_rate * d.sum(0)
        self.W1 -= self.learning_rate * X.T @ e
        self.b1 -= self.learning_rate * e.sum(0)
"""


def test_a_momentum_is_off_still(tmp_path: Path) -> None:
    found = driven(tmp_path, PENALISED)
    assert found.exact
    assert "Judged without the momentum `alpha`." in found.plan.notes
