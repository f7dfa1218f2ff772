"""JAX: layers from jax.nn, losses in jax.numpy, every derivative by jax.value_and_grad, each under jit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from mlp_conformance.adapters.differentiating import DifferentiatingAdapter, Functions, Pairs
from mlp_reference.losses import divisor
from mlp_reference.network import Array, Layer, Network

_settings: Any = jax.config
_settings.update("jax_enable_x64", True)


class JaxAdapter(DifferentiatingAdapter):
    """The whole algorithm in JAX, in one of its dtypes. Importing this module switches float64 on in JAX."""

    activations: ClassVar[Functions] = {
        "sigmoid": jax.nn.sigmoid,
        "tanh": jnp.tanh,
        "relu": jax.nn.relu,
        "linear": lambda z: z,
        "softmax": partial(jax.nn.softmax, axis=1),
    }
    totals: ClassVar[Functions] = {
        "half_squared_error": lambda z, a, y: jnp.sum((a - y) ** 2 / 2),
        "squared_error": lambda z, a, y: jnp.sum((a - y) ** 2),
        "cross_entropy": lambda z, a, y: jnp.sum(-y * jax.nn.log_softmax(z, axis=1)),
        "binary_cross_entropy": lambda z, a, y: -jnp.sum(y * jax.nn.log_sigmoid(z) + (1 - y) * jax.nn.log_sigmoid(-z)),
    }

    def __init__(self, dtype: str = "float64") -> None:
        super().__init__("jax", jax.__version__, dtype)

    def forward(self, network: Network, inputs: Array) -> list[Any]:
        return [a for _, a in _compiled(network).steps(network.parameters, inputs)]

    def loss_of(self, parameters: Pairs, network: Network, x: Any, y: Any) -> Any:
        return _compiled(network).loss(parameters, x, y, divisor(network, y))

    def loss_and_gradients(self, parameters: Pairs, network: Network, x: Any, y: Any) -> tuple[Any, Pairs]:
        loss, slopes = _compiled(network).loss_and_gradients(parameters, x, y, divisor(network, y))
        return loss, list(slopes)


@dataclass(frozen=True)
class _Compiled:
    """What jit makes of networks with the same names, for each of their sizes."""

    steps: Callable[..., Any]
    loss: Callable[..., Any]
    loss_and_gradients: Callable[..., Any]


def _compiled(network: Network) -> _Compiled:
    return _compiled_for(tuple(layer.activation for layer in network.layers), network.loss)


@cache
def _compiled_for(activations: tuple[str, ...], loss: str) -> _Compiled:
    adapter, network = JaxAdapter(), Network(tuple(Layer(None, None, name) for name in activations), loss)

    def mean(parameters: Pairs, x: Any, y: Any, divided_by: int) -> Any:
        return adapter.total(parameters, network, x, y) / divided_by

    return _Compiled(jax.jit(partial(adapter.steps, network)), jax.jit(mean), jax.jit(jax.value_and_grad(mean)))


def float32() -> JaxAdapter:
    return JaxAdapter("float32")
