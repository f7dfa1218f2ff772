"""HIPS autograd: the forward pass and the losses in autograd.numpy, every derivative by autograd.value_and_grad."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, ClassVar

import autograd.numpy as np
from autograd import value_and_grad
from autograd.scipy.special import expit, logsumexp

from mlp_conformance.adapters.differentiating import DifferentiatingAdapter, Functions, Pairs
from mlp_reference.network import Array, Network


def _log_softmax(z: Array) -> Array:
    return z - logsumexp(z, axis=1, keepdims=True)


class AutogradAdapter(DifferentiatingAdapter):
    """The derivative of np.maximum at a tie goes to both sides in equal parts, so ReLU'(0) is 1/2."""

    activations: ClassVar[Functions] = {
        "sigmoid": expit,
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0.0),
        "linear": lambda z: z,
        "softmax": lambda z: np.exp(_log_softmax(z)),
    }
    totals: ClassVar[Functions] = {
        "half_squared_error": lambda z, a, y: np.sum((a - y) ** 2 / 2),
        "squared_error": lambda z, a, y: np.sum((a - y) ** 2),
        "cross_entropy": lambda z, a, y: np.sum(-y * _log_softmax(z)),
        "binary_cross_entropy": lambda z, a, y: np.sum(y * np.logaddexp(0.0, -z) + (1 - y) * np.logaddexp(0.0, z)),
    }

    def __init__(self) -> None:
        super().__init__("autograd", version("autograd"), "float64", relu_at_zero=0.5)

    def loss_and_gradients(self, parameters: Pairs, network: Network, x: Array, y: Array) -> tuple[Any, Pairs]:
        loss, slopes = value_and_grad(self.loss_of)(parameters, network, x, y)
        return loss, list(slopes)
