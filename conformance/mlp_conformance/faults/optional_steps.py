"""Faults of what options do to the steps: momentum, schedules, mini-batches (OPT-3 to OPT-6)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from mlp_conformance.faults.optional import optional_fault
from mlp_conformance.faults.variants import each
from mlp_reference.descent import Descent, at_rest
from mlp_reference.mlp import Parameters
from mlp_reference.network import Array, Network
from mlp_reference.options import PLAIN, Options

Masks = tuple[Array, ...]


# ---- momentum


@optional_fault(
    "momentum-other-rate",
    "the velocity contains the learning rates of earlier epochs, or lacks them, against the claim",
    "OPT-3",
    right="the form that is claimed as rate_in_velocity",
    wrong="the other one of v ← μ v + g, W ← W − η v and v ← μ v − η g, W ← W + v",
    mend="Claim rate_in_velocity as it is: False for PyTorch's form, True for scikit-learn's and Keras'.",
    seen="PyTorch against scikit-learn and Keras",
)
class MomentumOtherRate(Descent):
    """At one learning rate both forms make the same steps; when it changes they do not."""

    def batch_update(
        self, network: Network, velocity: Parameters, gradients: Parameters, rate: Array, options: Options
    ) -> tuple[Network, Parameters]:
        options = replace(options, rate_in_velocity=not options.rate_in_velocity)
        return super().batch_update(network, velocity, gradients, rate, options)


@optional_fault(
    "momentum-with-dampening",
    "the gradient enters the velocity with a factor 1 − μ",
    "OPT-3",
    right="v ← μ v + g",
    wrong="v ← μ v + (1 − μ) g",
    mend="Let the gradient enter as it is (in PyTorch dampening=0).",
    seen="PyTorch's dampening, Adam's first moment",
)
class MomentumDampened(Descent):
    """A running mean in place of a sum: steps are 1 − μ times as long."""

    def velocity(self, before: Array, gradient: Array, rate: Array, options: Options) -> Array:
        return super().velocity(before, (1 - options.momentum) * gradient, rate, options)


@optional_fault(
    "momentum-forgotten",
    "the velocity starts at 0 again in every epoch",
    "OPT-3",
    right="v goes on through all epochs",
    wrong="v = 0 at the start of each epoch",
    mend="Set the velocity to 0 once, before the first epoch.",
)
class MomentumForgotten(Descent):
    """With one batch an epoch there is no momentum at all."""

    def descent_epoch(
        self,
        network: Network,
        velocity: Parameters,
        inputs: Array,
        targets: Array,
        learning_rate: Array,
        number: int,
        options: Options,
    ) -> tuple[Network, Parameters, list[Array]]:
        return super().descent_epoch(network, at_rest(network), inputs, targets, learning_rate, number, options)


@optional_fault(
    "nesterov-is-classical",
    "Nesterov's momentum is asked for and classical momentum is computed",
    "OPT-4",
    right="W ← W − η (g + μ v)",
    wrong="W ← W − η v",
    mend="Use the velocity once more, with the gradient.",
)
class NesterovIsClassical(Descent):
    """The flag is accepted and never read."""

    def moved(self, parameters: Array, velocity: Array, gradient: Array, rate: Array, options: Options) -> Array:
        return super().moved(parameters, velocity, gradient, rate, replace(options, nesterov=None))


@optional_fault(
    "momentum-is-nesterov",
    "classical momentum is asked for and Nesterov's is computed",
    "OPT-3",
    right="W ← W − η v",
    wrong="W ← W − η (g + μ v)",
    mend="Switch nesterov off where it is not asked for.",
    seen="scikit-learn's default",
)
class MomentumIsNesterov(Descent):
    """Nesterov's form by default."""

    def moved(self, parameters: Array, velocity: Array, gradient: Array, rate: Array, options: Options) -> Array:
        return super().moved(parameters, velocity, gradient, rate, replace(options, nesterov=True))


# ---- schedule


class OtherEpoch(Descent):
    """Each epoch has the learning rate of another one."""

    def other(self, number: int, epochs: int) -> int:
        """The epoch whose rate is used."""
        return number

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int, options: Options = PLAIN
    ) -> tuple[Parameters, list[Array]]:
        if options.learning_rates is not None:
            rates = [options.learning_rates[self.other(number, epochs)] for number in range(epochs)]
            options = replace(options, learning_rates=rates)
        return super().train(network, inputs, targets, learning_rate, epochs, options)


@optional_fault(
    "schedule-one-late",
    "each epoch has the learning rate of the epoch before",
    "OPT-5",
    right="epoch k has rate k",
    wrong="epoch k has rate k − 1, the first its own",
    mend="Set the rate before the epoch, not after.",
    seen="schedulers whose step comes at the wrong end of the loop",
)
class ScheduleOneLate(OtherEpoch):
    """The scheduler is advanced after an epoch that should have had the next rate already."""

    def other(self, number: int, epochs: int) -> int:
        return max(number - 1, 0)


@optional_fault(
    "schedule-one-early",
    "each epoch has the learning rate of the next one",
    "OPT-5",
    right="epoch k has rate k",
    wrong="epoch k has rate k + 1, the last its own",
    mend="Advance the scheduler after the optimizer's step.",
    seen="PyTorch, scheduler.step() before optimizer.step()",
)
class ScheduleOneEarly(OtherEpoch):
    """The first rate is never used."""

    def other(self, number: int, epochs: int) -> int:
        return min(number + 1, epochs - 1)


@optional_fault(
    "schedule-ignored",
    "every epoch has the first learning rate",
    "OPT-5",
    right="epoch k has rate k",
    wrong="every epoch has rate 0",
    mend="Read the schedule in every epoch.",
)
class ScheduleIgnored(OtherEpoch):
    """The list is accepted and its first number used."""

    def other(self, number: int, epochs: int) -> int:
        return 0


# ---- mini-batches


@optional_fault(
    "last-batch-dropped",
    "a last batch that is smaller is left out",
    "OPT-6",
    right="every row is in a batch",
    wrong="the rows that do not fill a batch are never used",
    mend="Keep the last batch (in PyTorch drop_last=False).",
    seen="drop_last, m // batch_size",
)
class LastBatchDropped(Descent):
    """A batch size that divides the number of samples does not show it."""

    def batches(self, m: int, number: int, options: Options) -> list[Any]:
        found = super().batches(m, number, options)
        return found if options.batch_size is None else [rows for rows in found if len(rows) == options.batch_size]


@optional_fault(
    "last-batch-filled",
    "a last batch that is smaller is filled with the first rows",
    "OPT-6",
    right="the last batch is smaller",
    wrong="the last batch has rows of the first one again",
    mend="Let the last batch be smaller.",
    seen="static shapes",
)
class LastBatchFilled(Descent):
    """All batches have one shape, and some samples count twice."""

    def batches(self, m: int, number: int, options: Options) -> list[Any]:
        found = super().batches(m, number, options)
        if options.batch_size is None:
            return found
        order = [row for rows in found for row in rows]
        return [(rows + order)[: options.batch_size] for rows in found]


@optional_fault(
    "order-kept",
    "the rows are taken as they come, not in the order that is given",
    "OPT-6",
    right="the given order",
    wrong="rows 0, 1, 2, ...",
    mend="Index inputs and targets by the order.",
)
class OrderKept(Descent):
    """The order is accepted and never read."""

    def batches(self, m: int, number: int, options: Options) -> list[Any]:
        return super().batches(m, number, replace(options, order=None))


@optional_fault(
    "order-of-first-epoch",
    "every epoch has the order of the first one",
    "OPT-6",
    right="epoch k has order k",
    wrong="every epoch has order 0",
    mend="Shuffle, or read the order, in every epoch.",
)
class OrderOfFirstEpoch(Descent):
    """The rows are put into order once, before the loop."""

    def batches(self, m: int, number: int, options: Options) -> list[Any]:
        return super().batches(m, 0, options)


@optional_fault(
    "last-batch-divided-as-whole",
    "the smaller last batch is divided by the size of a whole one",
    "OPT-6",
    right="a mean is over the rows of the batch at hand",
    wrong="a mean is over batch_size rows, however many there are",
    mend="Divide by the number of rows of the batch.",
)
class OneFactorForAllBatches(Descent):
    """With the reduction sum nothing shows."""

    def batch_gradients(
        self, network: Network, inputs: Array, targets: Array, masks: Masks | None, options: Options
    ) -> tuple[Parameters, Array]:
        gradients, loss = super().batch_gradients(network, inputs, targets, masks, replace(options, l2=None))
        if options.batch_size is not None and network.reduction != "sum":
            part = Fraction(len(inputs), options.batch_size)
            gradients = each(lambda gradient: gradient * part.numerator / part.denominator, gradients)
        return self.penalised(network, gradients, options.of_batch(len(inputs))), loss


@optional_fault(
    "batches-add-up",
    "the gradients of a batch are added to those of the batches before",
    "OPT-6",
    right="each update has the gradient of its batch alone",
    wrong="the gradients of an epoch's batches so far",
    mend="Set the gradients to 0 before every batch (zero_grad).",
    seen="PyTorch without zero_grad, within an epoch",
)
class BatchesAddUp(Descent):
    """zero_grad stands outside the loop over batches. With one batch an epoch nothing shows."""

    def followed(self, before: Parameters | None, gradients: Parameters) -> Parameters:
        return gradients if before is None else each(lambda total, gradient: total + gradient, before, gradients)
