"""Families about the gradients and the steps of single layers: too long or too short by a constant factor."""

from __future__ import annotations

from mlp_conformance.faults.family import Family
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Network


def _layer_gradient_factor(c: float) -> type[Algorithm]:
    class LayerLonger(Algorithm):
        def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
            return c * super().weight_gradient(network, step, delta)

        def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
            return c * super().bias_gradient(network, step, delta)

    return LayerLonger


def _weights_gradient_factor(c: float) -> type[Algorithm]:
    class WeightsLonger(Algorithm):
        def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
            return c * super().weight_gradient(network, step, delta)

    return WeightsLonger


def _biases_gradient_factor(c: float) -> type[Algorithm]:
    class BiasesLonger(Algorithm):
        def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
            return c * super().bias_gradient(network, step, delta)

    return BiasesLonger


def _hidden_delta_factor(c: float) -> type[Algorithm]:
    class DeltaLonger(Algorithm):
        def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
            return c * super().hidden_delta(network, index, steps, next_delta)

    return DeltaLonger


def _weights_rate_factor(c: float) -> type[Algorithm]:
    class OtherWeightsRate(Algorithm):
        def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
            return super().updated_weights(network, weights, gradient, c * learning_rate)

    return OtherWeightsRate


def _biases_rate_factor(c: float) -> type[Algorithm]:
    class OtherBiasesRate(Algorithm):
        def updated_biases(self, network: Network, biases: Array, gradient: Array, learning_rate: Array) -> Array:
            return super().updated_biases(network, biases, gradient, c * learning_rate)

    return OtherBiasesRate


def _layer_rate_factor(c: float) -> type[Algorithm]:
    class OtherLayerRate(_weights_rate_factor(c), _biases_rate_factor(c)):  # type: ignore[misc]
        pass

    return OtherLayerRate


#: Every family of single layers; `placement` tries them in some layers alone.
LAYER_FAMILIES: tuple[Family, ...] = (
    Family("weights-gradient-factor", "the weight gradients are {c} times what they should be", "gradients", ("BACK-4",),
           "∂E/∂W = xᵀ δ", "∂E/∂W = {c} xᵀ δ", "Leave the factor out.", _weights_gradient_factor),
    Family("biases-gradient-factor", "the bias gradients are {c} times what they should be", "gradients", ("BACK-5",),
           "∂E/∂b = Σ δ", "∂E/∂b = {c} Σ δ", "Leave the factor out.", _biases_gradient_factor),
    Family("layer-gradient-factor", "a layer's gradients are {c} times what they should be", "gradients", ("BACK-4", "BACK-5"),
           "∂E/∂W = xᵀ δ, ∂E/∂b = Σ δ", "{c} xᵀ δ, {c} Σ δ", "Leave the factor out.", _layer_gradient_factor, everywhere=False),
    Family("hidden-delta-factor", "the hidden deltas are {c} times what they should be", "gradients", ("BACK-3",),
           "δ = (δ′ Wᵀ) σ′(z)", "δ = {c} (δ′ Wᵀ) σ′(z)", "Leave the factor out.", _hidden_delta_factor),
    Family("weights-rate-factor", "the weights' steps are {c} times as long as the learning rate says", "update", ("UPD-1",),
           "W ← W − η ∂E/∂W", "W ← W − {c} η ∂E/∂W", "Leave the factor out.", _weights_rate_factor),
    Family("biases-rate-factor", "the biases' steps are {c} times as long as the learning rate says", "update", ("UPD-2",),
           "b ← b − η ∂E/∂b", "b ← b − {c} η ∂E/∂b", "Leave the factor out.", _biases_rate_factor),
    Family("layer-rate-factor", "a layer's steps are {c} times as long as the learning rate says", "update",
           ("UPD-1", "UPD-2"), "W ← W − η ∂E/∂W", "W ← W − {c} η ∂E/∂W, b likewise", "Leave the factor out.",
           _layer_rate_factor, everywhere=False),
)  # fmt: skip
