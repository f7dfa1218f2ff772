"""The error model as rules: how each operation and elementary function carries and adds to a bound (ACC-1 to ACC-3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mlp_reference import activations, losses
from mlp_reference.bounded.array import (
    FUNCTION_RULES,
    PRODUCTS_AT_ONCE,
    SLACK,
    UFUNC_RULES,
    BoundedArray,
    underflow,
)
from mlp_reference.formats import Format


def _rounded(format: Format, value: np.ndarray, error: np.ndarray, units: float = 1) -> BoundedArray:
    """A result that was rounded with a relative error of `units` u on top of the error its operands brought."""
    with np.errstate(invalid="ignore", over="ignore"):
        magnitude = np.abs(value) + 2 * error
        total = (error + units * format.unit_roundoff * magnitude * (1 + 4 * format.unit_roundoff)) * SLACK
        total = total + underflow(magnitude, format)
    return BoundedArray(format, value, _unknown_is_infinite(total))


def _function(
    a: BoundedArray, value: np.ndarray, carried: np.ndarray, absolute: Any = 0.0, relative: float = 0.0
) -> BoundedArray:
    """An elementary function's result: the error carried over from its argument, and the function's own."""
    with np.errstate(invalid="ignore", over="ignore"):
        magnitude = np.abs(value) + carried
        u = a.format.unit_roundoff
        total = (carried + absolute * u + relative * u * magnitude) * SLACK + underflow(magnitude, a.format)
    return BoundedArray(a.format, value, _unknown_is_infinite(total))


def _overflow(magnitude: np.ndarray, format: Format) -> np.ndarray:
    """Nothing can be said of a number that may not fit the format."""
    return np.where(magnitude > format.largest, np.inf, 0.0)


def _unknown_is_infinite(bound: np.ndarray) -> np.ndarray:
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


def _subtract(a: BoundedArray, b: BoundedArray) -> BoundedArray:
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
        np.where(nothing, 0.0, _unknown_is_infinite(error)),
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
        error = np.where((quantum > 0) & (a.error == 0), 0.0, _unknown_is_infinite(error)) + _overflow(mass, format)
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
    return _rounded(b.format, np.asarray(inverse), np.asarray(error))


def _quotient(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    ea, eb = a.bound, b.bound
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = np.where(b.value == 0, np.nan, a.value / b.value)
        smallest = np.maximum(np.abs(b.value) - 2 * eb, 0)
        largest = (np.abs(a.value) + ea) / smallest
        error = (ea + largest * eb) / smallest
        exact_zero = (a.value == 0) & (ea == 0) & (smallest > 0)
        result = _rounded(a.format, np.where(exact_zero, 0.0, value), np.where(exact_zero, 0.0, error), units=2)
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
        error = _unknown_is_infinite(ma @ eb + ea @ (mb + eb))
        mass = _unknown_is_infinite((ma + ea) @ (mb + eb))
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


# ---- elementary functions


def _exp(a: BoundedArray) -> BoundedArray:
    with np.errstate(over="ignore", invalid="ignore"):
        e = a.bound
        value = np.exp(a.value)
        return _function(a, value, value * np.exp(e) * np.expm1(2 * e), relative=a.format.exp_log)


def _log(a: BoundedArray) -> BoundedArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        e = a.bound
        lowest = np.maximum(a.value - 2 * e, 0)
        value = np.log(np.maximum(a.value, 0))
        return _function(a, value, np.where(e > 0, e / lowest, 0.0), relative=a.format.exp_log)


def _sqrt(a: BoundedArray) -> BoundedArray:
    """|sqrt x - sqrt y| = |x - y| / (sqrt x + sqrt y), and at most sqrt|x - y| near 0; correctly rounded."""
    e = a.bound
    value = np.sqrt(np.maximum(a.value, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        roots = np.sqrt(np.maximum(a.value - e, 0)) + np.sqrt(np.maximum(a.value - 2 * e, 0))
        carried = np.where(e > 0, np.minimum(e / roots, np.sqrt(e)), 0.0)
    return _rounded(a.format, value, carried)


def _log_add_exp(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    """log(exp(a) + exp(b)): 1-Lipschitz in the larger error, then the shift, exp, log and one sum."""
    e = np.maximum(a.bound, b.bound)
    value = np.logaddexp(a.value, b.value)
    shift = np.maximum(a.magnitude, b.magnitude)
    return _function(a, value, e, absolute=2 * a.format.exp_log + 3 + 2 * shift, relative=a.format.exp_log + 2)


def _sigmoid(z: BoundedArray) -> BoundedArray:
    e = z.bound
    nearest = np.maximum(np.abs(z.value) - 2 * e, 0)
    value = _plain_sigmoid(z.value)
    steepest = _plain_sigmoid(nearest) * _plain_sigmoid(-nearest)
    return _function(z, value, e * steepest, absolute=z.format.sigmoid)


def _sigmoid_derivative(z: BoundedArray, a: BoundedArray) -> BoundedArray:
    """The wider of a (1 - a), and exp(-z) / (1 + exp(-z))^2 or its like, taken from z."""
    c = z.format.exp_log
    slope = a.value * (1 - a.value)
    steepness = np.abs(1 - 2 * a.value) * slope + 2 * z.bound  # |sigma''| nearby: |sigma'''| < 1/8
    from_z = _function(z, slope, steepness * z.bound, relative=3 * c + 5)
    return worst_of(a * (1 - a), from_z)


def _tanh(z: BoundedArray) -> BoundedArray:
    e = z.bound
    nearest = np.maximum(np.abs(z.value) - 2 * e, 0)
    return _function(z, np.tanh(z.value), e * _sech2(nearest), absolute=z.format.tanh)


def _tanh_derivative(z: BoundedArray, a: BoundedArray) -> BoundedArray:
    """The wider of 1 - a^2, (1 - a)(1 + a), and the square of sech taken from z."""
    slope = _sech2(z.value)
    steepness = 2 * np.abs(a.value) * slope + 2 * z.bound  # |tanh''| nearby: |tanh'''| <= 2
    from_z = _function(z, slope, steepness * z.bound, relative=3 * z.format.exp_log + 5)
    return worst_of(1 - a * a, (1 - a) * (1 + a), from_z)


def _exponents(z: BoundedArray) -> np.ndarray:
    """How far log(softmax) may be off in absolute terms: errors of z, and of shifting it in either of the ways in use."""
    u, e = z.format.unit_roundoff, z.bound
    widest = np.max(np.abs(z.value) + 2 * e, axis=1, keepdims=True)
    return e + np.max(e, axis=1, keepdims=True) + u * (3 * widest + 2 * np.log(z.shape[1]) + 2)


def _softmax_units(z: BoundedArray) -> float:
    """Relative roundings of a softmax: two exponentials (one through a logarithm), n - 1 additions, a quotient."""
    return z.format.exp_log * (2 + float(np.log(z.shape[1]))) + z.shape[1] + 2


def _softmax(z: BoundedArray) -> BoundedArray:
    value = activations.softmax(z.value)
    with np.errstate(over="ignore", invalid="ignore"):
        carried = value * np.expm1(_exponents(z)) * (1 + 2.0**-20)
        flushed = np.where(z.value - 2 * z.bound < np.log(z.format.smallest_normal), value, 0.0)  # without the shift
        return _function(z, value, carried + flushed, relative=_softmax_units(z))


def _log_softmax(z: BoundedArray) -> BoundedArray:
    """The logarithm of softmax, fused (z - logsumexp z) or not (the logarithm of a rounded probability)."""
    value = losses.log_softmax(z.value)
    tiny = z.format.smallest_normal
    with np.errstate(over="ignore", invalid="ignore"):
        carried = _exponents(z) + z.format.unit_roundoff * _softmax_units(z) * 2
        lost = np.where(value <= np.log(tiny), np.inf, 0.0)  # the probability itself may underflow
        return _function(z, value, carried + lost, relative=z.format.exp_log + 1)


def _softplus(z: BoundedArray) -> BoundedArray:
    """log(1 + exp z), or minus the logarithm of a rounded 1 - sigmoid(z)."""
    value = np.logaddexp(0, z.value)
    one = BoundedArray.given(1.0, z.format)
    unfused = -_log(_subtract(one, _sigmoid(z)))
    return worst_of(_log_add_exp(BoundedArray.given(0.0, z.format), z), _with_value(value, unfused), -_log(_sigmoid(-z)))


def _fused_delta(a: BoundedArray, y: BoundedArray, loss: str) -> BoundedArray:
    """a - y, or the slope of the loss times the derivative of the activation, as automatic differentiation has it."""
    fused = a - y
    with np.errstate(divide="ignore", invalid="ignore"):
        if loss == "cross_entropy":
            unfused = activations.softmax_product(a, -y / a)
        else:
            unfused = (-y / a + (1 - y) / (1 - a)) * (a * (1 - a))
    return worst_of(fused, _with_value(fused.value, unfused))


def worst_of(*formulations: BoundedArray) -> BoundedArray:
    """The widest bound of several formulations of the same exact numbers; the value of the first."""
    first = formulations[0]
    bounds = [formulation.bound for formulation in formulations]
    widest = np.maximum.reduce([_unknown_is_infinite(bound) for bound in bounds])
    quantum = np.where(widest == 0, np.minimum.reduce([f.quantum for f in formulations]), 0.0)
    return BoundedArray(first.format, first.value, widest, quantum=quantum)


def _with_value(value: np.ndarray, bounded: BoundedArray) -> BoundedArray:
    """The bound of one formulation around the value of another, which may be 0 or finite where the first is not."""
    bound = np.where(np.isfinite(bounded.value), bounded.bound, np.inf)
    return BoundedArray(bounded.format, value, bound)


def _plain_sigmoid(z: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def _sech2(z: np.ndarray) -> np.ndarray:
    """1 - tanh(z)^2 without cancellation."""
    return 4 * _plain_sigmoid(2 * z) * _plain_sigmoid(-2 * z)


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
    np.subtract: _subtract,
    np.negative: _negative,
    np.multiply: _multiply,
    np.true_divide: _divide,
    np.power: _power,
    np.matmul: _matmul,
    np.exp: _exp,
    np.log: _log,
    np.sqrt: _sqrt,
    np.logaddexp: _log_add_exp,
    np.tanh: _tanh,
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

activations.sigmoid.register(BoundedArray, _sigmoid)
activations.sigmoid_derivative.register(BoundedArray, _sigmoid_derivative)
activations.tanh.register(BoundedArray, _tanh)
activations.tanh_derivative.register(BoundedArray, _tanh_derivative)
activations.softmax.register(BoundedArray, _softmax)
losses.softplus.register(BoundedArray, _softplus)
losses.log_softmax.register(BoundedArray, _log_softmax)
losses.fused_delta.register(BoundedArray, _fused_delta)
