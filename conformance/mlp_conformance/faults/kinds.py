"""Faults of a layer's kind: one layer's activation is taken for another's, one function's derivative for all."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import OtherNetwork, OtherTargets, activated_as, is_output
from mlp_reference import activations, losses
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Layer, Network

_derivative_fault = partial(known, phase="gradients")


@known(
    "first-activation-in-all-hidden",
    "every hidden layer has the first one's activation",
    "FWD-3",
    phase="forward",
    right="a_l = σ_l(z_l)",
    wrong="a_l = σ_1(z_l) in the hidden layers",
    mend="Read the activation of each layer from that layer.",
    seen="programs with one setting for all hidden layers",
)
class FirstActivationInAllHidden(OtherNetwork):
    """Hidden layers are taken to be alike. Forward and backward pass agree, and one hidden layer does not show it."""

    def other(self, network: Network) -> Network:
        return activated_as(network, hidden=network.layers[0].activation) if len(network.layers) > 1 else network


@_derivative_fault(
    "first-derivative-in-all-hidden",
    "every hidden layer's derivative is that of the first one's activation",
    "BACK-3",
    right="δ_l = e_l σ_l′(z_l)",
    wrong="δ_l = e_l σ_1′(z_l)",
    mend="Choose the derivative by the layer's own activation.",
    seen="programs with one setting for all hidden layers",
)
class FirstDerivativeInAllHidden(Algorithm):
    """The forward pass asks each layer, the backward pass the first. Hidden layers of one activation do not show it."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        taken = layer if is_output(network, layer) else replace(layer, activation=network.layers[0].activation)
        return super().derivative(network, taken, step)


@_derivative_fault(
    "always-relu-derivative",
    "the derivative is that of ReLU, whatever the activation",
    "BACK-2",
    "BACK-3",
    right="σ′ of the layer's own activation",
    wrong="σ′ = 1 where z > 0, 0 elsewhere, for every activation",
    mend="Choose the derivative together with the activation.",
    seen="programs that had ReLU first",
)
class AlwaysReluDerivative(Algorithm):
    """Other activations were added to the forward pass alone. Units that are negative do not learn."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return activations.derivative("relu", step.z, step.a, network.conventions)


@_derivative_fault(
    "always-tanh-derivative",
    "the derivative is that of tanh, whatever the activation",
    "BACK-2",
    "BACK-3",
    right="σ′ of the layer's own activation",
    wrong="σ′ = 1 − a² for every activation",
    mend="Choose the derivative together with the activation: a (1 − a) for the sigmoid.",
    seen="programs that had tanh first",
)
class AlwaysTanhDerivative(Algorithm):
    """Other activations were added to the forward pass alone. For the sigmoid the derivative is far too large."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return (1 - step.a) * (1 + step.a)


@_derivative_fault(
    "sigmoid-product-without-parentheses",
    "the product of the sigmoid's derivative and the error lacks its parentheses: e a − a",
    "ACT-7",
    "BACK-2",
    "BACK-3",
    right="δ = e a (1 − a)",
    wrong="δ = e a · 1 − a",
    mend="Set parentheses: e a (1 − a).",
)
class SigmoidProductWithoutParentheses(Algorithm):
    """The product ends before the difference. Where there is no error the delta is −a, and not 0."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if network.output_activation != "sigmoid" or network.loss == "binary_cross_entropy":
            return super().output_error(network, output, targets)
        return losses.slope(network, output.a, targets) * output.a - output.a

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        if network.layers[index].activation != "sigmoid":
            return super().hidden_delta(network, index, steps, next_delta)
        return self.back_propagated(network, network.layers[index + 1], next_delta) * steps[index].a - steps[index].a


@_derivative_fault(
    "output-overwritten-by-error",
    "the output layer's derivative is taken of the error, which has overwritten the output",
    "BACK-2",
    right="δ_L = (a − y) σ′, with σ′ = a (1 − a)",
    wrong="a ← a − y, δ_L = a σ′, with σ′ = a (1 − a)",
    mend="Keep the output until its derivative has been taken: e = a - y, not a -= y.",
    seen="operations in place",
)
class OutputOverwrittenByError(Algorithm):
    """A subtraction in place changes what the layer remembers. ReLU and linear outputs, whose derivative needs no a, do not
    show it.
    """

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        error = output.a - targets
        slope = losses.slope(network, output.a, targets)
        if network.output_activation == "sigmoid" and network.loss != "binary_cross_entropy":
            return slope * (error * (1 - error))
        if network.output_activation == "tanh":
            return slope * ((1 - error) * (1 + error))
        return super().output_error(network, output, targets)


@known(
    "targets-thresholded",
    "the targets become 1 where they are above ½, and 0 elsewhere",
    "LOSS-1",
    "LOSS-4",
    phase="loss",
    right="y as given",
    wrong="1 where y > ½, 0 elsewhere",
    mend="Use the targets as they are: probabilities are targets too.",
    seen="programs whose targets are labels",
    like="targets-hardened",
)
class TargetsThresholded(OtherTargets):
    """Targets are taken for labels and rounded. Targets of 0 and 1 do not show it."""

    def other(self, network: Network, targets: Array) -> Array:
        return np.heaviside(targets - 0.5, 0)


@_derivative_fault(
    "activation-object-shared",
    "the derivative of a hidden layer is that of the last layer with the same activation, where the sizes allow it",
    "BACK-3",
    right="δ_l = e_l σ′(z_l)",
    wrong="δ_l = e_l σ′(z_k), k the last layer with the activation of l",
    mend="Make an activation object for each layer: it remembers what it saw last.",
    seen="one object Sigmoid() in several places of a list of layers",
    like="wrong-layer-derivative",
)
class ActivationObjectShared(Algorithm):
    """What the object remembers of a layer is overwritten by the next in which it stands. Where the sizes differ, an error is
    raised or numbers are broadcast; layers of unlike activations do not show it.
    """

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        layer = network.layers[index]
        last = max(k for k, other in enumerate(network.layers) if other.activation == layer.activation)
        remembered = steps[last] if steps[last].a.shape == steps[index].a.shape else steps[index]
        return self.back_propagated(network, network.layers[index + 1], next_delta) * self.derivative(
            network, layer, remembered
        )
