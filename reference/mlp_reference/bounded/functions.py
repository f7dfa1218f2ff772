"""The error model of the elementary functions, and the worst of the formulations in use (ACC-2, ACC-3)."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from mlp_reference import activations, descent, losses
from mlp_reference.bounded.array import (
    INFINITE,
    SLACK,
    UFUNC_RULES,
    ZERO,
    BoundedArray,
    constant,
    underflow,
    unknown_is_infinite,
)
from mlp_reference.bounded.rules import rounded_result, subtract
from mlp_reference.network import Network


def _function(
    a: BoundedArray, value: np.ndarray, carried: np.ndarray, absolute: Any = 0.0, relative: float = 0.0
) -> BoundedArray:
    """An elementary function's result: the error carried over from its argument, and the function's own."""
    magnitude = np.abs(value) + carried
    u = a.format.unit_roundoff
    total = (carried + absolute * u + relative * u * magnitude) * SLACK
    total = total + underflow(np.abs(value) - total, magnitude, a.format)
    return BoundedArray(a.format, value, unknown_is_infinite(total))


def _exp(a: BoundedArray) -> BoundedArray:
    e = a.bound
    value = np.exp(a.value)
    return _function(a, value, value * np.exp(e) * np.expm1(2 * e), relative=a.format.exp_log)


def _log(a: BoundedArray) -> BoundedArray:
    e = a.bound
    lowest = np.maximum(a.value - 2 * e, 0)
    value = np.log(np.maximum(a.value, 0))
    return _function(a, value, np.where(e > 0, e / lowest, 0.0), relative=a.format.exp_log)


def _sqrt(a: BoundedArray) -> BoundedArray:
    """|sqrt x - sqrt y| = |x - y| / (sqrt x + sqrt y), and at most sqrt|x - y| near 0; correctly rounded."""
    e = a.bound
    value = np.sqrt(np.maximum(a.value, 0))
    roots = np.sqrt(np.maximum(a.value - e, 0)) + np.sqrt(np.maximum(a.value - 2 * e, 0))
    carried = np.where(e > 0, np.minimum(e / roots, np.sqrt(e)), 0.0)
    return rounded_result(a.format, value, carried)


def _log_add_exp(a: BoundedArray, b: BoundedArray) -> BoundedArray:
    """log(exp(a) + exp(b)): 1-Lipschitz in the larger error, then the shift, exp, log and one sum."""
    e = np.maximum(a.bound, b.bound)
    value = np.logaddexp(a.value, b.value)
    shift = np.maximum(a.magnitude, b.magnitude)
    return _function(a, value, e, absolute=2 * a.format.exp_log + 3 + 2 * shift, relative=a.format.exp_log + 2)


def _sigmoid(z: BoundedArray) -> BoundedArray:
    e = z.bound
    nearest = np.maximum(np.abs(z.value) - (e + e), ZERO)
    return _function(z, _plain_sigmoid(z.value), e * _sigmoid_slope(nearest), absolute=z.format.sigmoid)


def _sigmoid_derivative(z: BoundedArray, a: BoundedArray) -> BoundedArray:
    """The wider of a (1 - a), and exp(-z) / (1 + exp(-z))^2 or its like, taken from z."""
    c = z.format.exp_log
    slope = a.value * (1 - a.value)
    steepness = np.abs(1 - 2 * a.value) * slope + 2 * z.bound  # |sigma''| nearby: |sigma'''| < 1/8
    from_z = _function(z, slope, steepness * z.bound, relative=3 * c + 5)
    return worst_of(a * (1 - a), from_z)


def _tanh(z: BoundedArray) -> BoundedArray:
    e = z.bound
    nearest = np.maximum(np.abs(z.value) - (e + e), ZERO)
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
    carried = value * np.expm1(_exponents(z)) * (1 + 2.0**-20)
    flushed = np.where(z.value - 2 * z.bound < np.log(z.format.smallest_normal), value, 0.0)  # without the shift
    return _function(z, value, carried + flushed, relative=_softmax_units(z))


def _log_softmax(z: BoundedArray) -> BoundedArray:
    """The logarithm of softmax, fused (z - logsumexp z) or not (the logarithm of a rounded probability)."""
    value = losses.log_softmax(z.value)
    tiny = z.format.smallest_normal
    carried = _exponents(z) + z.format.unit_roundoff * _softmax_units(z) * 2
    lost = np.where(value <= np.log(tiny), np.inf, 0.0)  # the probability itself may underflow
    return _function(z, value, carried + lost, relative=z.format.exp_log + 1)


def _softplus(z: BoundedArray) -> BoundedArray:
    """log(1 + exp z), or minus the logarithm of a rounded 1 - sigmoid(z)."""
    value = np.logaddexp(0, z.value)
    unfused = -_log(subtract(constant(1.0, z.format), _sigmoid(z)))
    return worst_of(_log_add_exp(constant(0.0, z.format), z), _with_value(value, unfused), -_log(_sigmoid(-z)))


def _fused_delta(a: BoundedArray, y: BoundedArray, loss: str) -> BoundedArray:
    """a - y, or the slope of the loss times the derivative of the activation, as automatic differentiation has it."""
    fused = a - y
    if loss == "cross_entropy":
        unfused = activations.softmax_product(a, -y / a)
    else:
        unfused = (-y / a + (1 - y) / (1 - a)) * (a * (1 - a))
    return worst_of(fused, _with_value(fused.value, unfused))


def _complement(a: BoundedArray, network: Network) -> BoundedArray:
    """The wider of 1 - a clipped, and 1 less the clipped a, which rounds the small difference and the limit 1 - ε once more."""
    found: BoundedArray = losses.probability(network, 1 - a)
    if not network.conventions.probability_clip:
        return found
    other = 1 - losses.probability(network, a)
    return worst_of(found, BoundedArray(a.format, other.value, other.bound + a.format.unit_roundoff))


def _joint_norm(first: BoundedArray, *others: BoundedArray) -> BoundedArray:
    """The root of the sum of all squares, or the norm of the arrays' own norms, which rounds each twice more."""
    parts = [np.sum(part * part) for part in (first, *others)]
    norms = [np.sqrt(part) for part in parts]
    return worst_of(np.sqrt(sum(parts[1:], parts[0])), np.sqrt(sum((n * n for n in norms[1:]), norms[0] * norms[0])))


def worst_of(*formulations: BoundedArray) -> BoundedArray:
    """The widest bound of several formulations of the same exact numbers; the value of the first."""
    first = formulations[0]
    widest = reduce(np.maximum, (unknown_is_infinite(formulation.bound) for formulation in formulations))
    quanta = [formulation.quantum for formulation in formulations if formulation.quantum is not None]
    exact = len(quanta) == len(formulations)
    quantum = np.where(widest == ZERO, reduce(np.minimum, quanta), ZERO) if exact else None
    return BoundedArray(first.format, first.value, widest, quantum=quantum)


def _with_value(value: np.ndarray, bounded: BoundedArray) -> BoundedArray:
    """The bound of one formulation around the value of another, which may be 0 or finite where the first is not."""
    bound = np.where(np.isfinite(bounded.value), bounded.bound, INFINITE)
    return BoundedArray(bounded.format, value, bound)


def _plain_sigmoid(z: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def _sigmoid_slope(z: np.ndarray) -> np.ndarray:
    """sigmoid(z) sigmoid(-z)."""
    e = np.exp(-np.abs(z))
    return 1 / (1 + e) * (e / (1 + e))


def _sech2(z: np.ndarray) -> np.ndarray:
    """1 - tanh(z)^2 without cancellation."""
    return 4 * _sigmoid_slope(2 * z)


UFUNC_RULES |= {np.exp: _exp, np.log: _log, np.sqrt: _sqrt, np.logaddexp: _log_add_exp, np.tanh: _tanh}

activations.sigmoid.register(BoundedArray, _sigmoid)
activations.sigmoid_derivative.register(BoundedArray, _sigmoid_derivative)
activations.tanh.register(BoundedArray, _tanh)
activations.tanh_derivative.register(BoundedArray, _tanh_derivative)
activations.softmax.register(BoundedArray, _softmax)
losses.softplus.register(BoundedArray, _softplus)
losses.log_softmax.register(BoundedArray, _log_softmax)
losses.complement.register(BoundedArray, _complement)
losses.fused_delta.register(BoundedArray, _fused_delta)
descent.joint_norm.register(BoundedArray, _joint_norm)
