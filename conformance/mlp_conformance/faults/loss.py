"""Faults of the losses: another function of outputs and targets (LOSS-1 to LOSS-4, LOSS-10)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import log

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import is_squared, sum_of_squared_weights
from mlp_reference import activations, losses
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Conventions, Network

loss_fault = partial(known, phase="loss")
LAMBDA = 1e-4


@loss_fault(
    "cross-entropy-half",
    "the binary cross-entropy lacks its second term",
    "LOSS-4",
    right="E = −Σ y log a + (1 − y) log(1 − a)",
    wrong="E = −Σ y log a",
    mend="Add the term of the other class, (1 − y) log(1 − a).",
)
class CrossEntropyHalf(Algorithm):
    """The formula for one-hot classes is used for a single probability. Samples with target 0 then cost
    nothing; the gradient a − y is still the right one.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss != "binary_cross_entropy":
            return super().output_loss(network, output, targets)
        return self.reduce(network, targets * losses.softplus(-output.z), targets)


@loss_fault(
    "cross-entropy-half-descended",
    "the binary cross-entropy and its gradient lack the second term",
    "LOSS-4",
    "BACK-2",
    right="E = −Σ y log a + (1 − y) log(1 − a), δ = a − y",
    wrong="E = −Σ y log a, δ = −y (1 − a)",
    mend="Add the term of the other class, (1 − y) log(1 − a), to the loss, and take its gradient.",
)
class CrossEntropyHalfDescended(Algorithm):
    """Automatic differentiation of half a loss: outputs are only ever pushed up, and end at 1 for every
    sample.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss != "binary_cross_entropy":
            return super().output_loss(network, output, targets)
        return self.reduce(network, targets * losses.softplus(-output.z), targets)

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss != "binary_cross_entropy":
            return super().output_error(network, output, targets)
        return -targets * (1 - output.a)


@loss_fault(
    "binary-for-categorical",
    "the binary cross-entropy is reported for a softmax",
    "LOSS-3",
    right="E = −Σ y log a",
    wrong="E = −Σ y log a + (1 − y) log(1 − a)",
    mend="Leave out the second term: with softmax the classes exclude each other.",
    seen="hand-written programs",
)
class BinaryForCategorical(Algorithm):
    """Every class is charged as a yes-no question of its own. The gradient a − y is still the right one."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        found = super().output_loss(network, output, targets)
        if network.loss != "cross_entropy":
            return found
        return found - self.reduce(network, (1 - targets) * np.log(1 - output.a), targets)


@loss_fault(
    "cross-entropy-sign",
    "the cross-entropy lacks its minus sign",
    "LOSS-3",
    "LOSS-4",
    right="E = −Σ y log a",
    wrong="E = Σ y log a",
    mend="Negate the sum: logarithms of probabilities are negative, the loss is not.",
)
class CrossEntropySign(Algorithm):
    """The reported loss is negative and rises in training, whose gradients are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        found = super().output_loss(network, output, targets)
        return found if is_squared(network) else -found


@loss_fault(
    "cross-entropy-bits",
    "the cross-entropy takes logarithms to base 2",
    "LOSS-3",
    "LOSS-4",
    right="E = −Σ y ln a",
    wrong="E = −Σ y log₂ a",
    mend="Take natural logarithms; only theirs have the gradient a − y.",
)
class CrossEntropyBits(Algorithm):
    """The loss is in bits, 1.4427 times as large, while the gradient a − y is that of the natural
    logarithm.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        found = super().output_loss(network, output, targets)
        return found if is_squared(network) else found / log(2)


@loss_fault(
    "cross-entropy-decimal",
    "the cross-entropy takes logarithms to base 10",
    "LOSS-3",
    "LOSS-4",
    right="E = −Σ y ln a",
    wrong="E = −Σ y log₁₀ a",
    mend="Take natural logarithms; in many languages that is log, and log10 another function.",
)
class CrossEntropyDecimal(Algorithm):
    """The loss is 0.4343 times what it should be, while the gradient a − y is that of the natural
    logarithm.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        found = super().output_loss(network, output, targets)
        return found if is_squared(network) else found / log(10)


@loss_fault(
    "cross-entropy-swapped",
    "the cross-entropy exchanges outputs and targets",
    "LOSS-3",
    right="E = −Σ y log a",
    wrong="E = −Σ a log y",
    mend="Take the logarithm of the outputs, not of the targets; check the order of the arguments.",
)
class CrossEntropySwapped(Algorithm):
    """The arguments of the loss function are in the wrong order. With one-hot targets it is infinite or NaN;
    with soft ones it looks plausible."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss != "cross_entropy":
            return super().output_loss(network, output, targets)
        return self.reduce(network, -output.a * np.log(targets), targets)


@loss_fault(
    "softmax-before-cross-entropy",
    "the loss applies a softmax of its own to outputs that are one already",
    "LOSS-3",
    "BACK-8",
    right="E = −Σ y log softmax(z)",
    wrong="E = −Σ y log softmax(softmax(z)), with its gradient",
    mend="Give the loss the pre-activations, or use the loss that takes probabilities.",
    seen="common with CrossEntropyLoss of PyTorch, which expects pre-activations",
)
class SoftmaxBeforeCrossEntropy(Algorithm):
    """The loss of the framework contains the softmax, and the network has one too. It trains, slowly, and
    the loss never comes near 0.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(network, taken_twice(network, output), targets)

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        error = super().output_error(network, taken_twice(network, output), targets)
        return activations.softmax_product(output.a, error) if network.loss == "cross_entropy" else error


def taken_twice(network: Network, output: Step) -> Step:
    return replace(output, z=output.a, a=activations.softmax(output.a)) if network.loss == "cross_entropy" else output


@loss_fault(
    "sigmoid-before-logits-loss",
    "the loss applies a sigmoid of its own to outputs that are one already",
    "LOSS-4",
    "BACK-8",
    right="E of σ(z)",
    wrong="E of σ(σ(z)), with its gradient",
    mend="Give the loss the pre-activations, or use the loss that takes probabilities.",
    seen="common with BCEWithLogitsLoss of PyTorch, which expects pre-activations",
)
class SigmoidBeforeLogitsLoss(Algorithm):
    """The loss of the framework contains the sigmoid, and the network has one too. No output is taken to
    be below ½.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(network, squashed_twice(network, output), targets)

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        error = super().output_error(network, squashed_twice(network, output), targets)
        return error * output.a * (1 - output.a) if network.loss == "binary_cross_entropy" else error


def squashed_twice(network: Network, output: Step) -> Step:
    is_binary = network.loss == "binary_cross_entropy"
    return replace(output, z=output.a, a=activations.sigmoid(output.a)) if is_binary else output


@loss_fault(
    "log-epsilon-unclaimed",
    "the loss adds 1e-7 inside the logarithm without saying so",
    "LOSS-3",
    "LOSS-4",
    right="log a",
    wrong="log(a + 1e-7)",
    mend="Use a fused form that needs no constant, or claim log_epsilon.",
    seen="11 of 24 hand-written programs add a constant or clip",
)
class LogEpsilonUnclaimed(Algorithm):
    """A guard against log 0 changes every loss a little, and confident ones a lot. It is a convention once
    it is claimed.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(guarded(network, log_epsilon=1e-7), output, targets)


@loss_fault(
    "probability-clip-unclaimed",
    "the loss clips probabilities to [1e-3, 1 − 1e-3] without saying so",
    "LOSS-3",
    "LOSS-4",
    right="log a",
    wrong="log(min(max(a, 1e-3), 1 − 1e-3))",
    mend="Use a fused form that needs no clipping, or claim probability_clip.",
    seen="11 of 24 hand-written programs add a constant or clip",
)
class ProbabilityClipUnclaimed(Algorithm):
    """A guard against log 0 caps the loss of confident mistakes. It is a convention once it is claimed."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(guarded(network, probability_clip=1e-3), output, targets)


def guarded(network: Network, log_epsilon: float = 0, probability_clip: float = 0) -> Network:
    if losses.smoothed(network):
        return network
    return replace(network, conventions=Conventions(network.conventions.relu_at_zero, log_epsilon, probability_clip))


@loss_fault(
    "regularised-loss",
    "the reported loss includes a penalty on the weights that the gradients know nothing of",
    "BACK-1",
    right="E",
    wrong="E + λ/2 Σ w², λ = 1e-4, with the gradients of E",
    mend="Report E without the penalty, or add λ w to the gradients and claim it as optional.",
)
class RegularisedLoss(Algorithm):
    """The gradients are right, the reported number is a little larger than the objective."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(network, output, targets) + LAMBDA / 2 * sum_of_squared_weights(network)


@loss_fault(
    "regularised",
    "loss and gradients include a small penalty on the weights that nobody asked for",
    "LOSS-1",
    "BACK-1",
    right="E",
    wrong="E + λ/2 Σ w², λ = 1e-4, with its gradient",
    mend="Set the penalty to 0 (in scikit-learn alpha=0).",
    seen="scikit-learn default alpha = 1e-4, 3 of 24 hand-written programs",
)
class Regularised(Algorithm):
    """Loss and gradients agree with each other, so a gradient check finds nothing. Every weight is pulled
    towards 0.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(network, output, targets) + LAMBDA / 2 * sum_of_squared_weights(network)

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        found = super().backward_pass(network, steps, targets)
        return [(g + LAMBDA * x.weights, b) for (g, b), x in zip(found, network.layers, strict=True)]
