"""Of what goes wrong in the calls that are tried, the likeliest reason is said, and not what the tool did itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlp_conformance.recognise.drive import NotDriven, drive
from mlp_conformance.recognise.source.program import read_program

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


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("return out", "self.a = 9 + np.cos(out)", "returns nothing, and what it leaves in the network"),
        ("return out", "return {'mean': 1.0}", "`model.forward(inputs)` returns a dictionary, and nothing was found that has"),
        ("h = np.tanh(X", "h = np.tanh(X.reshape(16, 1)", "raised ValueError: cannot reshape array of size"),
    ],
)
def test_a_forward_pass_without_output_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = _NET.replace("self.out", "out").replace("self.h @", "h @").replace("self.h =", "h =")
    assert said in _refusal(tmp_path, text.replace(old, new)).partition("\n")[0]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("for i in range(4):\n        h = f(X[i] @ W1 + b1)\n        o = h @ W2\n", "the body of the loop in line 6, run on"),
        (
            "o = np.cos(X @ W1 + b1) @ W2 + y\n    W1 = W1 - o.sum()\n    W2 = W2 - 1\n    b1 = b1 - 1\n",
            "and nothing that it computes",
        ),
    ],
)
def test_what_comes_of_a_loop_is_said(tmp_path: Path, body: str, said: str) -> None:
    text = (
        "import numpy as np\nX, y = np.array([[0.0, 1], [1, 1]] * 2), np.array([[0.0], [1]] * 2)\n"
        "W1, b1 = np.random.randn(2, 3), np.zeros((1, 3))\nW2 = np.random.randn(3, 1)\nf = np.cos\n"
        f"for k in range(9):\n    {body}"
    )
    assert said in _refusal(tmp_path, text)


def test_what_making_a_network_raises_is_that_of_plain_sizes(tmp_path: Path) -> None:
    """Parameters that may be given are no numbers of units: without them a network is made, or fails, as its author saw it."""
    text = _NET.replace("n_in, n_hidden, n_out):", "n_in=2, n_hidden=2, n_out=1, hidden_weights=None, output_bias=None):")
    text = text.replace(
        "        self.w1,", "        self.bias = self.bias_of(hidden_weights and hidden_weights[0])\n        self.w1,"
    )
    said = _refusal(tmp_path, text + "    def bias_of(self, given):\n        return given or self.missing\n")
    assert "`Net(n_in=sizes[0], n_hidden=" in said
    assert "hidden_weights=" not in said
    assert "has no attribute 'missing'" in said


def test_a_helper_that_is_not_there_is_said_with_the_line_that_calls_it(tmp_path: Path) -> None:
    said = _refusal(tmp_path, f"from absent_helpers import activate\n{_NET.replace('np.tanh', 'activate')}")
    assert f"no module named 'absent_helpers' ({tmp_path / 'program.py'}, line 10)" in said
