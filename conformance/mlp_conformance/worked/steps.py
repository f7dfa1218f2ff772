"""The worked example of a case: sections in the order of the computation, a line for each number.

Nothing here is floating-point: a line's value is that of the formula which it shows (`formula.evaluate`), at a precision
that is raised until every digit asked for is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from mlp_conformance.worked import formulas, general, numbers
from mlp_conformance.worked.digits import written
from mlp_conformance.worked.formula import (
    Formula,
    Name,
    Number,
    Product,
    Value,
    difference,
    evaluate,
    number,
    product,
    sign,
    total,
)
from mlp_conformance.worked.sections import MOST_LINES, Line, Section, TooLargeError, Worked
from mlp_reference.balls import UndecidedError, precision
from mlp_reference.decimals import UncertainError
from mlp_reference.losses import divisor, smoothed
from mlp_reference.mlp import FUSED
from mlp_reference.network import Case, Layer
from mlp_reference.oracle import PrecisionError
from mlp_reference.specification import ACTIVATION, DERIVATIVE, LOSS, REDUCTION

_PRECISIONS = (192, 512, 2048, 8192)


def size(case: Case) -> int:
    """How many lines an epoch has."""
    m, parameters = len(case.inputs), sum(w.size + b.size for w, b in case.network.parameters)
    return int(3 * m * sum(case.network.sizes[1:]) + 2 * parameters)


def worked(case: Case, digits: int, epoch: int = 1) -> Worked:
    """The worked example of one epoch of a case, every number certain to so many significant digits.

    Raises TooLargeError for more lines than MOST_LINES, PrecisionError where no precision is enough.
    """
    if size(case) > MOST_LINES:
        raise TooLargeError(f"written out it has {size(case):,} numbers, and {MOST_LINES:,} are the most that one reads")
    exact = case.map(_exact)
    for bits in (bits for bits in _PRECISIONS if bits > 4 * digits):
        with precision(bits):
            try:
                found = _Writer(exact)
                sections: tuple[Section, ...] = ()
                for _ in range(epoch):
                    sections = tuple(found.epoch())
                for section in sections:
                    for line in section.lines:
                        written(line.value, digits)
            except (UndecidedError, UncertainError):
                continue
            return Worked(exact, sections, epoch)
    raise PrecisionError("a number lies too near a rounding boundary, or a kink, to be told from it")


def _exact(values: Any) -> Any:
    """Every number as a Fraction: of a float, its exact binary value."""
    return np.vectorize(Fraction, otypes=[object])(np.asarray(values, dtype=object)) if np.ndim(values) else Fraction(values)


class _Writer:
    """Writes epoch after epoch; `layers` are the parameters that the next one starts from."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.network = case.network
        self.layers: list[Layer] = list(case.network.layers)
        self.last = len(self.layers)
        self.samples = range(len(case.inputs))
        self.divisor = divisor(case.network, case.targets)
        #: Of every layer, from the inputs up: [sample][unit].
        self.a: list[list[list[Number]]] = []
        self.z: list[list[list[Number]]] = []
        self.delta: dict[int, list[list[Number]]] = {}
        self.fused = (self.network.output_activation, self.network.loss) in FUSED and not smoothed(self.network)

    def epoch(self) -> Iterator[Section]:
        self.a, self.z, self.delta = [[list(row) for row in self.case.inputs]], [[]], {}
        for index, layer in enumerate(self.layers, 1):
            yield from self.forward(index, layer)
        yield from self.loss()
        gradients: dict[int, tuple[list[list[Number]], list[Number]]] = {}
        for index in reversed(range(1, self.last + 1)):
            yield from self.output_delta() if index == self.last else self.hidden_delta(index)
            weights, biases = self.weight_gradient(index), self.bias_gradient(index)
            yield weights
            yield biases
            units = self.units(index)
            gradients[index] = (_grid(weights, len(units)), [line.value for line in biases.lines])
        yield from self.update(gradients)

    # ---- one section after another

    def forward(self, index: int, layer: Layer) -> Iterator[Section]:
        below = self.a[index - 1]

        def z(s: int, j: int) -> Formula:
            parts = [Product((Value(x), Value(w))) for x, w in zip(below[s], layer.weights[:, j], strict=True)]
            return total([*parts, Value(layer.biases[j])])

        lines, values = self.each(index, "z", z)
        self.z.append(values)
        where = "the output layer" if index == self.last else f"hidden layer {index}"
        symbol = general.layer("z", index, "j")
        yield Section(f"Pre-activations of {where}", "forward", ("FWD-2",), symbol, general.pre_activation(index), lines)

        def a(s: int, j: int) -> Formula:
            return numbers.activation(layer.activation, [Value(v) for v in values[s]], j)

        lines, values_a = self.each(index, "a", a)
        self.a.append(values_a)
        requirements = ("FWD-3", ACTIVATION[layer.activation])
        formula = general.activation(layer.activation, index)
        title = f"Activations of {where} ({layer.activation})"
        yield Section(title, "forward", requirements, general.layer("a", index, "j"), formula, lines)

    def loss(self) -> Iterator[Section]:
        def term(s: int, k: int) -> Formula:
            return numbers.term(self.network, Value(self.a[self.last][s][k]), self.case.targets[s, k])

        lines, values = self.each(self.last, "ℓ", term)
        name = self.network.loss
        yield Section("Terms of the loss", "loss", (LOSS[name],), Name("ℓ", "k"), general.term(self.network), lines)
        added = total(Value(value) for row in values for value in row)
        line = _line("E", Name("E"), self.divided(added))
        requirement = REDUCTION[self.network.reduction]
        yield Section("The loss", "loss", (requirement,), Name("E"), general.loss(self.network), (line,))

    def output_delta(self) -> Iterator[Section]:
        outputs, layer = self.a[self.last], self.layers[-1]
        slopes: list[list[Number]] = []
        if not self.fused:

            def g(s: int, j: int) -> Formula:
                return numbers.slope(self.network, Value(outputs[s][j]), self.case.targets[s, j])

            lines, slopes = self.each(self.last, "g", g)
            title = "Derivative of the loss by the outputs"
            yield Section(title, "backward", ("BACK-2",), Name("g", "j"), general.slope(self.network), lines)

        def delta(s: int, j: int) -> Formula:
            a = Value(outputs[s][j])
            if self.fused:
                return self.divided(difference(a, Value(self.case.targets[s, j])))
            found = formulas.output_error(
                layer.activation,
                a,
                Value(slopes[s][j]),
                lambda: total(Product((Value(g), Value(o))) for g, o in zip(slopes[s], outputs[s], strict=True)),
                self.derivative(self.last, s, j),
            )
            return self.divided(found)

        lines, self.delta[self.last] = self.each(self.last, "δ", delta)
        requirements = ("BACK-2", "BACK-8" if self.fused else DERIVATIVE[layer.activation], "BACK-6")
        symbol = general.layer("δ", self.last, "j")
        formula = general.output_delta(self.network, self.fused)
        yield Section("Error δ of the output layer", "backward", requirements, symbol, formula, lines)

    def hidden_delta(self, index: int) -> Iterator[Section]:
        above = self.layers[index].weights

        def delta(s: int, j: int) -> Formula:
            back = total(Product((Value(d), Value(w))) for d, w in zip(self.delta[index + 1][s], above[j, :], strict=True))
            return product([back, *self.derivative(index, s, j)])

        lines, self.delta[index] = self.each(index, "δ", delta)
        requirements = ("BACK-3", DERIVATIVE[self.layers[index - 1].activation])
        symbol, formula = general.layer("δ", index, "j"), general.hidden_delta(self.network, index)
        yield Section(f"Error δ of hidden layer {index}", "backward", requirements, symbol, formula, lines)

    def weight_gradient(self, index: int) -> Section:
        def gradient(i: int, j: int) -> Formula:
            return total(Product((Value(self.a[index - 1][s][i]), Value(self.delta[index][s][j]))) for s in self.samples)

        symbol = general.layer("w", index, "i,j")
        lines = self.parameters(f"dE/dW{index}", "w", index, gradient, general.derivative)
        formula = general.weight_gradient(index)
        title = f"Gradient of the weights of layer {index}"
        return Section(title, "backward", ("BACK-4",), general.derivative(symbol), formula, lines)

    def bias_gradient(self, index: int) -> Section:
        def gradient(j: int) -> Formula:
            return total(Value(self.delta[index][s][j]) for s in self.samples)

        symbol = general.layer("b", index, "j")
        lines = tuple(
            _line(f"dE/db{index}[{j}]", general.derivative(general.layer("b", index, str(j + 1))), gradient(j))
            for j in self.units(index)
        )
        formula = general.bias_gradient(index)
        title = f"Gradient of the biases of layer {index}"
        return Section(title, "backward", ("BACK-5",), general.derivative(symbol), formula, lines)

    def update(self, gradients: dict[int, tuple[list[list[Number]], list[Number]]]) -> Iterator[Section]:
        rate = Value(self.case.learning_rate)

        def stepped(before: Number, gradient: Number) -> Formula:
            return difference(Value(before), Product((rate, Value(gradient))))

        for index, layer in enumerate(list(self.layers), 1):
            weights, biases = gradients[index]

            def new_weight(i: int, j: int, weights: Any = weights, layer: Layer = layer) -> Formula:
                return stepped(layer.weights[i, j], weights[i][j])

            lines = self.parameters(f"W{index}", "w", index, new_weight, _primed)
            symbol = general.layer("w", index, "i,j")
            title = f"New weights of layer {index}"
            found = Section(title, "update", ("UPD-1", "UPD-3"), _primed(symbol), general.updated(symbol), lines)
            yield found
            new_biases = tuple(
                _line(f"b{index}[{j}]", _primed(general.layer("b", index, str(j + 1))), stepped(layer.biases[j], biases[j]))
                for j in self.units(index)
            )
            symbol = general.layer("b", index, "j")
            title = f"New biases of layer {index}"
            yield Section(title, "update", ("UPD-2", "UPD-3"), _primed(symbol), general.updated(symbol), new_biases)
            self.layers[index - 1] = replace(
                layer,
                weights=np.array(_grid(found, layer.weights.shape[1]), dtype=object),
                biases=np.array([line.value for line in new_biases], dtype=object),
            )

    def derivative(self, index: int, s: int, j: int) -> list[Formula]:
        """The factors of sigma'(z)."""

        z = self.z[index][s][j]

        def relu() -> Formula:
            at_zero = Fraction(self.network.conventions.relu_at_zero)
            return number({1: Fraction(1), 0: at_zero, -1: Fraction(0)}[sign(z)])

        return formulas.derivative(self.layers[index - 1].activation, Value(z), Value(self.a[index][s][j]), relu)

    def divided(self, found: Formula) -> Formula:
        """By the divisor of the reduction."""
        return formulas.divided(found, None if self.divisor == 1 else number(self.divisor))

    # ---- lines

    def units(self, index: int) -> range:
        return range(len(self.layers[index - 1].biases))

    def each(
        self, index: int, base: str, formula: Callable[[int, int], Formula]
    ) -> tuple[tuple[Line, ...], list[list[Number]]]:
        """A line for every sample and unit of a layer, and the values."""
        lines = []
        for s in self.samples:
            for j in self.units(index):
                lower = str(j + 1) if len(self.samples) == 1 else f"{s + 1},{j + 1}"
                symbol = general.layer(base, index, lower) if base in "zaδ" else Name(base, lower)
                lines.append(_line(f"{base}{index}[{s}, {j}]", symbol, formula(s, j)))
        width = len(self.units(index))
        return tuple(lines), [[line.value for line in lines[s * width : (s + 1) * width]] for s in self.samples]

    def parameters(
        self, key: str, base: str, index: int, formula: Callable[[int, int], Formula], shown: Callable[[Name], Formula]
    ) -> tuple[Line, ...]:
        """A line for every weight of a layer."""
        rows = range(len(self.layers[index - 1].weights))
        return tuple(
            _line(f"{key}[{i}, {j}]", shown(general.layer(base, index, f"{i + 1},{j + 1}")), formula(i, j))
            for i in rows
            for j in self.units(index)
        )


def _line(key: str, symbol: Formula, formula: Formula) -> Line:
    return Line(key, symbol, formula, evaluate(formula))


def _grid(section: Section, width: int) -> list[list[Number]]:
    values = [line.value for line in section.lines]
    return [values[start : start + width] for start in range(0, len(values), width)]


def _primed(symbol: Name) -> Name:
    return replace(symbol, base=f"{symbol.base}′")
