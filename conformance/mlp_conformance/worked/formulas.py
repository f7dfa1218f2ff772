"""The formulas of activations, losses and errors, whatever stands in them: symbols, or the numbers of one sample.

`general` puts in symbols with indices, `numbers` and `steps` put in numbers; what is shown above a line is therefore what is
computed in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mlp_conformance.worked.formula import (
    Call,
    Exp,
    Formula,
    Negative,
    Product,
    Quotient,
    Square,
    Sum,
    difference,
    number,
    product,
)


def activation(name: str, z: Formula, exponentials: Callable[[], Formula]) -> Formula:
    """The activation of a unit (ACT-1 to ACT-5); exponentials: the sum of those of its layer."""
    match name:
        case "sigmoid":
            return Quotient(number(1), Sum((number(1), Exp(Negative(z)))))
        case "tanh":
            return Call("tanh", (z,))
        case "relu":
            return Call("max", (z, number(0)))
        case "softmax":
            return Quotient(Exp(z), exponentials())
    return z


def derivative(name: str, z: Formula, a: Formula, relu: Callable[[], Formula]) -> list[Formula]:
    """The factors of sigma'(z), where a = sigma(z) (ACT-7 to ACT-10); relu: that of ReLU, which goes by the sign of z."""
    match name:
        case "sigmoid":
            return [a, difference(number(1), a)]
        case "tanh":
            return [difference(number(1), Square(a))]
        case "relu":
            return [relu()]
    return []


def term(loss: str, a: Formula, y: Formula, logarithm: Callable[[bool], Formula]) -> Formula:
    """What one sample and output contribute to the loss (LOSS-1 to LOSS-4); logarithm: y log a, or that of 1 - y and 1 - a."""
    match loss:
        case "half_squared_error":
            return Product((Quotient(number(1), number(2)), Square(difference(a, y))))
        case "squared_error":
            return Square(difference(a, y))
        case "cross_entropy":
            return Negative(logarithm(True))
    return Negative(Sum((logarithm(True), logarithm(False))))


def slope(loss: str, a: Formula, y: Formula, share: Callable[[bool], Formula]) -> Formula:
    """The derivative of a term by its output (BACK-2); share: y / a, or (1 - y) / (1 - a)."""
    match loss:
        case "half_squared_error":
            return difference(a, y)
        case "squared_error":
            return Product((number(2), difference(a, y)))
        case "cross_entropy":
            return Negative(share(True))
    return Sum((Negative(share(True)), share(False)))


def output_error(
    name: str, a: Formula, g: Formula, mixture: Callable[[], Formula], slope_factors: Sequence[Formula]
) -> Formula:
    """delta of an output unit, before the divisor (BACK-2); mixture: for softmax, the sum of g a over the outputs (ACT-11)."""
    return Product((a, difference(g, mixture()))) if name == "softmax" else product([g, *slope_factors])


def divided(found: Formula, divisor: Formula | None) -> Formula:
    """By the divisor of the reduction, where there is one (LOSS-5 to LOSS-7)."""
    return Product((Quotient(number(1), divisor), found)) if divisor else found
