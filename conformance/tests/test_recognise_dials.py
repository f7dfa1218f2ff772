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


COMPILED = """
import numpy as np

class SGD:
    def __init__(self, lr):
        self.lr = lr

    def update(self, layers):
        for layer in layers:
            layer.W -= self.lr * layer.dW
            layer.b -= self.lr * layer.db

class Dense:
    def __init__(self, n_in, n_out, bends):
        self.W, self.b, self.bends = np.random.randn(n_in, n_out), np.zeros((1, n_out)), bends

    def forward(self, X):
        self.X, z = X, X @ self.W + self.b
        self.a = np.tanh(z) if self.bends else z
        return self.a

    def backward(self, d):
        d = d * (1 - self.a ** 2) if self.bends else d
        self.dW, self.db = self.X.T @ d, d.sum(axis=0, keepdims=True)
        return d @ self.W.T

class Model:
    def __init__(self, n_in, n_hidden, n_out):
        self.config, self.optimizer = {}, None
        self.layers = [Dense(n_in, n_hidden, True), Dense(n_hidden, n_out, False)]

    def compile(self, lr=0.05):
        self.config["lr"] = lr
        self.optimizer = SGD(lr)

    def predict(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def fit(self, X, y, epochs=10):
        for _ in range(epochs):
            d = (self.predict(X) - y) / {divisor}
            for layer in reversed(self.layers):
                d = layer.backward(d)
            self.optimizer.update(self.layers)

model = Model(3, 5, 2)
model.compile(lr=0.2)
"""


@pytest.mark.parametrize(("divisor", "is_right"), [("len(X)", True), ("len(X) ** 2", False)])
def test_a_note_of_the_learning_rate_is_no_dial(tmp_path: Path, divisor: str, is_right: bool) -> None:
    found = driven(tmp_path, COMPILED.replace("{divisor}", divisor))
    assert found.exact
    assert "model.optimizer.lr = learning_rate" in found.plan.make
    assert "config" not in " ".join(found.plan.make)
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert (found.settled.step.reading.fault is None) == is_right
