"""Gradient descent with the optional parts of the specification (OPT-1 to OPT-7), a formula a method.

Like `mlp` it is written once, in plain NumPy, for whatever arithmetic the arrays have. Without options it is plain training.
"""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import Any

import numpy as np

from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Case, Network
from mlp_reference.options import PLAIN, Options


@singledispatch
def joint_norm(first: Array, *others: Array) -> Array:
    """The Euclidean norm of all numbers of some arrays together."""
    return np.sqrt(sum((np.sum(part * part) for part in others), np.sum(first * first)))


class Descent(Algorithm):
    """Training with options. Each method is one formula, so that a known mistake is one method changed."""

    # ---- L2 regularisation

    def penalty(self, network: Network, options: Options) -> Array:
        """lambda / 2 times the sum of the squares of all weights, biases excepted (OPT-1)."""
        squares = [np.sum(layer.weights * layer.weights) for layer in network.layers]
        return options.l2 / 2 * sum(squares[1:], squares[0])

    def penalised(self, network: Network, gradients: Parameters, options: Options) -> Parameters:
        """dE/dW + lambda W, dE/db as it is (OPT-1)."""
        if options.l2 is None:
            return gradients
        return [(w + options.l2 * layer.weights, b) for (w, b), layer in zip(gradients, network.layers, strict=True)]

    # ---- dropout

    def dropped(self, numbers: Array, mask: Array, options: Options) -> Array:
        """Activations, or deltas, of a hidden layer: masked, and divided by the probability of a 1 (OPT-2)."""
        return mask * numbers / (1 - options.dropout)

    def masked_forward_pass(self, network: Network, inputs: Array, masks: tuple[Array, ...], options: Options) -> list[Step]:
        """Every layer's step in training: each layer but the first sees masked activations (OPT-2)."""
        steps: list[Step] = []
        x = inputs
        for layer, mask in zip(network.layers, (*masks, None), strict=True):
            z = self.pre_activation(network, layer, x)
            a = self.activation(network, layer, z)
            steps.append(Step(x, z, a))
            x = a if mask is None else self.dropped(a, mask, options)
        return steps

    def masked_deltas(
        self, network: Network, steps: list[Step], targets: Array, masks: tuple[Array, ...], options: Options
    ) -> list[Array]:
        """dE/dz of every layer in training, with the masks of the forward pass (OPT-2)."""
        found = [self.output_delta(network, steps[-1], targets)]
        for index in reversed(range(len(steps) - 1)):
            delta = self.hidden_delta(network, index, steps, found[0])
            found.insert(0, self.dropped(delta, masks[index], options))
        return found

    # ---- clipping

    def clipped(self, gradients: Parameters, options: Options) -> Parameters:
        """g min(1, c / ||g||), the norm that of all gradients together (OPT-7)."""
        if options.clip_norm is None:
            return gradients
        norm = joint_norm(*(array for pair in gradients for array in pair))
        factor = np.minimum(options.clip_norm / (norm + options.clip_epsilon), 1)
        return [(factor * w, factor * b) for w, b in gradients]

    # ---- momentum

    def velocity(self, before: Array, gradient: Array, rate: Array, options: Options) -> Array:
        """v = mu v + g, or mu v - eta g where the velocity contains the learning rate (OPT-3)."""
        return options.momentum * before - rate * gradient if options.rate_in_velocity else options.momentum * before + gradient

    def moved(self, parameters: Array, velocity: Array, gradient: Array, rate: Array, options: Options) -> Array:
        """w - eta v, with Nesterov w - eta (g + mu v); or w + v, with Nesterov w + mu v - eta g (OPT-3, OPT-4)."""
        if options.rate_in_velocity:
            if options.nesterov:
                return parameters + options.momentum * velocity - rate * gradient
            return parameters + velocity
        if options.nesterov:
            return parameters - rate * (gradient + options.momentum * velocity)
        return parameters - rate * velocity

    # ---- training

    def batches(self, m: int, number: int, options: Options) -> list[Any]:
        """The rows of each update of an epoch, the last batch smaller where they do not fit (OPT-6)."""
        return options.batches(m, number)

    def followed(self, before: Parameters | None, gradients: Parameters) -> Parameters:
        """What an update follows, before: what the one before it in its epoch did: the gradients of its batch alone (OPT-6)."""
        return gradients

    def batch_gradients(
        self, network: Network, inputs: Array, targets: Array, masks: tuple[Array, ...] | None, options: Options
    ) -> tuple[Parameters, Array]:
        """The gradients of the objective on one batch, and the objective before the update (OPT-1, OPT-2, OPT-6)."""
        options = options.of_batch(len(inputs))
        if masks is None:
            steps = self.forward_pass(network, inputs)
            gradients = self.backward_pass(network, steps, targets)
        else:
            steps = self.masked_forward_pass(network, inputs, masks, options)
            deltas = self.masked_deltas(network, steps, targets, masks, options)
            gradients = [
                (self.weight_gradient(network, step, delta), self.bias_gradient(network, step, delta))
                for step, delta in zip(steps, deltas, strict=True)
            ]
        loss = self.output_loss(network, steps[-1], targets)
        if options.l2 is not None:
            loss = loss + self.penalty(network, options)
        return self.penalised(network, gradients, options), loss

    def batch_update(
        self, network: Network, velocity: Parameters, gradients: Parameters, rate: Array, options: Options
    ) -> tuple[Network, Parameters]:
        """The network and the velocity after one update (OPT-3, OPT-4, OPT-7)."""
        gradients = self.clipped(gradients, options)
        if options.momentum is None:
            return self.update(network, gradients, rate), velocity
        velocity = [
            tuple(self.velocity(v, g, rate, options) for v, g in zip(before, pair, strict=True))
            for before, pair in zip(velocity, gradients, strict=True)
        ]
        parameters = [
            tuple(self.moved(p, v, g, rate, options) for p, v, g in zip(*three, strict=True))
            for three in zip(network.parameters, velocity, gradients, strict=True)
        ]
        return network.with_parameters(parameters), velocity

    def descent_epoch(
        self,
        network: Network,
        velocity: Parameters,
        inputs: Array,
        targets: Array,
        learning_rate: Array,
        number: int,
        options: Options,
    ) -> tuple[Network, Parameters, list[Array]]:
        """One epoch, an update for each batch: network and velocity after it, the objective before each update."""
        rate, reported = options.rate(learning_rate, number), []
        followed: Parameters | None = None
        for rows in self.batches(len(inputs), number, options):
            masks = None if options.masks is None else tuple(mask[rows] for mask in options.masks[number])
            gradients, loss = self.batch_gradients(network, inputs[rows], targets[rows], masks, options)
            followed = self.followed(followed, gradients)
            network, velocity = self.batch_update(network, velocity, followed, rate, options)
            reported.append(loss)
        return network, velocity, reported

    def train(
        self,
        network: Network,
        inputs: Array,
        targets: Array,
        learning_rate: Array,
        epochs: int,
        options: Options = PLAIN,
    ) -> tuple[Parameters, list[Array]]:
        """The parameters after that many epochs, and the objective before each update."""
        reported: list[Array] = []
        velocity = at_rest(network)
        for number in range(epochs):
            network, velocity, losses = self.descent_epoch(network, velocity, inputs, targets, learning_rate, number, options)
            reported += losses
        return network.parameters, reported


class WithoutPenalty(Descent):
    """The same, reporting the loss without the penalty that is in its gradients: a metric in honest use (OPT-1, LOSS-8)."""

    def penalty(self, network: Network, options: Options) -> Array:
        return np.zeros_like(super().penalty(network, options))


def same_steps(case: Case) -> list[Case]:
    """The case, and again with the other form of the velocity where both make the same steps: at one learning rate (OPT-3)."""
    options = case.options
    if options is None or options.momentum is None or options.learning_rates is not None:
        return [case]
    return [case, replace(case, options=replace(options, rate_in_velocity=not options.rate_in_velocity))]


def at_rest(network: Network) -> Parameters:
    """Velocities of 0, as parameters."""
    return [(np.zeros_like(weights), np.zeros_like(biases)) for weights, biases in network.parameters]


def descending(algorithm: type[Algorithm]) -> type[Descent]:
    """The algorithm with optional parts: itself, or its formulas of the gradient within a descent."""
    if issubclass(algorithm, Descent):
        return algorithm
    bases: tuple[Any, ...] = (Descent,) if algorithm is Algorithm else (algorithm, Descent)
    return type(f"Descending{algorithm.__name__}", bases, {})


def trained(algorithm: Algorithm, case: Case) -> tuple[Parameters, list[Array]]:
    """What training a case gives, with its options if it has any."""
    arguments = (case.network, case.inputs, case.targets, case.learning_rate, case.epochs)
    if case.options is None:
        return algorithm.train(*arguments)
    return descending(type(algorithm))().train(*arguments, case.options)
