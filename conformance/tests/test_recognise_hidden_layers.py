"""Hidden layers that cannot be explained are not explained away: no network without them stands for one that has them."""

from __future__ import annotations

from pathlib import Path

from driving import driven

PROGRAM = """
import numpy as np

class Mlp:
    def __init__(self, sizes):
        self.Ws = [np.random.randn(m, n) for m, n in zip(sizes, sizes[1:])]
        self.bs = [np.zeros(n) for n in sizes[1:]]

    def forward(self, X):
        self.a = [X]
        for W, b in zip(self.Ws, self.bs):
            last = W is self.Ws[-1]
            z = self.a[-1] @ W + ({bias})
            self.a.append(z if last else np.tanh(z))
        return self.a[-1]

    def fit(self, X, Y, lr=0.01, epochs=100):
        for _ in range(epochs):
            d = (self.forward(X) - Y) / len(X)
            for k in reversed(range(len(self.Ws))):
                dW, db = self.a[k].T @ d, d.sum(axis=0)
                if k:
                    d = d @ self.Ws[k].T * (1 - self.a[k] ** 2)
                self.Ws[k] -= lr * dW
                self.bs[k] -= lr * db
"""


def test_hidden_biases_that_are_left_out_are_the_fault_that_is_found(tmp_path: Path) -> None:
    settled = driven(tmp_path, PROGRAM.format(bias="b if last else 0")).settled
    assert len(settled.plan.slots) > 1
    assert settled.forward.reading.fault is not None or (settled.step is not None and not all(settled.score))


def test_hidden_layers_that_are_right_are_read(tmp_path: Path) -> None:
    settled = driven(tmp_path, PROGRAM.format(bias="b")).settled
    assert len(settled.plan.slots) > 1
    assert all(settled.score)


def test_a_network_that_has_none_is_said_to_have_none(tmp_path: Path) -> None:
    source = """
    import numpy as np

    class Regression:
        def __init__(self, n_in, n_out):
            self.W, self.b = np.zeros((n_in, n_out)), np.zeros(n_out)

        def predict(self, X):
            return X @ self.W + self.b

        def fit(self, X, Y, lr=0.1, epochs=10):
            for _ in range(epochs):
                d = 2 * (self.predict(X) - Y) / len(X)
                self.W -= lr * X.T @ d
                self.b -= lr * d.sum(axis=0)
    """
    found = driven(tmp_path, source)
    assert len(found.plan.slots) == 1
    assert "no hidden layer, linear output" in found.plan.notes[0]


PAIRS = """
import math
import random

def sig(t):
    return 1 / (1 + math.exp(-t))

class Net:
    def __init__(self, n_in, n_hidden):
        self.w1 = [[random.uniform(-1, 1) for _ in range(n_in)] for _ in range(n_hidden)]
        self.b1 = [0.0] * n_hidden
        self.w2 = [random.uniform(-1, 1) for _ in range(n_hidden)]
        self.b2 = 0.0

    def forward(self, x):
        self.h = [sig(sum(w * v for w, v in zip(row, x)) + b) for row, b in zip(self.w1, self.b1)]
        return sig(sum(w * v for w, v in zip(self.w2, self.h)) + self.b2)

    def train(self, patterns, iterations=1000, lr=0.5):
        for _ in range(iterations):
            for x, t in patterns:
                o = self.forward(x)
                d = (o - t) * o * (1 - o)
                dh = [d * w * a * (1 - a) for w, a in zip(self.w2, self.h)]
                for j in range(len(self.w2)):
                    self.w2[j] -= lr * d * self.h[j]
                    self.b1[j] -= lr * dh[j]
                    for i in range(len(x)):
                        self.w1[j][i] -= lr * dh[j] * x[i]
                self.b2 -= lr * d
"""


def test_a_single_target_is_a_number_where_all_else_is_lists(tmp_path: Path) -> None:
    """In its place an array of one number makes arrays of the weights, which the next sample's exponential refuses."""
    found = driven(tmp_path, PAIRS)
    assert all(found.settled.score)
    assert "targets.ravel()" in found.plan.source()
