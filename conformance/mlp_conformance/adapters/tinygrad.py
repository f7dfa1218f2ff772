"""tinygrad: layers and losses of Tensor, derivatives by Tensor.gradient, training by tinygrad.nn.optim.SGD."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from mlp_conformance.claims import Claims
from mlp_reference.losses import divisor
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS, Array, Network

if shutil.which("clang") is None:
    os.environ.setdefault("DEV", "PYTHON")  # tinygrad compiles with clang, or else emulates

from tinygrad.dtype import dtypes
from tinygrad.helpers import Context
from tinygrad.nn.optim import SGD
from tinygrad.tensor import Tensor

Pairs = list[tuple[Any, Any]]

_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda z: z.sigmoid(),
    "tanh": lambda z: z.tanh(),
    "relu": lambda z: z.relu(),
    "linear": lambda z: z,
    "softmax": lambda z: z.softmax(axis=1),
}
#: The loss summed over samples and outputs, from the last pre-activations z, the outputs a and the targets y.
_TOTALS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "half_squared_error": lambda z, a, y: (a - y).square().sum() / 2,
    "squared_error": lambda z, a, y: (a - y).square().sum(),
    "cross_entropy": lambda z, a, y: z.cross_entropy(y, reduction="sum"),
    "binary_cross_entropy": lambda z, a, y: z.binary_crossentropy_logits(y, reduction="sum"),
}


class TinygradAdapter:
    """The whole algorithm in tinygrad, in one of its dtypes.

    SGD keeps the learning rate in tinygrad's default dtype, float32, so that is set, as by a user of float64.
    """

    def __init__(self, dtype: str = "float64") -> None:
        self.dtype = getattr(dtypes, dtype)
        self.claims = Claims(
            name="tinygrad",
            version=version("tinygrad"),
            dtype=dtype,
            activations=set(HIDDEN_ACTIVATIONS),
            output_activations={*HIDDEN_ACTIVATIONS, "softmax"},
            losses=set(LOSSES),
            reductions=set(REDUCTIONS),
        )

    def forward(self, network: Network, inputs: Array) -> Array:
        return self._steps(network, self._parameters(network), inputs)[-1][1].numpy()

    def loss(self, network: Network, inputs: Array, targets: Array) -> Array:
        return self._loss(network, self._parameters(network), inputs, targets).numpy()

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Pairs:
        parameters = self._parameters(network)
        flat = self._loss(network, parameters, inputs, targets).gradient(*_flat(parameters))
        return _arrays(flat)

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> tuple[Pairs, list[Array]]:
        parameters, losses = self._parameters(network), []
        settings: Any = Context
        with settings(TRAINING=1, DEFAULT_FLOAT=self.claims.dtype):
            optimizer = SGD(_flat(parameters), lr=learning_rate)
            for _ in range(epochs):
                optimizer.zero_grad()
                loss = self._loss(network, parameters, inputs, targets).backward()
                losses.append(loss.numpy())
                optimizer.step()
        return _arrays(_flat(parameters)), losses

    def _tensor(self, values: Array) -> Any:
        return Tensor(values, dtype=self.dtype)

    def _parameters(self, network: Network) -> Pairs:
        return [(self._tensor(weights), self._tensor(biases)) for weights, biases in network.parameters]

    def _steps(self, network: Network, parameters: Pairs, inputs: Array) -> list[tuple[Any, Any]]:
        """Pre-activations and activations of every layer."""
        steps, x = [], self._tensor(inputs)
        for layer, (weights, biases) in zip(network.layers, parameters, strict=True):
            z = x @ weights + biases
            x = _ACTIVATIONS[layer.activation](z)
            steps.append((z, x))
        return steps

    def _loss(self, network: Network, parameters: Pairs, inputs: Array, targets: Array) -> Any:
        z, a = self._steps(network, parameters, inputs)[-1]
        return _TOTALS[network.loss](z, a, self._tensor(targets)) / divisor(network, targets)


def _flat(parameters: Pairs) -> list[Any]:
    return [tensor for pair in parameters for tensor in pair]


def _arrays(flat: list[Any]) -> Pairs:
    Tensor.realize(*flat)
    arrays = [tensor.numpy() for tensor in flat]
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def float32() -> TinygradAdapter:
    return TinygradAdapter("float32")
