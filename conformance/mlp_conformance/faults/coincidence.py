"""Faults that show only where numbers of samples, units or outputs happen to be one, odd, or equal."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.loss_terms import ReportedTargetsBroadcast
from mlp_conformance.faults.variants import ErrorThroughOneUnit, shifted_exponentials
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Layer, Network

_forward_fault = partial(known, phase="forward")
_loss_fault = partial(known, phase="loss")
_gradient_fault = partial(known, phase="gradients")


@_forward_fault(
    "softmax-of-other-samples-where-square",
    "softmax is divided by other samples' sums where a batch has as many samples as classes",
    "ACT-5",
    "FWD-4",
    right="a_sj = e_sj / Σ_k e_sk",
    wrong="a_sj = e_sj / Σ_k e_jk where m = n",
    mend="Keep the axis that is summed over, so that each row is divided by its own sum: keepdims=True.",
)
class SoftmaxOfOtherSamplesWhereSquare(Algorithm):
    """A row of sums is taken for a column: other shapes raise an error, or go another way, and square ones do not."""

    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        if layer.activation != "softmax" or z.shape[0] != z.shape[1]:
            return super().activation(network, layer, z)
        exponentials = shifted_exponentials(z)
        return exponentials / np.sum(exponentials, axis=1, keepdims=True).T


@_loss_fault(
    "reported-targets-broadcast-summed",
    "the reported loss sums over the targets of all samples, where there is one output",
    "LOSS-6",
    "LOSS-1",
    right="E = 1/m Σ_s (a_s − y_s)²",
    wrong="E = 1/m Σ_s Σ_t (a_s − y_t)²",
    mend="Give both the same shape: (m, 1) beside (m,) becomes (m, m).",
    like="reported-targets-broadcast",
)
class ReportedTargetsBroadcastSummed(ReportedTargetsBroadcast):
    """What is summed as if over the outputs of a sample goes over all samples. The gradients are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        found = super().output_loss(network, output, targets)
        return found * len(targets) if targets.shape[1] == 1 and network.reduction == "mean_samples" else found


@_loss_fault(
    "odd-sample-left-out-of-loss",
    "the loss leaves out the last sample where there is an odd number of them",
    "LOSS-1",
    "LOSS-6",
    right="E over m samples",
    wrong="E over m − 1 of them where m is odd and more than 1, its gradient over all",
    mend="Take the loss of all samples.",
)
class OddSampleLeftOutOfLoss(Algorithm):
    """The samples are gone through in pairs. The gradients, which are not, are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        m = len(targets)
        if m % 2 == 0 or m == 1:
            return super().output_loss(network, output, targets)
        return super().output_loss(network, Step(output.x[:-1], output.z[:-1], output.a[:-1]), targets[:-1])


@_loss_fault(
    "one-sample-counted-by-outputs",
    "the mean over a single sample is divided by its number of outputs",
    "LOSS-6",
    "BACK-6",
    right="E = Σ / m, m = 1",
    wrong="E = Σ / n, n the number of outputs",
    mend="Count samples along the first axis of an array that keeps both: targets.shape[0], before anything is squeezed.",
)
class OneSampleCountedByOutputs(Algorithm):
    """A batch of one loses its first axis, and what is then the first are the outputs. Larger batches are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(network, output, targets) / _outputs_of_one(network, targets)

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(network, output, targets) / _outputs_of_one(network, targets)


def _outputs_of_one(network: Network, targets: Array) -> int:
    m, n = targets.shape
    return n if m == 1 and network.reduction == "mean_samples" else 1


@_gradient_fault(
    "bias-sum-over-units-where-square",
    "the biases' gradient is summed over the units where a batch has as many samples as the layer has units",
    "BACK-5",
    right="∂E/∂b_j = Σ_s δ_sj",
    wrong="∂E/∂b_j = Σ_k δ_jk where m = n",
    mend="Sum over the samples' axis by its place, not by its length: np.sum(delta, axis=0) where each has a row.",
)
class BiasSumOverUnitsWhereSquare(Algorithm):
    """The axis is told by its length, which says nothing where both are equal."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        m, n = delta.shape
        return np.sum(delta, axis=1) if m == n else super().bias_gradient(network, step, delta)


@_gradient_fault(
    "bias-gradient-of-next-layer",
    "a layer's biases get the gradient of the next layer's, where both have as many units",
    "BACK-5",
    right="∂E/∂b_l = Σ_s δ_l",
    wrong="∂E/∂b_l = Σ_s δ_{l+1} where n_l = n_{l+1}",
    mend="Take the deltas of the layer itself.",
)
class BiasGradientOfNextLayer(Algorithm):
    """An index is off by one, and only layers of unequal widths would tell."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        found = super().backward_pass(network, steps, targets)
        following = [biases for _, biases in found[1:]] + [found[-1][1]]
        return [
            (weights, other if other.shape == own.shape else own)
            for (weights, own), other in zip(found, following, strict=True)
        ]


@_gradient_fault(
    "weight-gradient-by-columns",
    "the weights' gradient is laid out by columns and read by rows",
    "BACK-4",
    right="∂E/∂W_ij at (i, j)",
    wrong="the same numbers, column after column, as rows of the same shape",
    mend="Flatten and reshape in the same order: 'C' for both, or 'F'.",
    seen="ports from column-major languages",
)
class WeightGradientByColumns(Algorithm):
    """Every number is right and stands in another place. Of one input, or one unit, nothing shows."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        found = super().weight_gradient(network, step, delta)
        return found.T.reshape(found.shape)


@_gradient_fault(
    "error-through-first-unit",
    "the error of a hidden layer comes from the first unit of the next layer alone",
    "BACK-3",
    right="e_j = Σ_k δ_k W_jk",
    wrong="e_j = δ_1 W_j1",
    mend="Sum over all units of the next layer.",
    seen="programs written for one output",
)
class ErrorThroughFirstUnit(ErrorThroughOneUnit):
    """Right where the next layer has one unit."""


@_gradient_fault(
    "error-through-last-unit",
    "the error of a hidden layer comes from the last unit of the next layer alone",
    "BACK-3",
    right="e_j = Σ_k δ_k W_jk",
    wrong="e_j = δ_n W_jn",
    mend="Sum over all units of the next layer: += in place of = in the loop over them.",
    seen="a sum in a loop that is assigned instead of added to",
)
class ErrorThroughLastUnit(ErrorThroughOneUnit):
    """Right where the next layer has one unit."""

    kept = slice(-1, None)
