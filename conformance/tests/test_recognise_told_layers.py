"""Layers that are told an activation for their weights alone, arrays that go back through one activation wrongly."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.loading import LoadError, load
from mlp_conformance.recognise import read_program
from mlp_conformance.recognise.making.candidates import hidden_ends
from mlp_conformance.recognise.source.other_activations import is_other

#: A layer draws its weights to suit the activation that it is told, which stands after it as a layer of its own.
DRAWN = """
import numpy as np

class DenseLayer:
    def __init__(self, n_inputs, n_neurons, *, activation="relu"):
        spread = 2 / n_inputs if activation == "relu" else 1 / n_inputs
        self.weights, self.biases = np.random.randn(n_inputs, n_neurons) * spread, np.zeros((1, n_neurons))

    def forward(self, inputs):
        self.inputs, self.output = inputs, inputs @ self.weights + self.biases

    def backward(self, dvalues):
        self.dweights, self.dbiases = self.inputs.T @ dvalues, dvalues.sum(axis=0, keepdims=True)
        self.dinputs = dvalues @ self.weights.T

class Tanh:
    def forward(self, inputs):
        self.output = np.tanh(inputs)

    def backward(self, dvalues):
        self.dinputs = dvalues * (1 - self.output ** 2)

class MeanSquaredError:
    def calculate(self, output, y):
        return np.mean((y - output) ** 2)

    def backward(self, output, y):
        self.dinputs = 2 * (output - y) / y.size

class MAE:
    def calculate(self, output, y):
        return np.mean(np.abs(y - output))

class R2Score(MAE):
    pass

class SGD:
    def __init__(self, learning_rate=1.0):
        self.learning_rate = learning_rate

    def update_params(self, layer):
        layer.weights -= self.learning_rate * layer.dweights
        layer.biases -= self.learning_rate * layer.dbiases

class Model:
    def __init__(self):
        self.layers = []

    def add(self, layer):
        self.layers.append(layer)

    def set(self, *, loss, optimizer, metrics=None):
        self.loss, self.optimizer = loss, optimizer
        self.metrics = {type(metric).__name__: metric for metric in metrics or []}

    def predict(self, X):
        for layer in self.layers:
            layer.forward(X)
            X = layer.output
        return X

    def fit(self, X, y, *, epochs=1):
        for epoch in range(epochs):
            output = self.predict(X)
            for metric in self.metrics.values():
                metric.calculate(output, y)
            self.loss.backward(output, y)
            back = self.loss.dinputs
            for layer in reversed(self.layers):
                layer.backward(back)
                back = layer.dinputs
            for layer in self.layers:
                if hasattr(layer, "weights"):
                    self.optimizer.update_params(layer)
"""
#: Arrays that remember how they were computed: their user writes the loop that trains.
ARRAYS = """
import numpy as np

class Tensor:
    def __init__(self, data, parents=(), spread=None):
        self.data = np.array(data, dtype=float)
        self.parents, self.spread, self.grad = parents, spread, np.zeros_like(self.data)

    def back_to(self, grad):
        while grad.ndim > self.data.ndim:
            grad = grad.sum(axis=0)
        self.grad = self.grad + grad

    def __add__(self, other):
        return Tensor(self.data + other.data, (self, other), lambda g: (self.back_to(g), other.back_to(g)))

    def __sub__(self, other):
        return Tensor(self.data - other.data, (self, other), lambda g: (self.back_to(g), other.back_to(-g)))

    def __mul__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)
        return Tensor(
            self.data * other.data, (self, other), lambda g: (self.back_to(g * other.data), other.back_to(g * self.data))
        )

    def matmul(self, other):
        return Tensor(
            self.data @ other.data, (self, other), lambda g: (self.back_to(g @ other.data.T), other.back_to(self.data.T @ g))
        )

    def sum(self):
        return Tensor(self.data.sum(), (self,), lambda g: self.back_to(g * np.ones_like(self.data)))

    def relu(self):
        return Tensor(self.data * (self.data > 0), (self,), lambda g: self.back_to(g * (self.data > 0)))

    def tanh(self):
        out = np.tanh(self.data)
        return Tensor(out, (self,), lambda g: self.back_to({tanh}))

    def backward(self):
        order = []
        def visit(node):
            if node not in order:
                for parent in node.parents:
                    visit(parent)
                order.append(node)
        visit(self)
        self.grad = np.ones_like(self.data)
        for node in reversed(order):
            if node.spread:
                node.spread(node.grad)

class Module:
    def __init__(self, *children):
        self.children = children

    def forward(self, x):
        for child in self.children:
            x = child.forward(x)
        return x

class Linear(Module):
    def __init__(self, input_neurons, output_neurons):
        self.weights = Tensor(np.random.randn(input_neurons, output_neurons))
        self.biases = Tensor(np.zeros(output_neurons))

    def forward(self, x):
        return x.matmul(self.weights) + self.biases

class ReLU(Module):
    def forward(self, x):
        return x.relu()

class Tanh(Module):
    def forward(self, x):
        return x.tanh()
"""


def test_an_activation_that_a_layer_keeps_nothing_of_is_not_its_own(tmp_path: Path) -> None:
    """It stands after the layer; and several metrics are given as a list of them."""
    found = driven(tmp_path, DRAWN)
    assert all(found.settled.score)
    assert (found.plan.name, found.settled.forward.reading.hidden) == ("Model", "tanh")
    assert "metrics=[program.R2Score()]" in found.plan.source()


@pytest.mark.parametrize(("tanh", "hidden"), [("(1 - out ** 2) * g", "relu"), ("1 - out ** 2 * g", "tanh")])
def test_an_activation_that_arrays_go_back_through_wrongly_is_the_one_that_is_judged(
    tmp_path: Path, tanh: str, hidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No better way than these gradients is looked for here: there is none."""
    monkeypatch.setattr(importlib.import_module("mlp_conformance.recognise.drive"), "_PATIENCE", 0.3)
    found = driven(tmp_path, ARRAYS.replace("{tanh}", tanh))
    assert found.settled.forward.reading.hidden == hidden
    assert found.plan.gradients
    (other,) = {"relu", "tanh"} - {hidden}
    assert f"its hidden layers may end in {other} as well, which is not judged" in found.plan.notes[0]


def test_why_a_class_of_a_package_is_not_driven_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class that can be made of nothing is no adapter for that."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "unfinished_net.py").write_text("class Model:\n    def __init__(self):\n        self.layers = []\n")
    with pytest.raises(LoadError, match=r"`Model\(\)` makes something in which no arrays"):
        load("unfinished_net:Model")


def test_activations_extend_another_class_than_the_layers_do_beside_one_that_only_shows(tmp_path: Path) -> None:
    """What shares the layers' base class and is no activation leaves none out; those of other networks come last."""
    base = "\n\nclass Layer:\n    pass\n\nclass Activation:\n    pass\n"
    shows = """
class Inspect(Layer):
    def forward(self, inputs):
        self.output = inputs

    def backward(self, dvalues):
        self.dinputs = dvalues

class LeakyReLU(Activation):
    def forward(self, inputs):
        self.inputs, self.output = inputs, np.where(inputs > 0, inputs, 0.1 * inputs)

    def backward(self, dvalues):
        self.dinputs = np.where(self.inputs > 0, dvalues, 0.1 * dvalues)
"""
    program = DRAWN.replace("class DenseLayer:", f"{base}{shows}\nclass DenseLayer(Layer):").replace(
        "class Tanh:", "class Tanh(Activation):"
    )
    (tmp_path / "program.py").write_text(program)
    assert hidden_ends(read_program(tmp_path / "program.py")) == [
        "program.Tanh()",
        "program.Inspect()",
        "program.LeakyReLU()",
        "program.DenseLayer(a, b)",
    ]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("program.LeakyReLU(0.1)", True),
        ('program.Dense(b, activation="elu")', True),
        ("program.Layer(a, b, program.Swish())", True),
        ("program.ReLU()", False),
        ('program.Dense(b, activation="sigmoid")', False),
    ],
)
def test_activations_of_other_networks_are_told_wherever_they_stand(text: str, other: bool) -> None:
    assert is_other(text) is other
