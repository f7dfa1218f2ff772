"""Faults of loops: an index that is one off, a sum that is not reset (FWD-2, BACK-3 to BACK-6)."""

from __future__ import annotations

from functools import partial
from itertools import accumulate

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Layer, Network

forward_fault = partial(known, phase="forward")
gradient_fault = partial(known, phase="gradients")


def _without_first_row(matrix: Array) -> Array:
    return np.concatenate([np.zeros_like(matrix[:1]), matrix[1:]])


def _without_last_row(matrix: Array) -> Array:
    return np.concatenate([matrix[:-1], np.zeros_like(matrix[-1:])])


def _without_last_column(matrix: Array) -> Array:
    return np.concatenate([matrix[:, :-1], np.zeros_like(matrix[:, -1:])], axis=1)


def _carried_on(matrix: Array) -> Array:
    """Every column with all the columns before it added."""
    columns = [matrix[:, j : j + 1] for j in range(matrix.shape[1])]
    return np.concatenate(list(accumulate(columns)), axis=1)


@forward_fault(
    "last-input-missed",
    "each unit's sum leaves out the last input",
    "FWD-2",
    right="z_j = b_j + Σ_i x_i w_ij over all inputs",
    wrong="z_j = b_j + Σ_i x_i w_ij without the last input",
    mend="Let the loop run over all inputs: range(n), not range(n − 1).",
)
class LastInputMissed(Algorithm):
    """An off-by-one of the inner loop, often where a bias was the last input once. The weights of the last input get
    their gradient all the same."""

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return x @ _without_last_row(layer.weights) + layer.biases


@forward_fault(
    "sum-carried-forward",
    "a unit's sum goes on from the sum of the unit before",
    "FWD-2",
    right="z_j = b_j + Σ_i x_i w_ij",
    wrong="z_j = z_{j−1} + b_j + Σ_i x_i w_ij",
    mend="Set the sum to 0 for each unit, inside the loop over units.",
)
class SumCarriedForward(Algorithm):
    """The variable is set to 0 once, before the loop over units. The first unit is right."""

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return _carried_on(super().pre_activation(network, layer, x))


@gradient_fault(
    "error-carried-back",
    "a hidden unit's error goes on from the error of the unit before",
    "BACK-3",
    right="e_j = Σ_k w_jk δ_k",
    wrong="e_j = e_{j−1} + Σ_k w_jk δ_k",
    mend="Set the error to 0 for each unit, inside the loop over units.",
)
class ErrorCarriedBack(Algorithm):
    """The variable is set to 0 once, before the loop over units. The first hidden unit is right."""

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        return _carried_on(super().back_propagated(network, next_layer, next_delta))


@gradient_fault(
    "last-error-missed",
    "the hidden error leaves out the last unit of the next layer",
    "BACK-3",
    right="e_j = Σ_k w_jk δ_k over all units k",
    wrong="e_j = Σ_k w_jk δ_k without the last",
    mend="Let the loop run over all units of the next layer.",
)
class LastErrorMissed(Algorithm):
    """An off-by-one of the inner loop. With one output the hidden layers get no error at all."""

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        return super().back_propagated(network, next_layer, _without_last_column(next_delta))


@gradient_fault(
    "first-input-untrained",
    "the weights of the first input get no gradient",
    "BACK-4",
    right="∂E/∂w_ij = x_i δ_j for i = 1 … n",
    wrong="∂E/∂w_1j = 0",
    mend="Let the loop begin with the first input: range(n), not range(1, n).",
)
class FirstInputUntrained(Algorithm):
    """An off-by-one of the loop over inputs, often where a bias was input 0 once."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return _without_first_row(super().weight_gradient(network, step, delta))


@gradient_fault(
    "last-input-untrained",
    "the weights of the last input get no gradient",
    "BACK-4",
    right="∂E/∂w_ij = x_i δ_j for i = 1 … n",
    wrong="∂E/∂w_nj = 0",
    mend="Let the loop run over all inputs: range(n), not range(n − 1).",
)
class LastInputUntrained(Algorithm):
    """An off-by-one of the loop over inputs, often where a bias was the last input once."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return _without_last_row(super().weight_gradient(network, step, delta))


@gradient_fault(
    "last-unit-untrained",
    "the last unit of each layer gets no gradient",
    "BACK-4",
    "BACK-5",
    right="∂E/∂w_ij = x_i δ_j for all units j",
    wrong="∂E/∂w_in = 0, ∂E/∂b_n = 0 for the last unit n",
    mend="Let the loop run over all units: range(n), not range(n − 1).",
)
class LastUnitUntrained(Algorithm):
    """An off-by-one of the loop over units. The unit's delta goes back to the layers before it, all the same."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().weight_gradient(network, step, _without_last_column(delta))

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().bias_gradient(network, step, _without_last_column(delta))


@gradient_fault(
    "last-bias-alone",
    "of each layer's biases the last unit's alone is learnt",
    "BACK-5",
    right="∂E/∂b_j = Σ_s δ_sj for all units j",
    wrong="∂E/∂b_n = Σ_s δ_sn for the last unit n, 0 for all others",
    mend="Update the bias inside the loop over the units: a line has slipped out of it.",
)
class LastBiasAlone(Algorithm):
    """A line is indented too little: it runs once, after the loop over the units, for the one that came last."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().bias_gradient(network, step, delta - _without_last_column(delta))


@gradient_fault(
    "first-sample-missed",
    "the first sample is left out of the gradient",
    "BACK-6",
    right="Σ over s = 1 … m",
    wrong="Σ over s = 2 … m",
    mend="Let the loop run over all samples: range(m), not range(1, m).",
)
class FirstSampleMissed(Algorithm):
    """An off-by-one of the loop over samples. With one sample nothing is learnt."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().weight_gradient(network, step, _without_first_row(delta))

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().bias_gradient(network, step, _without_first_row(delta))
