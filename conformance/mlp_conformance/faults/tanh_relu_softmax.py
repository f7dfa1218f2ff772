"""Faults of tanh, ReLU and softmax as functions (ACT-2, ACT-3, ACT-5)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import OtherActivation, shifted_exponentials
from mlp_reference import activations
from mlp_reference.mlp import Step
from mlp_reference.network import Array, Layer, Network

activation_fault = partial(known, phase="forward")


@activation_fault(
    "sigmoid-for-tanh",
    "a sigmoid is computed where tanh was asked for",
    "ACT-2",
    right="a = tanh(z)",
    wrong="a = σ(z)",
    mend="Compute tanh.",
)
class SigmoidForTanh(OtherActivation):
    """Both are S-shaped. Outputs that are never negative give it away."""

    replaced = "tanh"

    def function(self, z: Array) -> Array:
        return activations.sigmoid(z)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return activations.sigmoid_derivative(step.z, step.a)


@activation_fault(
    "tanh-of-half",
    "tanh is computed of half its argument",
    "ACT-2",
    right="a = (exp(2z) − 1) / (exp(2z) + 1)",
    wrong="a = (exp(z) − 1) / (exp(z) + 1)",
    mend="Put the 2 back into the exponent, or use the library's tanh.",
)
class TanhOfHalf(OtherActivation):
    """The factor 2 is lost from the exponents of the formula, which makes it tanh(z/2). The derivative 1 −
    a² then is twice too large as well.
    """

    replaced = "tanh"

    def function(self, z: Array) -> Array:
        return activations.tanh(z / 2)


@activation_fault(
    "tanh-scaled",
    "tanh is stretched to 1.7159 tanh(⅔ z)",
    "ACT-2",
    right="a = tanh(z)",
    wrong="a = 1.7159 tanh(⅔ z), with its own derivative",
    mend="Compute tanh itself.",
    seen="the scaling recommended in LeCun's 'Efficient BackProp'",
)
class TanhScaled(OtherActivation):
    """A recommended variant is used under the plain name. Forward and backward pass agree with each other."""

    replaced = "tanh"

    def function(self, z: Array) -> Array:
        return 1.7159 * activations.tanh(2 * z / 3)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        inner = step.a / 1.7159
        return (1.7159 * 2 / 3) * (1 - inner * inner)


@activation_fault(
    "relu-inverted",
    "leaky ReLU with its branches swapped",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = 0.01 z if z > 0 else z",
    mend="Swap the branches, and use no leak where plain ReLU is asked for.",
    seen="brain.js 1.6.1",
)
class ReluInverted(OtherActivation):
    """Positive pre-activations are nearly extinguished and negative ones pass. The derivative is swapped
    alike.
    """

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return np.minimum(z, 0.01 * z)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return 1 - 0.99 * np.heaviside(step.z, 0)


@activation_fault(
    "leaky-relu",
    "ReLU leaks: it has a small slope below 0",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = max(z, 0.01 z)",
    mend="Use plain ReLU, 0 below 0.",
    seen="library defaults",
)
class LeakyRelu(OtherActivation):
    """A variant is used under the plain name. Forward and backward pass agree with each other."""

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return np.maximum(z, 0.01 * z)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return 0.01 + 0.99 * np.heaviside(step.z, 0)


@activation_fault(
    "relu-capped",
    "ReLU is capped at 6",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = min(max(z, 0), 6), σ′ = 0 above 6",
    mend="Use plain ReLU without a cap.",
    seen="ReLU6 of mobile networks",
)
class ReluCapped(OtherActivation):
    """ReLU6 is used under the plain name. Only pre-activations above 6 show it."""

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return np.minimum(np.maximum(z, 0), 6)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return super().slope(network, layer, step) * np.heaviside(6 - step.z, 0)


@activation_fault(
    "softplus-for-relu",
    "ReLU is replaced by its smooth relative",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = log(1 + exp(z)), σ′ = 1 / (1 + exp(−z))",
    mend="Use plain ReLU.",
)
class SoftplusForRelu(OtherActivation):
    """Softplus approaches ReLU far from 0 and is log 2 at 0. Forward and backward pass agree with each
    other.
    """

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return np.logaddexp(0, z)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return activations.sigmoid(step.z)


@activation_fault(
    "elu-for-relu",
    "ReLU is replaced by ELU",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = z if z > 0 else exp(z) − 1",
    mend="Use plain ReLU, 0 below 0.",
)
class EluForRelu(OtherActivation):
    """ELU falls to −1 below 0 instead of staying at 0. Forward and backward pass agree with each other."""

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return np.maximum(z, 0) + (np.exp(np.minimum(z, 0)) - 1)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return np.exp(np.minimum(step.z, 0))


@activation_fault(
    "relu-absolute",
    "the absolute value stands in for ReLU",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = |z|, σ′ = ±1",
    mend="Take the larger of z and 0, not the magnitude.",
)
class ReluAbsolute(OtherActivation):
    """Negative pre-activations come out positive instead of being cut off."""

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return np.absolute(z)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return 2 * np.heaviside(step.z, 0.5) - 1


@activation_fault(
    "softmax-over-batch",
    "softmax is normalised over the samples",
    "ACT-5",
    "FWD-4",
    right="a_sj = exp(z_sj) / Σ_k exp(z_sk)",
    wrong="a_sj = exp(z_sj) / Σ_t exp(z_tj)",
    mend="Sum over the units of a sample, not over the samples: axis 1 where a sample has a row, axis 0 where it has a column.",
)
class SoftmaxOverBatch(OtherActivation):
    """The wrong axis: columns sum to 1 instead of rows. A single sample gets 1 for every class."""

    replaced = "softmax"

    def function(self, z: Array) -> Array:
        return activations.softmax(z.T).T


@activation_fault(
    "softmax-over-array",
    "softmax is normalised over the whole batch",
    "ACT-5",
    "FWD-4",
    right="a_sj = exp(z_sj) / Σ_k exp(z_sk)",
    wrong="a_sj = exp(z_sj) / Σ_t Σ_k exp(z_tk)",
    mend="Sum over the units of each sample: np.sum(e, axis=1, keepdims=True) where it has a row.",
    seen="1 of 24 hand-written programs",
)
class SoftmaxOverArray(OtherActivation):
    """The sum has no axis, so all samples together sum to 1. With a single sample nothing shows."""

    replaced = "softmax"

    def function(self, z: Array) -> Array:
        e = np.exp(z)
        return e / np.sum(e)


@activation_fault(
    "softmax-over-shifted-array",
    "softmax is normalised over the whole batch, after each row's maximum is subtracted",
    "ACT-5",
    "FWD-4",
    right="a_sj = e_sj / Σ_k e_sk, e = exp(z − max of the row)",
    wrong="a_sj = e_sj / Σ_t Σ_k e_tk",
    mend="Sum over the units of each sample: np.sum(e, axis=1, keepdims=True) where it has a row.",
)
class SoftmaxOverShiftedArray(OtherActivation):
    """The maximum has its axis, the sum has none. With a single sample nothing shows."""

    replaced = "softmax"

    def function(self, z: Array) -> Array:
        e = shifted_exponentials(z)
        return e / np.sum(e)


@activation_fault(
    "softmax-over-shifted-batch",
    "softmax is normalised over the samples, after each row's maximum is subtracted",
    "ACT-5",
    "FWD-4",
    right="a_sj = e_sj / Σ_k e_sk, e = exp(z − max of the row)",
    wrong="a_sj = e_sj / Σ_t e_tj",
    mend="Sum along the axis of the maximum: that of a sample's units.",
)
class SoftmaxOverShiftedBatch(OtherActivation):
    """The maximum has the right axis, the sum has not. With a single sample every activation is 1."""

    replaced = "softmax"

    def function(self, z: Array) -> Array:
        e = shifted_exponentials(z)
        return e / np.sum(e, axis=0)


@activation_fault(
    "sigmoid-at-softmax-output",
    "the softmax layer computes a sigmoid for each class",
    "ACT-5",
    right="a_j = exp(z_j) / Σ_k exp(z_k)",
    wrong="a_j = 1 / (1 + exp(−z_j))",
    mend="Normalise over the classes: softmax, not a sigmoid for each.",
)
class SigmoidAtSoftmaxOutput(OtherActivation):
    """The classes do not compete, and rows do not sum to 1. The most likely class may well stay the same."""

    replaced = "softmax"

    def function(self, z: Array) -> Array:
        return activations.sigmoid(z)
