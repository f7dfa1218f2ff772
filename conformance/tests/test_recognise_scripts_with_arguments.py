"""Scripts that read a command line or ask, and whose targets are a bare vector, also beside others."""

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


#: What comes after the loop computes its variables again, and in the loop the output becomes its error.
AFTERWARDS = """
import numpy as np

N, K = 100, 3
X = np.random.randn(N * K, 2)
y = np.repeat(np.arange(K), N)
W, b = 0.01 * np.random.randn(2, 20), np.zeros((1, 20))
W2, b2 = 0.01 * np.random.randn(20, K), np.zeros((1, K))
step_size = 1.0
for i in range(10000):
    hidden = np.maximum(0, np.dot(X, W) + b)
    scores = np.dot(hidden, W2) + b2
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    dscores = probs = e / np.sum(e, axis=1, keepdims=True)
    dscores[range(N * K), y] -= 1
    dscores /= N * K
    dhidden = np.dot(dscores, W2.T)
    dhidden[hidden <= 0] = 0
    W2 += -step_size * np.dot(hidden.T, dscores)
    b2 += -step_size * np.sum(dscores, axis=0, keepdims=True)
    W += -step_size * np.dot(X.T, dhidden)
    b += -step_size * np.sum(dhidden, axis=0, keepdims=True)
hidden = np.maximum(0, np.dot(X, W) + b)
scores = np.dot(hidden, W2) + b2
"""


def test_what_a_loop_computes_is_its_output_though_it_is_computed_once_more_after_it(tmp_path: Path) -> None:
    text = AFTERWARDS.replace("N * K), y", "len(X)), y").replace("/= N * K", "/= len(X)")
    found = driven(tmp_path, text)
    assert found.settled.forward.layout.labels
    assert "scores" in found.settled.forward.output


def test_a_loop_whose_output_is_not_seen_keeps_the_form_of_its_targets(tmp_path: Path) -> None:
    text = AFTERWARDS.replace("N * K), y", "len(X)), y").replace("/= N * K", "/= len(X)")
    text = text.replace("    dscores[", "    scores = None\n    dscores[")
    found = driven(tmp_path, text)
    assert found.settled.forward.output == ""
    assert found.settled.forward.layout.labels


TYPED = """
import sys
import numpy as np, a_module_for_plots as plt

def asked(question, default):
    answer = input(question)
    return int(answer) if answer else default

hidden = {hidden}
rate = 0.1
X = np.array([[5.1, 3.5, 1.4], [4.9, 3.0, 1.4], [7.0, 3.2, 4.7], [6.4, 3.2, 4.5], [6.3, 3.3, 6.0]])
y = np.array([0, 0, 1, 1, 2])
Y = np.eye(3)[y]
W1, b1 = np.random.randn(3, hidden), np.zeros(hidden)
W2, b2 = np.random.randn(hidden, 3), np.zeros(3)
for i in range(500):
    h = np.tanh(X @ W1 + b1)
    e = np.exp(h @ W2 + b2)
    p = e / e.sum(axis=1)[:, None]
    loss = -np.log(p[range(len(y)), y]).sum() / len(y)
    d2 = (p - Y) / len(y)
    d1 = d2 @ W2.T * (1 - h * h)
    W1 -= rate * X.T @ d1
    b1 -= rate * d1.sum(axis=0)
    W2 -= rate * h.T @ d2
    {last}
"""
HIDDEN = {
    "argument": "int(sys.argv[1]) if len(sys.argv) > 1 else 4",
    "answer": 'asked("How many units? ", 4)',
    "number": "4",
}


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_nobody_types_has_its_default(hidden: str, tmp_path: Path) -> None:
    """The command line is the suite's own, and no answer is given: neither is the program's."""
    found = driven(tmp_path, TYPED.format(hidden=HIDDEN[hidden], last="b2 -= rate * d2.sum(axis=0)"))
    assert found.settled.score[2]


def test_biases_that_a_loop_forgets_are_its_biases_all_the_same(tmp_path: Path) -> None:
    found = driven(tmp_path, TYPED.format(hidden="4", last=""))
    assert [slot.bias.template for slot in found.plan.slots if slot.bias] == ['params["b1"]', 'params["b2"]']
    assert found.settled.exact
    assert not found.settled.score[2]
