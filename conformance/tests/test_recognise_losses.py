"""Losses as programs have them: of a bare vector of targets, together with gradients, of a single output alone."""

from __future__ import annotations

from pathlib import Path

from driving import driven

NET = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out{default}):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.h = {hidden}
        return 1 / (1 + np.exp(-(self.h @ self.V + self.c)))

    def step(self, X, y, lr):
        d = (self.forward(X) - {targets}) / len(X)
        e = d @ self.V.T * {slope}
        self.V -= lr * self.h.T @ d
        self.c -= lr * d.sum(0)
        self.W -= lr * X.T @ e
        self.b -= lr * e.sum(0)

    def loss(self, X, y):
        p = self.forward(X)
        {loss}
"""
TANH = {"hidden": "np.tanh(X @ self.W + self.b)", "slope": "(1 - self.h ** 2)"}
VECTOR = "return -np.mean(y * np.log(p.ravel()) + (1 - y) * np.log(1 - p.ravel()))"
ONE = "return -(np.log(p.T) @ y + np.log(1 - p.T) @ (1 - y)).item() / len(X)"
MEAN = "return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))"


def alone(targets: str) -> str:
    """A network of one output, whose loss takes a vector."""
    return (
        NET.format(default="", targets=targets, loss=VECTOR, **TANH)
        .replace("n_hidden, n_out):", "n_hidden):")
        .replace("n_out", "1")
    )


def test_a_loss_takes_its_targets_as_a_vector(tmp_path: Path) -> None:
    found = driven(tmp_path, alone("y.reshape(-1, 1)"))
    assert found.plan.loss
    assert "loss is asked with its targets as a vector." in found.plan.notes
    assert "none of the known" not in " ".join(found.plan.notes)


def test_a_loss_of_vectors_beside_training_that_takes_columns(tmp_path: Path) -> None:
    found = driven(tmp_path, alone("y"))
    assert not found.plan.loss
    assert "its training takes no such" in " ".join(found.plan.notes)


def test_a_loss_with_gradients(tmp_path: Path) -> None:
    loss = "return np.asarray(-(y * np.log(p) + (1 - y) * np.log(1 - p)).sum() / len(X)), {'V': self.h.T @ (p - y)}"
    found = driven(tmp_path, NET.format(default="", targets="y", loss=loss, **TANH))
    assert found.plan.loss
    assert "[0]" in found.plan.loss[-1]


def test_a_loss_of_one_output(tmp_path: Path) -> None:
    found = driven(tmp_path, NET.format(default="", targets="y", loss=ONE, **TANH))
    said = "`loss` gives a number where there is one output: the binary cross-entropy, averaged over samples; it is not judged."
    assert said in found.plan.notes


def test_a_loss_of_an_output_that_a_fault_explains(tmp_path: Path) -> None:
    parts = {"hidden": "np.abs(X @ self.W + self.b)", "slope": "np.sign(X @ self.W + self.b)"}
    found = driven(tmp_path, NET.format(default="", targets="y", loss=MEAN, **parts))
    assert found.settled.forward.reading.fault is not None
    assert "none of the known" not in " ".join(found.plan.notes)
