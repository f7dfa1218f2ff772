"""Faults of the gradient as a whole: which samples count, clipping, penalties, layers left out (BACK-1,
BACK-6).
"""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import each
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network

gradient_fault = partial(known, phase="gradients")
LAMBDA = 1e-4


@gradient_fault(
    "batch-divided-twice",
    "a mean is divided by m in the loss and again in the layer",
    "BACK-6",
    right="∂E/∂W = xᵀ δ, with 1/m in δ",
    wrong="∂E/∂W = xᵀ δ / m, with 1/m in δ too",
    mend="Divide once, where the loss is differentiated.",
    seen="a small package",
)
class BatchDividedTwice(Algorithm):
    """Gradients of a mean are m times too small: ¼ at m = 4. One sample, or a sum, does not show it."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        again = 1 if network.reduction == "sum" else len(targets)
        return each(lambda gradient: gradient / again, super().backward_pass(network, steps, targets))


@gradient_fault(
    "last-sample-only",
    "the gradient is that of the last sample instead of the sum",
    "BACK-6",
    right="∂E/∂W = Σ_s x_sᵀ δ_s",
    wrong="∂E/∂W = x_mᵀ δ_m",
    mend="Add up the samples' gradients in the loop instead of overwriting the variable.",
)
class LastSampleOnly(Algorithm):
    """The variable is assigned instead of added to. One sample does not show it."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return step.x[-1:].T @ delta[-1:]

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return delta[-1]


@gradient_fault(
    "last-sample-missed",
    "the last sample is left out of the gradient",
    "BACK-6",
    right="Σ over s = 1 … m",
    wrong="Σ over s = 1 … m − 1",
    mend="Let the loop run to m inclusive.",
)
class LastSampleMissed(Algorithm):
    """The loop ends one sample early. A batch of one sample then has the gradient 0."""

    def deltas(self, network: Network, steps: list[Step], targets: Array) -> list[Array]:
        found = super().deltas(network, steps, targets)
        return [np.concatenate([delta[:-1], np.zeros_like(delta[-1:])]) for delta in found]


@gradient_fault(
    "first-sample-twice",
    "the first sample is counted twice in the gradient",
    "BACK-6",
    right="Σ over s = 1 … m",
    wrong="sample 1 + Σ over s = 1 … m",
    mend="Start the sum at 0, or the loop at the second sample, not both from the first.",
)
class FirstSampleTwice(Algorithm):
    """The sum starts with the first sample's gradient, and the loop adds it again."""

    def deltas(self, network: Network, steps: list[Step], targets: Array) -> list[Array]:
        found = super().deltas(network, steps, targets)
        return [np.concatenate([2 * delta[:1], delta[1:]]) for delta in found]


@gradient_fault(
    "tied-first-term-only",
    "equal weights are taken for one weight, and its gradient has the first term only",
    "BACK-4",
    right="∂E/∂w_1 = x_1 δ, ∂E/∂w_2 = x_2 δ",
    wrong="∂E/∂w_1 = ∂E/∂w_2 = x_1 δ where w_1 = w_2",
    mend="Weights are parameters of their own, even while their values are equal.",
    seen="the document's example 3 read so",
)
class TiedFirstTermOnly(Algorithm):
    """The document's third example calls both output weights 0.3 by one name and updates it with a_1
    alone. Weights that differ from the first of their column do not show it.
    """

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        gradients = super().backward_pass(network, steps, targets)
        return [(tied(x.weights, weights), biases) for x, (weights, biases) in zip(network.layers, gradients, strict=True)]


def tied(weights: Array, gradient: Array) -> Array:
    """The gradient with that of a column's first weight for every weight of the same value in the column."""
    return np.concatenate([gradient[:1], np.where(weights[1:] == weights[:1], gradient[:1], gradient[1:])])


@gradient_fault(
    "gradient-clipped",
    "gradients are clipped to [−1, 1]",
    "BACK-1",
    right="∂E/∂w",
    wrong="min(max(∂E/∂w, −1), 1)",
    mend="Switch clipping off.",
    seen="library defaults",
    choice=True,
)
class GradientClipped(Algorithm):
    """Only gradients beyond the range show it: large inputs, large batches, large errors."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        found = super().backward_pass(network, steps, targets)
        return each(lambda gradient: np.minimum(np.maximum(gradient, -1), 1), found)


@gradient_fault(
    "gradient-norm-clipped",
    "the whole gradient is scaled down to a norm of at most 1",
    "BACK-1",
    right="g",
    wrong="g / max(‖g‖, 1)",
    mend="Switch clipping off.",
    seen="library defaults",
    choice=True,
)
class GradientNormClipped(Algorithm):
    """All gradients have the same wrong factor, which changes from batch to batch. Small gradients do not
    show it.
    """

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        found = super().backward_pass(network, steps, targets)
        squares = sum(np.sum(gradient**2) for pair in found for gradient in pair)
        longest = np.maximum(np.sqrt(squares), 1)
        return each(lambda gradient: gradient / longest, found)


@gradient_fault(
    "gradient-over-layer-size",
    "gradients are divided by the number of the layer's units",
    "BACK-4",
    "BACK-5",
    right="∂E/∂W = xᵀ δ",
    wrong="∂E/∂W = xᵀ δ / n",
    mend="Do not divide: the gradient is a sum over samples, not a mean over units.",
)
class GradientOverLayerSize(Algorithm):
    """Layers learn at different rates. A layer with one unit does not show it."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().weight_gradient(network, step, delta) / delta.shape[1]

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().bias_gradient(network, step, delta) / delta.shape[1]


@gradient_fault(
    "first-layer-untrained",
    "the first layer gets no gradient",
    "BACK-1",
    right="∂E/∂W_1 = xᵀ δ_1",
    wrong="∂E/∂W_1 = 0, ∂E/∂b_1 = 0",
    mend="Let the loop over the layers go down to the first.",
)
class FirstLayerUntrained(Algorithm):
    """The loop stops one layer early. All other layers are right."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        first, *others = super().backward_pass(network, steps, targets)
        return [*each(np.zeros_like, [first]), *others]


@gradient_fault(
    "regularised-gradient",
    "the gradients include a penalty on the weights that the loss knows nothing of",
    "BACK-1",
    right="∂E/∂W",
    wrong="∂E/∂W + λ W, λ = 1e-4",
    mend="Leave the penalty out, or add λ/2 Σ w² to the loss and claim it as optional.",
    choice=True,
)
class RegularisedGradient(Algorithm):
    """The reported loss is right, and every weight is pulled towards 0."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        found = super().backward_pass(network, steps, targets)
        return [(g + LAMBDA * x.weights, b) for (g, b), x in zip(found, network.layers, strict=True)]


@gradient_fault(
    "output-layer-untrained",
    "the output layer gets no gradient",
    "BACK-1",
    right="∂E/∂W_L = xᵀ δ_L",
    wrong="∂E/∂W_L = 0, ∂E/∂b_L = 0",
    mend="Let the loop over the layers go up to the last.",
)
class OutputLayerUntrained(Algorithm):
    """The loop stops one layer early. All other layers are right."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        *others, last = super().backward_pass(network, steps, targets)
        return [*others, *each(np.zeros_like, [last])]
