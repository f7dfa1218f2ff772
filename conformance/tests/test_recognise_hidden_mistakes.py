"""Mistakes that a way to drive a program could hide: in the rate, in deeper networks, after the first epoch."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

import mlp_conformance

RATE = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.H = np.tanh(X @ self.W1 + self.b1)
        return self.H @ self.W2 + self.b2

    def fit(self, X, Y, lr=0.3, epochs=100):
        for _ in range(epochs):
            D = (self.forward(X) - Y) / len(X)
            E = (D @ self.W2.T) * (1 - self.H ** 2)
            self.W2 -= {rate} * self.H.T @ D
            self.b2 -= {rate} * D.sum(0)
            self.W1 -= {rate} * X.T @ E
            self.b1 -= {rate} * E.sum(0)
"""
DEEP = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def build(sizes):
    return [[np.random.randn(i, o), np.random.randn(o)] for i, o in zip(sizes, sizes[1:])]

def forward(net, x):
    a = [x]
    for w, b in net:
        a.append(sigmoid(a[-1] @ w + b))
    return a

def train(net, x, y, lr, epochs):
    for _ in range(epochs):
        a = forward(net, x)
        delta = (a[-1] - y) * a[-1] * (1 - a[-1])
        for k in range(len(net) - 1, -1, -1):
            back = delta @ net[k][0].T
            net[k][0] -= lr * a[k].T @ delta
            net[k][1] -= lr * delta.sum(axis=0)
            if k:
                delta = back * {slope}
"""
LATER = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.X, self.h = X, np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def gradients(self, X, y):
        d = (self.forward(X) - y) / len(X)
        e = d @ self.W2.T * (1 - self.h ** 2)
        return X.T @ e, e.sum(0), self.h.T @ d, d.sum(0)

    def train(self, X, y, lr, epochs):
        for t in range(epochs):
            dW1, db1, dW2, db2 = self.gradients(X, y)
            self.W1 -= lr * dW1
            self.W2 -= lr * dW2
            if {when}:
                self.b1 -= lr * db1
                self.b2 -= lr * db2
        return self
"""


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize(("rate", "fault"), [("lr", None), ("lr * lr", "rate-squared"), ("0.1", "rate-ignored")])
def test_a_rate_by_default_hides_no_mistake_of_the_rate(rate: str, fault: str | None, tmp_path: Path) -> None:
    driven(tmp_path, RATE.format(rate=rate))
    report = mlp_conformance.run(str(tmp_path / "program.py"), select="drawn", examples=12)
    assert report.conforms == (fault is None)


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize(("slope", "is_right"), [("a[k] * (1 - a[k])", True), ("a[-2] * (1 - a[-2])", False)])
def test_what_raises_unless_layers_are_as_wide_is_judged_with_such_layers(slope: str, is_right: bool, tmp_path: Path) -> None:
    plan = driven(tmp_path, DEEP.format(slope=slope)).plan
    assert plan.layers is None
    assert plan.equal is not is_right
    assert mlp_conformance.run(str(tmp_path / "program.py"), select="drawn", examples=12).conforms == is_right


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize(("when", "is_right"), [("True", True), ("t == 0", False)])
def test_what_goes_wrong_after_the_first_epoch_is_judged_beside_right_gradients(
    when: str, is_right: bool, tmp_path: Path
) -> None:
    driven(tmp_path, LATER.format(when=when))
    report = mlp_conformance.run(str(tmp_path / "program.py"), select="drawn", examples=12)
    assert report.classes["gradients"] == "passed"
    assert report.classes["training"] == ("passed" if is_right else "failed")


def test_a_count_of_outputs_by_default_is_set(tmp_path: Path) -> None:
    text = RATE.format(rate="lr").replace("n_hidden, n_out):", "n_hidden, n_targets=1):").replace("n_out", "n_targets")
    assert "max_outputs" not in driven(tmp_path, text).plan.claims


PAIRS = """
import numpy as np

def init(sizes):
    return [(np.random.randn(m, n), np.random.randn(n)) for m, n in zip(sizes[:-1], sizes[1:])]

def predict(params, X):
    (W, b), (V, c) = params
    return np.tanh({hidden}) @ V + c

def update(params, X, Y, lr):
    (W, b), (V, c) = params
    H = np.tanh({hidden})
    E = (H @ V + c - Y) / len(X)
    D = E @ V.T * (1 - H ** 2)
    return [(W - lr * X.T @ D, b - lr * D.sum(0)), (V - lr * H.T @ E, c - lr * E.sum(0))]
"""


@pytest.mark.parametrize(("hidden", "right"), [("X @ W + b", True), ("X @ W", False)])
def test_biases_that_stand_beside_others_and_are_left_out_are_missed(hidden: str, right: bool, tmp_path: Path) -> None:
    path = tmp_path / "pairs.py"
    path.write_text(PAIRS.replace("{hidden}", hidden), encoding="utf-8")
    report = mlp_conformance.run(str(path), examples=10)
    assert report.conforms is right
    assert right or report.diagnosis[0].fault == "no-hidden-bias"


@pytest.mark.parametrize("last", ["-1", "1"])
def test_deeper_networks_that_take_no_step_are_judged(last: str, tmp_path: Path) -> None:
    """The second layer taken for the last: in a network of three the error of the last is 0, and so are all others."""
    text = (Path(__file__).parents[1] / "corpus" / "reseau_objets.py").read_text(encoding="utf-8")
    assert driven(tmp_path, text.replace("self.couches[-1]", f"self.couches[{last}]")).plan.layers is None


def test_whatever_deeper_networks_raise_where_they_are_trained_is_said(tmp_path: Path) -> None:
    """The second layer's gradient stands for the last's: of three layers one has none."""
    text = (Path(__file__).parents[1] / "corpus" / "network_nielsen.py").read_text(encoding="utf-8")
    notes = driven(tmp_path, text.replace("grad_w[-1] =", "grad_w[1] =")).plan.notes
    assert any("Of two hidden layers the output is right" in note and "TypeError" in note for note in notes)
