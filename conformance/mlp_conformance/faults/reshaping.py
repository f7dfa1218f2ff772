"""Faults of arrays whose shape is changed where their axes should be exchanged, and of what is counted along the wrong axis."""

from __future__ import annotations

from mlp_conformance.faults.fault import known
from mlp_reference import losses
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Layer, Network


@known(
    "inputs-reshaped-for-transposed",
    "the inputs are reshaped where they should be transposed",
    "FWD-4",
    "NET-4",
    phase="forward",
    right="x_si is input i of sample s",
    wrong="the same numbers, read row after row as n_0 rows, a column for each sample",
    mend="Transpose: x.T, not x.reshape(n, m).",
    seen="programs that keep a sample in a column",
)
class InputsReshapedForTransposed(Algorithm):
    """The shape is right and the numbers are mixed: a sample has numbers of others. One sample, or one input, is right."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        m, n = inputs.shape
        return super().forward_pass(network, inputs.reshape((n, m)).T)


@known(
    "error-through-reshaped-weights",
    "the error goes back through weights that are reshaped where they should be transposed",
    "BACK-3",
    phase="gradients",
    right="e_l = δ_{l+1} Wᵀ",
    wrong="e_l = δ_{l+1} times the numbers of W, read row after row in the shape of Wᵀ",
    mend="Transpose: W.T, not W.reshape(W.shape[::-1]).",
    seen="shapes that are made to fit",
)
class ErrorThroughReshapedWeights(Algorithm):
    """The shape is right and the numbers are mixed. Where a layer has one input or one unit, nothing shows."""

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        weights = next_layer.weights
        return next_delta @ weights.reshape((weights.shape[1], weights.shape[0]))


class _OtherCount(Algorithm):
    """A mean over the samples that is divided by another number, in the loss and its gradient."""

    def counted(self, network: Network, targets: Array) -> int:
        """What is counted in place of the samples."""
        return losses.divisor(network, targets)

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        if network.reduction != "mean_samples":
            return super().reduce(network, terms, targets)
        return super().reduce(network, terms, targets) * len(targets) / self.counted(network, targets)

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        if network.reduction != "mean_samples":
            return super().output_delta(network, output, targets)
        return self.output_error(network, output, targets) / self.counted(network, targets)


@known(
    "mean-over-number-of-inputs",
    "a mean over the samples is divided by the number of inputs, in the loss and its gradient",
    "LOSS-6",
    "BACK-6",
    phase="loss",
    right="E = Σ / m",
    wrong="E = Σ / n_0",
    mend="Count the samples along their own axis: shape[0] where a row is a sample, shape[1] where a column is.",
    seen="programs that keep a sample in a column",
    like="inputs-counted-for-samples",
)
class MeanOverNumberOfInputs(_OtherCount):
    """The wrong number of a shape. Only batches with as many samples as there are inputs are right."""

    def counted(self, network: Network, targets: Array) -> int:
        return int(network.sizes[0])


@known(
    "gradient-over-outputs",
    "the gradients of a mean over the samples are divided by the number of outputs as well, the loss is not",
    "BACK-6",
    phase="gradients",
    right="δ = ∂ℓ/∂z / m",
    wrong="δ = ∂ℓ/∂z / (m n_L)",
    mend="Divide by the number of samples: targets.shape[0], not targets.size.",
    seen="losses whose derivative counts the elements of an array",
    like="mean-elements-for-samples",
)
class GradientOverOutputs(Algorithm):
    """The loss divides by the samples, its derivative by all numbers of the array. A single output does not show it."""

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        found = super().output_delta(network, output, targets)
        return found / network.sizes[-1] if network.reduction == "mean_samples" else found


@known(
    "sum-over-number-of-inputs",
    "every unit sums over as many activations as the network has inputs",
    "FWD-2",
    phase="forward",
    right="z_j = Σ_i a_i w_ij + b_j over all units i of the layer before",
    wrong="z_j = Σ_i a_i w_ij + b_j over the first n_0 of them",
    mend="Let the loop run over the rows of the layer's own weights.",
    seen="loops with one length for all layers",
)
class SumOverNumberOfInputs(Algorithm):
    """The length of the loop is that of the first layer. Hidden layers no wider than the inputs are right, and the backward
    pass, which uses the whole matrix, does not know.
    """

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        n = min(network.sizes[0], layer.weights.shape[0])
        return x[:, :n] @ layer.weights[:n] + layer.biases


@known(
    "errors-from-output-delta",
    "the error of every hidden layer comes from the output's delta, where the sizes allow it",
    "BACK-3",
    phase="gradients",
    right="e_l = δ_{l+1} W_{l+1}ᵀ",
    wrong="e_l = δ_L W_{l+1}ᵀ",
    mend="Carry the delta along: each layer's comes from that of the layer above it.",
    seen="an index that does not move with the loop",
)
class ErrorsFromOutputDelta(Algorithm):
    """The delta that goes back is always the first one found. One hidden layer does not show it."""

    def deltas(self, network: Network, steps: list[Step], targets: Array) -> list[Array]:
        found = [self.output_delta(network, steps[-1], targets)]
        for index in reversed(range(len(steps) - 1)):
            fits = found[-1].shape == found[0].shape
            found.insert(0, self.hidden_delta(network, index, steps, found[-1] if fits else found[0]))
        return found
