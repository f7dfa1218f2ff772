"""Training that takes no step for as few samples as are asked with is no training that was judged: the report says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.checks import Settings
from mlp_conformance.loading import load
from mlp_conformance.runner import select
from mlp_conformance.verdict import judge

PROGRAM = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def pieces(X, Y, size=32):
    for i in range({count}):
        yield X[i * size : (i + 1) * size], Y[i * size : (i + 1) * size]

class Net:
    def __init__(self, n_in, n_hidden, n_out, lr=0.1):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)
        self.lr = lr

    def forward(self, X):
        self.a1 = sigmoid(X @ self.W1 + self.b1)
        return sigmoid(self.a1 @ self.W2 + self.b2)

    def step(self, X, Y):
        out = self.forward(X)
        d2 = (out - Y) * out * (1 - out) / len(X)
        d1 = d2 @ self.W2.T * self.a1 * (1 - self.a1)
        self.W2 -= self.lr * self.a1.T @ d2
        self.b2 -= self.lr * d2.sum(0)
        self.W1 -= self.lr * X.T @ d1
        self.b1 -= self.lr * d1.sum(0)

    def fit(self, X, Y, epochs=10):
        for _ in range(epochs):
            for x, y in pieces(X, Y):
                self.step(x, y)
"""
WHOLE = {"len(X) // size": False, "-(-len(X) // size)": True}


@pytest.mark.parametrize("count", WHOLE)
def test_training_that_does_nothing_with_few_samples_is_said(tmp_path: Path, count: str) -> None:
    found = driven(tmp_path, PROGRAM.replace("{count}", count))
    said = [note for note in found.plan.notes if "leaves all parameters as they were" in note]
    assert bool(said) != WHOLE[count]
    assert (found.plan.step[-1].partition("(")[0] == "model.fit") == WHOLE[count]


UPDATES = """
import numpy as np

class Net:
    def __init__(self, sizes):
        self.weights = [np.random.randn(a, b) for a, b in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.zeros(b) for b in sizes[1:]]

    def forward(self, X):
        self.a = [X]
        for W, b in zip(self.weights, self.biases):
            self.a.append(1 / (1 + np.exp(-(self.a[-1] @ W + b))))
        return self.a[-1]

    def gradients(self, X, Y):
        d = (self.forward(X) - Y) * self.a[-1] * (1 - self.a[-1])
        gw, gb = [], []
        for k in reversed(range(len(self.weights))):
            gw.insert(0, self.a[k].T @ d)
            gb.insert(0, d.sum(0))
            d = d @ self.weights[k].T * self.a[k] * (1 - self.a[k])
        return gw, gb

    def train(self, X, Y, lr=0.1, epochs=100):
        for _ in range(epochs):
            for W, b, dW, db in zip(self.weights, self.biases, *self.gradients(X, Y)):
                W {update} lr * dW
                b {update} lr * db
"""


@pytest.mark.parametrize(("update", "right"), [("-=", True), ("= W -", False)])
def test_training_that_never_changes_anything_is_judged(update: str, right: bool, tmp_path: Path) -> None:
    """New arrays are bound to the names of a loop, and those of the network stay as they were, whatever comments say."""
    path = tmp_path / "net.py"
    path.write_text(
        "# Plain descent: no momentum, no decay, no early stopping.\n"
        + UPDATES.replace("b {update}", f"b {update.replace('W', 'b')}").replace("{update}", update),
        encoding="utf-8",
    )
    report = judge(load(str(path)), select("drawn/"), Settings(examples=10))
    assert report.conforms is right
    assert report.classes["gradients"] == "passed"
    assert right or report.diagnosis[0].fault == "copy-trained"
