"""Expected values: for any case, enclosures of the exact results and the derived bound of every number (ACC-1).

The reference algorithm is evaluated on balls and on bounded values. The working precision is raised until each enclosure
is much narrower than its bound, so that an implementation's number is either within the bound of the exact number or
surely not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from math import prod
from typing import Any, TypeVar

import numpy as np

from mlp_reference.balls import BallArray, UndecidedError, precision
from mlp_reference.bounded import BoundedArray, Carried
from mlp_reference.descent import trained
from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Case, Network

#: An enclosure must be narrower than this part of its bound, where the bound is not 0.
NARROW = 1e-3
_PRECISIONS = (128, 256, 512, 1024, 2048, 4096)
_T = TypeVar("_T")


class PrecisionError(ArithmeticError):
    """No precision that we try narrows the enclosures enough: the case is chaotic or degenerate."""


@dataclass(frozen=True)
class Expected:
    """Certified values of one array: every exact number lies within `radius` of high + low (float64 pairs, unevaluated).

    bound: the derived tolerance of each number; 0 says that the number is exact, infinity that nothing can be said.
    """

    high: np.ndarray
    low: np.ndarray
    radius: np.ndarray
    bound: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return self.high.shape

    def split(self, shapes: list[tuple[int, ...]]) -> list[Expected]:
        """The arrays of those shapes of which this one is the numbers, end to end."""
        parts = zip(*(_pieces(part, shapes) for part in (self.high, self.low, self.radius, self.bound)), strict=True)
        return [Expected(*part) for part in parts]

    @cached_property
    def informative(self) -> np.ndarray:
        """Where the bound is narrower than the scale of the array: elsewhere it says nothing (ACC-4)."""
        return self.informative_within([self.high.size])

    def informative_within(self, lengths: list[int]) -> np.ndarray:
        """The same where this is several arrays, end to end, of so many numbers each: each of them has its own scale."""
        finite = np.isfinite(self.bound) & np.isfinite(self.high)
        sizes = np.where(finite, np.abs(self.high), 0.0)
        if len(lengths) == 1:
            scale: Any = np.maximum.reduce(sizes, axis=None, initial=0.0)
        else:
            scale = np.repeat(np.maximum.reduceat(sizes, [0, *accumulate(lengths[:-1])]), lengths)
        return finite & ((self.bound < scale) | (self.bound == 0))


def joined(parts: list[Expected]) -> Expected:
    """The numbers of those arrays, end to end."""
    columns = zip(*((part.high, part.low, part.radius, part.bound) for part in parts), strict=True)
    return Expected(*map(_end_to_end, map(list, columns)))


@dataclass(frozen=True)
class Trained:
    """What `train` answers: (weights, biases) a layer after the epochs, and the loss before each update."""

    parameters: list[tuple[Expected, Expected]]
    losses: list[Expected]


class _OnePass(Algorithm):
    """The right algorithm, which remembers its first passes: activations, loss, gradients and training of a case share them."""

    def __init__(self) -> None:
        self._forward: tuple[Any, Any, list[Step]] = (None, None, [])
        self._backward: tuple[Any, Any, Parameters] = (None, None, [])

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        if self._forward[0] is None:
            self._forward = (network, inputs, super().forward_pass(network, inputs))
        if self._forward[0] is network and self._forward[1] is inputs:
            return self._forward[2]
        return super().forward_pass(network, inputs)

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        if self._backward[0] is None:
            self._backward = (steps, targets, super().backward_pass(network, steps, targets))
        if self._backward[0] is steps and self._backward[1] is targets:
            return self._backward[2]
        return super().backward_pass(network, steps, targets)


class Oracle:
    """Certified values and bounds of a case, in a format, each computed when first asked for.

    `algorithm` is the right one unless a known fault's exact answers are wanted.

    Raises, when asked for a value: `balls.UndecidedError` where ReLU or a clip meets a number that no precision tells
    from its kink, `PrecisionError` where no precision is enough.
    """

    def __init__(self, case: Case, format: Format, algorithm: Algorithm | None = None) -> None:
        self.case = case
        self.format = format
        self.algorithm = algorithm
        self._balls: dict[int, tuple[Algorithm, Case]] = {}

    @property
    def reading(self) -> type[Algorithm]:
        """The way in which the right algorithm is written, or the fault."""
        return type(self.algorithm or Algorithm())

    @cached_property
    def activations(self) -> list[Expected]:
        """Of every layer, m by n_l."""
        return self._certified(_forward)

    @cached_property
    def loss(self) -> Expected:
        """E, of shape ()."""
        return self._certified(_loss)[0]

    @cached_property
    def gradients(self) -> list[tuple[Expected, Expected]]:
        """(dE/dW, dE/db) of every layer."""
        return _pairs(self._certified(_gradients))

    @cached_property
    def trained(self) -> Trained:
        """After the case's epochs."""
        found = self._certified(_train)
        count = 2 * len(self.case.network.layers)
        return Trained(_pairs(found[:count]), found[count:])

    # ---- the bounds alone, without the exact values: what comparing two answers needs

    @cached_property
    def activation_bounds(self) -> list[np.ndarray]:
        """Of every layer's activations."""
        return self._bounds(_forward)

    @cached_property
    def loss_bound(self) -> np.ndarray:
        """Of E."""
        return self._bounds(_loss)[0]

    @cached_property
    def gradient_bounds(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Of (dE/dW, dE/db) of every layer, however the derivatives are carried."""
        return _pairs(self._bounds(lambda _, case: _gradients(self.algorithm or Carried(), case)))

    @cached_property
    def parameter_bounds(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Of the weights and biases of every layer after the case's epochs."""
        return _pairs(self._bounds(_train)[: 2 * len(self.case.network.layers)])

    @cached_property
    def reported_loss_bounds(self) -> list[np.ndarray]:
        """Of the loss before each update."""
        return self._bounds(_train)[2 * len(self.case.network.layers) :]

    def _bounds(self, compute: Callable[[Algorithm, Case], list[Any]]) -> list[np.ndarray]:
        with np.errstate(all="ignore"):  # infinities and NaN are how a bound says that it knows nothing
            return [array.bound for array in compute(*self._bounded)]

    def _certified(self, compute: Callable[[Algorithm, Case], list[Any]]) -> list[Expected]:
        with np.errstate(all="ignore"):  # infinities and NaN are how a bound says that it knows nothing
            bounded = compute(*self._bounded)
        for bits in _PRECISIONS:
            with precision(bits):
                try:
                    enclosed = BallArray(_end_to_end([array.balls for array in compute(*self._enclosed(bits))])).decompose()
                except UndecidedError:
                    if bits == _PRECISIONS[-1]:
                        raise
                    continue
            found = Expected(*enclosed, _end_to_end([array.bound for array in bounded]))
            if _is_narrow(found):
                return found.split([array.shape for array in bounded])
        raise PrecisionError(f"the enclosures are still too wide at {_PRECISIONS[-1]} bits")

    @cached_property
    def _bounded(self) -> tuple[Algorithm, Case]:
        return self._algorithm(), _mapped_at_once(self.case, lambda values: BoundedArray.given(values, self.format))

    def _enclosed(self, bits: int) -> tuple[Algorithm, Case]:
        if bits not in self._balls:
            self._balls[bits] = self._algorithm(), _mapped_at_once(self.case, BallArray.exact)
        return self._balls[bits]

    def _algorithm(self) -> Algorithm:
        return self.algorithm or _OnePass()


def as_judged(loss: Expected, case: Case, format: Format) -> Expected:
    """The loss with room for a sum of squares that is computed as the square of a norm (ACC-3).

    The root's relative error is doubled by the square, which has one of its own: 4 u, even where the sum is exact.
    """
    if case.network.loss not in ("half_squared_error", "squared_error"):
        return loss
    return replace(loss, bound=loss.bound + 4 * format.unit_roundoff * np.abs(loss.high))


def _is_narrow(expected: Expected) -> bool:
    finite = np.isfinite(expected.bound)
    allowed = np.where(expected.bound > 0, NARROW * expected.bound, 2.0**-100 * np.abs(expected.high))
    return bool(np.all(expected.radius[finite] <= allowed[finite]))


def _mapped_at_once(case: Case, convert: Callable[[np.ndarray], Array]) -> Case:
    """The case with `convert` applied to all its numbers at once: ten small arrays cost ten times what one does."""
    arrays: list[np.ndarray] = []
    case.map(lambda values: arrays.append(np.asarray(values)))
    pieces = iter(_pieces(convert(_end_to_end(arrays)), [array.shape for array in arrays]))
    return case.map(lambda values: next(pieces))


def _end_to_end(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in arrays])


def _pieces(numbers: Array, shapes: list[tuple[int, ...]]) -> list[Array]:
    """What `_end_to_end` joined, of those shapes again."""
    ends = list(accumulate(prod(shape) for shape in shapes))
    return [numbers[start:end].reshape(shape) for start, end, shape in zip([0, *ends], ends, shapes, strict=False)]


def _forward(algorithm: Algorithm, case: Case) -> list[Array]:
    return algorithm.forward(case.network, case.inputs)


def _loss(algorithm: Algorithm, case: Case) -> list[Array]:
    return [algorithm.loss(case.network, case.inputs, case.targets)]


def _gradients(algorithm: Algorithm, case: Case) -> list[Array]:
    return _flat(algorithm.gradients(case.network, case.inputs, case.targets))


def _train(algorithm: Algorithm, case: Case) -> list[Array]:
    parameters, losses = trained(algorithm, case)
    return [*_flat(parameters), *losses]


def _flat(parameters: list[tuple[Any, Any]]) -> list[Any]:
    return [array for pair in parameters for array in pair]


def _pairs(arrays: list[_T]) -> list[tuple[_T, _T]]:
    return list(zip(arrays[::2], arrays[1::2], strict=True))
