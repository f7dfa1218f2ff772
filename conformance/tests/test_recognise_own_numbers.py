"""Programs whose numbers and arrays are of classes of their own that remember how they were computed."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.checks import Settings
from mlp_conformance.runner import select
from mlp_conformance.subject import Subject
from mlp_conformance.verdict import judge

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
