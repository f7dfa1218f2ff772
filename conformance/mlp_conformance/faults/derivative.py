"""Faults of the derivatives of sigmoid and tanh, and of which one is taken (ACT-7, ACT-8)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import is_output
from mlp_reference import losses
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Layer, Network

derivative_fault = partial(known, phase="gradients")


@derivative_fault(
    "derivative-of-preactivation",
    "the formula for a is given z: σ′ = z (1 − z)",
    "ACT-7",
    "ACT-8",
    right="σ′ = a (1 − a), tanh′ = 1 − a²",
    wrong="σ′ = z (1 − z), tanh′ = 1 − z²",
    mend="Give the formula the activation a, or compute σ(z) inside it.",
)
class DerivativeOfPreactivation(Algorithm):
    """The derivative is written in terms of the activation and called with the pre-activation. It is not
    even bounded.
    """

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        match layer.activation:
            case "sigmoid":
                return step.z * (1 - step.z)
            case "tanh":
                return 1 - step.z * step.z
        return super().derivative(network, layer, step)


@derivative_fault(
    "derivative-times-activation",
    "the derivatives of sigmoid and tanh are multiplied by the activation: σ′ = a² (1 − a)",
    "ACT-7",
    "ACT-8",
    right="σ′ = a (1 − a), tanh′ = 1 − a²",
    wrong="σ′ = a · a (1 − a), tanh′ = a (1 − a²)",
    mend="The activation is in the derivative of sigmoid already: do not multiply by it again.",
    seen="a small package",
)
class DerivativeTimesActivation(Algorithm):
    """The derivative function has all of it, and its caller multiplies the activation in once more."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        found = super().derivative(network, layer, step)
        return step.a * found if layer.activation in ("sigmoid", "tanh") else found


@derivative_fault(
    "derivative-of-activation-twice",
    "the activation is applied to what already is one: σ′ = σ(a) (1 − σ(a))",
    "ACT-7",
    "ACT-8",
    right="σ′ = a (1 − a), tanh′ = 1 − a²",
    wrong="σ′ = σ(a) (1 − σ(a)), tanh′ = 1 − tanh²(a)",
    mend="Give the derivative function the pre-activation z, or write it in terms of a.",
)
class DerivativeOfActivationTwice(Algorithm):
    """The derivative function expects z and is called with a = σ(z). For a sigmoid it then stays between
    0.197 and ¼, so nothing ever saturates.
    """

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        again = self.activation(network, layer, step.a)
        return super().derivative(network, layer, replace(step, z=step.a, a=again))


@derivative_fault(
    "always-sigmoid-derivative",
    "the derivative is that of the sigmoid, whatever the activation",
    "BACK-2",
    "BACK-3",
    "ACT-8",
    "ACT-9",
    "ACT-10",
    right="σ′ of the layer's own activation",
    wrong="σ′ = a (1 − a) for every activation",
    mend="Choose the derivative together with the activation.",
    seen="small packages",
)
class AlwaysSigmoidDerivative(Algorithm):
    """Other activations were added to the forward pass alone. For tanh the factor (1 + a) is missing, for
    ReLU the sign can be wrong.
    """

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return step.a * (1 - step.a)


@derivative_fault(
    "output-derivative-everywhere",
    "the hidden layers use the derivative of the output layer's activation",
    "BACK-3",
    right="δ_l = e_l σ_l′(z_l)",
    wrong="δ_l = e_l σ_L′(z_l)",
    mend="Use each layer's own activation in the backward pass.",
)
class OutputDerivativeEverywhere(Algorithm):
    """One derivative is looked up for the whole network. With the same activation everywhere nothing
    shows.
    """

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        last = layer if network.output_activation == "softmax" else network.layers[-1]
        return super().derivative(network, last, step)


@derivative_fault(
    "hidden-derivative-at-output",
    "the output layer uses the derivative of the hidden layers' activation",
    "BACK-2",
    right="δ_L = ∂E/∂a · σ_L′(z_L)",
    wrong="δ_L = ∂E/∂a · σ_1′(z_L)",
    mend="Use each layer's own activation in the backward pass.",
)
class HiddenDerivativeAtOutput(Algorithm):
    """One derivative is looked up for the whole network. With the same activation everywhere nothing
    shows.
    """

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return super().derivative(network, network.layers[0] if is_output(network, layer) else layer, step)


@derivative_fault(
    "flat-spot-elimination",
    "the derivative of the sigmoid has 0.1 added to it",
    "ACT-7",
    right="σ′ = a (1 − a)",
    wrong="σ′ = a (1 − a) + 0.1",
    mend="Leave the constant out.",
    seen="Fahlman's flat-spot elimination, SNNS",
)
class FlatSpotElimination(Algorithm):
    """An old remedy against saturated units that do not learn. The result is no gradient of the loss any
    more.
    """

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        found = super().derivative(network, layer, step)
        return found + 0.1 if layer.activation == "sigmoid" else found


@derivative_fault(
    "sigmoid-derivative-plus",
    "the sigmoid's derivative has a wrong sign inside: a (1 + a)",
    "ACT-7",
    right="σ′ = a (1 − a)",
    wrong="σ′ = a (1 + a)",
    mend="Subtract: a (1 − a).",
)
class SigmoidDerivativePlus(Algorithm):
    """A slip of the pen. Gradients keep their signs and are (1 + a) / (1 − a) times too large for each
    layer.
    """

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        is_sigmoid = layer.activation == "sigmoid"
        return step.a * (1 + step.a) if is_sigmoid else super().derivative(network, layer, step)


@derivative_fault(
    "sigmoid-derivative-unmultiplied",
    "the sigmoid's derivative lacks its first factor: 1 − a",
    "ACT-7",
    right="σ′ = a (1 − a)",
    wrong="σ′ = 1 − a",
    mend="Multiply by a.",
)
class SigmoidDerivativeUnmultiplied(Algorithm):
    """Half of the formula. Gradients keep their signs and are 1/a times too large for each layer."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return 1 - step.a if layer.activation == "sigmoid" else super().derivative(network, layer, step)


@derivative_fault(
    "tanh-derivative-unsquared",
    "the derivative of tanh lacks its square: 1 − a",
    "ACT-8",
    right="tanh′ = 1 − a²",
    wrong="tanh′ = 1 − a",
    mend="Square the activation: 1 − a².",
)
class TanhDerivativeUnsquared(Algorithm):
    """Positive activations give too little, negative ones up to 2. At a = 0 and a = 1 nothing shows."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return 1 - step.a if layer.activation == "tanh" else super().derivative(network, layer, step)


@derivative_fault(
    "tanh-derivative-squared-whole",
    "the derivative of tanh is squared as a whole: (1 − a)²",
    "ACT-8",
    right="tanh′ = 1 − a²",
    wrong="tanh′ = (1 − a)²",
    mend="Square the activation alone: 1 − a**2, not (1 − a)**2.",
)
class TanhDerivativeSquaredWhole(Algorithm):
    """A parenthesis stands before the square and not after it. Negative activations give up to 4."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return (1 - step.a) * (1 - step.a) if layer.activation == "tanh" else super().derivative(network, layer, step)


@derivative_fault(
    "tanh-product-without-parentheses",
    "the product of tanh's derivative and the error lacks its parentheses: 1 − a² e",
    "ACT-8",
    "BACK-2",
    "BACK-3",
    right="δ = (1 − a²) e",
    wrong="δ = 1 − a² e",
    mend="Set parentheses: (1 − a²) e.",
    seen="scalar and tensor engines that write a backward pass in one line",
)
class TanhProductWithoutParentheses(Algorithm):
    """The error scales the square alone. Where it is 1 nothing shows, as in the gradient of one unit by itself."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if network.output_activation != "tanh":
            return super().output_error(network, output, targets)
        return 1 - output.a * output.a * losses.slope(network, output.a, targets)

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        if network.layers[index].activation != "tanh":
            return super().hidden_delta(network, index, steps, next_delta)
        error = self.back_propagated(network, network.layers[index + 1], next_delta)
        return 1 - steps[index].a * steps[index].a * error


@derivative_fault(
    "tanh-derivative-of-preactivation",
    "the derivative of tanh is given z where it needs a: 1 − z²",
    "ACT-8",
    right="tanh′ = 1 − a²",
    wrong="tanh′ = 1 − z²",
    mend="Give the derivative the activation, or compute 1 − tanh(z)².",
)
class TanhDerivativeOfPreactivation(Algorithm):
    """Near 0 the two are alike; beyond ±1 the derivative is negative and grows without limit."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return 1 - step.z**2 if layer.activation == "tanh" else super().derivative(network, layer, step)


@derivative_fault(
    "tanh-derivative-of-sigmoid",
    "the derivative of tanh is computed as that of the sigmoid",
    "ACT-8",
    right="tanh′ = 1 − a²",
    wrong="tanh′ = a (1 − a)",
    mend="Use 1 − a² for tanh.",
)
class TanhDerivativeOfSigmoid(Algorithm):
    """tanh took the sigmoid's place in the forward pass alone. At a = 0 no gradient passes, and below 0 it
    has the wrong sign.
    """

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return step.a * (1 - step.a) if layer.activation == "tanh" else super().derivative(network, layer, step)


@derivative_fault(
    "tanh-derivative-plus",
    "the derivative of tanh adds the square: 1 + a²",
    "ACT-8",
    right="tanh′ = 1 − a²",
    wrong="tanh′ = 1 + a²",
    mend="The sign is a minus.",
)
class TanhDerivativePlus(Algorithm):
    """The derivative grows where it should vanish. At a = 0 nothing shows."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return 1 + step.a * step.a if layer.activation == "tanh" else super().derivative(network, layer, step)


@derivative_fault(
    "tanh-derivative-of-cosh",
    "the derivative of tanh lacks the square of the hyperbolic cosine: 1 / cosh z",
    "ACT-8",
    right="tanh′ = 1 / cosh² z",
    wrong="tanh′ = 1 / cosh z",
    mend="Square the cosine.",
)
class TanhDerivativeOfCosh(Algorithm):
    """The root of the derivative, too large everywhere but at 0."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        if layer.activation != "tanh":
            return super().derivative(network, layer, step)
        small = np.exp(-np.absolute(step.z))
        return 2 * small / (1 + small * small)


@derivative_fault(
    "sigmoid-derivative-half-preactivation",
    "the sigmoid's derivative is given z in its second factor: a (1 − z)",
    "ACT-7",
    right="σ′ = a (1 − a)",
    wrong="σ′ = a (1 − z)",
    mend="Take σ(z) in both factors.",
)
class SigmoidDerivativeHalfPreactivation(Algorithm):
    """One of the two calls of the sigmoid is missing."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return step.a * (1 - step.z) if layer.activation == "sigmoid" else super().derivative(network, layer, step)
