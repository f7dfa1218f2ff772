"""pyrenn without delays: CreateNN, NNOut, calc_error and the gradient of BPTT. It trains by Levenberg-Marquardt alone.

pip install pyrenn==0.1; mlp-conformance run adapter.py:Pyrenn
"""

from importlib.metadata import version
from typing import Any

import numpy as np
import pyrenn

from mlp_conformance import Claims


class Pyrenn:
    claims = Claims(
        name="pyrenn",
        version=version("pyrenn"),
        activations={"tanh"},
        output_activations={"linear"},
        losses={"squared_error"},
        notes="no delays, nothing scaled; gradients by BPTT",
    )

    def forward(self, network: Any, inputs: Any) -> Any:
        net = _net(network)
        net["normP"], net["normY"] = np.ones(network.sizes[0]), np.ones(network.sizes[-1])
        return np.reshape(pyrenn.NNOut(inputs.T.copy(), net), (network.sizes[-1], len(inputs))).T

    def loss(self, network: Any, inputs: Any, targets: Any) -> float:
        net = _net(network)
        return float(pyrenn.calc_error(net, _data(inputs, targets)))

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        net = _net(network)
        gradient, _ = pyrenn.BPTT(net, _data(inputs, targets))
        found = {**net, "w": np.asarray(gradient)}
        return _layers(found, network)


def _net(network: Any) -> Any:
    net = pyrenn.CreateNN(list(network.sizes))
    parts = []
    for weights, biases in network.parameters:
        parts += [weights.T.flatten("F"), biases]
    net["w"] = np.concatenate(parts)
    return net


def _data(inputs: Any, targets: Any) -> Any:
    return {"P": inputs.T.copy(), "Y": targets.T.copy(), "a": {}, "q0": 0}


def _layers(net: Any, network: Any) -> Any:
    first, others, biases = pyrenn.w2Wb(net)
    weights = [first[1, 1, 0], *(others[k, k - 1, 0] for k in range(2, len(network.layers) + 1))]
    return [(w.T, biases[k]) for k, w in enumerate(weights, 1)]
