"""Faults of what passes through a layer: an activation too many, the inputs past the layer (FWD-1 to FWD-3)."""

from __future__ import annotations

from functools import partial

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import FromOutputs, is_output
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Layer, Network

forward_fault = partial(known, phase="forward")


@forward_fault(
    "activation-twice",
    "the activation is applied twice",
    "FWD-3",
    right="a = σ(z)",
    wrong="a = σ(σ(z)), the derivative of one of them taken at it",
    mend="Apply the activation in the layer or after it, not both.",
    seen="a layer that ends with its activation, and a forward pass that applies it again",
)
class ActivationTwice(FromOutputs):
    """ReLU and linear layers do not show it. A sigmoid then stays between 0.5 and 0.732."""

    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        once = super().activation(network, layer, z)
        return once if layer.activation in ("relu", "linear") else super().activation(network, layer, once)


@forward_fault(
    "activation-twice-differentiated",
    "the activation is applied twice, and differentiated twice",
    "FWD-3",
    right="a = σ(z)",
    wrong="a = σ(σ(z)), a′ = σ′(σ(z)) σ′(z)",
    mend="Apply the activation in the layer or after it, not both.",
    seen="torch: a module that ends with its activation, and a forward that applies it again",
)
class ActivationTwiceDifferentiated(ActivationTwice):
    """As automatic differentiation does it: the gradient is that of the wrong network, and agrees with its loss."""

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        if layer.activation not in ("sigmoid", "tanh"):
            return super().derivative(network, layer, step)
        once = Algorithm().activation(network, layer, step.z)
        inner = Step(step.x, step.z, once)
        return super().derivative(network, layer, Step(step.x, once, step.a)) * super().derivative(network, layer, inner)


@forward_fault(
    "inputs-activated",
    "the first layer's activation is applied to the inputs as well",
    "FWD-1",
    right="a_0 = x",
    wrong="a_0 = σ(x)",
    mend="Give the inputs to the first layer as they are.",
    seen="programs that count the inputs as a layer",
)
class InputsActivated(Algorithm):
    """A loop over all layers that includes the inputs. Linear first layers, and ReLU of positive inputs, do not show it."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, super().activation(network, network.layers[0], inputs))


@forward_fault(
    "input-added-to-activation",
    "a layer's input is added to its activation where the shapes allow it",
    "FWD-3",
    right="a = σ(z)",
    wrong="a = σ(z) + x where n_in = n_out, with gradients that know of it",
    mend="Leave the shortcut out: the network has none.",
    seen="residual blocks",
)
class InputAddedToActivation(Algorithm):
    """A residual connection in a network that has none. Layers that change the width do not show it."""

    def _is_passed(self, network: Network, layer: Layer) -> bool:
        rows, columns = layer.weights.shape
        return bool(rows == columns) and not is_output(network, layer)

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        steps, x = [], inputs
        for layer in network.layers:
            z = self.pre_activation(network, layer, x)
            a = self.activation(network, layer, z)
            steps.append(Step(x, z, a + x if self._is_passed(network, layer) else a))
            x = steps[-1].a
        return steps

    def deltas(self, network: Network, steps: list[Step], targets: Array) -> list[Array]:
        found = [self.output_delta(network, steps[-1], targets)]
        error = self.back_propagated(network, network.layers[-1], found[0])
        for index in reversed(range(len(steps) - 1)):
            layer, step = network.layers[index], steps[index]
            passed = self._is_passed(network, layer)
            own = Step(step.x, step.z, step.a - step.x) if passed else step
            found.insert(0, error * self.derivative(network, layer, own))
            below = self.back_propagated(network, layer, found[0])
            error = below + error if passed else below
        return found
