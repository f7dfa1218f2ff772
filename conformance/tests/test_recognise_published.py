"""Programs of the kinds that courses, articles and forums publish, in a few lines each: a right one and a wrong one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from driving import is_told

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


@pytest.mark.parametrize(("back", "fault"), [("delta", None), ("(outputs - l2)", "raw-errors-go-back")])
def test_a_hidden_layer_with_a_unit_for_each_sample_it_is_made_from(back: str, fault: str | None, tmp_path: Path) -> None:
    is_told(tmp_path, AS_WIDE_AS_ITS_DATA.format(back=back), fault)


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
    is_told(tmp_path, PENALTY_CALLED_A_RATE.format(default=default, slope=slope), fault)


def test_what_weighs_a_sum_of_squares() -> None:
    def rated(w, g, rate, bound):  # type: ignore[no-untyped-def]
        return w - rate * g * bound / np.sqrt(np.sum(g**2))

    def weighed(w, rate, scale):  # type: ignore[no-untyped-def]
        return float(rate) / 2 * (np.sum(w * w) + np.sum(w**2)) + scale * np.sum(w)

    assert penalty_arguments(rated) == set()
    assert penalty_arguments(weighed) == {"rate"}


def test_what_weighs_the_weights_that_are_added_to_a_gradient() -> None:
    assert penalty_arguments(_of_a_layer) == {"alpha"}
    assert penalty_arguments(_of_all_layers) == {"scale"}
    assert penalty_arguments(_with_momentum) == set()


def _of_a_layer(dz, a, W, alpha):  # type: ignore[no-untyped-def]
    return np.matmul(dz, a.T) / len(a) + alpha / len(a) * W


def _of_all_layers(dz, caches, scale, rate):  # type: ignore[no-untyped-def]
    return [rate * _of_a_layer(dz, a, w, scale) for a, w in caches]


def _with_momentum(dz, a, velocity, alpha, rate, w):  # type: ignore[no-untyped-def]
    return np.dot(dz, a.T) + alpha * velocity + w + rate * (dz @ a.T)


AVERAGED_GRADIENTS = """
import numpy as np

def init(n_x, n_h, n_y):
    W1, W2 = np.random.randn(n_h, n_x), np.random.randn(n_y, n_h)
    return {"W1": W1, "b1": np.zeros((n_h, 1)), "W2": W2, "b2": np.zeros((n_y, 1))}

def feed_forward(X, params):
    A1 = np.tanh(params["W1"] @ X + params["b1"])
    Z2 = params["W2"] @ A1 + params["b2"]
    e = np.exp(Z2 - Z2.max(axis=0))
    return {"A1": A1, "A2": e / e.sum(axis=0)}

def compute_loss(Y, Y_hat):
    return -np.sum(Y * np.log(Y_hat)) / Y.shape[1]

def back_propagate(X, Y, params, cache, m_batch):
    dZ2 = cache["A2"] - Y
    dZ1 = params["W2"].T @ dZ2 * {slope}
    db2, db1 = dZ2.sum(axis=1, keepdims=True) / m_batch, dZ1.sum(axis=1, keepdims=True) / m_batch
    return {"dW1": dZ1 @ X.T / m_batch, "db1": db1, "dW2": dZ2 @ cache["A1"].T / m_batch, "db2": db2}

def train(X, Y, params, lr=0.5, beta=0.9, epochs=9):
    V = {"d" + k: np.zeros_like(v) for k, v in params.items()}
    for i in range(epochs):
        cache = feed_forward(X, params)
        grads = back_propagate(X, Y, params, cache, X.shape[1])
        for k in params:
            V["d" + k] = beta * V["d" + k] + (1.0 - beta) * grads["d" + k]
            params[k] = params[k] - lr * V["d" + k]
    return params
"""


@pytest.mark.parametrize(
    ("slope", "fault"), [('(1 - cache["A1"] ** 2)', None), ('(1 - cache["A1"])', "tanh-derivative-unsquared")]
)
def test_an_argument_that_averages_gradients_is_turned_off(slope: str, fault: str | None, tmp_path: Path) -> None:
    """It is called beta, and stands at 0.9 by default; what divides by the samples of a batch is their number."""
    is_told(tmp_path, AVERAGED_GRADIENTS.replace("{slope}", slope), fault, *(["train"] if fault is None else ["gradients"]))
