"""A class of the source document's shape: two layers of sigmoid units, half the squared error, summed over the batch.

MLP(input_size, hidden_size, output_size) with weights_input_hidden, bias_hidden, weights_hidden_output, bias_output,
feedforward(X), backpropagation(X, y, learning_rate) and, usually, train(X, y, learning_rate, epochs).
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np

from mlp_conformance.claims import Claims, Unsupported
from mlp_conformance.recognition import PARAMETERS
from mlp_reference.network import Array, Network

#: What the seed of a constructor is called.
_SEED = ("seed", "random_state", "random_seed", "rng_seed")
#: What the learning rate and the number of epochs are called, by those who put them in another order than the document.
_RATE = ("learning_rate", "lr", "eta", "alpha", "rate", "step_size")
_EPOCHS = ("epochs", "n_epochs", "num_epochs", "iterations", "n_iterations", "num_iterations", "n_iter", "steps", "max_iter")


class DocumentAdapter:
    """Sets the four attributes, in the shapes that the class gave them, and reads them back.

    It offers no gradients: the class has only steps, and the harness judges those by what a step subtracts.
    """

    def __init__(self, mlp: type) -> None:
        self.mlp = mlp
        sample = mlp(2, 3, 2)
        for names in PARAMETERS:
            for name in names:
                if not hasattr(sample, name):
                    raise Unsupported(f"{mlp.__name__} has no attribute {name!r} after construction")
        self.seed = _seed_of(mlp)
        own = Claims(name=mlp.__name__, max_hidden_layers=1, seeds=self.seed is not None)
        self.claims = getattr(mlp, "claims", None) or own
        if callable(getattr(mlp, "train", None)):
            self.train = self._train
        else:
            self.train = self._steps

    def _load(self, network: Network) -> Any:
        if len(network.layers) != 2:
            raise Unsupported("a class of the document's shape has one hidden layer")
        model = self.mlp(*network.sizes)
        for layer, (weights, biases) in zip(network.layers, PARAMETERS, strict=True):
            setattr(model, weights, layer.weights.copy())
            setattr(model, biases, layer.biases.reshape(np.shape(getattr(model, biases))).copy())
        return model

    def _parameters(self, model: Any) -> list[tuple[Array, Array]]:
        return [(getattr(model, weights), getattr(model, biases)) for weights, biases in PARAMETERS]

    def initial(self, sizes: tuple[int, ...], seed: int | None = None) -> list[tuple[Array, Array]]:
        """The parameters with which the class begins, of a new object (RAND-1)."""
        if len(sizes) != 3:
            raise Unsupported("a class of the document's shape has one hidden layer")
        given = {} if seed is None or self.seed is None else {self.seed: seed}
        model = self.mlp(*sizes, **given)
        return [(np.array(weights), np.array(biases).ravel()) for weights, biases in self._parameters(model)]

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        model = self._load(network)
        output = model.feedforward(inputs)
        hidden: Any = getattr(model, "hidden", None)
        return [output] if np.shape(hidden) != (len(inputs), network.sizes[1]) else [hidden, output]

    def _steps(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> list[tuple[Array, Array]]:
        model = self._load(network)
        for _ in range(epochs):
            model.feedforward(inputs)
            model.backpropagation(inputs, targets, learning_rate)
        return self._parameters(model)

    def _train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> list[tuple[Array, Array]]:
        model = self._load(network)
        model.train(inputs, targets, *_in_its_order(model.train, learning_rate, epochs))
        return self._parameters(model)


def _seed_of(mlp: type) -> str | None:
    """The name of the argument of the constructor that is a seed, if there is one."""
    try:
        names = list(signature(mlp).parameters)
    except (TypeError, ValueError):
        return None
    return next((name for name in _SEED if name in names), None)


def _in_its_order(train: Callable[..., Any], learning_rate: float, epochs: int) -> tuple[float, ...]:
    """The learning rate and the epochs as `train` has them after X and y: as its names say, else as in the document."""
    try:
        names = list(signature(train).parameters)[2:4]
    except (TypeError, ValueError):
        return learning_rate, epochs
    swapped = len(names) == 2 and (names[0] in _EPOCHS or names[1] in _RATE)
    return (epochs, learning_rate) if swapped else (learning_rate, epochs)
