"""The formulas of the specification with indices instead of numbers, as they stand above the lines of a worked example.

i counts the units of the layer below, j those of the layer at hand, k those of the layer above, s the samples.
"""

from __future__ import annotations

from mlp_conformance.worked.formula import (
    Call,
    Exp,
    Formula,
    Name,
    Negative,
    Over,
    Product,
    Quotient,
    Square,
    Sum,
    difference,
    number,
)
from mlp_reference.network import Network

_DIVISOR: dict[str, Formula] = {"mean_samples": Name("m"), "mean_elements": Product((Name("m"), Name("n", "L")))}

#: Requirements: of the activation, its derivative, the loss, its reduction.
ACTIVATION = {"sigmoid": "ACT-1", "tanh": "ACT-2", "relu": "ACT-3", "linear": "ACT-4", "softmax": "ACT-5"}
DERIVATIVE = {"sigmoid": "ACT-7", "tanh": "ACT-8", "relu": "ACT-9", "linear": "ACT-10", "softmax": "ACT-11"}
LOSS = {"half_squared_error": "LOSS-1", "squared_error": "LOSS-2", "cross_entropy": "LOSS-3", "binary_cross_entropy": "LOSS-4"}
REDUCTION = {"sum": "LOSS-5", "mean_samples": "LOSS-6", "mean_elements": "LOSS-7"}


def layer(base: str, index: int, lower: str = "") -> Name:
    """A symbol of one layer: its number stands above, in parentheses."""
    return Name(base, lower, f"({index})")


def pre_activation(index: int) -> Formula:
    """z_j (FWD-2)."""
    below = layer("a", index - 1, "i") if index > 1 else Name("x", "i")
    return Sum((Over("i", Product((below, layer("w", index, "i,j")))), layer("b", index, "j")))


def activation(name: str, index: int) -> Formula:
    """a_j (ACT-1 to ACT-5)."""
    z = layer("z", index, "j")
    match name:
        case "sigmoid":
            return Quotient(number(1), Sum((number(1), Exp(Negative(z)))))
        case "tanh":
            return Call("tanh", (z,))
        case "relu":
            return Call("max", (z, number(0)))
        case "softmax":
            return Quotient(Exp(z), Over("k", Exp(layer("z", index, "k"))))
    return z


def term(network: Network) -> Formula:
    """What one sample and output contribute to the loss (LOSS-1 to LOSS-4)."""
    a, y = layer("a", len(network.layers), "k"), Name("y", "k")
    match network.loss:
        case "half_squared_error":
            return Product((Quotient(number(1), number(2)), Square(difference(a, y))))
        case "squared_error":
            return Square(difference(a, y))
        case "cross_entropy":
            return Negative(Product((y, Call("log", (_guarded(network, a),)))))
    other = difference(number(1), a)
    left = Product((y, Call("log", (_guarded(network, a),))))
    right = Product((difference(number(1), y), Call("log", (_guarded(network, other),))))
    return Negative(Sum((left, right)))


def _guarded(network: Network, a: Formula) -> Formula:
    conventions = network.conventions
    if conventions.probability_clip:
        return Call("clip", (a,))
    return Sum((a, Name("ε"))) if conventions.log_epsilon else a


def loss(network: Network) -> Formula:
    """E, the terms added up and divided as the reduction says (LOSS-5 to LOSS-7)."""
    every = Over("s", Over("k", Name("ℓ", "s,k")))
    divisor = _DIVISOR.get(network.reduction)
    return Product((Quotient(number(1), divisor), every)) if divisor else every


def output_delta(network: Network, fused: bool) -> Formula:
    """delta of the last layer (BACK-2, BACK-8)."""
    last = len(network.layers)
    a, y = layer("a", last, "j"), Name("y", "j")
    divisor = _DIVISOR.get(network.reduction)
    if fused:
        found: Formula = difference(a, y)
    elif network.output_activation == "softmax":
        every = Over("k", Product((Name("g", "k"), layer("a", last, "k"))))
        found = Product((a, difference(Name("g", "j"), every)))
    else:
        found = _times_slope(Name("g", "j"), network.output_activation, last)
    return Product((Quotient(number(1), divisor), found)) if divisor else found


def slope(network: Network) -> Formula:
    """g, the derivative of a term by its output (BACK-2)."""
    a, y = layer("a", len(network.layers), "j"), Name("y", "j")
    match network.loss:
        case "half_squared_error":
            return difference(a, y)
        case "squared_error":
            return Product((number(2), difference(a, y)))
        case "cross_entropy":
            return Negative(Quotient(y, _guarded(network, a)))
    right = Quotient(difference(number(1), y), _guarded(network, difference(number(1), a)))
    return Sum((Negative(Quotient(y, _guarded(network, a))), right))


def hidden_delta(network: Network, index: int) -> Formula:
    """delta of a hidden layer (BACK-3)."""
    back = Over("k", Product((layer("δ", index + 1, "k"), layer("w", index + 1, "j,k"))))
    return _times_slope(back, network.layers[index - 1].activation, index)


def _times_slope(error: Formula, name: str, index: int) -> Formula:
    a, z = layer("a", index, "j"), layer("z", index, "j")
    match name:
        case "sigmoid":
            return Product((error, a, difference(number(1), a)))
        case "tanh":
            return Product((error, difference(number(1), Square(a))))
        case "relu":
            return Product((error, Call("relu′", (z,))))
    return error


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
