"""Faults that normalise what nobody asked to be normalised, over the batch or over the layer (FWD-2, FWD-4)."""

from __future__ import annotations

from functools import partial
from math import inf

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import is_output
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Layer, Network

#: The usual constant under the root.
_USUAL = 1e-5


def _normalising(axis: int, c: float) -> type[Algorithm]:
    """Hidden pre-activations less their mean, divided by √(variance + c), along an axis; gradients go back through it."""

    class Normalising(Algorithm):
        def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
            z = super().pre_activation(network, layer, x)
            return z if is_output(network, layer) else _centred(z, axis) / _deviation(z, axis, c)

        def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
            found = super().hidden_delta(network, index, steps, next_delta)
            step, layer = steps[index], network.layers[index]
            below = _deviation(super().pre_activation(network, layer, step.x), axis, c)
            return (_centred(found, axis) - step.z * _mean(found * step.z, axis)) / below

    return Normalising


def _mean(z: Array, axis: int) -> Array:
    return np.sum(z, axis=axis, keepdims=True) / z.shape[axis]


def _centred(z: Array, axis: int) -> Array:
    return z - _mean(z, axis)


def _deviation(z: Array, axis: int, c: float) -> Array:
    centred = _centred(z, axis)
    return np.sqrt(_mean(centred * centred, axis) + c)


def _batch_normalising(c: float) -> type[Algorithm]:
    return _normalising(0, c)


def _layer_normalising(c: float) -> type[Algorithm]:
    return _normalising(1, c)


_fault = partial(known, phase="forward", seen="layers of libraries")


@_fault(
    "batch-normalisation",
    "the hidden pre-activations are normalised over the batch",
    "FWD-2",
    "FWD-4",
    right="z = x W + b",
    wrong="z = (u − mean u) / √(var u + 1e-5), u = x W + b, over the samples",
    mend="Leave the normalisation out: a sample's answer depends on no other.",
)
class BatchNormalised(_batch_normalising(_USUAL)):  # type: ignore[misc]
    """A layer of normalisation that is not in the network. The hidden biases have no effect, and a batch of one gives 0."""


@_fault(
    "layer-normalisation",
    "the hidden pre-activations are normalised over the layer's units",
    "FWD-2",
    right="z = x W + b",
    wrong="z = (u − mean u) / √(var u + 1e-5), u = x W + b, over the units",
    mend="Leave the normalisation out.",
)
class LayerNormalised(_layer_normalising(_USUAL)):  # type: ignore[misc]
    """A layer of normalisation that is not in the network. Samples stay independent, units do not."""


def _input_standardising(c: float) -> type[Algorithm]:
    class Standardised(Algorithm):
        def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
            centred = inputs - np.sum(inputs, axis=0) / len(inputs)
            deviation = np.sqrt(np.sum(centred**2, axis=0) / len(inputs))
            return super().forward_pass(network, centred / (deviation + c))

    return Standardised


#: The same with another constant under the root.
NORMALISING_FAMILIES: tuple[Family, ...] = (
    Family("batch-normalised", "the hidden pre-activations are normalised over the batch, with {c} under the root", "forward",
           ("FWD-2", "FWD-4"), "z = x W + b", "z = (u − mean u) / √(var u + {c}), u = x W + b, over the samples",
           "Leave the normalisation out.", _batch_normalising, (0.0, inf)),
    Family("layer-normalised", "the hidden pre-activations are normalised over the layer, with {c} under the root", "forward",
           ("FWD-2",), "z = x W + b", "z = (u − mean u) / √(var u + {c}), u = x W + b, over the units",
           "Leave the normalisation out.", _layer_normalising, (0.0, inf)),
    Family("inputs-standardised-with", "the inputs are standardised over the batch, with {c} added to the deviation", "forward",
           ("FWD-1", "FWD-4"), "a_0 = x", "a_0 = (x − mean) / (standard deviation + {c})",
           "Use the inputs as they are; preprocessing belongs outside the network.", _input_standardising, (0.0, inf)),
)  # fmt: skip
