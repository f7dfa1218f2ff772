"""A function that gets single samples alone, from one that the program calls for each, is judged with single samples."""

from __future__ import annotations

import ast
from pathlib import Path

from driving import driven

from mlp_conformance.recognise.source.loops import called_per_sample

PROGRAM = """
import numpy as np

X, y = np.random.randn(30, 4), np.arange(30) % 3
eta = 0.05
W1, b1 = np.random.randn(4, 6) * 0.3, np.zeros(6)
W2, b2 = np.random.randn(6, 3) * 0.3, np.zeros(3)

def forward(x):
    h = np.tanh(x @ W1 + b1)
    z = h @ W2 + b2
    e = np.exp(z - z.max())
    return h, e / e.sum()

def train_one(x, label):
    global W1, b1, W2, b2
    h, p = forward(x)
    dz = p.copy()
    dz[label] -= 1
    dh = W2 @ dz * (1 - h ** 2)
    W2 -= eta * np.outer(h, dz)
    b2 -= eta * dz
    W1 -= eta * np.outer(x, dh)
    b1 -= eta * dh
    return -np.log(p[label])

for epoch in range(100):
    for i in np.random.permutation(len(X)):
        train_one(X[i], y[i])
"""


def test_a_softmax_of_one_sample_is_none_of_the_whole_batch(tmp_path: Path) -> None:
    found = driven(tmp_path, PROGRAM)
    assert found.settled.forward.layout.single
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None


def test_what_hands_on_to_itself_ends() -> None:
    tree = ast.parse("def f(x):\n    g(x)\ndef g(x):\n    f(x)\n")
    assert not called_per_sample("f", tree)
