"""Faults of factors: the half, and what the loss and its gradients are divided by (LOSS-1, LOSS-2, LOSS-5
to LOSS-7).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import averaged, halved, whole
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Network

loss_fault = partial(known, phase="loss")


@loss_fault(
    "no-half",
    "the squared error lacks its ½",
    "LOSS-1",
    right="E = ½ Σ (a − y)²",
    wrong="E = Σ (a − y)², δ twice as large",
    mend="Put the ½ back, or claim the loss squared_error.",
    seen="several small packages",
)
class NoHalf(Algorithm):
    """Loss and gradients are exactly twice what they should be, in agreement with each other. With a
    learning rate half as large, training is the same.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(whole(network), output, targets)

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_error(whole(network), output, targets)


@loss_fault(
    "needless-half",
    "the squared error has a ½ that was not asked for",
    "LOSS-2",
    right="E = Σ (a − y)²",
    wrong="E = ½ Σ (a − y)², δ half as large",
    mend="Take the ½ out, or claim the loss half_squared_error.",
)
class NeedlessHalf(Algorithm):
    """Loss and gradients are exactly half of what they should be, in agreement with each other."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(halved(network), output, targets)

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_error(halved(network), output, targets)


@loss_fault(
    "mean-for-sum",
    "the mean over the samples is taken where the sum is claimed",
    "LOSS-5",
    right="E = Σ over samples",
    wrong="E = 1/m Σ over samples, δ likewise",
    mend="Do not divide by m, or claim the reduction mean_samples.",
)
class MeanForSum(Algorithm):
    """Loss and gradients are divided by m, in agreement with each other. One sample does not show it."""

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(averaged(network, sum="mean_samples"), terms, targets)

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(averaged(network, sum="mean_samples"), output, targets)


@loss_fault(
    "sum-for-mean",
    "the sum is taken where a mean is claimed",
    "LOSS-6",
    "LOSS-7",
    right="E = 1/m Σ, or 1/(m n) Σ",
    wrong="E = Σ, δ likewise",
    mend="Divide by what the reduction says, or claim the reduction sum.",
)
class SumForMean(Algorithm):
    """Loss and gradients are not divided at all, in agreement with each other. One sample (and one output)
    does not show it.
    """

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(replace(network, reduction="sum"), terms, targets)

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(replace(network, reduction="sum"), output, targets)


@loss_fault(
    "mean-elements-for-samples",
    "the mean is taken over samples and outputs where it is claimed over samples",
    "LOSS-6",
    right="E = 1/m Σ",
    wrong="E = 1/(m n_L) Σ, δ likewise",
    mend="Divide by m alone, or claim the reduction mean_elements.",
    seen="MSELoss of PyTorch and others: the mean over all elements",
)
class MeanElementsForSamples(Algorithm):
    """np.mean without an axis divides by the number of outputs too. A single output does not show it."""

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(averaged(network, mean_samples="mean_elements"), terms, targets)

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(averaged(network, mean_samples="mean_elements"), output, targets)


@loss_fault(
    "mean-samples-for-elements",
    "the mean is taken over samples where it is claimed over samples and outputs",
    "LOSS-7",
    right="E = 1/(m n_L) Σ",
    wrong="E = 1/m Σ, δ likewise",
    mend="Divide by m times the number of outputs, or claim the reduction mean_samples.",
)
class MeanSamplesForElements(Algorithm):
    """Loss and gradients are n_L times too large, in agreement with each other. A single output does not
    show it.
    """

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(averaged(network, mean_elements="mean_samples"), terms, targets)

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(averaged(network, mean_elements="mean_samples"), output, targets)


@loss_fault(
    "mean-over-outputs",
    "the sum over the outputs is divided by their number",
    "LOSS-5",
    right="E = Σ over samples and outputs",
    wrong="E = 1/n_L Σ, δ likewise",
    mend="Sum over the outputs of a sample, as over the samples.",
)
class MeanOverOutputs(Algorithm):
    """Each sample's loss is the mean over its outputs, and the samples are summed. A single output does
    not show it.
    """

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(network, terms, targets) / outputs(network)

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(network, output, targets) / outputs(network)


def outputs(network: Network) -> int:
    """n_L, unless the reduction has divided by it already."""
    return 1 if network.reduction == "mean_elements" else network.sizes[-1]


@loss_fault(
    "bessel-divisor",
    "the mean divides by m − 1",
    "LOSS-6",
    "LOSS-7",
    right="E = 1/m Σ",
    wrong="E = 1/(m − 1) Σ, δ likewise",
    mend="Divide by the number of samples m; m − 1 belongs to the estimate of a variance.",
)
class BesselDivisor(Algorithm):
    """The divisor of a sample variance, or an index that starts at 0, finds its way into the mean."""

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(network, terms, targets) * bessel(network, targets)

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(network, output, targets) * bessel(network, targets)


def bessel(network: Network, targets: Array) -> float:
    m = len(targets)
    return 1 if network.reduction == "sum" or m == 1 else m / (m - 1)
