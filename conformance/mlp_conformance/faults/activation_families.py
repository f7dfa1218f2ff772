"""Families about activations: too steep, leaking, or with a derivative that is not theirs by a constant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.variants import OtherActivation, is_output, shifted_exponentials
from mlp_reference import activations
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Layer, Network


def _steepness_forward(c: float) -> type[Algorithm]:
    class SteepForward(Algorithm):
        def activation(self, network: Network, layer: Layer, z: Array) -> Array:
            return super().activation(network, layer, c * z if layer.activation in ("sigmoid", "tanh") else z)

    return SteepForward


def _leak_forward(c: float) -> type[Algorithm]:
    class LeakingForward(Algorithm):
        def activation(self, network: Network, layer: Layer, z: Array) -> Array:
            if layer.activation != "relu":
                return super().activation(network, layer, z)
            return np.maximum(z, 0) + c * np.minimum(z, 0)

    return LeakingForward


def _leak_back(c: float) -> type[Algorithm]:
    class LeakingBack(Algorithm):
        def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
            found = super().derivative(network, layer, step)
            return found + c * (1 - found) if layer.activation == "relu" else found

    return LeakingBack


def _temperature(c: float) -> type[Algorithm]:
    class Tempered(OtherActivation):
        replaced = "softmax"

        def function(self, z: Array) -> Array:
            return activations.softmax(c * z)

    return Tempered


def _derivative_floor(c: float) -> type[Algorithm]:
    class Floored(Algorithm):
        def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
            found = super().derivative(network, layer, step)
            return np.maximum(found, c) if layer.activation in ("sigmoid", "tanh") else found

    return Floored


def _derivative_top(c: float) -> type[Algorithm]:
    class OtherTop(Algorithm):
        def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
            if layer.activation == "sigmoid":
                return step.a * (c - step.a)
            return c - step.a * step.a if layer.activation == "tanh" else super().derivative(network, layer, step)

    return OtherTop


def _hidden_scale_forward(c: float) -> type[Algorithm]:
    class ScaledForward(Algorithm):
        def activation(self, network: Network, layer: Layer, z: Array) -> Array:
            found = super().activation(network, layer, z)
            return found if is_output(network, layer) else c * found

        def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
            return super().derivative(network, layer, replace(step, a=super().activation(network, layer, step.z)))

    return ScaledForward


def _softmax_epsilon(c: float) -> type[Algorithm]:
    class Guarded(OtherActivation):
        replaced = "softmax"

        def function(self, z: Array) -> Array:
            e = shifted_exponentials(z)
            return e / (np.sum(e, axis=1, keepdims=True) + c)

    return Guarded


#: A floor near 1 is none: nothing is left of the derivative of sigmoid or tanh then, and that is another mistake.
_FLOORS = (0.0, 0.9)

#: Every family of activations.
ACTIVATION_FAMILIES: tuple[Family, ...] = (
    Family("steepness-forward", "sigmoid and tanh are taken of {c} z, and their derivatives know nothing of it", "forward",
           ("ACT-1", "ACT-2"), "σ(z)", "σ({c} z), σ′ = a (1 − a)", "Leave the factor out.", _steepness_forward),
    Family("leak-forward", "ReLU leaks with a slope of {c} below 0, and its derivative does not", "forward", ("ACT-3",),
           "max(z, 0)", "z if z > 0 else {c} z, ReLU′ = 0 below 0", "Use plain ReLU.", _leak_forward),
    Family("leak-back", "the derivative of ReLU is {c} below 0", "gradients", ("ACT-9",),
           "ReLU′ = 0 where z < 0", "ReLU′ = {c} where z < 0", "Let no gradient through where z < 0.", _leak_back),
    Family("softmax-temperature", "softmax is taken of {c} z", "forward", ("ACT-5",),
           "softmax(z)", "softmax({c} z)", "Leave the factor out; the base of the exponential is e.", _temperature),
    Family("softmax-epsilon", "{c} is added to the sum that softmax divides by", "forward", ("ACT-5",),
           "e / Σ e, e = exp(z − max z)", "e / (Σ e + {c})", "Leave the constant out: the sum is at least 1.",
           _softmax_epsilon, (0.0, 1.0)),
    Family("hidden-scale-forward", "the hidden activations are multiplied by {c}, and the backward pass knows nothing of it",
           "forward", ("FWD-3",), "a = σ(z)", "a = {c} σ(z), δ with σ′(z)",
           "Leave the factor out: without dropout nothing is rescaled.", _hidden_scale_forward),
    Family("derivative-floor", "the derivative of the activation is never less than {c}", "gradients", ("ACT-7", "ACT-8"),
           "σ′(z)", "max(σ′(z), {c})", "Leave the limit out: it bends the gradient.", _derivative_floor, _FLOORS),
    Family("derivative-top", "the derivative of the activation has {c} in place of 1", "gradients", ("ACT-7", "ACT-8"),
           "a (1 − a), 1 − a²", "a ({c} − a), {c} − a²", "The constant is 1.", _derivative_top),
)  # fmt: skip
