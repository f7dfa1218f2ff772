"""A network that is made with a learning rate of 1 hides what is wrong with the rate: one that is given any is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

MAKER = """
import numpy as np

def make_mlp(n_in, n_hidden, n_out, lr=0.1):
    W = [np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)]
    b = [np.zeros(n_hidden), np.zeros(n_out)]
    sig = lambda z: 1 / (1 + np.exp(-z))

    def predict(x):
        return sig(sig(x @ W[0] + b[0]) @ W[1] + b[1])

    def step(x, y):
        h = sig(x @ W[0] + b[0])
        out = sig(h @ W[1] + b[1])
        d2 = {factor}(out - y) * out * (1 - out)
        d1 = (d2 @ W[1].T) * h * (1 - h)
        W[1] -= lr * h.T @ d2
        b[1] -= lr * d2.sum(0)
        W[0] -= lr * x.T @ d1
        b[0] -= lr * d1.sum(0)

    return predict, step, W, b

if __name__ == "__main__":
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    Y = np.array([[0], [1], [1], [0]], float)
    predict, step, W, b = make_mlp(2, 4, 1, lr=1.0)
    for i in range(5000):
        step(X, Y)
"""


@pytest.mark.parametrize(("factor", "fault"), [("", None), ("lr * ", "rate-squared")])
def test_the_network_of_any_rate_is_judged(factor: str, fault: str | None, tmp_path: Path) -> None:
    found = driven(tmp_path, MAKER.format(factor=factor))
    step = found.settled.step
    assert found.plan.name == "make_mlp"
    assert step is not None
    assert step.reading is not None
    assert (step.reading.fault.id if step.reading.fault else None) == fault
