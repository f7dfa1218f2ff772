"""JAX: layers from jax.nn, losses in jax.numpy, every derivative by jax.value_and_grad, each under jit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from mlp_conformance.claims import Claims
from mlp_reference.losses import divisor
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS, Array, Network

_settings: Any = jax.config
_settings.update("jax_enable_x64", True)

Pairs = list[tuple[Any, Any]]

_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "linear": lambda z: z,
    "softmax": partial(jax.nn.softmax, axis=1),
}
#: The loss of each sample and output, from the last pre-activations z, the outputs a and the targets y.
_TERMS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "half_squared_error": lambda z, a, y: (a - y) ** 2 / 2,
    "squared_error": lambda z, a, y: (a - y) ** 2,
    "cross_entropy": lambda z, a, y: -y * jax.nn.log_softmax(z, axis=1),
    "binary_cross_entropy": lambda z, a, y: -y * jax.nn.log_sigmoid(z) - (1 - y) * jax.nn.log_sigmoid(-z),
}


class JaxAdapter:
    """The whole algorithm in JAX, in one of its dtypes. Importing this module switches float64 on in JAX."""

    def __init__(self, dtype: str = "float64") -> None:
        self.claims = Claims(
            name="jax",
            version=jax.__version__,
            dtype=dtype,
            activations=set(HIDDEN_ACTIVATIONS),
            output_activations={*HIDDEN_ACTIVATIONS, "softmax"},
            losses=set(LOSSES),
            reductions=set(REDUCTIONS),
        )

    def forward(self, network: Network, inputs: Array) -> list[Any]:
        return [a for _, a in _steps(_activations(network), network.parameters, inputs)]

    def loss(self, network: Network, inputs: Array, targets: Array) -> Any:
        return _loss(network.parameters, *_form(network, targets), inputs, targets)

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Pairs:
        _, found = _loss_and_gradients(network.parameters, *_form(network, targets), inputs, targets)
        return list(found)

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> tuple[Pairs, list[Any]]:
        parameters, losses = network.parameters, []
        for _ in range(epochs):
            loss, gradients = _loss_and_gradients(parameters, *_form(network, targets), inputs, targets)
            parameters = jax.tree.map(lambda value, slope: value - learning_rate * slope, parameters, gradients)
            losses.append(loss)
        return parameters, losses


def _activations(network: Network) -> tuple[str, ...]:
    return tuple(layer.activation for layer in network.layers)


def _form(network: Network, targets: Array) -> tuple[tuple[str, ...], str, int]:
    """What jit compiles for: the activations, the loss and what the reduction divides by."""
    return _activations(network), network.loss, divisor(network, targets)


@partial(jax.jit, static_argnums=0)
def _steps(activations: tuple[str, ...], parameters: Pairs, x: Any) -> list[tuple[Any, Any]]:
    """Pre-activations and activations of every layer."""
    steps = []
    for activation, (weights, biases) in zip(activations, parameters, strict=True):
        z = x @ weights + biases
        x = _ACTIVATIONS[activation](z)
        steps.append((z, x))
    return steps


@partial(jax.jit, static_argnums=(1, 2, 3))
def _loss(parameters: Pairs, activations: tuple[str, ...], loss: str, divided_by: int, inputs: Any, y: Any) -> Any:
    z, a = _steps(activations, parameters, inputs)[-1]
    return jnp.sum(_TERMS[loss](z, a, y)) / divided_by


_loss_and_gradients = jax.jit(jax.value_and_grad(_loss), static_argnums=(1, 2, 3))


def float32() -> JaxAdapter:
    return JaxAdapter("float32")
