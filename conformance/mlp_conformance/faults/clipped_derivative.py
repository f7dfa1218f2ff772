"""Faults of a derivative that is kept from getting small (ACT-7, ACT-8)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Layer, Network

derivative_fault = partial(known, phase="gradients")


@derivative_fault(
    "derivative-of-clipped-output",
    "the derivative is taken of outputs clipped to [0.01, 0.99], for tanh to [−0.98, 0.98]",
    "ACT-7",
    "ACT-8",
    right="σ′ = a (1 − a), tanh′ = 1 − a²",
    wrong="σ′ = c (1 − c), c = min(max(a, 0.01), 0.99); tanh′ = 1 − c², c = min(max(a, −0.98), 0.98)",
    mend="Take the derivative of the activation as it is.",
    seen="FANN 2.2.0",
)
class DerivativeOfClippedOutput(Algorithm):
    """Saturated units go on learning, with a derivative of 0.0099, or 0.0396 for tanh. Only activations beyond the limits
    show it.
    """

    sigmoid_limits, tanh_limit = (0.01, 0.99), 0.98

    def derivative(self, network: Network, layer: Layer, step: Step) -> Array:
        if layer.activation == "sigmoid":
            clipped = np.minimum(np.maximum(step.a, self.sigmoid_limits[0]), self.sigmoid_limits[1])
            return clipped * (1 - clipped)
        if layer.activation == "tanh":
            clipped = np.minimum(np.maximum(step.a, -self.tanh_limit), self.tanh_limit)
            return 1 - clipped * clipped
        return super().derivative(network, layer, step)


@derivative_fault(
    "derivative-of-output-clipped-by-floats",
    "the derivative is taken of outputs clipped to [0.01, 0.99], for tanh to [−0.98, 0.98], and these limits are float32",
    "ACT-7",
    "ACT-8",
    right="σ′ = a (1 − a), tanh′ = 1 − a²",
    wrong="σ′ = c (1 − c), c = min(max(a, 0.01f), 0.99f); tanh′ = 1 − c², c = min(max(a, −0.98f), 0.98f)",
    mend="Take the derivative of the activation as it is.",
    seen="FANN 2.2.0 in double precision",
    like="derivative-of-clipped-output",
)
class DerivativeOfOutputClippedByFloats(DerivativeOfClippedOutput):
    """A library for both precisions has its constants in one. Only activations beyond the limits show it."""

    sigmoid_limits = float(np.float32(0.01)), float(np.float32(0.99))
    tanh_limit = float(np.float32(0.98))
