"""MLX: mlx.nn's activations and losses, value_and_grad, and its SGD, on the CPU.

pip install "mlx[cpu]==0.32.4"; mlp-conformance run adapter.py:MLX
"""

from importlib.metadata import version
from typing import Any

import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optimizers
import numpy as np

from mlp_conformance import Claims

_ACTIVATIONS = {"sigmoid": nn.sigmoid, "tanh": mx.tanh, "relu": nn.relu, "linear": lambda z: z, "softmax": nn.softmax}


class MLX:
    claims = Claims(
        name="MLX",
        version=version("mlx"),
        dtype="float32",
        activations={"sigmoid", "tanh", "relu", "linear"},
        output_activations=set(_ACTIVATIONS),
        losses={"squared_error", "cross_entropy", "binary_cross_entropy"},
        reductions={"sum"},
        notes="losses with reduction='sum', of logits",
    )

    def forward(self, network: Any, inputs: Any) -> Any:
        return [np.array(a) for _, a in _steps(network, _parameters(network), inputs)]

    def loss(self, network: Any, inputs: Any, targets: Any) -> float:
        return float(_loss(_parameters(network), network, inputs, targets).item())

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        slopes = mx.grad(_loss)(_parameters(network), network, inputs, targets)
        return [(np.array(layer["weights"]), np.array(layer["biases"])) for layer in slopes]

    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        parameters, losses = _parameters(network), []
        sgd = optimizers.SGD(learning_rate=learning_rate)
        for _ in range(epochs):
            loss, slopes = mx.value_and_grad(_loss)(parameters, network, inputs, targets)
            losses.append(float(loss.item()))
            parameters = sgd.apply_gradients({"layers": slopes}, {"layers": parameters})["layers"]
        return [(np.array(layer["weights"]), np.array(layer["biases"])) for layer in parameters], losses


def _parameters(network: Any) -> Any:
    return [{"weights": _single(layer.weights), "biases": _single(layer.biases)} for layer in network.layers]


def _single(array: Any) -> Any:
    return mx.array(np.asarray(array, dtype=np.float32))


def _steps(network: Any, parameters: Any, inputs: Any) -> Any:
    x, steps = _single(inputs), []
    for layer, given in zip(network.layers, parameters, strict=True):
        z = x @ given["weights"] + given["biases"]
        x = _ACTIVATIONS[layer.activation](z)
        steps.append((z, x))
    return steps


def _loss(parameters: Any, network: Any, inputs: Any, targets: Any) -> Any:
    z, a = _steps(network, parameters, inputs)[-1]
    y = _single(targets)
    if network.loss == "cross_entropy":
        return nn.losses.cross_entropy(z, y, reduction="sum")
    if network.loss == "binary_cross_entropy":
        return nn.losses.binary_cross_entropy(z, y, with_logits=True, reduction="sum")
    return nn.losses.mse_loss(a, y, reduction="sum")
