"""Faults of the optional parts of training (OPT-1 to OPT-7): plain training is right, an option is not.

They are a list of their own: whoever claims no option cannot have them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from mlp_conformance.faults.fault import FAULTS, Fault
from mlp_conformance.faults.variants import each
from mlp_reference.descent import Descent, at_rest
from mlp_reference.mlp import Parameters
from mlp_reference.network import Array, Network
from mlp_reference.options import PLAIN, Options

#: Every fault of an optional part, by id.
OPTION_FAULTS: dict[str, Fault] = {}
Masks = tuple[Array, ...]


def optional_fault(
    id: str, title: str, requirement: str, *, right: str, wrong: str, mend: str, seen: str = "common"
) -> Callable[[type[Descent]], type[Descent]]:
    """Enter the decorated algorithm into `OPTION_FAULTS`; its docstring is the explanation."""

    def enter(algorithm: type[Descent]) -> type[Descent]:
        if id in FAULTS or id in OPTION_FAULTS:
            raise ValueError(f"two faults are called {id!r}")
        explanation = " ".join((algorithm.__doc__ or "").split())
        OPTION_FAULTS[id] = Fault(
            id, title, explanation, "update", (requirement,), right, wrong, mend, seen, algorithm, "formula"
        )
        return algorithm

    return enter


# ---- L2 regularisation


@optional_fault(
    "l2-twice",
    "the penalty's derivative has a factor 2",
    "OPT-1",
    right="∂E/∂W + λ W",
    wrong="∂E/∂W + 2 λ W",
    mend="The penalty is λ/2 Σ W²; where it is λ Σ W², λ is half of what is claimed.",
    seen="Keras' regularizers.L2, whose penalty has no ½",
)
class L2Twice(Descent):
    """The penalty without its half. Its λ is half of the specification's."""

    def penalised(self, network: Network, gradients: Parameters, options: Options) -> Parameters:
        return super().penalised(network, gradients, doubled(options))

    def penalty(self, network: Network, options: Options) -> Array:
        return super().penalty(network, doubled(options))


def doubled(options: Options) -> Options:
    """Options with twice the lambda, where there is one."""
    return options if options.l2 is None else replace(options, l2=2 * options.l2)


@optional_fault(
    "l2-over-batch",
    "the penalty is divided by the number of samples",
    "OPT-1",
    right="∂E/∂W + λ W",
    wrong="∂E/∂W + λ/m W",
    mend="Divide nothing: the penalty does not depend on the batch. Or hand over λ m.",
    seen="scikit-learn's alpha",
)
class L2OverBatch(Descent):
    """The penalty stands inside the mean over samples, so that λ means something else for every batch size."""

    def batch_gradients(
        self, network: Network, inputs: Array, targets: Array, masks: Masks | None, options: Options
    ) -> tuple[Parameters, Array]:
        if options.l2 is not None:
            options = replace(options, l2=options.l2 / len(inputs))
        return super().batch_gradients(network, inputs, targets, masks, options)


@optional_fault(
    "l2-of-biases",
    "the biases are in the penalty",
    "OPT-1",
    right="∂E/∂b as it is",
    wrong="∂E/∂b + λ b",
    mend="Leave the biases out of the penalty.",
    seen="torch.optim's weight_decay over all parameters",
)
class L2OfBiases(Descent):
    """One loop over all parameters. Biases at 0 do not show it in the first update."""

    def penalised(self, network: Network, gradients: Parameters, options: Options) -> Parameters:
        if options.l2 is None:
            return gradients
        return each(lambda gradient, parameter: gradient + options.l2 * parameter, gradients, network.parameters)


@optional_fault(
    "l2-after-step",
    "the penalty shrinks the weights after the step, by the updated weights",
    "OPT-1",
    right="W ← W − η (∂E/∂W + λ W)",
    wrong="W ← (1 − η λ) (W − η ∂E/∂W)",
    mend="Take both parts of the gradient at the same weights.",
)
class L2AfterStep(Descent):
    """Off by η² λ ∂E/∂W, which is little where both are small."""

    def penalised(self, network: Network, gradients: Parameters, options: Options) -> Parameters:
        return gradients

    def batch_update(
        self, network: Network, velocity: Parameters, gradients: Parameters, rate: Array, options: Options
    ) -> tuple[Network, Parameters]:
        after, velocity = super().batch_update(network, velocity, gradients, rate, options)
        if options.l2 is None:
            return after, velocity
        return after.with_parameters([(w - rate * options.l2 * w, b) for w, b in after.parameters]), velocity


# ---- dropout


@optional_fault(
    "dropout-not-inverted",
    "masked activations are not divided by the probability of a 1",
    "OPT-2",
    right="a = M σ(z) / (1 − p)",
    wrong="a = M σ(z)",
    mend="Divide by 1 − p in training, or multiply by it in prediction and claim nothing.",
    seen="dropout as it was first published",
)
class DropoutNotInverted(Descent):
    """The first form of dropout, which scales in prediction instead."""

    def dropped(self, numbers: Array, mask: Array, options: Options) -> Array:
        return mask * numbers


@optional_fault(
    "dropout-divides-by-rate",
    "masked activations are divided by the probability of a 0",
    "OPT-2",
    right="a = M σ(z) / (1 − p)",
    wrong="a = M σ(z) / p",
    mend="p is the probability that a unit is dropped: divide by 1 − p.",
    seen="APIs whose argument is the probability to keep",
)
class DropoutDividesByRate(Descent):
    """p and 1 − p confused. At ½ nothing shows."""

    def dropped(self, numbers: Array, mask: Array, options: Options) -> Array:
        return mask * numbers / options.dropout


@optional_fault(
    "dropout-forward-only",
    "the deltas are not masked",
    "OPT-2",
    right="δ = M/(1 − p) (δ_next Wᵀ) σ′(z)",
    wrong="δ = (δ_next Wᵀ) σ′(z)",
    mend="Use the mask of the forward pass, with its factor, on the way back.",
    seen="hand-written programs",
)
class DropoutForwardOnly(Descent):
    """Dropped units still learn, from inputs to the rest of the network that they did not give."""

    def masked_deltas(self, network: Network, steps: Any, targets: Array, masks: Masks, options: Options) -> list[Array]:
        return self.deltas(network, steps, targets)


# ---- clipping


@optional_fault(
    "clip-each-array",
    "each array of gradients is clipped by its own norm",
    "OPT-7",
    right="one factor, from the norm of all gradients together",
    wrong="a factor for each W and b, from its own norm",
    mend="Take the norm over all parameters (in Keras global_clipnorm).",
    seen="Keras' clipnorm",
)
class ClipEachArray(Descent):
    """The direction of the step changes, not its length alone."""

    def clipped(self, gradients: Parameters, options: Options) -> Parameters:
        def alone(array: Array) -> Array:
            return super(ClipEachArray, self).clipped([(array, array * 0)], options)[0][0]

        return gradients if options.clip_norm is None else each(alone, gradients)


@optional_fault(
    "clip-stretches",
    "gradients shorter than the limit are stretched to it",
    "OPT-7",
    right="g min(1, c / ‖g‖)",
    wrong="g c / ‖g‖",
    mend="Leave gradients alone that are short enough.",
)
class ClipStretches(Descent):
    """Every step is equally long: normalised gradients, not clipped ones."""

    def clipped(self, gradients: Parameters, options: Options) -> Parameters:
        if options.clip_norm is None:
            return gradients
        norm = np.sqrt(sum((np.sum(array * array) for pair in gradients for array in pair), 0))
        return each(lambda array: options.clip_norm / (norm + options.clip_epsilon) * array, gradients)


@optional_fault(
    "clip-epsilon",
    "a millionth is added to the norm",
    "OPT-7",
    right="g min(1, c / ‖g‖)",
    wrong="g min(1, c / (‖g‖ + 1e-6))",
    mend="Claim clip_epsilon=1e-6.",
    seen="torch.nn.utils.clip_grad_norm_",
)
class ClipEpsilon(Descent):
    """A guard against a norm of 0, larger than any rounding in float64."""

    def clipped(self, gradients: Parameters, options: Options) -> Parameters:
        return super().clipped(gradients, replace(options, clip_epsilon=1e-6))


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
        return self.penalised(network, gradients, options), loss


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
        rate, reported = options.rate(learning_rate, number), []
        total = at_rest(network)
        for rows in self.batches(len(inputs), number, options):
            masks = None if options.masks is None else tuple(mask[rows] for mask in options.masks[number])
            gradients, loss = self.batch_gradients(network, inputs[rows], targets[rows], masks, options)
            total = each(lambda before, gradient: before + gradient, total, gradients)
            network, velocity = self.batch_update(network, velocity, total, rate, options)
            reported.append(loss)
        return network, velocity, reported
