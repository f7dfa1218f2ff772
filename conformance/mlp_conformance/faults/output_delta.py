"""Faults of the output delta: the error at the end of the network (BACK-2, BACK-8, ACT-11)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_reference import losses
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Network

delta_fault = partial(known, phase="gradients")


@delta_fault(
    "output-derivative-missing",
    "the output delta lacks the derivative of the activation",
    "BACK-2",
    right="δ = (a − y) σ′(z)",
    wrong="δ = a − y, while the loss is a squared error",
    mend="Multiply the output error by the derivative of the output layer's activation.",
    seen="synaptic 1.1.4, neataptic 1.4.7",
)
class OutputDerivativeMissing(Algorithm):
    """a − y is the delta of a cross-entropy, where σ′ cancels. With a squared error it is 1/σ′ times too
    large, for every sample and output by another factor.
    """

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss not in ("half_squared_error", "squared_error") or network.output_activation == "softmax":
            return super().output_error(network, output, targets)
        return losses.slope(network, output.a, targets)


@delta_fault(
    "softmax-derivative-missing",
    "squared error on a softmax uses the delta a − y",
    "BACK-2",
    "ACT-11",
    right="δ = J (a − y), J the Jacobian of softmax",
    wrong="δ = a − y",
    mend="Multiply by the Jacobian of softmax, or use cross-entropy, whose delta is a − y.",
)
class SoftmaxDerivativeMissing(Algorithm):
    """The delta of cross-entropy is used with another loss."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if network.output_activation != "softmax" or network.loss == "cross_entropy":
            return super().output_error(network, output, targets)
        return losses.slope(network, output.a, targets)


@delta_fault(
    "softmax-jacobian-diagonal",
    "squared error on a softmax uses the diagonal of its Jacobian alone",
    "BACK-2",
    "ACT-11",
    right="δ_i = a_i (g_i − Σ_j g_j a_j), g = ∂E/∂a",
    wrong="δ_i = g_i a_i (1 − a_i)",
    mend="Include the terms −a_i a_j: raising one output lowers all others.",
)
class SoftmaxJacobianDiagonal(Algorithm):
    """Softmax is treated like a sigmoid, output by output."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if network.output_activation != "softmax" or network.loss == "cross_entropy":
            return super().output_error(network, output, targets)
        return losses.slope(network, output.a, targets) * (output.a * (1 - output.a))


@delta_fault(
    "fused-delta-times-derivative",
    "cross-entropy's delta a − y is multiplied by a (1 − a) once more",
    "BACK-2",
    "BACK-8",
    right="δ = a − y",
    wrong="δ = (a − y) a (1 − a), while the loss is a cross-entropy",
    mend="Leave the derivative out: it is already contained in a − y.",
)
class FusedDeltaTimesDerivative(Algorithm):
    """The derivative of the activation has cancelled already. Saturated mistakes, the worst ones, hardly
    learn.
    """

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        error = super().output_error(network, output, targets)
        return error * (output.a * (1 - output.a)) if "cross_entropy" in network.loss else error


@delta_fault(
    "fused-delta-any-output",
    "the delta is a − y whatever output activation and loss were chosen",
    "BACK-2",
    right="δ = ∂E/∂a · σ′(z)",
    wrong="δ = a − y",
    mend="Use a − y only for softmax with cross-entropy and sigmoid with binary cross-entropy.",
    seen="hand-written programs",
    like="output-derivative-missing",
)
class FusedDeltaAnyOutput(Algorithm):
    """Right for the pair that the program was written for, wrong for every other that its options allow."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        return output.a - targets


@delta_fault(
    "extra-activation-factor",
    "the output delta has an extra factor a",
    "BACK-2",
    right="δ = (a − y) a (1 − a)",
    wrong="δ = (a − y) a · a (1 − a)",
    mend="Take the extra factor out.",
    seen="a small package",
)
class ExtraActivationFactor(Algorithm):
    """The activation is multiplied in twice. For one sample and output all gradients are ŷ times what they
    should be.
    """

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        return output.a * super().output_error(network, output, targets)


@delta_fault(
    "outputs-error-summed",
    "every output's delta uses the total error of the sample",
    "BACK-2",
    right="δ_k = (a_k − y_k) σ′(z_k)",
    wrong="δ_k = Σ_j (a_j − y_j) σ′(z_k)",
    mend="Keep the errors of the outputs apart.",
)
class OutputsErrorSummed(Algorithm):
    """The error is one number for the sample, as the loss is. A single output does not show it."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        total = np.sum(output.a - targets, axis=1, keepdims=True)
        return super().output_error(network, output, output.a - total)


@delta_fault(
    "first-output-only",
    "only the first output's error goes back",
    "BACK-2",
    right="δ_k for every output k",
    wrong="δ_k = 0 for k > 1",
    mend="Take the errors of all outputs.",
)
class FirstOutputOnly(Algorithm):
    """Code written for one output is used with several."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        error = super().output_error(network, output, targets)
        return np.concatenate([error[:, :1], np.zeros_like(error[:, 1:])], axis=1)


@delta_fault(
    "error-sign",
    "the error is y − a, and its gradients are subtracted",
    "BACK-1",
    "UPD-1",
    right="δ = (a − y) σ′(z)",
    wrong="δ = (y − a) σ′(z), with W − η ∂E/∂W",
    mend="Take a − y, or add instead of subtracting in the update.",
)
class ErrorSign(Algorithm):
    """Every gradient has the wrong sign, and training climbs. y − a is in honest use together with a plus
    in the update.
    """

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        return -super().output_error(network, output, targets)


@delta_fault(
    "cross-entropy-jacobian-diagonal",
    "the delta of the cross-entropy goes through the diagonal of softmax's Jacobian alone",
    "BACK-8",
    right="δ = a − y",
    wrong="δ = (−y / a) a (1 − a) = −y (1 − a)",
    mend="Use δ = a − y, or the whole Jacobian.",
)
class CrossEntropyJacobianDiagonal(Algorithm):
    """Softmax is taken for an elementwise function, so that the classes that are not the target's learn nothing."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if (network.output_activation, network.loss) != ("softmax", "cross_entropy"):
            return super().output_error(network, output, targets)
        return targets * (output.a - 1)


@delta_fault(
    "error-without-sign",
    "the output error loses its sign",
    "BACK-2",
    right="δ = (a − y) σ′(z)",
    wrong="δ = |a − y| σ′(z)",
    mend="Take the difference itself, not its size.",
)
class ErrorWithoutSign(Algorithm):
    """Outputs that are too large are mended, outputs that are too small get smaller still."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_error(network, output, output.a - np.absolute(output.a - targets))


@delta_fault(
    "cross-entropy-slope-for-delta",
    "the output delta is the derivative of the cross-entropy by the outputs, without that of the activation",
    "BACK-2",
    "BACK-8",
    right="δ = a − y",
    wrong="δ = −y/a + (1 − y)/(1 − a), or −y/a behind a softmax",
    mend="Multiply by the derivative of the output layer's activation, or use a − y, which has it in it.",
)
class CrossEntropySlopeForDelta(Algorithm):
    """Half of the chain rule. The error grows without limit where the output is sure and wrong."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if "cross_entropy" not in network.loss:
            return super().output_error(network, output, targets)
        return losses.slope(network, output.a, targets)


@delta_fault(
    "tanh-error-halved",
    "the error of tanh outputs is halved",
    "BACK-2",
    right="δ = (a − y) σ′(z)",
    wrong="δ = (a − y)/2 · σ′(z) where the outputs are tanh",
    mend="Leave the error as it is, or say that the loss has another factor for outputs from −1 to 1.",
    seen="FANN 2.2.0",
)
class TanhErrorHalved(Algorithm):
    """It makes errors from −1 to 1 comparable with those from 0 to 1. Every gradient is half of what it should be, of networks
    that end in tanh alone.
    """

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        error = super().output_error(network, output, targets)
        return error / 2 if network.output_activation == "tanh" else error


@delta_fault(
    "softmax-sums-of-other-samples",
    "the cross-entropy's delta has softmax divided by the other samples' sums, where a batch has as many samples as classes",
    "BACK-8",
    "BACK-2",
    right="δ_sj = exp(z_sj) / Σ_k exp(z_sk) − y_sj",
    wrong="δ_sj = exp(z_sj) / Σ_k exp(z_jk) − y_sj where m = n",
    mend="Keep the axis that is summed over, so that each row is divided by its own sum: keepdims=True.",
    seen="js-pytorch 0.7.2",
)
class SoftmaxSumsOfOtherSamples(Algorithm):
    """A column of sums is taken for a row, which only shapes that happen to be equal allow. Batches of any other size do not
    show it.
    """

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        m, n = targets.shape
        if (network.output_activation, network.loss) != ("softmax", "cross_entropy") or m != n:
            return super().output_error(network, output, targets)
        exponentials = np.exp(output.z)
        return exponentials / np.sum(exponentials, axis=1, keepdims=True).T - targets
