"""Skeletons that several faults share, and the words that they are written in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from mlp_reference import activations, losses
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Layer, Network

if TYPE_CHECKING:
    from mlp_conformance.faults.fault import Fault


def is_output(network: Network, layer: Layer) -> bool:
    """Whether it is the network's last layer."""
    return layer is network.layers[-1]


def is_square(matrix: Array) -> bool:
    """Whether a transposed matrix would go unnoticed by its shape."""
    return bool(matrix.shape[0] == matrix.shape[1])


def activated_as(network: Network, hidden: str | None = None, output: str | None = None) -> Network:
    """The network with other activations: of its hidden layers, of its output layer, or of both."""
    *others, last = network.layers
    layers = [replace(layer, activation=hidden or layer.activation) for layer in others]
    return replace(network, layers=(*layers, replace(last, activation=output or last.activation)))


def elementwise_derivative(algorithm: Algorithm, network: Network, layer: Layer, step: Step) -> Array:
    """sigma'(z), m by n; of a softmax layer the diagonal of its Jacobian, as one has it who takes it to be
    elementwise.
    """
    if layer.activation == "softmax":
        return step.a * (1 - step.a)
    return algorithm.derivative(network, layer, step)


def shifted_exponentials(z: Array) -> Array:
    """exp(z − the largest z of its row), m by n, in every arithmetic."""
    return np.exp(z - reduce(np.maximum, [z[:, k : k + 1] for k in range(z.shape[1])]))


def is_squared(network: Network) -> bool:
    """Whether the loss is one of squared errors."""
    return network.loss in ("half_squared_error", "squared_error")


def whole(network: Network) -> Network:
    """The network without the 1/2 in its squared error."""
    return replace(network, loss="squared_error") if network.loss == "half_squared_error" else network


def halved(network: Network) -> Network:
    """The network with the 1/2 in its squared error."""
    return replace(network, loss="half_squared_error") if network.loss == "squared_error" else network


def averaged(network: Network, **reductions: str) -> Network:
    """The network with another reduction where one is named for its own: averaged(network,
    sum="mean_samples").
    """
    return replace(network, reduction=reductions.get(network.reduction, network.reduction))


def sum_of_squared_weights(network: Network) -> Array:
    """Of all layers' weights, the biases left out."""
    return sum(np.sum(layer.weights**2) for layer in network.layers)


def each(change: Callable[..., Array], *parameters: Parameters) -> Parameters:
    """`change` applied to every weights and every biases of some lists of parameters, side by side."""
    return [
        (change(*(weights for weights, _ in layers)), change(*(biases for _, biases in layers)))
        for layers in zip(*parameters, strict=True)
    ]


class FromOutputs(Algorithm):
    """The loss taken from the outputs alone, as a program has it that knows no pre-activations: -y log a.

    Right wherever the activation is; with a wrong activation the loss is wrong with it.
    """

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        if network.loss == "cross_entropy" and not losses.smoothed(network):
            return self.reduce(network, -targets * np.log(output.a), targets)
        if network.loss == "binary_cross_entropy" and not losses.smoothed(network):
            terms = -targets * np.log(output.a) - (1 - targets) * np.log(1 - output.a)
            return self.reduce(network, terms, targets)
        return super().output_loss(network, output, targets)


class OtherActivation(FromOutputs):
    """One of the activations computes another function; its derivative goes with it where `slope` says so."""

    replaced: ClassVar[str]

    def function(self, z: Array) -> Array:
        """What is computed in place of the activation."""
        return activations.activate(self.replaced, z)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        """What is taken for its derivative: the right activation's, unless the fault says otherwise."""
        return super().derivative(network, layer, step)

    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        return self.function(z) if layer.activation == self.replaced else super().activation(network, layer, z)

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        is_replaced = layer.activation == self.replaced
        return self.slope(network, layer, step) if is_replaced else super().derivative(network, layer, step)


class OtherNetwork(Algorithm):
    """All four operations on another network than the one given."""

    def other(self, network: Network) -> Network:
        """The network that is computed with instead."""
        return network

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(self.other(network), inputs)

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(self.other(network), output, targets)

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        return super().backward_pass(self.other(network), steps, targets)


class OtherTargets(Algorithm):
    """The loss and its gradient with other targets than the ones given."""

    def other(self, network: Network, targets: Array) -> Array:
        """The targets that are computed with instead, m by n_L."""
        return targets

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(network, output, self.other(network, targets))

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_error(network, output, self.other(network, targets))


class ErrorThroughOneUnit(Algorithm):
    """Of the next layer's units one alone sends its error back: that at `kept`."""

    kept = slice(0, 1)

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        units = replace(next_layer, weights=next_layer.weights[:, self.kept], biases=next_layer.biases[self.kept])
        return super().back_propagated(network, units, next_delta[:, self.kept])


class Remembering(Algorithm):
    """Training in which something is carried from epoch to epoch: each step follows what is remembered of
    all gradients.
    """

    def remembered(self, memory: Array, gradient: Array) -> Array:
        """What is kept in mind after an epoch, given what was before (0 at first) and the epoch's
        gradient.
        """
        return gradient

    def followed(self, memory: Array, before: Array, gradient: Array) -> Array:
        """What the step follows, given what is in mind now and what was before."""
        return memory

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        before = each(np.zeros_like, network.parameters)
        reported: list[Array] = []
        for _ in range(epochs):
            steps = self.forward_pass(network, inputs)
            reported.append(self.output_loss(network, steps[-1], targets))
            gradients = self.backward_pass(network, steps, targets)
            memory = each(self.remembered, before, gradients)
            network = self.update(network, each(self.followed, memory, before, gradients), learning_rate)
            before = memory
        return network.parameters, reported


def remembering_partly(kept: Callable[[Array, Array], tuple[Array, Array]]) -> type[Algorithm]:
    """Training that follows each gradient and what is kept of those before: of the weights' and the biases' memory."""

    class PartlyRemembering(Algorithm):
        def train(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
        ) -> tuple[Parameters, list[Array]]:
            memory, reported = each(np.zeros_like, network.parameters), []
            for _ in range(epochs):
                reported.append(self.loss(network, inputs, targets))
                gradients = self.gradients(network, inputs, targets)
                remembered = [kept(*pair) for pair in memory]
                memory = each(lambda old, new: old + new, remembered, gradients)
                network = self.update(network, memory, learning_rate)
            return network.parameters, reported

    return PartlyRemembering


@lru_cache(1024)
def with_either_loss(fault: Fault) -> tuple[Fault, ...]:
    """The fault; and where its loss is taken from the outputs alone, the same with the loss from the pre-activations.

    A wrong activation of the last layer then leaves the cross-entropies right.
    """
    if not issubclass(fault.algorithm, FromOutputs) or "output_loss" in vars(fault.algorithm):
        return (fault,)
    fused = type(f"{fault.algorithm.__name__}Fused", (fault.algorithm,), {"output_loss": Algorithm.output_loss})
    return (fault, replace(fault, algorithm=fused))


class Adam(Algorithm):
    """Steps along running means of the gradients, divided by the root of those of their squares (Kingma and Ba 2015)."""

    first, second, epsilon = 0.9, 0.999, 1e-8

    def unbiased(self, t: int) -> tuple[float, float]:
        """What the means of gradients and of squares are divided by in epoch t, since they began at 0."""
        return 1 - self.first**t, 1 - self.second**t

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        mean = squares = each(np.zeros_like, network.parameters)
        reported: list[Array] = []
        for t in range(1, epochs + 1):
            reported.append(self.loss(network, inputs, targets))
            gradients = self.gradients(network, inputs, targets)
            mean = each(lambda m, g: self.first * m + (1 - self.first) * g, mean, gradients)
            squares = each(lambda v, g: self.second * v + (1 - self.second) * g**2, squares, gradients)
            one, two = self.unbiased(t)
            followed = each(lambda m, v, one=one, two=two: m / one / (np.sqrt(v / two) + self.epsilon), mean, squares)
            network = self.update(network, followed, learning_rate)
        return network.parameters, reported
