"""Training that scales its inputs first: it is no part of a network's formula, and no mistake of the network's either."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise.source.scaling import scaling_line

PROGRAM = """
import numpy as np

class Regressor:
    def __init__(self, hidden=8, lr=0.01, epochs=200):
        self.hidden, self.lr, self.epochs = hidden, lr, epochs

    def {name}(self, X):
        return {scaled}

    def _forward(self, X):
        A1 = np.tanh(X @ self.W1 + self.b1)
        return A1, A1 @ self.W2 + self.b2

    def fit(self, X, y):
        self.centre, self.spread = X.mean(axis=0), {spread}
        X = self.{name}(X)
        y = np.asarray(y, dtype=float).reshape(-1, 1)
        rng = np.random.default_rng(0)
        self.W1 = rng.normal(size=(X.shape[1], self.hidden))
        self.b1 = np.zeros((1, self.hidden))
        self.W2 = rng.normal(size=(self.hidden, 1))
        self.b2 = np.zeros((1, 1))
        for _ in range(self.epochs):
            A1, out = self._forward(X)
            d2 = 2 * (out - y) / len(X)
            d1 = d2 @ self.W2.T * {derivative}
            self.W2 -= self.lr * A1.T @ d2
            self.b2 -= self.lr * d2.sum(axis=0, keepdims=True)
            self.W1 -= self.lr * X.T @ d1
            self.b1 -= self.lr * d1.sum(axis=0, keepdims=True)
        return self

    def predict(self, X):
        return self._forward(self.{name}(X))[1].ravel()
"""
WAYS = {
    "standardised": ("(X - self.centre) / self.spread", "X.std(axis=0)", "standard deviation"),
    "by the largest": ("X / self.spread", "np.abs(X).max(axis=0)", "largest magnitude"),
}


def _source(way: str, derivative: str = "(1 - A1**2)") -> str:
    scaled, spread, _ = WAYS[way]
    return PROGRAM.format(name="_scale", scaled=scaled, spread=spread, derivative=derivative)


@pytest.mark.parametrize("way", WAYS)
def test_training_that_scales_its_inputs_is_left_out_and_said(tmp_path: Path, way: str) -> None:
    found = driven(tmp_path, _source(way))
    assert not found.plan.step
    (note,) = (note for note in found.plan.notes if note.startswith("Training scales its inputs first, in line 9"))
    assert WAYS[way][2] in note


def test_a_mistake_beside_it_is_not_left_out(tmp_path: Path) -> None:
    found = driven(tmp_path, _source("standardised", "(1 - A1)"))
    assert found.plan.step
    assert not [note for note in found.plan.notes if "scales its inputs" in note]


@pytest.mark.parametrize(
    ("statement", "scales"),
    [
        ("x = x / x.max()", True),
        ("X /= 255.0", True),
        ("X_n = (X - np.mean(X, axis=0)) / np.std(X, axis=0)", True),
        ("return (X - self.mean_) / (self.std_ + 1e-8)", True),
        ("X = X - X.mean(axis=0)", True),
        ("x = [v / 255 for v in x]", True),
        ("x = x - np.max(x, axis=1, keepdims=True)", False),
        ("return x * (1 - x)", False),
        ("return 1 - x ** 2", False),
        ("return (x > 0) * 1.0", False),
        ("error = (self.predict(X) - Y) / len(X)", False),
        ("total += w * x", False),
        ("self.W1 = np.random.randn(X.shape[1], 4) * 0.5", False),
        ("return 1.0 / (1.0 + np.exp(-x))", False),
    ],
)
def test_what_scales_inputs_is_told_from_what_computes_with_them(statement: str, scales: bool) -> None:
    assert (scaling_line(ast.parse(f"def f(x, X, Y):\n    {statement}")) is not None) == scales
