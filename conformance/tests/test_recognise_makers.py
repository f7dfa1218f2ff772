"""Networks that a static method makes, and modules of torch that an object of another class trains."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise.steps.pairing import MIXED

STATIC = """
from dataclasses import dataclass
import numpy as np

@dataclass(slots=True)
class Dense:
    W: np.ndarray
    b: np.ndarray
    is_last: bool

    def apply(self, x):
        z = x @ self.W + self.b
        return z if self.is_last else z * (z > 0)

@dataclass
class Regressor:
    layers: list

    @staticmethod
    def make(widths, seed=0):
        rng = np.random.default_rng(seed)
        last = len(widths) - 2
        pairs = enumerate(zip(widths, widths[1:]))
        layers = [Dense(rng.normal(size=(a, b)), np.zeros((1, b)), k == last) for k, (a, b) in pairs]
        return Regressor(layers)

    @staticmethod
    def error(out, y):
        return out - y

    def forward(self, x):
        self.seen = [x]
        for layer in self.layers:
            self.seen.append(layer.apply(self.seen[-1]))
        return self.seen[-1]

    def step(self, x, y, lr):
        d = self.error(self.forward(x), y)
        for layer, a in zip(self.layers[::-1], self.seen[-2::-1]):
            back = d @ layer.W.T * (a > 0)
            layer.W -= lr * a.T @ d
            layer.b -= lr * d.sum(axis=0, keepdims=True)
            d = back
"""


def test_a_static_method_makes_a_network(tmp_path: Path) -> None:
    found = driven(tmp_path, STATIC)
    assert all(found.settled.score)
    assert "program.Regressor.make(" in found.plan.make[0]


TRAINER = """
import torch
from torch import nn, optim

class Head(nn.Module):
    def __init__(self, in_features=64, hidden=32, n_classes=10):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(in_features, hidden), nn.ReLU(), nn.Linear(hidden, n_classes), nn.{output}(dim=1))

    def forward(self, x):
        return self.net(x)

class Trainer:
    def __init__(self, model, lr=0.003):
        self.model, self.criterion = model, nn.NLLLoss()
        self.optimizer = optim.SGD(model.parameters(), lr=lr)

    def train_step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()
"""


@pytest.mark.parametrize("output", ["LogSoftmax", "Softmax"])
def test_a_trainer_of_a_module(tmp_path: Path, output: str) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    found = driven(tmp_path, TRAINER.format(output=output))
    assert found.exact
    assert found.plan.step[-1].startswith("trainer.train_step(")
    assert all(found.settled.score) == (output == "LogSoftmax")


@pytest.mark.parametrize(
    "word", ["np.random.shuffle(rows)", "rng.permutation(n)", "torch.randperm(n)", "SubsetRandomSampler(n)"]
)
def test_words_of_samples_in_another_order(word: str) -> None:
    assert MIXED.search(word)


EMPTIED = """
import numpy as np

class Net:
    def __init__(self, rate=0.1):
        self.rate = rate

    def build(self, sizes):
        self.sizes = sizes
        {first}
        self.biases = [np.zeros(n) for n in sizes[1:]]
        self.weights = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]

    def forward(self, X):
        self.a = [X]
        for W, b in zip(self.weights, self.biases):
            self.a.append(np.tanh(self.a[-1] @ W + b))
        return self.a[-1]

    def train(self, X, Y):
        {again}
        d = (self.forward(X) - Y) * (1 - self.a[-1] ** 2)
        for k in reversed(range(len(self.weights))):
            e = d @ self.weights[k].T * (1 - self.a[k] ** 2)
            self.weights[k] -= self.rate * self.a[k].T @ d
            self.biases[k] -= self.rate * d.sum(0)
            d = e
"""


@pytest.mark.parametrize(
    "first",
    [
        "self.biases = []; self.weights = []",
        "self.biases = list(); self.weights = {}",
        "self.biases, self.weights = [], []",
        "self.biases = np.zeros(0); self.weights = [None] * len(sizes)",
        "self.biases = 0; self.weights = 0",
    ],
)
@pytest.mark.parametrize("again", ["", "self.build(self.sizes)"])
def test_what_a_method_empties_before_it_fills_it_is_filled(first: str, again: str, tmp_path: Path) -> None:
    found = driven(tmp_path, EMPTIED.replace("{first}", first).replace("{again}", again))
    assert found.exact
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None


@pytest.mark.parametrize("units", ["n_neuro", "layers", "nodes"])
def test_what_stands_beside_samples_and_targets_is_the_number_of_hidden_units(units: str, tmp_path: Path) -> None:
    found = driven(
        tmp_path,
        f"""
        import numpy as np

        class Net:
            def __init__(self, x, y, {units}):
                self.x, self.y = x, y
                self.w = np.random.rand(x.shape[1], {units})
                self.v = np.random.rand({units}, 1)

            def feedforward(self):
                self.h = np.tanh(self.x @ self.w)
                self.out = self.h @ self.v
                return self.out

            def backprop(self):
                d = self.y - self.out
                e = d @ self.v.T * (1 - self.h ** 2)
                self.v += self.h.T @ d
                self.w += self.x.T @ e

            def train(self, x, y):
                self.feedforward()
                self.backprop()
        """,
    )
    assert found.exact
    assert "network.sizes[1]" in " ".join(found.plan.make) or ", sizes[1])" in " ".join(found.plan.make)


MADE_BY_A_METACLASS = """
import numpy as np

class Made(type):
    def __call__(cls, *args, **given):
        return super().__call__(*args, **given)

class Net(metaclass=Made):
    def __init__(self, n_in, n_hidden, n_out, *, seed):
        draw = np.random.default_rng(seed).normal
        self.W1, self.b1 = draw(size=(n_in, n_hidden)), draw(size=n_hidden)
        self.W2, self.b2 = draw(size=(n_hidden, n_out)), draw(size=n_out)

    def forward(self, X):
        return np.tanh(X @ self.W1 + self.b1) @ self.W2 + self.b2
"""


def test_what_a_metaclass_hands_on_is_what_the_constructor_takes(tmp_path: Path) -> None:
    """As that of flax's nnx does: of its classes no more is told than that they take anything."""
    assert driven(tmp_path, MADE_BY_A_METACLASS).exact
