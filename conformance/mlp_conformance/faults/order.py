"""Faults of order: what is computed when, and from what (BACK-7, UPD-3, TRAIN-1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.update import only
from mlp_conformance.faults.variants import each
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Layer, Network

order_fault = partial(known, phase="update")
Epoch = tuple[Network, Array]


@order_fault(
    "layers-updated-in-turn",
    "each layer's gradient is that of the network whose earlier layers are updated already",
    "BACK-7",
    "UPD-3",
    right="all gradients at the same parameters",
    wrong="update layer 1; forward and backward again for layer 2; and so on",
    mend="Compute every gradient first, then change the parameters.",
)
class LayersUpdatedInTurn(Algorithm):
    """A loop over layers asks for the gradient and uses it at once. The first layer's step is right."""

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        loss = self.loss(network, inputs, targets)
        for index in range(len(network.layers)):
            gradient = self.gradients(network, inputs, targets)[index]
            network = self.update(network, only(network, index, gradient), learning_rate)
        return network, loss


@order_fault(
    "biases-after-weights",
    "the biases' gradients are those of the network whose weights are updated already",
    "BACK-7",
    "UPD-3",
    right="all gradients at the same parameters",
    wrong="update the weights; forward and backward again; update the biases",
    mend="Compute every gradient first, then change the parameters.",
)
class BiasesAfterWeights(Algorithm):
    """Two functions, one for weights and one for biases, each with a pass of its own. The weights' first step is right."""

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        loss = self.loss(network, inputs, targets)
        weights = [(w, np.zeros_like(b)) for w, b in self.gradients(network, inputs, targets)]
        network = self.update(network, weights, learning_rate)
        biases = [(np.zeros_like(w), b) for w, b in self.gradients(network, inputs, targets)]
        return self.update(network, biases, learning_rate), loss


@order_fault(
    "updated-at-last-sample",
    "the hidden errors of a batch's last sample are taken from already updated weights",
    "BACK-7",
    "UPD-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l) for every sample, then W ← W − η ∂E/∂W",
    wrong="δ_l of samples 1 … m − 1; for sample m W_l ← W_l − η ∂E/∂W_l before δ_{l−1} is taken",
    mend="Send the last sample's error back to the first layer, then change the parameters.",
    seen="neataptic 1.4.7, carrot 0.3.20",
    like="hidden-sees-updated-weights",
)
class UpdatedAtLastSample(Algorithm):
    """Steps are collected over a batch, and the call that propagates its last sample makes them, unit by unit, on its way
    back. With one sample it is as if all hidden errors saw updated weights.
    """

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        steps = self.forward_pass(network, inputs)
        loss = self.output_loss(network, steps[-1], targets)
        delta = self.output_delta(network, steps[-1], targets)
        before = network.layers
        for index in reversed(range(len(steps))):
            gradient = self.weight_gradient(network, steps[index], delta), self.bias_gradient(network, steps[index], delta)
            network = self.update(network, only(network, index, gradient), learning_rate)
            if index:
                early = self.hidden_delta(replace(network, layers=before), index - 1, steps, delta)
                late = self.hidden_delta(network, index - 1, steps, delta)
                delta = np.concatenate([early[:-1], late[-1:]], axis=0)
        return network, loss


@order_fault(
    "one-forward-pass",
    "all epochs use the activations of the first",
    "TRAIN-1",
    right="forward and backward in every epoch",
    wrong="forward once, then backward and update in every epoch",
    mend="Put the forward pass inside the loop over epochs.",
)
class OneForwardPass(Algorithm):
    """The forward pass stands before the loop. The first epoch is right, and the reported loss never changes."""

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        steps = self.forward_pass(network, inputs)
        loss = self.output_loss(network, steps[-1], targets)
        for _ in range(epochs):
            network = self.update(network, self.backward_pass(network, steps, targets), learning_rate)
        return network.parameters, [loss] * epochs


@dataclass(frozen=True)
class _Followed(Step):
    """A step that knows the same layer's step of the epoch before, None in the first; and whose it is, where that is known."""

    before: Step | None = None
    index: int = 0


@order_fault(
    "stale-derivative",
    "the derivatives are taken at the pre-activations of the epoch before",
    "BACK-7",
    "TRAIN-1",
    right="δ = e σ′(z_k) in epoch k",
    wrong="δ = e σ′(z_{k−1}) in epoch k",
    mend="Keep the pre-activations of each forward pass for the backward pass that follows it.",
)
class StaleDerivative(Algorithm):
    """The stored pre-activations are refreshed too late. The first epoch is right."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        return super().derivative(network, layer, getattr(step, "before", None) or step)

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        before: list[Step | None] = [None] * len(network.layers)
        reported: list[Array] = []
        for _ in range(epochs):
            steps = self.forward_pass(network, inputs)
            reported.append(self.output_loss(network, steps[-1], targets))
            pairs = enumerate(zip(steps, before, strict=True))
            followed: list[Step] = [_Followed(now.x, now.z, now.a, old, index) for index, (now, old) in pairs]
            network = self.update(network, self.backward_pass(network, followed, targets), learning_rate)
            before = list(steps)
        return network.parameters, reported


@order_fault(
    "rate-in-every-delta",
    "the error is multiplied by the learning rate once more on its way through each layer",
    "UPD-1",
    "BACK-3",
    right="W_l ← W_l − η x_lᵀ δ_l",
    wrong="W_l ← W_l − η^{L−l+1} x_lᵀ δ_l",
    mend="Multiply by the learning rate in the update alone.",
)
class RateInEveryDelta(Algorithm):
    """The deltas are steps already when they go back. The output layer's steps are right, and a learning rate of 1 does
    not show it."""

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        factors: list[Array | int] = [1]
        while len(factors) < len(gradients):
            factors.insert(0, factors[0] * learning_rate)
        shorter = [(factor * w, factor * b) for factor, (w, b) in zip(factors, gradients, strict=True)]
        return super().update(network, shorter, learning_rate)


@order_fault(
    "parameters-averaged",
    "training returns the mean of the parameters of all epochs",
    "TRAIN-1",
    right="the parameters after the last update",
    wrong="the mean of the parameters before, between and after the updates",
    mend="Return the last parameters.",
    seen="averaged optimisers of libraries",
    choice=True,
)
class ParametersAveraged(Algorithm):
    """Polyak's averaging. The reported losses are right."""

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        total, reported = network.parameters, []
        for number in range(epochs):
            network, loss = self.epoch(network, inputs, targets, learning_rate, number)
            total = each(lambda a, b: a + b, total, network.parameters)
            reported.append(loss)
        return each(lambda parameter: parameter / (epochs + 1), total), reported


@order_fault(
    "sign-of-gradient",
    "the steps follow the sign of the gradient alone",
    "UPD-1",
    "UPD-2",
    right="W ← W − η ∂E/∂W",
    wrong="W ← W − η sign(∂E/∂W)",
    mend="Multiply by the gradient itself.",
    seen="library options (signSGD, Rprop)",
    choice=True,
)
class SignOfGradient(Algorithm):
    """Every parameter moves by η, however small its gradient."""

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        return super().update(network, each(lambda g: 2 * np.heaviside(g, 0.5) - 1, gradients), learning_rate)


@order_fault(
    "step-normalised",
    "the steps follow the gradient divided by its norm",
    "UPD-1",
    "UPD-2",
    right="W ← W − η g",
    wrong="W ← W − η g / ‖g‖",
    mend="Leave the gradient as long as it is.",
    choice=True,
)
class StepNormalised(Algorithm):
    """Every step is η long, however near the minimum is. The gradients are right."""

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        return super().update(network, normalised(gradients), learning_rate)


def normalised(gradients: Parameters) -> Parameters:
    """The whole gradient, divided by its norm."""
    norm = np.sqrt(sum(np.sum(gradient**2) for pair in gradients for gradient in pair))
    return each(lambda gradient: gradient / norm, gradients)


@order_fault(
    "gradient-normalised",
    "the gradient is divided by its norm",
    "BACK-1",
    right="g",
    wrong="g / ‖g‖",
    mend="Leave the gradient as long as it is.",
    choice=True,
)
class GradientNormalised(Algorithm):
    """The whole gradient has the length 1, however near the minimum is."""

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        return normalised(super().backward_pass(network, steps, targets))
