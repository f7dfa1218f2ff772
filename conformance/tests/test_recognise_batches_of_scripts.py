"""Scripts that go through batches in a loop of their own, in an order that they draw."""

from __future__ import annotations

from pathlib import Path

import pytest

import mlp_conformance
from mlp_conformance.recognise import drive, read_program
from mlp_conformance.recognise.drive import Driven

SCRIPT = """
import numpy as np

def batches(X, y, size):
    order = np.arange(len(X))
    np.random.shuffle(order)
    for i in range(0, len(X), size):
        yield X[order[i:i + size]], y[order[i:i + size]]

np.random.seed(0)
N, D, H, K = 64, 3, 5, 2
X = np.random.randn(N, D)
y = np.random.randn(N, K)
W1, b1 = np.random.randn(D, H) * 0.1, np.zeros(H)
W2, b2 = np.random.randn(H, K) * 0.1, np.zeros(K)
lr = 0.05
batch_size = 16
n_batches = N // batch_size

for epoch in range(200):
    total = 0
{order}
        h = np.tanh(xb @ W1 + b1)
        out = h @ W2 + b2
        total += 0.5 * np.mean(np.sum((out - yb) ** 2, axis=1))
        dout = (out - yb) / len(xb)
        dW2 = h.T @ dout
        db2 = dout.sum(axis=0)
        dz1 = {error}
        W1 -= lr * xb.T @ dz1
        b1 -= lr * dz1.sum(axis=0)
        W2 -= lr * dW2
        b2 -= lr * db2
    if epoch % 20 == 0:
        print(epoch, total)
"""
RIGHT = "dout @ W2.T * (1 - h ** 2)"
REORDERED = """
    perm = np.random.permutation(N)
    {} = {}
    for i in range(0, N, batch_size):
        xb, yb = {}[i:i + batch_size], {}[i:i + batch_size]
"""
ORDERS = {
    "in place": REORDERED.format("X, y", "X[perm], y[perm]", "X", "y"),
    "into copies": REORDERED.format("Xs, ys", "X[perm], y[perm]", "Xs", "ys"),
    "by index": """
    order = np.arange(N)
    np.random.shuffle(order)
    for b in range(n_batches):
        xb, yb = X[order[b * batch_size:(b + 1) * batch_size]], y[order[b * batch_size:(b + 1) * batch_size]]
""",
    "of that size alone": """
    perm = np.random.permutation(len(X))
    for i in range(0, len(X), 16):
        xb, yb = X[perm[i:i + 16]], y[perm[i:i + 16]]
""",
    "from a generator": """
    for xb, yb in batches(X, y, batch_size):
""",
    "some twice": """
    for _ in range(n_batches):
        chosen = np.random.choice(N, size=batch_size)
        xb, yb = X[chosen], y[chosen]
""",
    "some integers twice": """
    for _ in range(n_batches):
        chosen = np.random.randint(0, N, batch_size)
        xb, yb = X[chosen], y[chosen]
""",
}


def _driven(folder: Path, order: str, error: str = RIGHT) -> Driven:
    path = folder / "train.py"
    path.write_text(SCRIPT.format(order=order, error=error), encoding="utf-8")
    driven = drive(read_program(path))
    assert isinstance(driven, Driven)
    return driven


@pytest.mark.parametrize("order", list(ORDERS))
def test_a_batch_of_all_samples_is_judged(order: str, tmp_path: Path) -> None:
    driven = _driven(tmp_path, ORDERS[order])
    notes = " ".join(driven.plan.notes)
    assert (driven.plan.claims["losses"], driven.plan.claims["reductions"]) == ({"half_squared_error"}, {"mean_samples"})
    assert ("some of them twice" in notes) == ("twice" in order)
    assert ("batches of 16" in notes) == ("alone" in order)
    report = mlp_conformance.run(str(tmp_path / "train.py"), select="drawn", examples=12)
    assert report.classes == {"forward": "passed", "gradients": "passed", "training": "passed"}


@pytest.mark.parametrize("order", ["in place", "some twice"])
def test_a_bug_in_such_a_loop_is_named(order: str, tmp_path: Path) -> None:
    _driven(tmp_path, ORDERS[order], error="dout @ W2.T")
    report = mlp_conformance.run(str(tmp_path / "train.py"), select="drawn", examples=12)
    assert "hidden-derivative-missing" in [finding.fault for finding in report.diagnosis if finding.complete]


def test_inputs_that_are_reordered_without_their_targets_are_noticed(tmp_path: Path) -> None:
    driven = _driven(tmp_path, REORDERED.format("X", "X[perm]", "X", "y"))
    said = [note for note in driven.plan.notes if "does not shuffle inputs and targets together" in note]
    assert said == [
        "`step(…)` does not shuffle inputs and targets together: of two samples it learns each with the other's target."
    ]
    report = mlp_conformance.run(str(tmp_path / "train.py"), select="drawn", examples=12)
    assert report.classes["training"] == "failed"
