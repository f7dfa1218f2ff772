"""Faults of what options do to gradients: penalty, dropout, clipping (OPT-1, OPT-2, OPT-7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mlp_conformance.faults.optional import optional_fault
from mlp_conformance.faults.variants import each
from mlp_reference.descent import Descent
from mlp_reference.mlp import Parameters
from mlp_reference.network import Array, Network
from mlp_reference.options import Options

Masks = tuple[Array, ...]


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
    "l2-subtracted",
    "the penalty's derivative is subtracted, and the weights grow",
    "OPT-1",
    right="∂E/∂W + λ W",
    wrong="∂E/∂W − λ W",
    mend="The step goes down the penalty too: W − η (∂E/∂W + λ W) = (1 − η λ) W − η ∂E/∂W.",
)
class L2Subtracted(Descent):
    """A sign that is lost where the step is written out. The reported loss is right."""

    def penalised(self, network: Network, gradients: Parameters, options: Options) -> Parameters:
        negative = options if options.l2 is None else replace(options, l2=-options.l2)
        return super().penalised(network, gradients, negative)


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
    "l2-times-batch",
    "the penalty's derivative is multiplied by the number of samples",
    "OPT-1",
    right="∂E/∂W + λ W, or λ/m W where the penalty is over the rows",
    wrong="∂E/∂W + m λ W, or λ W",
    mend="Divide the penalty's derivative by what the penalty is divided by.",
    seen="a penalty λ/(2 m) Σ W² whose derivative is written λ W",
)
class L2TimesBatch(Descent):
    """Loss and step are written apart, and only one of them has the division by m. The reported loss is right."""

    def batch_gradients(
        self, network: Network, inputs: Array, targets: Array, masks: Masks | None, options: Options
    ) -> tuple[Parameters, Array]:
        gradients, loss = super().batch_gradients(network, inputs, targets, masks, options)
        if options.l2 is not None:
            more = replace(options.of_batch(len(inputs)), l2=options.of_batch(len(inputs)).l2 * (len(inputs) - 1))
            gradients = self.penalised(network, gradients, more)
        return gradients, loss


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
