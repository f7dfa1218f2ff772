"""Faults of how the steps of an epoch follow one another, and of what is kept of earlier epochs (TRAIN-1, TRAIN-4)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import each
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import Array, Network

_training_fault = partial(known, phase="update")
Trained = tuple[Parameters, list[Array]]


@_training_fault(
    "biases-first",
    "the weights' gradients are taken after the biases have moved",
    "UPD-3",
    right="all gradients, then all updates",
    wrong="b ← b − η ∂E/∂b, then W ← W − η ∂E/∂W at the new biases",
    mend="Work out all gradients before any parameter is changed.",
)
class BiasesFirst(Algorithm):
    """Two passes an epoch, each for one kind of parameters. The biases' step is right."""

    def epoch(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
    ) -> tuple[Network, Array]:
        after, loss = super().epoch(network, inputs, targets, learning_rate, number)
        moved = [(weights, new) for (weights, _), (_, new) in zip(network.parameters, after.parameters, strict=True)]
        between = network.with_parameters(moved)
        last, _ = super().epoch(between, inputs, targets, learning_rate, number)
        pairs = zip(last.parameters, moved, strict=True)
        return network.with_parameters([(weights, biases) for (weights, _), (_, biases) in pairs]), loss


@_training_fault(
    "losses-mean-so-far",
    "the reported losses are the mean of all epochs so far",
    "TRAIN-2",
    "TRAIN-5",
    right="the loss before each update",
    wrong="(E_1 + … + E_k) / k",
    mend="Start the sum anew in each epoch, or report its own loss.",
)
class LossesMeanSoFar(Algorithm):
    """The running sum is never set to 0. The curve is smooth and too high. The parameters are right."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Trained:
        parameters, reported = super().train(network, inputs, targets, learning_rate, epochs)
        return parameters, [sum(reported[: k + 1]) / (k + 1) for k in range(len(reported))]


# ---- families


def _mean_from_the_first(c: float) -> type[Algorithm]:
    class FromTheFirst(Algorithm):
        def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Trained:
            memory, reported = None, []
            for _ in range(epochs):
                reported.append(self.loss(network, inputs, targets))
                gradients = self.gradients(network, inputs, targets)
                memory = gradients if memory is None else each(lambda m, g: c * m + (1 - c) * g, memory, gradients)
                network = self.update(network, memory, learning_rate)
            return network.parameters, reported

    return FromTheFirst


def _norm_limit_by_torch(c: float) -> type[Algorithm]:
    class NormClipped(Algorithm):
        def epoch(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
        ) -> tuple[Network, Array]:
            loss, found = self.loss(network, inputs, targets), self.gradients(network, inputs, targets)
            norm = np.sqrt(sum(np.sum(gradient**2) for pair in found for gradient in pair))
            factor = np.minimum(c / (norm + 1e-6), 1)
            return self.update(network, each(lambda gradient: factor * gradient, found), learning_rate), loss

    return NormClipped


#: Every family of these.
RHYTHM_FAMILIES: tuple[Family, ...] = (
    Family("mean-from-the-first", "a running mean of the gradients is followed that begins with the first, with the factor {c}",
           "update", ("TRAIN-4",), "v = g", "v_1 = g_1, v_k = {c} v_{{k−1}} + (1 − {c}) g_k", "Follow the gradient itself.",
           _mean_from_the_first, (0, 1)),
    Family("norm-limit-by-torch", "each step's gradient is scaled down to a norm of at most {c}, as clip_grad_norm_ does",
           "update", ("UPD-1", "UPD-2"), "g", "g min({c} / (‖g‖ + 1e-6), 1)", "Switch clipping off.", _norm_limit_by_torch,
           (0.0, float("inf"))),
)  # fmt: skip
