"""Engines of automatic differentiation by other names: numbers that are called v, arrays that note on a tape."""

from __future__ import annotations

from pathlib import Path

from driving import driven

import mlp_conformance

OTHER_NAMES = """
import math
import random


class Value:
    def __init__(self, v, parents=(), op=""):
        self.v = v
        self.g = 0.0
        self._parents = parents
        self._back = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.v + other.v, (self, other))

        def back():
            self.g += out.g
            other.g += out.g
        out._back = back
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.v * other.v, (self, other))

        def back():
            self.g += other.v * out.g
            other.g += self.v * out.g
        out._back = back
        return out

    def __pow__(self, k):
        out = Value(self.v ** k, (self,))

        def back():
            self.g += k * self.v ** (k - 1) * out.g
        out._back = back
        return out

    def tanh(self):
        t = math.tanh(self.v)
        out = Value(t, (self,))

        def back():
            self.g += (1 - t * t) * out.g
        out._back = back
        return out

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for p in node._parents:
                    visit(p)
                order.append(node)
        visit(self)
        self.g = 1.0
        for node in reversed(order):
            node._back()

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other


class Neuron:
    def __init__(self, n, act=True):
        self.w = [Value(random.uniform(-1, 1)) for _ in range(n)]
        self.b = Value(0.0)
        self.act = act

    def __call__(self, x):
        z = sum((wi * xi for wi, xi in zip(self.w, x)), self.b)
        return z.tanh() if self.act else z

    def parameters(self):
        return self.w + [self.b]


class Layer:
    def __init__(self, n_in, n_out, act=True):
        self.neurons = [Neuron(n_in, act) for _ in range(n_out)]

    def __call__(self, x):
        return [n(x) for n in self.neurons]

    def parameters(self):
        return [p for n in self.neurons for p in n.parameters()]


class MLP:
    def __init__(self, n_in, n_outs):
        sizes = [n_in] + n_outs
        self.layers = [Layer(sizes[i], sizes[i + 1], i < len(n_outs) - 1) for i in range(len(n_outs))]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x[0] if len(x) == 1 else x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


def mse(preds, targets):
    return sum(((p - t) ** 2 for p, t in zip(preds, targets)), Value(0.0)) * (1 / len(targets))


def train(model, xs, ys, epochs=100, lr=0.01):
    for epoch in range(epochs):
        preds = [model(x) for x in xs]
        loss = mse(preds, ys)
        for p in model.parameters():
            p.g = 0.0
        loss.backward()
        for p in model.parameters():
            p.v -= lr * p.g
        if epoch % 10 == 0:
            print(epoch, loss.v)
"""


def test_losses_over_lists_of_numbers_that_are_called_v(tmp_path: Path) -> None:
    found = driven(tmp_path, OTHER_NAMES)
    assert all(found.settled.score)
    assert found.plan.name == "MLP"
    assert "targets.ravel()" in found.plan.step[-1]


#: Arrays that note on a tape what is to be done to go back: of one that is multiplied with itself they note it twice.
TAPE = """
import numpy as np

class Array:
    def __init__(self, data, tape=None):
        self.data, self.tape = np.array(data, float), tape or []
        self.grad = np.zeros_like(self.data)

    def _made(self, other, data, own, others):
        out = Array(data, other.tape + self.tape)
        def back():
            self.grad = self.grad + own(out.grad)
            change = others(out.grad)
            other.grad = other.grad + (change.sum(axis=0) if change.ndim > other.data.ndim else change)
        out.tape.append(back)
        return out

    def __add__(self, other):
        return self._made(other, self.data + other.data, lambda g: g, lambda g: g)

    def __sub__(self, other):
        return self._made(other, self.data - other.data, lambda g: g, lambda g: -g)

    def __matmul__(self, other):
        return self._made(other, self.data @ other.data, lambda g: g @ other.data.T, lambda g: self.data.T @ g)

    def __mul__(self, other):
        other = other if isinstance(other, Array) else Array(other)
        return self._made(other, self.data * other.data, lambda g: g * other.data, lambda g: np.sum(g * self.data) * 0)

    def __pow__(self, n):
        return self._made(Array(n), self.data ** n, lambda g: g * n * self.data ** (n - 1), lambda g: np.zeros(()))

    def sum(self):
        return self._made(Array(0), self.data.sum(), lambda g: g, lambda g: np.zeros(()))

    def tanh(self):
        y = np.tanh(self.data)
        return self._made(Array(0), y, lambda g: g * (1 - y ** 2), lambda g: np.zeros(()))

    def backward(self):
        self.grad = np.ones_like(self.data)
        while self.tape:
            self.tape.pop()()

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.w1, self.b1 = Array(np.random.randn(n_in, n_hidden)), Array(np.zeros(n_hidden))
        self.w2, self.b2 = Array(np.random.randn(n_hidden, n_out)), Array(np.zeros(n_out))

    def forward(self, x):
        return ((x @ self.w1 + self.b1).tanh() @ self.w2 + self.b2).tanh()

def mse():
    def loss(output, goal):
        return ((output - goal) ** 2).sum()
    return loss
"""


def test_a_difference_is_squared_as_the_program_itself_does(tmp_path: Path) -> None:
    found = driven(tmp_path, TAPE)
    assert "loss = (difference ** 2 * 0.5).sum()" in found.plan.gradient
    assert mlp_conformance.run(str(tmp_path / "program.py"), select="drawn").conforms
