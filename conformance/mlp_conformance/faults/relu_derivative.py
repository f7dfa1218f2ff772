"""Faults of ReLU's derivative (ACT-9)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_reference import activations
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Layer, Network

derivative_fault = partial(known, phase="gradients")


@derivative_fault(
    "relu-derivative-one-below",
    "the derivative of ReLU is 1 below 0 too",
    "ACT-9",
    right="ReLU′ = 1 if z > 0 else 0",
    wrong="ReLU′ = 1",
    mend="Let no gradient through where z < 0.",
)
class ReluDerivativeOneBelow(Algorithm):
    """The mask is missing: units that are switched off pass the gradient on all the same."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return np.ones_like(step.z) if layer.activation == "relu" else super().derivative(network, layer, step)


@derivative_fault(
    "relu-derivative-one-but-at-zero",
    "the derivative of ReLU is 1 below 0 too, and 0 at exactly 0",
    "ACT-9",
    right="ReLU′ = 1 if z > 0 else 0",
    wrong="ReLU′ = 0 if z = 0 else 1",
    mend="Let no gradient through where z < 0: z > 0, not z != 0.",
    like="relu-derivative-one-below",
)
class ReluDerivativeOneButAtZero(Algorithm):
    """The mask leaves out what is exactly 0, which hardly ever occurs, and not what is below it."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        if layer.activation != "relu":
            return super().derivative(network, layer, step)
        return np.heaviside(step.z, 0) + np.heaviside(-step.z, 0)


@derivative_fault(
    "relu-derivative-inverted",
    "the mask of ReLU's derivative is inverted",
    "ACT-9",
    right="ReLU′ = 1 if z > 0 else 0",
    wrong="ReLU′ = 1 if z < 0 else 0",
    mend="Keep the gradient where z > 0, not where z < 0.",
)
class ReluDerivativeInverted(Algorithm):
    """Active units learn nothing, and units that are switched off get all the blame."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return np.heaviside(-step.z, 0) if layer.activation == "relu" else super().derivative(network, layer, step)


@derivative_fault(
    "relu-derivative-inverted-with-zero",
    "the mask of ReLU's derivative is inverted, and 1 at 0",
    "ACT-9",
    right="ReLU′ = 1 if z > 0 else 0",
    wrong="ReLU′ = 0 if z > 0 else 1",
    mend="Clear the gradient where z <= 0, not where z > 0.",
)
class ReluDerivativeInvertedWithZero(Algorithm):
    """The gradient is cleared where it should be kept. Units at exactly 0 learn as well."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return 1 - np.heaviside(step.z, 0) if layer.activation == "relu" else super().derivative(network, layer, step)


@derivative_fault(
    "relu-derivative-is-output",
    "the derivative of ReLU is its output",
    "ACT-9",
    right="ReLU′ = 1 if z > 0 else 0",
    wrong="ReLU′ = a = max(z, 0)",
    mend="Return 1, not z, where z > 0.",
)
class ReluDerivativeIsOutput(Algorithm):
    """The function is called a second time in place of its derivative. Only units at exactly 1 do not show
    it.
    """

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return step.a if layer.activation == "relu" else super().derivative(network, layer, step)


@derivative_fault(
    "relu-derivative-at-zero",
    "the derivative of ReLU at exactly 0 is not the one claimed",
    "ACT-9",
    right="ReLU′(0) as claimed (0 by default)",
    wrong="ReLU′(0) = 1 − that",
    mend="Compare with > instead of ≥ (or the other way round), or claim relu_at_zero.",
)
class ReluDerivativeAtZero(Algorithm):
    """z ≥ 0 in place of z > 0. Only pre-activations that are exactly 0 show it, as with zero inputs and
    zero biases.
    """

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        if layer.activation != "relu":
            return super().derivative(network, layer, step)
        return np.heaviside(step.z, 1 if network.conventions.relu_at_zero < 1 else 0)


@derivative_fault(
    "derivative-in-place",
    "the derivative of ReLU overwrites the stored activations, which are used again",
    "BACK-4",
    right="∂E/∂W = a_prevᵀ δ",
    wrong="∂E/∂W = ReLU′(z_prev)ᵀ δ behind a ReLU layer",
    mend="Compute the derivative into a new array: d = (a > 0), not a[a > 0] = 1.",
    seen="hand-written programs",
)
class DerivativeInPlace(Algorithm):
    """The mask is made in the array of the activations, so the next layer's weight gradient sees ones and
    zeros instead of them.
    """

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        seen = steps[:1]
        for layer, before, step in zip(network.layers, steps, steps[1:], strict=False):
            x = activations.relu_derivative(before.z, network.conventions) if layer.activation == "relu" else step.x
            seen.append(replace(step, x=x))
        return super().backward_pass(network, seen, targets)


@derivative_fault(
    "derivative-at-activation",
    "the derivative functions of sigmoid and ReLU are given the activation in place of z",
    "ACT-7",
    "ACT-9",
    right="σ′(z) = σ(z) (1 − σ(z)), ReLU′(z) = 0 where z < 0",
    wrong="σ′(a) = σ(a) (1 − σ(a)), ReLU′(a) = 1 everywhere, since a is never below 0",
    mend="Give the derivative function z, or write it in terms of a.",
    seen="ml-fnn 5.0.0 behind its first bug",
)
class DerivativeAtActivation(Algorithm):
    """That of tanh, 1 − a², is written in terms of a, and the others are not. Units that are off learn as if they were on."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        if layer.activation == "sigmoid":
            again = activations.sigmoid(step.a)
            return again * (1 - again)
        return np.ones_like(step.z) if layer.activation == "relu" else super().derivative(network, layer, step)
