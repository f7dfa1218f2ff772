"""Arguments by the names that strangers give them: outputs and targets, and learning rates."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

import mlp_conformance

OUTPUTS = """
import numpy as np

class NeuralNetwork:
    def __init__(self, n_in, n_hidden, n_out):
        self.w1, self.w2 = np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)

    def get_output(self, inputs):
        self.h = 1 / (1 + np.exp(-inputs @ self.w1))
        return 1 / (1 + np.exp(-self.h @ self.w2))

    def train(self, inputs, {found}, {wanted}{rate}):
        d2 = ({wanted} - {found}) * {found} * (1 - {found})
        d1 = d2 @ self.w2.T * self.h * (1 - self.h)
        self.w2 += {by} * self.h.T @ d2
        self.w1 += {by} * inputs.T @ d1
"""


@pytest.mark.parametrize(
    ("found", "wanted", "rate"),
    [
        ("ai_output", "right_output", ""),
        ("network_outputs", "targets", ""),
        ("final_result", "real_results", ", training_speed=1"),
        ("computed_output", "y", ", strength=1"),
    ],
)
def test_outputs_and_targets_and_rates_by_their_names(found: str, wanted: str, rate: str, tmp_path: Path) -> None:
    by = rate.partition("=")[0].strip(", ") or "1"
    plan = driven(tmp_path, OUTPUTS.format(found=found, wanted=wanted, rate=rate, by=by)).plan
    assert ("learning_rate" in plan.step[-1]) == bool(rate)
    assert mlp_conformance.run(str(tmp_path / "program.py"), select="drawn", examples=12).conforms


BATCHES = """
import numpy as np

class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros((1, b)) for b in sizes[1:]]

    def forward(self, X):
        self.a = [X]
        for W, b in zip(self.W, self.b):
            self.a.append(np.tanh(self.a[-1] @ W + b))
        return self.a[-1]

    def train(self, X, y, epochs, {size}, lr):
        for _ in range(epochs):
            for start in range(0, {end}, {size}):
                x, t = X[start:start + {size}], y[start:start + {size}]
                d = (self.forward(x) - t) * (1 - self.a[-1] ** 2) / len(x)
                for k in reversed(range(len(self.W))):
                    W, self.W[k] = self.W[k], self.W[k] - lr * self.a[k].T @ d
                    self.b[k] = self.b[k] - lr * d.sum(0, keepdims=True)
                    d = d @ W.T * (1 - self.a[k] ** 2)
"""


@pytest.mark.parametrize("size", ["batch_size", "mini_batch_size"])
@pytest.mark.parametrize("drops", [False, True])
def test_batches_are_judged_whose_size_has_to_be_given(size: str, drops: bool, tmp_path: Path) -> None:
    end = f"len(X) - {size} + 1" if drops else "len(X)"
    plan = driven(tmp_path, BATCHES.format(size=size, end=end)).plan
    assert plan.claims["options"] == {"batch_size"}
    found = mlp_conformance.run(str(tmp_path / "program.py"), select="options/batches")
    assert [result.verdict for result in found.results] == ["failed" if drops else "passed"]


HELD = """
import numpy as np

class Net:
    def __init__(self, sizes):
        self.params = [[np.random.randn(a, b), np.random.randn(b)] for a, b in zip(sizes[:-1], sizes[1:])]

    def predict(self, params, x):
        for w, b in params:
            x = 1 / (1 + np.exp(-(x @ w + b)))
        return x
"""


def test_a_method_is_given_the_parameters_that_its_object_keeps(tmp_path: Path) -> None:
    found = driven(tmp_path, HELD)
    assert found.plan.forward == ["output = model.predict(model.params, inputs)"] or "model.params" in found.plan.output


def test_an_array_of_an_object_is_no_list(tmp_path: Path) -> None:
    """An array of no dimensions that holds something cannot be gone through."""
    program = HELD.replace("self.params", "self.held = np.array(object())\n        self.params", 1)
    assert driven(tmp_path, program).exact


#: A network that is told its activation by a member of an enumeration, and refuses a word.
ENUMERATED = """
from enum import Enum
import numpy as np

class Shape(Enum):
    LEAKY = 1
    TANH = 2

class Net:
    def __init__(self, n_in: int, hidden_layers: list, n_out: int, method: Shape):
        if not isinstance(method, Shape):
            raise ValueError("unknown")
        self.method, sizes = method, [n_in, *hidden_layers, n_out]
        self.w = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros((1, b)) for b in sizes[1:]]

    def squash(self, z):
        return np.tanh(z) if self.method == Shape.TANH else np.where(z > 0, z, 0.01 * z)

    def forward(self, x):
        self.a = [x]
        for w, b in zip(self.w, self.b):
            self.a.append(self.squash(self.a[-1] @ w + b))
        return self.a[-1]

    def train(self, x, y, learning_rate, epochs):
        for _ in range(epochs):
            delta = (self.forward(x) - y) * (1 - self.a[-1] ** 2)
            for k in reversed(range(len(self.w))):
                back = delta @ self.w[k].T * (1 - self.a[k] ** 2)
                self.w[k] -= learning_rate * self.a[k].T @ delta
                self.b[k] -= learning_rate * delta.sum(axis=0)
                delta = back
"""


def test_an_argument_that_is_a_member_of_an_enumeration_is_one(tmp_path: Path) -> None:
    found = driven(tmp_path, ENUMERATED)
    assert found.settled.score == (True, True, True, True)
    assert "model = program.Net(sizes[0], list(sizes[1:-1]), sizes[-1], program.Shape.TANH)" in found.plan.make
