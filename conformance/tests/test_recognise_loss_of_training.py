"""Which loss training is judged by: that of one-hot targets, of single samples, of data that stand in the module."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven, is_told

#: A last layer with the loss and its derivative, which takes classes out of one-hot targets; mean: of the gradient.
ONE_HOT = """
import numpy as np

class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T

class Relu:
    def forward(self, x):
        self.mask = x <= 0
        return np.where(self.mask, 0, x)
    def backward(self, dout):
        return np.where(self.mask, 0, dout)

def cross_entropy_error(y, t):
    if t.size == y.size:
        t = t.argmax(axis=1)
    return -np.sum(np.log(y[np.arange(len(y)), t] + 1e-7)) / len(y)

class SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t = e / e.sum(axis=1, keepdims=True), t
        return cross_entropy_error(self.y, t)
    def backward(self, dout=1):
        return (self.y - self.t){mean}

class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        self.params = {{"W1": np.random.randn(input_size, hidden_size), "b1": np.zeros(hidden_size),
                       "W2": np.random.randn(hidden_size, output_size), "b2": np.zeros(output_size)}}
        self.layers = {{"Affine1": Affine(self.params["W1"], self.params["b1"]), "Relu1": Relu(),
                       "Affine2": Affine(self.params["W2"], self.params["b2"])}}
        self.last = SoftmaxWithLoss()
    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x
    def loss(self, x, t):
        return self.last.forward(self.predict(x), t)
    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.last.backward()
        for layer in reversed(list(self.layers.values())):
            dout = layer.backward(dout)
        return {{"W1": self.layers["Affine1"].dW, "b1": self.layers["Affine1"].db,
                "W2": self.layers["Affine2"].dW, "b2": self.layers["Affine2"].db}}
"""
SINGLE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

class QuadraticCost:
    @staticmethod
    def fn(a, y):
        return 0.5 * np.linalg.norm(a - y) ** 2
    @staticmethod
    def delta(z, a, y):
        return (a - y) * sigmoid(z) * (1 - sigmoid(z))

class CrossEntropyCost:
    @staticmethod
    def fn(a, y):
        return np.sum(-y * np.log(a) - (1 - y) * np.log(1 - a))
    @staticmethod
    def delta(z, a, y):
        return (a - y){derivative}

class Network:
    def __init__(self, sizes, cost=CrossEntropyCost):
        self.sizes, self.cost = sizes, cost
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]
    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(w @ a + b)
        return a
    def update_mini_batch(self, mini_batch, eta):
        for w, b in [self.sums(mini_batch)]:
            self.weights = [v - eta / len(mini_batch) * d for v, d in zip(self.weights, w)]
            self.biases = [v - eta / len(mini_batch) * d for v, d in zip(self.biases, b)]
    def sums(self, mini_batch):
        found = [self.backprop(x, y) for x, y in mini_batch]
        return [sum(part) for part in zip(*(w for w, _ in found))], [sum(part) for part in zip(*(b for _, b in found))]
    def backprop(self, x, y):
        activations, zs = [x], []
        for b, w in zip(self.biases, self.weights):
            zs.append(w @ activations[-1] + b)
            activations.append(sigmoid(zs[-1]))
        delta = self.cost.delta(zs[-1], activations[-1], y)
        ws, bs = [], []
        for k in range(len(self.weights) - 1, -1, -1):
            ws.insert(0, delta @ activations[k].T)
            bs.insert(0, delta)
            delta = self.weights[k].T @ delta * activations[k] * (1 - activations[k])
        return ws, bs
"""
#: X and y stand in the module, what predicts gives classes, and what builds the model trains it.
OF_THE_MODULE = """
import numpy as np

X, y = np.random.randn(200, 2), np.random.randint(0, 2, 200)
num_examples = len(X)
nn_input_dim, nn_output_dim, epsilon = 2, 2, 0.01

def calculate_loss(model):
    h = np.tanh(X @ model["W1"] + model["b1"])
    z = h @ model["W2"] + model["b2"]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return -np.log((e / e.sum(axis=1, keepdims=True))[range(num_examples), y]).sum() / num_examples

def predict(model, x):
    z = np.tanh(x @ model["W1"] + model["b1"]) @ model["W2"] + model["b2"]
    return np.argmax(z, axis=1)

def build_model(nn_hdim, num_passes=20000):
    W1, b1 = np.random.randn(nn_input_dim, nn_hdim), np.zeros((1, nn_hdim))
    W2, b2 = np.random.randn(nn_hdim, nn_output_dim), np.zeros((1, nn_output_dim))
    model = {{}}
    for i in range(num_passes):
        h = np.tanh(X @ W1 + b1)
        z = h @ W2 + b2
        e = np.exp(z - z.max(axis=1, keepdims=True))
        d = e / e.sum(axis=1, keepdims=True)
        d[range(num_examples), y] -= 1
        g = d @ W2.T * (1 - h{square})
        W1 -= epsilon * X.T @ g
        b1 -= epsilon * g.sum(axis=0)
        W2 -= epsilon * h.T @ d
        b2 -= epsilon * d.sum(axis=0)
        model = {{"W1": W1, "b1": b1, "W2": W2, "b2": b2}}
    return model

model = build_model(3)
"""


@pytest.mark.parametrize(("mean", "fault"), [(" / len(self.t)", None), ("", "gradient-sum-loss-mean")])
def test_a_loss_of_one_hot_targets_alone_is_judged_with_these(mean: str, fault: str | None, tmp_path: Path) -> None:
    found = driven(tmp_path, ONE_HOT.format(mean=mean))
    assert "targets one-hot" in found.plan.notes[0]
    assert not any("none of the known" in note or "a metric" in note for note in found.plan.notes)
    assert found.plan.claims["one_hot"]
    is_told(tmp_path, ONE_HOT.format(mean=mean), fault, "gradients", "loss")


@pytest.mark.parametrize(
    ("derivative", "fault"), [("", None), (" * sigmoid(z) * (1 - sigmoid(z))", "fused-delta-times-derivative")]
)
def test_single_samples_tell_which_loss_an_object_has(derivative: str, fault: str | None, tmp_path: Path) -> None:
    found = driven(tmp_path, SINGLE.format(derivative=derivative))
    assert found.plan.claims["losses"] == {"binary_cross_entropy"}
    assert ("CrossEntropyCost.delta" in " ".join(found.plan.notes)) == (fault is not None)
    is_told(tmp_path, SINGLE.format(derivative=derivative), fault, "train")


@pytest.mark.parametrize(("square", "fault"), [(" ** 2", None), ("", "tanh-derivative-unsquared")])
def test_a_loss_of_data_in_the_module_tells_the_output_of_what_trains(square: str, fault: str | None, tmp_path: Path) -> None:
    is_told(tmp_path, OF_THE_MODULE.format(square=square), fault, "train")


def test_numbers_of_units_and_a_rate_that_are_written_down_are_found(tmp_path: Path) -> None:
    text = OF_THE_MODULE.format(square=" ** 2").replace("nn_input_dim, nn_output_dim, epsilon = 2, 2, 0.01\n", "")
    for name, number in (("nn_input_dim", "2"), ("nn_output_dim", "2"), ("epsilon", "0.01")):
        text = text.replace(name, number)
    found = driven(tmp_path, text)
    assert found.plan.sizes == (2, 7, 2)
    assert found.plan.rate == 0.01
    is_told(tmp_path, text, None, "train")
