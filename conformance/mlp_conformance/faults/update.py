"""Faults of one update: how the gradients change the parameters (UPD-1 to UPD-3, BACK-7)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.hidden_delta import raw_deltas, raw_error
from mlp_conformance.faults.variants import each
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network

update_fault = partial(known, phase="update")


@update_fault(
    "hidden-sees-updated-weights",
    "the hidden error is taken from already updated weights",
    "BACK-7",
    "UPD-3",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l), then W ← W − η ∂E/∂W",
    wrong="W ← W − η ∂E/∂W, then δ_l = (δ_{l+1} Wᵀ) σ′(z_l)",
    mend="Compute every gradient first, then change the parameters.",
    seen="synaptic 1.1.4, R AMORE ADAPTgd, OpenCV 4.12.0",
)
class HiddenSeesUpdatedWeights(Algorithm):
    """Backward pass and update share one loop over the layers. The error is proportional to the learning
    rate, so training still works and nobody notices.
    """

    def epoch(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
    ) -> tuple[Network, Array]:
        steps = self.forward_pass(network, inputs)
        loss = self.output_loss(network, steps[-1], targets)
        delta = self.output_delta(network, steps[-1], targets)
        for index in reversed(range(len(steps))):
            gradient = (
                self.weight_gradient(network, steps[index], delta),
                self.bias_gradient(network, steps[index], delta),
            )
            network = self.update(network, only(network, index, gradient), learning_rate)
            if index:
                delta = self.hidden_delta(network, index - 1, steps, delta)
        return network, loss


@update_fault(
    "raw-errors-through-updated-weights",
    "the hidden errors are the raw output errors, taken through already updated weights",
    "BACK-3",
    "BACK-7",
    right="δ_l = (δ_{l+1} Wᵀ) σ′(z_l), then W ← W − η ∂E/∂W",
    wrong="W ← W − η ∂E/∂W, then e_l = e_{l+1} Wᵀ with e_L = a − y, δ_l = e_l σ′(z_l)",
    mend="Compute every gradient first, and send δ back through the weights, not the error.",
    seen="toy networks that follow a popular video course",
)
class RawErrorsThroughUpdatedWeights(Algorithm):
    """Two mistakes that come together where a tutorial does both: errors for deltas, and updates in the same
    loop.
    """

    def deltas(self, network: Network, steps: list[Step], targets: Array) -> list[Array]:
        return raw_deltas(self, network, steps, targets, raw_error(self, network, steps[-1], targets))

    def epoch(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
    ) -> tuple[Network, Array]:
        steps = self.forward_pass(network, inputs)
        loss = self.output_loss(network, steps[-1], targets)
        delta, error = self.output_delta(network, steps[-1], targets), raw_error(self, network, steps[-1], targets)
        for index in reversed(range(len(steps))):
            gradient = self.weight_gradient(network, steps[index], delta), self.bias_gradient(network, steps[index], delta)
            network = self.update(network, only(network, index, gradient), learning_rate)
            if index:
                error = self.back_propagated(network, network.layers[index], error)
                delta = error * self.derivative(network, network.layers[index - 1], steps[index - 1])
        return network, loss


def only(network: Network, index: int, gradient: tuple[Array, Array]) -> Parameters:
    """Gradients of 0 but for one layer's."""
    gradients = each(np.zeros_like, network.parameters)
    gradients[index] = gradient
    return gradients


@update_fault(
    "hidden-sees-updated-network",
    "each layer's gradient is that of the network whose later layers are updated already",
    "BACK-7",
    "UPD-3",
    right="all gradients at the same parameters",
    wrong="update layer L; forward and backward again for layer L − 1; and so on",
    mend="Compute every gradient first, then change the parameters.",
)
class HiddenSeesUpdatedNetwork(Algorithm):
    """An update function for each layer, each with a pass of its own. It is block coordinate descent,
    which works, too.
    """

    def epoch(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
    ) -> tuple[Network, Array]:
        loss = self.loss(network, inputs, targets)
        for index in reversed(range(len(network.layers))):
            gradient = self.gradients(network, inputs, targets)[index]
            network = self.update(network, only(network, index, gradient), learning_rate)
        return network, loss


@update_fault(
    "update-adds",
    "the gradients are added",
    "UPD-1",
    "UPD-2",
    right="W ← W − η ∂E/∂W",
    wrong="W ← W + η ∂E/∂W",
    mend="Subtract, or take the error as y − a if the update adds.",
)
class UpdateAdds(Algorithm):
    """Training climbs. The gradients are right. Adding is in honest use together with an error y − a."""

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        return super().update(network, gradients, -learning_rate)


@update_fault(
    "bias-update-adds",
    "the biases' gradients are added while the weights' are subtracted",
    "UPD-2",
    right="b ← b − η ∂E/∂b",
    wrong="b ← b + η ∂E/∂b",
    mend="Subtract the biases' gradients too.",
    seen="programs that mean thresholds, whose sign is the other one",
)
class BiasUpdateAdds(Algorithm):
    """The biases climb while the weights descend."""

    def updated_biases(self, network: Network, biases: Array, gradient: Array, learning_rate: Array) -> Array:
        return super().updated_biases(network, biases, gradient, -learning_rate)


@update_fault(
    "first-layer-climbs",
    "the first layer's gradients are added while the others' are subtracted",
    "UPD-1",
    "UPD-2",
    right="W_1 ← W_1 − η ∂E/∂W_1",
    wrong="W_1 ← W_1 + η ∂E/∂W_1",
    mend="Use the same sign in every layer.",
)
class FirstLayerClimbs(Algorithm):
    """Copied lines with a sign that differs. The output layer learns well enough to hide it."""

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        first, *others = gradients
        return super().update(network, [*each(np.negative, [first]), *others], learning_rate)


@update_fault(
    "bias-rate-one",
    "the learning rate is not applied to the biases",
    "UPD-2",
    right="b ← b − η ∂E/∂b",
    wrong="b ← b − ∂E/∂b",
    mend="Multiply the biases' gradients by the learning rate.",
    seen="NeuNetMlp 0.0.4",
)
class BiasRateOne(Algorithm):
    """Biases move 1/η times too fast. A learning rate of 1 does not show it."""

    def updated_biases(self, network: Network, biases: Array, gradient: Array, learning_rate: Array) -> Array:
        return biases - gradient


@update_fault(
    "rate-ignored",
    "the learning rate is not applied at all",
    "UPD-1",
    "UPD-2",
    right="W ← W − η ∂E/∂W",
    wrong="W ← W − ∂E/∂W",
    mend="Multiply the gradients by the learning rate.",
    seen="NeuNetMlp 0.0.4",
)
class RateIgnored(Algorithm):
    """The argument is accepted and never read. A learning rate of 1 does not show it."""

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        return super().update(network, gradients, 1)


@update_fault(
    "rate-squared",
    "the learning rate is applied twice",
    "UPD-1",
    "UPD-2",
    right="W ← W − η ∂E/∂W",
    wrong="W ← W − η² ∂E/∂W",
    mend="Multiply once: either the delta or the update.",
)
class RateSquared(Algorithm):
    """Delta and update both contain the learning rate. A learning rate of 1 does not show it."""

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        return super().update(network, gradients, learning_rate * learning_rate)


@update_fault(
    "rate-over-batch",
    "the learning rate is divided by the batch size although the loss is a sum",
    "UPD-1",
    "UPD-2",
    right="W ← W − η ∂E/∂W",
    wrong="W ← W − η/m ∂E/∂W",
    mend="Do not divide: the reduction is in the gradient already.",
)
class RateOverBatch(Algorithm):
    """The mean is taken in the update, unknown to the loss. One sample does not show it."""

    def epoch(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
    ) -> tuple[Network, Array]:
        return super().epoch(network, inputs, targets, learning_rate / len(inputs), number)


@update_fault(
    "hidden-biases-frozen",
    "the hidden layers' biases are never updated",
    "UPD-2",
    right="b_l ← b_l − η ∂E/∂b_l",
    wrong="b_l ← b_l in hidden layers",
    mend="Update the biases of every layer.",
)
class HiddenBiasesFrozen(Algorithm):
    """The gradients are right, and the line that uses them is missing."""

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        hidden = [(weights, np.zeros_like(biases)) for weights, biases in gradients[:-1]]
        return super().update(network, [*hidden, gradients[-1]], learning_rate)


@update_fault(
    "biases-frozen",
    "no bias is ever updated",
    "UPD-2",
    right="b ← b − η ∂E/∂b",
    wrong="b ← b",
    mend="Update the biases as well as the weights.",
)
class BiasesFrozen(Algorithm):
    """The gradients are right, and the line that uses them is missing."""

    def updated_biases(self, network: Network, biases: Array, gradient: Array, learning_rate: Array) -> Array:
        return biases


@update_fault(
    "only-output-layer-updated",
    "only the output layer is updated",
    "UPD-1",
    "UPD-2",
    right="every layer is updated",
    wrong="the hidden layers stay as they are",
    mend="Update every layer.",
)
class OnlyOutputLayerUpdated(Algorithm):
    """The gradients are right and the hidden layers' are not used. The loss still goes down, which hides
    it.
    """

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        hidden = each(np.zeros_like, gradients[:-1]) if len(gradients) > 1 else []
        return super().update(network, [*hidden, gradients[-1]], learning_rate)
