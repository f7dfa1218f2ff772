"""As right as the plain reading, or told by it: a delta beside guarded logarithms, and targets in an order of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

import mlp_conformance
from mlp_conformance.claims import Claims
from mlp_reference.mlp import Algorithm, FusedDelta

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
