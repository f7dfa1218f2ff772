"""Networks of unit objects that are joined by objects with one weight each: whoever keeps these, and wherever biases stand."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mlp_conformance.recognise import drive, read_program
from mlp_conformance.recognise.drive import Driven
from mlp_conformance.recognise.parameters.tensors import leaves, tensors
from mlp_conformance.recognise.roles import argument

NET = """
import math, random

class Link:
    def __init__(self, source, target):
        self.source, self.target, self.weight, self.delta_weight = source, target, random.random(), 0.0
        {kept}

class Unit:
    eta, alpha = 0.1, 0.5

    def __init__(self, value=0.0):
        self.value, self.slope = value, 0.0
        self.links, self.ahead = [], []

    def links_into(self, others):
        return [l for other in others for l in other.links + self.links if l.source is other and l.target is self]

    def run(self, below):
        self.value = math.tanh(sum(l.weight * l.source.value for l in self.links_into(below)))

    def learn(self, below):
        for l in self.links_into(below):
            l.delta_weight = Unit.eta * l.source.value * self.slope + Unit.alpha * l.delta_weight
            l.weight += l.delta_weight

class Net:
    def __init__(self, topology):
        self.bias, self.layers = Unit(1.0), []
        for k, n in enumerate(topology):
            units = [Unit() for _ in range(n)]
            self.layers.append({layer})
        self.real = [[u for u in layer if u.value == 0.0] for layer in self.layers]
        for below, here in zip(self.layers, self.real[1:]):
            for target in here:
                for source in {sources}:
                    Link(source, target)

    {present}
    def forward(self{inputs}):
        for u, v in zip(self.real[0], {values}):
            u.value = v
        for below, layer in zip(self.layers, self.real[1:]):
            for u in layer:
                u.run({sources})

    def back(self, targets):
        for u, t in zip(self.real[-1], targets):
            u.slope = (t - u.value) * (1 - u.value ** 2)
        for layer, above in reversed(list(zip(self.real[1:], self.real[2:]))):
            for u in layer:
                u.slope = sum(l.weight * l.target.slope for o in above for l in o.links_into([u])) * {derivative}
        for below, layer in zip(self.layers, self.real[1:]):
            for u in layer:
                u.learn({sources})

    {told}
"""
BY_TARGET, BY_SOURCE, BY_BOTH = "target.links.append(self)", "source.links.append(self)", "source.ahead.append(self); {}"
LAST, FIRST = ("[*units, Unit(1.0)]", "below"), ("[Unit(1.0), *units]", "below")
ONE_FOR_ALL = ("units", "[*below, self.bias]")
ALONE = {
    "kept": BY_TARGET,
    "layer": LAST[0],
    "sources": LAST[1],
    "present": "",
    "inputs": ", x",
    "values": "x",
    "told": "def results(self): return [u.value for u in self.real[-1]]",
    "derivative": "(1 - u.value ** 2)",
}


def _driven(folder: Path, **parts: str) -> Driven:
    path = folder / "program.py"
    path.write_text(NET.format(**ALONE | parts), encoding="utf-8")
    return drive(read_program(path))


def _is_right(driven: Driven) -> bool:
    step = driven.settled.step
    return driven.exact and step is not None and step.reading is not None and step.reading.fault is None


@pytest.mark.parametrize("kept", [BY_TARGET, BY_SOURCE, BY_BOTH.format(BY_TARGET)])
@pytest.mark.parametrize("biases", [LAST, FIRST, ONE_FOR_ALL])
def test_connections_are_found_at_either_end(kept: str, biases: tuple[str, str], tmp_path: Path) -> None:
    if (kept, biases) == (BY_SOURCE, ONE_FOR_ALL):
        pytest.skip("the biases of all layers would follow one another in the one list that has them")
    driven = _driven(tmp_path, kept=kept, layer=biases[0], sources=biases[1])
    assert _is_right(driven)
    assert driven.settled.forward.reading.hidden == "tanh"
    assert driven.plan.layers is None  # any number of layers


def test_rate_and_momentum_that_all_units_share_are_set_and_put_back(tmp_path: Path) -> None:
    driven = _driven(tmp_path)
    assert {"program.Unit.eta = learning_rate", "program.Unit.alpha = 0.0"} <= set(driven.plan.make)
    assert "Judged without the momentum `Unit.alpha`." in driven.plan.notes
    program = driven.settled.search.program
    program.restore()
    assert (program.module.Unit.eta, program.module.Unit.alpha) == (0.1, 0.5)


def test_alpha_is_a_momentum_beside_another_learning_rate_alone() -> None:
    assert argument("alpha") == argument("alpha", ["alpha", "beta"]) == "rate"
    assert argument("alpha", ["eta", "alpha"]) == argument("ALPHA", ["LEARNING_RATE"]) == "off"
    assert argument("eta", ["eta", "alpha"]) == "rate"


def test_inputs_are_set_by_one_call_and_told_by_another(tmp_path: Path) -> None:
    present = "def set_input(self, x): self.x = x"
    driven = _driven(tmp_path, present=present, inputs="", values="self.x")
    assert _is_right(driven)
    assert driven.plan.forward[0].startswith("model.set_input(x")
    assert driven.plan.output == "np.ravel(model.results())"
    assert driven.plan.step[-1].startswith("model.back(y")


@pytest.mark.parametrize("layer", [LAST[0], "[*units, *([Unit(1.0)] if k < len(topology) - 1 else [])]"])
def test_an_output_that_nothing_tells_is_read_where_it_stands_in_the_last_layer_of_any(layer: str, tmp_path: Path) -> None:
    driven = _driven(tmp_path, told="", layer=layer)
    assert _is_right(driven)
    assert "model.layers[-1][i].value for i in range(network.sizes[-1])" in driven.plan.output


def test_a_mistake_among_connections_is_one(tmp_path: Path) -> None:
    step = _driven(tmp_path, derivative="1").settled.step
    assert step is not None
    assert step.reading is not None
    assert step.reading.fault is not None
    assert step.reading.fault.id == "hidden-derivative-missing"


class _Joint:
    def __init__(self, weight: float) -> None:
        self.weight, self.back = weight, self


class _End:
    def __init__(self, joints: list[_Joint]) -> None:
        self.joints = joints


def test_what_both_ends_keep_is_found_twice_and_a_circle_ends() -> None:
    joints = [_Joint(0.5), _Joint(0.25)]
    model: Any = ModuleType("model")
    model.layers = [[_End([joint]) for joint in joints], [_End([]), _End(joints)]]
    found = {tensor.read: tensor.shape for tensor in tensors(leaves("model.layers", model.layers)) if tensor.counts}
    assert found["np.array([[model.layers[0][i].joints[j].weight for j in range(1)] for i in range(2)])"] == (2, 1)
    assert found["np.array([[model.layers[1][1:][i].joints[j].weight for j in range(2)] for i in range(1)])"] == (1, 2)
