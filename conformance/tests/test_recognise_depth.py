"""Networks that are told the width of their hidden layers and how many there are; and sizes that alone are judged are said."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

DEEP = """
import numpy as np

class DeepTanh:
    def __init__(self, {arguments}):
        dims = [n_in] + [{width}] * {count} + [n_out]
        self.W = [np.random.randn(a, b) / np.sqrt(a) for a, b in zip(dims, dims[1:])]
        self.b = [np.zeros(b) for b in dims[1:]]

    def forward(self, X):
        self.acts = [X]
        for W, b in zip(self.W[:-1], self.b[:-1]):
            self.acts.append(np.tanh(self.acts[-1] @ W + b))
        return self.acts[-1] @ self.W[-1] + self.b[-1]

    def sgd(self, X, y, lr):
        L = len(self.W)
        delta = (self.forward(X) - y) / len(y)
        for l in range(L - 1, -1, -1):
            back = delta @ self.W[l].T
            self.W[l] -= lr * self.acts[l].T @ delta
            self.b[l] -= lr * delta.sum(0)
            delta = back * (1 - self.acts[{layer}] ** 2) if l else None
"""


@pytest.mark.parametrize(
    ("arguments", "width", "count"),
    [
        ("n_in, width, depth, n_out", "width", "depth"),
        ("n_in, n_out, width, depth", "width", "depth"),
        ("n_in, n_out, depth, width", "width", "depth"),
        ("n_in, hidden_size, num_layers, n_out", "hidden_size", "(num_layers - 1)"),
        ("n_in, n_out, breite=16, n_hidden_layers=2", "breite", "n_hidden_layers"),
        ("n_in, p, q, n_out", "p", "q"),
    ],
)
def test_width_and_number_of_layers(tmp_path: Path, arguments: str, width: str, count: str) -> None:
    found = driven(tmp_path, DEEP.format(arguments=arguments, width=width, count=count, layer="l"))
    assert all(found.settled.score)
    assert found.plan.equal
    assert not {"max_outputs", "max_hidden_layers"} & set(found.plan.claims)
    assert "its hidden layers as wide as one another" in found.plan.notes[0]


@pytest.mark.parametrize("arguments", ["n_in, width, depth, n_out", "n_in, n_out, width, depth"])
def test_a_mistake_that_needs_two_hidden_layers(tmp_path: Path, arguments: str) -> None:
    source = DEEP.format(arguments=arguments, width="width", count="depth", layer="min(l + 1, L - 1)")
    found = driven(tmp_path, source)
    assert found.exact
    assert not all(found.settled.score)
    assert "max_hidden_layers" not in found.plan.claims


SMALL = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden{outputs}):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, {n_out}), np.zeros({n_out})

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def train(self, X, Y, lr):
        d = self.forward(X) - Y
        e = d @ self.W2.T * (1 - self.h ** 2)
        self.W2 -= lr * self.h.T @ d
        self.b2 -= lr * d.sum(0)
        self.W1 -= lr * X.T @ e
        self.b1 -= lr * e.sum(0)
"""


def test_sizes_that_alone_are_judged_are_said(tmp_path: Path) -> None:
    found = driven(tmp_path, SMALL.format(outputs=", n_out", n_out="n_out"))
    assert found.plan.claims["max_hidden_layers"] == 1
    assert "judged with one hidden layer;" in found.plan.notes[0]
    assert "one output" not in found.plan.notes[0]
    found = driven(tmp_path, SMALL.format(outputs="", n_out="1"))
    assert found.plan.claims["max_outputs"] == 1
    assert "judged with one output;" in found.plan.notes[0]


DEEP_AND_WIDE = """
import numpy as np

class Reseau:
    def __init__(self, n_in, n_hidden, n_out):
        s = [n_in] + [n_hidden] * {depth} + [n_out]
        self.W = [np.random.normal(0, 1, (p, q)) for p, q in zip(s, s[1:])]
        self.b = [np.zeros(q) for q in s[1:]]

    def forward(self, X):
        a = [X]
        for W, b in zip(self.W, self.b):
            a.append(np.tanh(a[-1] @ W + b))
        return a

    def train(self, X, Y, lr=0.05, epochs=300):
        for _ in range(epochs):
            a = self.forward(X)
            d = (a[-1] - Y) / len(X)
            for i in reversed(range(len(self.W))):
                d = d * (1 - a[i + 1] ** 2)
                gW, gb = a[i].T @ d, d.sum(0)
                d = d @ self.W[i].T
                self.W[i] -= lr * gW
                self.b[i] -= lr * gb
"""


@pytest.mark.parametrize("depth", [2, 3])
def test_so_many_layers_of_one_width_are_made(depth: int, tmp_path: Path) -> None:
    plan = driven(tmp_path, DEEP_AND_WIDE.format(depth=depth)).plan
    assert plan.claims["max_hidden_layers"] == plan.claims["min_hidden_layers"] == depth
    assert plan.equal


LISTED = """
import numpy as np

class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(b, a) for a, b in zip(sizes, sizes[1:])]
        self.B = [np.zeros((b, 1)) for b in sizes[1:]]

    def forward(self, X):
        self.a = [X]
        for W, B in zip(self.W, self.B):
            self.a.append(np.tanh(W @ self.a[-1] + B))
        return self.a[-1]

    def train(self, X, Y, lr):
        d = (self.forward(X) - Y) * (1 - self.a[-1] ** 2)
        W = [w.copy() for w in self.W]
        for i in reversed(range(len(W))):
            self.W[i] -= lr * d @ self.a[i].T
            self.B[i] -= lr * d.sum(axis=1, keepdims=True)
            if i:
                d = W[{index}].T @ d * (1 - self.a[i] ** 2)
"""


def test_that_deeper_networks_cannot_be_trained_is_said(tmp_path: Path) -> None:
    """W[i - 2] is W[i] where there are two layers."""
    right, wrong = (driven(tmp_path, LISTED.format(index=index)).plan for index in ("i", "i - 2"))
    assert right.claims.get("max_hidden_layers") is None
    assert wrong.claims["max_hidden_layers"] == 1
    assert "Of two hidden layers the output is right, and `model.train(inputs.T, targets.T" in " ".join(wrong.notes)
    assert "raised ValueError" in " ".join(wrong.notes)
    assert "two hidden layers" not in " ".join(right.notes)
