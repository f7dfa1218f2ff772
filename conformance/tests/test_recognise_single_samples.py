"""A network that trains on one sample after another: how its output is read for several, and what is asked of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from driving import driven

from mlp_conformance.recognise.rehearsed import judge_single_samples

VECTORS = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out, lr=0.01):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)
        self.lr = lr

    def predict(self, x):
        self.z = x @ self.W1 + self.b1
        self.h = 1 / (1 + np.exp(-self.z))
        return self.h @ self.W2 + self.b2

    def fit(self, X, y, n_epochs=10):
        for _ in range(n_epochs):
            for x, t in zip(X, y):
                d = self.predict(x) - t
                dh = d @ self.W2.T * {slope}
                self.W2 -= self.lr * np.outer(self.h, d)
                self.b2 -= self.lr * d
                self.W1 -= self.lr * np.outer(x, dh)
                self.b1 -= self.lr * dh
"""
#: The right one; one whose numbers soon are none; one that no known fault explains.
SLOPES = ("self.h * (1 - self.h)", "self.z * (1 - self.z)", "np.cos(self.h) * self.z")


@pytest.mark.parametrize("slope", SLOPES)
def test_what_steps_sample_by_sample_is_judged_with_single_ones(slope: str, tmp_path: Path) -> None:
    found = driven(tmp_path, VECTORS.replace("{slope}", slope))
    assert found.plan.claims["max_batch"] == 1
    assert "np.ravel" not in found.plan.output


@pytest.mark.parametrize("default", ["1.0", "0.25"])
def test_a_batch_that_is_a_part_of_the_samples_is_all_of_them(default: str, tmp_path: Path) -> None:
    found = driven(
        tmp_path,
        f"""
        import numpy as np

        class Net:
            def __init__(self, n_in, n_hidden, n_out, lr=0.1, batch_size={default}):
                self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros((1, n_hidden))
                self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros((1, n_out))
                self.lr, self.batch_size = lr, batch_size

            def predict(self, X):
                self.h = np.tanh(X @ self.W1 + self.b1)
                return self.h @ self.W2 + self.b2

            def fit(self, X, Y, epochs):
                for _ in range(epochs):
                    chosen = np.random.choice(len(X), size=int(self.batch_size * len(X)), replace=False)
                    x, y = X[chosen], Y[chosen]
                    d = (self.predict(x) - y) / len(x)
                    dh = d @ self.W2.T * (1 - self.h ** 2)
                    self.W2 -= self.lr * self.h.T @ d
                    self.b2 -= self.lr * d.sum(0, keepdims=True)
                    self.W1 -= self.lr * x.T @ dh
                    self.b1 -= self.lr * dh.sum(0, keepdims=True)
        """,
    )
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert (found.settled.step.reading.reduction, found.settled.step.reading.fault) == ("mean_samples", None)
    assert "max_batch" not in found.plan.claims


@pytest.mark.parametrize(("output", "claimed"), [("np.ravel(output)", {"max_batch": 1}), ("output", {})])
def test_a_plan_that_reads_several_samples_amiss_is_asked_one_by_one(
    output: str, claimed: dict[str, Any], tmp_path: Path
) -> None:
    found = driven(tmp_path, VECTORS.replace("{slope}", SLOPES[0]))
    plan = found.plan.but(forward=["output = model.predict(inputs)"], output=output, single=False, claims={})
    judge_single_samples(replace(found.settled, plan=plan))
    assert {key: value for key, value in plan.claims.items() if key == "max_batch"} == claimed


TYPED = """
from array import array
import math, random

class MLP:
    def __init__(self, p, q, k, rate=0.2):
        self.p, self.q, self.k, self.rate = p, q, k, rate
        self.wh = [array("d", [random.uniform(-1, 1) for _ in range(p)]) for _ in range(q)]
        self.bh = array("d", [0.0] * q)
        self.wo = [array("d", [random.uniform(-1, 1) for _ in range(q)]) for _ in range(k)]
        self.bo = array("d", [0.0] * k)

    def forward(self, x):
        self.h = [math.tanh(b + sum(w * v for w, v in zip(row, x))) for row, b in zip(self.wh, self.bh)]
        z = [b + sum(w * h for w, h in zip(row, self.h)) for row, b in zip(self.wo, self.bo)]
        self.o = array("d", [1 / (1 + math.exp(-v)) for v in z])
        return self.o

    def backward(self, x, t):
        do = array("d", [(o - y) * o * (1 - o) for o, y in zip(self.o, t)])
        dh = [sum(d * row[i] for d, row in zip(do, self.wo)) * (1 - h ** 2) for i, h in enumerate(self.h)]
        for j, d in enumerate(do):
            for i, h in enumerate(self.h):
                self.wo[j][i] -= self.rate * d * h
            self.bo[j] -= self.rate * d
        for j, d in enumerate(dh):
            for i, v in enumerate(x):
                self.wh[j][i] -= self.rate * d * v
            self.bh[j] -= self.rate * d

    def train(self, samples, epochs):
        for _ in range(epochs):
            for x, t in samples:
                self.forward(x)
                self.backward(x, t)
"""


def test_numbers_may_be_kept_in_typed_arrays(tmp_path: Path) -> None:
    found = driven(tmp_path, TYPED)
    assert all(found.settled.score)
    assert "typecode" in found.plan.source()
