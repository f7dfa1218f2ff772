"""Scripts without their data whose loops read more than inputs and targets: the classes of one-hot rows, and data of a test."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise.source.data_beside import data_beside

SCRIPT = """
import numpy as np

data = np.load("flowers.npz")
X, y = data["X"], data["y"]
{rows} = np.zeros((len(y), 3))
{rows}[np.arange(len(y)), y] = 1

W1 = np.random.randn(4, 6)
b1 = np.zeros((1, 6))
W2 = np.random.randn(6, 3)
b2 = np.zeros((1, 3))
lr = 0.1
for epoch in range(500):
    h = np.tanh(X @ W1 + b1)
    z = h @ W2 + b2
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    d = (p - {rows}) / len(X)
    g = d @ W2.T * {slope}
    W2 -= lr * h.T @ d
    b2 -= lr * d.sum(axis=0, keepdims=True)
    W1 -= lr * X.T @ g
    b1 -= lr * g.sum(axis=0, keepdims=True)
    right = np.mean(p.argmax(axis=1) == y)
"""


@pytest.mark.parametrize("rows", ["Y", "y_one_hot"])
@pytest.mark.parametrize("slope", ["(1 - h ** 2)", "(1 - h)"])
def test_classes_are_read_beside_their_rows(rows: str, slope: str, tmp_path: Path) -> None:
    found = driven(tmp_path, SCRIPT.replace("{rows}", rows).replace("{slope}", slope))
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    fault = found.settled.step.reading.fault
    assert (fault and fault.id) == (None if slope == "(1 - h ** 2)" else "tanh-derivative-unsquared")


@pytest.mark.parametrize(
    ("names", "targets", "found"),
    [
        (["y"], "Y", {"y": "classes"}),
        (["Y"], "y", {"Y": "rows"}),
        (["y"], "y_one_hot", {"y": "classes"}),
        (["y_one_hot"], "y", {"y_one_hot": "rows"}),
        (["y_labels", "count"], "y", {"y_labels": "classes"}),
        (["X_test", "y_test"], "y_train", {"X_test": "inputs", "y_test": "targets"}),
    ],
)
def test_what_data_beside_others_are(names: list[str], targets: str, found: dict[str, str]) -> None:
    assert data_beside(names, "X", targets) == found
