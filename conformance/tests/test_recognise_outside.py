"""What a program does outside of what is asked at first: biases that no reading has, batches that do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.checks.trial import Settings
from mlp_conformance.loading import load
from mlp_conformance.runner import select
from mlp_conformance.verdict import judge

PYTREE = """
import numpy as np

def init(sizes):
    return [(np.random.randn(a, b) * 0.1, np.zeros(b)) for a, b in zip(sizes, sizes[1:])]

def predict(params, x):
    for w, b in params:
        x = {layer}
    return x
"""
LISTS = """
import math, random

def make(n_in, n_hidden, n_out):
    return {
        "w1": [[random.uniform(-1, 1) for _ in range(n_in)] for _ in range(n_hidden)], "b1": [0.0] * n_hidden,
        "w2": [[random.uniform(-1, 1) for _ in range(n_hidden)] for _ in range(n_out)], "b2": [0.0] * n_out,
    }

def forward(net, x):
    for w, b in ((net["w1"], net["b1"]), (net["w2"], net["b2"])):
        x = [1 / (1 + math.exp(-sum(p * q for p, q in zip(row, x)))) + c for row, c in zip(w, b)]
    return x
"""


@pytest.mark.parametrize(
    "text",
    [
        PYTREE.format(layer="np.tanh(x @ w) + b"),
        PYTREE.format(layer="np.tanh(x @ w) * (1 + b)"),
        PYTREE.format(layer="np.maximum(x @ w, 0) + b"),
        LISTS,
    ],
)
def test_biases_that_change_the_output_are_not_read_as_none(text: str, tmp_path: Path) -> None:
    """They are zeros at first: without them the output is right."""
    found = driven(tmp_path, text)
    assert found.settled.search.has_biases
    assert not found.settled.exact


def test_a_network_without_biases_may_have_other_arrays_of_their_shape(tmp_path: Path) -> None:
    text = PYTREE.format(layer="np.tanh(x @ w)")
    assert driven(tmp_path, text).exact


BATCHES = """
import numpy as np

class Net:
    def __init__(self, a, b, c):
        self.batch = 32
        self.W1, self.b1 = np.random.randn(a, b), np.zeros(b)
        self.W2, self.b2 = np.random.randn(b, c), np.zeros(c)
    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2
    def step(self, X, y, lr):
        d = (self.forward(X) - y) / {count}
        e = d @ self.W2.T * (1 - self.h ** 2)
        self.W2 -= lr * self.h.T @ d
        self.b2 -= lr * d.sum(0)
        self.W1 -= lr * X.T @ e
        self.b1 -= lr * e.sum(0)
    def train(self, X, y, lr, epochs):
        for _ in range(epochs):
            {shuffle}
            for k in range(0, len(X){end}, self.batch):
                self.step(X[k:k + self.batch], y[k:k + self.batch], lr)
"""
SHUFFLE = "p = np.random.permutation(len(X)); X, y = X[p], y[p]"


@pytest.mark.parametrize(
    ("count", "end", "fault"),
    [
        ("len(X)", "", ""),
        ("self.batch", "", "last-batch-divided-as-whole"),
        ("len(X)", " - self.batch + 1", "last-batch-dropped"),
    ],
)
def test_a_last_batch_that_samples_do_not_fill_is_judged(count: str, end: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(BATCHES.format(count=count, end=end, shuffle="pass"), encoding="utf-8")
    report = judge(load(str(path)), select("options/batches"), Settings(examples=10))
    assert [finding.fault for finding in report.diagnosis][:1] == [fault][: bool(fault)]
    assert any(result.is_broken for result in report.results) is bool(fault)


@pytest.mark.parametrize(
    ("count", "loop", "said"),
    [
        ("len(X)", "range(0, len(X), self.batch)", ""),
        ("self.batch", "range(0, len(X), self.batch)", "the last is weighed as a whole one, which OPT-6 forbids"),
        ("1", "range(0, len(X) - self.batch + 1, self.batch)", "the last is left out, which OPT-6 forbids"),
        ("1", "DEALT", "are dealt otherwise than in full ones and a smaller last one"),
    ],
)
def test_of_shuffled_batches_it_is_said(count: str, loop: str, said: str, tmp_path: Path) -> None:
    text = BATCHES.format(count=count, end="", shuffle=SHUFFLE)
    if loop == "DEALT":
        dealt = (
            "for r in np.array_split(np.arange(len(X)), -(-len(X) // self.batch)):\n                self.step(X[r], y[r], lr)"
        )
        text = text[: text.index("for k in")] + dealt + "\n"
    found = driven(tmp_path, text.replace("range(0, len(X), self.batch)", loop))
    assert "options" not in found.plan.claims
    notes = " ".join(found.plan.notes)
    assert said in notes
    assert ("OPT-6" in notes, "All samples in one batch are judged" in notes) == ("OPT-6" in said, bool(said))


def test_two_drawn_batches_that_come_in_turn_by_chance_are_not_taken_in_turn(tmp_path: Path) -> None:
    drawn = "starts if len(starts) < 3 else np.random.permutation(starts)"
    text = BATCHES.format(count="1", end="", shuffle="starts = range(0, len(X), self.batch)")
    assert "options" not in driven(tmp_path, text.replace("range(0, len(X), self.batch):", f"{drawn}:")).plan.claims
