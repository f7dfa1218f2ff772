"""tinygrad: layers and losses of Tensor, derivatives by Tensor.gradient, training by tinygrad.nn.optim.SGD."""

from __future__ import annotations

import os
import shutil
from importlib.metadata import version
from typing import Any, ClassVar

from mlp_conformance.adapters.differentiating import DifferentiatingAdapter, Functions, Pairs
from mlp_reference.network import Array, Network

if shutil.which("clang") is None:
    os.environ.setdefault("DEV", "PYTHON")  # tinygrad compiles with clang, or else emulates

from tinygrad.dtype import dtypes
from tinygrad.helpers import Context
from tinygrad.nn.optim import SGD
from tinygrad.tensor import Tensor


class TinygradAdapter(DifferentiatingAdapter):
    """The whole algorithm in tinygrad, in one of its dtypes.

    SGD keeps the learning rate in tinygrad's default dtype, float32, so that is set, as by a user of float64.
    """

    activations: ClassVar[Functions] = {
        "sigmoid": lambda z: z.sigmoid(),
        "tanh": lambda z: z.tanh(),
        "relu": lambda z: z.relu(),
        "linear": lambda z: z,
        "softmax": lambda z: z.softmax(axis=1),
    }
    totals: ClassVar[Functions] = {
        "half_squared_error": lambda z, a, y: (a - y).square().sum() / 2,
        "squared_error": lambda z, a, y: (a - y).square().sum(),
        "cross_entropy": lambda z, a, y: z.cross_entropy(y, reduction="sum"),
        "binary_cross_entropy": lambda z, a, y: z.binary_crossentropy_logits(y, reduction="sum"),
    }

    def __init__(self, dtype: str = "float64") -> None:
        super().__init__("tinygrad", version("tinygrad"), dtype)
        self.dtype = getattr(dtypes, dtype)

    def array(self, values: Array) -> Any:
        return Tensor(values, dtype=self.dtype)

    def forward(self, network: Network, inputs: Array) -> Any:
        return super().forward(network, inputs)[-1].numpy()

    def loss(self, network: Network, inputs: Array, targets: Array) -> Any:
        return super().loss(network, inputs, targets).numpy()

    def loss_and_gradients(self, parameters: Pairs, network: Network, x: Any, y: Any) -> tuple[Any, Pairs]:
        loss = self.loss_of(parameters, network, x, y)
        return loss, _arrays(loss.gradient(*_flat(parameters)))

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> tuple[Pairs, list[Array]]:
        parameters, x, y = self.parameters(network), self.array(inputs), self.array(targets)
        losses: list[Array] = []
        settings: Any = Context
        with settings(TRAINING=1, DEFAULT_FLOAT=self.claims.dtype):
            optimizer = SGD(_flat(parameters), lr=learning_rate)
            for _ in range(epochs):
                optimizer.zero_grad()
                losses.append(self.loss_of(parameters, network, x, y).backward().numpy())
                optimizer.step()
        return _arrays(_flat(parameters)), losses


def _flat(parameters: Pairs) -> list[Any]:
    return [tensor for pair in parameters for tensor in pair]


def _arrays(flat: list[Any]) -> Pairs:
    Tensor.realize(*flat)
    arrays = [tensor.numpy() for tensor in flat]
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def float32() -> TinygradAdapter:
    return TinygradAdapter("float32")
