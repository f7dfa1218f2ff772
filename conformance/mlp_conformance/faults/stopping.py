"""Faults of when training ends and which of its parameters and losses are kept (TRAIN-1, TRAIN-2, TRAIN-5)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import each
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import Array, Network

training_fault = partial(known, phase="update")
Trained = tuple[Parameters, list[Array]]


@training_fault(
    "best-parameters-returned",
    "training returns the parameters with the lowest loss, not the last",
    "TRAIN-1",
    right="the parameters after n updates",
    wrong="those of the parameters after 0 … n updates whose loss is least",
    mend="Return the last parameters, or say that others are returned.",
    seen="checkpoints of the best epoch, restored at the end",
    choice=True,
)
class BestParametersReturned(Algorithm):
    """As long as every step lowers the loss nothing shows. A learning rate that is too large does."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Trained:
        best, least, reported = network.parameters, self.loss(network, inputs, targets), []
        for number in range(epochs):
            network, loss = self.epoch(network, inputs, targets, learning_rate, number)
            reported.append(loss)
            after = self.loss(network, inputs, targets)
            is_less = np.heaviside(least - after, 0)
            best = each(lambda old, new, less=is_less: old + less * (new - old), best, network.parameters)
            least = np.minimum(least, after)
        return best, reported


@training_fault(
    "stops-when-loss-rises",
    "training ends once the loss rises",
    "TRAIN-1",
    right="n epochs, n updates",
    wrong="no update from the first epoch on whose loss is above the one before",
    mend="Update in every epoch; leave it to the caller when to stop.",
    seen="early stopping without patience",
    choice=True,
)
class StopsWhenLossRises(Algorithm):
    """Steps that lower the loss are right. Where the learning rate is too large, the later ones are missing."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Trained:
        reported: list[Array] = []
        goes_on = np.ones_like(learning_rate)
        for number in range(epochs):
            loss = self.loss(network, inputs, targets)
            if reported:
                goes_on = goes_on * np.heaviside(reported[-1] - loss, 1)
            network, _ = self.epoch(network, inputs, targets, goes_on * learning_rate, number)
            reported.append(loss)
        return network.parameters, reported


@training_fault(
    "stops-without-progress",
    "training ends once ten epochs have brought no lower loss",
    "TRAIN-1",
    right="n epochs, n updates",
    wrong="no update once the loss has not fallen below its least for ten epochs",
    mend="Update in every epoch; leave it to the caller when to stop.",
    seen="early stopping with patience",
    choice=True,
)
class StopsWithoutProgress(Algorithm):
    """As long as the loss falls nothing shows. A learning rate that is too large, and many epochs, do."""

    patience = 10
    then = 0.0

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Trained:
        reported: list[Array] = []
        goes_on, waited, least = np.ones_like(learning_rate), np.zeros_like(learning_rate), None
        for number in range(epochs):
            loss = self.loss(network, inputs, targets)
            is_lower = 1 if least is None else np.heaviside(least - loss, 0)
            waited = (waited + 1) * (1 - is_lower)
            is_over = np.heaviside(waited - (self.patience - 0.5), 0)
            goes_on, waited = goes_on * (1 - (1 - self.then) * is_over), waited * (1 - is_over)
            least = loss if least is None else np.minimum(least, loss)
            network, _ = self.epoch(network, inputs, targets, goes_on * learning_rate, number)
            reported.append(loss)
        return network.parameters, reported


@training_fault(
    "rate-cut-without-progress",
    "the learning rate is cut to a tenth once ten epochs have brought no lower loss",
    "TRAIN-1",
    right="η is what it was given as",
    wrong="η / 10 once the loss has not fallen below its least for ten epochs",
    mend="Leave the learning rate alone; schedules are the caller's.",
    seen="reducing the rate on a plateau",
    choice=True,
)
class RateCutWithoutProgress(StopsWithoutProgress):
    """As long as the loss falls nothing shows."""

    then = 0.1


@training_fault(
    "layers-in-alternation",
    "every second layer is updated in one epoch and the others in the next",
    "TRAIN-1",
    "UPD-3",
    right="every layer in every epoch",
    wrong="layers 1, 3, … in epochs 1, 3, …; layers 2, 4, … in epochs 2, 4, …",
    mend="Update every layer in every epoch.",
)
class LayersInAlternation(Algorithm):
    """Coordinate descent where gradient descent was asked for. In the first epoch the second layer does not move."""

    def epoch(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
    ) -> tuple[Network, Array]:
        after, loss = super().epoch(network, inputs, targets, learning_rate, number)
        pairs = enumerate(zip(network.parameters, after.parameters, strict=True))
        return network.with_parameters([new if k % 2 == number % 2 else old for k, (old, new) in pairs]), loss


@training_fault(
    "biases-one-epoch-late",
    "the biases follow the gradients of the epoch before",
    "UPD-2",
    "TRAIN-1",
    right="b ← b − η ∂E_k/∂b",
    wrong="b ← b − η ∂E_{k−1}/∂b, none in the first epoch",
    mend="Update the biases with the gradients of the same backward pass as the weights.",
)
class BiasesOneEpochLate(Algorithm):
    """The biases are updated before their gradients are assigned. In the first epoch they do not move."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Trained:
        late, reported = [np.zeros_like(biases) for _, biases in network.parameters], []
        for _ in range(epochs):
            reported.append(self.loss(network, inputs, targets))
            gradients = self.gradients(network, inputs, targets)
            mixed = [(weights, before) for (weights, _), before in zip(gradients, late, strict=True)]
            network, late = self.update(network, mixed, learning_rate), [biases for _, biases in gradients]
        return network.parameters, reported


@training_fault(
    "batch-in-halves",
    "each epoch makes two updates, on the halves of the batch",
    "TRAIN-1",
    right="one update an epoch, on the whole batch",
    wrong="an update on the first half of the rows, then one on the second",
    mend="Make one update on all rows, or claim batch_size.",
    choice=True,
)
class BatchInHalves(Algorithm):
    """The second half sees parameters that the first has moved. The reported loss is that of the whole batch."""

    def epoch(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
    ) -> tuple[Network, Array]:
        loss, half = self.loss(network, inputs, targets), len(inputs) // 2
        for rows in (slice(half), slice(half, None)):
            if len(inputs[rows]):
                network, _ = super().epoch(network, inputs[rows], targets[rows], learning_rate, number)
        return network, loss


@training_fault(
    "losses-running-minimum",
    "the reported losses are the lowest so far",
    "TRAIN-2",
    "TRAIN-5",
    right="the loss before each update",
    wrong="the smallest of the losses up to it",
    mend="Report each epoch's own loss.",
)
class LossesRunningMinimum(Algorithm):
    """A record of the best is kept and reported, so the curve can never rise. The parameters are right."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Trained:
        parameters, reported = super().train(network, inputs, targets, learning_rate, epochs)
        for k in range(1, len(reported)):
            reported[k] = np.minimum(reported[k - 1], reported[k])
        return parameters, reported


@training_fault(
    "losses-one-epoch-stale",
    "each reported loss is that of the epoch before",
    "TRAIN-2",
    right="E_1, E_2, E_3, …",
    wrong="E_1, E_1, E_2, …",
    mend="Compute the loss from this epoch's outputs, before the update.",
)
class LossesOneEpochStale(Algorithm):
    """The loss is taken from outputs that are computed a line further down. The parameters are right."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Trained:
        parameters, reported = super().train(network, inputs, targets, learning_rate, epochs)
        return parameters, [*reported[:1], *reported[:-1]]


@training_fault(
    "losses-relative",
    "the reported losses are divided by the first",
    "TRAIN-2",
    right="E_k",
    wrong="E_k / E_1",
    mend="Report the loss itself; scale it where it is drawn.",
)
class LossesRelative(Algorithm):
    """The curve begins at 1 whatever the data. The parameters are right."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Trained:
        parameters, reported = super().train(network, inputs, targets, learning_rate, epochs)
        return parameters, [loss / reported[0] for loss in reported]


# ---- families


def _stops_below(c: float) -> type[Algorithm]:
    class Content(Algorithm):
        def epoch(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
        ) -> tuple[Network, Array]:
            is_above = np.heaviside(self.loss(network, inputs, targets) - c, 1)
            return super().epoch(network, inputs, targets, is_above * learning_rate, number)

    return Content


def _rate_limit(c: float) -> type[Algorithm]:
    class Slower(Algorithm):
        def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
            return super().update(network, gradients, np.minimum(learning_rate, c))

    return Slower


def _rate_floor(c: float) -> type[Algorithm]:
    class Faster(Algorithm):
        def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
            return super().update(network, gradients, np.maximum(learning_rate, c))

    return Faster


def _rate_changes(c: float, d: float) -> type[Algorithm]:
    class Changing(Algorithm):
        def epoch(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
        ) -> tuple[Network, Array]:
            factor = c if number + 1 >= round(d) else 1.0
            return super().epoch(network, inputs, targets, factor * learning_rate, number)

    return Changing


#: Every family of these.
STOPPING_FAMILIES: tuple[Family, ...] = (
    Family("stops-below", "epochs whose loss is below about {c} make no update", "update", ("TRAIN-1",),
           "n epochs, n updates", "no update where E < {c}", "Update in every epoch.", _stops_below, (0.0, 1e6)),
    Family("rate-limit", "learning rates above {c} are taken for {c}", "update", ("UPD-1", "UPD-2"),
           "η", "min(η, {c})", "Keep the learning rate as it is given.", _rate_limit, (0.0, 1e6)),
    Family("rate-floor", "learning rates below {c} are taken for {c}", "update", ("UPD-1", "UPD-2"),
           "η", "max(η, {c})", "Keep the learning rate as it is given.", _rate_floor, (0.0, 1e6)),
    Family("rate-changes", "the learning rate is {c} times what it should be from epoch {d} on", "update", ("TRAIN-4",),
           "η", "{c} η in epochs {d}, {d} + 1, …, counted from 1", "Keep the learning rate as it is given.",
           _rate_changes, starts=tuple((0.5, float(d)) for d in (2, 3, 4, 5, 6, 11, 21)), more=((1.5, 1e3),)),
)  # fmt: skip
