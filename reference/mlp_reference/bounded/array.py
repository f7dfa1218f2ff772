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

Infinities and NaN are how a rule says that it knows nothing, so whoever computes with BoundedArrays silences NumPy's warnings
(`np.errstate(all="ignore")`): once, since each of the small arrays would pay for it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from mlp_reference.formats import Format

#: The error model: one rule for each NumPy function, filled in by `rules`.
UFUNC_RULES: dict[np.ufunc, Callable[..., BoundedArray]] = {}
FUNCTION_RULES: dict[Any, Callable[..., BoundedArray]] = {}

#: Bounds are themselves computed in float64, from non-negative terms only: this covers their own rounding.
SLACK = np.array(1 + 2.0**-30)
#: As arrays, which NumPy combines with arrays in half the time that it takes for floats.
ZERO, INFINITE = np.array(0.0), np.array(np.inf)
#: Up to this many products, underflow is bounded product by product.
PRODUCTS_AT_ONCE = 1 << 18


def _operator(ufunc: np.ufunc, reflected: bool = False) -> Any:
    """The method behind an operator: the ufunc's rule, without NumPy's dispatch on the way."""

    def operate(self: BoundedArray, other: Any) -> BoundedArray:
        operands = (self._like(other), self) if reflected else (self, self._like(other))
        return UFUNC_RULES[ufunc](*operands)

    return operate


class BoundedArray:
    """Values, and bounds on the error of any evaluation in `format`.

    value: float64; error: what the terms bring with them; mass, count: the terms' magnitudes and number, for the
    rounding of the sum; quantum: a power of two dividing every term where they are exact, 0 where they are not, None
    where no term of any number is.
    """

    __slots__ = (
        "_all_rounded",
        "_bound",
        "_is_power_of_two",
        "_magnitude",
        "_mass",
        "_near",
        "_settled",
        "_smallest",
        "count",
        "error",
        "format",
        "quantum",
        "value",
    )

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
        self.count = count
        self.quantum = quantum
        self._mass = mass
        self._bound: np.ndarray | None = None
        self._near: np.ndarray | None = None
        self._magnitude: np.ndarray | None = None
        self._all_rounded: bool | None = None
        self._smallest: float | None = None
        self._settled: np.ndarray | None = None
        self._is_power_of_two: Any = None

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
        if exact.all():
            error, quantum = np.zeros_like(value), lowest_bit(value)
        else:
            error = np.where(exact, 0.0, format.unit_roundoff * magnitude * SLACK + underflow(magnitude, magnitude, format))
            quantum = np.where(exact, lowest_bit(value), 0.0)
        return cls(format, value, within(magnitude, format, error), quantum=quantum)

    @property
    def mass(self) -> np.ndarray:
        """The sum of the magnitudes of the terms."""
        if self._mass is None:
            self._mass = self.magnitude if self.count == 1 else np.abs(self.value) + (self.error + self.error)
        return self._mass

    @property
    def bound(self) -> np.ndarray:
        """The derived tolerance: no right evaluation is further than this from the exact number."""
        if self._bound is None:
            self._bound = self.error if self.count == 1 else self._sum_bound()
        return self._bound

    def _sum_bound(self) -> np.ndarray:
        format, error, mass, early = self.format, self.error, self.mass, self.count - 2
        u, tiny = format.unit_roundoff, format.arrays.smallest_normal
        if early:
            grown = early * u / (1 - early * u) if early * u < 1 else np.inf
            error = error + (grown * mass if grown < np.inf else np.where(mass > 0, INFINITE, ZERO))
        last = np.abs(self.value) + (error + error)
        flushed = (self.count - 1) * np.minimum(mass, tiny)
        total = (error + last * (u * (1 + 2 * u)) + flushed) * SLACK
        # In some order a partial sum may overflow.
        bound = within(mass, format, total)
        if self.quantum is None:
            return bound
        exact = (self.quantum > ZERO) & (mass <= self.quantum * 2.0**format.precision)
        return np.where(exact, self.error, bound)

    @property
    def all_rounded(self) -> bool:
        """Whether no number is exact."""
        if self._all_rounded is None:
            self._all_rounded = np.count_nonzero(self.bound) == self.bound.size
        return self._all_rounded

    @property
    def settled(self) -> np.ndarray:
        """The quantum of each number that is exact, 0 of the others."""
        if self._settled is None:
            exact = None if self.quantum is None else np.where(self.bound == ZERO, self.quantum, ZERO)
            self._settled = np.zeros_like(self.bound) if exact is None else exact
        return self._settled

    @property
    def is_power_of_two(self) -> Any:
        """Of each number, whether it is surely a power of two: multiplying by it rounds nothing."""
        if self._is_power_of_two is None:
            knows = self.count == 1 and self.quantum is not None
            self._is_power_of_two = (self.error == ZERO) & (np.abs(self.value) == self.quantum) if knows else False
        return self._is_power_of_two

    @property
    def near(self) -> np.ndarray:
        """No exact number is larger in absolute value."""
        if self._near is None:
            self._near = np.abs(self.value) + self.bound
        return self._near

    @property
    def magnitude(self) -> np.ndarray:
        """No exact number and no computed one is larger in absolute value."""
        if self._magnitude is None:
            self._magnitude = self.near + self.bound
        return self._magnitude

    @property
    def least(self) -> np.ndarray:
        """No exact number is smaller in absolute value."""
        return np.maximum(np.abs(self.value) - self.bound, ZERO)

    @property
    def smallest(self) -> float:
        """The smallest of `least` among what is not surely 0; infinite where everything is."""
        if self._smallest is None:
            least = self.least
            smallest = np.minimum.reduce(least, axis=None, initial=np.inf)
            self._smallest = float(smallest if smallest > 0 else np.min(least, initial=np.inf, where=self.near > 0))
        return self._smallest

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
        turned = self._each(lambda part: part.T)
        turned._smallest, turned._all_rounded = self._smallest, self._all_rounded
        return turned

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, key: Any) -> BoundedArray:
        return self._each(lambda part: np.asarray(part[key]))

    def reshape(self, shape: tuple[int, ...]) -> BoundedArray:
        return self._each(lambda part: part.reshape(shape))

    def __repr__(self) -> str:
        return f"BoundedArray({self.value.tolist()}, bound={self.bound.tolist()}, {self.format.name})"

    def _each(self, change: Callable[[np.ndarray], np.ndarray]) -> BoundedArray:
        parts = (self._mass, self.quantum, self._bound, self._near, self._magnitude, self._settled)
        mass, quantum, bound, near, magnitude, settled = (None if part is None else change(part) for part in parts)
        changed = BoundedArray(self.format, change(self.value), change(self.error), mass, self.count, quantum)
        changed._bound, changed._near, changed._magnitude, changed._settled = bound, near, magnitude, settled
        return changed

    # ---- operators, and NumPy's protocols: the rules themselves are in `rules`

    __add__, __radd__ = _operator(np.add), _operator(np.add, reflected=True)
    __sub__, __rsub__ = _operator(np.subtract), _operator(np.subtract, reflected=True)
    __mul__, __rmul__ = _operator(np.multiply), _operator(np.multiply, reflected=True)
    __truediv__, __rtruediv__ = _operator(np.true_divide), _operator(np.true_divide, reflected=True)
    __matmul__, __rmatmul__ = _operator(np.matmul), _operator(np.matmul, reflected=True)
    __pow__ = _operator(np.power)

    def __neg__(self) -> BoundedArray:
        return UFUNC_RULES[np.negative](self)

    def __abs__(self) -> BoundedArray:
        return UFUNC_RULES[np.absolute](self)

    def __eq__(self, other: Any) -> Any:
        return UFUNC_RULES[np.equal](self, self._like(other))

    __hash__ = None  # type: ignore[assignment]

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
            np.add.reduce(self.value, **shape),
            np.add.reduce(self.error, **shape),
            np.add.reduce(self.mass, **shape),
            self.count * length,
            None if self.quantum is None else np.minimum.reduce(self.quantum, initial=np.inf, **shape),
        )

    def _like(self, other: Any) -> BoundedArray:
        if isinstance(other, BoundedArray):
            return other
        return constant(other, self.format) if isinstance(other, int | float) else BoundedArray.given(other, self.format)


@lru_cache(maxsize=1024)
def constant(number: float, format: Format) -> BoundedArray:
    """A number that an implementation is given, converted once."""
    return BoundedArray.given(number, format)


def underflow(least: np.ndarray, magnitude: np.ndarray, format: Format) -> np.ndarray:
    """What a result between those magnitudes loses if it is below the smallest normal number and flushed to zero."""
    small = least < format.arrays.smallest_normal
    return np.where(small, np.minimum(magnitude, format.arrays.smallest_normal), ZERO) if np.count_nonzero(small) else ZERO


def within(magnitude: np.ndarray, format: Format, bound: np.ndarray) -> np.ndarray:
    """The bound, infinite where a number of that magnitude may not fit the format, or is unknown: nothing can be said of it."""
    fits = magnitude <= format.arrays.largest  # NaN does not
    return bound if np.count_nonzero(fits) == fits.size else np.where(fits, bound, INFINITE)


def unknown_is_infinite(bound: np.ndarray) -> np.ndarray:
    """0 times infinity and its like say nothing about an error: so does an infinite bound."""
    return np.fmin(bound, INFINITE)


def lowest_bit(values: np.ndarray) -> np.ndarray:
    """The largest power of two that divides each float64; infinite for 0, 0 for what is not finite."""
    fraction, exponent = np.frexp(values)
    finite = np.isfinite(values)
    integer = np.where(finite, np.ldexp(fraction, 53), 0).astype(np.int64)
    return np.where(finite, np.where(integer == 0, np.inf, np.ldexp((integer & -integer).astype(float), exponent - 53)), 0)
