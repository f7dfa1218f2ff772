"""Programs of the kinds that courses, articles and forums publish, in a few lines each: a right one and a wrong one."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest

import mlp_conformance
from mlp_conformance.recognise.source.weighed import penalty_arguments

AS_WIDE_AS_ITS_DATA = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class NN:
    def __init__(self, inputs):
        self.wi = np.random.random((len(inputs[0]), len(inputs)))
        self.wh = np.random.random((len(inputs), 1))

    def think(self, inp):
        return sigmoid(sigmoid(inp @ self.wi) @ self.wh)

    def train(self, inputs, outputs, it):
        for i in range(it):
            l1 = sigmoid(inputs @ self.wi)
            l2 = sigmoid(l1 @ self.wh)
            delta = (outputs - l2) * l2 * (1 - l2)
            back = {back} @ self.wh.T * l1 * (1 - l1)
            self.wh += l1.T @ delta
            self.wi += inputs.T @ back
"""


def _is_told(folder: Path, text: str, fault: str | None, select: str = "drawn") -> None:
    """The program conforms, or is judged to have that fault."""
    path = folder / "program.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    report = mlp_conformance.run(str(path), select=select)
    assert report.conforms == (fault is None)
    assert fault is None or fault in [finding.fault for finding in report.diagnosis if finding.complete]


@pytest.mark.parametrize(("back", "fault"), [("delta", None), ("(outputs - l2)", "raw-errors-go-back")])
def test_a_hidden_layer_with_a_unit_for_each_sample_it_is_made_from(back: str, fault: str | None, tmp_path: Path) -> None:
    _is_told(tmp_path, AS_WIDE_AS_ITS_DATA.format(back=back), fault)


PENALTY_CALLED_A_RATE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def forward_propagate(X, theta1, theta2):
    a1 = np.insert(X, 0, values=np.ones(X.shape[0]), axis=1)
    z2 = a1 * theta1.T
    a2 = np.insert(sigmoid(z2), 0, values=np.ones(X.shape[0]), axis=1)
    return a1, z2, a2, sigmoid(a2 * theta2.T)

def backprop(params, input_size, hidden_size, num_labels, X, y, learning_rate{default}):
    m = X.shape[0]
    X, y = np.matrix(X), np.matrix(y)
    theta1 = np.matrix(np.reshape(params[:hidden_size * (input_size + 1)], (hidden_size, (input_size + 1))))
    theta2 = np.matrix(np.reshape(params[hidden_size * (input_size + 1):], (num_labels, (hidden_size + 1))))
    a1, z2, a2, h = forward_propagate(X, theta1, theta2)
    J = -np.sum(np.multiply(y, np.log(h)) + np.multiply(1 - y, np.log(1 - h))) / m
    J += (float(learning_rate) / (2 * m)) * (np.sum(np.power(theta1[:, 1:], 2)) + np.sum(np.power(theta2[:, 1:], 2)))
    d3 = h - y
    d2 = np.multiply(d3 * theta2[:, 1:], {slope})
    delta1, delta2 = d2.T * a1 / m, d3.T * a2 / m
    delta1[:, 1:] = delta1[:, 1:] + (theta1[:, 1:] * learning_rate) / m
    delta2[:, 1:] = delta2[:, 1:] + (theta2[:, 1:] * learning_rate) / m
    return J, np.concatenate((np.ravel(delta1), np.ravel(delta2)))
"""


@pytest.mark.parametrize("default", ["", "=1"])
@pytest.mark.parametrize(
    ("slope", "fault"),
    [
        ("np.multiply(a2[:, 1:], 1 - a2[:, 1:])", None),
        ("np.multiply(sigmoid(a2[:, 1:]), 1 - sigmoid(a2[:, 1:]))", "derivative-of-activation-twice"),
    ],
)
def test_a_rate_that_weighs_the_squares_of_the_weights_is_a_penalty(
    default: str, slope: str, fault: str | None, tmp_path: Path
) -> None:
    _is_told(tmp_path, PENALTY_CALLED_A_RATE.format(default=default, slope=slope), fault)


def test_what_weighs_a_sum_of_squares() -> None:
    def rated(w, g, rate, bound):  # type: ignore[no-untyped-def]
        return w - rate * g * bound / np.sqrt(np.sum(g**2))

    def weighed(w, rate, scale):  # type: ignore[no-untyped-def]
        return float(rate) / 2 * (np.sum(w * w) + np.sum(w**2)) + scale * np.sum(w)

    assert penalty_arguments(rated) == set()
    assert penalty_arguments(weighed) == {"rate"}
