"""Faults of errors and targets: what is compared with what, and how a difference counts (LOSS-1 to
LOSS-5).
"""

from __future__ import annotations

from functools import partial, reduce

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import OtherTargets, halved, is_squared
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Network

loss_fault = partial(known, phase="loss")


@loss_fault(
    "absolute-error",
    "absolute errors are summed instead of squares",
    "LOSS-1",
    "LOSS-2",
    right="E = ½ Σ (a − y)²",
    wrong="E = Σ |a − y|, δ = sign(a − y) σ′",
    mend="Square the errors.",
)
class AbsoluteError(Algorithm):
    """The L1 loss in place of the squared one. Its gradient has the same size however small the error is."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if not is_squared(network):
            return super().output_loss(network, output, targets)
        return self.reduce(network, np.absolute(output.a - targets), targets)

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if not is_squared(network):
            return super().output_error(network, output, targets)
        sign = 2 * np.heaviside(output.a - targets, 0.5) - 1
        return super().output_error(halved(network), output, output.a - sign)


@loss_fault(
    "huber-for-squared",
    "large errors count linearly instead of squared",
    "LOSS-1",
    right="E = ½ Σ (a − y)²",
    wrong="E = Σ ½ e² where |e| ≤ 1, |e| − ½ beyond; δ with e clipped to [−1, 1]",
    mend="Use the plain squared error.",
    seen="SmoothL1Loss, Huber loss of libraries",
)
class HuberForSquared(Algorithm):
    """A robust variant under the plain name. Outputs and targets between 0 and 1 never show it."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss != "half_squared_error":
            return super().output_loss(network, output, targets)
        size = np.absolute(output.a - targets)
        inner = np.minimum(size, 1)
        return self.reduce(network, inner * (size - inner / 2), targets)

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss != "half_squared_error":
            return super().output_error(network, output, targets)
        clipped = np.minimum(np.maximum(output.a - targets, -1), 1)
        return super().output_error(network, output, output.a - clipped)


@loss_fault(
    "errors-cancel",
    "errors are summed with their signs",
    "LOSS-1",
    "LOSS-2",
    right="E = ½ Σ (a − y)²",
    wrong="E = Σ (a − y)",
    mend="Square the errors before they are summed.",
)
class ErrorsCancel(Algorithm):
    """Errors of opposite sign cancel, and the reported loss can be negative. The gradients are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if not is_squared(network):
            return super().output_loss(network, output, targets)
        return self.reduce(network, output.a - targets, targets)


@loss_fault(
    "square-of-summed-errors",
    "the errors of a sample are summed before they are squared",
    "LOSS-1",
    "LOSS-2",
    right="E = ½ Σ_s Σ_k (a_sk − y_sk)²",
    wrong="E = ½ Σ_s (Σ_k a_sk − y_sk)²",
    mend="Square each error, then sum.",
)
class SquareOfSummedErrors(Algorithm):
    """Square and sum are exchanged. One output does not show it. The gradients are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if not is_squared(network):
            return super().output_loss(network, output, targets)
        squares = np.sum(output.a - targets, axis=1, keepdims=True) ** 2
        return self.reduce(network, squares / 2 if network.loss == "half_squared_error" else squares, targets)


@loss_fault(
    "loss-last-sample",
    "the reported loss is that of the last sample",
    "LOSS-5",
    right="E = Σ over samples",
    wrong="E = the term of sample m",
    mend="Add up the samples' losses in the loop instead of overwriting the variable.",
)
class LossLastSample(Algorithm):
    """The variable is assigned instead of added to. One sample does not show it. The gradients are right."""

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(network, terms[-1:], targets)


@loss_fault(
    "loss-first-output",
    "the reported loss counts the first output only",
    "LOSS-5",
    right="E = Σ over samples and outputs",
    wrong="E = Σ over samples of output 1",
    mend="Sum over all outputs.",
)
class LossFirstOutput(Algorithm):
    """Code written for one output is used with several. The gradients are right."""

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(network, terms[:, :1], targets)


@loss_fault(
    "targets-misaligned",
    "the targets are one row off",
    "FWD-4",
    "LOSS-5",
    right="sample s is compared with target s",
    wrong="sample s is compared with target s + 1, the last with the first",
    mend="Shuffle inputs and targets together, and start both at the same index.",
    seen="common where inputs are shuffled without their targets",
)
class TargetsMisaligned(OtherTargets):
    """Inputs and targets are paired wrongly. One sample, or equal targets, do not show it."""

    def other(self, network: Network, targets: Array) -> Array:
        return np.concatenate([targets[1:], targets[:1]])


@loss_fault(
    "classes-misaligned",
    "the targets are one class off",
    "LOSS-3",
    right="output k is compared with target k",
    wrong="output k is compared with target k + 1, the last with the first",
    mend="Count classes from 0 where labels are turned into one-hot rows.",
    seen="common where labels start at 1",
)
class ClassesMisaligned(OtherTargets):
    """Labels from 1 to n meet indices from 0 to n − 1. The network learns, and every answer is off by one."""

    def other(self, network: Network, targets: Array) -> Array:
        return np.concatenate([targets[:, 1:], targets[:, :1]], axis=1)


@loss_fault(
    "label-smoothing",
    "the targets of the cross-entropy are smoothed",
    "LOSS-3",
    right="y",
    wrong="0.9 y + 0.1 / n_L",
    mend="Switch label smoothing off.",
    seen="library options",
)
class LabelSmoothing(OtherTargets):
    """A regularisation nobody asked for. Loss and gradients agree with each other."""

    def other(self, network: Network, targets: Array) -> Array:
        return 0.9 * targets + 0.1 / network.sizes[-1] if network.loss == "cross_entropy" else targets


@loss_fault(
    "targets-softened",
    "targets are squeezed into 0.1 to 0.9",
    "LOSS-1",
    right="y",
    wrong="0.1 + 0.8 y",
    mend="Use the targets as they are; preprocessing belongs outside the network.",
    seen="old recommendation for sigmoid outputs",
)
class TargetsSoftened(OtherTargets):
    """Targets that a sigmoid can reach were once recommended. Inside the network the rescaling is a
    different task.
    """

    def other(self, network: Network, targets: Array) -> Array:
        return 0.1 + 0.8 * targets if network.output_activation == "sigmoid" else targets


#: Errors beyond the limit are taken for this number.
_FANN_LIMIT, _FANN_FAR = 0.9999999, 17.0


@loss_fault(
    "error-function-swapped",
    "the error e is replaced by ln((1 + e) / (1 − e)), and by ±17 near ±1",
    "BACK-2",
    right="∂E/∂a = a − y",
    wrong="∂E/∂a = ln((1 + e) / (1 − e)), e = a − y",
    mend="Choose the linear error function (in FANN: FANN_ERRORFUNC_LINEAR).",
    seen="FANN default",
)
class ErrorFunctionSwapped(Algorithm):
    """The 'tanh error function' punishes large errors more. The reported loss is that of the plain error."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if not is_squared(network):
            return super().output_error(network, output, targets)
        e = output.a - targets
        inside = np.minimum(np.maximum(e, -_FANN_LIMIT), _FANN_LIMIT)
        above, below = np.heaviside(e - _FANN_LIMIT, 0), np.heaviside(-e - _FANN_LIMIT, 0)
        swapped = (1 - above - below) * np.log((1 + inside) / (1 - inside)) + _FANN_FAR * (above - below)
        return super().output_error(network, output, output.a - swapped)


@loss_fault(
    "targets-hardened",
    "soft targets of several classes become one-hot",
    "LOSS-3",
    right="y as given",
    wrong="y_k = 1 for the largest, 0 for the others",
    mend="Use the targets as they are, not the index of their largest.",
    seen="programs that keep class indices",
)
class TargetsHardened(OtherTargets):
    """argmax turns targets into classes. One-hot targets do not show it."""

    def other(self, network: Network, targets: Array) -> Array:
        if targets.shape[1] == 1:
            return targets
        columns = [targets[:, k : k + 1] for k in range(targets.shape[1])]
        largest, left, hardened = reduce(np.maximum, columns), 1, []
        for column in columns:
            hardened.append(np.heaviside(column - largest, 1) * left)
            left = left - hardened[-1]  # of several that are largest the first is taken
        return np.concatenate(hardened, axis=1)


@loss_fault(
    "targets-to-minus-one",
    "targets from 0 to 1 are stretched to −1 to 1",
    "LOSS-1",
    right="y",
    wrong="2 y − 1",
    mend="Use the targets as they are given.",
    seen="programs made for tanh",
)
class TargetsToMinusOne(OtherTargets):
    """A preparation that belongs to tanh outputs and to the data, not to the network."""

    def other(self, network: Network, targets: Array) -> Array:
        return 2 * targets - 1


@loss_fault(
    "targets-clipped",
    "targets are clipped to 0 to 1",
    "LOSS-1",
    right="y",
    wrong="min(max(y, 0), 1)",
    mend="Use the targets as they are given.",
)
class TargetsClipped(OtherTargets):
    """Targets of classification do not show it, those of regression do."""

    def other(self, network: Network, targets: Array) -> Array:
        return np.minimum(np.maximum(targets, 0), 1)
