"""Rigorous enclosures: arrays of real balls (Arb, through python-flint) that NumPy code computes with unchanged.

A ball is a midpoint and a radius; every operation returns a ball that contains every possible exact result. `BallArray`
takes part in NumPy's protocols (NEP 13 and NEP 18), so the reference algorithm, given BallArrays, yields enclosures of
the exact results. The working precision is python-flint's: use `with precision(bits):`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from typing import Any

import flint
import numpy as np
from flint import arb
from numpy.lib.mixins import NDArrayOperatorsMixin


class UndecidedError(ArithmeticError):
    """A comparison depends on where in its ball the number lies: ReLU or a clip exactly at, or too near, its kink."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with that many bits inside the `with` block."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def ball(number: Any) -> arb:
    """The exact number as a ball: an int, a float (its exact binary value), a Fraction, or a ball as it is."""
    if type(number) is float:  # most are, and the other questions cost more than the answer
        return arb(number)
    if isinstance(number, arb):
        return number
    if isinstance(number, Fraction):
        return arb(flint.fmpq(number.numerator, number.denominator))
    if isinstance(number, int | np.integer):
        return arb(int(number))
    return arb(float(number))


def _sign(x: arb) -> int:
    if x > 0:
        return 1
    if x < 0:
        return -1
    if x == 0:
        return 0
    raise UndecidedError(f"cannot tell on which side of 0 the enclosure {x} lies")


def _compare(test: Callable[[int], bool]) -> Callable[[arb, arb], bool]:
    return lambda x, y: test(_sign(x - y))


def _log_add_exp(x: arb, y: arb) -> arb:
    low, high = (x, y) if x.mid() < y.mid() else (y, x)
    return high + (low - high).exp().log1p()


#: NumPy functions of one or two numbers that need more than the object array's own loop.
_ELEMENTWISE: dict[str, np.ufunc] = {
    "maximum": np.frompyfunc(lambda x, y: x.max(y), 2, 1),
    "minimum": np.frompyfunc(lambda x, y: x.min(y), 2, 1),
    "heaviside": np.frompyfunc(lambda x, at_zero: {1: arb(1), 0: at_zero, -1: arb(0)}[_sign(x)], 2, 1),
    "logaddexp": np.frompyfunc(_log_add_exp, 2, 1),
    "exp": np.frompyfunc(arb.exp, 1, 1),
    "log1p": np.frompyfunc(arb.log1p, 1, 1),
    "absolute": np.frompyfunc(abs, 1, 1),
    "square": np.frompyfunc(lambda x: x * x, 1, 1),
    "power": np.frompyfunc(lambda x, y: x * x if y == 2 else x**y, 2, 1),
    "greater": np.frompyfunc(_compare(lambda sign: sign > 0), 2, 1),
    "greater_equal": np.frompyfunc(_compare(lambda sign: sign >= 0), 2, 1),
    "less": np.frompyfunc(_compare(lambda sign: sign < 0), 2, 1),
    "less_equal": np.frompyfunc(_compare(lambda sign: sign <= 0), 2, 1),
    "equal": np.frompyfunc(_compare(lambda sign: sign == 0), 2, 1),
}
_COMPARISONS = {"greater", "greater_equal", "less", "less_equal", "equal"}
_as_balls = np.frompyfunc(ball, 1, 1)


def _operator(ufunc: np.ufunc, reflected: bool = False) -> Any:
    """The method behind an operator: object arrays add and multiply by themselves, without NumPy's dispatch on the way."""

    def operate(self: BallArray, other: Any) -> BallArray:
        operands = (_unwrap(other), self.balls) if reflected else (self.balls, _unwrap(other))
        return BallArray(ufunc(*operands))

    return operate


class BallArray(NDArrayOperatorsMixin):
    """An array of balls, of any shape; `balls` is the object array of `flint.arb` behind it."""

    __slots__ = ("balls",)

    def __init__(self, balls: Any) -> None:
        self.balls = np.asarray(balls, dtype=object)

    @classmethod
    def exact(cls, values: Any) -> BallArray:
        """The exact values (floats as their binary values, ints, Fractions) as balls of radius 0, or nearly so."""
        array = np.asarray(values)
        if array.dtype == np.float64 and array.ndim:
            return cls(_objects([arb(x) for x in array.ravel().tolist()], array.shape))
        return cls(_as_balls(array))

    @property
    def shape(self) -> tuple[int, ...]:
        return self.balls.shape

    @property
    def ndim(self) -> int:
        return self.balls.ndim

    @property
    def size(self) -> int:
        return self.balls.size

    @property
    def T(self) -> BallArray:  # noqa: N802 - NumPy's name
        return BallArray(self.balls.T)

    __add__, __radd__ = _operator(np.add), _operator(np.add, reflected=True)
    __sub__, __rsub__ = _operator(np.subtract), _operator(np.subtract, reflected=True)
    __mul__, __rmul__ = _operator(np.multiply), _operator(np.multiply, reflected=True)
    __truediv__, __rtruediv__ = _operator(np.true_divide), _operator(np.true_divide, reflected=True)

    def __matmul__(self, other: Any) -> BallArray:
        return BallArray(_matmul(self.balls, _unwrap(other)))

    def __len__(self) -> int:
        return len(self.balls)

    def __getitem__(self, key: Any) -> BallArray:
        return BallArray(self.balls[key])

    def reshape(self, shape: tuple[int, ...]) -> BallArray:
        return BallArray(self.balls.reshape(shape))

    def __repr__(self) -> str:
        return f"BallArray({self.balls.tolist()})"

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *arguments: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            return NotImplemented
        operands = [_unwrap(argument) for argument in arguments]
        if ufunc is np.matmul:
            return BallArray(_matmul(*operands))
        name = ufunc.__name__
        result = np.asarray(_ELEMENTWISE.get(name, ufunc)(*operands))
        return result.astype(bool) if name in _COMPARISONS else BallArray(result)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        if function is np.sum:
            return BallArray(np.add.reduce(*map(_unwrap, arguments), **{"axis": None} | options))
        if function is np.max:
            return BallArray(_ELEMENTWISE["maximum"].reduce(*map(_unwrap, arguments), **{"axis": None} | options))
        if function is np.where:
            condition, *branches = arguments
            return BallArray(np.where(condition, *map(_unwrap, branches)))
        if function is np.ones_like:
            return BallArray.exact(np.ones(arguments[0].shape, dtype=int))
        if function is np.zeros_like:
            return BallArray.exact(np.zeros(arguments[0].shape, dtype=int))
        if function is np.concatenate:
            return BallArray(np.concatenate([_unwrap(part) for part in arguments[0]], *arguments[1:], **options))
        return NotImplemented

    def sum(self, axis: int | None = None, keepdims: bool = False) -> BallArray:
        options: Any = {"axis": axis, "keepdims": keepdims}
        return BallArray(np.add.reduce(self.balls, **options))

    def decompose(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(high, low, radius) in float64: each exact number lies within radius of high + low, which is unevaluated."""
        balls = self.balls.ravel().tolist()
        middles = [x.mid() for x in balls]
        highs = [float(middle) for middle in middles]
        high, low, radius = (
            np.array(part, dtype=np.float64).reshape(self.shape)
            for part in (
                highs,
                [float(middle - nearest) for middle, nearest in zip(middles, highs, strict=True)],
                [float(x.rad()) for x in balls],
            )
        )
        finite = np.isfinite(high)
        low = np.where(finite, low, 0.0)
        return high, low, np.where(finite, radius * (1 + 2.0**-40) + np.abs(low) * 2.0**-52, np.inf)


def _unwrap(value: Any) -> np.ndarray:
    if isinstance(value, BallArray):
        return value.balls
    return _constant(value) if isinstance(value, int | float) else np.asarray(_as_balls(np.asarray(value)), dtype=object)


@lru_cache(maxsize=256)
def _constant(number: float) -> np.ndarray:
    return np.asarray(ball(number), dtype=object)


def _objects(balls: list[arb], shape: tuple[int, ...]) -> np.ndarray:
    """The balls as an array of that shape; NumPy is not asked what kind of sequence each of them is."""
    found = np.empty(len(balls), dtype=object)
    found[:] = balls
    return found.reshape(shape)


def _matmul(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    (m, k), n = left.shape, right.shape[1]
    product = flint.arb_mat(m, k, left.ravel().tolist()) * flint.arb_mat(k, n, right.ravel().tolist())
    return _objects(product.entries(), (m, n))
