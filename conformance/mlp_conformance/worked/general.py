"""The formulas of the specification with indices instead of numbers, as they stand above the lines of a worked example.

i counts the units of the layer below, j those of the layer at hand, k those of the layer above, s the samples.
"""

from __future__ import annotations

from mlp_conformance.worked import formulas
from mlp_conformance.worked.formula import (
    Call,
    Exp,
    Formula,
    Name,
    Over,
    Product,
    Quotient,
    Sum,
    difference,
    number,
    product,
)
from mlp_reference.network import Network

_DIVISOR: dict[str, Formula] = {"mean_samples": Name("m"), "mean_elements": Product((Name("m"), Name("n", "L")))}


def layer(base: str, index: int, lower: str = "") -> Name:
    """A symbol of one layer: its number stands above, in parentheses."""
    return Name(base, lower, f"({index})")


def pre_activation(index: int) -> Formula:
    """z_j (FWD-2)."""
    below = layer("a", index - 1, "i") if index > 1 else Name("x", "i")
    return Sum((Over("i", Product((below, layer("w", index, "i,j")))), layer("b", index, "j")))


def activation(name: str, index: int) -> Formula:
    """a_j (ACT-1 to ACT-5)."""
    return formulas.activation(name, layer("z", index, "j"), lambda: Over("k", Exp(layer("z", index, "k"))))


def term(network: Network) -> Formula:
    """What one sample and output contribute to the loss (LOSS-1 to LOSS-4)."""
    a, y = layer("a", len(network.layers), "k"), Name("y", "k")

    def logarithm(hit: bool) -> Formula:
        weight, p = _of_class(hit, a, y)
        return Product((weight, Call("log", (_guarded(network, p),))))

    return formulas.term(network.loss, a, y, logarithm)


def _of_class(hit: bool, a: Formula, y: Formula) -> tuple[Formula, Formula]:
    """Target and output of a class, or of its opposite."""
    return (y, a) if hit else (difference(number(1), y), difference(number(1), a))


def _guarded(network: Network, a: Formula) -> Formula:
    conventions = network.conventions
    if conventions.probability_clip:
        return Call("clip", (a,))
    return Sum((a, Name("ε"))) if conventions.log_epsilon else a


def loss(network: Network) -> Formula:
    """E, the terms added up and divided as the reduction says (LOSS-5 to LOSS-7)."""
    return formulas.divided(Over("s", Over("k", Name("ℓ", "s,k"))), _DIVISOR.get(network.reduction))


def output_delta(network: Network, fused: bool) -> Formula:
    """delta of the last layer (BACK-2, BACK-8)."""
    last = len(network.layers)
    name, a, g = network.output_activation, layer("a", last, "j"), Name("g", "j")
    if fused:
        found: Formula = difference(a, Name("y", "j"))
    else:
        found = formulas.output_error(
            name, a, g, lambda: Over("k", Product((Name("g", "k"), layer("a", last, "k")))), _derivative(name, last)
        )
    return formulas.divided(found, _DIVISOR.get(network.reduction))


def slope(network: Network) -> Formula:
    """g, the derivative of a term by its output (BACK-2)."""
    a, y = layer("a", len(network.layers), "j"), Name("y", "j")

    def share(hit: bool) -> Formula:
        weight, p = _of_class(hit, a, y)
        return Quotient(weight, _guarded(network, p))

    return formulas.slope(network.loss, a, y, share)


def hidden_delta(network: Network, index: int) -> Formula:
    """delta of a hidden layer (BACK-3)."""
    back = Over("k", Product((layer("δ", index + 1, "k"), layer("w", index + 1, "j,k"))))
    return product([back, *_derivative(network.layers[index - 1].activation, index)])


def _derivative(name: str, index: int) -> list[Formula]:
    z = layer("z", index, "j")
    return formulas.derivative(name, z, layer("a", index, "j"), lambda: Call("relu′", (z,)))


def weight_gradient(index: int) -> Formula:
    """The derivative by w_ij (BACK-4)."""
    below = layer("a", index - 1, "s,i") if index > 1 else Name("x", "s,i")
    return Over("s", Product((below, layer("δ", index, "s,j"))))


def bias_gradient(index: int) -> Formula:
    """The derivative by b_j (BACK-5)."""
    return Over("s", layer("δ", index, "s,j"))


def updated(symbol: Name) -> Formula:
    """A parameter after the step (UPD-1, UPD-2)."""
    return difference(symbol, Product((Name("η"), derivative(symbol))))


def derivative(symbol: Name) -> Formula:
    """∂E / ∂ of a parameter."""
    return Quotient(Name("∂E"), Name(f"∂{symbol.base}", symbol.lower, symbol.upper))
