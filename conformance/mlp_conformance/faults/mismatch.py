"""Faults of agreement: the reported loss is not the function whose gradient is used (BACK-1, BACK-2,
BACK-6).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.hidden_delta import raw_error
from mlp_conformance.faults.variants import averaged, halved, is_squared, whole
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Network

loss_fault = partial(known, phase="loss")


@loss_fault(
    "loss-zero",
    "the reported loss is 0",
    "LOSS-5",
    right="E = ½ Σ (a − y)²",
    wrong="E = (1 // 2) Σ (a − y)² = 0",
    mend="Divide as real numbers are divided: 1 / 2, not 1 // 2.",
    seen="integer division, in languages where 1 / 2 is one",
)
class LossZero(Algorithm):
    """A factor of ½ that is an integer is 0. The gradients are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return 0 * super().output_loss(network, output, targets)


@loss_fault(
    "loss-without-half",
    "the reported loss lacks the ½ that the gradients have",
    "LOSS-1",
    "BACK-1",
    right="E = ½ Σ (a − y)²",
    wrong="E = Σ (a − y)², with the gradients of ½ Σ (a − y)²",
    mend="Report the function whose gradient is taken.",
    seen="5 of 24 hand-written programs report a loss that is not the one they descend",
)
class LossWithoutHalf(Algorithm):
    """The gradients are right, the reported number is twice the objective. A gradient check of the program
    against its own loss finds the factor 2.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(whole(network), output, targets)


@loss_fault(
    "factor-two-missing",
    "the gradient of the squared error lacks its factor 2",
    "BACK-2",
    right="∂E/∂a = 2 (a − y)",
    wrong="∂E/∂a = a − y, for E = Σ (a − y)²",
    mend="Multiply by 2, or use the loss with the ½.",
)
class FactorTwoMissing(Algorithm):
    """The derivative of a square brings down a 2, which only the loss with a ½ cancels."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_error(halved(network), output, targets)


@loss_fault(
    "factor-two-extra",
    "the gradient of half the squared error has a factor 2",
    "BACK-2",
    right="∂E/∂a = a − y",
    wrong="∂E/∂a = 2 (a − y), for E = ½ Σ (a − y)²",
    mend="Take the factor 2 out: the ½ cancels it.",
)
class FactorTwoExtra(Algorithm):
    """The reported loss is right, and every gradient twice as large as it should be."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_error(whole(network), output, targets)


@loss_fault(
    "loss-mean-gradient-sum",
    "the reported loss is a mean over the samples, the gradients are those of the sum",
    "LOSS-5",
    "BACK-1",
    right="E = Σ over samples",
    wrong="E = 1/m Σ, with the gradients of Σ",
    mend="Report the function whose gradient is taken.",
    seen="mlxtend 0.25.0, hand-written programs",
)
class LossMeanGradientSum(Algorithm):
    """The gradients are right, the reported number is the objective divided by m. One sample does not show
    it.
    """

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(averaged(network, sum="mean_samples"), terms, targets)


@loss_fault(
    "loss-sum-gradient-mean",
    "the reported loss is a sum, the gradients are those of the mean",
    "LOSS-6",
    "LOSS-7",
    "BACK-1",
    right="E = 1/m Σ, or 1/(m n) Σ",
    wrong="E = Σ, with the gradients of the mean",
    mend="Report the function whose gradient is taken.",
)
class LossSumGradientMean(Algorithm):
    """The gradients are right, the reported number is not divided as the objective is."""

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(replace(network, reduction="sum"), terms, targets)


@loss_fault(
    "gradient-mean-loss-sum",
    "the gradients are averaged over the samples while the loss is summed",
    "BACK-6",
    right="δ = ∂E/∂z of the sum",
    wrong="δ = 1/m ∂E/∂z, while E is the sum",
    mend="Do not divide by m, or take the mean in the loss too.",
)
class GradientMeanLossSum(Algorithm):
    """The reported loss is right, every gradient is m times too small. One sample does not show it."""

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(averaged(network, sum="mean_samples"), output, targets)


@loss_fault(
    "gradient-sum-loss-mean",
    "the gradients are summed while the loss is a mean",
    "BACK-6",
    right="δ = 1/m ∂E/∂z, or 1/(m n) ∂E/∂z",
    wrong="δ = ∂E/∂z of the sum, while E is the mean",
    mend="Divide the gradients by what the loss is divided by.",
)
class GradientSumLossMean(Algorithm):
    """The reported loss is right, every gradient is m (or m n) times too large."""

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(replace(network, reduction="sum"), output, targets)


@loss_fault(
    "gradient-times-outputs",
    "the gradients are n_L times those of the reported loss",
    "BACK-1",
    "BACK-6",
    right="δ = ∂E/∂z",
    wrong="δ = n_L ∂E/∂z",
    mend="Divide the gradient by the number of outputs, as the loss is.",
    seen="scikit-learn MLPRegressor with several outputs (issue 8349)",
)
class GradientTimesOutputs(Algorithm):
    """The loss averages over the outputs and the gradient does not. A single output does not show it."""

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(network, output, targets) * network.sizes[-1]


@loss_fault(
    "loss-gradient-mismatch",
    "the reported loss is 4 times the function whose gradient is used",
    "BACK-1",
    right="E",
    wrong="4 E, with the gradients of E",
    mend="Report the function whose gradient is taken.",
    seen="convnetjs 0.3.0",
)
class LossGradientMismatch(Algorithm):
    """The gradients are right, the reported number is another multiple. A gradient check of the program
    against its own loss finds the factor.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return 4 * super().output_loss(network, output, targets)


@loss_fault(
    "loss-is-mean-square",
    "the reported loss is the mean of the squared errors, whatever loss was chosen",
    "LOSS-1",
    "LOSS-8",
    right="E as chosen",
    wrong="1/(m n_L) Σ (a − y)², with the gradients of E",
    mend="Return the objective as the loss, and call the mean squared error a metric.",
    seen="the document's own program prints it",
)
class LossIsMeanSquare(Algorithm):
    """A metric stands in for the objective. Printing it is fine; returning it as the loss is not."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        m, n = targets.shape
        return np.sum((output.a - targets) ** 2) / (m * n)


@loss_fault(
    "root-of-loss",
    "the reported loss is the square root of the loss",
    "LOSS-1",
    "LOSS-2",
    right="E",
    wrong="√E, with the gradients of E",
    mend="Leave out the root; a root mean square is a metric, not the objective.",
)
class RootOfLoss(Algorithm):
    """A root mean square error is reported in place of the objective."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        loss = super().output_loss(network, output, targets)
        return np.sqrt(loss) if is_squared(network) else loss


@loss_fault(
    "reported-mean-over-outputs",
    "the reported loss is averaged over the outputs as well, the gradients are not",
    "LOSS-6",
    "BACK-1",
    right="E = 1/m Σ",
    wrong="E = 1/(m n_L) Σ, with the gradients of 1/m Σ",
    mend="Report the function whose gradient is taken: np.mean also divides by the number of outputs.",
    seen="hand-written programs",
)
class ReportedMeanOverOutputs(Algorithm):
    """The gradients are right, the reported number is the objective divided by n_L. A single output does not show it."""

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        found = super().reduce(network, terms, targets)
        return found if network.reduction == "mean_elements" else found / targets.shape[1]


@loss_fault(
    "loss-is-squared-gradient",
    "the reported loss is the sum of the squares of its gradient",
    "LOSS-1",
    "LOSS-2",
    "LOSS-3",
    right="E",
    wrong="Σ g², g = (a − y) / m or whatever the gradient is divided by",
    mend="Report the loss whose gradient is taken.",
    seen="thinc 9.1.1",
)
class LossIsSquaredGradient(Algorithm):
    """A mean divides the gradient, and its square is divided twice; a cross-entropy is not even a logarithm. The gradients
    are right.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return np.sum(raw_error(self, network, output, targets) ** 2)
