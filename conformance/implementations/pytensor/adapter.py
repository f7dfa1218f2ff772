"""PyTensor, which continues Theano: its graphs, pytensor.grad, and updates as a compiled function makes them.

pip install pytensor==3.0.3; mlp-conformance run adapter.py:PyTensor
"""

import functools
from typing import Any

import pytensor

pytensor.config.mode = "FAST_COMPILE"
pytensor.config.cxx = ""  # no C compiler: each network is a graph of its own
import pytensor.tensor as pt  # noqa: E402
from pytensor.tensor.special import log_softmax, softmax  # noqa: E402

from mlp_conformance import Claims  # noqa: E402
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS  # noqa: E402

_ACTIVATIONS = {
    "sigmoid": pt.sigmoid,
    "tanh": pt.tanh,
    "relu": lambda z: pt.maximum(z, 0.0),
    "linear": lambda z: z,
    "softmax": lambda z: softmax(z, axis=1),
}
_TERMS = {
    "half_squared_error": lambda z, a, y: (a - y) ** 2 / 2,
    "squared_error": lambda z, a, y: (a - y) ** 2,
    "cross_entropy": lambda z, a, y: -y * log_softmax(z, axis=1),
    "binary_cross_entropy": lambda z, a, y: y * pt.softplus(-z) + (1 - y) * pt.softplus(z),
}


class PyTensor:
    claims = Claims(
        name="PyTensor",
        version=pytensor.__version__,
        activations=set(HIDDEN_ACTIVATIONS),
        output_activations={*HIDDEN_ACTIVATIONS, "softmax"},
        losses=set(LOSSES),
        reductions=set(REDUCTIONS),
        relu_at_zero=1,
        notes="in Python, without compiled C",
    )

    def forward(self, network: Any, inputs: Any) -> Any:
        return _functions(*_form(network))[0](inputs, *_flat(network.parameters))

    def loss(self, network: Any, inputs: Any, targets: Any) -> float:
        return float(_functions(*_form(network))[1](inputs, targets, *_flat(network.parameters)))

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        return _paired(_functions(*_form(network))[2](inputs, targets, *_flat(network.parameters)))

    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        step, parameters, losses = _functions(*_form(network))[3], _flat(network.parameters), []
        for _ in range(epochs):
            loss, *parameters = step(inputs, targets, *parameters, learning_rate)
            losses.append(float(loss))
        return _paired(parameters), losses


def _form(network: Any) -> Any:
    return tuple(layer.activation for layer in network.layers), network.loss, network.reduction


def _flat(pairs: Any) -> list[Any]:
    return [array for pair in pairs for array in pair]


def _paired(arrays: Any) -> Any:
    return list(zip(arrays[::2], arrays[1::2], strict=True))


@functools.cache
def _functions(activations: Any, loss: str, reduction: str) -> Any:
    """The four operations, for the activations of a network, a loss and a reduction."""
    x, y, rate = pt.dmatrix("x"), pt.dmatrix("y"), pt.dscalar("rate")
    parameters = [kind(f"{name}{k}") for k in range(len(activations)) for kind, name in ((pt.dmatrix, "W"), (pt.dvector, "b"))]
    below, outputs = x, []
    for activation, (weights, biases) in zip(activations, _paired(parameters), strict=True):
        z = pt.dot(below, weights) + biases
        below = _ACTIVATIONS[activation](z)
        outputs.append(below)
    terms = _TERMS[loss](z, below, y)
    divisor = {"sum": 1, "mean_samples": y.shape[0], "mean_elements": y.size}[reduction]
    total = pt.sum(terms) / divisor
    slopes = pytensor.grad(total, parameters)
    steps = [parameter - rate * slope for parameter, slope in zip(parameters, slopes, strict=True)]
    return (
        pytensor.function([x, *parameters], outputs),
        pytensor.function([x, y, *parameters], total),
        pytensor.function([x, y, *parameters], slopes),
        pytensor.function([x, y, *parameters, rate], [total, *steps]),
    )
