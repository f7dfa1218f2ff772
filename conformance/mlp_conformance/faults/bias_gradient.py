"""Faults of the biases' gradients: what takes the place of the sum of the deltas (BACK-5)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.hidden_delta import raw_error
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network

gradient_fault = partial(known, phase="gradients")


@gradient_fault(
    "bias-without-derivative",
    "the biases' gradient is the sum of the errors, without the derivative of the activation",
    "BACK-5",
    right="∂E/∂b_l = Σ_s δ_l, with σ′ in δ_l",
    wrong="∂E/∂b_l = Σ_s e_l, δ_l = e_l σ′(z_l)",
    mend="Sum δ over the samples, not the error that it was made of.",
)
class BiasWithoutDerivative(Algorithm):
    """Error and delta have similar names, and the biases take the one that the weights do not. The weights' gradients
    are right."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        deltas = self.deltas(network, steps, targets)
        errors = without_derivatives(self, network, steps, targets, deltas)
        return [
            (self.weight_gradient(network, step, delta), self.bias_gradient(network, step, error))
            for step, delta, error in zip(steps, deltas, errors, strict=True)
        ]


def without_derivatives(
    algorithm: Algorithm, network: Network, steps: list[Step], targets: Array, deltas: list[Array]
) -> list[Array]:
    """The error of every layer, of which its delta is made: what came back to it, and a - y of the last."""
    behind = zip(network.layers[1:], deltas[1:], strict=True)
    errors = [algorithm.back_propagated(network, layer, delta) for layer, delta in behind]
    return [*errors, raw_error(algorithm, network, steps[-1], targets)]


@gradient_fault(
    "output-bias-without-derivative",
    "the output biases' gradient is the sum of the errors, without the derivative of the activation",
    "BACK-5",
    right="∂E/∂b_L = Σ_s δ_L, with σ′ in δ_L",
    wrong="∂E/∂b_L = Σ_s (a − y)",
    mend="Sum δ over the samples, not the error that it was made of.",
)
class OutputBiasWithoutDerivative(Algorithm):
    """The output's error is at hand under a name of its own, and the biases take it. All other gradients are right."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        *found, (weights, _) = super().backward_pass(network, steps, targets)
        error = raw_error(self, network, steps[-1], targets)
        return [*found, (weights, self.bias_gradient(network, steps[-1], error))]


@gradient_fault(
    "hidden-bias-without-derivative",
    "the hidden biases' gradient is the sum of the errors, without the derivative of the activation",
    "BACK-5",
    right="∂E/∂b_l = Σ_s δ_l, with σ′ in δ_l",
    wrong="∂E/∂b_l = Σ_s (δ_{l+1} W_{l+1}ᵀ)",
    mend="Sum δ over the samples, not the error that came back.",
)
class HiddenBiasWithoutDerivative(BiasWithoutDerivative):
    """The error that came back has a name of its own, and the biases take it. The output layer is right."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        *hidden, (weights, _) = super().backward_pass(network, steps, targets)
        delta = self.output_delta(network, steps[-1], targets)
        return [*hidden, (weights, self.bias_gradient(network, steps[-1], delta))]


@gradient_fault(
    "hidden-bias-from-outputs",
    "the hidden biases' gradient is the sum of all output deltas",
    "BACK-5",
    right="∂E/∂b_l = Σ_s δ_l",
    wrong="∂E/∂b_l = Σ_s Σ_k δ_L",
    mend="Take each layer's own δ, summed over the samples.",
    seen="a copied line in which the name of the delta was not changed",
)
class HiddenBiasFromOutputs(Algorithm):
    """The line of the output layer is copied, and its sum has no axis, so that one number fits any layer."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        *hidden, last = super().backward_pass(network, steps, targets)
        total = np.sum(self.deltas(network, steps, targets)[-1])
        return [*((weights, total + np.zeros_like(biases)) for weights, biases in hidden), last]


@gradient_fault(
    "bias-times-gradient",
    "the biases' gradient is multiplied by the bias",
    "BACK-5",
    right="∂E/∂b = Σ_s δ",
    wrong="∂E/∂b = b Σ_s δ",
    mend="The factor of a bias is the constant 1, not the bias.",
)
class BiasTimesGradient(Algorithm):
    """The bias is taken for the input of a weight. Biases of 0 never move, biases of 1 do not show it."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        found = super().backward_pass(network, steps, targets)
        return [(w, layer.biases * b) for (w, b), layer in zip(found, network.layers, strict=True)]


@gradient_fault(
    "bias-mean-without-axis",
    "every bias of a layer gets the mean of all the layer's deltas",
    "BACK-5",
    right="∂E/∂b_j = Σ_s δ_sj",
    wrong="∂E/∂b_j = 1/(m n) Σ_s Σ_k δ_sk",
    mend="Sum over the samples alone: np.sum(delta, axis=0) where each has a row.",
)
class BiasMeanWithoutAxis(Algorithm):
    """np.mean without an axis gives one number, and broadcasting hides it."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return np.zeros_like(delta[0]) + np.sum(delta) / (delta.shape[0] * delta.shape[1])


@gradient_fault(
    "bias-divided-twice",
    "the biases' gradient is divided by the number of samples a second time, where the loss is a mean",
    "BACK-5",
    "BACK-6",
    right="∂E/∂b = Σ_s δ_s, with 1/m in δ",
    wrong="∂E/∂b = 1/m Σ_s δ_s, with 1/m in δ",
    mend="Sum over the samples: the mean is in δ already.",
    seen="np.mean in place of np.sum",
    like="bias-mean",
)
class BiasDividedTwice(Algorithm):
    """The mean is taken of deltas that are divided already. A loss that is a sum, and a single sample, do not show it."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        found = super().bias_gradient(network, step, delta)
        return found if network.reduction == "sum" else found / len(delta)
