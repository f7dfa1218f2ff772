"""A user's own torch.nn.Sequential of linear layers and activations, known by a function that makes it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from mlp_conformance.adapters.sequential_layers import Own, activation_name, layers
from mlp_conformance.claims import Claims
from mlp_reference.losses import divisor
from mlp_reference.network import Array, Network

Pairs = list[tuple[Any, Any]]

_FACTORS = {"half_squared_error": 0.5, "squared_error": 1.0}
_NOTES = (
    "layers of other sizes are made of the Sequential's own classes, up to its number of layers; it has no loss, "
    "so the losses are multiples of torch.nn.functional.mse_loss, and training is by torch.optim.SGD"
)


class SequentialAdapter:
    """Layers of any size, each made of the user's own: the layer in the same place, or one with that activation.

    Raises Unsupported for a Sequential with anything else in it, or with a linear layer without biases.
    """

    def __init__(self, factory: Callable[[], nn.Sequential]) -> None:
        *self.hidden, self.output = layers(factory())
        self.dtype = self.output[0].weight.dtype
        self.claims = Claims(
            name=f"torch.nn.Sequential {factory.__name__}",
            version=torch.__version__,
            dtype=str(self.dtype).removeprefix("torch."),
            activations={activation_name(activation) for _, activation in self.hidden},
            output_activations={activation_name(self.output[1])},
            losses=set(_FACTORS),
            reductions={"sum", "mean_samples", "mean_elements"},
            max_hidden_layers=len(self.hidden),
            notes=_NOTES,
        )

    def forward(self, network: Network, inputs: Array) -> Any:
        with torch.no_grad():
            return self._model(network)(self._tensor(inputs))

    def loss(self, network: Network, inputs: Array, targets: Array) -> Any:
        return self._loss(network, self._model(network), inputs, targets).detach()

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Pairs:
        model = self._model(network)
        self._loss(network, model, inputs, targets).backward()
        return [(_slope(linear.weight).T, _slope(linear.bias)) for linear, _ in layers(model)]

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> tuple[Pairs, list[Any]]:
        model, losses = self._model(network), []
        optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
        for _ in range(epochs):
            optimizer.zero_grad()
            loss = self._loss(network, model, inputs, targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        return [(linear.weight.T, linear.bias) for linear, _ in layers(model)], losses

    def _tensor(self, values: Array) -> Any:
        return torch.tensor(values, dtype=self.dtype)

    def _model(self, network: Network) -> nn.Sequential:
        """The user's classes of layers in the network's sizes, with its parameters."""
        modules: list[nn.Module] = []
        for place, layer in enumerate(network.layers):
            linear, activation = self._own(place, layer.activation, place == len(network.layers) - 1)
            linear = type(linear)(*layer.weights.shape).to(self.dtype)
            with torch.no_grad():
                linear.weight.copy_(self._tensor(layer.weights).T)
                linear.bias.copy_(self._tensor(layer.biases))
            modules += [linear, copy.deepcopy(activation)]
        return nn.Sequential(*modules)

    def _own(self, place: int, activation: str, is_output: bool) -> Own:
        if is_output:
            return self.output
        in_order = self.hidden[place:] + self.hidden[:place]
        return next(layer for layer in in_order if activation_name(layer[1]) == activation)

    def _loss(self, network: Network, model: nn.Sequential, inputs: Array, targets: Array) -> Any:
        total = nn.functional.mse_loss(model(self._tensor(inputs)), self._tensor(targets), reduction="sum")
        return _FACTORS[network.loss] * total / divisor(network, targets)


def _slope(parameter: torch.Tensor) -> Any:
    """The gradient that backward() left, or zeros where it left none: the loss does not depend on the parameter."""
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
