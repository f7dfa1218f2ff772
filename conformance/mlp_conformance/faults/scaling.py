"""Faults of data that are scaled inside the network, where nobody asked for it (FWD-1, FWD-4, LOSS-1)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial, reduce
from math import inf

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import OtherTargets
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Network

input_fault = partial(
    known,
    phase="forward",
    right="a_0 = x",
    mend="Use the inputs as they are; scaling belongs outside the network, with constants that do not depend on the batch.",
    seen="tutorials that scale x by its maximum inside the class",
)


def _rows(array: Array) -> Iterator[Array]:
    return (array[s : s + 1] for s in range(array.shape[0]))


def _columns(array: Array) -> Iterator[Array]:
    return (array[:, k : k + 1] for k in range(array.shape[1]))


def _largest_of_columns(array: Array) -> Array:
    return reduce(np.maximum, _rows(array))


def _smallest_of_columns(array: Array) -> Array:
    return reduce(np.minimum, _rows(array))


def _largest(array: Array) -> Array:
    return reduce(np.maximum, _columns(_largest_of_columns(array)))


@input_fault(
    "inputs-divided-by-maximum",
    "the inputs are divided by their largest number",
    "FWD-1",
    "FWD-4",
    wrong="a_0 = x / max x",
)
class InputsDividedByMaximum(Algorithm):
    """Every sample depends on the largest number of its batch. A batch whose largest number is 1 does not show it."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, inputs / _largest(inputs))


@input_fault(
    "inputs-divided-by-column-maximum",
    "each input is divided by the largest that it has in the batch",
    "FWD-1",
    "FWD-4",
    wrong="a_0 = x / max over the samples of x",
)
class InputsDividedByColumnMaximum(Algorithm):
    """Every sample depends on the others of its batch, input by input."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, inputs / _largest_of_columns(inputs))


@input_fault(
    "inputs-to-unit-range",
    "each input is brought to the range from 0 to 1 of its batch",
    "FWD-1",
    "FWD-4",
    wrong="a_0 = (x − min x) / (max x − min x), over the samples",
)
class InputsToUnitRange(Algorithm):
    """Every sample depends on the others of its batch. One sample alone is 0 / 0."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        lowest = _smallest_of_columns(inputs)
        return super().forward_pass(network, (inputs - lowest) / (_largest_of_columns(inputs) - lowest))


@input_fault(
    "inputs-to-unit-length",
    "each sample's inputs are divided by their length",
    "FWD-1",
    wrong="a_0 = x / ‖x‖, sample by sample",
)
class InputsToUnitLength(Algorithm):
    """A network of one input sees nothing but its sign."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, inputs / np.sqrt(np.sum(inputs * inputs, axis=1, keepdims=True)))


@known(
    "targets-divided-by-maximum",
    "the targets are divided by their largest number",
    "LOSS-1",
    phase="loss",
    right="a − y",
    wrong="a − y / max y",
    mend="Compare with the targets as they are given; scaling belongs outside the network.",
    seen="tutorials that scale y by its maximum inside the class",
)
class TargetsDividedByMaximum(OtherTargets):
    """The loss depends on the largest target of its batch. Classes of 0 and 1 do not show it."""

    def other(self, network: Network, targets: Array) -> Array:
        return targets / _largest(targets)


def _target_standardising(c: float) -> type[Algorithm]:
    class Standardised(OtherTargets):
        def other(self, network: Network, targets: Array) -> Array:
            centred = targets - np.sum(targets) / targets.size
            return centred / (np.sqrt(np.sum(centred * centred) / targets.size) + c)

    return Standardised


def _target_standardising_by_output(c: float) -> type[Algorithm]:
    class StandardisedByOutput(OtherTargets):
        def other(self, network: Network, targets: Array) -> Array:
            centred = targets - np.sum(targets, axis=0) / len(targets)
            return centred / (np.sqrt(np.sum(centred * centred, axis=0) / len(targets)) + c)

    return StandardisedByOutput


#: Targets that are standardised, with the usual small constant, whatever it is.
SCALING_FAMILIES: tuple[Family, ...] = (
    Family("targets-standardised", "the targets are standardised, with {c} added to their deviation", "loss", ("LOSS-1",),
           "a − y", "a − (y − mean y) / (standard deviation + {c})", "Compare with the targets as they are given.",
           _target_standardising, (0.0, inf)),
    Family("targets-standardised-by-output", "each output's targets are standardised, with {c} added to their deviation",
           "loss", ("LOSS-1",), "a − y", "a − (y − mean y) / (standard deviation + {c}), output by output",
           "Compare with the targets as they are given.", _target_standardising_by_output, (0.0, inf)),
)  # fmt: skip
