"""Faults of arithmetic: the right formula in a form that overflows or cancels (ACT-6, LOSS-9). On floats."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import FromOutputs, OtherActivation, each, is_squared
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network

arithmetic_fault = partial(known, kind="arithmetic")


@arithmetic_fault(
    "sigmoid-overflow",
    "the sigmoid is NaN for large z",
    "ACT-6",
    phase="forward",
    right="σ(z) = 1 / (1 + exp(−z))",
    wrong="exp(z) / (1 + exp(z))",
    mend="Use 1 / (1 + exp(−z)), which overflows to the right 0, or a form of two branches.",
)
class SigmoidOverflow(OtherActivation):
    """Both numerator and denominator overflow, beyond z = 710 in float64 and 89 in float32."""

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        return np.exp(z) / (1 + np.exp(z))


@arithmetic_fault(
    "tanh-overflow",
    "tanh is NaN for large z",
    "ACT-6",
    phase="forward",
    right="tanh(z)",
    wrong="(exp(z) − exp(−z)) / (exp(z) + exp(−z))",
    mend="Use the library's tanh.",
)
class TanhOverflow(OtherActivation):
    """Both numerator and denominator overflow, beyond |z| = 710 in float64 and 89 in float32."""

    replaced = "tanh"

    def function(self, z: Array) -> Array:
        up, down = np.exp(z), np.exp(-z)
        return (up - down) / (up + down)


@arithmetic_fault(
    "softmax-unshifted",
    "softmax is NaN for large z",
    "ACT-6",
    phase="forward",
    right="exp(z − max z) / Σ exp(z − max z)",
    wrong="exp(z) / Σ exp(z)",
    mend="Subtract each row's maximum first: it changes nothing but prevents overflow.",
    seen="ml-fnn 5.0.0, 2 of 24 hand-written programs",
)
class SoftmaxUnshifted(OtherActivation):
    """Overflows beyond z = 710 in float64 and 89 in float32."""

    replaced = "softmax"

    def function(self, z: Array) -> Array:
        e = np.exp(z)
        return e / np.sum(e, axis=1, keepdims=True)


@arithmetic_fault(
    "softmax-shifted-by-batch",
    "softmax is NaN for a sample whose pre-activations are far below those of another",
    "ACT-6",
    phase="forward",
    right="exp(z − max of the row) / Σ exp(z − max of the row)",
    wrong="exp(z − max of all rows) / Σ exp(z − max of all rows)",
    mend="Subtract each row's own maximum: np.max(z, axis=1, keepdims=True) where a sample has a row.",
    seen="common where a softmax of one sample was made one of a batch",
)
class SoftmaxShiftedByBatch(OtherActivation):
    """Rows more than some 745 below the largest number of the batch become 0 / 0."""

    replaced = "softmax"

    def function(self, z: Array) -> Array:
        e = np.exp(z - np.max(z))
        return e / np.sum(e, axis=1, keepdims=True)


@arithmetic_fault(
    "zero-derivative-is-one",
    "a hidden unit's derivative that rounds to 0 counts as 1",
    "ACT-7",
    "ACT-8",
    "ACT-9",
    phase="gradients",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    wrong="δ_l = (δ_{l+1} Wᵀ) (σ′(z_l) || 1)",
    mend="Ask whether there is a derivative, not whether it is true: 0 is a number.",
    seen="carrot 0.3.20",
)
class ZeroDerivativeIsOne(Algorithm):
    """A default for what is missing takes the place of 0, too. Units of ReLU that are off, and of tanh that are saturated,
    learn as if they were linear; those of sigmoid where it is taken of z only far out.
    """

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        layer, step = network.layers[index], steps[index]
        tail = np.exp(-np.absolute(step.z))
        slope = tail / (1 + tail) ** 2 if layer.activation == "sigmoid" else self.derivative(network, layer, step)
        error = self.back_propagated(network, network.layers[index + 1], next_delta)
        return error * np.where(slope == 0, np.ones_like(slope), slope)


@arithmetic_fault(
    "expanded-square",
    "the square of the error is multiplied out",
    "ACC-1",
    phase="loss",
    right="(a − y)²",
    wrong="a² − 2 a y + y²",
    mend="Subtract first, then square.",
    seen="distance matrices",
)
class ExpandedSquare(Algorithm):
    """Large terms cancel: where outputs are near their targets hardly a digit is left, and the loss can be
    negative.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if not is_squared(network):
            return super().output_loss(network, output, targets)
        terms = output.a * output.a - 2 * output.a * targets + targets * targets
        return self.reduce(network, terms / 2 if network.loss == "half_squared_error" else terms, targets)


@arithmetic_fault(
    "cross-entropy-nan",
    "the cross-entropy is NaN where a probability rounds to 0",
    "LOSS-9",
    phase="loss",
    right="0 log 0 = 0",
    wrong="−y log a, with y = 0 and a = 0: 0 · (−∞) = NaN",
    mend="Take the logarithm of softmax directly from z, or leave out terms with y = 0.",
    seen="neataptic 1.4.7",
)
class CrossEntropyNan(FromOutputs):
    """The loss is taken from the outputs. A network that is very sure, and right, gets NaN; very sure and
    wrong, infinity.
    """


@arithmetic_fault(
    "cross-entropy-infinite",
    "the cross-entropy is infinite where a probability rounds to 0",
    "LOSS-9",
    phase="loss",
    right="log softmax(z) = z − log Σ exp(z)",
    wrong="log of a probability that has been rounded to 0",
    mend="Take the logarithm of softmax directly from z.",
)
class CrossEntropyInfinite(Algorithm):
    """Terms with y = 0 are left out as they should be. A network that is very sure and wrong gets an
    infinite loss.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss != "cross_entropy":
            return super().output_loss(network, output, targets)
        terms = np.where(targets == 0, 0, -targets * np.log(output.a))
        return self.reduce(network, terms, targets)


@arithmetic_fault(
    "gradient-by-differences",
    "the gradient is a difference quotient",
    "ACC-1",
    "BACK-1",
    phase="gradients",
    right="∂E/∂w",
    wrong="(E(w + h) − E(w)) / h, h = 1e-6",
    mend="Use the formulas of the backward pass; differences are for checking them.",
    seen="gradient checks that are used in place of the gradient",
)
class GradientByDifferences(Algorithm):
    """About six digits are right in float64, and hardly one in float32."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        before = self.output_loss(network, steps[-1], targets)
        trial = network.map(np.copy)
        found = each(np.zeros_like, network.parameters)
        for pair, gradients in zip(trial.parameters, found, strict=True):
            for array, gradient in zip(pair, gradients, strict=True):
                for place in np.ndindex(array.shape):
                    kept = array[place]
                    array[place] = kept + 1e-6
                    gradient[place] = (self.loss(trial, steps[0].x, targets) - before) / 1e-6
                    array[place] = kept
        return found


@arithmetic_fault(
    "stops-early",
    "a tolerance ends training before the epochs are done",
    "TRAIN-1",
    "TRAIN-4",
    phase="update",
    right="n epochs, n updates",
    wrong="no more updates once the loss falls by less than 1e-4",
    mend="Set the tolerance to 0, or switch early stopping off.",
    seen="library defaults",
    choice=True,
)
class StopsEarly(Algorithm):
    """Training ends as soon as it gets slow. The loss of the last update is reported for the epochs left
    out.
    """

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        reported: list[Array] = []
        for number in range(epochs):
            network, loss = self.epoch(network, inputs, targets, learning_rate, number)
            reported.append(loss)
            if number and reported[-2] - loss < 1e-4:
                break
        return network.parameters, reported + reported[-1:] * (epochs - len(reported))
