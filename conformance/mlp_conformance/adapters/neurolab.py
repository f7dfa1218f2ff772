"""neurolab: newff networks, their sim, and train_gd on the sum (SSE) or the mean (MSE) of squared errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlp_conformance.claims import Claims
from mlp_reference.network import Array, Network

# It was released in 2015 and names three things of NumPy that are gone or have other names now.
for _name, _value in (("Inf", np.inf), ("row_stack", np.vstack), ("asfarray", lambda values: np.asarray(values, dtype=float))):
    if _name not in vars(np):
        setattr(np, _name, _value)

import neurolab  # noqa: E402

_TRANSFER = {"sigmoid": "LogSig", "tanh": "TanSig", "linear": "PureLin", "softmax": "SoftMax"}
#: The loss that each error function computes, and its reduction.
_LOSSES = {"SSE": ("half_squared_error", "sum"), "MSE": ("squared_error", "mean_elements")}


class NeurolabAdapter:
    """What its public functions do: net.sim, the error function, and net.train with train_gd."""

    def __init__(self, error: str = "SSE", softmax: bool = False) -> None:
        loss, reduction = _LOSSES[error]
        self.error = error
        self.claims = Claims(
            name="neurolab SoftMax" if softmax else f"neurolab {error}",
            version=neurolab.__version__,
            activations={"sigmoid", "tanh", "linear"},
            output_activations={"softmax"} if softmax else None,
            losses={loss},
            reductions={reduction},
            notes=f"newff, train_gd, errorf {error}()",
        )

    def forward(self, network: Network, inputs: Array) -> Array:
        return self._net(network).sim(inputs)

    def loss(self, network: Network, inputs: Array, targets: Array) -> float:
        return float(self._errorf()(targets, self._net(network).sim(inputs)))

    def gradients(self, network: Network, inputs: Array, targets: Array) -> list[tuple[Array, Array]]:
        """Those that train_gd descends along, by the function that it calls."""
        found, _, _ = neurolab.tool.ff_grad(self._net(network), inputs, targets)
        return [(layer["w"].T, layer["b"]) for layer in found]

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> tuple[list[tuple[Array, Array]], list[float]]:
        net = self._net(network)
        losses = net.train(inputs, targets, lr=learning_rate, epochs=epochs, goal=-1.0, show=0)
        return [(layer.np["w"].T.copy(), layer.np["b"].copy()) for layer in net.layers], losses[:epochs]

    def _errorf(self) -> Any:
        return getattr(neurolab.error, self.error)()

    def _net(self, network: Network) -> Any:
        transfer = [getattr(neurolab.trans, _TRANSFER[layer.activation])() for layer in network.layers]
        net = neurolab.net.newff([[-1.0, 1.0]] * network.sizes[0], list(network.sizes[1:]), transfer)
        net.trainf, net.errorf = neurolab.core.Trainer(neurolab.train.gd.TrainGD), self._errorf()
        for layer, given in zip(net.layers, network.layers, strict=True):
            layer.np["w"][:], layer.np["b"][:] = given.weights.T, given.biases
        return net


def mean() -> NeurolabAdapter:
    return NeurolabAdapter("MSE")


def softmax() -> NeurolabAdapter:
    return NeurolabAdapter(softmax=True)
