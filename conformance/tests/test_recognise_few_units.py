"""Scripts whose networks have hundreds of units in any case are judged with a few in their place, and in seconds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from driving import driven, is_told

from mlp_conformance import definitions
from mlp_conformance.recognise.source.few_units import few_units

HEAD = """
import numpy as np
from tensorflow.keras.datasets import mnist

(x_train, y_train), _ = mnist.load_data()
X = x_train.reshape(-1, 28 * 28) / 255.0
Y = np.eye(10)[y_train]
input_size, hidden_size = 784, 128
lr = 0.1
W1 = np.random.randn(input_size, hidden_size) * 0.01
b1 = np.zeros(hidden_size)
W2 = np.random.randn(128, 10) * 0.01
b2 = np.zeros(10)

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""
LOOP = """
for epoch in range(20):
    h = np.maximum(0, X.reshape(-1, 784) @ W1 + b1)
    p = softmax(h @ W2 + b2)
    d2 = (p - Y) / len(X)
    d1 = d2 @ W2.T{derivative}
    W2 -= lr * h.T @ d2
    b2 -= lr * d2.sum(axis=0)
    W1 -= lr * X.T @ d1
    b1 -= lr * d1.sum(axis=0)
"""
FUNCTIONS = """
def net(X):
    return softmax(np.maximum(0, X.reshape(-1, input_size) @ W1 + b1) @ W2 + b2)

def gradients(X, y):
    h = np.maximum(0, X @ W1 + b1)
    d = softmax(h @ W2 + b2)
    d[range(len(y)), y] -= 1
    d /= len(y)
    e = d @ W2.T{derivative}
    return X.T @ e, e.sum(axis=0), h.T @ d, d.sum(axis=0)
"""


@pytest.mark.parametrize(("derivative", "fault"), [(" * (h > 0)", None), ("", "hidden-derivative-missing")])
@pytest.mark.parametrize("rest", [LOOP, FUNCTIONS])
def test_a_large_network_is_judged_with_a_few_units(rest: str, derivative: str, fault: str | None, tmp_path: Path) -> None:
    text = HEAD + rest.format(derivative=derivative)
    found = driven(tmp_path, text)
    assert found.plan.sizes == (7, 6, 10)
    assert "7 stands for 784, 6 stands for 128" in found.plan.notes[0]
    assert "few_units=True" in found.plan.source()
    is_told(tmp_path, text, fault, "forward")


def test_definitions_have_few_units_where_they_are_asked_to(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(HEAD, encoding="utf-8")
    assert definitions(path).W1.shape == (784, 128)
    assert definitions(path, few_units=True).W1.shape == (7, 6)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("W = np.random.randn(100, 3)", {}),
        ("X = np.random.randn(1000, 20)", {}),
        ("k = np.random.randint(0, 10, 1000)", {}),
        ("W = np.random.normal(0, 1, size=(64, 7, 32))", {64: 6, 32: 5}),
        ("class Dense:\n    pass\nlayer = Dense(784, 10)", {784: 7}),
        ("def init():\n    return np.random.rand(10, 784)", {784: 7}),
    ],
)
def test_numbers_of_units_that_are_many(text: str, units: dict[int, int]) -> None:
    assert few_units(ast.parse(text)) == units
