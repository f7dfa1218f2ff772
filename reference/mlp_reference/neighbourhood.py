"""One epoch at many places at once: values, derivatives and rounding errors, over a neighbourhood of each place.

A `Neighbourhood` is an array for each of K places theta_k in the space of the P parameters, and all that is needed to say
how an error made there is carried on. Given such arrays the reference algorithm computes, in float64 for all K at once,

- `centre`, `radius`: every exact value, of any parameters within the box around theta_k, lies within radius of centre;
- `slope`, `slack`: every derivative by a parameter, anywhere in the box, lies within slack of slope (by the mean value
  theorem two exact values in the box then differ by at most (|slope| + slack) times the parameters' difference);
- `rounding`: no floating-point evaluation in `format`, at any parameters of the box, is further from the exact value there.

So nothing is linearised away: what the second order does is in `slack`, over the whole box. Shapes: centre, radius,
rounding K x m x n (constants m x n), slope and slack K x P x m x n (None: 0); biases are rows, 1 x n. The error model is that
of `bounded` (ACC-3), except that nothing is taken for exact. Radius and slack cover float64's own rounding (OWN).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from mlp_reference.formats import Format

#: What float64 itself may be off in the few operations of one rule, relative to the magnitudes that enter.
OWN = 2.0**-46
#: For bounds, which are sums and products of numbers that are not negative.
UP = 1 + 2.0**-30

UFUNCS: dict[np.ufunc, Callable[..., Neighbourhood]] = {}


class Neighbourhood(NDArrayOperatorsMixin):
    """Arrays over K neighbourhoods; `terms` and `mass` are the number and the magnitudes of the terms of a sum (ACC-3, 3)."""

    __slots__ = ("_rounding", "brought", "centre", "format", "mass", "radius", "slack", "slope", "terms")

    def __init__(
        self,
        format: Format,
        centre: Any,
        radius: Any,
        slope: Any,
        slack: Any,
        brought: Any,
        mass: Any = None,
        terms: int = 1,
    ) -> None:
        self.format, self.centre, self.radius, self.slope, self.slack = format, centre, radius, slope, slack
        self.brought, self.mass, self.terms = brought, mass, terms
        self._rounding: Any = None

    @classmethod
    def constant(cls, values: Any, format: Format) -> Neighbourhood:
        """Exact numbers (Fractions or floats) that are the same in every place, arriving rounded (ACC-3, 1)."""
        exact = np.asarray(values, dtype=object)
        centre = np.array([float(x) for x in exact.ravel()]).reshape(exact.shape)
        same = np.array([f == x for f, x in zip(format.nearest(exact).ravel(), exact.ravel(), strict=True)])
        error = np.where(same.reshape(exact.shape), 0.0, format.unit_roundoff * np.abs(centre) * UP)
        while centre.ndim < 2:
            centre, error = centre[None], error[None]
        return cls(format, centre, OWN * np.abs(centre), None, None, error)

    @property
    def rounding(self) -> np.ndarray:
        """What no evaluation exceeds: of a sum, whatever the order of its terms."""
        if self._rounding is None:
            u, early = self.format.unit_roundoff, self.terms - 1
            if not early:
                self._rounding = self.brought
            else:
                grown = early * u / (1 - early * u) if early * u < 1 else np.inf
                flushed = early * np.minimum(self.mass, self.format.smallest_normal)
                self._rounding = (self.brought + grown * self.mass + flushed) * UP
        return self._rounding

    @property
    def magnitude(self) -> np.ndarray:
        """No exact value in the box is larger."""
        return np.abs(self.centre) + self.radius

    @property
    def largest(self) -> np.ndarray:
        """No exact and no computed one is."""
        return self.magnitude + self.rounding

    @property
    def sum_of(self) -> np.ndarray:
        return self.largest if self.mass is None else self.mass

    @property
    def shape(self) -> tuple[int, ...]:
        return self.centre.shape[-2:]

    @property
    def ndim(self) -> int:
        return 2

    @property
    def T(self) -> Neighbourhood:  # noqa: N802 - NumPy's name
        return self._each(lambda part: np.swapaxes(part, -1, -2))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> Neighbourhood:
        return self._each(lambda part: part[..., rows, :])

    def _each(self, change: Callable[[Any], Any]) -> Neighbourhood:
        values = (self.centre, self.radius, self.slope, self.slack, self.brought, self.mass)
        c, r, slope, slack, brought, mass = (None if part is None else change(part) for part in values)
        return Neighbourhood(self.format, c, r, slope, slack, brought, mass, self.terms)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *arguments: Any, **options: Any) -> Any:
        rule = UFUNCS.get(ufunc)
        if method != "__call__" or options or rule is None:
            return NotImplemented
        return rule(*(self.like(argument) for argument in arguments))

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        if function is np.sum:
            return arguments[0].sum(*arguments[1:], **options)
        if function is np.zeros_like:
            return self.like(np.zeros(arguments[0].shape))
        if function is np.ones_like:
            return self.like(np.ones(arguments[0].shape))
        return NotImplemented

    def like(self, other: Any) -> Neighbourhood:
        return other if isinstance(other, Neighbourhood) else Neighbourhood.constant(other, self.format)

    def sum(self, axis: int | None = None, keepdims: bool = False) -> Neighbourhood:
        """The sum along an axis of the m x n array, or of all of it; axes stay."""
        axes = (-2, -1) if axis is None else (axis - 2,)
        count = int(np.prod([self.centre.shape[a] for a in axes]))

        def add(part: Any) -> Any:
            return None if part is None else np.sum(part, axis=axes, keepdims=True)

        return Neighbourhood(
            self.format,
            add(self.centre),
            add(self.radius) + OWN * add(np.abs(self.centre)),
            add(self.slope),
            None if self.slope is None else add(self.slack) + OWN * add(np.abs(self.slope)),
            add(self.brought),
            add(self.sum_of),
            self.terms * count,
        )


def over_parameters(part: np.ndarray) -> np.ndarray:
    """An axis for the parameters, where there is one for the places."""
    return part if part.ndim == 2 else part[:, None]


def rounded(a: Any, error: np.ndarray, magnitude: np.ndarray, units: float = 1) -> np.ndarray:
    """An error brought along, and one rounding more, or `units` of them."""
    u, tiny = a.format.unit_roundoff, a.format.smallest_normal
    large = magnitude + error
    return (error + units * u * large * (1 + 4 * u)) * UP + units * np.minimum(large, tiny)


def add(a: Neighbourhood, b: Neighbourhood) -> Neighbourhood:
    slope, slack = b.slope, b.slack
    if a.slope is not None:
        slope, slack = a.slope, a.slack
        if b.slope is not None:
            slope = a.slope + b.slope
            slack = a.slack + b.slack + OWN * (np.abs(a.slope) + np.abs(b.slope))
    return Neighbourhood(
        a.format,
        a.centre + b.centre,
        a.radius + b.radius + OWN * (np.abs(a.centre) + np.abs(b.centre)),
        slope,
        slack,
        a.brought + b.brought,
        a.sum_of + b.sum_of,
        a.terms + b.terms,
    )


def negative(a: Neighbourhood) -> Neighbourhood:
    slope = None if a.slope is None else -a.slope
    return Neighbourhood(a.format, -a.centre, a.radius, slope, a.slack, a.brought, a.mass, a.terms)


def subtract(a: Neighbourhood, b: Neighbourhood) -> Neighbourhood:
    return add(a, negative(b))


def _bilinear(a: Neighbourhood, b: Neighbourhood, times: Callable[[Any, Any], Any]) -> tuple[Any, Any, Any, Any]:
    """Centre, radius, slope and slack of a product, whether of numbers or of matrices."""
    A, B, Ma, Mb = np.abs(a.centre), np.abs(b.centre), a.magnitude, b.magnitude
    centre = times(a.centre, b.centre)
    radius = times(A, b.radius) + times(a.radius, Mb) + OWN * times(A, B)
    slope: Any = None
    slack: Any = None
    lift = over_parameters
    if a.slope is not None:
        slope = times(a.slope, lift(b.centre))
        slack = times(np.abs(a.slope), lift(b.radius + OWN * B)) + times(a.slack, lift(Mb))
    if b.slope is not None:
        other = times(lift(a.centre), b.slope)
        wide = times(lift(a.radius + OWN * A), np.abs(b.slope)) + times(lift(Ma), b.slack)
        slope, slack = (other, wide) if slope is None else (slope + other, slack + wide)
    return centre, radius, slope, slack


def multiply(a: Neighbourhood, b: Neighbourhood) -> Neighbourhood:
    if b.shape == (1, 1) and b.slope is None:
        return _scaled(a, b)
    if a.shape == (1, 1) and a.slope is None:
        return _scaled(b, a)
    ra, rb = a.rounding, b.rounding
    error = a.magnitude * rb + (b.magnitude + rb) * ra
    return Neighbourhood(a.format, *_bilinear(a, b, np.multiply), rounded(a, error, a.magnitude * b.magnitude))


def _scaled(a: Neighbourhood, factor: Neighbourhood) -> Neighbourhood:
    """A sum times one constant, which may as well have multiplied each term."""
    size, mass = factor.largest, a.sum_of
    flushed = a.terms * np.minimum(mass * size, a.format.smallest_normal)
    brought = (a.brought * size + mass * factor.rounding + 2 * a.format.unit_roundoff * mass * size) * UP + flushed
    return Neighbourhood(a.format, *_bilinear(a, factor, np.multiply), brought, mass * size, a.terms)


def divide(a: Neighbourhood, b: Neighbourhood) -> Neighbourhood:
    """a / b: by a constant (the divisor of a mean), or by an array (in formulas that are only compared)."""
    with np.errstate(all="ignore"):
        least = np.abs(b.centre) - b.radius
        least = np.where(least > 0, least, np.nan)
        inverse = Neighbourhood(
            b.format,
            1 / b.centre,
            b.radius / least**2 + OWN / least,
            None if b.slope is None else -b.slope / over_parameters(b.centre**2),
            None
            if b.slope is None
            else (b.slack + over_parameters(2 * b.radius / least + OWN) * np.abs(b.slope)) / over_parameters(least**2),
            b.rounding / (least * np.maximum(least - b.rounding, 0)) + 2 * b.format.unit_roundoff / least,
        )
    return multiply(a, inverse)


def power(a: Neighbourhood, b: Neighbourhood) -> Neighbourhood:
    """Squares only; a library's power function may round once more than a product."""
    square = multiply(a, a)
    square.brought = rounded(a, square.brought, square.magnitude)
    return square


def matmul(a: Neighbourhood, b: Neighbourhood) -> Neighbourhood:
    ra, rb, k = a.rounding, b.rounding, a.shape[1]
    error = np.matmul(a.magnitude, rb) + np.matmul(ra, b.magnitude + rb)
    mass = np.matmul(a.largest, b.largest)
    brought = (error + a.format.unit_roundoff * mass) * UP + k * np.minimum(mass, a.format.smallest_normal)
    return Neighbourhood(a.format, *_bilinear(a, b, np.matmul), brought, mass, k)


def maximum(a: Neighbourhood, b: Neighbourhood) -> Neighbourhood:
    """max(a, 0): where the sign is certain in the whole box, a or 0; elsewhere the slope is between."""
    on, off = _sides(a)
    part = np.where(on, 1.0, np.where(off, 0.0, 0.5))
    slope = slack = None
    if a.slope is not None:
        slope = a.slope * over_parameters(part)
        slack = np.where(over_parameters(off), 0.0, a.slack + np.where(over_parameters(on), 0.0, np.abs(a.slope) / 2))
    radius, error = (np.where(off, 0.0, x) for x in (a.radius, a.rounding))
    return Neighbourhood(a.format, np.maximum(a.centre, 0), radius, slope, slack, error)


def heaviside(a: Neighbourhood, at_zero: Neighbourhood) -> Neighbourhood:
    """0 or 1 where the side is certain; undecided it has no slope, and nothing can be said any more."""
    on, off = _sides(a)
    unknown = np.where(on | off, 0.0, np.inf)
    zero = None if a.slope is None else np.zeros_like(a.slope)
    slack = None if zero is None else zero + over_parameters(unknown)
    return Neighbourhood(a.format, np.where(on, 1.0, 0.0), unknown, zero, slack, unknown)


def minimum(a: Neighbourhood, b: Neighbourhood) -> Neighbourhood:
    """b less what b is larger by."""
    return subtract(b, maximum(subtract(b, a), b))


def _sides(a: Neighbourhood) -> tuple[np.ndarray, np.ndarray]:
    away = a.radius + a.rounding
    return a.centre > away, a.centre < -away


UFUNCS |= {
    np.add: add,
    np.subtract: subtract,
    np.negative: negative,
    np.multiply: multiply,
    np.true_divide: divide,
    np.power: power,
    np.matmul: matmul,
    np.maximum: maximum,
    np.minimum: minimum,
    np.heaviside: heaviside,
}
