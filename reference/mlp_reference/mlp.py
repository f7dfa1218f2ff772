"""The algorithm: forward pass, loss, gradients and training of a multi-layer perceptron, a formula a method.

Written once, in plain NumPy. What it computes depends on the arrays in the network and the batch: ndarrays give an
ordinary floating-point implementation, `balls.BallArray` rigorous enclosures of the exact results, and
`bounded.BoundedArray` bounds on the error of any floating-point implementation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mlp_reference import activations, losses
from mlp_reference.network import Array, Conventions, Layer, Network

Parameters = list[tuple[Array, Array]]


@dataclass(frozen=True)
class Step:
    """What one layer did in the forward pass: its inputs x, pre-activations z and activations a, a row a sample."""

    x: Array
    z: Array
    a: Array


class Algorithm:
    """The algorithm of the specification. Each method is one formula, so that a known mistake is one method changed."""

    # ---- forward pass

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        """z = x W + b, m by n_out (FWD-2)."""
        return x @ layer.weights + layer.biases

    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        """a = sigma(z), m by n_out (FWD-3)."""
        return activations.activate(layer.activation, z)

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        """Every layer's step: the first layer sees the inputs, each other the activations before it (FWD-1)."""
        steps: list[Step] = []
        x = inputs
        for layer in network.layers:
            z = self.pre_activation(network, layer, x)
            a = self.activation(network, layer, z)
            steps.append(Step(x, z, a))
            x = a
        return steps

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        """The activations of every layer, m by n_l each; the last is the network's output (FWD-5)."""
        return [step.a for step in self.forward_pass(network, inputs)]

    # ---- loss

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        """The sum over samples and outputs, divided as the reduction says (LOSS-5 to LOSS-7)."""
        return terms.sum() / losses.divisor(network, targets)

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        """The loss, given the last layer's step (LOSS-1 to LOSS-4)."""
        return self.reduce(network, losses.terms(network, output.z, output.a, targets), targets)

    def loss(self, network: Network, inputs: Array, targets: Array) -> Array:
        """E, one number for the batch."""
        return self.output_loss(network, self.forward_pass(network, inputs)[-1], targets)

    # ---- gradients

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        """sigma'(z), m by n_out (ACT-7 to ACT-10)."""
        return activations.derivative(layer.activation, step.z, step.a, network.conventions)

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        """The derivative of the loss's terms by the last layer's z, before the reduction, m by n_L (BACK-2, BACK-8)."""
        pair = (network.output_activation, network.loss)
        if pair in FUSED and not losses.smoothed(network):
            return losses.fused_delta(output.a, targets, network.loss)
        slope = self.loss_slope(network, output, targets)
        if network.output_activation == "softmax":
            return activations.softmax_product(output.a, slope)
        return slope * self.derivative(network, network.layers[-1], output)

    def loss_slope(self, network: Network, output: Step, targets: Array) -> Array:
        """The derivative of the loss's terms by the outputs, m by n_L (BACK-2)."""
        return losses.slope(network, output.a, targets)

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        """delta of the last layer: dE/dz, the reduction's divisor included, m by n_L (BACK-2, BACK-6)."""
        return self.output_error(network, output, targets) / losses.divisor(network, targets)

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        """dE/da of a hidden layer: the next layer's deltas through its weights, m by n_out (BACK-3)."""
        return next_delta @ next_layer.weights.T

    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        """delta of hidden layer `index`, m by n_out (BACK-3)."""
        error = self.back_propagated(network, network.layers[index + 1], next_delta)
        return error * self.derivative(network, network.layers[index], steps[index])

    def deltas(self, network: Network, steps: list[Step], targets: Array) -> list[Array]:
        """dE/dz of every layer, m by n_l each, found from the last to the first (BACK-2, BACK-3)."""
        found = [self.output_delta(network, steps[-1], targets)]
        for index in reversed(range(len(steps) - 1)):
            found.insert(0, self.hidden_delta(network, index, steps, found[0]))
        return found

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        """dE/dW = x^T delta, n_in by n_out (BACK-4)."""
        return step.x.T @ delta

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        """dE/db = the sum of delta over the samples, n_out (BACK-5)."""
        return delta.sum(axis=0)

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        """[(dE/dW, dE/db), ...], a pair a layer, all of the same parameters (BACK-7)."""
        return [
            (self.weight_gradient(network, step, delta), self.bias_gradient(network, step, delta))
            for step, delta in zip(steps, self.deltas(network, steps, targets), strict=True)
        ]

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        """[(dE/dW, dE/db), ...], a pair a layer (BACK-1)."""
        return self.backward_pass(network, self.forward_pass(network, inputs), targets)

    # ---- training

    def updated_weights(self, network: Network, weights: Array, gradient: Array, learning_rate: Array) -> Array:
        """W - eta dE/dW (UPD-1)."""
        return weights - learning_rate * gradient

    def updated_biases(self, network: Network, biases: Array, gradient: Array, learning_rate: Array) -> Array:
        """b - eta dE/db (UPD-2)."""
        return biases - learning_rate * gradient

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        """The network after one step of gradient descent, once every gradient is known (UPD-3)."""
        return network.with_parameters(
            [
                (
                    self.updated_weights(network, layer.weights, weights_gradient, learning_rate),
                    self.updated_biases(network, layer.biases, biases_gradient, learning_rate),
                )
                for layer, (weights_gradient, biases_gradient) in zip(network.layers, gradients, strict=True)
            ]
        )

    def epoch(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
    ) -> tuple[Network, Array]:
        """One update on the whole batch: the network after it, the loss before it (TRAIN-1, TRAIN-2)."""
        steps = self.forward_pass(network, inputs)
        loss = self.output_loss(network, steps[-1], targets)
        return self.update(network, self.backward_pass(network, steps, targets), learning_rate), loss

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        """The parameters after that many epochs, and the loss before each update (TRAIN-1 to TRAIN-5)."""
        reported: list[Array] = []
        for number in range(epochs):
            network, loss = self.epoch(network, inputs, targets, learning_rate, number)
            reported.append(loss)
        return network.parameters, reported


class FusedDelta(Algorithm):
    """The same, with BACK-8's delta whatever constants guard the loss's logarithms: as honest as their derivative (LOSS-10)."""

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_error(replace(network, conventions=Conventions()), output, targets)


class SlopeAtClipped(Algorithm):
    """The same, where the derivative of a logarithm is taken at the clipped probability: what is clipped goes on (LOSS-10)."""

    def loss_slope(self, network: Network, output: Step, targets: Array) -> Array:
        return losses.slope_at_clipped(network, output.a, targets)


class GuardedQuotients(Algorithm):
    """The same, where softmax and the cross-entropy go back as sigmoids and the binary one, output by output (LOSS-10).

    Without constants that comes to a - y as well.
    """

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        a, pair = output.a, (network.output_activation, network.loss)
        if pair not in FUSED or not losses.smoothed(network):
            return super().output_error(network, output, targets)
        return losses.slope_at_clipped(replace(network, loss="binary_cross_entropy"), a, targets) * (a * (1 - a))


def right_deltas(network: Network) -> tuple[type[Algorithm], ...]:
    """Where constants guard the loss's logarithms, the deltas that are as right as its derivative (LOSS-10)."""
    if not losses.smoothed(network):
        return ()
    clipped = (SlopeAtClipped,) if network.conventions.probability_clip else ()
    quotients = (GuardedQuotients,) if network.output_activation == "softmax" else ()
    return (FusedDelta, *clipped, *quotients)


#: The least divisor of the binary cross-entropy's derivative in wide use.
LEAST_DIVISOR = 1e-12


class GuardedQuotient(Algorithm):
    """The same, where the binary cross-entropy's derivative is a quotient whose divisor a (1 - a) is kept from 0 (LOSS-10).

    PyTorch's BCELoss is so: a probability below the least divisor has less of a gradient than it should have.
    """

    def output_error(self, network: Network, output: Step, targets: Array) -> Array:
        if not has_quotient(network):
            return super().output_error(network, output, targets)
        quotient = (output.a - targets) / np.maximum(output.a * (1 - output.a), LEAST_DIVISOR)
        return quotient * self.derivative(network, network.layers[-1], output)


def has_quotient(network: Network) -> bool:
    """Whether the derivative of the loss by the outputs may be written (a - y) / (a (1 - a))."""
    return (network.output_activation, network.loss) == ("sigmoid", "binary_cross_entropy") and not losses.smoothed(network)


#: Output activation and loss whose delta is simply a - y (BACK-8).
FUSED = {("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy")}

_algorithm = Algorithm()
forward = _algorithm.forward
loss = _algorithm.loss
gradients = _algorithm.gradients
train = _algorithm.train
