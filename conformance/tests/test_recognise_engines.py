"""Networks of units that compute with objects of an automatic differentiation, and hand on a single one without a list."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mlp_conformance import Unsupported
from mlp_conformance.loading import load
from mlp_conformance.recognise import NotDriven, drive, read_program
from mlp_conformance.recognise.drive import Driven
from mlp_conformance.recognise.numbers.readings import question
from mlp_reference.mlp import Algorithm

ENGINE = """
import math, random

class Num:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents, self.spread = data, 0.0, parents, lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Num) else Num(other)
        out = Num(self.data + other.data, (self, other))
        def spread():
            self.grad += out.grad
            other.grad += out.grad
        out.spread = spread
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Num) else Num(other)
        out = Num(self.data * other.data, (self, other))
        def spread():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.spread = spread
        return out

    def squash(self):
        out = Num(math.tanh(self.data), (self,))
        def spread():
            self.grad += (1 - out.data ** 2) * out.grad
        out.spread = spread
        return out

    def __sub__(self, other):
        return self + other * -1

    __radd__, __rmul__ = __add__, __mul__

    def backward(self):
        order, seen = [], set()
        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)
        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.spread()

class Unit:
    def __init__(self, n):
        self.w = [Num(random.uniform(-1, 1)) for _ in range(n)]
        self.b = Num(0.0)

    def __call__(self, x):
        return sum((w * v for w, v in zip(self.w, x)), self.b).squash()

class Layer:
    def __init__(self, n, m):
        self.units = [Unit(n) for _ in range(m)]

    def __call__(self, x):
        out = [unit(x) for unit in self.units]
        return out[0] if len(out) == 1 else out

class Net:
    def __init__(self, n, sizes):
        sizes = [n] + sizes
        self.layers = [Layer(a, b) for a, b in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
"""


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Driven:
    return _driven(tmp_path_factory.mktemp("engine"), ENGINE)


def _driven(tmp_path: Path, text: str) -> Driven:
    path = tmp_path / "net.py"
    path.write_text(text)
    return drive(read_program(path))


def test_a_single_output_without_a_list_is_read(driven: Driven) -> None:
    adapter = driven.plan.adapter(driven.settled.search.program.module)()
    for sizes in ((3, 4, 2), (3, 4, 1), (2, 1), (1, 2)):
        asked = question(sizes, 5)
        expected = asked.inputs
        for weights, biases in asked.parameters:
            expected = np.tanh(expected @ weights + biases)
        assert adapter.forward(asked.network("tanh", "tanh"), asked.inputs) == pytest.approx(expected)
    assert "max_outputs" not in driven.plan.claims


def test_a_hidden_layer_of_one_unit_that_raises_is_refused(driven: Driven) -> None:
    assert "A hidden layer of one unit is not judged: it raises TypeError: 'Num' object is not iterable." in driven.plan.notes
    adapter = driven.plan.adapter(driven.settled.search.program.module)()
    asked = question((3, 1, 2), 5)
    with pytest.raises(Unsupported, match="a hidden layer of one unit raises TypeError"):
        adapter.forward(asked.network("tanh", "tanh"), asked.inputs)


def test_what_takes_a_layer_of_one_unit_is_judged_with_one(tmp_path: Path) -> None:
    driven = _driven(tmp_path, ENGINE.replace("out[0] if len(out) == 1 else out", "out"))
    assert not driven.plan.refused
    assert "Unsupported" not in driven.plan.source()


def test_the_adapter_is_one_that_can_be_loaded(tmp_path: Path, driven: Driven) -> None:
    (tmp_path / "adapter.py").write_text(driven.plan.beside(tmp_path / "adapter.py").source())
    load(f"{tmp_path / 'adapter.py'}:Adapter")


def test_the_gradients_are_what_backward_gives_of_a_loss(driven: Driven) -> None:
    assert any("`backward` gives of half the squared error" in note for note in driven.plan.notes)
    assert _are_right(driven)


def test_a_wrong_derivative_in_the_engine_is_judged(tmp_path: Path) -> None:
    assert "1 - out.data ** 2" in ENGINE
    driven = _driven(tmp_path, ENGINE.replace("1 - out.data ** 2", "1 - out.data"))
    assert driven.plan.gradients
    assert not _are_right(driven)


def test_an_engine_that_leaves_nothing_gives_no_gradients(tmp_path: Path) -> None:
    assert "        visit(self)\n" in ENGINE
    with pytest.raises(NotDriven, match="no way to train it or to get its gradients was found"):
        _driven(tmp_path, ENGINE.replace("        visit(self)\n", ""))


def _are_right(driven: Driven) -> bool:
    adapter = driven.plan.adapter(driven.settled.search.program.module)()
    right = []
    for sizes in ((3, 4, 2), (3, 5, 4, 1)):
        network, asked = question(sizes, 5).network("tanh", "tanh"), question(sizes, 5)
        found = adapter.gradients(network, asked.inputs, asked.targets)
        expected = Algorithm().gradients(network, asked.inputs, asked.targets)
        right += [
            np.allclose(a, b) for one, other in zip(found, expected, strict=True) for a, b in zip(one, other, strict=True)
        ]
    return all(right)
