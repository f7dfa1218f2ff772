"""Faults of what is taken once and not again: parts of the first epoch that stay for all (BACK-2, BACK-3, TRAIN-1)."""

from __future__ import annotations

from functools import partial

from mlp_conformance.faults.fault import known
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network

stale_fault = partial(known, phase="update")


class _OfTheFirst(Algorithm):
    """Training whose backward pass may use the network and the output step of the first epoch; as it stands, it does not."""

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        initial, first = network, self.forward_pass(network, inputs)[-1]
        reported: list[Array] = []
        for _ in range(epochs):
            steps = self.forward_pass(network, inputs)
            reported.append(self.output_loss(network, steps[-1], targets))
            deltas = [self.output_delta(*self.output_at(initial, first, network, steps[-1]), targets)]
            for index in reversed(range(len(steps) - 1)):
                error = self.back_propagated(network, self.passed(initial, network).layers[index + 1], deltas[0])
                deltas.insert(0, error * self.derivative(network, network.layers[index], steps[index]))
            gradients = [
                (self.weight_gradient(network, step, delta), self.bias_gradient(network, step, delta))
                for step, delta in zip(steps, deltas, strict=True)
            ]
            network = self.update(network, gradients, learning_rate)
        return network.parameters, reported

    def output_at(self, initial: Network, first: Step, network: Network, output: Step) -> tuple[Network, Step]:
        """The network and the output step that the output delta is of."""
        return network, output

    def passed(self, initial: Network, network: Network) -> Network:
        """The network whose weights the error goes back through."""
        return network


@stale_fault(
    "error-through-initial-weights",
    "the error goes back through the weights that the network had before training",
    "BACK-3",
    "TRAIN-1",
    right="δ_l = (δ_{l+1} W_{l+1}ᵀ) σ′, W of this epoch",
    wrong="δ_l = (δ_{l+1} W_{l+1}(0)ᵀ) σ′",
    mend="Transpose the weights where they are used, not once at the beginning.",
    seen="a transpose that is kept beside the weights, and not updated with them",
)
class ErrorThroughInitialWeights(_OfTheFirst):
    """The first epoch is right, and the output layer always. The hidden layers still learn: as in feedback alignment."""

    def passed(self, initial: Network, network: Network) -> Network:
        return initial


@stale_fault(
    "output-error-of-first-epoch",
    "every epoch has the output error of the first",
    "BACK-2",
    "TRAIN-1",
    right="δ_L of the outputs of this epoch",
    wrong="δ_L of the outputs of the first epoch",
    mend="Take the outputs again in every epoch, inside the loop.",
    seen="outputs that are computed before the loop",
)
class OutputErrorOfFirstEpoch(_OfTheFirst):
    """The first epoch is right, and the reported losses are. The hidden activations are those of each epoch."""

    def output_at(self, initial: Network, first: Step, network: Network, output: Step) -> tuple[Network, Step]:
        return initial, first
