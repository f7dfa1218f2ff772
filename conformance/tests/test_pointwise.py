"""Which function an unknown fault has in the place of the right one: asked for, and told only where it is one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fault_cases import CASES
from test_diagnosis import answered

from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.checks import Settings
from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.evidence import Evidence, sort
from mlp_conformance.diagnosis.formulas import OF_AN_ERROR, OF_Z, OF_Z_AND_A, digits, formula, number
from mlp_conformance.diagnosis.implied import implications
from mlp_conformance.diagnosis.investigation import Investigation
from mlp_conformance.diagnosis.pointwise import pointwise
from mlp_conformance.diagnosis.relations import Wrong, relation
from mlp_conformance.diagnosis.symptoms import data_flow
from mlp_conformance.subject import OPERATIONS, Call, Subject
from mlp_reference.formats import FLOAT64
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Layer, Network


class Offered:
    """Some operations of an algorithm, some claims."""

    def __init__(self, algorithm: Algorithm, operations: tuple[str, ...], **claimed: Any) -> None:
        self.claims = replace(ReferenceAdapter().claims, options=frozenset(), **claimed)
        for operation in operations:
            setattr(self, operation, getattr(algorithm, operation))


def _told(algorithm: Algorithm, operations: tuple[str, ...] = OPERATIONS, **claimed: Any) -> str:
    calls = [answered(algorithm, operation, case) for operation in operations for case in CASES.values()]
    subject = Subject(lambda: Offered(algorithm, operations, **claimed), "offered")
    return " ".join(pointwise(Investigation(subject, [], Evidence(calls), Settings())))


class SineForTanh(Algorithm):
    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        return np.sin(z) if layer.activation == "tanh" else super().activation(network, layer, z)


class DentedSigmoid(Algorithm):
    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        a = super().activation(network, layer, z)
        return np.where(np.abs(z) < 0.5, a, a * 0.875) if layer.activation == "sigmoid" else a


class CubeForSquare(Algorithm):
    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return 1 - step.a**3 if layer.activation == "tanh" else super().derivative(network, layer, step)


class CubicError(Algorithm):
    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss != "squared_error":
            return super().output_loss(network, output, targets)
        return self.reduce(network, np.abs(output.a - targets) ** 3 / 3, targets)

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        right = super().output_error(network, output, targets)
        return right * np.abs(output.a - targets) / 2 if network.loss == "squared_error" else right


@pytest.mark.parametrize(
    ("algorithm", "says"),
    [
        (SineForTanh(), ["As if tanh(z) were sin z: "]),
        (DentedSigmoid(), ["As if sigmoid(z) were another function: ", "at z = 1.5, where 0.817574 is right."]),
        (
            CubeForSquare(),
            ["As if the derivative of tanh were 1 − a³: ", "at z = −1.75, a = −0.941376, where 0.113812 is right."],
        ),
        (
            CubicError(),
            ["As if the squared error of an error e = a − y were 1/3 |e|³: 1.78646 at e = −1.75, where 3.0625 is right."],
        ),
        (CubicError(), ["As if the derivative of the squared error by an error e = a − y were e |e|: "]),
    ],
)
def test_a_function_that_is_another_is_told(algorithm: Algorithm, says: list[str]) -> None:
    told = _told(algorithm)
    assert all(part in told for part in says), told


@pytest.mark.parametrize(
    ("operations", "claimed"),
    [
        (("forward", "loss", "train"), {}),
        (("gradients",), {}),
        (("gradients",), {"dtype": "float32"}),
        (("gradients",), {"biases": False, "hidden_biases": False}),
        (("gradients",), {"sizes": (3, 2, 2)}),
        (("forward", "train"), {"learning_rate": 0.5}),
    ],
)
def test_whatever_shows_it(operations: tuple[str, ...], claimed: dict[str, Any]) -> None:
    told = _told(CubeForSquare(), operations, **claimed)
    assert "As if the derivative of tanh were 1 − a³: " in told
    assert told.count("As if") == 1


class LargestErrorAlone(Algorithm):
    """What a unit's error is then depends on the other outputs."""

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        largest = np.abs(next_delta) == np.max(np.abs(next_delta), axis=1, keepdims=True)
        return super().back_propagated(network, next_layer, next_delta * largest)


class SlopeByTheNextSample(Algorithm):
    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return np.roll(super().derivative(network, layer, step), 1, axis=0)


@pytest.mark.parametrize("algorithm", [Algorithm(), LargestErrorAlone(), SlopeByTheNextSample()])
def test_what_is_no_function_of_the_argument_is_not_told(algorithm: Algorithm) -> None:
    assert _told(algorithm) == ""


class WithoutBiasSteps(Algorithm):
    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        return [(weights, np.zeros_like(biases)) for weights, biases in super().gradients(network, inputs, targets)]


class WithoutBiasStepsOfCubes(WithoutBiasSteps, CubeForSquare):
    pass


@pytest.mark.parametrize("operations", [("gradients",), ("forward", "train")])
def test_biases_that_are_never_updated_are_no_derivatives_of_0(operations: tuple[str, ...]) -> None:
    assert "As if" not in _told(WithoutBiasSteps(), operations)
    assert "As if the derivative of tanh were 1 − a³: " in _told(WithoutBiasStepsOfCubes(), operations)


def test_nothing_is_told_where_nothing_can_be_asked() -> None:
    assert _told(CubicError(), ("loss",), one_hot=True, losses=frozenset({"cross_entropy"})) == ""


def test_formulas() -> None:
    z = (-1.75, -0.6, -0.2, 0.3, 0.8, 1.5)

    def found(values: Any, among: Any = OF_Z) -> str:
        return formula(dict(zip([(x,) for x in z], values, strict=True)), among, 1e-9)

    assert found(np.sin(z)) == "sin z"
    assert found(1.7159 * np.tanh(z)) == "1.7159 tanh z"
    assert found(0.5 - 2 * np.square(z)) == "1/2 − 2 z²"
    assert found(-np.abs(z), OF_AN_ERROR) == "−|e|"
    assert found(np.full(6, 0.25), OF_AN_ERROR) == "1/4"
    assert found([0.1, 0.7, 0.3, 0.2, 0.9, 0.4]) == ""
    assert formula({(0.5, np.tanh(0.5)): 0.3, (1.0, np.tanh(1.0)): 0.4}, OF_Z_AND_A, 1e-9) == ""
    assert (number(-0.5), number(0.1234567), digits(-0.5)) == ("−1/2", "0.123457", "−0.5")
    assert (digits(0.25, 0.2500001), digits(-0.2500001, -0.25)) == ("0.25", "−0.2500001")


# ---- and what numbers imply without being asked for


class EverySecondLayerMoves(Algorithm):
    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        moved = super().update(network, gradients, learning_rate).parameters
        pairs = zip(moved, network.parameters, strict=True)
        return network.with_parameters([pair if index % 2 == 0 else start for index, (pair, start) in enumerate(pairs)])


def test_layers_that_do_not_move_are_told() -> None:
    comparison = Comparison(FLOAT64)
    calls = [answered(EverySecondLayerMoves(), "train", CASES[name]) for name in ("square", "deep", "binary")]
    told = " ".join(implications(sort(Evidence(calls), comparison), comparison))
    assert told == "Layers that training leaves as they were: 2 of 2; 2 of 3."


class SecondOutputTwice(Algorithm):
    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(network, output, targets) * np.array([1.0, 2.0, 1.0])[: targets.shape[1]]


class EveryOtherSample(Algorithm):
    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        return super().gradients(network, inputs[::2], targets[::2])


@pytest.mark.parametrize(
    ("algorithm", "says"),
    [
        (SecondOutputTwice(), "over outputs that do not count alike: their weights are 1, 2"),
        (EveryOtherSample(), "over samples that do not count alike: their weights are 1, 0, 1; 1.5, 0, 1.5"),
    ],
)
def test_what_does_not_count_alike_is_told(algorithm: Algorithm, says: str) -> None:
    comparison = Comparison(FLOAT64)
    cases = [case for case in CASES.values() if len(case.inputs) in (1, 3)]
    found = sort(Evidence([answered(algorithm, "gradients", case) for case in cases]), comparison)
    told = " ".join(implications(found, comparison))
    assert says in told, told


class OneStepForAllBiases(Algorithm):
    def updated_biases(self, network: Network, biases: Array, gradient: Array, learning_rate: Array) -> Array:
        return super().updated_biases(network, biases, np.full_like(gradient, np.mean(gradient)), learning_rate)


def test_what_an_epoch_makes_wrong_is_not_told_of_what_the_next_carries_on() -> None:
    comparison = Comparison(FLOAT64)
    case = CASES["square"]
    calls = [
        answered(OneStepForAllBiases(), "train", replace(case, epochs=n, inputs=case.inputs * (1 + k)))
        for n in (1, 3)
        for k in (0, 1)
    ]
    assert data_flow(sort(Evidence(calls), comparison), comparison) == "W1 ✓ → b1 ✗ → W2 ✓ → b2 ✗ → W3 ✓ → b3 ✗"


def test_a_constant_that_is_added_is_told() -> None:
    def off(call: Call, by: float) -> Wrong:
        (_, got, expected), *_ = Comparison(FLOAT64).right(call) or []
        return Wrong(call, 0, got + by, expected)

    calls = [answered(Algorithm(), "forward", CASES[name]) for name in ("square", "deep", "binary")]
    assert relation([off(call, 1e-6) for call in calls], plural=False) == "is too large by 1e-06 everywhere"
    assert relation([off(call, -0.25) for call in calls], plural=True) == "are too small by 0.25 everywhere"
    assert "everywhere" not in relation([off(call, 0.1 * n) for n, call in enumerate(calls, 1)], plural=False)


class LastUnitForgotten(Algorithm):
    """Of hidden layers no error reaches the last unit."""

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        found = super().back_propagated(network, next_layer, next_delta)
        return np.concatenate([found[:, :-1], 0 * found[:, -1:]], axis=1)


def test_a_unit_that_is_left_out_is_no_other_derivative() -> None:
    """It seems so in layers of one unit alone."""
    assert not _told(LastUnitForgotten())
    assert not _told(LastUnitForgotten(), activations={"tanh"}, output_activations={"linear"}, losses={"half_squared_error"})
