"""numpy-ml: FullyConnected layers, a Softmax layer, SquaredError and CrossEntropy, and its SGD.

pip install numpy-ml==0.1.2; mlp-conformance run adapter.py:Squared, or adapter.py:Categorical
"""

import collections
from collections.abc import Hashable
from importlib.metadata import version
from typing import Any

import numpy as np

collections.Hashable = Hashable  # type: ignore[attr-defined] # where Python had it when it was released
from numpy_ml.neural_nets.layers import FullyConnected, Softmax  # noqa: E402
from numpy_ml.neural_nets.losses import CrossEntropy, SquaredError  # noqa: E402
from numpy_ml.neural_nets.optimizers import SGD  # noqa: E402

from mlp_conformance import Claims  # noqa: E402

_NAMES = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "ReLU", "linear": None, "softmax": None}


class Squared:
    """Its loss gives the gradient by z of the last layer: that layer stays linear, its activation is applied behind."""

    claims = Claims(
        name="numpy-ml SquaredError",
        version=version("numpy-ml"),
        activations={"sigmoid", "tanh", "relu", "linear"},
    )

    def forward(self, network: Any, inputs: Any) -> Any:
        return self._pass(network, inputs)[-1]

    def loss(self, network: Any, inputs: Any, targets: Any) -> float:
        return float(self._objective(network).loss(targets, self.forward(network, inputs)))

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        layers, logits, outputs = self._pass(network, inputs)
        objective = self._objective(network)
        if network.loss == "cross_entropy":
            slope = objective.grad(targets, outputs)
        else:
            slope = objective.grad(targets, outputs, logits, _activation(network))
        for layer in reversed(layers):
            slope = layer.backward(slope)
        return [(layer.gradients["W"], layer.gradients["b"][0]) for layer in layers]

    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        losses, current = [], network
        for _ in range(epochs):
            losses.append(self.loss(current, inputs, targets))
            found, sgd = [], SGD(lr=learning_rate)
            for k, ((w, b), (dw, db)) in enumerate(
                zip(current.parameters, self.gradients(current, inputs, targets), strict=True)
            ):
                found.append((sgd(w, dw, f"W{k}"), sgd(b, db, f"b{k}")))
            current = current.with_parameters(found)
        return current.parameters, losses

    def _objective(self, network: Any) -> Any:
        return CrossEntropy() if network.loss == "cross_entropy" else SquaredError()

    def _pass(self, network: Any, inputs: Any) -> Any:
        layers, x = [], inputs
        for index, given in enumerate(network.layers):
            last = index == len(network.layers) - 1
            layer = FullyConnected(given.weights.shape[1], act_fn=None if last else _NAMES[given.activation])
            layer.forward(x, retain_derived=False)
            layer.parameters = {"W": given.weights.copy(), "b": given.biases[None].copy()}
            layers.append(layer)
            x = layer.forward(x)
        if network.layers[-1].activation == "softmax":
            return layers, x, Softmax().forward(x)
        return layers, x, _activation(network).fn(x)


class Categorical(Squared):
    claims = Claims(
        name="numpy-ml CrossEntropy",
        version=version("numpy-ml"),
        activations={"sigmoid", "tanh", "relu", "linear"},
        output_activations=set(),
        losses={"cross_entropy"},
        one_hot=True,
        log_epsilon=float(np.finfo(float).eps),
        notes="behind its Softmax layer, whose derivative CrossEntropy.grad contains",
    )


def _activation(network: Any) -> Any:
    return FullyConnected(1, act_fn=_NAMES[network.layers[-1].activation]).act_fn
