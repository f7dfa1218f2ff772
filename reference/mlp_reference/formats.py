"""The floating-point formats and the constants of the error model (ACC-1 to ACC-3)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import frexp, isfinite
from typing import Any, NamedTuple

import numpy as np

#: Formats whose rounding NumPy has, ten times as fast as it can be computed.
_ROUNDED_BY_NUMPY = ("float32", "float16")


class Constants(NamedTuple):
    """Constants of a format as arrays without dimensions."""

    unit_roundoff: np.ndarray
    smallest_normal: np.ndarray
    largest: np.ndarray


@dataclass(frozen=True)
class Format:
    """A binary floating-point format, and how far its elementary functions may be off.

    precision: bits of the significand, the leading one included.
    min_exponent, max_exponent: of the smallest and the largest normal number.
    exp_log, sigmoid, tanh: largest error of the elementary functions in unit roundoffs; relative for exp and log,
    absolute for sigmoid and tanh (the table of ACC-3).
    """

    name: str
    precision: int
    min_exponent: int
    max_exponent: int
    exp_log: float
    sigmoid: float
    tanh: float

    @cached_property
    def unit_roundoff(self) -> float:
        """u, half the distance from 1 to the next number."""
        return 2.0**-self.precision

    @cached_property
    def smallest_normal(self) -> float:
        return 2.0**self.min_exponent

    @cached_property
    def largest(self) -> float:
        return float((2 - 2 ** (1 - self.precision)) * 2.0**self.max_exponent)

    @cached_property
    def arrays(self) -> Constants:
        """The same three for arithmetic with small arrays, of which NumPy does twice as much in a second."""
        return Constants(*map(np.array, (self.unit_roundoff, self.smallest_normal, self.largest)))

    def round(self, exact: Fraction) -> float:
        """The nearest number of the format, ties to even, as a float; beyond the largest it is infinite."""
        if self.name == "float64":
            with suppress(OverflowError):
                return float(exact)
        return _rounded(exact, self.precision, self.min_exponent, self.max_exponent)

    def nearest(self, values: Any) -> np.ndarray:
        """An array of exact values (Fractions) or floats, each rounded to the format, as float64."""
        array = np.asarray(values)
        if array.dtype.hasobject:
            flat = [self.round(value if type(value) is Fraction else Fraction(value)) for value in array.ravel().tolist()]
            return np.array(flat, dtype=np.float64).reshape(array.shape)
        array = array.astype(np.float64)
        if self.name == "float64":
            return array
        if self.name in _ROUNDED_BY_NUMPY:
            with np.errstate(over="ignore", invalid="ignore"):
                return array.astype(self.name).astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            exponent = np.maximum(np.frexp(array)[1] - 1, self.min_exponent)
            quantum = np.ldexp(1.0, exponent - self.precision + 1)
            rounded = np.where(np.isfinite(array), np.rint(array / quantum) * quantum, array)
            return np.where(np.abs(rounded) > self.largest, np.copysign(np.inf, rounded), rounded)

    def ulp(self, value: float) -> float:
        """The distance between neighbouring numbers of the format at `value` (of a subnormal: the smallest number)."""
        if not isfinite(value):
            return float("nan")
        exponent = frexp(value)[1] - 1 if value else self.min_exponent
        return float(2.0 ** (max(exponent, self.min_exponent) - self.precision + 1))


@lru_cache(maxsize=1 << 16)
def _rounded(exact: Fraction, precision: int, min_exponent: int, max_exponent: int) -> float:
    """Examples hand the same fractions over with every call."""
    if exact == 0:
        return 0.0
    magnitude = abs(exact)
    exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
    if Fraction(2) ** exponent > magnitude:
        exponent -= 1
    quantum = Fraction(2) ** (max(exponent, min_exponent) - precision + 1)
    rounded = round(magnitude / quantum) * quantum  # Fraction.__round__ takes ties to even
    if rounded > (2 - Fraction(2) ** (1 - precision)) * Fraction(2) ** max_exponent:
        return float("inf") if exact > 0 else float("-inf")
    return float(rounded) if exact > 0 else -float(rounded)


FLOAT64 = Format("float64", 53, -1022, 1023, exp_log=8, sigmoid=8, tanh=16)
FLOAT32 = Format("float32", 24, -126, 127, exp_log=8, sigmoid=8, tanh=16)
FLOAT16 = Format("float16", 11, -14, 15, exp_log=4, sigmoid=4, tanh=4)
BFLOAT16 = Format("bfloat16", 8, -126, 127, exp_log=4, sigmoid=4, tanh=4)

FORMATS = {format.name: format for format in (FLOAT64, FLOAT32, FLOAT16, BFLOAT16)}
