"""Straight-line programs: named definitions, differentiated by SymPy one at a time and chained by reverse accumulation.

Nothing here knows of neural networks. A program is a list of definitions `name = expression` over earlier names and given
numbers. SymPy differentiates each definition with respect to its arguments; `gradient` chains the partial derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, reduce
from typing import Any

import sympy
from flint import arb

from mlp_reference.balls import ball

Number = Fraction | arb


@dataclass
class Program:
    """Given numbers, and definitions in the order in which they can be evaluated."""

    given: dict[str, Fraction] = field(default_factory=dict)
    definitions: dict[str, sympy.Expr] = field(default_factory=dict)

    def give(self, name: str, value: Fraction) -> sympy.Symbol:
        self.given[name] = value
        return sympy.Symbol(name)

    def define(self, name: str, expression: sympy.Expr) -> sympy.Symbol:
        self.definitions[name] = sympy.sympify(expression)
        return sympy.Symbol(name)


def gradient(program: Program, output: str, wanted: list[str], name: str = "d{output}_d{argument}") -> dict[str, str]:
    """Add the derivatives of one definition with respect to the wanted names; which definition holds which.

    Reverse accumulation: from the output back, every definition hands its own derivative, times each partial derivative,
    to its arguments.
    """
    reaches = _reaching(program, output, set(wanted))
    handed: dict[str, list[sympy.Expr]] = {output: [sympy.Integer(1)]}
    found: dict[str, str] = {}
    for current in [*reversed(list(program.definitions)), *program.given]:
        if current not in handed or current not in reaches:
            continue
        found[current] = name.format(output=output, argument=current)
        adjoint = program.define(found[current], sympy.Add(*handed[current]))
        if current in program.definitions:
            for argument, partial in partial_derivatives(program.definitions[current]):
                if argument in reaches:
                    handed.setdefault(argument, []).append(adjoint * partial)
    for argument in wanted:
        if argument not in found:
            found[argument] = name.format(output=output, argument=argument)
            program.define(found[argument], sympy.Integer(0))
    return found


def _reaching(program: Program, output: str, wanted: set[str]) -> set[str]:
    """The names between the wanted ones and the output: all that a derivative has to pass through."""
    depends: set[str] = set(wanted)
    for current, expression in program.definitions.items():
        if any(symbol.name in depends for symbol in expression.free_symbols):
            depends.add(current)
    return depends | {output}


def partial_derivatives(expression: sympy.Expr) -> list[tuple[str, sympy.Expr]]:
    """(argument, derivative) for each argument of an expression; each shape of expression is differentiated once."""
    arguments = sorted(expression.free_symbols, key=lambda symbol: _natural(symbol.name))
    places = {symbol: sympy.Symbol(f"_{i}") for i, symbol in enumerate(arguments)}
    shape = expression.xreplace(places)
    back = {place: symbol for symbol, place in places.items()}
    return [
        (symbol.name, partial.xreplace(back))
        for symbol, partial in zip(arguments, _differentiated(shape, len(arguments)), strict=True)
    ]


@cache
def _differentiated(shape: sympy.Expr, count: int) -> tuple[sympy.Expr, ...]:
    return tuple(sympy.diff(shape, sympy.Symbol(f"_{i}")) for i in range(count))


# ---- evaluation


def evaluate(program: Program) -> dict[str, Number]:
    """Every name's value at the working precision: a Fraction where no transcendental function is involved, else a ball."""
    values: dict[str, Number] = dict(program.given)
    for name, expression in program.definitions.items():
        values[name] = value_of(expression, values)
    return values


def value_of(expression: sympy.Expr, values: dict[str, Number]) -> Number:
    """The value of one expression, given those of its arguments."""
    if isinstance(expression, sympy.Symbol):
        return values[expression.name]
    if isinstance(expression, sympy.Rational):
        return Fraction(int(expression.p), int(expression.q))
    parts = [value_of(part, values) for part in expression.args]
    if isinstance(expression, sympy.Add):
        return _folded(parts, lambda x, y: x + y)
    if isinstance(expression, sympy.Mul):
        return Fraction(0) if any(isinstance(x, Fraction) and x == 0 for x in parts) else _folded(parts, lambda x, y: x * y)
    if isinstance(expression, sympy.Pow):
        base, exponent = parts
        if exponent == Fraction(1, 2):
            return ball(base).sqrt()
        if not isinstance(exponent, Fraction) or exponent.denominator != 1:
            raise ValueError(f"only whole powers and square roots are evaluated, not {expression}")
        return base ** int(exponent) if int(exponent) >= 0 else 1 / base ** -int(exponent)
    return _function(expression.func.__name__, parts[0])


_AT_EXACT_ARGUMENT = {
    ("exp", Fraction(0)): Fraction(1),
    ("log", Fraction(1)): Fraction(0),
    ("tanh", Fraction(0)): Fraction(0),
}


def _function(name: str, x: Number) -> Number:
    if isinstance(x, Fraction):
        known = _AT_EXACT_ARGUMENT.get((name, x))
        if known is not None:
            return known
    if name not in ("exp", "log", "tanh"):
        raise ValueError(f"no rule to evaluate {name}")
    return getattr(ball(x), name)()


def _folded(parts: list[Number], combine: Any) -> Number:
    """Fractions among themselves first, so that they stay exact as long as they can."""
    exact = [part for part in parts if isinstance(part, Fraction)]
    balls = [part for part in parts if not isinstance(part, Fraction)]
    if exact:
        rational: Number = reduce(combine, exact)
        balls = [ball(rational), *balls] if balls else []
        return reduce(combine, balls) if balls else rational
    return reduce(combine, balls)


# ---- text


def written(expression: sympy.Expr) -> str:
    """The expression as text, the same for every version of SymPy: terms and factors in the order of their names."""
    return _written(expression, 0)


def _written(expression: sympy.Expr, tightness: int) -> str:
    if isinstance(expression, sympy.Symbol):
        return str(expression.name)
    if isinstance(expression, sympy.Rational):
        text = str(expression.p) if expression.q == 1 else f"{expression.p}/{expression.q}"
        return f"({text})" if tightness > 1 and (expression.p < 0 or expression.q != 1) else text
    if isinstance(expression, sympy.Add):
        terms = sorted((_written(term, 1) for term in expression.args), key=_natural)
        text = " + ".join(terms).replace("+ -", "- ")
        return f"({text})" if tightness else text
    if isinstance(expression, sympy.Mul):
        return _written_product(expression, tightness)
    if isinstance(expression, sympy.Pow):
        if expression.exp.is_negative:
            return _written_product(expression, tightness)
        return f"{_written(expression.base, 3)}**{_written(expression.exp, 3)}"
    return f"{expression.func.__name__}({_written(expression.args[0], 0)})"


def _written_product(expression: sympy.Expr, tightness: int) -> str:
    """Factors over divisors, a leading number or sign first."""
    number, rest = expression.as_coeff_Mul()
    parts = sympy.Mul.make_args(rest)
    factors = sorted((_written(part, 2) for part in parts if not _divides(part) and part != 1), key=_natural)
    divisors = sorted((_written(1 / part, 3) for part in parts if _divides(part)), key=_natural)
    if number != 1 and (number != -1 or not factors):
        factors.insert(0, _written(abs(number), 2))
    text = "/".join(["*".join(factors) or "1", *divisors])
    text = f"-{text}" if number < 0 else text
    return f"({text})" if tightness > 1 else text


def _divides(part: sympy.Expr) -> bool:
    return isinstance(part, sympy.Pow) and bool(part.exp.is_negative)


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Sorts a10 behind a9."""
    import re

    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in re.split(r"(\d+)", text) if part]
