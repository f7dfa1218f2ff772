"""Certified decimals and roundings of exact numbers, out of enclosures."""

from __future__ import annotations

import math
from fractions import Fraction

from flint import arb

from mlp_reference.formats import Format

#: Significant decimal digits of every derived number.
DIGITS = 50


class UncertainError(ArithmeticError):
    """The enclosure is too wide to round: a higher precision is needed."""


def ends(number: Fraction | arb) -> tuple[Fraction, Fraction]:
    """The lowest and the highest number that it may be."""
    if isinstance(number, Fraction):
        return number, number
    return _exact(number.lower()), _exact(number.upper())


def _exact(point: arb) -> Fraction:
    mantissa, exponent = point.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def certain_digits(number: Fraction | arb) -> str:
    """So many significant digits, correctly rounded; exact rationals with fewer are given in full.

    Raises UncertainError if the ends of the enclosure round differently.
    """
    low, high = (significant(end, DIGITS) for end in ends(number))
    if low != high:
        raise UncertainError(f"{number}")
    return low


def certain_rounding(number: Fraction | arb, format: Format) -> float:
    """The nearest number of the format; infinite where the number does not fit. Raises UncertainError as above."""
    low, high = (format.round(end) for end in ends(number))
    if low != high:
        raise UncertainError(f"{number}")
    return low


def significant(number: Fraction, count: int) -> str:
    """The number to so many significant digits, ties to even, without trailing zeros: 0.125, -1.5e-30."""
    if number == 0:
        return "0"
    magnitude = abs(number)
    exponent = _decimal_exponent(magnitude)
    scaled = round(magnitude * Fraction(10) ** (count - 1 - exponent))
    if scaled == 10**count:
        scaled, exponent = scaled // 10, exponent + 1
    digits = str(scaled).rstrip("0")
    sign = "-" if number < 0 else ""
    if -5 <= exponent < count:
        return sign + _plain(digits, exponent)
    return f"{sign}{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}e{exponent}"


def _decimal_exponent(magnitude: Fraction) -> int:
    """The largest e with 10^e <= magnitude."""
    guess = math.floor((magnitude.numerator.bit_length() - magnitude.denominator.bit_length()) * math.log10(2)) - 1
    while Fraction(10) ** (guess + 1) <= magnitude:
        guess += 1
    return guess


def _plain(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    rest = digits[exponent + 1 :]
    return f"{whole}.{rest}" if rest else whole


def rounded_up(value: float, count: int = 3) -> float:
    """A non-negative float to so many significant digits, never smaller than it was."""
    if value == 0 or not math.isfinite(value):
        return value
    exact = Fraction(value)
    exponent = _decimal_exponent(exact)
    step = Fraction(10) ** (exponent - count + 1)
    return float(f"{math.ceil(exact / step)}e{exponent - count + 1}")
