"""Libraries that change nothing of what is computed: where they are not installed, programs that use them are judged."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from driving import driven

from mlp_conformance.loading import load
from mlp_conformance.passing_through import PASSING, Bar

COMPILED = """
import numba
import numpy as np
from numba import njit, prange, float64

@njit(fastmath=True, cache=True)
def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

@numba.njit("float64[:,:](float64[:,:], float64[:,:], float64[:])")
def layer(X, W, b):
    return sigmoid(X @ W + b)

@numba.vectorize([float64(float64)])
def slope(a):
    return a * (1.0 - a)

@njit
def step(X, Y, W1, b1, W2, b2, lr):
    h = layer(X, W1, b1)
    out = layer(h, W2, b2)
    d = (out - Y) * slope(out)
    e = d @ W2.T * slope(h)
    W2 -= lr * h.T @ d
    W1 -= lr * X.T @ e
    for k in prange(len(b2)):
        b2[k] -= lr * d[:, k].sum()
    for k in prange(len(b1)):
        b1[k] -= lr * e[:, k].sum()

def predict(X, W1, b1, W2, b2):
    return layer(layer(X, W1, b1), W2, b2)

def init(n_in, n_hidden, n_out):
    return np.random.randn(n_in, n_hidden), np.zeros(n_hidden), np.random.randn(n_hidden, n_out), np.zeros(n_out)
"""

COUNTED = """
import numpy as np
from tqdm.auto import tqdm

class Net:
    def __init__(self, *sizes):
        self.W = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]

    def __call__(self, x):
        self.a = [x]
        for w, b in zip(self.W, self.b):
            self.a.append(np.tanh(self.a[-1] @ w + b))
        return self.a[-1]

    def train(self, x, y, epochs=100, lr=1e-2):
        with tqdm(range(epochs), desc="training") as bar:
            for epoch in bar:
                d = self(x) - y
                for k in reversed(range(len(self.W))):
                    d = d * (1 - self.a[k + 1] ** 2)
                    w, b = self.a[k].T @ d, d.sum(0)
                    d = d @ self.W[k].T
                    self.W[k] -= lr * w
                    self.b[k] -= lr * b
                bar.set_postfix(loss=0.0)
"""


@pytest.fixture(autouse=True)
def without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*sys.modules]:
        if name.partition(".")[0] in PASSING:
            monkeypatch.delitem(sys.modules, name)

    class Nowhere:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name.partition(".")[0] in PASSING:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(sys, "meta_path", [Nowhere(), *sys.meta_path])


@pytest.mark.parametrize(("source", "activation"), [(COMPILED, "sigmoid"), (COUNTED, "tanh")])
def test_programs_are_driven_without_them(source: str, activation: str, tmp_path: Path) -> None:
    found = driven(tmp_path, source)
    assert all(found.settled.score)
    assert found.plan.claims["activations"] == {activation}
    assert set(sys.modules).isdisjoint(PASSING)


def test_a_program_with_such_a_name_in_it_is_no_adapter(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(COUNTED, encoding="utf-8")
    assert load(str(tmp_path / "net.py")).found.startswith("Net, a network")


def test_a_bar_goes_through_what_it_counts() -> None:
    with Bar([3, 4], desc="x") as bar:
        assert (list(bar), len(bar)) == ([3, 4], 2)
        bar.set_postfix(loss=1.0)
    tqdm = PASSING["tqdm"]("tqdm")
    assert list(tqdm.trange(1, 6, 2)) == [1, 3, 5]
    with pytest.raises(AttributeError):
        bar.__array__  # noqa: B018 - what NumPy would ask for


def test_functions_of_numbers_are_applied_to_each() -> None:
    numba = PASSING["numba"]("numba")

    def larger(x: float) -> float:
        return x if x > 0 else 0.0

    for made in (numba.vectorize(larger), numba.vectorize(["float64(float64)"])(larger)):
        assert made(np.array([-1.0, 2.0])).tolist() == [0.0, 2.0]
