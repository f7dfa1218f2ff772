"""Keras on three backends: Dense layers in Sequential, keras.losses, train_on_batch with keras.optimizers.SGD.

`jax`, `torch` and `numpy` are factories for each backend.
"""

from __future__ import annotations

from typing import Any

from mlp_conformance.adapters.keras_backend import keras_on
from mlp_conformance.claims import Claims, Unsupported
from mlp_reference.network import HIDDEN_ACTIVATIONS, Array, Network

_LOSSES = {
    "squared_error": "MeanSquaredError",
    "cross_entropy": "CategoricalCrossentropy",
    "binary_cross_entropy": "BinaryCrossentropy",
}
#: What Keras's default, "sum_over_batch_size", divides each loss by.
_REDUCTIONS = {
    "squared_error": "mean_elements",
    "cross_entropy": "mean_samples",
    "binary_cross_entropy": "mean_elements",
}


class KerasAdapter:
    """Forward pass and loss: what every backend can do. keras.config.set_floatx chooses the dtype.

    The cross-entropies are of the probabilities, which Keras clips to [epsilon, 1 - epsilon].
    """

    def __init__(self, backend: str, dtype: str) -> None:
        keras = keras_on(backend, dtype)
        self.keras, self.dtype = keras, dtype
        self.claims = Claims(
            name=f"keras on {backend}",
            version=keras.__version__,
            dtype=dtype,
            activations=set(HIDDEN_ACTIVATIONS),
            output_activations={*HIDDEN_ACTIVATIONS, "softmax"},
            losses=set(_LOSSES),
            reductions=set(_REDUCTIONS.values()),
            probability_clip=keras.config.epsilon(),
            notes="each loss has the reduction that is Keras's default for it",
        )

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        activations, x = [], inputs
        for layer in self._model(network).layers:
            x = layer(x)
            activations.append(self.keras.ops.convert_to_numpy(x))
        return activations

    def loss(self, network: Network, inputs: Array, targets: Array) -> Array:
        value = self._loss(network)(targets, self._model(network)(inputs))
        return self.keras.ops.convert_to_numpy(value)

    def _model(self, network: Network) -> Any:
        self.keras.config.set_floatx(self.dtype)
        dense = [self.keras.layers.Dense(len(layer.biases), layer.activation) for layer in network.layers]
        model = self.keras.Sequential([self.keras.Input((network.sizes[0],)), *dense])
        model.set_weights([array for pair in network.parameters for array in pair])
        return model

    def _loss(self, network: Network) -> Any:
        if network.reduction != _REDUCTIONS[network.loss]:
            raise Unsupported(f"Keras's default for {network.loss} is {_REDUCTIONS[network.loss]}")
        return getattr(self.keras.losses, _LOSSES[network.loss])()


class TrainingKerasAdapter(KerasAdapter):
    """The backends that can also train; there is no way to gradients that all of them share."""

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> tuple[list[tuple[Array, Array]], list[float]]:
        model = self._model(network)
        optimizer = self.keras.optimizers.SGD(learning_rate)
        model.compile(optimizer=optimizer, loss=self._loss(network), run_eagerly=True)
        losses = [float(model.train_on_batch(inputs, targets)) for _ in range(epochs)]
        trained = model.get_weights()
        return list(zip(trained[::2], trained[1::2], strict=True)), losses


def jax() -> KerasAdapter:
    return TrainingKerasAdapter("jax", "float64")


def torch() -> KerasAdapter:
    return TrainingKerasAdapter("torch", "float64")


def torch_float32() -> KerasAdapter:
    return TrainingKerasAdapter("torch", "float32")


def numpy() -> KerasAdapter:
    return KerasAdapter("numpy", "float64")


def numpy_float32() -> KerasAdapter:
    return KerasAdapter("numpy", "float32")
