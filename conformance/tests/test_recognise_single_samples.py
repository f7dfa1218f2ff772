"""A network that trains on one sample after another: how its output is read for several, and what is asked of it."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from driving import driven

from mlp_conformance.recognise.steps.one_alone import takes_batches, with_all_samples
from mlp_conformance.recognise.telling.rehearsed import judge_single_samples
from mlp_conformance.recognise.writing import source

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


def test_a_softmax_over_everything_is_read_sample_by_sample_where_it_is_trained_so(tmp_path: Path) -> None:
    found = driven(
        tmp_path,
        """
        import numpy as np

        def softmax(z):
            e = np.exp(z - np.max(z))
            return e / np.sum(e)

        class Net:
            def __init__(self, n_in, n_hidden, n_out, lr=0.1):
                self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
                self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)
                self.lr = lr

            def forward(self, x):
                self.h = np.tanh(np.dot(x, self.W) + self.b)
                self.z = np.dot(self.h, self.V) + self.c
                self.p = softmax(self.z)
                return self.p

            def fit(self, X, Y, epochs=5):
                for _ in range(epochs):
                    for x, y in zip(X, Y):
                        d = self.forward(x) - y
                        e = self.V @ d * (1 - self.h ** 2)
                        self.V -= self.lr * np.outer(self.h, d)
                        self.c -= self.lr * d
                        self.W -= self.lr * np.outer(x, e)
                        self.b -= self.lr * e
        """,
    )
    assert "for x in inputs" in source(found.plan).partition("def forward")[2].partition("def train")[0]


@pytest.mark.parametrize(("slope", "fault"), [("(found[-1] > 0)", None), ("1", "output-derivative-missing")])
def test_how_targets_are_read_is_not_told_by_one_sample_whose_outputs_are_off(
    slope: str, fault: str | None, tmp_path: Path
) -> None:
    found = driven(
        tmp_path,
        """
        import numpy as np

        def make(n_in, hidden, n_out):
            sizes = [n_in] + list(hidden) + [n_out]
            return [(np.random.randn(a, b) * 0.1, np.zeros((1, b))) for a, b in zip(sizes, sizes[1:])]

        def forward(x, layers):
            found = [x]
            for W, b in layers:
                found.append(np.maximum(0, found[-1] @ W + b))
            return found

        def backward(found, layers, y, rate):
            d = (found[-1] - y.reshape(-1, 1)) * {slope}
            steps = []
            for k in reversed(range(len(layers))):
                steps.append((found[k].T @ d, d.sum(axis=0, keepdims=True)))
                d = d @ layers[k][0].T * (found[k] > 0)
            return [(W - rate * u, b - rate * v) for (W, b), (u, v) in zip(layers, steps[::-1])]

        def train(x, y, hidden=(10, 10), epochs=5000, rate=0.01):
            layers = make(x.shape[1], hidden, 1)
            for _ in range(epochs):
                layers = backward(forward(x, layers), layers, y, rate)
            return layers
        """.replace("{slope}", slope),
    )
    assert not found.settled.forward.layout.labels
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert (found.settled.step.reading.fault and found.settled.step.reading.fault.id) == fault


LISTS = """
class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W = [[random.gauss(0, 1) for _ in range(n_in)] for _ in range(n_hidden)]
        self.b = [0.0] * n_hidden
        self.V = [[random.gauss(0, 1) for _ in range(n_hidden)] for _ in range(n_out)]
        self.c = [0.0] * n_out

    def hidden(self, x):
        return [math.tanh(sum(w * v for w, v in zip(row, x)) + b) for row, b in zip(self.W, self.b)]

    def predict(self, X):
        hs = [self.hidden(x) for x in X]
        return [[sum(w * v for w, v in zip(row, h)) + c for row, c in zip(self.V, self.c)] for h in hs]

    def step(self, X, Y, lr):
        dW, db = [[0.0] * len(row) for row in self.W], [0.0] * len(self.b)
        dV, dc = [[0.0] * len(row) for row in self.V], [0.0] * len(self.c)
        for x, y in zip(X, Y):
            h = self.hidden(x)
            d = [o - t for o, t in zip(self.predict([x])[0], y)]
            for k in range(len(d)):
                dc[k] {adds} d[k]
                for j in range(len(h)):
                    dV[k][j] += d[k] * h[j]
            for j in range(len(h)):
                e = sum(d[k] * self.V[k][j] for k in range(len(d))) * (1 - h[j] ** 2)
                db[j] += e
                for i in range(len(x)):
                    dW[j][i] += e * x[i]
        for P, G in ((self.W, dW), (self.V, dV)):
            for row, grads in zip(P, G):
                for i in range(len(row)):
                    row[i] -= lr * grads[i] / len(X)
        for p, g in ((self.b, db), (self.c, dc)):
            for i in range(len(p)):
                p[i] -= lr * g[i] / len(X)
"""


@pytest.mark.parametrize("adds", ["+=", "="])
def test_a_step_of_several_samples_is_judged_with_several(adds: str, tmp_path: Path) -> None:
    found = driven(tmp_path, "import math, random\n" + LISTS.replace("{adds}", adds))
    assert "max_batch" not in found.plan.claims
    assert not found.settled.forward.layout.single
    assert found.settled.step is not None
    assert (found.settled.step.reading is not None) == (adds == "+=")


@pytest.mark.parametrize(
    ("text", "lines", "takes"),
    [
        ("def step(X, y):\n    for a, b in zip(X, y):\n        pass", ["step(inputs, targets)"], True),
        ("def step(X, y):\n    m = X.shape[0]\n    return X.sum(0) / m", ["step(inputs, targets)"], True),
        ("def step(X, y):\n    return X.sum(0) / len(y)", ["step(inputs, targets)"], True),
        ("def step(x_batch, y_batch):\n    return x_batch", ["step(inputs, targets)"], True),
        ("def step(x, y):\n    return x @ y.T / 2", ["step(inputs, targets)"], False),
        ("def step(x, y):\n    for w, d in zip(ws, ds):\n        pass", ["step(inputs, targets)"], False),
    ],
)
def test_what_takes_batches_says_so_in_its_text(text: str, lines: list[str], takes: bool) -> None:
    assert takes_batches(ast.parse(text), lines) == takes


@pytest.mark.parametrize(
    ("lines", "all_samples"),
    [
        (["step(x[None], y[None], learning_rate)"], ["step(inputs, targets, learning_rate)"]),
        (["forward(x[:, None])", "step(y[:, None])"], ["forward(inputs.T)", "step(targets.T)"]),
        (["step(x, y)"], []),
        (["step(x[None], int(y.argmax()))"], []),
        (["step(inputs, targets)"], []),
    ],
)
def test_a_batch_of_one_is_told_from_a_sample(lines: list[str], all_samples: list[str]) -> None:
    assert with_all_samples(lines) == all_samples
