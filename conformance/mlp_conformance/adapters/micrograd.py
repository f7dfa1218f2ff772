"""micrograd: its own MLP of scalar neurons, its derivatives by its own backward()."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np
from micrograd.nn import MLP

from mlp_conformance.claims import Claims
from mlp_reference.losses import divisor
from mlp_reference.network import Array, Network

_FACTORS = {"half_squared_error": 0.5, "squared_error": 1.0}


class MicrogradAdapter:
    """A neuron is linear, or a ReLU of it. Training is the loop of micrograd's own demonstration."""

    claims = Claims(
        name="micrograd",
        version=version("micrograd"),
        activations={"relu", "linear"},
        losses=set(_FACTORS),
        reductions={"sum", "mean_samples", "mean_elements"},
        max_batch=32,
        notes="backward() recurses along the sum of the loss, so Python's recursion limit bounds the batch",
    )

    def forward(self, network: Network, inputs: Array) -> Array:
        return np.array([[a.data for a in row] for row in _outputs(_model(network), inputs)], dtype=np.float64)

    def loss(self, network: Network, inputs: Array, targets: Array) -> float:
        return float(_loss(_model(network), network, inputs, targets).data)

    def gradients(self, network: Network, inputs: Array, targets: Array) -> list[tuple[Array, Array]]:
        model = _model(network)
        _loss(model, network, inputs, targets).backward()
        return _read(model, "grad")

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> tuple[list[tuple[Array, Array]], list[float]]:
        model, losses = _model(network), []
        for _ in range(epochs):
            loss = _loss(model, network, inputs, targets)
            model.zero_grad()
            loss.backward()
            for parameter in model.parameters():
                parameter.data -= learning_rate * parameter.grad
            losses.append(float(loss.data))
        return _read(model, "data"), losses


def _model(network: Network) -> Any:
    model = MLP(network.sizes[0], list(network.sizes[1:]))
    for own, layer in zip(model.layers, network.layers, strict=True):
        for neuron, weights, bias in zip(own.neurons, layer.weights.T, layer.biases, strict=True):
            neuron.nonlin = layer.activation == "relu"
            neuron.b.data = float(bias)
            for own_weight, weight in zip(neuron.w, weights, strict=True):
                own_weight.data = float(weight)
    return model


def _outputs(model: Any, inputs: Array) -> list[list[Any]]:
    """A row of values for each sample; a layer of one neuron gives its value, of several a list."""
    rows = []
    for sample in inputs.tolist():
        x = sample
        for layer in model.layers:
            x = layer(x)
            x = x if isinstance(x, list) else [x]
        rows.append(x)
    return rows


def _loss(model: Any, network: Network, inputs: Array, targets: Array) -> Any:
    rows = zip(_outputs(model, inputs), targets.tolist(), strict=True)
    total = sum((a - y) ** 2 for outputs, wanted in rows for a, y in zip(outputs, wanted, strict=True))
    return total * (_FACTORS[network.loss] / divisor(network, targets))


def _read(model: Any, what: str) -> list[tuple[Array, Array]]:
    """The parameters' numbers, or their gradients, of every layer: weights n_in by n_out, biases."""
    return [
        (
            np.array([[getattr(w, what) for w in neuron.w] for neuron in layer.neurons], dtype=np.float64).T,
            np.array([getattr(neuron.b, what) for neuron in layer.neurons], dtype=np.float64),
        )
        for layer in model.layers
    ]
