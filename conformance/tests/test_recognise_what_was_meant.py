"""What a program was meant to do, by what stands elsewhere in it, and the slips in it that have a name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from driving import driven, is_told

from mlp_conformance.recognise import drive
from mlp_conformance.recognise.plan import Plan

FIT_WITH_HISTORY = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def initialise(n_x, n_h, n_y):
    W1, W2 = np.random.randn(n_x, n_h), np.random.randn(n_h, n_y)
    return {"W1": W1, "b1": np.zeros((1, n_h)), "W2": W2, "b2": np.zeros((1, n_y))}

def forward(X, params):
    A1 = np.tanh(X @ params["W1"] + params["b1"])
    return sigmoid(A1 @ params["W2"] + params["b2"]), A1

def log_loss(A2, y):
    return -(y * np.log(A2) + (1 - y) * np.log(1 - A2)).sum() / len(y)

def backward(X, y, params, A2, A1):
    dZ2 = (A2 - y) / len(y)
    dZ1 = (dZ2 @ params["W2"].T) * (1 - A1**2)
    return {"dW2": A1.T @ dZ2, "db2": dZ2.sum(axis=0, keepdims=True), "dW1": X.T @ dZ1, "db1": dZ1.sum(axis=0, keepdims=True)}

def fit(X, y, n_h=8, lr=0.1, epochs=2000):
    params = initialise(X.shape[1], n_h, y.shape[1])
    history = []
    for i in range(epochs):
        A2, A1 = forward(X, params)
        history.append(log_loss(A2, y))
        grads = backward(X, y, params, A2, A1)
        for k in {keys}:
            params[k] -= lr * grads["d" + k]
    return params, history
"""


@pytest.mark.parametrize(("keys", "fault"), [("params", None), ('("W1", "W2")', "biases-frozen")])
def test_training_that_has_its_parameters_made_is_given_them(keys: str, fault: str | None, tmp_path: Path) -> None:
    is_told(tmp_path, FIT_WITH_HISTORY.replace("{keys}", keys), fault, "train")


COST_OF_ONE_OUTPUT = """
import numpy as np

def initialize_parameters(n_x, n_h, n_y):
    W1, W2 = np.random.randn(n_h, n_x), np.random.randn(n_y, n_h)
    return {"W1": W1, "b1": np.zeros((n_h, 1)), "W2": W2, "b2": np.zeros((n_y, 1))}

def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    return 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"]))), A1

def compute_cost(A2, Y):
    m = Y.shape[1]
    return np.squeeze((-np.dot(Y, np.log(A2).T) - np.dot(1 - Y, np.log(1 - A2).T)) / m)

def backward_propagation(parameters, A1, A2, X, Y):
    m = X.shape[1]
    dZ2 = A2 - Y
    dZ1 = parameters["W2"].T @ dZ2 * (1 - A1**2)
    db2, db1 = dZ2.sum(axis=1, keepdims=True){divided}, dZ1.sum(axis=1, keepdims=True){divided}
    return {"dW1": dZ1 @ X.T / m, "db1": db1, "dW2": dZ2 @ A1.T / m, "db2": db2}
"""


@pytest.mark.parametrize(("divided", "fault"), [(" / m", None), ("", "bias-not-averaged")])
def test_a_cost_of_one_output_tells_what_was_to_be_averaged(divided: str, fault: str | None, tmp_path: Path) -> None:
    """Weights that are averaged are right then, and biases that are not are wrong."""
    is_told(tmp_path, COST_OF_ONE_OUTPUT.replace("{divided}", divided), fault)


LOOPS_OVER_UNITS = """
import math
import random

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.layers = [
            [{"w": [random.random() for _ in range(n)], "b": random.random()} for _ in range(m)]
            for n, m in ((n_in, n_hidden), (n_hidden, n_out))
        ]

    def forward(self, x):
        for layer in self.layers:
            for unit in layer:
                unit["x"] = x
                unit["a"] = 1 / (1 + math.exp(-sum(w * v for w, v in zip(unit["w"], x)) - unit["b"]))
            x = [unit["a"] for unit in layer]
        return x

    def train(self, x, y, lr):
        out = self.forward(x)
        errors = [o - t for o, t in zip(out, y)]
        for layer in reversed(self.layers):
            deltas = [e * unit["a"] * (1 - unit["a"]) for e, unit in zip(errors, layer)]
            errors = [sum(d * unit["w"][i] for d, unit in zip(deltas, layer)) for i in range(len(layer[0]["w"]))]
            for d, unit in zip(deltas, layer):
                unit["w"] = [w - lr * d * v for w, v in zip(unit["w"], unit["x"])]
            {indent}unit["b"] -= lr * d
"""


@pytest.mark.parametrize(("indent", "fault"), [("    ", None), ("", "last-bias-alone")])
def test_a_bias_that_has_slipped_out_of_the_loop_over_units(indent: str, fault: str | None, tmp_path: Path) -> None:
    is_told(tmp_path, LOOPS_OVER_UNITS.replace("{indent}", indent), fault)


LAYERS_WITH_ERRORS = """
import numpy as np

class Dense:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out), np.zeros(n_out)

    def forward(self, x):
        self.x, self.a = x, 1 / (1 + np.exp(-(x @ self.W + self.b)))
        return self.a

    def backward(self, dA, lr):
        dZ = dA * self.a * (1 - self.a)
        back = {sent} @ self.W.T
        self.W = self.W - lr * self.x.T @ dZ / len(dA)
        self.b = self.b - lr * dZ.sum(axis=0) / len(dA)
        return back

class Net:
    def __init__(self, sizes):
        self.layers = [Dense(a, b) for a, b in zip(sizes, sizes[1:])]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, x, y):
        p = self.forward(x)
        return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(x)

    def fit(self, x, y, lr=0.1, epochs=100):
        for _ in range(epochs):
            p = self.forward(x)
            dA = -(y / p - (1 - y) / (1 - p))
            for layer in reversed(self.layers):
                dA = layer.backward(dA, lr)
"""


@pytest.mark.parametrize(("sent", "fault"), [("dZ", None), ("dA", "loss-derivatives-go-back")])
def test_what_comes_to_a_layer_is_not_what_it_hands_on(sent: str, fault: str | None, tmp_path: Path) -> None:
    is_told(tmp_path, LAYERS_WITH_ERRORS.replace("{sent}", sent), fault)


DRAWN_FOR_XOR = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def train_xor(X, y, epochs=10000, lr=0.5):
    w1, b1 = np.random.randn(2, 2), np.zeros((1, 2))
    w2, b2 = np.random.randn(2, 1), np.zeros((1, 1))
    for _ in range(epochs):
        h = sigmoid(X @ w1 + b1)
        o = sigmoid(h @ w2 + b2)
        d_o = (y - o) * o * (1 - o)
        d_h = {back} @ w2.T * h * (1 - h)
        w2 += h.T @ d_o * lr
        b2 += d_o.sum(axis=0, keepdims=True) * lr
        w1 += X.T @ d_h * lr
        b1 += d_h.sum(axis=0, keepdims=True) * lr
    return w1, b1, w2, b2

def predict(X, w1, b1, w2, b2):
    return sigmoid(sigmoid(X @ w1 + b1) @ w2 + b2)
"""


@pytest.mark.parametrize(("back", "fault"), [("d_o", None), ("(y - o)", "raw-errors-go-back")])
def test_what_training_draws_in_sizes_of_its_own_it_is_given_in_any(back: str, fault: str | None, tmp_path: Path) -> None:
    is_told(tmp_path, DRAWN_FOR_XOR.replace("{back}", back), fault, "train")


LETTERS = """
import numpy as np

W, b = np.random.randn(5, 3), np.zeros(5)
V, c = np.random.randn(2, 5), np.zeros(2)

def f(z):
    return 1 / (1 + np.exp(-z))

def predict(x):
    return f(V @ f(W @ x + b) + c)

def update(x, t, eta):
    global W, b, V, c
    h = f(W @ x + b)
    y = f(V @ h + c)
    dy = (y - t) * y * (1 - y)
    dh = {back} * h * (1 - h)
    V -= eta * np.outer(dy, h)
    c -= eta * dy
    W -= eta * np.outer(dh, x)
    b -= eta * dh
"""


@pytest.mark.parametrize(("back", "fault"), [("(V.T @ dy)", None), ("(V.T @ (y - t))", "raw-errors-go-back")])
def test_an_array_called_v_is_no_velocity_of_another_where_none_has_its_shape(
    back: str, fault: str | None, tmp_path: Path
) -> None:
    is_told(tmp_path, LETTERS.replace("{back}", back), fault, "train")


LOSS_AND_GRADIENTS = """
import numpy as np

class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, reg=0.0):
        self.reg = reg
        self.params = {"W1": np.random.randn(input_dim, hidden_dim), "b1": np.zeros(hidden_dim)}
        self.params |= {"W2": np.random.randn(hidden_dim, num_classes), "b2": np.zeros(num_classes)}

    def loss(self, X, y=None):
        W1, b1, W2, b2 = self.params["W1"], self.params["b1"], self.params["W2"], self.params["b2"]
        N = len(X)
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        probs = np.exp(scores - scores.max(axis=1, keepdims=True))
        probs /= probs.sum(axis=1, keepdims=True)
        loss = -np.log(probs[range(N), y]).mean() + 0.5 * self.reg * (np.sum(W1**2) + np.sum(W2**2))
        probs[range(N), y] -= 1
        probs /= N
        back = probs @ W2.T * (hidden > 0)
        grads = {"W2": hidden.T @ probs + self.reg * W2, "b2": probs.sum(axis=0)}
        grads |= {"W1": X.T @ back + self.reg * W1, "b1": back.sum(axis=0){divided}}
        return loss, grads
"""


def test_gradients_that_no_reading_explains_are_those_of_logits_and_classes_too(tmp_path: Path) -> None:
    """They were taken for a fault by which hidden biases get nothing, which any 0 of the program showed."""
    is_told(tmp_path, LOSS_AND_GRADIENTS.replace("{divided}", " / N"), "bias-mean/hidden-layers", "gradients")
    is_told(tmp_path, LOSS_AND_GRADIENTS.replace("{divided}", ""), None, "gradients")


OF_MANY_WEIGHTS = """
import numpy as np

class Net:
    def __init__(self, sizes):
        self.w = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]

    def forward(self, x):
        self.a = [x]
        for w, b in zip(self.w, self.b):
            self.a.append(1 / (1 + np.exp(-(self.a[-1] @ w + b))))
        return self.a[-1]

    def train(self, x, y, lr):
        d = (self.forward(x) - y) * (1 - self.a[-1])
        for k in reversed(range(len(self.w))):
            w, g, s = self.w[k], self.a[k].T @ d, d.sum(axis=0)
            d = d @ w.T * self.a[k] * (1 - self.a[k])
            self.w[k] = w - lr * g
            self.b[k] = self.b[k] - lr * s

net = Net([784, 128, 10])
"""


def test_a_network_of_many_weights_is_not_read_where_any_is_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module keeps one in sizes of its own: it takes gigabytes to tell what the class has told."""
    read: list[Plan] = []
    module = sys.modules[drive.__module__]
    settle = vars(module)["settle"]
    monkeypatch.setattr(module, "settle", lambda search, faults: read.append(search.plan) or settle(search, faults))
    is_driven = driven(tmp_path, OF_MANY_WEIGHTS)
    assert is_driven.settled.step is not None
    assert not any(784 in (plan.sizes or ()) for plan in read)
