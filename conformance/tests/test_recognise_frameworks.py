"""Programs that leave the derivatives to a library, or to numbers of their own that remember, as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.checks import Settings
from mlp_conformance.runner import select
from mlp_conformance.subject import Subject
from mlp_conformance.verdict import judge

OPTIONS = """
import torch
from torch import nn, optim

class Net(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.hidden, self.out = nn.Linear(n_in, n_hidden), nn.Linear(n_hidden, n_out)

    def forward(self, x):
        return self.out(torch.tanh(self.hidden(x)))

def train(net, x, y, epochs, lr=0.1):
    optimizer = optim.SGD(net.parameters(), lr=lr, momentum=0.9, nesterov=True{more})
    loss_fn = nn.MSELoss(reduction="sum")
    for _ in range(epochs):
        {zero}
        loss_fn({output}, y).backward()
        optimizer.step()
"""


def test_what_a_librarys_optimiser_is_told_to_do_beside_is_left_off(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    found = driven(tmp_path, OPTIONS.format(zero="optimizer.zero_grad()", output="net(x)", more=""))
    assert all(found.settled.score), found.plan.notes
    assert "Judged without the momentum `momentum`" in " ".join(found.plan.notes)
    assert 'constants={"momentum=": 0' in found.plan.source()


@pytest.mark.parametrize(
    ("output", "more", "fault"), [("2 * net(x)", "", ""), ("net(x)", ", weight_decay=1e-3", "decay-of-all=0.001")]
)
def test_a_fault_beside_what_is_left_off_is_still_one(tmp_path: Path, output: str, more: str, fault: str) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    found = driven(tmp_path, OPTIONS.format(zero="optimizer.zero_grad()", output=output, more=more))
    assert found.exact
    assert found.settled.step is not None
    assert not found.settled.score[1]  # a right step
    adapter = found.plan.adapter(found.settled.search.program.module)
    report = judge(Subject(adapter, "adapter", None), select("drawn/train"), Settings(examples=4))
    assert any(result.is_broken for result in report.results)
    assert not fault or fault in [finding.fault for finding in report.diagnosis], report.text()


BATCHES = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(4, 9), nn.Linear(9, 3)

    def forward(self, x):
        return {output}

def main():
    import torch.optim as optim
    loader = DataLoader(read_the_data(), batch_size=16, shuffle=True)
    net = Net()
    criterion = nn.{loss}()
    optimizer = optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    total = len(loader)
    for epoch in range(20):
        running_loss = 0.0
        for {batch}
            optimizer.zero_grad()
            loss = criterion(net(inputs), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
            if i % 100 == 0:
                print(epoch, i, total, len(loader.dataset), running_loss)

if __name__ == "__main__":
    main()
"""
APART = "i, (inputs, labels) in enumerate(loader):"
TOGETHER = "i, data in enumerate(loader, 0):\n            inputs, labels = data"
LOGITS = "self.fc2(torch.relu(self.fc1(x)))"


@pytest.mark.parametrize(
    ("batch", "output", "loss", "is_right"),
    [
        (APART, LOGITS, "CrossEntropyLoss", True),
        (TOGETHER, f"torch.log_softmax({LOGITS}, dim=1)", "NLLLoss", True),
        (APART, f"torch.softmax({LOGITS}, dim=1)", "CrossEntropyLoss", False),
    ],
)
def test_a_loop_over_batches_is_given_ours(tmp_path: Path, batch: str, output: str, loss: str, is_right: bool) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    found = driven(tmp_path, BATCHES.format(batch=batch, output=output, loss=loss))
    step = found.settled.step
    assert found.exact
    assert found.plan.sizes == (4, 9, 3)
    assert step is not None
    assert step.reading is not None
    assert step.reading.loss == "cross_entropy"
    assert (step.reading.fault is None) == is_right
    assert ("np.exp(" in found.plan.output) == ("log_softmax" in output)


DROPPING = """
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self, d_in, d_hidden, d_out, p=0.2):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(d_in, d_hidden), nn.ReLU(), nn.Dropout(p))
        self.head = nn.Linear(d_hidden, d_out)

    def forward(self, x):
        return F.log_softmax({head}(F.dropout(self.body(x), 0.5, training=self.training)), dim=1)

def train(model, device, train_loader, optimizer, epoch):
    model.train()
    for index, (data, target) in enumerate(train_loader):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        loss = F.nll_loss(model(data), target{sum})
        loss.backward()
        optimizer.step()
        print(f"{epoch}: {index * len(data)}/{len(train_loader.dataset)} {loss.item()}")
"""


@pytest.mark.parametrize(("sum", "reduction"), [("", "mean_samples"), (", reduction='sum'", "sum")])
def test_what_is_left_out_by_chance_is_left_in(tmp_path: Path, sum: str, reduction: str) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    found = driven(tmp_path, DROPPING.replace("{head}", "self.head").replace("{sum}", sum))
    assert all(found.settled.score), found.plan.notes
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.reduction == reduction
    assert found.plan.step[-1].endswith(", 1)"), "an epoch by its number"
    assert "Judged without the dropout `p`." in " ".join(found.plan.notes)
    assert "other steps" not in " ".join(found.plan.notes)


def test_a_mistake_beside_what_is_left_out_by_chance_is_one(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    text = DROPPING.replace("{sum}", "").replace("{head}", "self.head").replace("self.body(x)", "self.body(x).detach()")
    found = driven(tmp_path, text)
    step = found.settled.step
    assert step is not None
    assert step.reading is not None
    assert step.reading.fault is not None, "hidden layers have no gradient"


SQUEEZED = """
import torch
from torch import nn

class Classifier(nn.Module):
    def __init__(self, n_features, hidden=(16, 8)):
        super().__init__()
        layers, last = [], n_features
        for units in hidden:
            layers += [nn.Linear(last, units), nn.ReLU()]
            last = units
        self.net = nn.Sequential(*layers, nn.Linear(last, 1))

    def forward(self, x):
        return self.net(x).squeeze(-1)

def train(model, loader, optimizer, loss_fn):
    for xb, yb in loader:
        loss = loss_fn({output}, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

loss_fn = nn.BCEWithLogitsLoss()
"""


@pytest.mark.parametrize(("output", "is_right"), [("model(xb)", True), ("torch.sigmoid(model(xb))", False)])
def test_one_output_without_an_axis_is_found_after_networks_with_several(tmp_path: Path, output: str, is_right: bool) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    found = driven(tmp_path, SQUEEZED.format(output=output))
    assert found.exact
    step = found.settled.step
    assert step is not None
    assert step.reading is not None
    assert step.reading.loss == "binary_cross_entropy"
    assert (step.reading.fault is None) == is_right


ENGINE = """
import math, random

class Value:
    def __init__(self, data, _children=()):
        self.data, self.grad, self._prev = data, 0.0, _children
        self._backward = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def _backward():
            self.grad {adds} out.grad
            other.grad {adds} out.grad
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self + (other * -1 if isinstance(other, Value) else Value(-other))

    def tanh(self):
        x, t = self.data, math.tanh(self.data)
        out = Value(t, (self,))

        def _backward():
            self.grad += ({slope}) * out.grad
        out._backward = _backward
        return out

    def backward(self):
        {order}

class Neuron:
    def __init__(self, nin):
        self.w, self.b = [Value(random.uniform(-1, 1)) for _ in range(nin)], Value(0.0)

    def __call__(self, x):
        return sum((w * v for w, v in zip(self.w, x)), self.b).tanh()

    def parameters(self):
        return self.w + [self.b]

class MLP:
    def __init__(self, nin, nouts):
        sizes = [nin] + nouts
        self.layers = [[Neuron(a) for _ in range(b)] for a, b in zip(sizes, nouts)]

    def __call__(self, x):
        for layer in self.layers:
            x = [neuron(x) for neuron in layer]
        return x[0] if len(x) == 1 else x

    def parameters(self):
        return [p for layer in self.layers for neuron in layer for p in neuron.parameters()]

if __name__ == "__main__":
    xs, ys = [[2.0, 3.0], [3.0, -1.0], [0.5, 1.0]], [1.0, -1.0, 1.0]
    n = MLP(2, [3, 1])
    for k in range(20):
        ypred = [n(x) for x in xs]
        loss = sum((yout - ygt) * (yout - ygt) for ygt, yout in zip(ys, ypred))
        for p in n.parameters():
            p.grad = 0.0
        loss.backward()
        for p in n.parameters():
            p.data += -0.05 * p.grad
"""
TOPOLOGICAL = """
        order, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for child in v._prev:
                    visit(child)
                order.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            v._backward()
"""


@pytest.mark.parametrize(("slope", "is_wrong"), [("1 - t**2", False), ("1 - x**2", True)])
def test_a_loop_is_given_its_targets_in_the_form_that_it_keeps_its_parameters_in(
    tmp_path: Path, slope: str, is_wrong: bool
) -> None:
    source = ENGINE.replace("{adds}", "+=").replace("{slope}", slope).replace("        {order}", TOPOLOGICAL)
    found = driven(tmp_path, source)
    step = found.settled.step
    assert step is not None
    assert step.reading is not None
    assert (step.reading.loss, step.reading.reduction) == ("squared_error", "sum")
    assert (step.reading.fault is not None) == is_wrong


BREADTH_FIRST = """
        self.grad, waiting, seen = 1.0, [self], {self}
        while waiting:
            v = waiting.pop(0)
            v._backward()
            for child in v._prev:
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
"""


@pytest.mark.parametrize(
    ("adds", "slope", "order", "said"),
    [
        ("+=", "1 - t**2", TOPOLOGICAL, ""),
        ("=", "1 - t**2", TOPOLOGICAL, "each operation has to add to the gradient, with += and not ="),
        ("+=", "1 - x**2", TOPOLOGICAL, "the derivative of `x.tanh()` at 0.75 is 0.4375 in place of 0.5966"),
        ("+=", "1 - t**2", BREADTH_FIRST, "hands its gradient on before it is complete"),
    ],
)
def test_what_is_wrong_with_numbers_that_remember_is_found_by_themselves(
    tmp_path: Path, adds: str, slope: str, order: str, said: str
) -> None:
    source = ENGINE.replace("{adds}", adds).replace("{slope}", slope).replace("        {order}", order)
    found = driven(tmp_path, source.partition("if __name__")[0])
    notes = " ".join(found.plan.notes)
    assert said in notes
    assert ("A Value " in notes or "Value hands back" in notes) == bool(said)


def test_numbers_that_remember_only_where_they_are_told_to_are_not_blamed(tmp_path: Path) -> None:
    source = ENGINE.replace("{adds}", "+=").replace("{slope}", "1 - t**2").replace("        {order}", TOPOLOGICAL)
    source = source.replace("data, _children=()):", "data, _children=(), remembers=False):")
    source = source.replace(
        "        self._backward = lambda: None",
        "        self._backward = lambda: None\n        self.remembers = remembers or any(c.remembers for c in _children)",
    )
    source = source.replace("            v._backward()", "            if v.remembers:\n                v._backward()")
    source = source.replace("Value(random.uniform(-1, 1))", "Value(random.uniform(-1, 1), (), True)").replace(
        "Value(0.0)", "Value(0.0, (), True)"
    )
    found = driven(tmp_path, source.partition("if __name__")[0])
    assert found.plan.gradients
    assert "hands back" not in " ".join(found.plan.notes)
    assert "A Value " not in " ".join(found.plan.notes)


TENSORS = """
import numpy as np

class Tensor:
    def __init__(self, data, parents=()):
        self.data = np.asarray(data, dtype=np.float64)
        self.grad, self.parents, self.back = np.zeros_like(self.data), parents, lambda: None

    def __sub__(self, other):
        out = Tensor(self.data - other.data, (self, other))
        def back():
            self.grad += out.grad
            other.grad -= out.grad
        out.back = back
        return out

    def __add__(self, row):
        out = Tensor(self.data + row.data, (self, row))
        def back():
            self.grad += out.grad
            row.grad += out.grad.{bias}(axis=0)
        out.back = back
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(np.full_like(self.data, other))
        out = Tensor(self.data * other.data, (self, other))
        def back():
            self.grad += out.grad * other.data
            other.grad += out.grad * self.data
        out.back = back
        return out

    def __matmul__(self, other):
        out = Tensor(self.data @ other.data, (self, other))
        def back():
            self.grad += out.grad @ other.data.T
            other.grad += self.data.T @ out.grad
        out.back = back
        return out

    def relu(self):
        out = Tensor(np.maximum(self.data, 0), (self,))
        def back():
            self.grad += (self.data > 0) * out.grad
        out.back = back
        return out

    def sum(self):
        out = Tensor(self.data.sum(), (self,))
        def back():
            self.grad += np.ones_like(self.data) * out.grad
        out.back = back
        return out

    def backward(self):
        order, seen = [], set()
        def visit(t):
            if id(t) not in seen:
                seen.add(id(t))
                for parent in t.parents:
                    visit(parent)
                order.append(t)
        visit(self)
        self.grad = np.ones_like(self.data)
        for t in reversed(order):
            t.back()

class Linear:
    def __init__(self, n_in, n_out):
        self.weight, self.bias = Tensor(np.random.randn(n_in, n_out)), Tensor(np.zeros(n_out))

    def __call__(self, x):
        return x @ self.weight + self.bias

class MLP:
    def __init__(self, n_in, n_hidden, n_out):
        self.l1, self.l2 = Linear(n_in, n_hidden), Linear(n_hidden, n_out)

    def __call__(self, x):
        return self.l2(self.l1(x).relu())
"""


@pytest.mark.parametrize(("bias", "is_right"), [("sum", True), ("mean", False)])
def test_a_network_takes_arrays_of_the_programs_own(tmp_path: Path, bias: str, is_right: bool) -> None:
    found = driven(tmp_path, TENSORS.replace("{bias}", bias))
    assert found.exact
    assert found.plan.forward == ["output = model(program.Tensor(inputs))"]
    assert found.plan.gradient[-1] == "loss.backward()"
    adapter = found.plan.adapter(found.settled.search.program.module)
    report = judge(Subject(adapter, "adapter", None), select("drawn/gradients"), Settings(examples=4))
    assert any(result.is_broken for result in report.results) != is_right


FUNCTIONAL = """
import keras

inputs = keras.Input(shape=(6,))
x = keras.layers.Dense(5, activation="tanh")(inputs)
outputs = keras.layers.Dense(3, activation="softmax")(x)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.SGD(0.1), loss={loss})
"""


@pytest.mark.parametrize(
    ("loss", "is_right"),
    [('"categorical_crossentropy"', True), ("keras.losses.CategoricalCrossentropy(from_logits=True)", False)],
)
def test_what_stands_for_data_in_a_model_of_keras_is_a_part_of_it(tmp_path: Path, loss: str, is_right: bool) -> None:
    pytest.importorskip("keras", reason="pip install keras")
    found = driven(tmp_path, FUNCTIONAL.format(loss=loss))
    assert found.exact
    assert found.plan.sizes == (6, 5, 3)
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert (found.settled.step.reading.fault is None) == is_right


SUBCLASS = """
import keras
import torch

class CustomModel(keras.Model):
    def __init__(self, units, num_outputs):
        super().__init__()
        self.hidden = keras.layers.Dense(units, activation="tanh")
        self.out = keras.layers.Dense(num_outputs)

    def call(self, x):
        return self.out(self.hidden(x))

    def train_step(self, data):
        x, y = data
        self.zero_grad()
        loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        loss.backward()
        weights = list(self.trainable_weights)
        with torch.no_grad():
            self.optimizer.apply([{sign}w.value.grad for w in weights], weights)
        return {"loss": loss}

def make(units, num_outputs, lr=0.01):
    model = CustomModel(units, num_outputs)
    model.compile(optimizer=keras.optimizers.SGD(lr), loss="mse")
    return model
"""


@pytest.mark.parametrize(("sign", "is_right"), [("", True), ("-", False)])
def test_a_step_of_its_own_is_taken_by_fit_of_keras(tmp_path: Path, sign: str, is_right: bool) -> None:
    keras = pytest.importorskip("keras", reason="pip install keras")
    if keras.backend.backend() != "torch":
        pytest.skip("its step is torch's")
    found = driven(tmp_path, SUBCLASS.replace("{sign}", sign))
    assert found.exact
    assert found.plan.step[-1].startswith("model.fit(inputs, targets, batch_size=")
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert (found.settled.step.reading.fault is None) == is_right


FIXED = """
import keras
from keras import layers

def create_model(n_features, n_classes):
    model = keras.Sequential()
    model.add(layers.Input((n_features,)))
    model.add(layers.Dense(12, activation="tanh"))
    model.add(layers.Dense(n_classes, activation="softmax"))
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy({logits}), optimizer=keras.optimizers.SGD(0.1))
    return model
"""


@pytest.mark.parametrize(("logits", "is_right"), [("", True), ("from_logits=True", False)])
def test_hidden_units_may_be_the_own_affair_of_what_is_told_inputs_and_outputs(
    tmp_path: Path, logits: str, is_right: bool
) -> None:
    pytest.importorskip("keras", reason="pip install keras")
    found = driven(tmp_path, FIXED.replace("{logits}", logits))
    assert found.plan.sizes == (3, 12, 5)
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert (found.settled.step.reading.fault is None) == is_right
