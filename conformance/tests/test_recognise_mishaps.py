"""Of what goes wrong in the calls that are tried, the likeliest reason is said, and not what the tool did itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlp_conformance.recognise.drive import NotDriven, drive
from mlp_conformance.recognise.program import read_program

_NET = """import numpy as np


class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.w1, self.w2 = np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.w1)
        self.out = self.h @ self.w2
        return self.out

"""


def _refusal(tmp_path: Path, text: str) -> str:
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NotDriven) as raised:
        drive(read_program(path))
    return str(raised.value)


@pytest.mark.parametrize(
    ("methods", "said"),
    [
        (
            "    def of_weights(self, X, b, Y):\n        return lambda w: w\n\n    def backward(self, X, Y, learning_rate):\n"
            "        from not_there import check\n        self.w2 -= learning_rate * self.h.T @ (self.out - Y)\n",
            "`model.backward(inputs, targets, learning_rate)` raised ModuleNotFoundError: No module named 'not_there'",
        ),
        (
            "    def backward(self, y, learning_rate):\n        d = self.out - y\n"
            "        self.w2 -= learning_rate * self.out.T @ d @ self.w2.T\n",
            "raised ValueError: ",
        ),
        (
            "    def backward(self, y):\n        self.dw2 += self.h.T @ (self.out - y)\n\n"
            "    def train(self, X, y, learning_rate):\n        self.log = np.zeros(1)\n        for k in range(len(X)):\n"
            "            self.dw2 = 0\n            self.forward(X[k:k + 1])\n            self.backward(y[k:k + 1])\n"
            "            self.log[0] = np.ones((1, 3))\n            self.w2 -= learning_rate * self.dw2\n",
            "`model.train(inputs, targets, learning_rate)` raised ValueError: setting an array element",
        ),
        (
            "    def backprop(self, X, y):\n        self.forward(X)\n        d = self.h.T @ (self.out - y)\n\n"
            "    def update_mini_batch(self, mini_batch):\n        pass\n",
            "runs, and leaves all parameters as they were",
        ),
    ],
)
def test_the_likeliest_reason_is_said(tmp_path: Path, methods: str, said: str) -> None:
    message = _refusal(tmp_path, _NET + methods)
    assert said in message.partition("\n")[0]
    assert "also trains" not in message
