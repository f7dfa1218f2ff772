"""scikit-learn's multi-layer perceptrons by what is public: coefs_, intercepts_, predict, partial_fit, loss_."""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor

from mlp_conformance.claims import Claims, Unsupported
from mlp_reference.network import Array, Network

_ACTIVATIONS = {"sigmoid": "logistic", "tanh": "tanh", "relu": "relu", "linear": "identity"}
#: Plain gradient descent on the whole batch: what scikit-learn adds by default is off.
_PLAIN = {"solver": "sgd", "alpha": 0.0, "momentum": 0.0, "nesterovs_momentum": False, "shuffle": False}
_NOTES = "solver sgd without momentum, penalty, shuffling and mini-batches"


#: Optional parts that are settings of an estimator; its velocity contains the learning rate.
_OPTIONS = {"momentum", "nesterov", "l2", "batch_size"}


def _settings(options: dict[str, Any], samples: int) -> dict[str, Any]:
    """scikit-learn's names for optional parts of training; alpha stands inside the mean over samples."""
    if "l2" in options and "batch_size" in options:
        raise Unsupported("alpha / m means something else for a smaller last batch")
    names = {"momentum": "momentum", "nesterov": "nesterovs_momentum", "batch_size": "batch_size"}
    found = {names[name]: value for name, value in options.items() if name in names}
    return found | ({"alpha": options["l2"] * samples} if "l2" in options else {})


class _Estimator:
    """What regressor and classifier share. The gradients are judged by the steps of partial_fit."""

    claims: Claims
    model: type

    def forward(self, network: Network, inputs: Array) -> Array:
        return self._output(self._model(network), inputs)

    def loss(self, network: Network, inputs: Array, targets: Array) -> float:
        """The loss_ that one step reports: that of the parameters before it."""
        model = self._model(network, len(inputs))
        model.partial_fit(inputs, self._labels(network, targets))
        return float(model.loss_)

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int, **options: Any
    ) -> tuple[list[tuple[Array, Array]], list[float]]:
        settings = {"batch_size": len(inputs), **_settings(options, len(inputs))}
        model, losses = self._model(network, learning_rate=learning_rate, **settings), []
        labels = self._labels(network, targets)
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
            "activation": _ACTIVATIONS[hidden.pop()] if hidden else "identity",
            "batch_size": batch_size,
            "learning_rate_init": learning_rate,
        }
        settings |= options
        for name, value in settings.items():
            setattr(model, name, value)
        self._allocate(model, np.zeros_like(network.layers[0].weights[:, 0])[None], network)
        model.coefs_ = [layer.weights.copy() for layer in network.layers]
        if options:
            del model._optimizer  # its velocity remembers the step on zeros: the next fit makes a fresh one
        model.intercepts_ = [layer.biases.copy() for layer in network.layers]
        return model

    def _allocate(self, model: Any, zeros: Array, network: Network) -> None:
        raise NotImplementedError

    def _labels(self, network: Network, targets: Array) -> Array:
        raise NotImplementedError

    def _output(self, model: Any, inputs: Array) -> Array:
        raise NotImplementedError


class MLPRegressorAdapter(_Estimator):
    """Linear outputs. What it reports as loss_ is half the squared error, averaged over samples and outputs."""

    def __init__(self, model: type = MLPRegressor, dtype: str = "float64", max_outputs: int | None = None) -> None:
        self.model = model
        self.claims = Claims(
            name=f"sklearn {model.__name__}",
            version=sklearn.__version__,
            dtype=dtype,
            activations=set(_ACTIVATIONS),
            output_activations={"linear"},
            same_activation="hidden",
            losses={"half_squared_error"},
            reductions={"mean_elements"},
            max_outputs=max_outputs,
            options=_OPTIONS if max_outputs == 1 else frozenset(),
            rate_in_velocity=True,
            notes=_NOTES,
        )

    def _allocate(self, model: Any, zeros: Array, network: Network) -> None:
        model.partial_fit(zeros, np.zeros((1, network.sizes[-1]), dtype=zeros.dtype))

    def _labels(self, network: Network, targets: Array) -> Array:
        return targets

    def _output(self, model: Any, inputs: Array) -> Array:
        return model.predict(inputs)


class MLPClassifierAdapter(_Estimator):
    """Labels for targets, so that only one-hot rows and zeros and ones can be expressed.

    Softmax from three classes on, one sigmoid for two, and sigmoids for several labels at once. The loss is
    summed over the outputs and averaged over the samples, with probabilities clipped to the dtype's epsilon.
    """

    def __init__(self, model: type = MLPClassifier, dtype: str = "float64") -> None:
        self.model = model
        self.claims = Claims(
            name=f"sklearn {model.__name__}",
            version=sklearn.__version__,
            dtype=dtype,
            activations=set(_ACTIVATIONS),
            output_activations=set(),
            same_activation="hidden",
            losses={"cross_entropy", "binary_cross_entropy"},
            reductions={"mean_samples"},
            probability_clip=float(np.finfo(dtype).eps),
            options=_OPTIONS,
            rate_in_velocity=True,
            notes="targets are labels; " + _NOTES,
        )

    def _allocate(self, model: Any, zeros: Array, network: Network) -> None:
        n = network.sizes[-1]
        if network.output_activation == "softmax" and n < 3:
            raise Unsupported("scikit-learn has one sigmoid for two classes, not softmax")
        if network.output_activation == "softmax" or n == 1:
            model.partial_fit(zeros, [0], classes=range(max(n, 2)))
        else:
            model.partial_fit(zeros, np.zeros((1, n), dtype=int), classes=range(n))

    def _labels(self, network: Network, targets: Array) -> Array:
        one_hot = network.output_activation != "softmax" or np.all(targets.sum(axis=1) == 1)
        if not one_hot or not np.all((targets == 0) | (targets == 1)):
            raise Unsupported("targets of a classifier are labels")
        if network.output_activation == "softmax":
            return np.argmax(targets, axis=1)
        return targets.astype(int)[:, 0] if targets.shape[1] == 1 else targets.astype(int)

    def _output(self, model: Any, inputs: Array) -> Array:
        probabilities = model.predict_proba(inputs)
        return probabilities[:, 1:] if model.n_outputs_ == 1 else probabilities


def adapter_for(model: type) -> _Estimator:
    """The adapter of a user's class derived from scikit-learn's."""
    return MLPClassifierAdapter(model) if issubclass(model, MLPClassifier) else MLPRegressorAdapter(model)


def one_output() -> MLPRegressorAdapter:
    """A regressor held to what it gets right: with one output the reported loss and the gradient agree."""
    return MLPRegressorAdapter(max_outputs=1)
