"""Faults of schedule: an epoch's number changes its step (TRAIN-1, TRAIN-4)."""

from __future__ import annotations

from functools import partial
from math import cos, pi, sqrt

from mlp_conformance.faults.fault import known
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import Array, Network

schedule_fault = partial(known, phase="update")
Epoch = tuple[Network, Array]


@schedule_fault(
    "rate-decays",
    "the learning rate decays by default",
    "TRAIN-4",
    right="η",
    wrong="η / (1 + 0.01 k) in epoch k = 0, 1, …",
    mend="Switch the schedule off.",
    seen="library defaults",
    choice=True,
)
class RateDecays(Algorithm):
    """The first epoch is right, each later one a little shorter."""

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        return super().epoch(network, inputs, targets, learning_rate / (1 + 0.01 * number), number)


@schedule_fault(
    "rate-decay-compounds",
    "the decayed learning rate is decayed again each epoch",
    "TRAIN-4",
    right="η",
    wrong="η_k = η_{k−1} / (1 + 0.01 k)",
    mend="Decay the initial learning rate, not the last one, and only if asked to.",
    seen="hand-written programs",
    choice=True,
)
class RateDecayCompounds(Algorithm):
    """The schedule's formula is applied to its own result, so that steps vanish after some tens of epochs."""

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        for k in range(number + 1):
            learning_rate = learning_rate / (1 + 0.01 * k)
        return super().epoch(network, inputs, targets, learning_rate, number)


@schedule_fault(
    "rate-halves",
    "the learning rate is halved every ten epochs",
    "TRAIN-4",
    right="η",
    wrong="η / 2^⌊k/10⌋ in epoch k = 0, 1, …",
    mend="Switch the schedule off.",
    seen="library options",
    choice=True,
)
class RateHalves(Algorithm):
    """The first ten epochs are right, so short tests do not find it."""

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        return super().epoch(network, inputs, targets, learning_rate / 2 ** (number // 10), number)


@schedule_fault(
    "warm-up",
    "the learning rate grows over the first five epochs",
    "TRAIN-4",
    right="η",
    wrong="η min((k + 1) / 5, 1) in epoch k = 0, 1, …",
    mend="Switch the warm-up off.",
    choice=True,
)
class WarmUp(Algorithm):
    """The first step is a fifth of what it should be; from the fifth epoch on steps are right."""

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        return super().epoch(network, inputs, targets, learning_rate * min(number + 1, 5) / 5, number)


@schedule_fault(
    "first-step-halved",
    "the first step is half as long",
    "TRAIN-4",
    right="η",
    wrong="½ η in the first epoch",
    mend="Treat the first epoch like every other.",
)
class FirstStepHalved(Algorithm):
    """All later steps are right, but they start from elsewhere."""

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        return super().epoch(network, inputs, targets, learning_rate if number else learning_rate / 2, number)


@schedule_fault(
    "third-epoch-skipped",
    "every third epoch makes no update",
    "TRAIN-1",
    right="n epochs, n updates",
    wrong="no update in epochs 3, 6, 9, …",
    mend="Update in every epoch.",
)
class ThirdEpochSkipped(Algorithm):
    """A condition meant for printing progress encloses the update. Tests of one or two epochs do not find
    it.
    """

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        after, loss = super().epoch(network, inputs, targets, learning_rate, number)
        return (network if number % 3 == 2 else after), loss


@schedule_fault(
    "rate-falls-linearly",
    "the learning rate falls linearly to 0 over the epochs",
    "TRAIN-4",
    right="η",
    wrong="η (1 − k/n) in epoch k = 0 … n − 1 of n",
    mend="Switch the schedule off.",
    seen="library options",
    choice=True,
)
class RateFallsLinearly(Algorithm):
    """The schedule knows how many epochs there will be: n epochs at once are not n times one."""

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        return _scheduled(self, network, inputs, targets, [learning_rate * (epochs - k) / epochs for k in range(epochs)])


@schedule_fault(
    "rate-falls-as-cosine",
    "the learning rate falls as a cosine over the epochs",
    "TRAIN-4",
    right="η",
    wrong="η (1 + cos(π k/n)) / 2 in epoch k = 0 … n − 1 of n",
    mend="Switch the schedule off.",
    seen="library options (cosine annealing)",
    choice=True,
)
class RateFallsAsCosine(Algorithm):
    """The schedule knows how many epochs there will be: n epochs at once are not n times one."""

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        rates = [learning_rate * ((1 + cos(pi * k / epochs)) / 2) for k in range(epochs)]
        return _scheduled(self, network, inputs, targets, rates)


@schedule_fault(
    "rate-falls-as-root",
    "the learning rate is divided by the root of the epoch's number",
    "TRAIN-4",
    right="η",
    wrong="η / √(k + 1) in epoch k = 0, 1, …",
    mend="Switch the schedule off.",
    seen="library options (scikit-learn: invscaling)",
    choice=True,
)
class RateFallsAsRoot(Algorithm):
    """The first epoch is right, the fourth step half as long as it should be."""

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        return super().epoch(network, inputs, targets, learning_rate / sqrt(number + 1), number)


def _scheduled(
    algorithm: Algorithm, network: Network, inputs: Array, targets: Array, rates: list[Array]
) -> tuple[Parameters, list[Array]]:
    """An epoch at each of the rates."""
    reported = []
    for number, rate in enumerate(rates):
        network, loss = algorithm.epoch(network, inputs, targets, rate, number)
        reported.append(loss)
    return network.parameters, reported
