"""What published packages get wrong, written by hand in another style than the catalogue's: the diagnosis names all of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from mlp_conformance import Claims, run
from mlp_conformance.faults import FAULTS, composable, compose, fault
from mlp_conformance.faults.lookup import UnknownFault
from mlp_conformance.results import Report
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Network

pytestmark = pytest.mark.usefixtures("narrow")

IMPLEMENTATIONS = Path(__file__).parents[1] / "implementations"


def tanh_of_exponentials(z: float) -> float:
    up = np.exp(z)
    return float((up - 1 / up) / (up + 1 / up))


SQUASH = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z, a: a * (1 - a)),
    "tanh": (np.tanh, lambda z, a: 1 - a * a),
    "relu": (lambda z: max(z, 0.0), lambda z, a: float(z > 0)),
    "linear": (lambda z: z, lambda z, a: 1.0),
}


class UnitByUnit:
    """A network of units that collect their changes over a batch and make them with its last sample, on the way back."""

    squash: ClassVar = SQUASH
    claims = Claims(name="units", activations=set(SQUASH), losses={"half_squared_error"}, reductions={"sum"})

    def forward(self, network: Network, inputs: Any) -> Any:
        return [self._output(network, row)[0][-1] for row in inputs]

    def _output(self, network: Network, row: Any) -> tuple[list[Any], list[Any]]:
        a, z = [list(row)], []
        with np.errstate(all="ignore"):
            for layer in network.layers:
                sums = [
                    sum(x * w for x, w in zip(a[-1], column, strict=True)) + b
                    for column, b in zip(layer.weights.T, layer.biases, strict=True)
                ]
                z.append(sums)
                a.append([self.squash[layer.activation][0](s) for s in sums])
        return a, z

    def slope(self, name: str, z: float, a: float) -> float:
        return float(self.squash[name][1](z, a))

    def output_delta(self, name: str, z: float, a: float, y: float) -> float:
        return (a - y) * self.slope(name, z, a)

    def train(self, network: Network, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        layers = [(layer.weights.copy(), layer.biases.copy(), layer.activation) for layer in network.layers]
        for _ in range(self.counted(epochs)):
            changes = [(0 * w, 0 * b) for w, b, _ in layers]
            for number, (row, y) in enumerate(zip(inputs, targets, strict=True)):
                now = network.with_parameters([(w, b) for w, b, _ in layers])
                a, z = self._output(now, row)
                self._back(layers, changes, a, z, y, self.rate(learning_rate), number == len(inputs) - 1)
        return [(w, b) for w, b, _ in layers]

    def _back(self, layers: Any, changes: Any, a: Any, z: Any, y: Any, rate: float, last: bool) -> None:
        delta = [self.output_delta(layers[-1][2], *unit) for unit in zip(z[-1], a[-1], y, strict=True)]
        for index in reversed(range(len(layers))):
            w, b, _ = layers[index]
            changes[index][0][...] += np.outer(a[index], delta)
            changes[index][1][...] += delta
            if last:
                w -= rate * changes[index][0]
                b -= rate * changes[index][1]
            if index:
                name = layers[index - 1][2]
                units = zip(w @ np.array(delta), z[index - 1], a[index], strict=True)
                delta = [e * self.slope(name, s, x) for e, s, x in units]

    def counted(self, epochs: int) -> int:
        return epochs

    def rate(self, learning_rate: float) -> float:
        return learning_rate


class WithoutSlope(UnitByUnit):
    """Beside it the output has no derivative, and a learning rate of 0 is taken for missing."""

    def output_delta(self, name: str, z: float, a: float, y: float) -> float:
        return a - y

    def rate(self, learning_rate: float) -> float:
        return learning_rate or 0.3


class CountingDown(UnitByUnit):
    """One sample at a time, and a loop from 1 to the number of epochs, whatever that is."""

    claims = Claims(
        name="down", activations={"sigmoid", "linear"}, losses={"half_squared_error"}, reductions={"sum"}, max_batch=1
    )

    def counted(self, epochs: int) -> int:
        return epochs or 2


class Overflowing(CountingDown):
    """The same with a tanh of exponentials."""

    squash: ClassVar = {**SQUASH, "tanh": (tanh_of_exponentials, SQUASH["tanh"][1])}
    claims = Claims(
        name="overflowing", activations={"sigmoid", "tanh"}, losses={"half_squared_error"}, reductions={"sum"}, max_batch=1
    )


def _named(report: Report) -> list[str]:
    assert all(finding.complete for finding in report.diagnosis), [finding.text for finding in report.diagnosis]
    return [finding.fault for finding in report.diagnosis]


@pytest.mark.parametrize(
    ("implementation", "known"),
    [
        (UnitByUnit, {"updated-at-last-sample"}),
        (WithoutSlope, {"output-derivative-missing", "updated-at-last-sample", "zero-rate=0.3"}),
        (CountingDown, {"hidden-sees-updated-weights", "zero-epochs=2"}),
        (Overflowing, {"hidden-sees-updated-weights", "zero-epochs=2", "tanh-overflow"}),
    ],
)
def test_all_that_is_wrong_is_named(implementation: type[UnitByUnit], known: set[str]) -> None:
    (found,) = _named(run(implementation, examples=20))
    assert set(found.split("+")) == known


def test_each_cause_says_what_it_explains() -> None:
    (finding,) = run(Overflowing, examples=20).diagnosis
    assert "Beside it, tanh is NaN for large z: this explains the" in finding.text
    assert "that are not finite" in finding.text
    assert "And asked for no epochs, it trains 2: this explains the" in finding.text


class TwoLosses:
    """A mean of squares that is divided by the batch twice, a ReLU that leaks by a thousandth, a softmax without a shift."""

    claims = Claims(
        name="two losses",
        activations={"relu", "linear"},
        output_activations={"relu", "linear", "softmax"},
        losses={"squared_error", "cross_entropy"},
        reductions={"mean_samples"},
    )

    def forward(self, network: Network, inputs: Any) -> Any:
        a = inputs
        with np.errstate(all="ignore"):
            for layer in network.layers:
                z = a @ layer.weights + layer.biases
                match layer.activation:
                    case "relu":
                        a = np.where(z > 0, z, z / 1000)
                    case "softmax":
                        a = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
                    case _:
                        a = z
        return a

    def loss(self, network: Network, inputs: Any, targets: Any) -> Any:
        a = self.forward(network, inputs)
        if network.loss == "squared_error":
            return ((a - targets) ** 2).sum() / len(inputs) ** 2
        with np.errstate(all="ignore"):
            return (
                -(np.log(a[targets == 1])).mean() if np.isin(targets, (0, 1)).all() else -(targets * np.log(a)).sum() / len(a)
            )


def test_a_fault_with_some_losses_alone_is_named_beside_another() -> None:
    report = run(TwoLosses, examples=20)
    names = {name for id in _named(report) for name in id.split("+")}
    assert {"leak=0.001", "softmax-unshifted"} <= names
    assert any(name.startswith("loss-over-batch=1/squared") or name == "mean-divided-twice/squared-errors" for name in names)


def test_a_restricted_fault_leaves_the_other_losses_right() -> None:
    twice = fault("mean-divided-twice/squared-errors")
    assert twice.title.endswith("with squared errors alone")
    assert issubclass(compose(twice, FAULTS["leaky-relu"]), Algorithm)
    assert composable(twice, FAULTS["leaky-relu"])
    assert composable(twice, FAULTS["output-derivative-missing"])
    with pytest.raises(UnknownFault):
        fault("mean-divided-twice/squares")


def test_a_constant_of_one_is_not_written() -> None:
    assert fault("gradient-times-batch=1").title == "the gradients are m times what they should be (m samples)"
    assert fault("loss-over-batch=0.5").wrong == "0.5/m E"


def test_what_only_other_claims_could_tell_apart_is_named_by_its_plainer_form() -> None:
    for known in FAULTS.values():
        assert not known.like or known.like in FAULTS


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_harnesses_in_javascript_round_what_they_are_sent_to_float32() -> None:
    program = (
        f"const {{ answered }} = require({json.dumps(str(IMPLEMENTATIONS / 'javascript' / 'conversation.js'))});"
        "const operations = { loss: (request) => ({ loss: request.inputs[0][0] }) };"
        "const line = JSON.stringify({ cmd: 'run', seq: 1, operation: 'loss', inputs: [[0.1]] });"
        "const say = async (dtype) => console.log(JSON.parse(await answered({ dtype }, operations, line)).result.loss);"
        "say('float32').then(() => say('float64'));"
    )
    told = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True).stdout.split()
    assert [float(number) for number in told] == [float(np.float32(0.1)), 0.1]
