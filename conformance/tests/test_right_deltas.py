"""As right as the plain reading, or told by it: a delta beside guarded logarithms, and targets in an order of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import mlp_conformance
from mlp_conformance.claims import Claims
from mlp_reference.mlp import Algorithm, FusedDelta, GuardedQuotient, GuardedQuotients, SlopeAtClipped, right_deltas
from mlp_reference.network import Network

pytestmark = pytest.mark.usefixtures("narrow")

BINARY = Claims(
    activations={"sigmoid"},
    output_activations={"sigmoid"},
    losses={"binary_cross_entropy"},
    reductions={"mean_samples"},
    log_epsilon=1e-9,
)
SQUARED = Claims(
    activations={"tanh"}, output_activations={"linear"}, losses={"half_squared_error"}, reductions={"mean_samples"}
)


class Judged:
    """An algorithm behind the adapter's interface."""

    algorithm: Algorithm

    def loss(self, network: Any, inputs: Any, targets: Any) -> Any:
        return self.algorithm.loss(network, inputs, targets)

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        return self.algorithm.gradients(network, inputs, targets)


class DerivativeTwice(FusedDelta):
    """a - y beside a constant in the logarithms, and multiplied by the derivative once more."""

    def output_error(self, network: Any, output: Any, targets: Any) -> Any:
        return super().output_error(network, output, targets) * output.a * (1 - output.a)


def test_a_fault_is_named_on_the_fused_delta_beside_guarded_logarithms() -> None:
    made = type("Guarded", (Judged,), {"claims": BINARY, "algorithm": DerivativeTwice()})
    report = mlp_conformance.run(made(), examples=10)
    assert not report.conforms
    assert [(found.fault, found.complete) for found in report.diagnosis] == [("fused-delta-times-derivative", True)]


def test_the_fused_delta_itself_conforms() -> None:
    made = type("Fused", (Judged,), {"claims": BINARY, "algorithm": FusedDelta()})
    assert mlp_conformance.run(made(), examples=10).conforms


CLIPPED = Claims(
    activations={"sigmoid"},
    output_activations={"sigmoid"},
    losses={"binary_cross_entropy"},
    reductions={"mean_samples"},
    probability_clip=1e-7,
)
GUARDED_CLASSES = replace(
    CLIPPED,
    output_activations=frozenset({"softmax"}),
    losses=frozenset({"cross_entropy"}),
    probability_clip=0,
    log_epsilon=1e-7,
)
OF_CLASSES = replace(CLIPPED, output_activations=frozenset({"softmax"}), losses=frozenset({"cross_entropy"}))


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize(
    ("claims", "reading"),
    [
        (CLIPPED, SlopeAtClipped),
        (OF_CLASSES, SlopeAtClipped),
        (OF_CLASSES, GuardedQuotients),
        (GUARDED_CLASSES, GuardedQuotients),
    ],
)
def test_a_derivative_at_the_clipped_probability_conforms(claims: Claims, reading: type[Algorithm]) -> None:
    """Where it is claimed; a network whose probabilities are guarded by another constant does not."""
    made = type("Clipped", (Judged,), {"claims": claims, "algorithm": reading()})
    assert mlp_conformance.run(made(), examples=10).conforms
    clip, epsilon = (100 * constant for constant in (claims.probability_clip, claims.log_epsilon))
    other = replace(claims, probability_clip=clip, log_epsilon=epsilon)
    wrong = type("Elsewhere", (Judged,), {"claims": other, "algorithm": AsClaimed(claims, reading)})
    assert not mlp_conformance.run(wrong(), examples=10).conforms


class AsClaimed(Algorithm):
    """The numbers of a reading of the gradients under other conventions than those of the network."""

    def __init__(self, claims: Claims, reading: type[Algorithm]) -> None:
        self.conventions, self.other = claims.conventions, reading()

    def output_error(self, network: Any, output: Any, targets: Any) -> Any:
        return self.other.output_error(replace(network, conventions=self.conventions), output, targets)


def test_without_constants_there_is_one_delta() -> None:
    network = Network((), "cross_entropy")
    assert right_deltas(network) == ()


PLAIN = Claims(
    activations={"sigmoid"}, output_activations={"sigmoid"}, losses={"binary_cross_entropy"}, reductions={"mean_samples"}
)


class BackwardsTwice(GuardedQuotient):
    """The same guard, and hidden deltas with the derivative twice."""

    def hidden_delta(self, network: Any, index: Any, steps: Any, next_delta: Any) -> Any:
        return super().hidden_delta(network, index, steps, next_delta) * self.derivative(
            network, network.layers[index], steps[index]
        )


def test_a_quotient_whose_divisor_is_kept_from_0_is_advised_against() -> None:
    """As PyTorch's BCELoss has it: right, but where a probability is below 1e-12."""
    made = type("Guarded", (Judged,), {"claims": PLAIN, "algorithm": GuardedQuotient()})
    report = mlp_conformance.run(made(), examples=4)
    assert report.conforms, report.text()
    advised = {result.check: result.message for result in report.results if result.verdict == "advice"}
    assert set(advised) >= {"magnitude/activations", "magnitude/unlikely"}
    assert "divided by max(a (1 − a), 1e-12)" in advised["magnitude/unlikely"]


@pytest.mark.usefixtures("undiagnosed")
def test_a_larger_guard_of_the_quotient_is_no_advice() -> None:
    class Larger(Algorithm):
        def output_error(self, network: Any, output: Any, targets: Any) -> Any:
            return (output.a - targets) / np.maximum(output.a * (1 - output.a), 1e-10) * output.a * (1 - output.a)

    made = type("Guarded", (Judged,), {"claims": PLAIN, "algorithm": Larger()})
    assert not mlp_conformance.run(made(), select="magnitude/*").conforms


def test_a_fault_is_named_beside_the_guard() -> None:
    made = type("Guarded", (Judged,), {"claims": PLAIN, "algorithm": BackwardsTwice()})
    report = mlp_conformance.run(made(), examples=10)
    assert [(found.fault, found.complete) for found in report.diagnosis] == [("hidden-derivative-twice", True)], report.text()


class Shuffled(Judged):
    """Inputs and targets are shuffled each by itself."""

    claims = SQUARED
    algorithm = Algorithm()

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        order = np.random.default_rng(len(inputs)).permutation(len(inputs))
        return self.algorithm.gradients(network, inputs, targets[order])


def test_targets_in_an_order_of_their_own_are_named() -> None:
    report = mlp_conformance.run(Shuffled(), examples=20)
    (found,) = report.diagnosis
    assert found.fault == "targets-misaligned"
    assert "for some order of the targets" in found.text


class HalfWrong(Shuffled):
    """Nothing of the kind: one sample's targets are halved."""

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        changed = targets.copy()
        changed[0] /= 2
        return self.algorithm.gradients(network, inputs, changed)


def test_they_are_not_where_no_order_makes_the_answers_right() -> None:
    report = mlp_conformance.run(HalfWrong(), examples=20)
    assert "targets-misaligned" not in [found.fault for found in report.diagnosis]
