"""What the adapters of libraries that differentiate by themselves have in common: a network written in the library's arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from mlp_conformance.claims import Claims
from mlp_reference.losses import divisor
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS, Array, Network

#: (weights, biases) of every layer, in the library's arrays.
Pairs = list[tuple[Any, Any]]
#: Functions of the library by the names that they have here.
Functions = Mapping[str, Callable[..., Any]]


class DifferentiatingAdapter:
    """Forward pass, loss and plain gradient descent; a subclass has the functions and the derivatives of its library.

    activations: each function of the pre-activations z, m by n. totals: each loss, summed over samples and outputs, of the
    last pre-activations z, the outputs a and the targets y.
    """

    activations: ClassVar[Functions]
    totals: ClassVar[Functions]

    def __init__(self, name: str, version: str, dtype: str, **claims: Any) -> None:
        self.claims = Claims(
            name=name,
            version=version,
            dtype=dtype,
            activations=set(HIDDEN_ACTIVATIONS),
            output_activations={*HIDDEN_ACTIVATIONS, "softmax"},
            losses=set(LOSSES),
            reductions=set(REDUCTIONS),
            **claims,
        )

    def forward(self, network: Network, inputs: Array) -> list[Any]:
        return [a for _, a in self.steps(network, self.parameters(network), self.array(inputs))]

    def loss(self, network: Network, inputs: Array, targets: Array) -> Any:
        return self.loss_of(self.parameters(network), network, self.array(inputs), self.array(targets))

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Pairs:
        return self.loss_and_gradients(self.parameters(network), network, self.array(inputs), self.array(targets))[1]

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int
    ) -> tuple[Pairs, list[Any]]:
        parameters, x, y = self.parameters(network), self.array(inputs), self.array(targets)
        losses = []
        for _ in range(epochs):
            loss, slopes = self.loss_and_gradients(parameters, network, x, y)
            losses.append(loss)
            parameters = [
                (w - learning_rate * dw, b - learning_rate * db) for (w, b), (dw, db) in zip(parameters, slopes, strict=True)
            ]
        return parameters, losses

    def array(self, values: Array) -> Any:
        return values

    def parameters(self, network: Network) -> Pairs:
        return [(self.array(weights), self.array(biases)) for weights, biases in network.parameters]

    def steps(self, network: Network, parameters: Pairs, x: Any) -> list[tuple[Any, Any]]:
        """Pre-activations and activations of every layer."""
        found = []
        for layer, (weights, biases) in zip(network.layers, parameters, strict=True):
            z = self.linear(x, weights, biases)
            x = self.activations[layer.activation](z)
            found.append((z, x))
        return found

    def linear(self, x: Any, weights: Any, biases: Any) -> Any:
        return x @ weights + biases

    def total(self, parameters: Pairs, network: Network, x: Any, y: Any) -> Any:
        z, a = self.steps(network, parameters, x)[-1]
        return self.totals[network.loss](z, a, y)

    def loss_of(self, parameters: Pairs, network: Network, x: Any, y: Any) -> Any:
        return self.total(parameters, network, x, y) / divisor(network, y)

    def loss_and_gradients(self, parameters: Pairs, network: Network, x: Any, y: Any) -> tuple[Any, Pairs]:
        """The loss, and its derivatives by the parameters as the library finds them."""
        raise NotImplementedError
