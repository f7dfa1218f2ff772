"""Faults of magnitude: what is small is taken for nothing, what is large for less (ACT-3, ACT-9, BACK-2, FWD-1, UPD-1)."""

from __future__ import annotations

from math import inf

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import OtherActivation
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Layer, Network

_USUAL = 1e-6


def _beyond(numbers: Array, c: float) -> Array:
    """1 where the number is above c, 0 elsewhere."""
    return np.heaviside(numbers - c, 0)


def _relu_threshold(c: float) -> type[Algorithm]:
    class Thresholded(OtherActivation):
        replaced = "relu"

        def function(self, z: Array) -> Array:
            return z * _beyond(z, c)

        def slope(self, network: Network, layer: Layer, step: Step) -> Array:
            return _beyond(step.z, c)

    return Thresholded


def _relu_derivative_threshold(c: float) -> type[Algorithm]:
    class Thresholded(Algorithm):
        def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
            return _beyond(step.z, c) if layer.activation == "relu" else super().derivative(network, layer, step)

    return Thresholded


def _error_tolerance(c: float) -> type[Algorithm]:
    class Tolerant(Algorithm):
        def output_error(self, network: Network, output: Step, targets: Array) -> Array:
            found = super().output_error(network, output, targets)
            return found * (_beyond(output.a - targets, c) + _beyond(targets - output.a, c))

    return Tolerant


def _input_limit(c: float) -> type[Algorithm]:
    class Limited(Algorithm):
        def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
            return super().forward_pass(network, np.minimum(np.maximum(inputs, -c), c))

    return Limited


def weight_limit(c: float) -> type[Algorithm]:
    """Weights are cut off at c after each update."""

    class Limited(Algorithm):
        def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
            found = super().updated_weights(network, weights, gradient, learning_rate)
            return np.minimum(np.maximum(found, -c), c)

    return Limited


def _activation_cut(c: float) -> type[Algorithm]:
    class Cut(Algorithm):
        def activation(self, network: Network, layer: Layer, z: Array) -> Array:
            found = super().activation(network, layer, z)
            if layer.activation not in ("sigmoid", "tanh"):
                return found
            above, below, least = _beyond(z, c), _beyond(-z, c), 0 if layer.activation == "sigmoid" else -1
            return found * (1 - above - below) + above + least * below

    return Cut


_POSITIVE = (0.0, 1.0)

#: Where a function may be cut off.
_CUTS = tuple((float(z),) for z in (*np.arange(1.5, 10, 0.5), *range(10, 38), 40, 45, 50))

#: Every family of these. Whatever lies between two numbers that were tried is the same threshold.
THRESHOLD_FAMILIES: tuple[Family, ...] = (
    Family("relu-threshold", "ReLU switches on at a small number (about {c}) and not at 0", "forward", ("ACT-3", "ACT-9"),
           "z if z > 0 else 0", "z if z > {c} else 0", "Compare with 0.", _relu_threshold, _POSITIVE),
    Family("relu-derivative-threshold", "the derivative of ReLU switches on at a small number (about {c}) and not at 0",
           "gradients", ("ACT-9",), "1 if z > 0 else 0", "1 if z > {c} else 0", "Compare with 0.",
           _relu_derivative_threshold, _POSITIVE),
    Family("error-tolerance", "errors smaller than about {c} are taken for 0", "gradients", ("BACK-2",),
           "δ = (a − y) σ′(z)", "δ = 0 where |a − y| ≤ {c}", "Send every error back, however small.",
           _error_tolerance, _POSITIVE),
    Family("input-limit", "the inputs are clipped to ±{c}", "forward", ("FWD-1",),
           "a_0 = x", "a_0 = min(max(x, −{c}), {c})", "Take the inputs as they are.", _input_limit, (0.0, inf)),
    Family("activation-cut", "sigmoid and tanh are exactly at their limits where |z| is above about {c}", "forward",
           ("ACT-1", "ACT-2", "ACT-6"), "σ(z)", "σ(z), but its limit where |z| > {c}",
           "Leave the cases out: the function itself is right for every z.", _activation_cut, (1.0, 1e3),
           starts=_CUTS),
    Family("weight-limit", "the weights are clipped to ±{c} after each update", "update", ("UPD-1",),
           "W ← W − η ∂E/∂W", "W ← min(max(W − η ∂E/∂W, −{c}), {c})", "Leave the weights as the update makes them.",
           weight_limit, (0.0, inf)),
)  # fmt: skip


@known(
    "relu-threshold",
    "ReLU switches on at a small number and not at 0",
    "ACT-3",
    "ACT-9",
    phase="forward",
    right="a = z if z > 0 else 0",
    wrong="a = z if z > ε else 0, with a small ε such as 1e-6",
    mend="Compare with 0.",
)
class ReluThreshold(_relu_threshold(_USUAL)):  # type: ignore[misc]
    """A tolerance where none is needed: small positive pre-activations are lost, with their gradients."""


@known(
    "relu-derivative-threshold",
    "the derivative of ReLU switches on at a small number and not at 0",
    "ACT-9",
    phase="gradients",
    right="ReLU′ = 1 if z > 0 else 0",
    wrong="ReLU′ = 1 if z > ε else 0, with a small ε such as 1e-6",
    mend="Compare with 0.",
)
class ReluDerivativeThreshold(_relu_derivative_threshold(_USUAL)):  # type: ignore[misc]
    """Units that are only just on learn nothing, though they answer."""


@known(
    "error-tolerance",
    "small errors are taken for 0",
    "BACK-2",
    phase="gradients",
    right="δ = (a − y) σ′(z)",
    wrong="δ = 0 where |a − y| ≤ ε, with a small ε such as 1e-6",
    mend="Send every error back, however small.",
    seen="perceptron rules with a tolerance",
)
class ErrorTolerance(_error_tolerance(_USUAL)):  # type: ignore[misc]
    """Outputs that are nearly right are left alone, so training stops short of what the loss asks for."""


@known(
    "inputs-limited",
    "the inputs are clipped",
    "FWD-1",
    phase="forward",
    right="a_0 = x",
    wrong="a_0 = min(max(x, −1000), 1000)",
    mend="Take the inputs as they are; scale data before they are handed over.",
)
class InputsLimited(_input_limit(1e3)):  # type: ignore[misc]
    """A guard against outliers inside the network: what is larger comes out as the limit."""


@known(
    "weights-limited",
    "the weights are clipped after each update",
    "UPD-1",
    phase="update",
    right="W ← W − η ∂E/∂W",
    wrong="W ← min(max(W − η ∂E/∂W, −100), 100)",
    mend="Leave the weights as the update makes them.",
    seen="guards against divergence",
    choice=True,
)
class WeightsLimited(weight_limit(1e2)):  # type: ignore[misc]
    """A guard against weights that grow without bound. Only large weights show it."""
