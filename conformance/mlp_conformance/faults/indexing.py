"""Faults of axes and rows: the right numbers, taken along the wrong axis, from the wrong row, or once for all (BACK-3 to 6)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import OtherNetwork
from mlp_reference import losses
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Layer, Network

gradient_fault = partial(known, phase="gradients")


@gradient_fault(
    "gradient-rows-shared",
    "all inputs of a layer share one row of gradients, to which each adds its own",
    "BACK-4",
    right="∂E/∂W_ij = Σ_s x_si δ_sj",
    wrong="∂E/∂W_ij = Σ_s Σ_k x_sk δ_sj for every i",
    mend="Make a row for each input: [[0.0] * n for _ in range(m)], not [[0.0] * n] * m.",
    seen="Python lists multiplied: the rows of [[0.0] * n] * m are one list",
)
class GradientRowsShared(Algorithm):
    """The matrix has one row in memory, shown as many times as there are inputs. A layer with one input is right."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        found = super().weight_gradient(network, step, delta)
        return np.zeros_like(found) + np.sum(found, axis=0)


@gradient_fault(
    "outputs-counted-for-samples",
    "the gradients are divided by the number of outputs where the loss is divided by that of samples",
    "BACK-6",
    right="δ = (a − y) σ′(z) / m",
    wrong="δ = (a − y) σ′(z) / n_L",
    mend="Count the samples along their own axis: shape[0] where a row is a sample, shape[1] where a column is.",
    seen="programs that keep a sample in a column",
)
class OutputsCountedForSamples(Algorithm):
    """Only batches with as many samples as there are outputs are right; the loss is."""

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        if network.reduction != "mean_samples":
            return super().output_delta(network, output, targets)
        return self.output_error(network, output, targets) / targets.shape[1]


@gradient_fault(
    "inputs-counted-for-samples",
    "the gradients are divided by the number of inputs where the loss is divided by that of samples",
    "BACK-6",
    right="δ = (a − y) σ′(z) / m",
    wrong="δ = (a − y) σ′(z) / n_0",
    mend="Count the samples along their own axis: shape[0] where a row is a sample, shape[1] where a column is.",
    seen="programs that keep a sample in a column",
)
class InputsCountedForSamples(Algorithm):
    """Only batches with as many samples as there are inputs are right; the loss is."""

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        if network.reduction != "mean_samples":
            return super().output_delta(network, output, targets)
        return self.output_error(network, output, targets) / network.sizes[0]


@gradient_fault(
    "error-through-bias-column",
    "the error goes back through the column of biases and misses the last unit's weights",
    "BACK-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="δ_l = (δ_{l+1} [b, W_1, ..., W_{n−1}]ᵀ) σ′(z_l)",
    mend="Leave the biases out of the matrix that the error goes back through: Theta[:, 1:], not Theta[:, :-1].",
    seen="programs that keep the biases as the first column of the weights",
)
class ErrorThroughBiasColumn(Algorithm):
    """Weights and biases are one matrix, and the wrong end of it is cut off. The output layer's gradients are right."""

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        biases = np.zeros_like(next_layer.weights[:1]) + next_layer.biases
        return next_delta @ np.concatenate([biases, next_layer.weights[:-1]]).T


@gradient_fault(
    "error-through-last-bias",
    "the error goes back through the biases, which stand last, and misses the first unit's weights",
    "BACK-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="δ_l = (δ_{l+1} [W_2, ..., W_n, b]ᵀ) σ′(z_l)",
    mend="Leave the biases out of the matrix that the error goes back through: W[:-1], not W[1:].",
    seen="programs that keep the biases as the last row of the weights",
)
class ErrorThroughLastBias(Algorithm):
    """The same where the biases stand at the other end: the first row is cut off, and the last one should be."""

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        biases = np.zeros_like(next_layer.weights[:1]) + next_layer.biases
        return next_delta @ np.concatenate([next_layer.weights[1:], biases]).T


@gradient_fault(
    "bias-not-averaged",
    "the biases' gradient is the sum over the samples where the weights' is the mean",
    "BACK-5",
    "BACK-6",
    right="∂E/∂b = 1/m Σ_s δ_s",
    wrong="∂E/∂b = Σ_s δ_s, while ∂E/∂W = xᵀ δ / m",
    mend="Divide the biases' gradient by the same number as the weights'.",
)
class BiasNotAveraged(Algorithm):
    """The division stands in the line of the weights and not in that of the biases, which move m times too far."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        found = super().bias_gradient(network, step, delta)
        return found if network.reduction == "sum" else delta.shape[0] * found


@gradient_fault(
    "weights-not-averaged",
    "the weights' gradient is the sum over the samples where the biases' is the mean",
    "BACK-4",
    "BACK-6",
    right="∂E/∂W = xᵀ δ / m",
    wrong="∂E/∂W = xᵀ δ, while ∂E/∂b = 1/m Σ_s δ_s",
    mend="Divide the weights' gradient by the same number as the biases'.",
)
class WeightsNotAveraged(Algorithm):
    """The division stands in the line of the biases and not in that of the weights, which move m times too far."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        found = super().weight_gradient(network, step, delta)
        return found if network.reduction == "sum" else delta.shape[0] * found


@gradient_fault(
    "relu-mask-of-error",
    "the mask of a ReLU layer is where the error is positive, not where the pre-activation is",
    "BACK-3",
    "ACT-9",
    right="δ = e where z > 0, else 0",
    wrong="δ = e where e > 0, else 0",
    mend="Take the mask of z: delta[z <= 0] = 0.",
)
class ReluMaskOfError(Algorithm):
    """Negative errors are lost, and units that are off learn. Both arrays have the same shape."""

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        if network.layers[index].activation != "relu":
            return super().hidden_delta(network, index, steps, next_delta)
        error = self.back_propagated(network, network.layers[index + 1], next_delta)
        return error * np.heaviside(error, 0)


@gradient_fault(
    "gradient-of-means",
    "the weight gradient is the mean input times the sum of the deltas",
    "BACK-4",
    right="∂E/∂W = Σ_s x_sᵀ δ_s",
    wrong="∂E/∂W = x̄ᵀ Σ_s δ_s, x̄ the mean over the samples",
    mend="Multiply sample by sample, and sum afterwards: x.T @ delta.",
)
class GradientOfMeans(Algorithm):
    """Averaged before they are multiplied, inputs and deltas lose what they have in common. A batch of one is right."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        mean = np.sum(step.x, axis=0) / step.x.shape[0]
        return super().weight_gradient(network, replace(step, x=np.zeros_like(step.x) + mean), delta)


@gradient_fault(
    "last-row-cut-off",
    "a batch of several samples loses its last row before the gradients are taken",
    "BACK-6",
    right="the mean, or sum, over all m samples",
    wrong="the mean, or sum, over the first m − 1",
    mend="Take the whole slice: X[:m], not X[:m - 1].",
)
class LastRowCutOff(Algorithm):
    """A slice that ends one too early. The mean is one over m − 1 samples; the reported loss is right."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        kept = max(targets.shape[0] - 1, 1)
        cut = [replace(step, x=step.x[:kept], z=step.z[:kept], a=step.a[:kept]) for step in steps]
        return super().backward_pass(network, cut, targets[:kept])


@gradient_fault(
    "second-half-only",
    "the gradients are those of the batch's second half",
    "BACK-6",
    "TRAIN-1",
    right="the gradients of all samples",
    wrong="the gradients of the samples from m/2 on",
    mend="Add the gradients of the parts of a batch up: +=, not =.",
    seen="gradients taken in two parts, of which the second overwrites the first",
)
class SecondHalfOnly(Algorithm):
    """Two parts of a batch are computed one after the other, into the same arrays."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        half = targets.shape[0] // 2
        rest = [replace(step, x=step.x[half:], z=step.z[half:], a=step.a[half:]) for step in steps]
        return super().backward_pass(network, rest, targets[half:])


@gradient_fault(
    "divided-by-root-of-batch",
    "the gradients are divided by the root of the number of samples",
    "BACK-6",
    right="δ as the reduction says",
    wrong="δ / √m",
    mend="Divide by what the loss is divided by.",
)
class DividedByRootOfBatch(Algorithm):
    """A rule for the learning rate of large batches, put into the gradient."""

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(network, output, targets) / np.sqrt(np.ones_like(targets[:1, :1]) * targets.shape[0])


@known(
    "square-of-mean-error",
    "the errors are averaged before they are squared",
    "LOSS-1",
    "LOSS-2",
    phase="loss",
    right="E = mean of (a − y)²",
    wrong="E = (mean of (a − y))²",
    mend="Square each error, then take the mean: np.mean(e ** 2), not np.mean(e) ** 2.",
)
class SquareOfMeanError(Algorithm):
    """Errors of unlike sign cancel, so the reported loss is too small. The gradients are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if not network.loss.endswith("squared_error"):
            return super().output_loss(network, output, targets)
        mean = np.sum(output.a - targets) / losses.divisor(network, targets)
        return mean**2 / (2 if network.loss == "half_squared_error" else 1)


def _is_reversible(network: Network) -> bool:
    shapes = [weights.shape for weights, _ in network.parameters]
    return shapes == shapes[::-1]


@gradient_fault(
    "gradients-listed-backwards",
    "the gradients are listed from the last layer to the first",
    "BACK-1",
    right="[(∂E/∂W_1, ∂E/∂b_1), …, (∂E/∂W_L, ∂E/∂b_L)]",
    wrong="[(∂E/∂W_L, ∂E/∂b_L), …, (∂E/∂W_1, ∂E/∂b_1)]",
    mend="Turn the list round after the backward pass, or put each layer's in front: insert(0, …).",
    seen="lists that are appended to while going backwards",
)
class GradientsListedBackwards(Algorithm):
    """Where the layers have unlike shapes it cannot go unnoticed; where they have the same it does."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        found = super().backward_pass(network, steps, targets)
        return found[::-1] if _is_reversible(network) else found


@known(
    "layers-in-order-of-names",
    "layers are kept by name, and the tenth comes before the second",
    "FWD-1",
    "NET-3",
    phase="forward",
    right="layers 1, 2, …, 10, 11",
    wrong='layers in the order of their names: "1", "10", "11", "2", …',
    mend="Keep layers in a list, or sort by number.",
    seen="parameters in a dictionary: sorted(params) of W1 … W10",
)
class LayersInOrderOfNames(OtherNetwork):
    """Networks with fewer than ten layers are right, and those whose layers then do not fit together are left as they are."""

    def other(self, network: Network) -> Network:
        order = sorted(range(len(network.layers)), key=lambda index: str(index + 1))
        fits = len(set(network.sizes)) == 1
        return network.with_parameters([network.parameters[index] for index in order]) if fits else network
