"""Faults of storage: parameters or data are kept in a shorter format than they are computed with (ACC-2, NET-5).

What is kept is given, and exact: its rounding is one number, in every arithmetic. What is computed stays as it is.
"""

from __future__ import annotations

from functools import partial, singledispatch
from typing import Any

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_reference.balls import BallArray, UndecidedError
from mlp_reference.bounded.array import BoundedArray
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import Array, Network

storage_fault = partial(known, phase="forward")


@singledispatch
def in_float32(given: Array) -> Array:
    """The numbers nearest to exact ones that float32 has, in the arithmetic of those given.

    Raises UndecidedError where a number is not exact: what it is rounded to depends on where in its ball it lies.
    """
    return np.asarray(given).astype(np.float32).astype(np.asarray(given).dtype)


@in_float32.register
def _of_balls(given: BallArray) -> BallArray:
    if not all(ball.is_exact() for ball in given.balls.flat):
        raise UndecidedError("only exact numbers can be stored in another format with certainty")
    floats = np.array([float(ball) for ball in given.balls.flat], np.float64).reshape(given.shape)
    return BallArray.exact(floats.astype(np.float32).astype(np.float64))


@in_float32.register
def _of_bounded(given: BoundedArray) -> BoundedArray:
    return BoundedArray.given(given.value.astype(np.float32).astype(np.float64), given.format)


class _Kept(Algorithm):
    """All four operations on what is kept of a network and of data. Training takes them over once, whatever it asks then."""

    _is_training = False

    def kept(self, network: Network, *data: Array) -> tuple[Any, ...]:
        """The network and the data as they are computed with."""
        return (network, *data)

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        return super().forward(*self._taken_over(network, inputs))

    def loss(self, network: Network, inputs: Array, targets: Array) -> Array:
        return super().loss(*self._taken_over(network, inputs, targets))

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        return super().gradients(*self._taken_over(network, inputs, targets))

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        network, inputs, targets = self._taken_over(network, inputs, targets)
        self._is_training = True
        try:
            return super().train(network, inputs, targets, learning_rate, epochs)
        finally:
            self._is_training = False

    def _taken_over(self, *given: Any) -> tuple[Any, ...]:
        return given if self._is_training else self.kept(*given)


@storage_fault(
    "parameters-in-float32",
    "the parameters are taken over in float32, and computed with in float64",
    "ACC-2",
    "NET-5",
    right="W as it is given",
    wrong="float32(W), float32(b)",
    mend="Keep the parameters in the claimed dtype: an array of zeros, say, with dtype=float64.",
    seen="weights read from a float32 file into a float64 program",
)
class ParametersInFloat32(_Kept):
    """Everything is computed in float64, from numbers that are 1e-8 off, relative. Short ones such as 0.5 do not show it."""

    def kept(self, network: Network, *data: Array) -> tuple[Any, ...]:
        return (network.with_parameters([(in_float32(w), in_float32(b)) for w, b in network.parameters]), *data)


@storage_fault(
    "weights-in-float32",
    "the weights are taken over in float32, the biases in float64",
    "ACC-2",
    "NET-5",
    right="W as it is given",
    wrong="float32(W)",
    mend="Keep the weights in the claimed dtype.",
)
class WeightsInFloat32(_Kept):
    """Everything is computed in float64, from weights that are 1e-8 off, relative."""

    def kept(self, network: Network, *data: Array) -> tuple[Any, ...]:
        return (network.with_parameters([(in_float32(w), b) for w, b in network.parameters]), *data)


@storage_fault(
    "data-in-float32",
    "inputs and targets are taken over in float32, and computed with in float64",
    "ACC-2",
    "FWD-1",
    right="x, y as they are given",
    wrong="float32(x), float32(y)",
    mend="Keep the data in the claimed dtype.",
    seen="data sets that are loaded as float32",
)
class DataInFloat32(_Kept):
    """Everything is computed in float64, from data that are 1e-8 off, relative. Data such as 0 and 1 do not show it."""

    def kept(self, network: Network, *data: Array) -> tuple[Any, ...]:
        return (network, *map(in_float32, data))
