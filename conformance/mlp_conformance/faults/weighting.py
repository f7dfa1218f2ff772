"""Families of weights that nobody asked for: of samples, of outputs, of the second class; rates that differ by layer."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_reference import losses
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network


def _weighing(weights: Callable[[tuple[int, ...]], np.ndarray], in_loss: bool) -> type[Algorithm]:
    """Errors, and with in_loss the terms of the loss, times weights of the batch's shape, m by n_L."""

    class Weighing(Algorithm):
        def output_error(self, network: Network, output: Step, targets: Array) -> Array:
            return super().output_error(network, output, targets) * weights(targets.shape)

    class WeighingAll(Weighing):
        def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
            return super().reduce(network, terms * weights(targets.shape), targets)

    return WeighingAll if in_loss else Weighing


def _one_of(axis: int, index: int, c: float) -> Callable[[tuple[int, ...]], np.ndarray]:
    """1 everywhere but c in one row (axis 0) or column."""

    def weights(shape: tuple[int, ...]) -> np.ndarray:
        found = np.ones(shape)
        found[(index, slice(None)) if axis == 0 else (slice(None), index)] = c
        return found

    return weights


def _families_of(what: str, words: str, axis: int, index: int) -> tuple[Family, ...]:
    def loss_and_gradient(c: float) -> type[Algorithm]:
        return _weighing(_one_of(axis, index, c), in_loss=True)

    def gradient(c: float) -> type[Algorithm]:
        return _weighing(_one_of(axis, index, c), in_loss=False)

    mend = "Give every sample and output the same weight."
    return (
        Family(f"{what}-weight", f"{words} counts {{c}} times, in the loss and its gradient", "loss", ("LOSS-5", "BACK-2"),
               "E = Σ ℓ", "E = Σ w ℓ, w = {c} there and 1 elsewhere", mend, loss_and_gradient),
        Family(f"{what}-error-weight", f"the error of {words} counts {{c}} times", "gradients", ("BACK-2",),
               "δ = ∂ℓ/∂z", "δ = w ∂ℓ/∂z, w = {c} there and 1 elsewhere", mend, gradient),
    )  # fmt: skip


def _positive_weight(c: float) -> type[Algorithm]:
    class Weighing(Algorithm):
        def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
            if network.loss != "binary_cross_entropy":
                return super().output_loss(network, output, targets)
            terms = c * targets * losses.softplus(-output.z) + (1 - targets) * losses.softplus(output.z)
            return self.reduce(network, terms, targets)

        def output_error(self, network: Network, output: Step, targets: Array) -> Array:
            if network.loss != "binary_cross_entropy":
                return super().output_error(network, output, targets)
            return (1 - targets) * output.a - c * targets * (1 - output.a)

    return Weighing


def _rate_by_depth(c: float) -> type[Algorithm]:
    return _rates(lambda network, index: c ** (len(network.layers) - 1 - index))


def _rate_by_layer(c: float) -> type[Algorithm]:
    return _rates(lambda network, index: c**index)


def _rates(factor: Callable[[Network, int], float]) -> type[Algorithm]:
    class OtherRates(Algorithm):
        def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
            scaled = [
                (factor(network, index) * weights, factor(network, index) * biases)
                for index, (weights, biases) in enumerate(gradients)
            ]
            return super().update(network, scaled, learning_rate)

    return OtherRates


#: Every family of weights.
WEIGHT_FAMILIES: tuple[Family, ...] = (
    *_families_of("first-output", "the first output", 1, 0),
    *_families_of("last-output", "the last output", 1, -1),
    *_families_of("first-sample", "the first sample", 0, 0),
    *_families_of("last-sample", "the last sample", 0, -1),
    Family("positive-weight", "the binary cross-entropy counts targets of 1 {c} times", "loss", ("LOSS-4", "BACK-8"),
           "−y log a − (1 − y) log(1 − a)", "−{c} y log a − (1 − y) log(1 − a)", "Leave the weight out.", _positive_weight,
           (0.0, inf)),
    Family("rate-by-depth", "each layer's learning rate is {c} times that of the layer above it", "update", ("UPD-1", "UPD-2"),
           "η in every layer", "η {c}^(L − l) in layer l", "Use one learning rate.", _rate_by_depth),
    Family("rate-by-layer", "each layer's learning rate is {c} times that of the layer below it", "update", ("UPD-1", "UPD-2"),
           "η in every layer", "η {c}^(l − 1) in layer l", "Use one learning rate.", _rate_by_layer),
)  # fmt: skip
