"""Programs that have the number of their own samples written down, and loops that end themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

import mlp_conformance
from mlp_conformance.recognise import drive, read_program
from mlp_conformance.recognise.drive import Driven

DATA = """
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0]])
y = np.array([[0], [1], [1], [0.0]])
"""
LOOP = """
w0 = 2 * np.random.random((3, 5)) - 1
w1 = 2 * np.random.random((5, 1)) - 1
lr = 0.1
for i in range(1000):
    h = 1 / (1 + np.exp(-X @ w0))
    o = 1 / (1 + np.exp(-h @ w1))
{before}
    d2 = (o - y) * o * (1 - o) {divided}
    d1 = (d2 @ w1.T) * h * (1 - h)
    w1 -= lr * h.T @ d2
    w0 -= lr * X.T @ d1
{after}
"""
FUNCTIONS = """
W1, b1 = np.random.randn(3, 4), np.zeros(4)
W2, b2 = np.random.randn(4, 1), np.zeros(1)
lr = 0.5

def predict(x):
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    return h, 1 / (1 + np.exp(-(h @ W2 + b2)))

def fit():
    global W1, b1, W2, b2
    for i in range(60000):
        h, o = predict(X)
        d2 = (o - y) * o * (1 - o) {divided}
        d1 = d2 @ W2.T * h * (1 - h)
        W2 -= lr * h.T @ d2
        W1 -= lr * X.T @ d1
        b2 -= lr * np.sum(d2, axis=0)
        b1 -= lr * np.sum(d1, axis=0)

fit()
"""
NETWORK = """
class Net:
    def __init__(self):
        self.epochs, self.lr, self.n = 10000, 0.1, {n}
        self.w1, self.b1 = np.random.uniform(-1, 1, (3, 2)), np.random.random((1, 2))
        self.w2, self.b2 = np.random.uniform(-1, 1, (2, 1)), np.random.random((1, 1))

    def forward(self, x):
        self.a0 = x.reshape(1, x.shape[0])
        self.a1 = 1 / (1 + np.exp(-(self.a0 @ self.w1 + self.b1)))
        self.a2 = 1 / (1 + np.exp(-(self.a1 @ self.w2 + self.b2)))
        return self.a2

    def train(self, inputs, expected):
        for epoch in range(self.epochs):
            dw1 = dw2 = db1 = db2 = 0
            for i in range(self.n):
                self.forward(inputs[i])
                d2 = (expected[i] - self.a2) * self.a2 * (1 - self.a2)
                d1 = d2 @ self.w2.T * self.a1 * (1 - self.a1)
                dw1, dw2, db1, db2 = dw1 + self.a0.T @ d1, dw2 + self.a1.T @ d2, db1 + d1, db2 + d2
            self.w1 += self.lr * dw1
            self.w2 += self.lr * dw2
            self.b1 += self.lr * db1
            self.b2 += self.lr * db2
"""


def _driven(folder: Path, text: str) -> Driven:
    path = folder / "xor.py"
    path.write_text(DATA + text, encoding="utf-8")
    driven = drive(read_program(path))
    assert isinstance(driven, Driven)
    assert mlp_conformance.run(str(path), select="drawn", examples=12).conforms
    return driven


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (LOOP.format(divided="/ 4", before="", after=""), "loop"),
        (LOOP.format(divided="/ 4.0", before="", after=""), "loop"),
        (FUNCTIONS.format(divided="/ 4.0"), "functions"),
        (NETWORK.format(n=4), ""),
    ],
)
def test_the_number_of_its_own_samples_is_taken_for_that_of_any(text: str, where: str, tmp_path: Path) -> None:
    driven = _driven(tmp_path, text)
    assert (f"The 4 in its {where} is taken for the number of samples." in driven.plan.notes) == bool(where)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    if i > 0 and np.mean((o - y) ** 2) < 1e9:\n        break", ""),
        ("    if np.isnan(o).any():\n        continue", "    if np.mean((o - y) ** 2) < 1e9:\n        break"),
    ],
)
def test_a_loop_that_ends_itself_is_a_step_all_the_same(before: str, after: str, tmp_path: Path) -> None:
    """When to stop is no part of a step."""
    driven = _driven(tmp_path, LOOP.format(divided="", before=before, after=after))
    assert driven.plan.claims["reductions"] == {"sum"}
