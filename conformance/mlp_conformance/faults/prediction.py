"""Faults of the prediction path: it computes something else than the training path (FWD-5)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import is_output
from mlp_reference import activations
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Array, Network

forward_fault = partial(known, phase="forward")


@forward_fault(
    "softmax-twice",
    "the prediction path applies softmax to what already is one",
    "FWD-5",
    "ACT-5",
    right="a = softmax(z)",
    wrong="a = softmax(softmax(z)), in prediction only",
    mend="Apply softmax once: take it out of either the last layer or the prediction function.",
    seen="mlxtend 0.25.0 predict_proba",
)
class SoftmaxTwice(Algorithm):
    """Training is right, but the probabilities that are predicted are squeezed together. The most likely
    class stays the most likely, so accuracy does not show it.
    """

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        *hidden, a = super().forward(network, inputs)
        return [*hidden, activations.softmax(a) if network.output_activation == "softmax" else a]


@forward_fault(
    "logits-returned",
    "the prediction path returns the pre-activations of the last layer",
    "FWD-5",
    right="output = σ(z)",
    wrong="output = z, in prediction only",
    mend="Apply the output activation in the prediction path too.",
)
class LogitsReturned(Algorithm):
    """Where the loss contains the activation (softmax with cross-entropy, sigmoid with binary
    cross-entropy) it is easily forgotten when predicting. Training is right.
    """

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        steps = self.forward_pass(network, inputs)
        return [*(step.a for step in steps[:-1]), steps[-1].z]


@forward_fault(
    "output-thresholded",
    "the prediction path returns 0 or 1 instead of the activation",
    "FWD-5",
    right="output = a",
    wrong="output = 1 if a ≥ ½ else 0, in prediction only",
    mend="Return the activations, and decide for a class outside the network.",
)
class OutputThresholded(Algorithm):
    """A decision is mixed up with the network's output. It looks right on XOR, where the outputs are meant
    to be 0 and 1.
    """

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        *hidden, a = super().forward(network, inputs)
        return [*hidden, np.heaviside(a - 0.5, 1)]


@forward_fault(
    "hidden-halved-in-prediction",
    "the prediction path scales hidden activations by a keep probability though nothing was dropped",
    "FWD-5",
    right="a = σ(z)",
    wrong="a = ½ σ(z) in hidden layers, in prediction only",
    mend="Scale in prediction only if units are dropped, unscaled, in training.",
)
class HiddenHalvedInPrediction(Algorithm):
    """The scaling that belongs to dropout without inversion is left on. Training and prediction are
    different networks.
    """

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        found, x = [], inputs
        for layer in network.layers:
            a = self.activation(network, layer, self.pre_activation(network, layer, x))
            x = a if is_output(network, layer) else a / 2
            found.append(x)
        return found


@forward_fault(
    "outputs-transposed",
    "the activations are returned with a column a sample",
    "COND-13",
    right="a is m by n",
    wrong="aᵀ, n by m",
    mend="Transpose the results, in the program or in the adapter: a row a sample.",
    seen="programs that keep samples in columns",
)
class OutputsTransposed(Algorithm):
    """The program's own orientation leaks out. With as many samples as units the shape does not show it."""

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        return [a.T for a in super().forward(network, inputs)]
