"""Scripts whose loop reads a command line, and whose targets are a bare vector."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

SCRIPT = """
import argparse
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--batch-size", type=int, default=16)
parser.add_argument("--hidden", type=int, default=6)
parser.add_argument("--out", required=True)
args = parser.parse_args()

rng = np.random.RandomState(42)
X = rng.uniform(-2, 2, size=(256, 3))
y = X[:, 0] * X[:, 1] + 0.5 * X[:, 2]
W1, b1 = rng.randn(3, args.hidden) * 0.3, np.zeros((1, args.hidden))
W2, b2 = rng.randn(args.hidden, 1) * 0.3, np.zeros((1, 1))

for epoch in range(50):
    order = rng.permutation(len(X))
    for s in range(0, len(X), args.batch_size):
        idx = order[s:s + args.batch_size]
        xb, yb = X[idx], y[idx]{column}
        h = np.tanh(xb @ W1 + b1)
        y_hat = h @ W2 + b2
        err = 2 * (y_hat - yb){mean} / len(xb)
        back = err @ W2.T * (1 - h ** 2)
        W2 -= args.lr * h.T @ err
        b2 -= args.lr * err.sum(axis=0, keepdims=True)
        W1 -= args.lr * xb.T @ back
        b1 -= args.lr * back.sum(axis=0, keepdims=True)
"""


@pytest.mark.parametrize(
    ("column", "mean", "fault"),
    [(".reshape(-1, 1)", "", None), ("", ".mean(axis=1, keepdims=True)", "targets-broadcast")],
)
def test_such_a_script_is_driven_with_its_own_targets(column: str, mean: str, fault: str | None, tmp_path: Path) -> None:
    found = driven(tmp_path, SCRIPT.format(column=column, mean=mean))
    step = found.settled.step
    assert found.exact
    assert step is not None
    assert step.reading is not None
    assert (step.reading.fault.id if step.reading.fault else None) == fault
    assert ("bare vector" in " ".join(found.plan.notes)) == (fault is not None)
