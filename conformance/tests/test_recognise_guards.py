"""Constants that guard the probabilities of a cross-entropy, in the loss or in the derivative that the steps are made of."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.checks import Settings
from mlp_conformance.loading import load
from mlp_conformance.runner import run_checks, select

NETWORK = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros((1, n_hidden))
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros((1, n_out))

    def forward(self, X):
        self.X, self.h = X, np.tanh(X @ self.W1 + self.b1)
        z = self.h @ self.W2 + self.b2
        {output}
        return self.out

    {loss}

    def backward(self, Y):
        {delta}
        back = d @ self.W2.T * (1 - self.h ** 2)
        return self.X.T @ back, back.sum(axis=0), self.h.T @ d, d.sum(axis=0)

    def step(self, X, Y, lr):
        self.forward(X)
        w, b, v, c = self.backward(Y)
        self.W1 -= lr * w
        self.b1 -= lr * b
        self.W2 -= lr * v
        self.b2 -= lr * c
"""
SIGMOID = "self.out = 1 / (1 + np.exp(-z))"
SOFTMAX = "e = np.exp(z - z.max(axis=1, keepdims=True)); self.out = e / e.sum(axis=1, keepdims=True)"
#: The derivative of the binary cross-entropy at clipped probabilities, which is taken behind softmax as well.
QUOTIENT = """p = np.clip(self.out, {clip}, 1 - {clip})
        d = (-Y / p + (1 - Y) / (1 - p)) * self.out * (1 - self.out)"""
LOSS = """def loss(self, p, Y):
        p = np.clip(p, {clip}, 1 - {clip})
        return -np.sum(Y * np.log(p) + (1 - Y) * np.log(1 - p))"""
#: Checks of small probabilities, and of ordinary numbers.
WHERE_IT_SHOWS = "magnitude/unlikely", "drawn/gradients"


@pytest.mark.parametrize(("output", "loss"), [(SIGMOID, LOSS), (SIGMOID, ""), (SOFTMAX, "")])
@pytest.mark.parametrize("clip", ["1e-7", "1e-15"])
def test_a_derivative_at_clipped_probabilities_is_judged_with_its_constant(
    output: str, loss: str, clip: str, tmp_path: Path
) -> None:
    source = NETWORK.format(output=output, loss=loss.format(clip=clip) or "pass", delta=QUOTIENT.format(clip=clip))
    found = driven(tmp_path, source)
    assert found.plan.claims["probability_clip"] == float(clip)
    results = list(
        run_checks(
            load(str(tmp_path / "program.py")), [found for id in WHERE_IT_SHOWS for found in select(id)], Settings(examples=10)
        )
    )
    assert not any(result.is_broken for result in results)


def test_a_constant_in_the_text_that_guards_nothing_is_none(tmp_path: Path) -> None:
    source = NETWORK.format(output=SIGMOID, loss="tiny = 1e-7", delta="d = self.out - Y")
    assert "probability_clip" not in driven(tmp_path, source).plan.claims
