"""Families of limits: numbers that are cut off, or scaled down, beyond a size that nobody asked for."""

from __future__ import annotations

from math import inf

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.loss import guarded
from mlp_conformance.faults.thresholds import weight_limit
from mlp_conformance.faults.variants import OtherActivation, each
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Layer, Network


def _cut_off(numbers: Array, c: float) -> Array:
    return np.minimum(np.maximum(numbers, -c), c)


def _gradient_limit(c: float) -> type[Algorithm]:
    class Clipped(Algorithm):
        def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
            return each(lambda gradient: _cut_off(gradient, c), super().backward_pass(network, steps, targets))

    return Clipped


def _weights_gradient_limit(c: float) -> type[Algorithm]:
    class WeightsClipped(Algorithm):
        def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
            return [(_cut_off(weights, c), biases) for weights, biases in super().backward_pass(network, steps, targets)]

    return WeightsClipped


def _gradient_norm_limit(c: float) -> type[Algorithm]:
    class NormClipped(Algorithm):
        def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
            found = super().backward_pass(network, steps, targets)
            longer = np.maximum(np.sqrt(sum(np.sum(gradient**2) for pair in found for gradient in pair)) / c, 1)
            return each(lambda gradient: gradient / longer, found)

    return NormClipped


def _preactivation_limit(c: float) -> type[Algorithm]:
    class Narrow(Algorithm):
        def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
            return _cut_off(super().pre_activation(network, layer, x), c)

    return Narrow


def _sigmoid_limit(c: float) -> type[Algorithm]:
    class NarrowSigmoid(OtherActivation):
        replaced = "sigmoid"

        def function(self, z: Array) -> Array:
            return super().function(_cut_off(z, c))

    return NarrowSigmoid


def _relu_limit(c: float) -> type[Algorithm]:
    class Capped(OtherActivation):
        replaced = "relu"

        def function(self, z: Array) -> Array:
            return np.minimum(np.maximum(z, 0), c)

        def slope(self, network: Network, layer: Layer, step: Step) -> Array:
            return super().slope(network, layer, step) * np.heaviside(c - step.z, 0)

    return Capped


def _loss_limit(c: float) -> type[Algorithm]:
    class Limited(Algorithm):
        def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
            return np.minimum(super().output_loss(network, output, targets), c)

    return Limited


def _probability_limit(c: float) -> type[Algorithm]:
    class Guarded(Algorithm):
        def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
            return super().output_loss(guarded(network, probability_clip=c), output, targets)

    return Guarded


def _parameter_limit(c: float) -> type[Algorithm]:
    class AllBounded(weight_limit(c)):  # type: ignore[misc]
        def updated_biases(self, network: Network, biases: Array, gradient: Array, learning_rate: Array) -> Array:
            return _cut_off(super().updated_biases(network, biases, gradient, learning_rate), c)

    return AllBounded


def _norm_limit(c: float) -> type[Algorithm]:
    class ShortColumns(Algorithm):
        def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
            found = super().updated_weights(network, weights, gradient, learning_rate)
            norms = np.sqrt(np.sum(found**2, axis=0, keepdims=True))
            return found / np.maximum(norms / c, 1)

    return ShortColumns


def _delta_limit(c: float) -> type[Algorithm]:
    class SmallDeltas(Algorithm):
        def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
            return _cut_off(super().output_delta(network, output, targets), c)

    return SmallDeltas


def _error_limit(c: float) -> type[Algorithm]:
    class SmallErrors(Algorithm):
        def output_error(self, network: Network, output: Step, targets: Array) -> Array:
            return super().output_error(network, output, output.a - _cut_off(output.a - targets, c))

    return SmallErrors


def _back_limit(c: float) -> type[Algorithm]:
    class SmallErrorsBack(Algorithm):
        def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
            return _cut_off(super().back_propagated(network, next_layer, next_delta), c)

    return SmallErrorsBack


def _array_norm_limit(c: float) -> type[Algorithm]:
    class ShortArrays(Algorithm):
        def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
            return each(lambda gradient: _shortened(gradient, c), super().backward_pass(network, steps, targets))

    return ShortArrays


def _weights_norm_limit(c: float) -> type[Algorithm]:
    class ShortWeightsGradients(Algorithm):
        def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
            return _shortened(super().weight_gradient(network, step, delta), c)

    return ShortWeightsGradients


def _shortened(gradient: Array, c: float) -> Array:
    return gradient / np.maximum(np.sqrt(np.sum(gradient**2)) / c, 1)


_POSITIVE = (0.0, inf)

#: Every family of limits.
LIMIT_FAMILIES: tuple[Family, ...] = (
    Family("gradient-limit", "gradients are clipped to ±{c}", "gradients", ("BACK-1",),
           "∂E/∂w", "min(max(∂E/∂w, −{c}), {c})", "Switch clipping off.", _gradient_limit, _POSITIVE),
    Family("weights-gradient-limit", "the weights' gradients are clipped to ±{c}, the biases' are not", "gradients",
           ("BACK-4",), "∂E/∂W", "min(max(∂E/∂W, −{c}), {c})", "Switch clipping off.", _weights_gradient_limit, _POSITIVE),
    Family("gradient-norm-limit", "the whole gradient is scaled down to a norm of at most {c}", "gradients", ("BACK-1",),
           "g", "g / max(‖g‖ / {c}, 1)", "Switch clipping off.", _gradient_norm_limit, _POSITIVE),
    Family("array-norm-limit", "each array of gradients is scaled down to a norm of at most {c}", "gradients", ("BACK-1",),
           "g", "g_k / max(‖g_k‖ / {c}, 1) for each array", "Switch clipping off.", _array_norm_limit, _POSITIVE),
    Family("weights-norm-limit", "each layer's gradient of the weights is scaled down to a norm of at most {c}", "gradients",
           ("BACK-4",), "∂E/∂W", "∂E/∂W / max(‖∂E/∂W‖ / {c}, 1)", "Switch clipping off.", _weights_norm_limit, _POSITIVE),
    Family("preactivation-limit", "the pre-activations are clipped to ±{c}", "forward", ("FWD-2",),
           "z = x W + b", "z = min(max(x W + b, −{c}), {c})", "Do not clip; use a form that does not overflow.",
           _preactivation_limit, _POSITIVE),
    Family("sigmoid-limit", "the argument of the sigmoid is clipped to ±{c}", "forward", ("ACT-1", "ACT-6"),
           "σ(z)", "σ(min(max(z, −{c}), {c}))", "Do not clip; use a form that does not overflow.", _sigmoid_limit, _POSITIVE),
    Family("relu-limit", "ReLU is capped at {c}", "forward", ("ACT-3",),
           "max(z, 0)", "min(max(z, 0), {c})", "Use plain ReLU without a cap.", _relu_limit, _POSITIVE),
    Family("parameter-limit", "weights and biases are cut off at ±{c} after each step", "update", ("UPD-1", "UPD-2"),
           "W ← W − η ∂E/∂W", "W ← min(max(W − η ∂E/∂W, −{c}), {c}), b likewise", "Do not clip the parameters.",
           _parameter_limit, _POSITIVE),
    Family("norm-limit", "each unit's weights are scaled down to a norm of at most {c} after each step", "update", ("UPD-1",),
           "W ← W − η ∂E/∂W", "w_j ← w_j / max(‖w_j‖ / {c}, 1) after it", "Leave the norm as it is.", _norm_limit, _POSITIVE),
    Family("delta-limit", "the output deltas are clipped to ±{c}", "gradients", ("BACK-2",),
           "δ_L", "min(max(δ_L, −{c}), {c})", "Do not clip the deltas.", _delta_limit, _POSITIVE),
    Family("back-propagated-limit", "the errors that go back to hidden layers are clipped to ±{c}", "gradients", ("BACK-3",),
           "e_l = δ_{l+1} Wᵀ", "e_l = min(max(δ_{{l+1}} Wᵀ, −{c}), {c})", "Do not clip the errors.", _back_limit, _POSITIVE),
    Family("error-limit", "the output errors a − y are clipped to ±{c}", "gradients", ("BACK-2",),
           "a − y", "min(max(a − y, −{c}), {c})", "Do not clip the errors.", _error_limit, _POSITIVE),
    Family("loss-limit", "the loss is capped at {c}", "loss", ("LOSS-1", "LOSS-2"),
           "E", "min(E, {c})", "Report the loss as it is, however large.", _loss_limit, _POSITIVE),
    Family("probability-limit", "the loss clips probabilities to [{c}, 1 − {c}]", "loss", ("LOSS-10",),
           "log a", "log(min(max(a, {c}), 1 − {c}))", "Use a fused form, or claim probability_clip.",
           _probability_limit, (0.0, 0.5)),
)  # fmt: skip
