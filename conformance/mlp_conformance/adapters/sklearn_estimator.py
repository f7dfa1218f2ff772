"""What scikit-learn's regressor and classifier share: coefs_, intercepts_, partial_fit and loss_, all of them public."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlp_conformance.claims import Claims
from mlp_reference.network import Array, Network

#: Names of activations here, and there.
ACTIVATIONS = {"sigmoid": "logistic", "tanh": "tanh", "relu": "relu", "linear": "identity"}
NOTES = "solver sgd without momentum, penalty, shuffling and mini-batches"
#: Optional parts that are settings of an estimator; its velocity contains the learning rate.
OPTIONS = {"momentum", "nesterov", "l2", "batch_size"}
#: Plain gradient descent on the whole batch: what scikit-learn adds by default is off.
_PLAIN = {"solver": "sgd", "alpha": 0.0, "momentum": 0.0, "nesterovs_momentum": False, "shuffle": False}


class Estimator:
    """A user's or scikit-learn's own class. The gradients are judged by the steps of partial_fit."""

    claims: Claims
    model: type

    def forward(self, network: Network, inputs: Array) -> Array:
        return self.output(self._model(network), inputs)

    def loss(self, network: Network, inputs: Array, targets: Array) -> float:
        """The loss_ that one step reports: that of the parameters before it."""
        model = self._model(network, len(inputs))
        model.partial_fit(inputs, self.labels(network, targets))
        return float(model.loss_)

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int, **options: Any
    ) -> tuple[list[tuple[Array, Array]], list[float]]:
        settings = {"batch_size": len(inputs), **_settings(options)}
        model, losses = self._model(network, learning_rate=learning_rate, **settings), []
        labels = self.labels(network, targets)
        for _ in range(epochs):
            model.partial_fit(inputs, labels)
            losses.append(float(model.loss_))
        return list(zip(model.coefs_, model.intercepts_, strict=True)), losses

    def _model(self, network: Network, batch_size: int = 1, learning_rate: float = 0.5, **options: Any) -> Any:
        """A fresh estimator with the network's parameters; one step on zeros makes it allocate its own."""
        hidden = {layer.activation for layer in network.layers[:-1]}
        model, sizes = self.model(), network.sizes
        settings = {
            **_PLAIN,
            "hidden_layer_sizes": sizes[1:-1],
            "activation": ACTIVATIONS[hidden.pop()] if hidden else "identity",
            "batch_size": batch_size,
            "learning_rate_init": learning_rate,
        }
        settings |= options
        for name, value in settings.items():
            setattr(model, name, value)
        self.allocate(model, np.zeros_like(network.layers[0].weights[:, 0])[None], network)
        model.coefs_ = [layer.weights.copy() for layer in network.layers]
        if options:
            del model._optimizer  # its velocity remembers the step on zeros: the next fit makes a fresh one
        model.intercepts_ = [layer.biases.copy() for layer in network.layers]
        return model

    def allocate(self, model: Any, zeros: Array, network: Network) -> None:
        """One step of partial_fit on a sample of zeros."""
        raise NotImplementedError

    def labels(self, network: Network, targets: Array) -> Array:
        """The targets as partial_fit takes them."""
        raise NotImplementedError

    def output(self, model: Any, inputs: Array) -> Array:
        raise NotImplementedError


def _settings(options: dict[str, Any]) -> dict[str, Any]:
    """scikit-learn's names for optional parts of training; alpha stands inside the mean over the samples of each batch."""
    names = {"momentum": "momentum", "nesterov": "nesterovs_momentum", "batch_size": "batch_size", "l2": "alpha"}
    return {names[name]: value for name, value in options.items()}
