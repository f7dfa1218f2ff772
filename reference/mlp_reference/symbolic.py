"""The derivation: an example written out neuron by neuron from the document's own sums, as a straight-line program.

This is not the reference run on symbols: nothing of it is used here. Every unit of every sample has a pre-activation and an
activation of its own, and no derivative is typed: SymPy finds each, `program.gradient` chains them.

Names: x_i_s and y_k_s (input i, target k of sample s), w1_i_j and b1_j (parameters of layer 1), z1_j_s and a1_j_s
(pre-activation and activation of unit j for sample s), e_k_s (a term of the loss), E, dE_dw1_i_j, .... After t updates a
name has the ending _tN.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy

from mlp_reference.balls import UndecidedError, precision
from mlp_reference.examples import Example
from mlp_reference.network import Layer
from mlp_reference.program import Number, Program, gradient, value_of

#: At these precisions the sign of a ReLU's pre-activation is looked for.
_DECIDING = (128, 512, 2048, 8192)

Grid = list[list[sympy.Symbol]]


@dataclass(frozen=True)
class Derivation:
    """The program of an example, and which definitions hold which of its results.

    activations[l][s][j]; gradients[l] = (weights[i][j], biases[j]); parameters[n] and losses[n] after n updates.
    """

    program: Program
    activations: list[list[list[str]]]
    loss: str
    mean_squared_error: str
    gradients: list[tuple[list[list[str]], list[str]]]
    parameters: dict[int, list[tuple[list[list[str]], list[str]]]]
    losses: list[str]
    first_step: int


class Writer:
    """Writes the program of one example, epoch after epoch."""

    def __init__(self, example: Example) -> None:
        self.example = example
        self.program = Program()
        self.values: list[dict[str, Number]] = [{} for _ in _DECIDING]
        self.suffix = ""
        m = len(example.inputs)
        #: The samples of the batch at hand, counted from 1.
        self.samples = list(range(1, m + 1))
        give = self.program.give
        self.x = [[give(f"x_{i}_{s}", v) for i, v in enumerate(example.inputs[s - 1], 1)] for s in range(1, m + 1)]
        self.y = [[give(f"y_{k}_{s}", v) for k, v in enumerate(example.targets[s - 1], 1)] for s in range(1, m + 1)]
        self.eta = give("eta", example.learning_rate)
        self.weights: list[Grid] = []
        self.biases: list[list[sympy.Symbol]] = []
        for index, layer in enumerate(example.network.layers, 1):
            self.weights.append(
                [[give(f"w{index}_{i}_{j}", v) for j, v in enumerate(row, 1)] for i, row in enumerate(layer.weights, 1)]
            )
            self.biases.append([give(f"b{index}_{j}", v) for j, v in enumerate(layer.biases, 1)])

    def define(self, name: str, expression: sympy.Expr) -> sympy.Symbol:
        return self.program.define(name + self.suffix, expression)

    def forward(self) -> list[list[list[sympy.Symbol]]]:
        """a^(l)_j = sigma(sum_i w_ij a^(l-1)_i + b_j), unit by unit, for every sample."""
        found: list[list[list[sympy.Symbol]]] = []
        before = [self.x[s - 1] for s in self.samples]
        for index, layer in enumerate(self.example.network.layers, 1):
            rows = []
            for s, inputs in zip(self.samples, before, strict=True):
                z = [
                    self.define(
                        f"z{index}_{j}_{s}",
                        sympy.Add(
                            *[w[j - 1] * a for w, a in zip(self.weights[index - 1], inputs, strict=True)],
                            bias,
                        ),
                    )
                    for j, bias in enumerate(self.biases[index - 1], 1)
                ]
                rows.append(self.activated(layer, index, s, z))
            found.append(rows)
            before = self.passed_on(index, rows)
        return found

    def passed_on(self, index: int, rows: Grid) -> Grid:
        """What the next layer receives of a layer's activations."""
        return rows

    def activated(self, layer: Layer, index: int, s: int, z: list[sympy.Symbol]) -> list[sympy.Symbol]:
        if layer.activation == "softmax":
            total = self.define(f"s{index}_{s}", sympy.Add(*[sympy.exp(v) for v in z]))
            return [self.define(f"a{index}_{j}_{s}", sympy.exp(v) / total) for j, v in enumerate(z, 1)]
        return [self.define(f"a{index}_{j}_{s}", self.unit(layer.activation, v)) for j, v in enumerate(z, 1)]

    def unit(self, activation: str, z: sympy.Symbol) -> sympy.Expr:
        match activation:
            case "sigmoid":
                return 1 / (1 + sympy.exp(-z))
            case "tanh":
                return sympy.tanh(z)
            case "linear":
                return sympy.Integer(1) * z
            case "relu":
                return self.relu_branch(z)
        raise ValueError(f"unknown activation {activation!r}")

    def relu_branch(self, z: sympy.Symbol) -> sympy.Expr:
        """The branch of ReLU that z is on. At exactly 0, where calculus gives no derivative, c z has the claimed one, c."""
        sign = self.sign(z.name)
        if sign == 0:
            at_zero = Fraction(self.example.network.conventions.relu_at_zero)
            return sympy.Rational(at_zero.numerator, at_zero.denominator) * z
        return sympy.Integer(1) * z if sign > 0 else sympy.Integer(0)

    def sign(self, name: str) -> int:
        """The certified sign of a definition's value."""
        for bits, values in zip(_DECIDING, self.values, strict=True):
            with precision(bits):
                for other, expression in self.program.definitions.items():
                    if other not in values:
                        values[other] = value_of(expression, _arguments(values, self.program.given, expression))
                value = values[name]
            if isinstance(value, Fraction):
                return (value > 0) - (value < 0)
            if value > 0:
                return 1
            if value < 0:
                return -1
        raise UndecidedError(f"{self.example.id}: {name} is too near 0 to tell on which side it lies")

    def loss(self, outputs: list[list[sympy.Symbol]]) -> tuple[sympy.Symbol, sympy.Symbol]:
        """E and the mean squared error that the document's program prints."""
        terms, squares = [], []
        for s, a_row in zip(self.samples, outputs, strict=True):
            for k, (a, y) in enumerate(zip(a_row, self.y[s - 1], strict=True), 1):
                terms.append(self.define(f"e_{k}_{s}", self.term(a, y)))
                squares.append((y - a) ** 2)
        m, n = len(self.samples), self.example.targets.shape[1]
        divisor = {"sum": 1, "mean_samples": m, "mean_elements": m * n}[self.example.network.reduction]
        error = self.define("E", sympy.Add(*terms) / divisor)
        return error, self.define("MSE", sympy.Add(*squares) / (m * n))

    def term(self, a: sympy.Symbol, y: sympy.Symbol) -> sympy.Expr:
        target = self.program.given[y.name]
        match self.example.network.loss:
            case "half_squared_error":
                return (y - a) ** 2 / 2
            case "squared_error":
                return (y - a) ** 2
            case "cross_entropy":  # 0 log a = 0 whatever a is (LOSS-9)
                return -y * sympy.log(a) if target else sympy.Integer(0)
            case _:
                left = -y * sympy.log(a) if target else sympy.Integer(0)
                right = -(1 - y) * sympy.log(1 - a) if target != 1 else sympy.Integer(0)
                return left + right

    def update(self, derivatives: dict[str, str], number: int) -> None:
        """w <- w - eta dE/dw, for every parameter at once."""
        self.suffix = f"_t{number}"

        def stepped(symbol: sympy.Symbol) -> sympy.Symbol:
            base = symbol.name.split("_t")[0]
            return self.define(base, symbol - self.eta * sympy.Symbol(derivatives[symbol.name]))

        self.weights = [[[stepped(w) for w in row] for row in grid] for grid in self.weights]
        self.biases = [[stepped(b) for b in row] for row in self.biases]

    def parameter_names(self) -> list[str]:
        names = [symbol.name for grid in self.weights for row in grid for symbol in row]
        return names + [symbol.name for row in self.biases for symbol in row]


def _arguments(values: dict[str, Number], given: dict[str, Fraction], expression: sympy.Expr) -> dict[str, Number]:
    return {s.name: values[s.name] if s.name in values else given[s.name] for s in expression.free_symbols}


def derive(example: Example) -> Derivation:
    """The whole program of an example: forward pass, loss, gradients, and as many updates as its longest training has.

    Raises balls.UndecidedError if the side of a ReLU cannot be certified.
    """
    writer = Writer(example)
    outputs = writer.forward()
    error, squared = writer.loss(outputs[-1])
    derivatives = gradient(writer.program, error.name, writer.parameter_names())
    gradients = [
        ([[derivatives[w.name] for w in row] for row in grid], [derivatives[b.name] for b in row_of_biases])
        for grid, row_of_biases in zip(writer.weights, writer.biases, strict=True)
    ]
    losses, parameters, first_step = [error.name], {}, 0
    for number in range(1, max(example.epochs) + 1):
        writer.update(derivatives, number)
        first_step = first_step or len(writer.program.definitions)
        parameters[number] = [
            ([[w.name for w in row] for row in grid], [b.name for b in biases])
            for grid, biases in zip(writer.weights, writer.biases, strict=True)
        ]
        if number < max(example.epochs):
            later, _ = writer.loss(writer.forward()[-1])
            losses.append(later.name)
            derivatives = gradient(writer.program, later.name, writer.parameter_names())
    return Derivation(
        writer.program,
        [[[a.name for a in row] for row in rows] for rows in outputs],
        error.name,
        squared.name,
        gradients,
        parameters,
        losses,
        first_step,
    )
