"""The elementary functions over neighbourhoods: what they do to values, slopes and rounding errors (ACC-3, 5).

Derivatives of sigmoid: |s'''| <= 1/8 and |s''| <= 0.0963; of tanh: |t''| <= 0.77, |t'''| <= 2, the fourth at most 4.1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mlp_reference import activations, descent, losses
from mlp_reference.neighbourhood import OWN, UFUNCS, UP, Neighbourhood, add, multiply, over_parameters, rounded


def _curve(z: Neighbourhood, value: Any, first: Any, second: Any, third: Any, rounding: Any) -> Neighbourhood:
    """f(z), given f, f' and f'' at the centres, and the largest |f'''| anywhere, or in each box."""
    bend = np.abs(second) + third * z.radius  # no |f''| in the box is larger
    steep = np.abs(first) + bend * z.radius
    slope = slack = None
    if z.slope is not None:
        slope = z.slope * over_parameters(first)
        slack = z.slack * over_parameters(steep) + np.abs(z.slope) * over_parameters(bend * z.radius + OWN)
    return Neighbourhood(z.format, value, steep * z.radius + OWN, slope, slack, rounding)


def _steepest(first: Any, second: Any, third: float, z: Neighbourhood) -> Any:
    reach = z.radius + z.rounding
    return np.abs(first) + (np.abs(second) + third * reach) * reach


def _sigmoid(z: Neighbourhood) -> Neighbourhood:
    a = _plain(z.centre)
    first, second = a * (1 - a), a * (1 - a) * (1 - 2 * a)
    u = z.format.unit_roundoff
    rounding = (np.minimum(_steepest(first, second, 0.125, z), 0.25) * z.rounding + z.format.sigmoid * u) * UP
    return _curve(z, a, first, second, 0.125, rounding + z.format.smallest_normal)


def _sigmoid_derivative(z: Neighbourhood, a: Neighbourhood) -> Neighbourhood:
    s = _plain(z.centre)
    first = s * (1 - s)
    second, third = first * (1 - 2 * s), first * (1 - 6 * first)
    from_a = multiply(a, add(a.like(1), -a)).rounding
    steep = _steepest(second, third, 0.25, z)
    from_z = rounded(z, steep * z.rounding, first + steep * z.radius, 3 * z.format.exp_log + 5)
    return _curve(z, first, second, third, 0.25, np.maximum(from_a, from_z))


def _tanh(z: Neighbourhood) -> Neighbourhood:
    a = np.tanh(z.centre)
    first = 1 - a * a
    second = -2 * a * first
    rounding = np.minimum(_steepest(first, second, 2, z), 1) * z.rounding + z.format.tanh * z.format.unit_roundoff
    return _curve(z, a, first, second, 2, rounding * UP + z.format.smallest_normal)


def _tanh_derivative(z: Neighbourhood, a: Neighbourhood) -> Neighbourhood:
    s = np.tanh(z.centre)
    value = 1 - s * s
    first, second = -2 * s * value, value * (6 * s * s - 2)
    one = a.like(1)
    steep = _steepest(first, second, 4.1, z)
    from_z = rounded(z, steep * z.rounding, value + steep * z.radius, 3 * z.format.exp_log + 5)
    forms = (add(one, -multiply(a, a)).rounding, multiply(add(one, -a), add(one, a)).rounding, from_z)
    return _curve(z, value, first, second, 4.1, np.maximum.reduce(forms))


def _sqrt(z: Neighbourhood) -> Neighbourhood:
    """Of numbers that are surely positive; elsewhere nothing can be said."""
    with np.errstate(all="ignore"):
        least = z.centre - z.radius - z.rounding
        least = np.where(least > 0, least, np.nan)
        value, lowest = np.sqrt(z.centre), np.sqrt(least)
        steep = 1 / (2 * lowest)
        rounding = rounded(z, steep * z.rounding, value + steep * z.radius)
        return _curve(z, value, 1 / (2 * value), -1 / (4 * value**3), 3 / (8 * lowest**5), rounding)


def _exponents(z: Neighbourhood) -> Any:
    """How far log(softmax) may be off by rounding: errors of z, and of shifting it in either of the ways in use."""
    u, e, n = z.format.unit_roundoff, z.rounding, z.shape[1]
    widest = np.max(z.largest, axis=-1, keepdims=True)
    return e + np.max(e, axis=-1, keepdims=True) + u * (3 * widest + 2 * np.log(n) + 2)


def _units(z: Neighbourhood) -> float:
    return z.format.exp_log * (2 + float(np.log(z.shape[1]))) + z.shape[1] + 2


def _shifted(z: Neighbourhood) -> tuple[Any, Any, Any, Any]:
    """Softmax with its radius, and slope and slack of its logarithm: those of z less their mean under softmax."""
    s = z.centre - np.max(z.centre, axis=-1, keepdims=True)
    p = np.exp(s) / np.sum(np.exp(s), axis=-1, keepdims=True)
    radius = p * np.expm1(z.radius + np.max(z.radius, axis=-1, keepdims=True)) + OWN
    if z.slope is None:
        return p, radius, None, None
    q, wide = over_parameters(p), over_parameters(radius)
    slope = z.slope - np.sum(q * z.slope, axis=-1, keepdims=True)
    slack = z.slack + np.sum((q + wide) * z.slack + wide * np.abs(z.slope), axis=-1, keepdims=True)
    return p, radius, slope, slack + OWN * np.max(np.abs(z.slope), axis=-1, keepdims=True)


def _softmax(z: Neighbourhood) -> Neighbourhood:
    p, radius, slope, slack = _shifted(z)
    rounding = rounded(z, (p + radius) * np.expm1(_exponents(z)), p + radius, _units(z)) + z.format.smallest_normal
    if slope is not None:
        q, wide = over_parameters(p), over_parameters(radius)
        slope, slack = q * slope, (q + wide) * slack + wide * np.abs(slope)
    return Neighbourhood(z.format, p, radius, slope, slack, rounding)


def _log_softmax(z: Neighbourhood) -> Neighbourhood:
    p, _, slope, slack = _shifted(z)
    radius = z.radius + np.max(z.radius, axis=-1, keepdims=True)
    value = losses.log_softmax(z.centre.reshape(-1, z.shape[1])).reshape(z.centre.shape)
    error = _exponents(z) + 2 * z.format.unit_roundoff * _units(z)
    error = error + np.where(value - radius <= np.log(z.format.smallest_normal), np.inf, 0.0)
    radius = radius + OWN * (1 + np.abs(value))
    return Neighbourhood(z.format, value, radius, slope, slack, rounded(z, error, np.abs(value) + radius, z.format.exp_log + 1))


def _fused_delta(a: Neighbourhood, y: Neighbourhood, loss: str) -> Neighbourhood:
    """a - y; its rounding is the worse of that and the slope of the loss times the derivative of the activation."""
    fused = add(a, -y)
    if loss == "cross_entropy":
        unfused = activations.softmax_product(a, -y / a)
    else:
        unfused = (-y / a + (1 - y) / (1 - a)) * (a * (1 - a))
    worst = np.maximum(fused.rounding, unfused.rounding)
    return Neighbourhood(a.format, fused.centre, fused.radius, fused.slope, fused.slack, worst)


def _softplus(z: Neighbourhood) -> Neighbourhood:
    """log(1 + exp z), or minus the logarithm of a rounded 1 - sigmoid(z)."""
    a = _plain(z.centre)
    c, u = z.format.exp_log, z.format.unit_roundoff
    value = np.logaddexp(0, z.centre)
    other = np.maximum(1 - a - z.radius / 4 - z.rounding / 4 - (z.format.sigmoid + 1) * u, 0)
    with np.errstate(divide="ignore"):
        unfused = (z.rounding / 4 + (z.format.sigmoid + 2) * u) / other
    direct = z.rounding + (2 * c + 3 + 2 * z.largest) * u
    error = rounded(z, np.maximum(direct, unfused), value + z.radius, c + 2)
    found = _curve(z, value, a, a * (1 - a), 0.0963, error)
    found.radius = found.radius + OWN * value
    return found


def _plain(z: Any) -> Any:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def _joint_norm(first: Neighbourhood, *others: Neighbourhood) -> Neighbourhood:
    """The root of the sum of all squares; rounded as that, or as the norm of the arrays' own norms."""
    parts = [np.sum(part * part) for part in (first, *others)]
    norms = [_sqrt(part) for part in parts]
    found = _sqrt(sum(parts[1:], parts[0]))
    nested = _sqrt(sum((n * n for n in norms[1:]), norms[0] * norms[0]))
    found.brought = np.maximum(found.brought, nested.brought)
    return found


UFUNCS[np.sqrt] = _sqrt
descent.joint_norm.register(Neighbourhood, _joint_norm)
activations.sigmoid.register(Neighbourhood, _sigmoid)
activations.sigmoid_derivative.register(Neighbourhood, _sigmoid_derivative)
activations.tanh.register(Neighbourhood, _tanh)
activations.tanh_derivative.register(Neighbourhood, _tanh_derivative)
activations.softmax.register(Neighbourhood, _softmax)
losses.softplus.register(Neighbourhood, _softplus)
losses.log_softmax.register(Neighbourhood, _log_softmax)
losses.fused_delta.register(Neighbourhood, _fused_delta)
