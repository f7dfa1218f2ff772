"""Activations that the specification does not have are refused where a program means them; elsewhere they are mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise import NotDriven

NET = """
import math
import numpy as np

{function}

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.z = X @ self.W + self.b
        self.h = {used}
        return self.h @ self.V + self.c

    def step(self, X, Y, lr):
        d = self.forward(X) - Y
        e = d @ self.V.T * ({used_above} - {used_below}) / 2e-6
        self.V -= lr * self.h.T @ d
        self.c -= lr * d.sum(0)
        self.W -= lr * X.T @ e
        self.b -= lr * e.sum(0)
"""


def source(function: str, used: str) -> str:
    above, below = used.replace("self.z", "(self.z + 1e-6)"), used.replace("self.z", "(self.z - 1e-6)")
    return NET.format(function=function, used=used, used_above=above, used_below=below)


GELU = "return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))"


@pytest.mark.parametrize(
    ("function", "used", "what"),
    [
        (f"def gelu(x):\n    {GELU}", "gelu(self.z)", "a GELU"),
        (f"def act(x):\n    {GELU}", "act(self.z)", "a GELU"),
        ("", "np.maximum(self.z, 0.01 * self.z)", "a leaky ReLU"),
        ("", "np.where(self.z > 0, self.z, 0.2 * self.z)", "a leaky ReLU"),
        ("K = 0.1", "np.where(self.z < 0, K * self.z, self.z)", "a leaky ReLU"),
        ("A, B = 1.7159, 2 / 3", "A * np.tanh(B * self.z)", "a scaled tanh"),
        (
            "# SELU, Klambauer et al.\ndef f(x):\n    return 1.0507 * np.where(x > 0, x, 1.67326 * (np.exp(x) - 1))",
            "f(self.z)",
            "a SELU",
        ),
        ("def f(x):\n    return np.clip(x, -1, 1)", "f(self.z)", "a hard tanh"),
        (
            "def f(x):\n    '''The hard sigmoid of Keras.'''\n    return np.clip(0.2 * x + 0.5, 0, 1)",
            "f(self.z)",
            "a hard sigmoid",
        ),
        ("def f(x):\n    return x / (1 + np.abs(x))", "f(self.z)", "a softsign"),
        (
            "def pelu(x, a=1.0, b=1.0):\n    return np.where(x > 0, (a / b) * x, a * (np.exp(x / b) - 1))",
            "pelu(self.z)",
            "an ELU",
        ),
        ("def mish(x):\n    return x * np.tanh(np.log1p(np.exp(x)))", "mish(self.z)", "a Mish"),
    ],
)
def test_what_is_meant_is_refused(tmp_path: Path, function: str, used: str, what: str) -> None:
    with pytest.raises(NotDriven, match=what):
        driven(tmp_path, source(function, used))


@pytest.mark.parametrize(
    ("function", "used", "fault"),
    [
        ("def relu(x):\n    return np.maximum(0.01 * x, x)", "relu(self.z)", "leaky-relu"),
        (f"def relu(x):\n    {GELU}", "relu(self.z)", "gelu-for-relu"),
        ("def tanh(x):\n    return x / (1 + np.abs(x))", "tanh(self.z)", "softsign-for-tanh"),
        ("def tanh(x):\n    return 1.7159 * np.tanh(2 / 3 * x)", "tanh(self.z)", "tanh-scaled"),
    ],
)
def test_what_is_called_otherwise_is_a_mistake(tmp_path: Path, function: str, used: str, fault: str) -> None:
    found = driven(tmp_path, source(function, used)).settled.forward.reading.fault
    assert found is not None
    assert found.id == fault
