"""Faults of the activations in their layers: left out, mixed up, clipped before (FWD-3)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import (
    OtherNetwork,
    activated_as,
    is_output,
)
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
    """Without activations all layers together are one linear map. Forward and backward pass agree with
    each other, so a gradient check finds nothing.
    """

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
    """The call of the activation is left out, while the derivative, a (1 − a) for a sigmoid, is still
    multiplied in.
    """

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
    """The call of the activation is left out, while the derivative, a (1 − a) for a sigmoid, is still
    multiplied in.
    """

    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        return z if is_output(network, layer) else super().activation(network, layer, z)


@activation_fault(
    "activation-ignored",
    "every activation becomes tanh, whatever was asked for",
    "FWD-3",
    "ACT-4",
    right="a = σ(z) of the layer's own activation",
    wrong="a = tanh(z) everywhere",
    mend="Read the activation that was asked for in every layer.",
)
class ActivationIgnored(OtherNetwork):
    """The option is accepted and never read. Forward and backward pass agree with each other, and tests
    that use the default never notice.
    """

    def other(self, network: Network) -> Network:
        return activated_as(network, hidden="tanh", output="tanh")


@activation_fault(
    "hidden-activation-ignored",
    "every hidden activation becomes tanh, whatever was asked for",
    "FWD-3",
    "ACT-4",
    right="a = σ(z) of the layer's own activation",
    wrong="a = tanh(z) in the hidden layers",
    mend="Read the activation that was asked for in the hidden layers, too.",
    seen="ml-fnn 5.0.0",
)
class HiddenActivationIgnored(OtherNetwork):
    """A name that is not recognised falls back to a default. The output layer is right, and forward and backward pass
    agree with each other.
    """

    def other(self, network: Network) -> Network:
        return activated_as(network, hidden="tanh")


@activation_fault(
    "sigmoid-everywhere",
    "every activation but softmax becomes a sigmoid, whatever was asked for",
    "FWD-3",
    "ACT-4",
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
    """A guard against overflow is set too tight. Only saturated units show it: σ(10) differs from 1 by
    5e-5.
    """

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return np.minimum(np.maximum(super().pre_activation(network, layer, x), -10), 10)
