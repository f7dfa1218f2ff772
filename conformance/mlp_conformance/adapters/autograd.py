"""HIPS autograd: the forward pass and the losses in autograd.numpy, every derivative by autograd.grad."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import autograd.numpy as np
from autograd import grad
from autograd.scipy.special import expit, logsumexp

from mlp_conformance.claims import Claims
from mlp_reference.losses import divisor
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS, Array, Network

Pairs = list[tuple[Array, Array]]


def _log_softmax(z: Array) -> Array:
    return z - logsumexp(z, axis=1, keepdims=True)


_ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "sigmoid": expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0.0),
    "linear": lambda z: z,
    "softmax": lambda z: np.exp(_log_softmax(z)),
}


class AutogradAdapter:
    """The derivative of np.maximum at a tie goes to both sides in equal parts, so ReLU'(0) is 1/2."""

    claims = Claims(
        name="autograd",
        version=version("autograd"),
        activations=set(HIDDEN_ACTIVATIONS),
        output_activations={*HIDDEN_ACTIVATIONS, "softmax"},
        losses=set(LOSSES),
        reductions=set(REDUCTIONS),
        relu_at_zero=0.5,
    )

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        return [a for _, a in _steps(network, network.parameters, inputs)]

    def loss(self, network: Network, inputs: Array, targets: Array) -> Any:
        return _loss(network.parameters, network, inputs, targets)

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Pairs:
        return list(_gradients(network.parameters, network, inputs, targets))

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> tuple[Pairs, list[Any]]:
        parameters, losses = network.parameters, []
        for _ in range(epochs):
            losses.append(_loss(parameters, network, inputs, targets))
            slopes = _gradients(parameters, network, inputs, targets)
            parameters = [
                (w - learning_rate * dw, b - learning_rate * db) for (w, b), (dw, db) in zip(parameters, slopes, strict=True)
            ]
        return parameters, losses


def _steps(network: Network, parameters: Pairs, x: Array) -> list[tuple[Array, Array]]:
    steps = []
    for layer, (weights, biases) in zip(network.layers, parameters, strict=True):
        z = np.dot(x, weights) + biases
        x = _ACTIVATIONS[layer.activation](z)
        steps.append((z, x))
    return steps


def _loss(parameters: Pairs, network: Network, inputs: Array, targets: Array) -> Any:
    z, a = _steps(network, parameters, inputs)[-1]
    y = targets
    terms = {
        "half_squared_error": lambda: (a - y) ** 2 / 2,
        "squared_error": lambda: (a - y) ** 2,
        "cross_entropy": lambda: -y * _log_softmax(z),
        "binary_cross_entropy": lambda: y * np.logaddexp(0.0, -z) + (1 - y) * np.logaddexp(0.0, z),
    }
    return np.sum(terms[network.loss]()) / divisor(network, y)


_gradients = grad(_loss)
