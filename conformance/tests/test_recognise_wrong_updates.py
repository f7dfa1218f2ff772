"""Updates that are wrong beside gradients that are right: they are judged, whatever else the calls are."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlp_conformance.checks import Settings
from mlp_conformance.loading import load
from mlp_conformance.runner import select
from mlp_conformance.verdict import judge

NETWORK = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.X, self.h = X, np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def backward(self, X, Y):
        d = self.forward(X) - Y
        e = d @ self.W2.T * (1 - self.h ** 2)
        return {{"W1": X.T @ e, "b1": e.sum(0), "W2": self.h.T @ d, "b2": d.sum(0)}}

    def step(self, X, Y{rate}):
        grads = self.backward(X, Y)
        self.W1 -= {lr} * grads["W1"]
        self.b1 -= {biases}
        self.W2 {sign}= {lr} * grads["W2"]
        self.b2 -= {lr} * grads["b2"]
"""


@pytest.mark.parametrize(("rate", "lr"), [(", lr", "lr"), ("", "0.05")])
@pytest.mark.parametrize(
    ("sign", "biases", "right"),
    [("-", '{lr} * grads["b1"]', True), ("+", '{lr} * grads["b1"]', False), ("-", '{lr} * np.sign(grads["b1"])', False)],
)
def test_a_wrong_update_fails(rate: str, lr: str, sign: str, biases: str, right: bool, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(NETWORK.format(rate=rate, lr=lr, sign=sign, biases=biases.format(lr=lr)), encoding="utf-8")
    subject = load(str(path))
    assert {"gradients", "train"} & subject.operations
    report = judge(subject, select("drawn/"), Settings(examples=10))
    assert report.conforms is right
    if not rate:
        assert subject.claims.learning_rate == 0.05


def test_what_somebody_chooses_beside_is_not_judged(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    text = NETWORK.format(rate=", lr", lr="lr", sign="-", biases='lr * grads["b1"]')
    text = text.replace('lr * grads["W1"]', 'lr * (grads["W1"] + 0.1 * self.W1)  # a penalty on these alone')
    path.write_text(text.replace("class Net:", 'class Net:\n    "With a penalty."\n    penalty = 0.1\n'), encoding="utf-8")
    report = judge(load(str(path)), select("drawn/"), Settings(examples=10))
    assert report.conforms
