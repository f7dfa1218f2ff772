"""Faults of the sigmoid as a function (ACT-1)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import (
    OtherActivation,
)
from mlp_reference import activations
from mlp_reference.mlp import Step
from mlp_reference.network import Array, Layer, Network

activation_fault = partial(known, phase="forward")


@activation_fault(
    "steep-sigmoid",
    "the sigmoid is twice as steep",
    "ACT-1",
    right="a = σ(z)",
    wrong="a = σ(2z), σ′ = 2 a (1 − a)",
    mend="Set the steepness so that the exponent is z itself (in FANN 0.5), or halve z in the adapter.",
    seen="FANN convention: σ(2sz)",
)
class SteepSigmoid(OtherActivation):
    """The library's sigmoid has a steepness, and its default is not the plain function. The derivative
    goes with it.
    """

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        return activations.sigmoid(2 * z)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return 2 * step.a * (1 - step.a)


@activation_fault(
    "sigmoid-sign",
    "the sigmoid's exponent has the wrong sign",
    "ACT-1",
    right="a = 1 / (1 + exp(−z))",
    wrong="a = 1 / (1 + exp(z))",
    mend="Negate the exponent.",
)
class SigmoidSign(OtherActivation):
    """σ(−z) falls where σ(z) rises. The derivative a (1 − a) has the same value for both, so it has the
    wrong sign here.
    """

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        return activations.sigmoid(-z)


@activation_fault(
    "sigmoid-without-parentheses",
    "the sigmoid's denominator lacks its parentheses",
    "ACT-1",
    right="a = 1 / (1 + exp(−z))",
    wrong="a = 1 / 1 + exp(−z)",
    mend="Put the denominator in parentheses: 1 / (1 + np.exp(-z)).",
    seen="programs of beginners",
)
class SigmoidWithoutParentheses(OtherActivation):
    """What is computed is 1 + exp(−z), which is never below 1. The derivative a (1 − a) is left as it is."""

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        return 1 + np.exp(-z)


@activation_fault(
    "sigmoid-clipped",
    "the sigmoid's output is clipped to a range",
    "ACT-1",
    "ACT-6",
    right="a = σ(z)",
    wrong="a = min(max(σ(z), 0.01), 0.99)",
    mend="Do not clip the activation.",
    seen="FANN clips the outputs from which it takes σ′ to [0.01, 0.99]",
)
class SigmoidClipped(OtherActivation):
    """Clipping keeps derivatives away from 0. Only units beyond |z| = 4.6 show it."""

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        return np.minimum(np.maximum(activations.sigmoid(z), 0.01), 0.99)


@activation_fault(
    "sigmoid-cut",
    "the sigmoid is exactly 0 below −15 and exactly 1 above 15",
    "ACT-1",
    "ACT-6",
    right="a = σ(z)",
    wrong="a = 0 if z < −15, 1 if z > 15, else σ(z)",
    mend="Leave the cases out: exp does not overflow before |z| reaches some 700, and 1 / (1 + exp(−z)) is right even then.",
    seen="nnet 7.3 (R)",
)
class SigmoidCut(OtherActivation):
    """Once a guard against overflow, 3e-7 off at the edges: as much as if it were computed in float32, but
    only there.
    """

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        inside = np.heaviside(z + 15, 1) * np.heaviside(15 - z, 1)
        return inside * activations.sigmoid(z) + np.heaviside(z - 15, 0)


@activation_fault(
    "hard-sigmoid",
    "a piecewise linear function stands in for the sigmoid",
    "ACT-1",
    right="a = σ(z)",
    wrong="a = min(max(0.2 z + 0.5, 0), 1), σ′ = 0.2 inside",
    mend="Compute the sigmoid itself.",
    seen="hard_sigmoid of several libraries",
)
class HardSigmoid(OtherActivation):
    """Cheap to compute and up to 0.08 off. It saturates completely, so its gradient vanishes beyond |z| =
    2.5.
    """

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        return np.minimum(np.maximum(0.2 * z + 0.5, 0), 1)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return 0.2 * np.heaviside(step.z + 2.5, 0) * np.heaviside(2.5 - step.z, 0)


@activation_fault(
    "sigmoid-rational",
    "a rational function stands in for the sigmoid",
    "ACT-1",
    right="a = σ(z)",
    wrong="a = ½ + ½ z / (1 + |z|)",
    mend="Compute the sigmoid itself.",
    seen="'fast sigmoid' of hand-written programs",
)
class SigmoidRational(OtherActivation):
    """The 'fast sigmoid' has the same limits and the same value at 0, and another shape. σ′ = a (1 − a)
    does not hold for it, though it is used.
    """

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        return z / (1 + np.absolute(z)) / 2 + 0.5


@activation_fault(
    "sigmoid-by-limit",
    "the exponential is approximated by a power",
    "ACT-1",
    right="exp(−z)",
    wrong="(1 − z/1024)¹⁰²⁴",
    mend="Use the exponential function of the language's library.",
    seen="'fast exp' of hand-written programs",
)
class SigmoidByLimit(OtherActivation):
    """Ten squarings instead of an exponential: close near 0, and off by z²/2048 relative elsewhere."""

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        power = 1 - z / 1024
        for _ in range(10):
            power = power * power
        return 1 / (1 + power)


@activation_fault(
    "tanh-for-sigmoid",
    "tanh is computed where a sigmoid was asked for",
    "ACT-1",
    right="a = σ(z)",
    wrong="a = tanh(z)",
    mend="Compute 1 / (1 + exp(−z)).",
)
class TanhForSigmoid(OtherActivation):
    """Both are S-shaped and often called sigmoid. Outputs between −1 and 1 give it away."""

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        return activations.tanh(z)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return activations.tanh_derivative(step.z, step.a)
