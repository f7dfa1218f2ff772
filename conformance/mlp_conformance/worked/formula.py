"""Formulas whose leaves are names or exact numbers: the formula that is shown with its numbers is the one that is evaluated.

A number is a Fraction as long as it is rational, and an enclosure (`flint.arb`, at the working precision) from there on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from flint import arb

from mlp_reference.balls import UndecidedError, ball

Number = Fraction | arb

#: A rational number longer than this goes on as an enclosure: epoch after epoch, exact fractions only get longer.
_LONGEST = 4096


@dataclass(frozen=True)
class Name:
    """A symbol with its indices: Name("w", "1,2", "(1)")."""

    base: str
    lower: str = ""
    upper: str = ""


@dataclass(frozen=True)
class Value:
    """A number put in."""

    number: Number


@dataclass(frozen=True)
class Sum:
    """Terms added up; a Negative among them is subtracted."""

    terms: tuple[Formula, ...]


@dataclass(frozen=True)
class Product:
    factors: tuple[Formula, ...]


@dataclass(frozen=True)
class Quotient:
    top: Formula
    bottom: Formula


@dataclass(frozen=True)
class Negative:
    part: Formula


@dataclass(frozen=True)
class Square:
    part: Formula


@dataclass(frozen=True)
class Exp:
    """e to the power of the exponent."""

    exponent: Formula


@dataclass(frozen=True)
class Call:
    """A function of that name: tanh, log, max; or σ and σ′ of a general formula, which are not evaluated."""

    function: str
    arguments: tuple[Formula, ...]


@dataclass(frozen=True)
class Over:
    """A sum over an index, in a general formula; it is not evaluated."""

    index: str
    part: Formula


Formula = Name | Value | Sum | Product | Quotient | Negative | Square | Exp | Call | Over


def number(value: int | Fraction) -> Value:
    """An exact number put in."""
    return Value(Fraction(value))


def total(terms: Iterable[Formula]) -> Formula:
    """Their sum; a single term is itself."""
    found = tuple(terms)
    return found[0] if len(found) == 1 else Sum(found)


def product(factors: Iterable[Formula]) -> Formula:
    """Their product; a single factor is itself, and factors that are products themselves are taken apart."""
    found = tuple(part for factor in factors for part in (factor.factors if isinstance(factor, Product) else (factor,)))
    return found[0] if len(found) == 1 else Product(found)


def difference(left: Formula, right: Formula) -> Formula:
    """left - right."""
    return Sum((left, Negative(right)))


def evaluate(formula: Formula) -> Number:
    """The value at the working precision.

    Raises balls.UndecidedError where max meets a number that cannot be told from its kink.
    """
    match formula:
        case Value(found):
            return found
        case Sum(terms):
            return reduce(_added, map(evaluate, terms))
        case Product(factors):
            return reduce(_multiplied, map(evaluate, factors))
        case Quotient(top, bottom):
            return _divided(evaluate(top), evaluate(bottom))
        case Negative(part):
            return -evaluate(part)
        case Square(part):
            found = evaluate(part)
            return _multiplied(found, found)
        case Exp(exponent):
            found = evaluate(exponent)
            return Fraction(1) if found == 0 and isinstance(found, Fraction) else ball(found).exp()
        case Call(function, arguments):
            return _FUNCTIONS[function](*map(evaluate, arguments))
    raise TypeError(f"{formula} is a general formula: it has no value")


def _shortened(found: Number) -> Number:
    if isinstance(found, Fraction) and found.denominator.bit_length() + found.numerator.bit_length() > _LONGEST:
        return ball(found)
    return found


def _added(x: Number, y: Number) -> Number:
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return _shortened(x + y)
    return ball(x) + ball(y)


def _multiplied(x: Number, y: Number) -> Number:
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return _shortened(x * y)
    if x == 0 or y == 0:  # an enclosure equals 0 only if it is exactly 0
        return Fraction(0)
    return ball(x) * ball(y)


def _divided(x: Number, y: Number) -> Number:
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return _shortened(x / y)
    return Fraction(0) if x == 0 else ball(x) / ball(y)


def sign(x: Number) -> int:
    """The certain sign; UndecidedError if the enclosure has both."""
    if x > 0:
        return 1
    if x < 0:
        return -1
    if x == 0:
        return 0
    raise UndecidedError(f"cannot tell on which side of 0 the enclosure {x} lies")


def _larger(x: Number, y: Number) -> Number:
    return x if sign(_added(x, -y)) >= 0 else y


def _tanh(x: Number) -> Number:
    return Fraction(0) if isinstance(x, Fraction) and x == 0 else ball(x).tanh()


def _log(x: Number) -> Number:
    return Fraction(0) if isinstance(x, Fraction) and x == 1 else ball(x).log()


_FUNCTIONS: dict[str, Callable[..., Number]] = {"max": _larger, "tanh": _tanh, "log": _log}
