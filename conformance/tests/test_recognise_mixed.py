"""Programs whose hidden layers have different activations: which ones is read from the output, and claimed layer by layer."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import mlp_conformance
from mlp_conformance.recognise import NotDriven, drive, read_program
from mlp_conformance.recognise.drive import Driven

THREE = """
import numpy as np

def squash(z):
    return 1 / (1 + np.exp(-z))
{more}
class Net:
    def __init__(self, n_in, n_first, n_second, n_out):
        self.w1, self.b1 = np.random.randn(n_in, n_first), np.zeros(n_first)
        self.w2, self.b2 = np.random.randn(n_first, n_second), np.zeros(n_second)
        self.w3, self.b3 = np.random.randn(n_second, n_out), np.zeros(n_out)

    def forward(self, x):
        self.h1 = squash(x @ self.w1 + self.b1)
        self.h2 = {second}
        return self.h2 @ self.w3 + self.b3

    def step(self, x, y, lr):
        d3 = (self.forward(x) - y) / len(x)
        d2 = d3 @ self.w3.T * {slope}
        d1 = d2 @ self.w2.T{first}
        for w, b, below, d in ((self.w1, self.b1, x, d1), (self.w2, self.b2, self.h1, d2), (self.w3, self.b3, self.h2, d3)):
            w -= lr * below.T @ d
            b -= lr * d.sum(axis=0)
"""
RIGHT = {
    "more": "",
    "second": "np.maximum(x_, 0)",
    "slope": "(self.h2 > 0)",
    "first": " * self.h1 * (1 - self.h1)",
}
LINEAR = {"second": "x_", "slope": "1"}
SECOND = "(self.h1 @ self.w2 + self.b2)"

DEEP = """
import numpy as np

class Deep:
    def __init__(self, sizes):
        self.weights = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
        self.biases = [np.zeros(b) for b in sizes[1:]]

    def forward(self, x):
        self.out = [x]
        for k, (w, b) in enumerate(zip(self.weights, self.biases)):
            z = self.out[-1] @ w + b
            self.out.append(z if k == len(self.weights) - 1 else np.tanh(z) if k == 0 else {later})
        return self.out[-1]

    def train(self, x, y, epochs, lr):
        for _ in range(epochs):
            d = self.forward(x) - y
            for k in reversed(range(len(self.weights))):
                a = self.out[k]
                dw, db = a.T @ d, d.sum(axis=0)
                d = d @ self.weights[k].T * (1 - a ** 2 if k == 1 else {slope})
                self.weights[k] -= lr * dw
                self.biases[k] -= lr * db
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "program.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def _three(folder: Path, **parts: str) -> Path:
    given = RIGHT | parts
    given["second"] = given["second"].replace("x_", SECOND)
    return _written(folder, THREE.format(**given))


def _is_right(driven: Driven) -> bool:
    step = driven.settled.step
    return driven.exact and step is not None and step.reading is not None and step.reading.fault is None


def test_activations_that_each_layer_has_for_itself_are_claimed_layer_by_layer(tmp_path: Path) -> None:
    driven = drive(read_program(_three(tmp_path)))
    assert _is_right(driven)
    assert driven.plan.claims["layer_activations"] == ("sigmoid", "relu", "linear")
    assert not {"activations", "output_activations", "max_hidden_layers", "sizes"} & set(driven.plan.claims)
    assert "sigmoid and relu hidden, linear output" in driven.plan.notes[0]
    report = mlp_conformance.run(driven.plan.adapter(driven.settled.search.program.module), examples=5)
    assert report.conforms, report.text()


def test_a_missing_derivative_of_the_first_hidden_layer_is_named(tmp_path: Path) -> None:
    report = mlp_conformance.run(str(_three(tmp_path, first="")), examples=12)
    assert not report.conforms
    assert "hidden-derivative-missing/first-layer" in [finding.fault for finding in report.diagnosis]


def test_a_hidden_layer_without_an_activation_may_be_a_mistake_unless_the_program_has_such_an_activation(
    tmp_path: Path,
) -> None:
    with pytest.raises(NotDriven, match=r"claims layer_activations=\('sigmoid', 'linear', 'linear'\) says that it is"):
        drive(read_program(_three(tmp_path, **LINEAR)))
    driven = drive(read_program(_three(tmp_path, **LINEAR, more="\ndef identity(z):\n    return z\n")))
    assert _is_right(driven)
    assert driven.plan.claims["layer_activations"] == ("sigmoid", "linear", "linear")


@pytest.mark.parametrize(("slope", "right"), [("a * (1 - a)", True), ("a", False)])
def test_what_one_hidden_layer_does_not_show_is_judged_with_two(slope: str, right: bool, tmp_path: Path) -> None:
    driven = drive(read_program(_written(tmp_path, DEEP.format(later="1 / (1 + np.exp(-z))", slope=slope))))
    assert driven.plan.claims["layer_activations"] == ("tanh", "sigmoid", "linear")
    assert driven.exact
    assert _is_right(driven) == right


def test_an_activation_that_deeper_networks_lack_is_not_taken_for_what_is_meant(tmp_path: Path) -> None:
    driven = drive(read_program(_written(tmp_path, DEEP.format(later="z", slope="1"))))
    assert driven.plan.layers is None  # so that deeper networks are asked for, and found to be wrong
    assert driven.plan.claims["activations"] == {"tanh"}


def test_a_bias_that_units_which_are_all_off_leave_is_no_output(tmp_path: Path) -> None:
    deep = """
    import numpy as np

    class Net:
        def __init__(self):
            sizes = [3, 6, 5, 6, 5, 4, 2]
            self.names = ["tanh", "sigmoid", "tanh", "relu", "tanh", "as it is"]
            self.W = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
            self.b = [np.zeros(b) for b in sizes[1:]]

        def forward(self, x):
            for w, b, name in zip(self.W, self.b, self.names):
                z = x @ w + b
                x = {"tanh": np.tanh(z), "sigmoid": 1 / (1 + np.exp(-z)), "relu": np.maximum(z, 0), "as it is": z}[name]
            return x
    """
    driven = drive(read_program(_written(tmp_path, deep)))
    assert driven.exact
    assert driven.plan.output == "output"  # with ReLU in all hidden layers it would be the last bias
    assert driven.plan.claims["layer_activations"] == ("tanh", "sigmoid", "tanh", "relu", "tanh", "linear")
