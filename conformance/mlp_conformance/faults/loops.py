"""Faults of loops and layouts: a line inside a loop that belongs outside, a column on the wrong side (FWD-2, BACK-3, UPD-2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import is_square
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Layer, Network


@known(
    "bias-step-for-each-input",
    "the biases are updated once for each of the layer's inputs",
    "UPD-2",
    phase="update",
    right="b ← b − η ∂E/∂b",
    wrong="b ← b − η ∂E/∂b, n_in times over",
    mend="Move the line of the bias out of the loop over the inputs.",
    seen="loops: the bias is updated where each weight is",
)
class BiasStepForEachInput(Algorithm):
    """The biases' steps are n_in times too long. A layer with one input is right."""

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        changed = []
        for layer, (weights_gradient, biases_gradient) in zip(network.layers, gradients, strict=True):
            biases = layer.biases
            for _ in range(layer.weights.shape[0]):
                biases = self.updated_biases(network, biases, biases_gradient, learning_rate)
            changed.append((self.updated_weights(network, layer.weights, weights_gradient, learning_rate), biases))
        return network.with_parameters(changed)


@known(
    "update-multiplies",
    "the parameters are multiplied by 1 less the step",
    "UPD-1",
    "UPD-2",
    phase="update",
    right="W ← W − η ∂E/∂W",
    wrong="W ← W (1 − η ∂E/∂W)",
    mend="Subtract the step: W -= η * gradient, not W *= 1 - η * gradient.",
)
class UpdateMultiplies(Algorithm):
    """Parameters of 0 never move, and none changes its sign by a small step."""

    def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
        return weights * (1 - learning_rate * gradient)

    def updated_biases(self, network: Network, biases: Array, gradient: Array, learning_rate: Array) -> Array:
        return biases * (1 - learning_rate * gradient)


@known(
    "update-overwrites",
    "the parameters are set to the step instead of moved by it",
    "UPD-1",
    "UPD-2",
    phase="update",
    right="W ← W − η ∂E/∂W",
    wrong="W ← −η ∂E/∂W",
    mend="Subtract the step from the parameters: W -= …, not W = -….",
    seen="a typing mistake: =- for -=",
)
class UpdateOverwrites(Algorithm):
    """What was learned before is forgotten with each update."""

    def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
        return -learning_rate * gradient

    def updated_biases(self, network: Network, biases: Array, gradient: Array, learning_rate: Array) -> Array:
        return -learning_rate * gradient


@known(
    "bias-rate-over-batch",
    "the learning rate of the biases is divided by the batch size",
    "UPD-2",
    phase="update",
    right="b ← b − η ∂E/∂b",
    wrong="b ← b − η/m ∂E/∂b; W as it should be",
    mend="Use one learning rate for weights and biases; the reduction is in the gradient already.",
)
class BiasRateOverBatch(Algorithm):
    """Two lines of the update differ. One sample does not show it."""

    def epoch(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
    ) -> tuple[Network, Array]:
        after, loss = super().epoch(network, inputs, targets, learning_rate, number)
        slower, _ = super().epoch(network, inputs, targets, learning_rate / len(inputs), number)
        pairs = zip(after.parameters, slower.parameters, strict=True)
        return network.with_parameters([(weights, biases) for (weights, _), (_, biases) in pairs]), loss


@known(
    "ones-on-the-wrong-side",
    "the column of ones stands behind the inputs, the biases in front of the weights",
    "FWD-2",
    "BACK-4",
    phase="forward",
    right="z = [1, x] [b; W]",
    wrong="z = [x, 1] [b; W]",
    mend="Put the ones where the biases are: np.hstack([ones, x]) beside biases in the first row.",
    seen="programs that keep the biases as the first column of the weights",
)
class OnesOnTheWrongSide(Algorithm):
    """The first input is multiplied by the bias, each other by the weight of the one before; the last weight is the bias."""

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        biases = np.zeros_like(layer.weights[:1]) + layer.biases
        return x @ np.concatenate([biases, layer.weights[:-1]]) + layer.weights[-1]

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        found = super().weight_gradient(network, step, delta)
        last = np.zeros_like(found[:1]) + super().bias_gradient(network, step, delta)
        return np.concatenate([found[1:], last])

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().weight_gradient(network, step, delta)[0]


@known(
    "square-weights-loaded-transposed",
    "square weight matrices are taken over transposed",
    "NET-2",
    "FWD-2",
    phase="forward",
    right="W as it is given, n_in by n_out",
    wrong="Wᵀ where n_in = n_out",
    mend="Know the layout from its description, not from its shape.",
    seen="programs that tell the layout of weights from the shape",
)
class SquareWeightsLoadedTransposed(Algorithm):
    """What does not fit is turned round, what fits either way is not looked at. Layers of unlike widths are right."""

    def _loaded(self, network: Network) -> Network:
        return network.with_parameters([(w.T if is_square(w) else w, b) for w, b in network.parameters])

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        return super().forward(self._loaded(network), inputs)

    def loss(self, network: Network, inputs: Array, targets: Array) -> Array:
        return super().loss(self._loaded(network), inputs, targets)

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        return super().gradients(self._loaded(network), inputs, targets)

    def train(self, network: Network, *arguments: Any) -> tuple[Parameters, list[Array]]:
        return super().train(self._loaded(network), *arguments)


@known(
    "next-layer-activation-derivative",
    "the hidden delta uses the derivative of the next layer's activation, at its own pre-activation",
    "BACK-3",
    phase="gradients",
    right="δ_l = (δ_{l+1} Wᵀ) σ_l′(z_l)",
    wrong="δ_l = (δ_{l+1} Wᵀ) σ_{l+1}′(z_l)",
    mend="Take the activation's name from the layer whose delta it is.",
)
class NextLayerActivationDerivative(Algorithm):
    """The index of the activations is one off, that of the numbers is not. Layers of one activation do not show it."""

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        error = self.back_propagated(network, network.layers[index + 1], next_delta)
        own, name, a = network.layers[index], network.layers[index + 1].activation, steps[index].a
        if name in ("softmax", own.activation):
            return error * self.derivative(network, own, steps[index])
        if name in ("sigmoid", "tanh"):  # formulas of a, and a is the layer's own
            return error * (a * (1 - a) if name == "sigmoid" else 1 - a * a)
        return error * self.derivative(network, replace(own, activation=name), steps[index])
