"""tinynn: its Net of Dense and activation layers and its losses. Its optimizers need a NumPy older than 1.24.

pip install tinynn==0.1.1; mlp-conformance run adapter.py:Squared, or adapter.py:CrossEntropies
"""

from importlib.metadata import version
from typing import Any

from tinynn.core.layer import Dense, ReLU, Sigmoid, Tanh
from tinynn.core.loss import MSE, SigmoidCrossEntropy, SoftmaxCrossEntropy
from tinynn.core.model import Model
from tinynn.core.net import Net

from mlp_conformance import Claims

_ACTIVATIONS = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU}
_LOSSES = {
    "half_squared_error": MSE,
    "cross_entropy": SoftmaxCrossEntropy,
    "binary_cross_entropy": SigmoidCrossEntropy,
}


class Squared:
    claims = Claims(
        name="tinynn MSE",
        version=version("tinynn"),
        activations={"sigmoid", "tanh", "relu", "linear"},
        losses={"half_squared_error"},
        reductions={"mean_samples"},
    )

    def forward(self, network: Any, inputs: Any) -> Any:
        return self._model(network).forward(inputs)

    def loss(self, network: Any, inputs: Any, targets: Any) -> float:
        model = self._model(network)
        return float(model.loss.loss(model.forward(inputs), targets))

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        model = self._model(network)
        slope = model.loss.grad(model.forward(inputs), targets)
        for layer in reversed(model.net.layers):
            slope = layer.backward(slope)
        return [(layer.grads["w"], layer.grads["b"]) for layer in _dense(model)]

    def _model(self, network: Any) -> Model:
        layers = []
        for index, given in enumerate(network.layers):
            dense = Dense(given.weights.shape[1])
            dense.params = {"w": given.weights.copy(), "b": given.biases.copy()}
            dense.is_init = True
            layers.append(dense)
            last = index == len(network.layers) - 1
            if given.activation in _ACTIVATIONS and not (last and network.loss == "binary_cross_entropy"):
                layers.append(_ACTIVATIONS[given.activation]())
        return Model(Net(layers), _LOSSES[network.loss](), None)


class CrossEntropies(Squared):
    """They take logits: the network ends without an activation, and gives no outputs to judge."""

    forward = None  # type: ignore[assignment]
    claims = Claims(
        name="tinynn cross-entropies",
        version=version("tinynn"),
        activations={"sigmoid", "tanh", "relu", "linear"},
        output_activations=set(),
        losses={"cross_entropy", "binary_cross_entropy"},
        reductions={"mean_samples"},
        notes="SoftmaxCrossEntropy and SigmoidCrossEntropy, of logits",
    )


def _dense(model: Model) -> list[Dense]:
    return [layer for layer in model.net.layers if isinstance(layer, Dense)]
