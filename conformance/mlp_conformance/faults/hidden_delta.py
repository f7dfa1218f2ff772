"""Faults of the hidden deltas: how the error goes back through the layers (BACK-3)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import elementwise_derivative, is_square
from mlp_reference import losses
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Layer, Network

delta_fault = partial(known, phase="gradients")


@delta_fault(
    "hidden-derivative-missing",
    "the hidden deltas lack the derivative of the activation",
    "BACK-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="δ_l = δ_{l+1} Wᵀ",
    mend="Multiply by the derivative of the hidden layer's activation.",
)
class HiddenDerivativeMissing(Algorithm):
    """The error is passed back through the weights and no further. The output layer's gradients are right."""

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        return self.back_propagated(network, network.layers[index + 1], next_delta)


@delta_fault(
    "raw-errors-go-back",
    "the hidden errors are taken from the raw output errors, without the derivatives on the way",
    "BACK-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="e_L = a − y, e_l = e_{l+1} Wᵀ, δ_l = e_l σ′(z_l)",
    mend="Send δ back through the weights, not the error it was made of.",
    seen="toy networks that follow a popular video course",
)
class RawErrorsGoBack(Algorithm):
    """Errors and deltas are mixed up: each layer's delta is right but for what came from above. The output
    layer's gradients are right.
    """

    def deltas(self, network: Network, steps: list[Step], targets: Array) -> list[Array]:
        return raw_deltas(self, network, steps, targets, raw_error(self, network, steps[-1], targets))


@delta_fault(
    "loss-derivatives-go-back",
    "the hidden errors are taken from the derivative of the loss by the outputs, without the derivatives on the way",
    "BACK-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="e_L = ∂E/∂a, e_l = e_{l+1} Wᵀ, δ_l = e_l σ′(z_l)",
    mend="Send dZ back through the weights, not dA: Wᵀ dZ is the error of the layer before.",
    like="raw-errors-go-back",
)
class LossDerivativesGoBack(Algorithm):
    """A layer hands on what came to it and not what it made of that. The output layer's gradients are right."""

    def deltas(self, network: Network, steps: list[Step], targets: Array) -> list[Array]:
        error = losses.slope(network, steps[-1].a, targets) / losses.divisor(network, targets)
        return raw_deltas(self, network, steps, targets, error)


def raw_error(algorithm: Algorithm, network: Network, output: Step, targets: Array) -> Array:
    """The derivative of the loss by the outputs; by the pre-activations where that is what the loss gives."""
    if not network.loss.endswith("squared_error"):
        return algorithm.output_delta(network, output, targets)
    return losses.slope(network, output.a, targets) / losses.divisor(network, targets)


def raw_deltas(algorithm: Algorithm, network: Network, steps: list[Step], targets: Array, error: Array) -> list[Array]:
    """Every layer's delta, from an error of the outputs that goes back without derivatives."""
    found = [algorithm.output_delta(network, steps[-1], targets)]
    for index in reversed(range(len(steps) - 1)):
        error = algorithm.back_propagated(network, network.layers[index + 1], error)
        found.insert(0, error * algorithm.derivative(network, network.layers[index], steps[index]))
    return found


@delta_fault(
    "hidden-derivative-twice",
    "the hidden deltas contain the derivative of the activation twice",
    "BACK-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)²",
    mend="Multiply by the derivative once: either in the layer or in the loop.",
)
class HiddenDerivativeTwice(Algorithm):
    """Two functions both believe that it is theirs to multiply. The output layer's gradients are right."""

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        delta = super().hidden_delta(network, index, steps, next_delta)
        return delta * self.derivative(network, network.layers[index], steps[index])


@delta_fault(
    "wrong-layer-derivative",
    "the hidden delta uses the next layer's derivative",
    "BACK-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="δ_l = (δ_{l+1} Wᵀ) σ′(z_{l+1}) where the sizes allow it",
    mend="Take the derivative at the pre-activations of the layer whose delta it is.",
    seen="numpy packages",
)
class WrongLayerDerivative(Algorithm):
    """An index is one off. It runs only where the next layer is as wide, or has a single unit."""

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        error = self.back_propagated(network, network.layers[index + 1], next_delta)
        slope = elementwise_derivative(self, network, network.layers[index + 1], steps[index + 1])
        if slope.shape[1] not in (1, error.shape[1]):
            slope = self.derivative(network, network.layers[index], steps[index])
        return error * slope


@delta_fault(
    "derivative-before-weights",
    "the next layer's derivative is multiplied in before the weights, the layer's own is not",
    "BACK-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="δ_l = (δ_{l+1} σ′(z_{l+1})) Wᵀ",
    mend="Go back through the weights first, then multiply by the layer's own derivative.",
)
class DerivativeBeforeWeights(Algorithm):
    """The two factors of the recursion are taken in the wrong order. The output layer's gradients are
    right.
    """

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        slope = elementwise_derivative(self, network, network.layers[index + 1], steps[index + 1])
        return self.back_propagated(network, network.layers[index + 1], next_delta * slope)


@delta_fault(
    "previous-activation-derivative",
    "the hidden delta takes the derivative at the layer's inputs",
    "BACK-3",
    right="δ_l = (δ_{l+1} Wᵀ) a_l (1 − a_l)",
    wrong="δ_l = (δ_{l+1} Wᵀ) a_{l−1} (1 − a_{l−1}) where the sizes allow it",
    mend="Take the derivative at the layer's own activations.",
)
class PreviousActivationDerivative(Algorithm):
    """An index is one off. It runs only where the layer has as many inputs as units."""

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        step = steps[index]
        if step.x.shape == step.a.shape:
            steps = [*steps[:index], replace(step, z=step.x, a=step.x), *steps[index + 1 :]]
        return super().hidden_delta(network, index, steps, next_delta)


@delta_fault(
    "weights-not-transposed",
    "the error goes back through W instead of its transpose",
    "BACK-3",
    right="δ_{l+1} Wᵀ",
    wrong="δ_{l+1} W where W is square",
    mend="Multiply by the transposed weights.",
)
class WeightsNotTransposed(Algorithm):
    """Only square weight matrices let it pass unnoticed; others would not multiply."""

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        return next_delta @ (next_layer.weights if is_square(next_layer.weights) else next_layer.weights.T)


@delta_fault(
    "hidden-error-averaged",
    "the hidden error is the mean over the next layer's units instead of the sum",
    "BACK-3",
    right="e_j = Σ_k w_jk δ_k",
    wrong="e_j = 1/n Σ_k w_jk δ_k",
    mend="Sum over the next layer's units.",
)
class HiddenErrorAveraged(Algorithm):
    """Every layer further back gets a smaller share. A single output does not show it."""

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        return super().back_propagated(network, next_layer, next_delta) / next_layer.weights.shape[1]


@delta_fault(
    "hidden-error-sign",
    "the error changes its sign on the way back to a hidden layer",
    "BACK-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="δ_l = −(δ_{l+1} Wᵀ) σ′(z_l)",
    mend="Take the minus out: the sign belongs to the output error and the update alone.",
)
class HiddenErrorSign(Algorithm):
    """The output layer descends while the layer before it climbs. With two hidden layers the signs
    alternate.
    """

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        return -super().back_propagated(network, next_layer, next_delta)


@delta_fault(
    "only-last-two-layers",
    "layers before the last two get no gradient",
    "NET-3",
    "BACK-3",
    right="δ_l for every layer",
    wrong="δ_l = 0 for l < L − 1",
    mend="Repeat the recursion down to the first layer.",
)
class OnlyLastTwoLayers(Algorithm):
    """The backward pass was written for one hidden layer and is used with more."""

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        delta = super().hidden_delta(network, index, steps, next_delta)
        return np.zeros_like(delta) if index < len(steps) - 2 else delta


@delta_fault(
    "only-output-layer",
    "only the output layer gets a gradient",
    "BACK-3",
    right="δ_l for every layer",
    wrong="δ_l = 0 for l < L",
    mend="Pass the error back to the hidden layers.",
)
class OnlyOutputLayer(Algorithm):
    """The hidden layers stay as they were initialised. The loss still goes down, which hides it."""

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        return np.zeros_like(super().back_propagated(network, next_layer, next_delta))


@delta_fault(
    "error-not-propagated",
    "the hidden deltas are the derivatives alone, without the error",
    "BACK-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="δ_l = σ′(z_l), divided as the reduction says",
    mend="Multiply by the error that comes back from the next layer.",
)
class ErrorNotPropagated(Algorithm):
    """A factor is missing in the chain rule. Hidden layers are pushed the same way whatever the error is."""

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        divisor = losses.divisor(network, steps[-1].a)
        return self.derivative(network, network.layers[index], steps[index]) / divisor


@delta_fault(
    "hidden-error-through-own-weights",
    "the error goes back through the hidden layer's own weights where the shapes allow it",
    "BACK-3",
    right="δ_l = (δ_{l+1} W_{l+1}ᵀ) σ′(z_l)",
    wrong="δ_l = (δ_{l+1} W_lᵀ) σ′(z_l) where W_l and W_{l+1} have one shape",
    mend="Use the weights between the layer and the next one.",
)
class HiddenErrorThroughOwnWeights(Algorithm):
    """The index of the weights is one off. Layers of unlike widths raise an error or are right."""

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        own, following = network.layers[index], network.layers[index + 1]
        chosen = own if own.weights.shape == following.weights.shape else following
        return self.back_propagated(network, chosen, next_delta) * self.derivative(network, own, steps[index])


@delta_fault(
    "hidden-error-over-batch",
    "the error is divided by the number of samples at each layer that it passes",
    "BACK-3",
    "BACK-6",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="δ_l = (δ_{l+1} Wᵀ) σ′(z_l) / m",
    mend="Divide by the number of samples once, where the loss is differentiated.",
)
class HiddenErrorOverBatch(Algorithm):
    """The output layer is right, and each layer before it m times slower than the next. One sample does not show it."""

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        return super().back_propagated(network, next_layer, next_delta) / len(next_delta)
