"""The container of a derived tolerance: values with a bound on the error of *any* floating-point evaluation (ACC-1).

A `BoundedArray` holds, for each number, a float64 value and a bound such that whatever an implementation computes for it,
in any order of summation and any of the formulations in use, lies within the bound of the exact number; the float64 value
itself does too, since float64 obeys the same model. The reference algorithm, given BoundedArrays, carries the bounds to
every result.

Three ideas make the bounds valid for formulations that we did not type:

- **A chain of additions is one sum.** x W + b, the sum over a batch, W - eta g: the terms may be added in any order, so a
  result remembers how many terms it has (`count`) and the sum of their magnitudes (`mass`), and additions join sums.
- **Exact stays exact.** `quantum` is a power of two that divides every exact term; when the mass is small enough, every
  partial sum is representable, and the error is 0: that is what decides ReLU at 0.
- **The worst of the formulations.** Where unlike formulas are in use, each is evaluated and the widest bound taken.

Magnitudes are |value| + 2 bound: the exact number and the computed one both lie within. See `rules` for the functions.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from mlp_reference.formats import Format

#: The error model: one rule for each NumPy function, filled in by `rules`.
UFUNC_RULES: dict[np.ufunc, Callable[..., BoundedArray]] = {}
FUNCTION_RULES: dict[Any, Callable[..., BoundedArray]] = {}

#: Bounds are themselves computed in float64, from non-negative terms only: this covers their own rounding.
SLACK = 1 + 2.0**-30
#: Up to this many products, underflow is bounded product by product.
PRODUCTS_AT_ONCE = 1 << 18


class BoundedArray(NDArrayOperatorsMixin):
    """Values, and bounds on the error of any evaluation in `format`.

    value: float64; error: what the terms bring with them; mass, count: the terms' magnitudes and number, for the
    rounding of the sum; quantum: a power of two dividing every term where they are exact, 0 where they are not.
    """

    __slots__ = ("_bound", "count", "error", "format", "mass", "quantum", "value")

    def __init__(
        self,
        format: Format,
        value: np.ndarray,
        error: np.ndarray,
        mass: np.ndarray | None = None,
        count: int = 1,
        quantum: np.ndarray | None = None,
    ) -> None:
        self.format = format
        self.value = value
        self.error = error
        self.mass = np.abs(value) + 2 * error if mass is None else mass
        self.count = count
        self.quantum = np.zeros_like(value) if quantum is None else quantum
        self._bound: np.ndarray | None = None

    @classmethod
    def given(cls, values: Any, format: Format) -> BoundedArray:
        """What an implementation is given: exact floats or Fractions, arriving rounded where they are not representable."""
        array = np.asarray(values)
        if array.dtype == object:
            value = np.array([float(Fraction(x)) for x in array.ravel()], dtype=np.float64).reshape(array.shape)
            exact = np.array(
                [Fraction(x) == Fraction(y) for x, y in zip(array.ravel(), format.nearest(array).ravel(), strict=True)],
                dtype=bool,
            ).reshape(array.shape)
        else:
            value = array.astype(np.float64)
            exact = format.nearest(value) == value
        magnitude = np.abs(value)
        error = np.where(exact, 0.0, format.unit_roundoff * magnitude * SLACK + underflow(magnitude, format))
        error = np.where(magnitude > format.largest, np.inf, error)
        return cls(format, value, error, quantum=np.where(exact, lowest_bit(value), 0.0))

    @property
    def bound(self) -> np.ndarray:
        """The derived tolerance: no right evaluation is further than this from the exact number."""
        if self._bound is None:
            self._bound = self.error if self.count == 1 else self._sum_bound()
        return self._bound

    def _sum_bound(self) -> np.ndarray:
        u, tiny = self.format.unit_roundoff, self.format.smallest_normal
        early = self.count - 2
        with np.errstate(invalid="ignore", over="ignore"):
            grown = early * u / (1 - early * u) if early * u < 1 else np.inf
            rounding = np.where(self.mass > 0, grown * self.mass, 0.0) if early else 0.0
            last = np.abs(self.value) + 2 * (self.error + rounding)
            flushed = (self.count - 1) * np.minimum(self.mass, tiny)
            total = (self.error + rounding + u * last * (1 + 2 * u) + flushed) * SLACK
            exact = (self.quantum > 0) & (self.mass <= self.quantum * 2.0**self.format.precision)
        overflows = self.mass > self.format.largest  # in some order a partial sum may
        return np.where(exact, self.error, np.where(np.isnan(total) | overflows, np.inf, total))

    @property
    def magnitude(self) -> np.ndarray:
        """No exact number and no computed one is larger in absolute value."""
        return np.abs(self.value) + 2 * self.bound

    # ---- shape

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def ndim(self) -> int:
        return self.value.ndim

    @property
    def size(self) -> int:
        return self.value.size

    @property
    def T(self) -> BoundedArray:  # noqa: N802 - NumPy's name
        return self._each(lambda part: part.T)

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, key: Any) -> BoundedArray:
        return self._each(lambda part: np.asarray(part[key]))

    def __repr__(self) -> str:
        return f"BoundedArray({self.value.tolist()}, bound={self.bound.tolist()}, {self.format.name})"

    def _each(self, change: Any) -> BoundedArray:
        return BoundedArray(
            self.format,
            change(self.value),
            change(self.error),
            change(self.mass),
            self.count,
            change(self.quantum),
        )

    # ---- NumPy's protocols: the rules themselves are in `rules`

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *arguments: Any, **options: Any) -> Any:
        rule = UFUNC_RULES.get(ufunc)
        if method != "__call__" or options or rule is None:
            return NotImplemented
        return rule(*(self._like(argument) for argument in arguments))

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        rule = FUNCTION_RULES.get(function)
        return NotImplemented if rule is None else rule(self.format, *arguments, **options)

    def sum(self, axis: int | None = None, keepdims: bool = False) -> BoundedArray:
        """All terms along the axis as one sum, in any order."""
        shape: Any = {"axis": axis, "keepdims": keepdims}
        length = self.value.size if axis is None else self.value.shape[axis]
        return BoundedArray(
            self.format,
            np.sum(self.value, **shape),
            np.sum(self.error, **shape),
            np.sum(self.mass, **shape),
            self.count * length,
            np.min(self.quantum, initial=np.inf, **shape),
        )

    def _like(self, other: Any) -> BoundedArray:
        if isinstance(other, BoundedArray):
            return other
        return _constant(other, self.format) if isinstance(other, int | float) else BoundedArray.given(other, self.format)


@lru_cache(maxsize=1024)
def _constant(number: float, format: Format) -> BoundedArray:
    return BoundedArray.given(number, format)


def underflow(magnitude: np.ndarray, format: Format) -> np.ndarray:
    """What a result of that magnitude loses when it is below the smallest normal number and flushed to zero."""
    return np.where(magnitude < format.smallest_normal, magnitude, 0.0)


def lowest_bit(values: np.ndarray) -> np.ndarray:
    """The largest power of two that divides each float64; infinite for 0, 0 for what is not finite."""
    fraction, exponent = np.frexp(values)
    finite = np.isfinite(values)
    integer = np.where(finite, np.ldexp(fraction, 53), 0).astype(np.int64)
    return np.where(finite, np.where(integer == 0, np.inf, np.ldexp((integer & -integer).astype(float), exponent - 53)), 0)
