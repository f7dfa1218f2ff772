"""Faults of the losses' terms: a sign, a term too many, targets of another shape (LOSS-1 to LOSS-4)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import is_squared
from mlp_reference import losses
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Network

loss_fault = partial(known, phase="loss")


@loss_fault(
    "second-term-subtracted",
    "the second term of the binary cross-entropy has the wrong sign",
    "LOSS-4",
    right="E = −Σ y log a + (1 − y) log(1 − a)",
    wrong="E = −Σ y log a − (1 − y) log(1 − a)",
    mend="Add the two terms, then negate: the minus is in front of both.",
)
class SecondTermSubtracted(Algorithm):
    """A bracket is missing behind the minus. Samples with target 1 are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss != "binary_cross_entropy":
            return super().output_loss(network, output, targets)
        terms = targets * losses.softplus(-output.z) - (1 - targets) * losses.softplus(output.z)
        return self.reduce(network, terms, targets)


@loss_fault(
    "divergence-for-cross-entropy",
    "the Kullback-Leibler divergence is reported instead of the cross-entropy",
    "LOSS-3",
    right="E = −Σ y log a",
    wrong="E = Σ y log(y / a)",
    mend="Leave out y log y: it does not depend on the network.",
    seen="KLDivLoss of libraries",
)
class DivergenceForCrossEntropy(Algorithm):
    """Both have the same gradient, and the same value for one-hot targets."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        found = super().output_loss(network, output, targets)
        if network.loss != "cross_entropy":
            return found
        is_zero = 1 - np.heaviside(targets, 0)
        return found + self.reduce(network, targets * np.log(targets + is_zero), targets)


def _is_single(network: Network, targets: Array) -> bool:
    return is_squared(network) and targets.shape[1] == 1


@loss_fault(
    "targets-broadcast",
    "every output is compared with the targets of all samples",
    "LOSS-5",
    "LOSS-1",
    right="E = Σ_s (a_s − y_s)²",
    wrong="E = Σ_s Σ_t (a_s − y_t)², a mean over s and t",
    mend="Give targets the shape of the outputs: y.reshape(-1, 1), not (m,) beside (m, 1).",
    seen="programs with an autograd engine, which at best warn",
)
class TargetsBroadcast(Algorithm):
    """Targets of shape (m,) and outputs of shape (m, 1) broadcast to m by m differences, in the loss and so in its
    gradient. Only networks with one output have it; one sample does not show it."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if not _is_single(network, targets):
            return super().output_loss(network, output, targets)
        rows = [super(TargetsBroadcast, self).output_loss(network, output, _repeated(targets, t)) for t in range(len(targets))]
        total = sum(rows[1:], rows[0])
        return total if network.reduction == "sum" else total / len(targets)

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if not _is_single(network, targets):
            return super().output_error(network, output, targets)
        rows = [super(TargetsBroadcast, self).output_error(network, output, _repeated(targets, t)) for t in range(len(targets))]
        total = sum(rows[1:], rows[0])
        return total if network.reduction == "sum" else total / len(targets)


@loss_fault(
    "reported-targets-broadcast",
    "the reported loss compares every output with the targets of all samples",
    "LOSS-5",
    "LOSS-1",
    right="E = Σ_s (a_s − y_s)²",
    wrong="E = Σ_s Σ_t (a_s − y_t)², a mean over s and t",
    mend="Give targets the shape of the outputs: y.reshape(-1, 1), not (m,) beside (m, 1).",
    seen="hand-written programs",
)
class ReportedTargetsBroadcast(Algorithm):
    """Targets of shape (m,) and outputs of shape (m, 1) broadcast to m by m differences, where the loss is computed. The
    gradients are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return TargetsBroadcast().output_loss(network, output, targets)


def _repeated(targets: Array, row: int) -> Array:
    """One row of the targets for every sample."""
    return np.zeros_like(targets) + targets[row : row + 1]


@loss_fault(
    "mean-divided-twice",
    "a mean is divided by the number of samples twice, in the loss and its gradient",
    "LOSS-6",
    right="E = 1/m Σ_s e_s",
    wrong="E = 1/m² Σ_s e_s",
    mend="Divide by m once: np.mean has done so already.",
    seen="js-pytorch 0.7.2",
)
class MeanDividedTwice(Algorithm):
    """The loss function averages, and so does its caller. The gradient is that of this loss, so that a check of the one
    against the other passes. One sample, or a sum, does not show it."""

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        found = super().reduce(network, terms, targets)
        return found if network.reduction == "sum" else found / len(targets)

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        found = super().output_delta(network, output, targets)
        return found if network.reduction == "sum" else found / len(targets)


@loss_fault(
    "reported-absolute-error",
    "the reported loss has absolute errors in place of squared ones",
    "LOSS-1",
    "LOSS-2",
    right="E = ½ Σ (a − y)²",
    wrong="E = ½ Σ |a − y|, with the gradients of ½ Σ (a − y)²",
    mend="Report the function whose gradient is taken.",
)
class ReportedAbsoluteError(Algorithm):
    """The ½, if there is one, and the mean are as they should be. The gradients are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if not is_squared(network):
            return super().output_loss(network, output, targets)
        terms = np.absolute(output.a - targets)
        return self.reduce(network, terms / 2 if network.loss == "half_squared_error" else terms, targets)


@loss_fault(
    "norms-not-squared",
    "the reported loss has each sample's distance in place of its square",
    "LOSS-1",
    "LOSS-2",
    right="E = ½ Σ_s ‖a_s − y_s‖²",
    wrong="E = ½ Σ_s ‖a_s − y_s‖, with the gradients of ½ Σ (a − y)²",
    mend="Square the norm: np.linalg.norm returns the root.",
    seen="hand-written programs",
)
class NormsNotSquared(Algorithm):
    """A norm is already the root of the sum of squares. The gradients are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if not is_squared(network):
            return super().output_loss(network, output, targets)
        norms = np.sqrt(np.sum((output.a - targets) ** 2, axis=1, keepdims=True))
        return self.reduce(network, norms / 2 if network.loss == "half_squared_error" else norms, targets)


@loss_fault(
    "loss-first-sample",
    "the reported loss is that of the first sample",
    "LOSS-5",
    right="E = Σ over samples",
    wrong="E = the term of sample 1",
    mend="Return after the loop over the samples, not inside it.",
)
class LossFirstSample(Algorithm):
    """The return stands inside the outer loop. One sample does not show it. The gradients are right."""

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(network, terms[:1], targets)


@loss_fault(
    "loss-first-term",
    "the reported loss is the first sample's first term alone",
    "LOSS-5",
    right="E = Σ over samples and outputs",
    wrong="E = the term of sample 1 and output 1",
    mend="Return after both loops, not inside them.",
)
class LossFirstTerm(Algorithm):
    """The return stands inside the inner loop. One sample with one output does not show it. The gradients are right."""

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(network, terms[:1, :1], targets)


@loss_fault(
    "loss-last-output",
    "the reported loss counts the last output only",
    "LOSS-5",
    right="E = Σ over samples and outputs",
    wrong="E = Σ over samples of the last output",
    mend="Put the line that adds up inside the loop over the outputs.",
    seen="loops over the outputs",
)
class LossLastOutput(Algorithm):
    """The line that adds up stands behind the loop. The gradients are right, and so is the loss of one output."""

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(network, terms[:, -1:], targets)


@loss_fault(
    "softplus-without-size",
    "the binary cross-entropy from logits takes exp(−z) where exp(−|z|) is meant",
    "LOSS-4",
    right="E = Σ max(z, 0) − z y + log(1 + exp(−|z|))",
    wrong="E = Σ max(z, 0) − z y + log(1 + exp(−z))",
    mend="Take the size of z inside the exponential.",
    seen="the stable formula, written from memory",
)
class SoftplusWithoutSize(Algorithm):
    """Every negative logit adds its size to the loss. Positive logits are right, and so are the gradients."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss != "binary_cross_entropy":
            return super().output_loss(network, output, targets)
        terms = np.maximum(output.z, 0) - output.z * targets + losses.softplus(-output.z)
        return self.reduce(network, terms, targets)
