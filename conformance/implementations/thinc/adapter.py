"""thinc: chains of its layers, begin_update and backprop, its losses as it normalizes them, and its SGD.

pip install thinc==9.1.1; mlp-conformance run adapter.py:L2, or adapter.py:Categorical
"""

from typing import Any

import numpy as np
import thinc
from thinc.api import SGD, CategoricalCrossentropy, L2Distance, Linear, Relu, Sigmoid, Softmax, chain

from mlp_conformance import Claims

_LAYERS = {"sigmoid": Sigmoid, "relu": Relu, "linear": Linear, "softmax": Softmax}


class _Thinc:
    """What both losses share: arrays are float32 throughout."""

    claims: Claims
    objective: Any

    def forward(self, network: Any, inputs: Any) -> Any:
        return _chained(network)[0].predict(_single(inputs))

    def loss(self, network: Any, inputs: Any, targets: Any) -> float:
        return float(self.objective.get_loss(self.forward(network, inputs), _single(targets)))

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        layers = self._differentiated(network, inputs, targets)[1]
        return [(layer.get_grad("W").T, layer.get_grad("b")) for layer in layers]

    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        optimizer = SGD(learning_rate, L2=0.0, grad_clip=0.0, use_averages=False)
        model, layers = _chained(network)
        for _ in range(epochs):
            outputs, backprop = model.begin_update(_single(inputs))
            backprop(self.objective.get_grad(outputs, _single(targets)))
            model.finish_update(optimizer)
        return [(layer.get_param("W").T.copy(), layer.get_param("b").copy()) for layer in layers]

    def _differentiated(self, network: Any, inputs: Any, targets: Any) -> Any:
        model, layers = _chained(network)
        outputs, backprop = model.begin_update(_single(inputs))
        backprop(self.objective.get_grad(outputs, _single(targets)))
        return model, layers


class L2(_Thinc):
    objective = L2Distance()
    claims = Claims(
        name="thinc L2Distance",
        version=thinc.__version__,
        dtype="float32",
        activations={"sigmoid", "relu", "linear"},
        losses={"half_squared_error"},
        reductions={"mean_samples"},
        notes="the reduction is that of its gradients; SGD without L2, clipping and averages",
    )


class Categorical(_Thinc):
    objective = CategoricalCrossentropy()
    claims = Claims(
        name="thinc CategoricalCrossentropy",
        version=thinc.__version__,
        dtype="float32",
        activations={"sigmoid", "relu", "linear"},
        output_activations=set(),
        losses={"cross_entropy"},
        reductions={"mean_samples"},
        notes="the reduction is that of its gradients, which are those by the inputs of Softmax",
    )


def _single(array: Any) -> Any:
    return np.ascontiguousarray(array, dtype=np.float32)


def _chained(network: Any) -> Any:
    layers = [_LAYERS[layer.activation](layer.weights.shape[1], layer.weights.shape[0]) for layer in network.layers]
    for made, given in zip(layers, network.layers, strict=True):
        made.set_param("W", _single(given.weights.T))
        made.set_param("b", _single(given.biases))
    return (chain(*layers) if len(layers) > 1 else layers[0]), layers
