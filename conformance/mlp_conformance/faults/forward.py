"""Faults of the forward pass: what flows from layer to layer (FWD-1, FWD-2, FWD-4, NET-4, NET-5)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import FromOutputs, OtherNetwork, is_output, is_square
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Layer, Network

forward_fault = partial(known, phase="forward")


@forward_fault(
    "no-hidden-bias",
    "the hidden layers leave out their biases",
    "FWD-2",
    right="z = x W + b",
    wrong="z = x W in the hidden layers",
    mend="Add the layer's biases to x W in every hidden layer.",
    seen="NeuNetMlp 0.0.4 (all layers)",
)
class NoHiddenBias(Algorithm):
    """Hidden units answer as if their biases were 0. With zero biases, as in a fresh network, nothing shows;
    after the first update the two drift apart."""

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return super().pre_activation(network, layer, x) if is_output(network, layer) else x @ layer.weights


@forward_fault(
    "no-output-bias",
    "the output layer leaves out its biases",
    "FWD-2",
    right="z = x W + b",
    wrong="z = x W in the output layer",
    mend="Add the output layer's biases to x W.",
    seen="NeuNetMlp 0.0.4 (all layers)",
)
class NoOutputBias(Algorithm):
    """The output layer answers as if its biases were 0. The biases may still be trained, without any
    effect.
    """

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return x @ layer.weights if is_output(network, layer) else super().pre_activation(network, layer, x)


@forward_fault(
    "bias-after-activation",
    "the bias is added after the activation",
    "FWD-2",
    "FWD-3",
    right="a = σ(x W + b)",
    wrong="a = σ(x W) + b",
    mend="Add the bias before the activation is applied.",
)
class BiasAfterActivation(FromOutputs):
    """The bias shifts the output instead of the pre-activation, so a sigmoid can leave the range from 0 to 1.
    In linear layers the two are the same."""

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return x @ layer.weights

    def activation(self, network: Network, layer: Layer, z: Array) -> Array:
        return super().activation(network, layer, z) + layer.biases


@forward_fault(
    "bias-subtracted",
    "the bias is subtracted, as a threshold is",
    "FWD-2",
    right="z = x W + b",
    wrong="z = x W − b",
    mend="Add the bias; if the program means thresholds, negate them and their gradients in the adapter.",
)
class BiasSubtracted(Algorithm):
    """A threshold is a negated bias. Here it is subtracted in the forward pass while its gradient is still
    that of an added one, so training moves it away from where it should go.
    """

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return x @ layer.weights - layer.biases


@forward_fault(
    "bias-added-twice",
    "the bias is added twice",
    "FWD-2",
    right="z = x W + b",
    wrong="z = x W + 2 b",
    mend="Add the bias once: either as a column of ones or as a vector, not both.",
)
class BiasAddedTwice(Algorithm):
    """Happens where the inputs already carry a column of ones and the bias vector is added on top.
    With zero biases nothing shows."""

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return super().pre_activation(network, layer, x) + layer.biases


@forward_fault(
    "layer-shared-bias",
    "one bias serves a whole layer",
    "NET-1",
    "FWD-2",
    right="z_j = x · w_j + b_j",
    wrong="z_j = x · w_j + b_1",
    mend="Keep one bias for each unit of the layer.",
    seen="a small C library",
)
class LayerSharedBias(Algorithm):
    """Every unit of a layer gets the layer's first bias. A layer with one unit, or with equal biases,
    cannot tell.
    """

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return x @ layer.weights + layer.biases[:1]


@forward_fault(
    "weights-transposed",
    "the forward pass uses the transposed weights",
    "NET-1",
    "FWD-2",
    right="z = x W + b",
    wrong="z = x Wᵀ + b where W is square",
    mend="Multiply by W as it is given, n_in rows by n_out columns, or transpose in the adapter once.",
)
class WeightsTransposed(Algorithm):
    """Rows and columns of the weight matrix are exchanged. Only square matrices let it pass unnoticed;
    others would not multiply.
    """

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return x @ (layer.weights.T if is_square(layer.weights) else layer.weights) + layer.biases


@forward_fault(
    "input-reaches-every-layer",
    "deeper layers see the network's inputs instead of the previous activations",
    "FWD-1",
    right="z_l = a_{l−1} W_l + b_l",
    wrong="z_l = x W_l + b_l where the sizes allow it",
    mend="Feed each layer with the activations of the layer before it.",
)
class InputReachesEveryLayer(Algorithm):
    """The loop over the layers forgets to hand the activations on. It runs only where a deeper layer
    happens to have as many inputs as the network.
    """

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        steps: list[Step] = []
        for layer in network.layers:
            x = inputs if layer.weights.shape[0] == inputs.shape[1] else steps[-1].a
            z = self.pre_activation(network, layer, x)
            steps.append(Step(x, z, self.activation(network, layer, z)))
        return steps


@forward_fault(
    "first-sample-only",
    "a batch is cut to its first row",
    "NET-4",
    "FWD-4",
    right="all m samples",
    wrong="sample 1 alone",
    mend="Run over every row of the batch.",
)
class FirstSampleOnly(Algorithm):
    """Whatever the batch, the first sample alone is computed, and the answer has one row.
    With one sample nothing shows."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, inputs[:1])

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(network, output, targets[:1])

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        return super().backward_pass(network, steps, targets[:1])


@forward_fault(
    "inputs-centred",
    "the mean of the batch is subtracted from the inputs",
    "FWD-1",
    "FWD-4",
    right="a_0 = x",
    wrong="a_0 = x − mean of the batch",
    mend="Use the inputs as they are; preprocessing belongs outside the network.",
)
class InputsCentred(Algorithm):
    """A preprocessing step hides inside the network, so every sample depends on the others of its batch.
    A single sample becomes 0."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        mean = np.sum(inputs, axis=0) / len(inputs)
        return super().forward_pass(network, inputs - mean)


@forward_fault(
    "weights-rescaled",
    "the given weights are scaled as if they were to be initialised",
    "NET-5",
    right="z = x W + b",
    wrong="z = x W / √n_in + b",
    mend="Compute with the parameters given; scale random weights when they are drawn.",
)
class WeightsRescaled(OtherNetwork):
    """The scaling of an initialisation is applied to weights that are already what they should be.
    Layers with one input do not show it."""

    def other(self, network: Network) -> Network:
        layers = tuple(replace(x, weights=x.weights / x.weights.shape[0] ** 0.5) for x in network.layers)
        return replace(network, layers=layers)


@forward_fault(
    "inputs-standardised",
    "the inputs are standardised over the batch",
    "FWD-1",
    "FWD-4",
    right="a_0 = x",
    wrong="a_0 = (x − mean) / standard deviation of the batch",
    mend="Use the inputs as they are; preprocessing belongs outside the network.",
)
class InputsStandardised(Algorithm):
    """A preprocessing step hides inside the network, so every sample depends on the others of its batch.
    What is the same in all samples becomes 0."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        centred = inputs - np.sum(inputs, axis=0) / len(inputs)
        deviation = np.sqrt(np.sum(centred**2, axis=0) / len(inputs))
        return super().forward_pass(network, centred / (deviation + (1 - np.heaviside(deviation, 0))))


@forward_fault(
    "inputs-clipped",
    "the inputs are clipped to 0 to 1",
    "FWD-1",
    right="a_0 = x",
    wrong="a_0 = min(max(x, 0), 1)",
    mend="Use the inputs as they are given.",
)
class InputsClipped(Algorithm):
    """Made for pixels. Inputs between 0 and 1, as in XOR, do not show it."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, np.minimum(np.maximum(inputs, 0), 1))
