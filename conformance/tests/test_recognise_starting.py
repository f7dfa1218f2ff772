"""Functions that draw their own parameters and keep them to themselves are trained from those that they are given."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from driving import driven

from mlp_conformance import definitions
from mlp_conformance.recognise.source.starting import starting

TRAINING = """
import numpy as np

def init(n_in, n_hidden, n_out):
    W, V = np.random.rand(n_in, n_hidden), np.random.rand(n_hidden, n_out)
    return W, V, np.zeros((1, n_hidden)), np.zeros((1, n_out))

def train(X, Y, epochs=30, learning_rate=0.1):
    W1, W2, b1, b2 = {drawn}
    for epoch in range(epochs):
        h = 1 / (1 + np.exp(-(X @ W1 + b1)))
        o = 1 / (1 + np.exp(-(h @ W2 + b2)))
        d2 = (Y - o) * o * (1 - o)
        d1 = d2 @ W2.T * h * (1 - h)
        W2 {step}learning_rate * h.T @ d2
        W1 += learning_rate * X.T @ d1
        b2 += learning_rate * d2.sum(axis=0, keepdims=True)
        b1 += learning_rate * d1.sum(axis=0, keepdims=True)
"""
INIT = "init(X.shape[1], 2, Y.shape[1])"
HERE = "np.random.randn(X.shape[1], 2), np.random.randn(2, Y.shape[1]), np.zeros((1, 2)), np.zeros((1, Y.shape[1]))"


@pytest.mark.parametrize("drawn", [INIT, HERE])
@pytest.mark.parametrize("end", ["    return o\n", "    print(o)\n"])
@pytest.mark.parametrize("step", ["+= ", "= W2 + "])
def test_a_function_that_keeps_its_parameters_is_driven(tmp_path: Path, drawn: str, end: str, step: str) -> None:
    found = driven(tmp_path, TRAINING.format(drawn=drawn, step=step) + end)
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None


def test_it_returns_what_it_keeps_by_name(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(TRAINING.format(drawn=INIT, step="+= ") + "    return o\n", encoding="utf-8")
    module = definitions(path, starts=True)
    module.starts.update(W1=np.ones((3, 2)))
    found = module.train(np.ones((4, 3)), np.ones((4, 1)), 2, 0.0)
    assert found["returned"].shape == (4, 1)
    assert found["W1"].tolist() == np.ones((3, 2)).tolist()


def test_sums_are_no_parameters() -> None:
    tree = ast.parse(
        "def backward(X):\n    dW, db = np.zeros(3), np.zeros(1)\n    for x in X:\n        dW += x\n        db += 1\n"
        "    return dW / 2, db / 2\n"
        "def noisy(X):\n    noise = np.random.rand(3)\n    for x in X:\n        noise += x\n    return noise.sum()\n"
    )
    assert starting(tree) == {}


def test_parameters_that_are_returned_before_something_else_are_given_to_functions(tmp_path: Path) -> None:
    text = TRAINING.replace(
        "def train",
        "def forward(X, params):\n    h = 1 / (1 + np.exp(-(X @ params['W1'] + params['b1'])))\n"
        "    return 1 / (1 + np.exp(-(h @ params['W2'] + params['b2'])))\n\ndef train",
    ).format(drawn=HERE, step="+= ")
    drawn, loop = text.split("    for epoch")
    names = "W1, W2, b1, b2 = "
    made = drawn.replace(names, "params = dict(zip(('W1', 'W2', 'b1', 'b2'), (").rstrip() + ")))\n    losses = []\n"
    unpacked = "        W1, W2, b1, b2 = (params[k] for k in ('W1', 'W2', 'b1', 'b2'))\n"
    head, body = loop.split("\n", 1)
    found = driven(
        tmp_path, f"{made}    for epoch{head}\n{unpacked}{body}        losses.append(0)\n    return params, losses\n"
    )
    assert found.settled.forward.lines == ["output = program.forward(inputs, params[0])"]
    assert found.settled.step is not None
