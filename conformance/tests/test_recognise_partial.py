"""What is said of a program that is understood in part: nothing that is not certain."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise import NotDriven

CLASSIFIER = """
import numpy as np

class GenreNet:
    def __init__(self, n_in, n_hidden, n_out):
        self.Wh, self.bh = np.random.randn(n_in, n_hidden), np.zeros((1, n_hidden))
        self.Wo, self.bo = np.random.randn(n_hidden, n_out), np.zeros((1, n_out))

    def forward(self, X):
        self.a = np.tanh(X @ self.Wh + self.bh)
        s = {scores}
        e = np.exp(s - np.max(s, axis={axis}, keepdims={kept}))
        return e / np.sum(e, axis=1, keepdims=True)

    def train_epoch(self, X, Y, lr):
        n, P = len(X), self.forward(X)
        dS = (P - Y) / n
        dA = dS @ self.Wo.T * (1 - self.a**2)
        self.Wo -= lr * self.a.T @ dS
        self.bo -= lr * dS.sum(axis=0, keepdims=True)
        self.Wh -= lr * X.T @ dA
        self.bh -= lr * dA.sum(axis=0, keepdims=True)
        return -(Y * np.log(P + 1e-15)).sum() / n
"""
SCORES = "self.a @ self.Wo + self.bo"


def test_a_loss_of_nothing_is_no_output(tmp_path: Path) -> None:
    with pytest.raises(NotDriven) as raised:
        driven(tmp_path, CLASSIFIER.format(scores=SCORES, axis=0, kept=False))
    assert "train_epoch(" not in str(raised.value)
    assert "relu output" not in str(raised.value)


def test_an_output_that_no_reading_comes_near_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotDriven, match=r"`model.forward\(inputs\)` gives numbers of its shape, which are no reading's"):
        driven(tmp_path, CLASSIFIER.format(scores=f"1e3 + 50 * np.cos(7 * ({SCORES}))", axis=0, kept=False))


def test_activations_that_are_not_certain_are_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(NotDriven) as raised:
        driven(tmp_path, CLASSIFIER.format(scores=f"({SCORES}) / 2", axis=1, kept=True))
    assert "its activations are not certain" in str(raised.value)
