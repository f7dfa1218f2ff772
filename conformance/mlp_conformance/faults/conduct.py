"""Faults of conduct towards arguments and results (COND-1, COND-2, COND-5 to COND-13). Floats only."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import OtherActivation
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network

conduct_fault = partial(known, phase="conduct", kind="conduct")
Training = tuple[Parameters, list[Array]]


@conduct_fault(
    "inputs-changed",
    "the inputs are changed in place",
    "COND-1",
    right="x stays as it is",
    wrong="x changes, as x −= 1 does",
    mend="Compute into a new array, or copy the argument first.",
)
class InputsChanged(Algorithm):
    """The answer is right, and the caller's data are not what they were. The next call gets the changed
    ones.
    """

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        found = [a.copy() for a in super().forward(network, inputs)]
        inputs -= 1
        return found


@conduct_fault(
    "targets-changed",
    "the targets are changed in place",
    "COND-1",
    right="y stays as it is",
    wrong="y −= a",
    mend="Compute the error into a new array: error = a − y.",
)
class TargetsChanged(Algorithm):
    """The error is computed in the array of the targets. The gradients are right, once."""

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        found = super().gradients(network, inputs, targets)
        targets -= self.forward(network, inputs)[-1]
        return found


@conduct_fault(
    "network-changed",
    "asking for the gradients changes the network in place",
    "COND-2",
    right="only train changes parameters",
    wrong="gradients does W −= 0.1 ∂E/∂W too",
    mend="Separate the gradients from the update.",
    seen="the document's own backpropagation, which updates as well",
)
class NetworkChanged(Algorithm):
    """Backward pass and update are one function. The gradients returned are right."""

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        found = super().gradients(network, inputs, targets)
        for pair, gradients in zip(network.parameters, found, strict=True):
            for parameter, gradient in zip(pair, gradients, strict=True):
                parameter -= (0.1 * gradient).astype(parameter.dtype)
        return found


@conduct_fault(
    "results-alias",
    "results are views of a buffer that the next call overwrites",
    "COND-10",
    right="results belong to the caller",
    wrong="results share memory with the next call's",
    mend="Return copies of internal arrays.",
)
class ResultsAlias(Algorithm):
    """Every answer is right until the next one is asked for."""

    def __init__(self) -> None:
        self._buffers: dict[Any, Array] = {}

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        found = []
        for index, a in enumerate(super().forward(network, inputs)):
            buffer = self._buffers.setdefault((index, a.shape), np.empty_like(a))
            buffer[...] = a
            found.append(buffer)
        return found


@conduct_fault(
    "nan-swallowed",
    "a NaN in the inputs comes out as a number",
    "COND-5",
    right="NaN in, NaN out",
    wrong="NaN is taken for 0",
    mend="Let NaN pass: it says that the data are missing.",
)
class NanSwallowed(Algorithm):
    """Missing data turn into plausible answers."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, np.where(np.isnan(inputs), 0, inputs).astype(inputs.dtype))


@conduct_fault(
    "relu-swallows-nan",
    "ReLU turns NaN into 0",
    "COND-6",
    right="ReLU(NaN) = NaN",
    wrong="z if z > 0 else 0, and NaN > 0 is false",
    mend="Write the comparison so that NaN passes: 0 if z < 0 else z.",
    seen="common: `x > 0 ? x : 0`",
)
class ReluSwallowsNan(OtherActivation):
    """In honest use, since no comparison with NaN is true. Missing data then look like a unit switched off."""

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return np.where(z > 0, z, np.zeros_like(z))


@conduct_fault(
    "infinities-swallowed",
    "infinities in the inputs are taken for 0",
    "COND-12",
    right="σ(±∞) is the limit: 1 or 0",
    wrong="±∞ becomes 0",
    mend="Let infinities pass: the activations have limits.",
)
class InfinitiesSwallowed(Algorithm):
    """A cleaning step that is meant for NaN takes infinities too."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, np.where(np.isinf(inputs), 0, inputs).astype(inputs.dtype))


@conduct_fault(
    "shape-broadcast",
    "a wrong shape is broadcast silently instead of refused",
    "COND-8",
    right="inputs m by n_0 and targets m by n_L, or an error",
    wrong="a single column or row is repeated until it fits",
    mend="Compare the shapes with those of the network and raise an error.",
)
class ShapeBroadcast(Algorithm):
    """NumPy repeats what has length 1. Targets as a flat vector against outputs as a column then make a
    square matrix, and every target is compared with every output.
    """

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        rows = np.atleast_2d(inputs)
        return super().forward_pass(network, np.broadcast_to(rows, (len(rows), network.sizes[0])))

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(network, output, np.broadcast_to(targets, output.a.shape))

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        return super().backward_pass(network, steps, np.broadcast_to(targets, steps[-1].a.shape))


@conduct_fault(
    "memory-order-assumed",
    "arrays are read in the order of memory, whatever their layout",
    "COND-9",
    right="inputs[s, i] of any array",
    wrong="memory[s · n_0 + i], which is right for C order only",
    mend="Make the array contiguous first: np.ascontiguousarray.",
    seen="bindings to C that take a bare pointer",
)
class MemoryOrderAssumed(Algorithm):
    """Arrays in Fortran order, as transposed ones are, come out scrambled."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, inputs.ravel(order="K").reshape(inputs.shape))
