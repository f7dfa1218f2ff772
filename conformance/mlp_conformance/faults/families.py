"""Families of faults with a constant that nobody can know beforehand: a momentum of how much, a gradient how much too long.

`diagnosis.constants` finds the constant from the numbers; with it a member is a fault like any other.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlp_conformance.faults.activation_families import ACTIVATION_FAMILIES
from mlp_conformance.faults.family import Family
from mlp_conformance.faults.layer_families import LAYER_FAMILIES
from mlp_conformance.faults.limit_families import LIMIT_FAMILIES
from mlp_conformance.faults.loss import guarded
from mlp_conformance.faults.normalisation import NORMALISING_FAMILIES
from mlp_conformance.faults.optimiser_families import OPTIMISER_FAMILIES
from mlp_conformance.faults.penalty_families import PENALTY_FAMILIES
from mlp_conformance.faults.quotient_families import QUOTIENT_FAMILIES
from mlp_conformance.faults.relatives import RELATIVE_FAMILIES
from mlp_conformance.faults.rhythm import RHYTHM_FAMILIES
from mlp_conformance.faults.scaling import SCALING_FAMILIES
from mlp_conformance.faults.size_families import SIZE_FAMILIES
from mlp_conformance.faults.step_families import STEP_FAMILIES
from mlp_conformance.faults.stopping import STOPPING_FAMILIES
from mlp_conformance.faults.thresholds import THRESHOLD_FAMILIES
from mlp_conformance.faults.variants import Remembering, each, sum_of_squared_weights
from mlp_conformance.faults.weighting import WEIGHT_FAMILIES
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Layer, Network


def _gradient_factor(c: float) -> type[Algorithm]:
    class Longer(Algorithm):
        def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
            return each(lambda gradient: c * gradient, super().backward_pass(network, steps, targets))

    return Longer


def _rate_factor(c: float) -> type[Algorithm]:
    class OtherRate(Algorithm):
        def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
            return super().update(network, gradients, c * learning_rate)

    return OtherRate


def _loss_factor(c: float) -> type[Algorithm]:
    class Times(Algorithm):
        def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
            return c * super().output_loss(network, output, targets)

    return Times


def _momentum(c: float) -> type[Algorithm]:
    class WithMomentum(Remembering):
        def remembered(self, memory: Array, gradient: Array) -> Array:
            return c * memory + gradient

    return WithMomentum


def _nesterov(c: float) -> type[Algorithm]:
    class AlongNesterov(Remembering):
        def remembered(self, memory: Array, gradient: Array) -> Array:
            return c * memory + gradient

        def followed(self, memory: Array, before: Array, gradient: Array) -> Array:
            return gradient + c * memory

    return AlongNesterov


def _running_mean(c: float) -> type[Algorithm]:
    class Dampened(Remembering):
        def remembered(self, memory: Array, gradient: Array) -> Array:
            return c * memory + (1 - c) * gradient

    return Dampened


def _weight_decay(c: float) -> type[Algorithm]:
    class Decayed(Algorithm):
        def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
            return super().updated_weights(network, weights, gradient + c * weights, learning_rate)

    return Decayed


def _penalised_objective(c: float) -> type[Algorithm]:
    class OnPenalised(Algorithm):
        def epoch(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
        ) -> tuple[Network, Array]:
            after, loss = super().epoch(network, inputs, targets, learning_rate, number)
            return after, loss + c / 2 * sum_of_squared_weights(network)

        def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
            return super().updated_weights(network, weights, gradient + c * weights, learning_rate)

    return OnPenalised


def _detached_decay(c: float) -> type[Algorithm]:
    class Shrunk(Algorithm):
        def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
            return super().updated_weights(network, weights * (1 - c), gradient, learning_rate)

    return Shrunk


def _decay_of_all(c: float) -> type[Algorithm]:
    class AllDecayed(Algorithm):
        def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
            decayed = each(lambda gradient, parameter: gradient + c * parameter, gradients, network.parameters)
            return super().update(network, decayed, learning_rate)

    return AllDecayed


def _penalty(c: float) -> type[Algorithm]:
    class Penalised(Algorithm):
        def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
            found = super().backward_pass(network, steps, targets)
            return [(g + c * x.weights, b) for (g, b), x in zip(found, network.layers, strict=True)]

    return Penalised


def _log_epsilon(c: float) -> type[Algorithm]:
    class Guarded(Algorithm):
        def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
            return super().output_loss(guarded(network, log_epsilon=c), output, targets)

    return Guarded


def _log_epsilon_of_ones(c: float) -> type[Algorithm]:
    class HalfGuarded(Algorithm):
        def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
            found = super().output_loss(network, output, targets)
            if network.loss != "binary_cross_entropy":
                return found
            return found - self.reduce(network, targets * (np.log(output.a + c) - np.log(output.a)), targets)

    return HalfGuarded


def _smoothing(c: float) -> type[Algorithm]:
    class Smoothed(Algorithm):
        def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
            return super().output_loss(network, output, _smooth(targets))

        def output_error(self, network: Network, output: Step, targets: Array) -> Array:
            return super().output_error(network, output, _smooth(targets))

    def _smooth(targets: Array) -> Array:
        return (1 - c) * targets + c / max(2, targets.shape[1])

    return Smoothed


def _leak(c: float) -> type[Algorithm]:
    class Leaking(Algorithm):
        def activation(self, network: Network, layer: Layer, z: Array) -> Array:
            if layer.activation != "relu":
                return super().activation(network, layer, z)
            return np.maximum(z, 0) + c * np.minimum(z, 0)

        def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
            found = super().derivative(network, layer, step)
            return found + c * (1 - found) if layer.activation == "relu" else found

    return Leaking


def _steepness(c: float) -> type[Algorithm]:
    class Steep(Algorithm):
        def activation(self, network: Network, layer: Layer, z: Array) -> Array:
            return super().activation(network, layer, c * z if layer.activation in ("sigmoid", "tanh") else z)

        def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
            if layer.activation not in ("sigmoid", "tanh"):
                return super().derivative(network, layer, step)
            return c * super().derivative(network, layer, replace(step, z=c * step.z))

    return Steep


def _hidden_scale(c: float) -> type[Algorithm]:
    class Scaled(Algorithm):
        def activation(self, network: Network, layer: Layer, z: Array) -> Array:
            found = super().activation(network, layer, z)
            return found if layer is network.layers[-1] else c * found

    return Scaled


def _flat_spot(c: float) -> type[Algorithm]:
    class Lifted(Algorithm):
        def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
            found = super().derivative(network, layer, step)
            return found + c if layer.activation in ("sigmoid", "tanh") else found

    return Lifted


def _target_scale(c: float) -> type[Algorithm]:
    class Other(Algorithm):
        def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
            return super().output_loss(network, output, c * targets)

        def output_error(self, network: Network, output: Step, targets: Array) -> Array:
            return super().output_error(network, output, c * targets)

    return Other


def _input_scale(c: float) -> type[Algorithm]:
    class OtherInputs(Algorithm):
        def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
            return super().forward_pass(network, c * inputs)

    return OtherInputs


_STEP = ("UPD-1", "TRAIN-4")

#: Every family; those that change least of the computation first.
FAMILIES: tuple[Family, ...] = (
    Family("gradient-factor", "the gradients are {c} times what they should be", "gradients", ("BACK-1",),
           "∂E/∂W", "{c} ∂E/∂W", "Leave the factor out, or put it into the loss that you claim.", _gradient_factor),
    *LAYER_FAMILIES,
    Family("rate-factor", "the steps are {c} times as long as the learning rate says", "update", ("UPD-1", "UPD-2"),
           "W ← W − η ∂E/∂W", "W ← W − {c} η ∂E/∂W", "Leave the factor out.", _rate_factor),
    Family("loss-factor", "the loss is {c} times what it should be", "loss", ("LOSS-5",),
           "E", "{c} E", "Leave the factor out, or claim the loss and reduction that have it.", _loss_factor),
    Family("momentum", "a momentum of {c} is active", "update", ("TRAIN-4",),
           "W ← W − η g_k", "v ← {c} v + g_k, W ← W − η v", "Set the momentum to 0.", _momentum, (-2, 2)),
    Family("nesterov", "Nesterov's momentum of {c} is active", "update", ("TRAIN-4",),
           "W ← W − η g_k", "v ← {c} v + g_k, W ← W − η (g_k + {c} v)", "Set the momentum to 0.", _nesterov, (-2, 2)),
    Family("running-mean", "a running mean of the gradients is followed, with the factor {c}", "update", ("TRAIN-4",),
           "W ← W − η g_k", "v ← {c} v + (1 − {c}) g_k, W ← W − η v", "Set the momentum to 0.", _running_mean, (-2, 2)),
    Family("weight-decay", "each step shrinks the weights by a decay of {c}", "update", _STEP,
           "W ← W − η ∂E/∂W", "W ← W − η (∂E/∂W + {c} W)", "Set the weight decay to 0.", _weight_decay),
    Family("penalised-objective", "training descends the loss with a penalty of {c}/2 Σ W²", "update", _STEP,
           "E", "E + {c}/2 Σ W²", "Set the penalty to 0.", _penalised_objective),
    Family("detached-decay", "each step multiplies the weights by 1 − {c}", "update", _STEP,
           "W ← W − η ∂E/∂W", "W ← (1 − {c}) W − η ∂E/∂W", "Set the weight decay to 0.", _detached_decay),
    Family("decay-of-all", "each step shrinks weights and biases by a decay of {c}", "update", (*_STEP, "UPD-2"),
           "W ← W − η ∂E/∂W", "W ← W − η (∂E/∂W + {c} W), b likewise", "Set the weight decay to 0.", _decay_of_all),
    Family("penalty", "the gradients include {c} times the weights", "gradients", ("BACK-1",),
           "∂E/∂W", "∂E/∂W + {c} W", "Leave the penalty out, or add it to the loss as well.", _penalty),
    Family("log-epsilon", "{c} is added inside the logarithm", "loss", ("LOSS-10",),
           "log a", "log(a + {c})", "Use a fused form that needs no constant, or claim log_epsilon.", _log_epsilon, (0, 1)),
    Family("log-epsilon-of-ones", "{c} is added inside the logarithm of a, and not of 1 − a", "loss", ("LOSS-4", "LOSS-10"),
           "y log a + (1 − y) log(1 − a)", "y log(a + {c}) + (1 − y) log(1 − a)",
           "Use a fused form that needs no constant.", _log_epsilon_of_ones, (0, 1)),
    Family("smoothing", "the targets are smoothed by {c}", "loss", ("LOSS-3",),
           "y", "(1 − {c}) y + {c}/n", "Switch label smoothing off.", _smoothing, (0, 1)),
    Family("leak", "ReLU leaks with a slope of {c} below 0", "forward", ("ACT-3",),
           "max(z, 0)", "z if z > 0 else {c} z", "Use plain ReLU.", _leak),
    Family("steepness", "sigmoid and tanh are taken of {c} z", "forward", ("ACT-1", "ACT-2"),
           "σ(z)", "σ({c} z)", "Leave the factor out.", _steepness),
    Family("hidden-scale", "the hidden activations are multiplied by {c}", "forward", ("FWD-3",),
           "a = σ(z)", "a = {c} σ(z)", "Leave the factor out: without dropout nothing is rescaled.", _hidden_scale),
    Family("flat-spot", "{c} is added to the derivative of the activation", "gradients", ("ACT-7",),
           "σ′(z)", "σ′(z) + {c}", "Leave the constant out: it bends the gradient.", _flat_spot),
    Family("target-scale", "the targets are multiplied by {c}", "loss", ("LOSS-1",),
           "y", "{c} y", "Compare with the targets as they are given.", _target_scale),
    Family("input-scale", "the inputs are multiplied by {c}", "forward", ("FWD-1",),
           "a_0 = x", "a_0 = {c} x", "Use the inputs as they are given.", _input_scale),
    *ACTIVATION_FAMILIES,
    *PENALTY_FAMILIES,
    *STEP_FAMILIES,
    *STOPPING_FAMILIES,
    *RHYTHM_FAMILIES,
    *LIMIT_FAMILIES,
    *QUOTIENT_FAMILIES,
    *THRESHOLD_FAMILIES,
    *WEIGHT_FAMILIES,
    *RELATIVE_FAMILIES,
    *NORMALISING_FAMILIES,
    *SCALING_FAMILIES,
    *OPTIMISER_FAMILIES,
    *SIZE_FAMILIES,
)  # fmt: skip
