"""Exact numbers as decimals with certain digits."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from mlp_conformance.worked.formula import Number
from mlp_reference.balls import precision
from mlp_reference.decimals import UncertainError, ends, significant

#: Enough that the ends of an enclosure are taken as they are.
_EXACTLY = 1 << 17
#: An enclosure of 0 narrower than this is written as 0: no digit of the number could be told.
_NOTHING = Fraction(1, 10**2000)


def written(number: Number, digits: int) -> tuple[str, bool]:
    """The number to so many significant digits, correctly rounded, and whether that is the number itself.

    What is rounded has all its digits, zeros at the end included; what is exact has no more than it needs.

    Raises decimals.UncertainError if the enclosure is too wide for that.
    """
    if isinstance(number, arb) and not number.is_finite():
        raise UncertainError(f"{number}")
    with precision(_EXACTLY):
        low, high = ends(number)
    if low < 0 < high and high - low < _NOTHING:
        return "0", False
    text = significant(low, digits)
    if text != significant(high, digits):
        raise UncertainError(f"{number}")
    exact = low == high and Fraction(text) == low
    return (text, True) if exact else (_filled(text, digits), False)


def _filled(text: str, digits: int) -> str:
    """With zeros at the end, up to so many significant digits."""
    mantissa, exponential, exponent = text.partition("e")
    missing = digits - len(mantissa.lstrip("-0.").replace(".", ""))
    point = "" if "." in mantissa or missing <= 0 else "."
    return f"{mantissa}{point}{'0' * missing}{exponential}{exponent}"


def common_start(one: str, other: str) -> int:
    """How many characters two decimals have in common from the left; none if they are of unlike magnitude."""
    if _magnitude(one) != _magnitude(other):
        return 0
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _magnitude(text: str) -> tuple[bool, int, str]:
    """Sign, digits before the point, and exponent."""
    mantissa, _, exponent = text.lower().partition("e")
    return text.startswith("-"), len(mantissa.lstrip("-").partition(".")[0]), exponent.lstrip("+0")
