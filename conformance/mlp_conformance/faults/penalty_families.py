"""Families of penalties: the loss, its gradient or the step includes something of the parameters' size."""

from __future__ import annotations

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.variants import each, sum_of_squared_weights
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network


def _with_weights(c: Array, found: Parameters, network: Network) -> Parameters:
    return [(g + c * layer.weights, b) for (g, b), layer in zip(found, network.layers, strict=True)]


def _penalty_over_batch(c: float) -> type[Algorithm]:
    class PenalisedOverBatch(Algorithm):
        def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
            return _with_weights(c / len(targets), super().backward_pass(network, steps, targets), network)

    return PenalisedOverBatch


def _penalty_of_all(c: float) -> type[Algorithm]:
    class AllPenalised(Algorithm):
        def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
            found = super().backward_pass(network, steps, targets)
            return each(lambda gradient, parameter: gradient + c * parameter, found, network.parameters)

    return AllPenalised


def _penalty_of_all_over_batch(c: float) -> type[Algorithm]:
    class AllPenalisedOverBatch(Algorithm):
        def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
            found = super().backward_pass(network, steps, targets)
            return each(lambda gradient, parameter: gradient + c / len(targets) * parameter, found, network.parameters)

    return AllPenalisedOverBatch


def _loss_penalty(c: float) -> type[Algorithm]:
    class LossPenalised(Algorithm):
        def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
            return super().output_loss(network, output, targets) + c / 2 * sum_of_squared_weights(network)

    return LossPenalised


def _loss_penalty_over_batch(c: float) -> type[Algorithm]:
    class LossPenalisedOverBatch(Algorithm):
        def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
            found = super().output_loss(network, output, targets)
            return found + c / (2 * len(targets)) * sum_of_squared_weights(network)

    return LossPenalisedOverBatch


def _regularised(c: float) -> type[Algorithm]:
    class Regularised(_loss_penalty(c)):  # type: ignore[misc]
        def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
            return _with_weights(c, super().backward_pass(network, steps, targets), network)

    return Regularised


def _regularised_over_batch(c: float) -> type[Algorithm]:
    class RegularisedOverBatch(_loss_penalty_over_batch(c), _penalty_over_batch(c)):  # type: ignore[misc]
        pass

    return RegularisedOverBatch


def _absolute_decay(c: float) -> type[Algorithm]:
    class Lasso(Algorithm):
        def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
            sign = 2 * np.heaviside(weights, 0.5) - 1
            return super().updated_weights(network, weights, gradient + c * sign, learning_rate)

    return Lasso


def _bias_decay(c: float) -> type[Algorithm]:
    class BiasesDecayed(Algorithm):
        def updated_biases(self, network: Network, biases: Array, gradient: Array, learning_rate: Array) -> Array:
            return super().updated_biases(network, biases, gradient + c * biases, learning_rate)

    return BiasesDecayed


#: Every family of penalties but the plainest.
PENALTY_FAMILIES: tuple[Family, ...] = (
    Family("penalty-over-batch", "the gradients include {c}/m times the weights, m the number of samples", "gradients",
           ("BACK-1",), "∂E/∂W", "∂E/∂W + {c}/m W", "Leave the penalty out.", _penalty_over_batch),
    Family("penalty-of-all", "the gradients include {c} times the weights and biases", "gradients", ("BACK-1",),
           "∂E/∂W, ∂E/∂b", "∂E/∂W + {c} W, ∂E/∂b + {c} b", "Leave the penalty out.", _penalty_of_all),
    Family("penalty-of-all-over-batch", "the gradients include {c}/m times the weights and biases, m the number of samples",
           "gradients", ("BACK-1",), "∂E/∂W, ∂E/∂b", "∂E/∂W + {c}/m W, ∂E/∂b + {c}/m b", "Leave the penalty out.",
           _penalty_of_all_over_batch),
    Family("loss-penalty", "the loss includes {c}/2 times the sum of the squared weights", "loss", ("LOSS-5",),
           "E", "E + {c}/2 Σ w²", "Leave the penalty out.", _loss_penalty),
    Family("loss-penalty-over-batch", "the loss includes {c}/(2m) times the sum of the squared weights", "loss", ("LOSS-5",),
           "E", "E + {c}/(2m) Σ w²", "Leave the penalty out.", _loss_penalty_over_batch),
    Family("regularisation", "loss and gradients include a penalty of {c}/2 times the sum of the squared weights", "loss",
           ("LOSS-5", "BACK-1"), "E, ∂E/∂W", "E + {c}/2 Σ w², ∂E/∂W + {c} W", "Set the regularisation to 0.", _regularised),
    Family("regularisation-over-batch", "loss and gradients include a penalty of {c}/(2m) times the sum of the squared weights",
           "loss", ("LOSS-5", "BACK-1"), "E, ∂E/∂W", "E + {c}/(2m) Σ w², ∂E/∂W + {c}/m W", "Set the regularisation to 0.",
           _regularised_over_batch),
    Family("absolute-decay", "each step shrinks the weights' sizes by {c} times the learning rate", "update",
           ("UPD-1", "TRAIN-4"), "W ← W − η ∂E/∂W", "W ← W − η (∂E/∂W + {c} sign W)", "Set the L1 decay to 0.",
           _absolute_decay),
    Family("bias-decay", "each step shrinks the biases by a decay of {c}", "update", ("UPD-2", "TRAIN-4"),
           "b ← b − η ∂E/∂b", "b ← b − η (∂E/∂b + {c} b)", "Set the decay to 0.", _bias_decay),
)  # fmt: skip
