"""Networks that an object, or a function, trains which is given a loss and an optimiser beside them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise import NotDriven
from mlp_conformance.recognise.parameters.slots import Slot
from mlp_conformance.recognise.parameters.tensors import Leaf, Tensor
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.loops import called_per_sample, loops_over_pairs

LAYERS = """
import numpy as np

class Module:
    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return []

class Parameter:
    def __init__(self, data):
        self.data, self.grad = data, np.zeros_like(data)

class Linear(Module):
    def __init__(self, n_in, n_out):
        self.weight, self.bias = Parameter(np.random.randn(n_in, n_out)), Parameter(np.zeros(n_out))

    def forward(self, x):
        self.x = x
        return x @ self.weight.data + self.bias.data

    def backward(self, grad):
        self.weight.grad = self.x.T @ grad
        self.bias.grad = grad.{bias}(axis=0)
        return grad @ self.weight.data.T

    def parameters(self):
        return [self.weight, self.bias]

class Tanh(Module):
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, grad):
        return grad * (1 - self.y ** 2)

class Sequential(Module):
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

class MSELoss:
    def __call__(self, pred, target):
        self.diff = pred - target
        return (self.diff ** 2).mean()

    def backward(self):
        return 2 * self.diff / self.diff.size

class SGD:
    def __init__(self, params, lr=0.01):
        self.params, self.lr = params, lr

    def step(self):
        for p in self.params:
            p.data -= self.lr * p.grad
"""
OBJECT = """
class Trainer:
    def __init__(self, model, loss_fn, optimizer):
        self.model, self.loss_fn, self.optimizer = model, loss_fn, optimizer

    def train_step(self, x, y):
        loss = self.loss_fn(self.model(x), y)
        self.model.backward(self.loss_fn.backward())
        self.optimizer.step()
        return loss

    def fit(self, X, Y, epochs=10, batch_size=16):
        for _ in range(epochs):
            order = np.random.permutation(len(X))
            X, Y = X[order], Y[order]
            for i in range(0, len(X), batch_size):
                self.train_step(X[i:i + batch_size], Y[i:i + batch_size])
"""
FUNCTION = """
def train(model, loss_fn, optimizer, X, Y, epochs=10):
    for _ in range(epochs):
        loss_fn(model(X), Y)
        model.backward(loss_fn.backward())
        optimizer.step()
"""


@pytest.mark.parametrize("trains", [OBJECT, FUNCTION])
def test_what_trains_is_given_the_program_s_loss_and_its_optimiser(trains: str, tmp_path: Path) -> None:
    found = driven(tmp_path, LAYERS.replace("{bias}", "sum") + trains)
    assert all(found.settled.score)
    assert "program.MSELoss(), program.SGD(model.parameters(), lr=learning_rate)" in " ".join(found.plan.step)
    assert found.plan.loss


def test_a_batch_that_is_cut_out_is_no_sample(tmp_path: Path) -> None:
    found = driven(tmp_path, LAYERS.replace("{bias}", "mean") + OBJECT)
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is not None
    assert found.settled.step.reading.fault.id == "bias-divided-twice"
    assert found.plan.claims.get("max_batch") is None


@pytest.mark.parametrize(
    ("loop", "one_by_one"),
    [
        ("for i in range(len(X)):\n    step(X[i], Y[i])", True),
        ("for i in range(len(X)):\n    step(X[:, i], Y[:, i])", True),
        ("for x, y in zip(X, Y):\n    step(x, y)", True),
        ("for i in range(0, len(X), 8):\n    step(X[i:i + 8], Y[i:i + 8])", False),
        ("for x_batch, y_batch in data:\n    step(x_batch, y_batch)", False),
        ("for x, y in batches(X, Y, 8):\n    step(x, y)", False),
        ("for batch in loader:\n    step(batch)", False),
    ],
)
def test_samples_are_told_from_batches(loop: str, one_by_one: bool) -> None:
    tree = ast.parse(loop)
    assert called_per_sample("step", tree) == one_by_one
    assert loops_over_pairs(tree) == (one_by_one and "zip" in loop)


BACKWARD = """
import numpy as np

def bce(p, t):
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))

class Network:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)
        self.grads = {}

    def forward(self, x):
        self.x = x
        self.a1 = 1 / (1 + np.exp(-(x @ self.W1 + self.b1)))
        self.a2 = 1 / (1 + np.exp(-(self.a1 @ self.W2 + self.b2)))
        return self.a2

    def backward(self, dout):
        d2 = dout * self.a2 * (1 - self.a2)
        d1 = d2 @ self.W2.T * self.a1 * (1 - self.a1)
        self.grads = {"W2": self.a1.T @ d2, "b2": d2.sum(axis=0), "W1": self.x.T @ d1, "b1": d1.{bias}(axis=0)}

def run(X, Y):
    net = Network(2, 10, 1)
    p = net.forward(X)
    net.backward((p - Y) / (p * (1 - p)) / len(X))
    net.W1 -= 0.5 * net.grads["W1"]
"""


def test_an_error_that_no_part_of_the_program_gives_is_no_loss_of_its(tmp_path: Path) -> None:
    found = driven(tmp_path, BACKWARD.replace("{bias}", "sum"))
    assert found.exact
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None
    assert any("no loss of its own" in note for note in found.plan.notes)
    assert not any("metric" in note for note in found.plan.notes)


def test_the_gradient_of_one_bias_is_not_taken_for_that_of_another(tmp_path: Path) -> None:
    with pytest.raises(NotDriven, match="understood in part"):
        driven(tmp_path, BACKWARD.replace("{bias}", "mean"))


def test_a_loss_that_is_read_after_training_is_that_of_one_epoch() -> None:
    lines = ["output = model.fit(inputs, targets, epochs=epochs)", "float(model.loss.forward(model.seen, targets))"]
    w, b = (Tensor(name, (), Leaf(name, "array", shape, "float64")) for name, shape in (("model.w", (3, 2)), ("model.b", (2,))))
    slots = [Slot(w, False, b)]
    text = Plan("net.py", "Net", ["model = program.Net()"], slots=slots, loss=lines).source()
    assert "model.fit(inputs, targets, epochs=1)" in text


GIVEN_LATER = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out, lr=0.1):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)
        self.lr = lr

    def forward(self, X):
        self.H = np.tanh(X @ self.W1 + self.b1)
        return self.H @ self.W2 + self.b2

class Trainer:
    def __init__(self, max_epochs):
        self.max_epochs = max_epochs

    def fit(self, model, X, Y):
        for _ in range(self.max_epochs):
            E = model.forward(X) - Y
            D = E @ model.W2.T * (1 - model.H ** 2)
            for own, g in ((model.W1, X.T @ D), (model.b1, D.sum(0)), (model.W2, model.H.T @ E), (model.b2, E.sum(0))):
                own -= model.lr * g
"""


def test_a_trainer_may_be_given_the_network_when_it_is_to_fit_it(tmp_path: Path) -> None:
    plan = driven(tmp_path, GIVEN_LATER).plan
    assert plan.step == ["trainer = program.Trainer(epochs)", "trainer.fit(model, inputs, targets)"]
    assert plan.whole
