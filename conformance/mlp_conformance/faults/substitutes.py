"""Faults of activations that are another function of the same family, with its own derivative (ACT-2, ACT-3, ACT-5)."""

from __future__ import annotations

from functools import partial
from math import pi, sqrt

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import OtherActivation
from mlp_reference import activations
from mlp_reference.mlp import Step
from mlp_reference.network import Array, Layer, Network

activation_fault = partial(known, phase="forward")


@activation_fault(
    "silu-for-relu",
    "ReLU is replaced by SiLU (swish)",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = z σ(z), σ′ = σ(z) (1 + z (1 − σ(z)))",
    mend="Use plain ReLU.",
    seen="library options",
)
class SiluForRelu(OtherActivation):
    """A smooth relative under the plain name. Forward and backward pass agree with each other."""

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return z * activations.sigmoid(z)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        s = activations.sigmoid(step.z)
        return s * (1 + step.z * (1 - s))


@activation_fault(
    "gelu-for-relu",
    "ReLU is replaced by GELU in its tanh form",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = ½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))",
    mend="Use plain ReLU.",
    seen="library options",
)
class GeluForRelu(OtherActivation):
    """A smooth relative under the plain name. Forward and backward pass agree with each other."""

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return z * (1 + activations.tanh(self._inner(z))) / 2

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        z, t = step.z, activations.tanh(self._inner(step.z))
        inner = sqrt(2 / pi) * (1 + 3 * 0.044715 * (z * z))
        return (1 + t) / 2 + z * (1 - t * t) * inner / 2

    def _inner(self, z: Array) -> Array:
        return sqrt(2 / pi) * (z + 0.044715 * (z * z * z))


@activation_fault(
    "softsign-for-tanh",
    "tanh is replaced by softsign",
    "ACT-2",
    right="a = tanh(z)",
    wrong="a = z / (1 + |z|), σ′ = 1 / (1 + |z|)²",
    mend="Compute tanh.",
    seen="library options",
)
class SoftsignForTanh(OtherActivation):
    """Both are S-shaped between −1 and 1. Forward and backward pass agree with each other."""

    replaced = "tanh"

    def function(self, z: Array) -> Array:
        return z / (1 + np.absolute(z))

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        below = 1 + np.absolute(step.z)
        return 1 / (below * below)


@activation_fault(
    "softmax-without-exponential",
    "softmax divides the pre-activations by their sum, without the exponential",
    "ACT-5",
    right="a_j = exp(z_j) / Σ_k exp(z_k)",
    wrong="a_j = z_j / Σ_k z_k",
    mend="Take the exponentials first.",
)
class SoftmaxWithoutExponential(OtherActivation):
    """Rows sum to 1, and that is all that is left of a softmax."""

    replaced = "softmax"

    def function(self, z: Array) -> Array:
        return z / np.sum(z, axis=1, keepdims=True)


@activation_fault(
    "relu-for-linear",
    "linear layers are cut off below 0",
    "ACT-4",
    right="a = z",
    wrong="a = max(z, 0), σ′ = 0 below 0",
    mend="Leave a linear layer's pre-activations as they are.",
    seen="brain.js 1.6.1 with leaky-relu of slope 1, in the forward pass",
)
class ReluForLinear(OtherActivation):
    """A ReLU stands where none was asked for, and no output is negative. Layers whose pre-activations are all positive do
    not show it.
    """

    replaced = "linear"

    def function(self, z: Array) -> Array:
        return activations.relu(z)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return np.heaviside(step.z, 0)
