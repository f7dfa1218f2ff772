"""The error model as rules: how each operation carries and adds to a bound (ACC-1)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from mlp_reference.bounded.array import (
    FUNCTION_RULES,
    INFINITE,
    PRODUCTS_AT_ONCE,
    SLACK,
    UFUNC_RULES,
    ZERO,
    BoundedArray,
    constant,
    underflow,
    unknown_is_infinite,
    within,
)
from mlp_reference.formats import Format


def rounded_result(format: Format, value: np.ndarray, error: np.ndarray, units: float = 1) -> BoundedArray:
    """A result that was rounded with a relative error of `units` u on top of the error its operands brought."""
    magnitude = np.abs(value) + (error + error)
    total = (error + units * format.unit_roundoff * magnitude * (1 + 4 * format.unit_roundoff)) * SLACK
    total = total + underflow(np.abs(value) - total, magnitude, format)
    return BoundedArray(format, value, unknown_is_infinite(total))


# ---- sums


def _add(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    return BoundedArray(
        a.format,
        a.value + b.value,
        a.error + b.error,
        a.mass + b.mass,
        a.count + b.count,
        None if a.quantum is None or b.quantum is None else np.minimum(a.quantum, b.quantum),
    )


def _negative(a: BoundedArray) -> BoundedArray:
    return BoundedArray(a.format, -a.value, a.error, a.mass, a.count, a.quantum)


def subtract(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    return BoundedArray(
        a.format,
        a.value - b.value,
        a.error + b.error,
        a.mass + b.mass,
        a.count + b.count,
        None if a.quantum is None or b.quantum is None else np.minimum(a.quantum, b.quantum),
    )


# ---- products


def _product_quanta(p: np.ndarray, q: np.ndarray, mass: np.ndarray, format: Format) -> np.ndarray | None:
    """The quantum of products of exact numbers: kept where they are exact in turn and cannot underflow.

    0 is "not exact", infinity "is 0"; a zero factor makes an exact zero of anything. None if no product is exact.
    """
    quantum = np.fmin(p * q, INFINITE)
    exact = (mass <= quantum * 2.0**format.precision) & (quantum >= format.arrays.smallest_normal)
    return np.where(exact, quantum, ZERO) if np.count_nonzero(exact) else None


def _is_exact_zero(a: BoundedArray) -> np.ndarray:
    return (a.value == ZERO) & (a.bound == ZERO)


def _multiply(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    if a.ndim == 0 and b.ndim > 0:
        return _multiply(b, a)
    if b.ndim == 0:
        return _scaled(a, b)
    format, ma, mb = a.format, a.magnitude, b.magnitude
    value = a.value * b.value
    error = a.near * b.bound + mb * a.bound
    magnitude = ma * mb
    rounding = format.arrays.unit_roundoff * magnitude
    if a.all_rounded and b.all_rounded:
        error = (error + rounding) * SLACK
        error = error + underflow(np.abs(value) - error, magnitude, format)
        return BoundedArray(format, value, within(magnitude, format, error))
    rounding = np.where(a.is_power_of_two | b.is_power_of_two, ZERO, rounding)
    error = (error + rounding) * SLACK
    error = error + underflow(np.abs(value) - error, magnitude, format)
    quantum = _product_quanta(a.settled, b.settled, magnitude, format)
    if quantum is not None:
        error = np.where(quantum > ZERO, ZERO, error)
    error = within(magnitude, format, error)
    nothing = _is_exact_zero(a) | _is_exact_zero(b)  # 0 times anything, a logarithm of 0 included (LOSS-9)
    if np.count_nonzero(nothing):
        value, error = np.where(nothing, ZERO, value), np.where(nothing, ZERO, error)
        quantum = np.where(nothing, INFINITE, ZERO if quantum is None else quantum)
    return BoundedArray(format, value, error, quantum=quantum)


def _scaled(a: BoundedArray, factor: BoundedArray) -> BoundedArray:
    """A sum times one number, which may as well have multiplied each term: the result is still a sum."""
    format, ef = a.format, float(factor.bound)
    size = abs(float(factor.value)) + 2 * ef
    mass = a.mass * size
    error = a.error * size + a.mass * ef if ef else a.error * size
    if not factor.is_power_of_two:
        error = error + format.arrays.unit_roundoff * mass
    error = error * SLACK
    if a.count > 1:
        if size < 1:  # whichever of the terms becomes that small
            error = error + a.count * np.minimum(mass, format.arrays.smallest_normal)
    else:
        error = error + underflow(np.abs(a.value) * size - error, mass, format)
    error = unknown_is_infinite(error)  # 0 times what is unknown
    quantum = None if a.quantum is None else _product_quanta(a.quantum, factor.settled, mass, format)
    if quantum is not None:
        error = np.where((quantum > ZERO) & (a.error == ZERO), ZERO, error)
    error = within(mass, format, error)
    return BoundedArray(format, a.value * factor.value, error, mass, a.count, quantum)


def _divide(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    """a / b, or a times the reciprocal of b: two roundings."""
    if b.ndim == 0:
        return _scaled(a, _reciprocal(b)) if a.ndim or a.count > 1 else _quotient(a, b)
    return _quotient(a, b)


def _reciprocal(b: BoundedArray) -> BoundedArray:
    """1 / b, of one number."""
    if b.quantum is not None and b.bound == 0:
        return _reciprocal_of(float(b.value), b.format)
    return _inverted(b)


@lru_cache(maxsize=256)
def _reciprocal_of(number: float, format: Format) -> BoundedArray:
    """Divisors are small integers, and come again and again."""
    return _inverted(constant(number, format))


def _inverted(b: BoundedArray) -> BoundedArray:
    inverse = 1 / b.value
    if b.is_power_of_two:
        return constant(float(inverse), b.format)
    eb = b.bound
    error = np.abs(inverse) * eb / np.maximum(np.abs(b.value) - 2 * eb, 0) if np.any(eb) else np.zeros_like(inverse)
    return rounded_result(b.format, np.asarray(inverse), np.asarray(error))


def _quotient(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    ea, eb = a.bound, b.bound
    value = np.where(b.value == 0, np.nan, a.value / b.value)
    smallest = np.maximum(np.abs(b.value) - 2 * eb, 0)
    largest = (np.abs(a.value) + ea) / smallest
    error = (ea + largest * eb) / smallest
    exact_zero = (a.value == 0) & (ea == 0) & (smallest > 0)
    return rounded_result(a.format, np.where(exact_zero, 0.0, value), np.where(exact_zero, 0.0, error), units=2)


def _power(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    """Squares only; a library's power function may round once more than a product."""
    if b.ndim or b.value != 2:
        raise ValueError("only squares have a bound")
    square = _multiply(a, a)
    extra = square.format.unit_roundoff * square.magnitude
    if square.quantum is not None:
        extra = np.where(square.quantum > ZERO, ZERO, extra)
    return BoundedArray(a.format, square.value, square.error + extra, quantum=square.quantum)


def _matmul(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    """Rows times columns: each entry a sum of k products, in any order, fused or not."""
    format, ma, mb = a.format, a.magnitude, b.magnitude
    value = a.value @ b.value
    mass = ma @ mb
    error = a.near @ b.bound + a.bound @ mb
    error = (error + format.arrays.unit_roundoff * mass + _flushed_products(a, b, mass)) * SLACK
    quantum = None
    if not (a.all_rounded and b.all_rounded):
        rows = np.minimum.reduce(a.settled, axis=1, initial=np.inf)
        columns = np.minimum.reduce(b.settled, axis=0, initial=np.inf)
        quantum = _product_quanta(rows[:, None], columns, mass, format)
        if quantum is not None:
            error = np.where(quantum > ZERO, ZERO, error)
    error = within(mass, format, error)
    return BoundedArray(format, value, error, unknown_is_infinite(mass), a.shape[1], quantum)


def _flushed_products(a: BoundedArray, b: BoundedArray, mass: np.ndarray) -> Any:
    """What underflow may cost a sum of products."""
    format, (m, k), n = a.format, a.shape, b.shape[1]
    if a.smallest * b.smallest * (1 - format.unit_roundoff) >= format.smallest_normal:
        return ZERO
    if m * k * n > PRODUCTS_AT_ONCE or not np.all(np.isfinite(mass)):
        return np.minimum(mass, k * format.smallest_normal)
    lowest, highest = (one[:, :, None] * other[None, :, :] for one, other in ((a.least, b.least), (a.magnitude, b.magnitude)))
    lost = underflow(lowest, highest, format)
    return lost.sum(axis=1) if lost.ndim else lost


# ---- decisions


def _extreme(choose: np.ufunc) -> Callable[[BoundedArray, BoundedArray], BoundedArray]:
    """Maximum or minimum: where it is certain which operand wins, its bound; else the larger one."""

    def rule(a: BoundedArray, b: BoundedArray) -> BoundedArray:
        ea, eb = a.bound, b.bound
        value = choose(a.value, b.value)
        certain = np.abs(a.value - b.value) > (ea + eb) + (ea + eb)
        takes_a = value == a.value
        error = np.where(certain, np.where(takes_a, ea, eb), np.maximum(ea, eb))
        return BoundedArray(a.format, value, error, quantum=_chosen_quanta(takes_a, a, b, error))

    return rule


def _chosen_quanta(takes_a: np.ndarray, a: BoundedArray, b: BoundedArray, bound: np.ndarray) -> np.ndarray | None:
    """The quanta of what is taken from either of two arrays, where it is exact."""
    if a.quantum is None and b.quantum is None:
        return None
    p, q = (ZERO if x.quantum is None else x.quantum for x in (a, b))
    return np.where(bound == ZERO, np.where(takes_a, p, q), ZERO)


def _heaviside(a: BoundedArray, at_zero: BoundedArray) -> BoundedArray:
    """0 or 1 where the side is certain; undecided, anything between, which the bound 1 says."""
    e = a.bound
    certain = (np.abs(a.value) > e + e) | _is_exact_zero(a)
    value = np.heaviside(a.value, at_zero.value)
    quantum = np.where(certain, np.where(value == 0, INFINITE, np.where(value == 1, 1.0, at_zero.settled)), ZERO)
    return BoundedArray(a.format, value, np.where(certain, ZERO, 1.0), quantum=quantum)


def _absolute(a: BoundedArray) -> BoundedArray:
    return BoundedArray(a.format, np.abs(a.value), a.bound, quantum=a.quantum)


def _equal(a: BoundedArray, b: BoundedArray) -> Any:
    """Where the values are the same: certain of given numbers; of computed ones the balls will say that they cannot tell."""
    return a.value == b.value


UFUNC_RULES |= {
    np.add: _add,
    np.subtract: subtract,
    np.negative: _negative,
    np.multiply: _multiply,
    np.true_divide: _divide,
    np.power: _power,
    np.matmul: _matmul,
    np.maximum: _extreme(np.maximum),
    np.minimum: _extreme(np.minimum),
    np.heaviside: _heaviside,
    np.absolute: _absolute,
    np.equal: _equal,
}


def _sum(format: Format, a: BoundedArray, axis: int | None = None, keepdims: bool = False) -> BoundedArray:
    return a.sum(axis, keepdims)


def _ones_like(format: Format, a: BoundedArray) -> BoundedArray:
    return BoundedArray.given(np.ones_like(a.value), format)


def _zeros_like(format: Format, a: BoundedArray) -> BoundedArray:
    return BoundedArray.given(np.zeros_like(a.value), format)


def _where(format: Format, condition: np.ndarray, a: Any, b: Any) -> BoundedArray:
    a, b = (x if isinstance(x, BoundedArray) else BoundedArray.given(x, format) for x in (a, b))
    bound = np.where(condition, a.bound, b.bound)
    value = np.where(condition, a.value, b.value)
    return BoundedArray(format, value, bound, quantum=_chosen_quanta(condition, a, b, bound))


def _concatenate(format: Format, parts: Any, axis: int = 0) -> BoundedArray:
    bounded = [x if isinstance(x, BoundedArray) else BoundedArray.given(x, format) for x in parts]
    value, bound = (np.concatenate([getattr(x, name) for x in bounded], axis) for name in ("value", "bound"))
    quanta = [np.zeros_like(x.value) if x.quantum is None else x.quantum for x in bounded]
    return BoundedArray(format, value, bound, quantum=np.where(bound == 0, np.concatenate(quanta, axis), 0.0))


FUNCTION_RULES |= {
    np.sum: _sum,
    np.ones_like: _ones_like,
    np.zeros_like: _zeros_like,
    np.where: _where,
    np.concatenate: _concatenate,
}
