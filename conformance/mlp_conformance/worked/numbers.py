"""The formulas of activations, losses and their derivatives with the numbers of one sample put in."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mlp_conformance.worked import formulas
from mlp_conformance.worked.formula import (
    Call,
    Exp,
    Formula,
    Product,
    Quotient,
    Sum,
    Value,
    difference,
    evaluate,
    number,
    sign,
    total,
)
from mlp_reference.network import Network


def activation(name: str, z: Sequence[Formula], j: int) -> Formula:
    """The activation of unit j, given the pre-activations of its layer (ACT-1 to ACT-5)."""
    return formulas.activation(name, z[j], lambda: total(Exp(each) for each in z))


def term(network: Network, a: Formula, y: Fraction) -> Formula:
    """What one sample and output contribute to the loss (LOSS-1 to LOSS-4)."""
    return formulas.term(network.loss, a, Value(y), lambda hit: _logarithm(network, *_of_class(hit, a, y)))


def _of_class(hit: bool, a: Formula, y: Fraction) -> tuple[Fraction, Formula]:
    """Target and output of a class, or of its opposite."""
    return (y, a) if hit else (1 - y, difference(number(1), a))


def _logarithm(network: Network, y: Fraction, p: Formula) -> Formula:
    """y log p, and 0 where y is 0, whatever p is (LOSS-9)."""
    return number(0) if y == 0 else Product((Value(y), Call("log", (_guarded(network, p),))))


def _guarded(network: Network, p: Formula) -> Formula:
    """The logarithm's argument under the claimed conventions (LOSS-10)."""
    conventions = network.conventions
    if conventions.probability_clip:
        low = Fraction(conventions.probability_clip)
        clipped = evaluate(Call("max", (p, number(low))))
        return number(1 - low) if sign(evaluate(difference(Value(clipped), number(1 - low)))) > 0 else Value(clipped)
    return Sum((p, number(Fraction(conventions.log_epsilon)))) if conventions.log_epsilon else p


def slope(network: Network, a: Formula, y: Fraction) -> Formula:
    """The derivative of a term by its output (BACK-2)."""
    return formulas.slope(network.loss, a, Value(y), lambda hit: _share(network, *_of_class(hit, a, y)))


def _share(network: Network, y: Fraction, p: Formula) -> Formula:
    """y times the derivative of the logarithm: 0 where p is clipped."""
    conventions = network.conventions
    clip = Fraction(conventions.probability_clip)
    if clip:
        inside = all(sign(evaluate(d)) >= 0 for d in (difference(p, number(clip)), difference(number(1 - clip), p)))
        return Quotient(Value(y), p) if inside else number(0)
    return number(0) if y == 0 else Quotient(Value(y), _guarded(network, p))
