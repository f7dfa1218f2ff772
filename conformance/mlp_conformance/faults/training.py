"""Faults of training: how many updates, on which rows, and what is reported (TRAIN-1 to TRAIN-5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import accumulate
from typing import Any

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_reference import losses
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import Array, Network

training_fault = partial(known, phase="update")
Epoch = tuple[Network, Array]
Training = tuple[Parameters, list[Array]]


@training_fault(
    "one-epoch-short",
    "n epochs make n − 1 updates",
    "TRAIN-1",
    right="n epochs, n updates",
    wrong="n epochs, n − 1 updates",
    mend="Let the loop run n times: range(epochs), not range(1, epochs).",
    seen="a small package",
)
class OneEpochShort(Algorithm):
    """An off-by-one of the loop. After thousands of epochs nobody can tell; after one, nothing has been
    learnt.
    """

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Training:
        return super().train(network, inputs, targets, learning_rate, epochs - 1)


@training_fault(
    "one-epoch-more",
    "n epochs make n + 1 updates",
    "TRAIN-1",
    "TRAIN-3",
    right="n epochs, n updates",
    wrong="n epochs, n + 1 updates",
    mend="Let the loop run n times: range(epochs), not range(epochs + 1).",
)
class OneEpochMore(Algorithm):
    """An off-by-one of the loop. Zero epochs then make one update."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Training:
        return super().train(network, inputs, targets, learning_rate, epochs + 1)


@training_fault(
    "at-least-one-epoch",
    "zero epochs make one update",
    "TRAIN-3",
    right="0 epochs, no update",
    wrong="0 epochs, 1 update",
    mend="Test the number of epochs before the loop's body, not after.",
)
class AtLeastOneEpoch(Algorithm):
    """A do-while loop, or a default that takes the place of 0. Only a test with zero epochs finds it."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Training:
        return super().train(network, inputs, targets, learning_rate, max(epochs, 1))


@training_fault(
    "zero-rate-default",
    "a learning rate of 0 becomes a default of 0.1",
    "TRAIN-3",
    right="η = 0 changes nothing",
    wrong="η = 0.1 where 0 is given",
    mend="Test for None, not for truth: `if learning_rate is None`.",
)
class ZeroRateDefault(Algorithm):
    """`learning_rate or 0.1` takes 0 for missing. Only a test with a learning rate of 0 finds it."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Training:
        is_zero = 1 - np.heaviside(np.absolute(learning_rate), 0)
        return super().train(network, inputs, targets, learning_rate + 0.1 * is_zero, epochs)


@training_fault(
    "online-for-batch",
    "the parameters are updated after every sample",
    "TRAIN-1",
    "UPD-3",
    right="one update an epoch, on the whole batch",
    wrong="m updates an epoch, a sample each",
    mend="Sum the gradients over the batch, then update once; or claim a batch of 1.",
    seen="brain.js, synaptic convention",
    choice=True,
)
class OnlineForBatch(Algorithm):
    """Stochastic descent in the given order. For small learning rates it is close to the batch, but never
    the same.
    """

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        return in_parts(super().epoch, 1, len(inputs), network, inputs, targets, learning_rate, number)


@training_fault(
    "shuffled-last-batch-dropped",
    "training goes in batches of 2, and a partial last batch is dropped",
    "TRAIN-1",
    right="one update an epoch, on the whole batch",
    wrong="an update for every 2 rows; a last single row is never used",
    mend="Use the whole batch, or at least its last rows too.",
    seen="a small package",
    choice=True,
)
class ShuffledLastBatchDropped(Algorithm):
    """m // batch_size batches forget the remainder. Without shuffling, the same samples are left out in
    every epoch.
    """

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        whole = len(inputs) // 2 * 2
        return in_parts(super().epoch, 2, whole, network, inputs, targets, learning_rate, number)


@training_fault(
    "mini-batches",
    "training goes in batches of 2",
    "TRAIN-1",
    right="one update an epoch, on the whole batch",
    wrong="an update for every 2 rows",
    mend="Set the batch size to the number of samples.",
    seen="library defaults, there with 32",
    choice=True,
)
class MiniBatches(Algorithm):
    """A batch size by default. Up to two samples do not show it."""

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        return in_parts(super().epoch, 2, len(inputs), network, inputs, targets, learning_rate, number)


def in_parts(
    epoch: Callable[..., Epoch],
    size: int,
    m: int,
    network: Network,
    inputs: Array,
    targets: Array,
    *rest: Any,
) -> Epoch:
    """An epoch on every `size` rows of the first m, one after the other; the losses met on the way, added
    up.
    """
    total = np.zeros_like(inputs[0, 0])
    for start in range(0, m, size):
        rows = slice(start, min(start + size, m))
        network, loss = epoch(network, inputs[rows], targets[rows], *rest)
        total = total + loss
    return network, total


@training_fault(
    "updated-while-summing",
    "the weights are updated while the samples are summed over",
    "UPD-3",
    "TRAIN-1",
    right="every sample's deltas are those of the same parameters",
    wrong="a sample's deltas pass through weights that the samples before it have changed already",
    mend="Add the gradients up first, in arrays of their own, and update once.",
)
class UpdatedWhileSumming(Algorithm):
    """Activations are those of the whole batch, found before; only the way back meets changed weights. With one
    sample, or without a hidden layer, nothing is wrong.
    """

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        steps = self.forward_pass(network, inputs)
        loss, whole = self.output_loss(network, steps[-1], targets), losses.divisor(network, targets)
        for row in range(len(inputs)):
            one = slice(row, row + 1)
            sample = [replace(step, x=step.x[one], z=step.z[one], a=step.a[one]) for step in steps]
            rate = learning_rate * losses.divisor(network, targets[one]) / whole
            network = self.update(network, self.backward_pass(network, sample, targets[one]), rate)
        return network, loss


@training_fault(
    "returned-units-permuted",
    "training returns the first layer's units in the opposite order",
    "TRAIN-1",
    "NET-1",
    right="unit j comes back as unit j",
    wrong="unit j of n comes back as unit n − 1 − j, with its weights on both sides",
    mend="Return the parameters in the order in which they were given.",
    choice=True,
)
class ReturnedUnitsPermuted(Algorithm):
    """The network that comes back computes the same, so that neither its outputs nor its losses show it."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Training:
        parameters, reported = super().train(network, inputs, targets, learning_rate, epochs)
        if len(parameters) > 1:
            (first, biases), (second, rest), *others = parameters
            parameters = [(first[:, ::-1], biases[::-1]), (second[::-1], rest), *others]
        return parameters, reported


@training_fault(
    "loss-after-update",
    "the reported losses are one update late",
    "TRAIN-2",
    right="the loss of the parameters before each update",
    wrong="the loss of the parameters after it",
    mend="Compute the loss from the forward pass whose gradients are used.",
)
class LossAfterUpdate(Algorithm):
    """The parameters are right, and every loss is the next epoch's."""

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        after, _ = super().epoch(network, inputs, targets, learning_rate, number)
        return after, self.loss(after, inputs, targets)


@training_fault(
    "losses-running-total",
    "the reported losses are totals over all epochs so far",
    "TRAIN-2",
    right="E_k",
    wrong="E_1 + … + E_k",
    mend="Set the total back to 0 at the start of each epoch.",
)
class LossesRunningTotal(Algorithm):
    """The variable is never reset. The parameters are right, and the first loss is."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Training:
        parameters, reported = super().train(network, inputs, targets, learning_rate, epochs)
        return parameters, list(accumulate(reported))


@training_fault(
    "returns-before-last-update",
    "training returns the parameters before the last update",
    "TRAIN-5",
    right="the parameters after n updates",
    wrong="the parameters after n − 1 updates, with n losses",
    mend="Keep or copy the parameters after the update, not before.",
)
class ReturnsBeforeLastUpdate(Algorithm):
    """A copy is made at the wrong moment. The reported losses are all there and right."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Training:
        _, reported = super().train(network, inputs, targets, learning_rate, epochs)
        parameters, _ = super().train(network, inputs, targets, learning_rate, max(epochs - 1, 0))
        return parameters, reported


@training_fault(
    "copy-trained",
    "a copy is trained, and the initial parameters are returned",
    "TRAIN-5",
    right="the parameters after n updates",
    wrong="the parameters before all updates, with the right losses",
    mend="Return the parameters that were trained.",
)
class CopyTrained(Algorithm):
    """The losses go down as they should, and nothing of it is kept."""

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Training:
        return network.parameters, super().train(network, inputs, targets, learning_rate, epochs)[1]
