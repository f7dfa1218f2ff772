"""mlxtend's MultiLayerPerceptron: a classifier with one hidden layer of sigmoids, and softmax, in NumPy."""

from __future__ import annotations

from typing import Any

import mlxtend
import numpy as np
from mlxtend.classifier import MultiLayerPerceptron

from mlp_conformance.claims import Claims, Unsupported
from mlp_reference.network import Array, Network


class MlxtendAdapter:
    """What its public methods do: predict_proba, fit and the cost_ that fit reports after each epoch.

    The steps of fit follow the cross-entropy summed over the batch, so that is the loss claimed.
    """

    claims = Claims(
        name="mlxtend MultiLayerPerceptron",
        version=mlxtend.__version__,
        activations={"sigmoid"},
        output_activations=set(),
        losses={"cross_entropy"},
        max_hidden_layers=1,
        notes="targets are labels; one batch (minibatches=1), no momentum, no penalties",
    )

    def forward(self, network: Network, inputs: Array) -> Array:
        return _model(network, 0.5, 0).predict_proba(inputs)

    def loss(self, network: Network, inputs: Array, targets: Array) -> float:
        """The cost after an epoch that, at a learning rate of 0, changes nothing."""
        model = _model(network, 0.0, 1)
        model.fit(inputs, _labels(targets), init_params=False)
        return float(model.cost_[-1])

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> list[tuple[Array, Array]]:
        model = _model(network, learning_rate, epochs)
        model.fit(inputs, _labels(targets), init_params=False)
        return [(model.w_[name], model.b_[name]) for name in ("1", "out")]


def _model(network: Network, learning_rate: float, epochs: int) -> Any:
    """A perceptron with the network's parameters; fitting it to nothing makes it allocate its own."""
    n_in, hidden, n_out = network.sizes
    model = MultiLayerPerceptron(hidden_layers=[hidden], n_classes=n_out, eta=learning_rate, epochs=0)
    model.fit(np.zeros((n_out, n_in)), np.arange(n_out))
    for name, layer in zip(("1", "out"), network.layers, strict=True):
        model.w_[name], model.b_[name] = layer.weights.copy(), layer.biases.copy()
    model.epochs = epochs
    return model


def _labels(targets: Array) -> Array:
    if not np.all((targets == 0) | (targets == 1)) or not np.all(targets.sum(axis=1) == 1):
        raise Unsupported("targets of a classifier are labels")
    return np.argmax(targets, axis=1)
