"""The error model as rules: how each operation carries and adds to a bound (ACC-1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mlp_reference.bounded.array import (
    FUNCTION_RULES,
    PRODUCTS_AT_ONCE,
    SLACK,
    UFUNC_RULES,
    BoundedArray,
    underflow,
)
from mlp_reference.formats import Format


def rounded_result(format: Format, value: np.ndarray, error: np.ndarray, units: float = 1) -> BoundedArray:
    """A result that was rounded with a relative error of `units` u on top of the error its operands brought."""
    with np.errstate(invalid="ignore", over="ignore"):
        magnitude = np.abs(value) + 2 * error
        total = (error + units * format.unit_roundoff * magnitude * (1 + 4 * format.unit_roundoff)) * SLACK
        total = total + underflow(magnitude, format)
    return BoundedArray(format, value, unknown_is_infinite(total))


def _overflow(magnitude: np.ndarray, format: Format) -> np.ndarray:
    """Nothing can be said of a number that may not fit the format."""
    return np.where(magnitude > format.largest, np.inf, 0.0)


def unknown_is_infinite(bound: np.ndarray) -> np.ndarray:
    """0 times infinity and its like say nothing about an error: so does an infinite bound."""
    return np.where(np.isnan(bound), np.inf, bound)


# ---- sums


def _add(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    return BoundedArray(
        a.format,
        a.value + b.value,
        a.error + b.error,
        a.mass + b.mass,
        a.count + b.count,
        np.minimum(a.quantum, b.quantum),
    )


def _negative(a: BoundedArray) -> BoundedArray:
    return BoundedArray(a.format, -a.value, a.error, a.mass, a.count, a.quantum)


def subtract(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    return _add(a, _negative(b))


# ---- products


def _quanta(quantum: np.ndarray, mass: np.ndarray, format: Format) -> np.ndarray:
    """The quantum of products: kept where they are exact and cannot underflow."""
    exact = (mass <= quantum * 2.0**format.precision) & (quantum >= format.smallest_normal)
    return np.where(exact, quantum, 0.0)


def _quantum_product(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The product of two quanta: 0 is "not exact", infinity "is 0"; a zero factor makes an exact zero of anything."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(np.isinf(p) | np.isinf(q), np.inf, p * q)


def _is_power_of_two(a: BoundedArray) -> np.ndarray:
    return (a.error == 0) & (a.count == 1) & (np.abs(a.value) == a.quantum)


def _is_exact_zero(a: BoundedArray, bound: np.ndarray) -> np.ndarray:
    return (a.value == 0) & (bound == 0)


def _multiply(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    if a.ndim == 0 and b.ndim > 0:
        return _multiply(b, a)
    if b.ndim == 0:
        return _scaled(a, b)
    format, ea, eb = a.format, a.bound, b.bound
    with np.errstate(invalid="ignore", over="ignore"):
        value = a.value * b.value
        error = (np.abs(a.value) + ea) * eb + (np.abs(b.value) + eb) * ea + ea * eb
        magnitude = (np.abs(a.value) + 2 * ea) * (np.abs(b.value) + 2 * eb)
        settled = np.where(ea == 0, a.quantum, 0.0), np.where(eb == 0, b.quantum, 0.0)
        quantum = _quanta(_quantum_product(*settled), magnitude, format)
        rounding = np.where(_is_power_of_two(a) | _is_power_of_two(b), 0.0, format.unit_roundoff * magnitude)
        error = np.where(quantum > 0, 0.0, (error + rounding) * SLACK + underflow(magnitude, format))
        error = error + _overflow(magnitude, format)
    nothing = _is_exact_zero(a, ea) | _is_exact_zero(b, eb)  # 0 times anything, a logarithm of 0 included (LOSS-9)
    return BoundedArray(
        format,
        np.where(nothing, 0.0, value),
        np.where(nothing, 0.0, unknown_is_infinite(error)),
        quantum=np.where(nothing, np.inf, quantum),
    )


def _scaled(a: BoundedArray, factor: BoundedArray) -> BoundedArray:
    """A sum times one number, which may as well have multiplied each term: the result is still a sum."""
    format, ef = a.format, factor.bound
    size = np.abs(factor.value) + 2 * ef
    with np.errstate(invalid="ignore", over="ignore"):
        mass = a.mass * size
        quantum = _quanta(_quantum_product(a.quantum, np.where(ef == 0, factor.quantum, 0.0)), mass, format)
        rounding = np.where(_is_power_of_two(factor), 0.0, format.unit_roundoff * mass)
        flushed = a.count * np.minimum(underflow(mass / max(a.count, 1), format), format.smallest_normal)
        error = (a.error * size + a.mass * ef + rounding) * SLACK + flushed
        error = np.where((quantum > 0) & (a.error == 0), 0.0, unknown_is_infinite(error)) + _overflow(mass, format)
    return BoundedArray(format, a.value * factor.value, error, mass, a.count, quantum)


def _divide(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    """a / b, or a times the reciprocal of b: two roundings."""
    if b.ndim == 0:
        return _scaled(a, _reciprocal(b)) if a.ndim or a.count > 1 else _quotient(a, b)
    return _quotient(a, b)


def _reciprocal(b: BoundedArray) -> BoundedArray:
    inverse = 1 / b.value
    if _is_power_of_two(b):
        return BoundedArray.given(inverse, b.format)
    eb = b.bound
    error = np.abs(inverse) * eb / np.maximum(np.abs(b.value) - 2 * eb, 0) if np.any(eb) else np.zeros_like(inverse)
    return rounded_result(b.format, np.asarray(inverse), np.asarray(error))


def _quotient(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    ea, eb = a.bound, b.bound
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = np.where(b.value == 0, np.nan, a.value / b.value)
        smallest = np.maximum(np.abs(b.value) - 2 * eb, 0)
        largest = (np.abs(a.value) + ea) / smallest
        error = (ea + largest * eb) / smallest
        exact_zero = (a.value == 0) & (ea == 0) & (smallest > 0)
        result = rounded_result(a.format, np.where(exact_zero, 0.0, value), np.where(exact_zero, 0.0, error), units=2)
    return result


def _power(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    """Squares only; a library's power function may round once more than a product."""
    if b.ndim or b.value != 2:
        raise ValueError("only squares have a bound")
    square = _multiply(a, a)
    extra = np.where(square.quantum > 0, 0.0, square.format.unit_roundoff * square.magnitude)
    return BoundedArray(a.format, square.value, square.error + extra, quantum=square.quantum)


def _matmul(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    """Rows times columns: each entry a sum of k products, in any order, fused or not."""
    format, ea, eb = a.format, a.bound, b.bound
    ma, mb = np.abs(a.value) + ea, np.abs(b.value) + eb
    with np.errstate(invalid="ignore", over="ignore"):
        error = unknown_is_infinite(ma @ eb + ea @ (mb + eb))
        mass = unknown_is_infinite((ma + ea) @ (mb + eb))
        value = a.value @ b.value
    rows = np.min(np.where(ea == 0, a.quantum, 0.0), axis=1, initial=np.inf)
    columns = np.min(np.where(eb == 0, b.quantum, 0.0), axis=0, initial=np.inf)
    quantum = _quanta(_quantum_product(rows[:, None], columns[None, :]), mass, format)
    rounding = format.unit_roundoff * mass + _flushed_products(ma + ea, mb + eb, mass, format)
    error = np.where(quantum > 0, 0.0, (error + rounding) * SLACK) + _overflow(mass, format)
    return BoundedArray(format, value, error, mass, a.shape[1], quantum)


def _flushed_products(a: np.ndarray, b: np.ndarray, mass: np.ndarray, format: Format) -> np.ndarray:
    """What underflow may cost a sum of products of those magnitudes."""
    (m, k), n = a.shape, b.shape[1]
    with np.errstate(over="ignore"):
        smallest = np.min(a, initial=np.inf, where=a > 0) * np.min(b, initial=np.inf, where=b > 0)
    if smallest >= format.smallest_normal:
        return np.zeros_like(mass)
    if m * k * n > PRODUCTS_AT_ONCE or not np.all(np.isfinite(mass)):
        return np.minimum(mass, k * format.smallest_normal)
    return underflow(a[:, :, None] * b[None, :, :], format).sum(axis=1)


# ---- decisions


def _extreme(choose: np.ufunc) -> Callable[[BoundedArray, BoundedArray], BoundedArray]:
    """Maximum or minimum: where it is certain which operand wins, its bound; else the larger one."""

    def rule(a: BoundedArray, b: BoundedArray) -> BoundedArray:
        ea, eb = a.bound, b.bound
        value = choose(a.value, b.value)
        certain = np.abs(a.value - b.value) > 2 * (ea + eb)
        takes_a = value == a.value
        error = np.where(certain, np.where(takes_a, ea, eb), np.maximum(ea, eb))
        quantum = np.where(error == 0, np.where(takes_a, a.quantum, b.quantum), 0.0)
        return BoundedArray(a.format, value, error, quantum=quantum)

    return rule


def _heaviside(a: BoundedArray, at_zero: BoundedArray) -> BoundedArray:
    """0 or 1 where the side is certain; undecided, anything between, which the bound 1 says."""
    e = a.bound
    certain = (np.abs(a.value) > 2 * e) | ((a.value == 0) & (e == 0))
    value = np.heaviside(a.value, at_zero.value)
    quantum = np.where(certain, np.where(value == 0, np.inf, np.where(value == 1, 1.0, at_zero.quantum)), 0.0)
    return BoundedArray(a.format, value, np.where(certain, 0.0, 1.0), quantum=quantum)


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
    quantum = np.where(bound == 0, np.where(condition, a.quantum, b.quantum), 0.0)
    return BoundedArray(format, np.where(condition, a.value, b.value), bound, quantum=quantum)


def _concatenate(format: Format, parts: Any, axis: int = 0) -> BoundedArray:
    bounded = [x if isinstance(x, BoundedArray) else BoundedArray.given(x, format) for x in parts]
    joined = [np.concatenate([getattr(x, name) for x in bounded], axis) for name in ("value", "bound", "quantum")]
    return BoundedArray(format, joined[0], joined[1], quantum=np.where(joined[1] == 0, joined[2], 0.0))


FUNCTION_RULES |= {
    np.sum: _sum,
    np.ones_like: _ones_like,
    np.zeros_like: _zeros_like,
    np.where: _where,
    np.concatenate: _concatenate,
}
