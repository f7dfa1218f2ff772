"""NNWeaver: NN of Layers, losses.MSE, and the optimizer SGD on one batch."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from mlp_conformance.claims import Claims
from mlp_reference.network import Array, Network

os.environ.setdefault("TQDM_DISABLE", "1")  # its bars

from nnweaver import NN, activations, losses, optimizers
from nnweaver.nn import Layer

_ACTIVATIONS = {
    "sigmoid": activations.Sigmoid,
    "tanh": activations.TanH,
    "relu": activations.Rectifier,
    "linear": activations.Linear,
}


class NNWeaverAdapter:
    """What its public methods do: predict_batch, MSE.batch_mean, SGD.train."""

    claims = Claims(
        name="NNWeaver",
        version="0.2",
        activations=set(_ACTIVATIONS),
        losses={"half_squared_error"},
        reductions={"mean_samples"},
        notes="its MSE is half the squared error, averaged over samples; one batch, no momentum",
    )

    def forward(self, network: Network, inputs: Array) -> Array:
        return _net(network).predict_batch(inputs)

    def loss(self, network: Network, inputs: Array, targets: Array) -> float:
        return float(losses.MSE.batch_mean(_net(network).predict_batch(inputs), targets))

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> list[tuple[Array, Array]]:
        net = _net(network)
        optimizer = optimizers.SGD(losses.MSE)
        optimizer.train(net, inputs, targets, learning_rate=learning_rate, batch_size=len(inputs), epochs=epochs, momentum=0)
        return [(layer.weights.T.copy(), layer.bias[:, 0].copy()) for layer in net.layers]


def _net(network: Network) -> Any:
    net = NN(network.sizes[0])
    for layer in network.layers:
        made = Layer(len(layer.biases), _ACTIVATIONS[layer.activation])
        net.add_layer(made)
        made.weights, made.bias = layer.weights.T.copy(), np.array(layer.biases).reshape(-1, 1)
    return net
