"""Faults of decay: each step shrinks parameters, which nobody asked for (UPD-1, UPD-2, TRAIN-4)."""

from __future__ import annotations

from functools import partial

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import each
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import Array, Network

update_fault = partial(known, phase="update")
LAMBDA = 1e-4


@update_fault(
    "weight-decay-on",
    "each step shrinks the weights, which nobody asked for",
    "UPD-1",
    "TRAIN-4",
    right="W ← W − η ∂E/∂W",
    wrong="W ← W − η (∂E/∂W + λ W), λ = 1e-4",
    mend="Set the weight decay to 0 (in scikit-learn alpha=0).",
    seen="scikit-learn default, 3 of 24 hand-written programs",
    choice=True,
)
class WeightDecayOn(Algorithm):
    """A small L2 term by default. Loss and gradients do not show it, steps do."""

    def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
        return super().updated_weights(network, weights, gradient + LAMBDA * weights, learning_rate)


@update_fault(
    "decay-on-bias",
    "each step shrinks the biases too, as weight decay must not",
    "UPD-2",
    "TRAIN-4",
    right="b ← b − η ∂E/∂b",
    wrong="W ← W − η (∂E/∂W + λ W), b ← b − η (∂E/∂b + λ b), λ = 1e-4",
    mend="Leave the biases out of the regularisation, and switch it off by default.",
    seen="2 of 24 hand-written programs",
    choice=True,
)
class DecayOnBias(Algorithm):
    """The L2 term runs over all parameters. Biases have no business in it: they do not make a function
    steep.
    """

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        decayed = each(lambda gradient, parameter: gradient + LAMBDA * parameter, gradients, network.parameters)
        return super().update(network, decayed, learning_rate)


@update_fault(
    "tiny-decay",
    "each step shrinks the weights by a billionth",
    "UPD-1",
    "TRAIN-4",
    right="W ← W − η ∂E/∂W",
    wrong="W ← (1 − 1e-9) W − η ∂E/∂W",
    mend="Leave the factor out.",
    choice=True,
)
class TinyDecay(Algorithm):
    """So small that no plot shows it, and far more than rounding in float64. float32 does not resolve it."""

    def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
        return super().updated_weights(network, weights * (1 - 1e-9), gradient, learning_rate)
