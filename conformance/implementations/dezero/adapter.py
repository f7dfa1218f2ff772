"""DeZero, of the book Deep Learning from Scratch 3: its functions and losses, backward, and its SGD.

pip install dezero==0.0.13; mlp-conformance run adapter.py:DeZero
"""

from importlib.metadata import version
from typing import Any

import numpy as np

np.int = int  # type: ignore[attr-defined] # a name of the NumPy that it was written for
import dezero  # noqa: E402
from dezero import functions  # noqa: E402
from dezero.optimizers import SGD  # noqa: E402

from mlp_conformance import Claims, Unsupported  # noqa: E402

_ACTIVATIONS = {
    "sigmoid": functions.sigmoid,
    "tanh": functions.tanh,
    "relu": functions.relu,
    "linear": lambda z: z,
    "softmax": functions.softmax,
}


class DeZero:
    claims = Claims(
        name="DeZero",
        version=version("dezero"),
        activations={"sigmoid", "tanh", "relu", "linear"},
        output_activations={"sigmoid", "tanh", "relu", "linear", "softmax"},
        losses={"squared_error", "cross_entropy"},
        reductions={"mean_samples"},
        notes="mean_squared_error is a mean over samples; softmax_cross_entropy takes logits and numbers of classes",
    )

    def forward(self, network: Any, inputs: Any) -> Any:
        return [a.data for _, a in _steps(network, _parameters(network), inputs)]

    def loss(self, network: Any, inputs: Any, targets: Any) -> float:
        return float(_loss(network, _parameters(network), inputs, targets).data)

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        parameters = _parameters(network)
        _loss(network, parameters, inputs, targets).backward()
        return [(w.grad.data, b.grad.data) for w, b in parameters]

    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        parameters, sgd, losses = _parameters(network), SGD(learning_rate), []
        for _ in range(epochs):
            every = [parameter for pair in parameters for parameter in pair]
            for parameter in every:
                parameter.cleargrad()
            loss = _loss(network, parameters, inputs, targets)
            loss.backward()
            losses.append(float(loss.data))
            for parameter in every:
                sgd.update_one(parameter)
        return [(w.data, b.data) for w, b in parameters], losses


def _parameters(network: Any) -> Any:
    return [(dezero.Parameter(w.copy()), dezero.Parameter(b.copy())) for w, b in network.parameters]


def _steps(network: Any, parameters: Any, inputs: Any) -> Any:
    x, steps = dezero.Variable(inputs), []
    for layer, (weights, biases) in zip(network.layers, parameters, strict=True):
        z = functions.linear(x, weights, biases)
        x = _ACTIVATIONS[layer.activation](z)
        steps.append((z, x))
    return steps


def _loss(network: Any, parameters: Any, inputs: Any, targets: Any) -> Any:
    z, a = _steps(network, parameters, inputs)[-1]
    if network.loss == "squared_error":
        return functions.mean_squared_error(a, dezero.Variable(targets))
    if not (np.isin(targets, (0, 1)).all() and (targets.sum(axis=1) == 1).all()):
        raise Unsupported("targets are numbers of classes")
    return functions.softmax_cross_entropy(z, targets.argmax(axis=1))
