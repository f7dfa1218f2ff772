"""How networks are driven that are put together of layer objects, and what is wrong with one of them."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise import NotDriven, drive, read_program
from mlp_conformance.recognise.drive import Driven
from mlp_conformance.recognise.making.computed import learnt
from mlp_conformance.recognise.making.making import BATCH, TWO_LAYERS
from mlp_conformance.recognise.numbers.readings import question
from mlp_conformance.recognise.parameters.tensors import leaves, tensors

LAYERS = """
import numpy as np

class Layer:
    def forward(self, x):
        raise NotImplementedError

class Linear(Layer):
    def __init__(self, n_in, n_out):
        self.w, self.b = np.random.randn(n_in, n_out), np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, e):
        self.dw, self.db = self.x.T @ e, e.sum(0)
        return e @ self.w.T

class Tanh(Layer):
    def forward(self, x):
        self.a = np.tanh(x)
        return self.a

    def backward(self, e):
        return e * {tanh}

class Sigmoid(Layer):
    def forward(self, x):
        self.a = 1 / (1 + np.exp(-x))
        return self.a

    def backward(self, e):
        return e * {sigmoid}

class Net:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, e):
        for layer in reversed(self.layers):
            e = layer.backward(e)

class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def step(self, net):
        for layer in net.layers:
            if hasattr(layer, "w"):
                layer.w -= self.lr * layer.dw
                layer.b -= self.lr * layer.db

class Batches:
    def __init__(self, size=32):
        self.size = size

    def __call__(self, x, y):
        for i in range(0, len(x), self.size):
            yield x[i : i + self.size], y[i : i + self.size]

def train(net, inputs, targets, num_epochs=5000, iterator=Batches(), optimizer=SGD()):
    for _ in range(num_epochs):
        for x, y in iterator(inputs, targets):
            net.backward(net.forward(x) - y)
            optimizer.step(net)
"""


def layers(folder: Path, tanh: str = "(1 - self.a ** 2)", sigmoid: str = "self.a * (1 - self.a)") -> Driven:
    return driven(folder, LAYERS.format(tanh=tanh, sigmoid=sigmoid))


def test_defaults_that_are_objects_are_left_as_they_are_and_their_rate_is_set(tmp_path: Path) -> None:
    found = layers(tmp_path)
    assert found.settled.score == (True, True, True, True)
    assert found.plan.step == ["program.train(model, inputs, targets, num_epochs=epochs)"]
    assert found.plan.make[-1] == "program.train.__defaults__[2].lr = learning_rate"


def test_batches_of_a_default_that_is_an_object_are_all_samples(tmp_path: Path) -> None:
    source = LAYERS.format(tanh="(1 - self.a ** 2)", sigmoid="self.a * (1 - self.a)").replace("size", "batch_size")
    found = driven(tmp_path, source)
    assert "program.train.__defaults__[1].batch_size = batch_size or len(inputs)" in found.plan.make
    assert found.plan.claims["options"] == {"batch_size"}


@pytest.mark.parametrize(
    ("wrong", "hidden"), [({"tanh": "(1 - self.a)"}, "tanh"), ({"sigmoid": "self.a"}, "sigmoid"), ({"tanh": "self.a"}, "tanh")]
)
def test_an_activation_whose_derivative_is_wrong_is_not_passed_over_for_one_that_is_right(
    tmp_path: Path, wrong: dict[str, str], hidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = importlib.import_module("mlp_conformance.recognise.drive")
    monkeypatch.setattr(drive, "_PATIENCE", 200.0)  # what is found must not depend on how fast the machine is
    monkeypatch.setattr(drive, "_LONGEST", 400.0)
    settled = layers(tmp_path, **wrong).settled
    assert settled.forward.reading.hidden == hidden
    assert settled.step is not None
    assert settled.step.reading is None or settled.step.reading.fault is not None


def test_layers_without_activation_do_not_make_up_for_a_wrong_one(tmp_path: Path) -> None:
    source = LAYERS.format(tanh="(1 - self.a)", sigmoid="").replace(
        LAYERS[LAYERS.index("class Sigmoid") : LAYERS.index("class Net")].format(sigmoid=""), ""
    )
    reading = driven(tmp_path, source).settled.forward.reading
    assert (reading.hidden, reading.output) == ("tanh", "linear")


STATEFUL = """
import math, random

class NN:
    def __init__(self, ni, nh, no):
        self.ni, self.nh, self.no = ni + 1, nh, no
        self.ai, self.ah, self.ao = [1.0] * self.ni, [1.0] * nh, [1.0] * no
        self.wi = [[random.random() for _ in range(nh)] for _ in range(self.ni)]
        self.wo = [[random.random() for _ in range(no)] for _ in range(nh)]

    def update(self, inputs):
        self.ai[:-1] = inputs
        self.ah = [math.tanh(sum(a * w[j] for a, w in zip(self.ai, self.wi))) for j in range(self.nh)]
        self.ao = [math.tanh(sum(a * w[k] for a, w in zip(self.ah, self.wo))) for k in range(self.no)]
        return self.ao[:]

    def back_propagate(self, targets, rate):
        do = [(t - a) * (1 - a * a) for t, a in zip(targets, self.ao)]
        dh = [sum(d * w for d, w in zip(do, row)) * (1 - a * a) for row, a in zip(self.wo, self.ah)]
        for j, a in enumerate(self.ah):
            for k, d in enumerate(do):
                self.wo[j][k] += rate * d * a
        for i, a in enumerate(self.ai):
            for j, d in enumerate(dh):
                self.wi[i][j] += rate * d * a

    def train(self, patterns, iterations=1000, rate=0.5):
        for _ in range(iterations):
            for inputs, targets in patterns:
                self.update(inputs)
                self.back_propagate(targets, rate)
"""


def test_activations_that_are_kept_are_no_biases(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(STATEFUL, encoding="utf-8")
    program, asked = read_program(path), question(TWO_LAYERS, BATCH)
    make = ["model = program.NN(*sizes)"]
    made = tensors(leaves("model", program.module.NN(*TWO_LAYERS)))
    assert {t.template for t in made} - {t.template for t in learnt(made, make, program.module, asked)} >= {
        "model.ah",
        "model.ao",
    }
    with pytest.raises(NotDriven, match="biases in its hidden layers and none at its output"):
        drive(program)
