"""The formulas of activations, losses and their derivatives with the numbers of one sample put in."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mlp_conformance.worked.formula import (
    Call,
    Exp,
    Formula,
    Negative,
    Product,
    Quotient,
    Square,
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
    match name:
        case "sigmoid":
            return Quotient(number(1), Sum((number(1), Exp(Negative(z[j])))))
        case "tanh":
            return Call("tanh", (z[j],))
        case "relu":
            return Call("max", (z[j], number(0)))
        case "softmax":
            return Quotient(Exp(z[j]), total(Exp(each) for each in z))
    return z[j]


def term(network: Network, a: Formula, y: Fraction) -> Formula:
    """What one sample and output contribute to the loss (LOSS-1 to LOSS-4)."""
    match network.loss:
        case "half_squared_error":
            return Product((Quotient(number(1), number(2)), Square(difference(a, Value(y)))))
        case "squared_error":
            return Square(difference(a, Value(y)))
        case "cross_entropy":
            return Negative(_logarithm(network, y, a))
    return Negative(Sum((_logarithm(network, y, a), _logarithm(network, 1 - y, difference(number(1), a)))))


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
    match network.loss:
        case "half_squared_error":
            return difference(a, Value(y))
        case "squared_error":
            return Product((number(2), difference(a, Value(y))))
        case "cross_entropy":
            return Negative(_share(network, y, a))
    return Sum((Negative(_share(network, y, a)), _share(network, 1 - y, difference(number(1), a))))


def _share(network: Network, y: Fraction, p: Formula) -> Formula:
    """y times the derivative of the logarithm: 0 where p is clipped."""
    conventions = network.conventions
    clip = Fraction(conventions.probability_clip)
    if clip:
        inside = all(sign(evaluate(d)) >= 0 for d in (difference(p, number(clip)), difference(number(1 - clip), p)))
        return Quotient(Value(y), p) if inside else number(0)
    return number(0) if y == 0 else Quotient(Value(y), _guarded(network, p))
