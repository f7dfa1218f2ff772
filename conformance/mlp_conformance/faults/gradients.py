"""Faults of the gradients of weights and biases, given inputs and deltas (BACK-4, BACK-5)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np

from mlp_conformance.faults.bias_gradient import without_derivatives
from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import is_square
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network

gradient_fault = partial(known, phase="gradients")


@gradient_fault(
    "input-factor-missing",
    "the weight gradient lacks its input",
    "BACK-4",
    right="∂E/∂w_ij = Σ_s x_si δ_sj",
    wrong="∂E/∂w_ij = Σ_s δ_sj",
    mend="Multiply each delta by the input that came along the weight.",
)
class InputFactorMissing(Algorithm):
    """All weights into a unit move alike, as its bias does. An input of 1, as in the document's first
    example, hides it.
    """

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return np.ones_like(step.x).T @ delta


@gradient_fault(
    "weights-without-derivative",
    "the weights' gradient is made of the errors, without the derivative of the activation",
    "BACK-4",
    right="∂E/∂W_l = a_{l−1}ᵀ δ_l, with σ′ in δ_l",
    wrong="∂E/∂W_l = a_{l−1}ᵀ e_l, δ_l = e_l σ′(z_l)",
    mend="Use δ for the weights as for the biases, not the error that it was made of.",
)
class WeightsWithoutDerivative(Algorithm):
    """Error and delta have similar names, and the weights take the one that the biases do not."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        deltas = self.deltas(network, steps, targets)
        errors = without_derivatives(self, network, steps, targets, deltas)
        return [
            (self.weight_gradient(network, step, error), self.bias_gradient(network, step, delta))
            for step, delta, error in zip(steps, deltas, errors, strict=True)
        ]


@gradient_fault(
    "hidden-weights-without-derivative",
    "the hidden weights' gradient is made of the errors, without the derivative of the activation",
    "BACK-4",
    right="∂E/∂W_l = a_{l−1}ᵀ δ_l, with σ′ in δ_l",
    wrong="∂E/∂W_l = a_{l−1}ᵀ (δ_{l+1} W_{l+1}ᵀ)",
    mend="Use δ for the weights as for the biases, not the error that came back.",
)
class HiddenWeightsWithoutDerivative(WeightsWithoutDerivative):
    """The error that came back has a name of its own, and the weights take it. Biases and output layer are right."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        *hidden, (_, biases) = super().backward_pass(network, steps, targets)
        delta = self.output_delta(network, steps[-1], targets)
        return [*hidden, (self.weight_gradient(network, steps[-1], delta), biases)]


@gradient_fault(
    "input-factor-of-next",
    "each weight's gradient has the next input in place of its own, and the last weight's is 0",
    "BACK-4",
    right="∂E/∂w_ij = Σ_s x_si δ_sj",
    wrong="∂E/∂w_ij = Σ_s x_s,i+1 δ_sj, ∂E/∂w_nj = 0",
    mend="Let the index of the input be that of the weight.",
    seen="programs that keep the bias as weight 0, and shift the index of one of the two",
)
class InputFactorOfNext(Algorithm):
    """A loop over all inputs but the last, with an index that is one off. A layer with one input does not learn."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        right = super().weight_gradient(network, step, delta)
        return np.concatenate([right[1:], np.zeros_like(right[:1])])


@gradient_fault(
    "input-factor-of-previous",
    "each weight's gradient has the input before in place of its own, and the first weight's has the last",
    "BACK-4",
    right="∂E/∂w_ij = Σ_s x_si δ_sj",
    wrong="∂E/∂w_ij = Σ_s x_s,i−1 δ_sj, where input 0 is the last",
    mend="Let the index of the input be that of the weight.",
)
class InputFactorOfPrevious(Algorithm):
    """An index that is one off, in a language in which −1 is the last. A layer with one input does not show it."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        right = super().weight_gradient(network, step, delta)
        return np.concatenate([right[-1:], right[:-1]])


@gradient_fault(
    "wrong-input-factor",
    "the weight gradient uses the layer's own activations instead of its inputs",
    "BACK-4",
    right="∂E/∂W = a_prevᵀ δ",
    wrong="∂E/∂W = aᵀ δ where the sizes allow it",
    mend="Use the activations of the layer before.",
)
class WrongInputFactor(Algorithm):
    """An index is one off. It runs only where the layer has as many inputs as units."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return (step.a if step.a.shape == step.x.shape else step.x).T @ delta


@gradient_fault(
    "network-input-factor",
    "the weight gradient uses the network's inputs in every layer",
    "BACK-4",
    right="∂E/∂W = a_prevᵀ δ",
    wrong="∂E/∂W = xᵀ δ where the sizes allow it",
    mend="Use the activations of the layer before.",
)
class NetworkInputFactor(Algorithm):
    """The formula of the first layer is used for all. It runs only where a layer has as many inputs as the
    network.
    """

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        x = steps[0].x
        seen = [replace(step, x=x) if step.x.shape == x.shape else step for step in steps]
        return super().backward_pass(network, seen, targets)


@gradient_fault(
    "preactivation-input-factor",
    "the weight gradient uses the pre-activations of the layer before",
    "BACK-4",
    right="∂E/∂W = a_prevᵀ δ",
    wrong="∂E/∂W = z_prevᵀ δ",
    mend="Use the activations of the layer before, not what they were computed from.",
)
class PreactivationInputFactor(Algorithm):
    """The wrong one of two stored arrays is read. The first layer's gradient, and linear layers, do not
    show it.
    """

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        later = [replace(step, x=before.z) for before, step in pairwise(steps)]
        return super().backward_pass(network, [steps[0], *later], targets)


@gradient_fault(
    "outer-product-transposed",
    "the weight gradient is transposed",
    "BACK-4",
    right="∂E/∂W = xᵀ δ",
    wrong="∂E/∂W = δᵀ x where W is square",
    mend="Exchange the factors: xᵀ δ has a row for each input.",
)
class OuterProductTransposed(Algorithm):
    """Only square weight matrices let it pass unnoticed."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        gradient = super().weight_gradient(network, step, delta)
        return gradient.T if is_square(gradient) else gradient


@gradient_fault(
    "weights-mean",
    "the weights' gradient is averaged over the samples while the biases' is summed",
    "BACK-4",
    "BACK-6",
    right="∂E/∂W = xᵀ δ",
    wrong="∂E/∂W = xᵀ δ / m",
    mend="Divide neither: the reduction is in δ already.",
)
class WeightsMean(Algorithm):
    """Weights and biases move at different rates. One sample does not show it."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().weight_gradient(network, step, delta) / len(delta)


@gradient_fault(
    "bias-untrained",
    "the biases get no gradient",
    "BACK-5",
    right="∂E/∂b = Σ_s δ_s",
    wrong="∂E/∂b = 0",
    mend="Take the sum of the deltas over the samples.",
    seen="two small packages",
)
class BiasUntrained(Algorithm):
    """Biases stay at their initial values. The weights' gradients are right."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return np.zeros_like(delta[0])


@gradient_fault(
    "bias-mean",
    "the biases' gradient is averaged over the samples while the weights' is summed",
    "BACK-5",
    "BACK-6",
    right="∂E/∂b = Σ_s δ_s",
    wrong="∂E/∂b = 1/m Σ_s δ_s",
    mend="Sum over the samples: np.sum(delta, axis=0) where each has a row.",
)
class BiasMean(Algorithm):
    """np.mean in place of np.sum. One sample does not show it."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().bias_gradient(network, step, delta) / len(delta)


@gradient_fault(
    "bias-first-sample",
    "the biases' gradient is that of the first sample",
    "BACK-5",
    right="∂E/∂b = Σ_s δ_s",
    wrong="∂E/∂b = δ_1",
    mend="Sum over the samples.",
)
class BiasFirstSample(Algorithm):
    """One row is taken where all are to be summed. One sample does not show it."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return delta[0]


@gradient_fault(
    "bias-sum-without-axis",
    "every bias of a layer gets the sum of all the layer's deltas",
    "BACK-5",
    right="∂E/∂b_j = Σ_s δ_sj",
    wrong="∂E/∂b_j = Σ_s Σ_k δ_sk",
    mend="Sum over the samples only: np.sum(delta, axis=0) where each has a row.",
)
class BiasSumWithoutAxis(Algorithm):
    """The sum has no axis. A layer with one unit does not show it."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return np.sum(delta) + np.zeros_like(delta[0])


@gradient_fault(
    "bias-not-summed",
    "the biases' gradient is δ itself, a row a sample",
    "BACK-5",
    right="∂E/∂b = Σ_s δ_s",
    wrong="∂E/∂b = δ, m by n",
    mend="Sum over the samples: np.sum(delta, axis=0) where each has a row.",
    seen="hand-written programs",
)
class BiasNotSummed(Algorithm):
    """Right for one sample. For more, the biases silently become a matrix that fits this batch only."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return delta[0] if len(delta) == 1 else delta
