"""Faults of the activations: another function, a bent one, or none (FWD-3, ACT-1 to ACT-6)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import FromOutputs, OtherActivation, OtherNetwork, activated_as, is_output
from mlp_reference import activations
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import REQUIRED_OUTPUT, Array, Layer, Network

activation_fault = partial(known, phase="forward")


@activation_fault(
    "hidden-linear",
    "the hidden layers have no activation",
    "FWD-3",
    right="a = σ(z)",
    wrong="a = z, σ′ = 1 in hidden layers",
    mend="Apply the activation in every hidden layer, and its derivative in the backward pass.",
)
class HiddenLinear(Algorithm):
    """Without activations all layers together are one linear map. Forward and backward pass agree with each other,
    so a gradient check finds nothing."""

    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        return super().activation(network, layer, z) if is_output(network, layer) else z

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return super().derivative(network, layer, step) if is_output(network, layer) else np.ones_like(step.z)


@activation_fault(
    "output-linear",
    "the output layer has no activation",
    "FWD-3",
    right="a = σ(z)",
    wrong="a = z, σ′ = 1 in the output layer",
    mend="Apply the output layer's activation, and its derivative in the backward pass.",
)
class OutputLinear(Algorithm):
    """The network answers with its last pre-activations, and trains as if that were right."""

    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        return z if is_output(network, layer) else super().activation(network, layer, z)

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return np.ones_like(step.z) if is_output(network, layer) else super().derivative(network, layer, step)


@activation_fault(
    "hidden-linear-in-forward",
    "the hidden layers have no activation, though the backward pass believes so",
    "FWD-3",
    right="a = σ(z)",
    wrong="a = z in hidden layers; the derivative is still taken as if a were σ(z)",
    mend="Apply the activation in every hidden layer.",
)
class HiddenLinearInForward(Algorithm):
    """The call of the activation is left out, while the derivative, a (1 − a) for a sigmoid, is still multiplied in."""

    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        return super().activation(network, layer, z) if is_output(network, layer) else z


@activation_fault(
    "output-linear-in-forward",
    "the output layer has no activation, though the backward pass believes so",
    "FWD-3",
    right="a = σ(z)",
    wrong="a = z in the output layer; the derivative is still taken as if a were σ(z)",
    mend="Apply the output layer's activation.",
)
class OutputLinearInForward(Algorithm):
    """The call of the activation is left out, while the derivative, a (1 − a) for a sigmoid, is still multiplied in."""

    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        return z if is_output(network, layer) else super().activation(network, layer, z)


@activation_fault(
    "activation-ignored",
    "every activation becomes tanh, whatever was asked for",
    "FWD-3",
    right="a = σ(z) of the layer's own activation",
    wrong="a = tanh(z) everywhere",
    mend="Read the activation that was asked for in every layer.",
    seen="ml-fnn 5.0.0",
)
class ActivationIgnored(OtherNetwork):
    """The option is accepted and never read. Forward and backward pass agree with each other, and tests that use the
    default never notice."""

    def other(self, network: Network) -> Network:
        return activated_as(network, hidden="tanh", output="tanh")


@activation_fault(
    "sigmoid-everywhere",
    "every activation but softmax becomes a sigmoid, whatever was asked for",
    "FWD-3",
    right="a = σ(z) of the layer's own activation",
    wrong="a = 1 / (1 + exp(−z)) everywhere",
    mend="Read the activation that was asked for in every layer.",
)
class SigmoidEverywhere(OtherNetwork):
    """The document's own activation is wired in. Forward and backward pass agree with each other."""

    def other(self, network: Network) -> Network:
        output = "softmax" if network.output_activation == "softmax" else "sigmoid"
        return activated_as(network, hidden="sigmoid", output=output)


@activation_fault(
    "hidden-activation-at-output",
    "the output layer has the hidden layers' activation",
    "FWD-3",
    right="a_L = σ_L(z_L)",
    wrong="a_L = σ_1(z_L)",
    mend="Give the output layer an activation of its own.",
)
class HiddenActivationAtOutput(OtherNetwork):
    """One activation serves all layers. It shows only where hidden and output layers are to differ."""

    def other(self, network: Network) -> Network:
        return network if network.loss in REQUIRED_OUTPUT else activated_as(network, output=network.layers[0].activation)


@activation_fault(
    "output-activation-in-hidden",
    "the hidden layers have the output layer's activation",
    "FWD-3",
    right="a_l = σ_l(z_l)",
    wrong="a_l = σ_L(z_l)",
    mend="Give the hidden layers an activation of their own.",
)
class OutputActivationInHidden(OtherNetwork):
    """One activation serves all layers. It shows only where hidden and output layers are to differ."""

    def other(self, network: Network) -> Network:
        output = network.output_activation
        return network if output == "softmax" else activated_as(network, hidden=output)


@activation_fault(
    "preactivation-clipped",
    "the pre-activations are clipped to a range",
    "FWD-2",
    "ACT-6",
    right="z = x W + b",
    wrong="z = min(max(x W + b, −10), 10)",
    mend="Do not clip; evaluate the sigmoid in a form that does not overflow.",
    seen="hand-written programs, against overflow",
)
class PreactivationClipped(Algorithm):
    """A guard against overflow is set too tight. Only saturated units show it: σ(10) differs from 1 by 5e-5."""

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return np.minimum(np.maximum(super().pre_activation(network, layer, x), -10), 10)


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
    """The library's sigmoid has a steepness, and its default is not the plain function. The derivative goes with it."""

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
    """σ(−z) falls where σ(z) rises. The derivative a (1 − a) has the same value for both, so it has the wrong sign here."""

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        return activations.sigmoid(-z)


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
    "hard-sigmoid",
    "a piecewise linear function stands in for the sigmoid",
    "ACT-1",
    right="a = σ(z)",
    wrong="a = min(max(0.2 z + 0.5, 0), 1), σ′ = 0.2 inside",
    mend="Compute the sigmoid itself.",
    seen="hard_sigmoid of several libraries",
)
class HardSigmoid(OtherActivation):
    """Cheap to compute and up to 0.08 off. It saturates completely, so its gradient vanishes beyond |z| = 2.5."""

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
    """The 'fast sigmoid' has the same limits and the same value at 0, and another shape. σ′ = a (1 − a) does not hold
    for it, though it is used."""

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
