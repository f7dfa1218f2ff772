"""Families about the steps of training: optimisers with constants of their own, schedules, batches of a size."""

from __future__ import annotations

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.training import in_parts
from mlp_conformance.faults.variants import Adam, Remembering, remembering_partly
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import Array, Network

Epoch = tuple[Network, Array]


def _weights_momentum(c: float) -> type[Algorithm]:
    return remembering_partly(lambda w, b: (c * w, 0 * b))


def _biases_momentum(c: float) -> type[Algorithm]:
    return remembering_partly(lambda w, b: (0 * w, c * b))


def _rmsprop(c: float) -> type[Algorithm]:
    class DividedByMean(Remembering):
        def remembered(self, memory: Array, gradient: Array) -> Array:
            return c * memory + (1 - c) * gradient**2

        def followed(self, memory: Array, before: Array, gradient: Array) -> Array:
            return gradient / (np.sqrt(memory) + 1e-8)

    return DividedByMean


def _adagrad_inside(c: float) -> type[Algorithm]:
    class DividedBySum(Remembering):
        def remembered(self, memory: Array, gradient: Array) -> Array:
            return memory + gradient**2

        def followed(self, memory: Array, before: Array, gradient: Array) -> Array:
            return gradient / np.sqrt(memory + c)

    return DividedBySum


def _adam(c: float) -> type[Algorithm]:
    return type("AdamWith", (Adam,), {"first": c})


def _adam_uncorrected(c: float) -> type[Algorithm]:
    return type("AdamUncorrected", (Adam,), {"first": c, "unbiased": lambda self, t: (1.0, 1.0)})


def _first_step(c: float) -> type[Algorithm]:
    class OtherFirstStep(Algorithm):
        def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
            return super().epoch(network, inputs, targets, learning_rate if number else c * learning_rate, number)

    return OtherFirstStep


def _skipped_epoch(c: float) -> type[Algorithm]:
    class Skipping(Algorithm):
        def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
            after, loss = super().epoch(network, inputs, targets, learning_rate, number)
            return (network if (number + 1) % round(c) == 0 else after), loss

    return Skipping


def _missed_epoch(c: float) -> type[Algorithm]:
    class Missing(Algorithm):
        def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
            after, loss = super().epoch(network, inputs, targets, learning_rate, number)
            return (network if number + 1 == round(c) else after), loss

    return Missing


def _batches(c: float) -> type[Algorithm]:
    class InBatches(Algorithm):
        def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
            after, _ = in_parts(super().epoch, round(c), len(inputs), network, inputs, targets, learning_rate, number)
            return after, self.loss(network, inputs, targets)

    return InBatches


def _whole_batches(c: float) -> type[Algorithm]:
    class InWholeBatches(Algorithm):
        def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
            size = round(c)
            whole = len(inputs) // size * size
            after, _ = in_parts(super().epoch, size, whole, network, inputs, targets, learning_rate, number)
            return after, self.loss(network, inputs, targets)

    return InWholeBatches


def _smoothed_losses(c: float) -> type[Algorithm]:
    class Smoothed(Algorithm):
        def train(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
        ) -> tuple[Parameters, list[Array]]:
            parameters, reported = super().train(network, inputs, targets, learning_rate, epochs)
            for k in range(1, len(reported)):
                reported[k] = c * reported[k - 1] + (1 - c) * reported[k]
            return parameters, reported

    return Smoothed


def _rate_decay(c: float) -> type[Algorithm]:
    class Slower(Algorithm):
        def epoch(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
        ) -> tuple[Network, Array]:
            return super().epoch(network, inputs, targets, learning_rate * c**number, number)

    return Slower


def _rate_decay_at_once(c: float) -> type[Algorithm]:
    class SlowerAtOnce(_rate_decay(c)):  # type: ignore[misc]
        def epoch(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
        ) -> tuple[Network, Array]:
            found: tuple[Network, Array] = super().epoch(network, inputs, targets, learning_rate, number + 1)
            return found

    return SlowerAtOnce


def _rate_over_time(c: float) -> type[Algorithm]:
    class SlowerInTime(Algorithm):
        def epoch(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
        ) -> tuple[Network, Array]:
            return super().epoch(network, inputs, targets, learning_rate / (1 + c * number), number)

    return SlowerInTime


def _zero_epochs(c: float) -> type[Algorithm]:
    class OtherThanNone(Algorithm):
        def train(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
        ) -> tuple[Parameters, list[Array]]:
            return super().train(network, inputs, targets, learning_rate, epochs or round(c))

    return OtherThanNone


def _zero_rate(c: float) -> type[Algorithm]:
    class OtherThanZero(Algorithm):
        def train(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
        ) -> tuple[Parameters, list[Array]]:
            is_zero = 1 - np.heaviside(np.absolute(learning_rate), 0)
            return super().train(network, inputs, targets, learning_rate + c * is_zero, epochs)

    return OtherThanZero


_WHOLE = tuple((float(n),) for n in (*range(2, 11), 12, 16, 20, 25, 32, 50, 64, 100, 128))

_MEANS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.999)
_USUAL = tuple((c,) for c in _MEANS)

#: Every family of steps.
STEP_FAMILIES: tuple[Family, ...] = (
    Family("weights-momentum", "a momentum of {c} is active, for the weights alone", "update", ("TRAIN-4",),
           "W ← W − η g_k", "v ← {c} v + g_k, W ← W − η v; b as it should be", "Set the momentum to 0.",
           _weights_momentum, (-2, 2)),
    Family("biases-momentum", "a momentum of {c} is active, for the biases alone", "update", ("TRAIN-4",),
           "b ← b − η g_k", "v ← {c} v + g_k, b ← b − η v; W as it should be", "Set the momentum to 0.",
           _biases_momentum, (-2, 2)),
    Family("rmsprop", "steps are divided by the root of a running mean of squared gradients, with the factor {c}", "update",
           ("TRAIN-4",), "W ← W − η g_k", "s ← {c} s + (1 − {c}) g_k², W ← W − η g_k / (√s + 1e-8)",
           "Use plain gradient descent.", _rmsprop, (0, 1),
           starts=_USUAL),
    Family("adagrad", "steps are divided by the root of all squared gradients so far and {c}", "update", ("TRAIN-4",),
           "W ← W − η g_k", "s ← s + g_k², W ← W − η g_k / √(s + {c})", "Use plain gradient descent.", _adagrad_inside, (0, 1)),
    Family("adam", "Adam with β₁ = {c} takes the place of gradient descent", "update", ("TRAIN-4",),
           "W ← W − η g_k", "W ← W − η m̂ / (√v̂ + 1e-8), β₁ = {c}, β₂ = 0.999", "Use plain gradient descent.", _adam, (0, 1),
           starts=_USUAL),
    Family("adam-uncorrected", "Adam with β₁ = {c}, its means uncorrected, takes the place of gradient descent", "update",
           ("TRAIN-4",), "W ← W − η g_k", "W ← W − η m / (√v + 1e-8), β₁ = {c}, β₂ = 0.999", "Use plain gradient descent.",
           _adam_uncorrected, (0, 1), starts=_USUAL),
    Family("rate-decay", "the learning rate is multiplied by {c} after each epoch", "update", ("TRAIN-4",),
           "η", "η {c}^k in epoch k", "Keep the learning rate as it is given.", _rate_decay),
    Family("rate-decay-at-once", "the learning rate is multiplied by {c} before each epoch, the first one too", "update",
           ("TRAIN-4",), "η", "η {c}^k in epoch k = 1, 2, …", "Keep the learning rate as it is given.", _rate_decay_at_once),
    Family("rate-over-time", "the learning rate falls as 1/(1 + {c} k)", "update", ("TRAIN-4",),
           "η", "η / (1 + {c} k) in epoch k", "Keep the learning rate as it is given.", _rate_over_time),
    Family("first-step-factor", "the first step is {c} times as long as it should be", "update", ("TRAIN-4",),
           "η", "{c} η in the first epoch", "Treat the first epoch like every other.", _first_step),
    Family("skipped-epoch", "every {c}th epoch makes no update", "update", ("TRAIN-1",),
           "n epochs, n updates", "no update in epochs {c}, 2·{c}, …", "Update in every epoch.", _skipped_epoch, (1.5, 1e3),
           starts=_WHOLE),
    Family("missed-epoch", "epoch {c} makes no update, and every other does", "update", ("TRAIN-1",),
           "n epochs, n updates", "no update in epoch {c}, counted from 1", "Update in every epoch.", _missed_epoch, (1.5, 1e3),
           starts=_WHOLE[::-1]),  # of three epochs without the second or the third the parameters are the same: not of two
    Family("batch-size", "training goes in batches of {c}", "update", ("TRAIN-1",),
           "one update an epoch, on the whole batch", "an update for every {c} rows, the loss of the whole batch reported",
           "Set the batch size to the number of samples.", _batches, (0.5, 1e3), starts=((1.0,), *_WHOLE)),
    Family("whole-batch-size", "training goes in batches of {c}, and a partial last batch is dropped", "update", ("TRAIN-1",),
           "one update an epoch, on the whole batch", "an update for every {c} rows; the last rows are never used",
           "Set the batch size to the number of samples.", _whole_batches, (1.5, 1e3), starts=_WHOLE),
    Family("zero-epochs", "asked for no epochs, it trains {c}", "update", ("TRAIN-3",),
           "0 epochs, no update", "0 epochs, {c} updates",
           "Let 0 be a number like others: no default in its place, and no loop from 1 to n that counts down to 0.",
           _zero_epochs, (0.5, 1e3), starts=_WHOLE),
    Family("zero-rate", "a learning rate of 0 becomes a default of {c}", "update", ("TRAIN-3",),
           "η = 0 changes nothing", "η = {c} where 0 is given",
           "Ask whether a learning rate was given, not whether it is true: 0 is a number.", _zero_rate),
    Family("smoothed-losses", "the reported losses are a running mean with the factor {c}", "update", ("TRAIN-5",),
           "E_k", "r_k = {c} r_{{k−1}} + (1 − {c}) E_k", "Report each epoch's own loss.", _smoothed_losses, (0, 1)),
)  # fmt: skip
