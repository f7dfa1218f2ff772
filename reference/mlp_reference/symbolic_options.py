"""The derivation of training with options (OPT-1 to OPT-7), sample by sample and update by update.

Nothing of `descent` is used here. SymPy differentiates the penalised loss of each batch. A velocity is not carried along: it
is written out as the sum over all earlier gradients that it is, mu^(t - k) g_k, with their learning rates where it contains
them. The branch of a clip is certified, as that of a ReLU is. Names are those of `symbolic`, with the ending _tN after N
updates; P is the penalised loss of the batch at hand, d1_j_s what dropout leaves of a1_j_s.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy

from mlp_reference.examples import Example
from mlp_reference.options import Options
from mlp_reference.program import Program, gradient
from mlp_reference.symbolic import Grid, Writer


@dataclass(frozen=True)
class TrainingDerivation:
    """parameters[n] = (weights[i][j], biases[j]) a layer, after n epochs; losses: before each update."""

    program: Program
    parameters: dict[int, list[tuple[list[list[str]], list[str]]]]
    losses: list[str]


class _OptionWriter(Writer):
    """Writes training with options."""

    def __init__(self, example: Example, options: Options) -> None:
        super().__init__(example)
        self.options, self.epoch, self.updates = options, 0, 0
        #: Of every parameter, by its name before training: its gradient and its learning rate, an update after the other.
        self.history: dict[str, list[tuple[sympy.Expr, sympy.Expr]]] = {}

    def passed_on(self, index: int, rows: Grid) -> Grid:
        options = self.options
        if options.masks is None or index == len(self.example.network.layers):
            return rows
        mask, kept = options.masks[self.epoch][index - 1], 1 - Fraction(options.dropout)
        return [
            [self.define(f"d{index}_{j}_{s}", _rational(Fraction(mask[s - 1][j - 1]) / kept) * a) for j, a in enumerate(row, 1)]
            for s, row in zip(self.samples, rows, strict=True)
        ]

    def objective(self) -> sympy.Symbol:
        """The loss of the batch at hand, with its penalty."""
        error, _ = self.loss(self.forward()[-1])
        if self.options.l2 is None:
            return error
        factor = _rational(self.options.l2) / (len(self.samples) if self.options.l2_over_batch else 1)
        squares = [w**2 for grid in self.weights for row in grid for w in row]
        return self.define("P", error + factor / 2 * sympy.Add(*squares))

    def clipped(self, gradients: list[sympy.Expr]) -> list[sympy.Expr]:
        if self.options.clip_norm is None:
            return gradients
        limit = _rational(self.options.clip_norm)
        norm = self.define("norm", sympy.sqrt(sympy.Add(*[g**2 for g in gradients])))
        over = self.define("over", norm + _rational(self.options.clip_epsilon) - limit)
        if self.sign(over.name) <= 0:
            return gradients
        factor = self.define("factor", limit / (norm + _rational(self.options.clip_epsilon)))
        return [factor * g for g in gradients]

    def step(self, name: str, gradient: sympy.Expr, rate: sympy.Expr) -> sympy.Expr:
        """What a parameter loses in this update."""
        if self.options.momentum is None:
            return rate * gradient
        steps = self.history.setdefault(name, [])
        steps.append((gradient, rate))
        mu, last = _rational(self.options.momentum), len(steps) - 1
        inside = self.options.rate_in_velocity
        velocity = sympy.Add(*[mu ** (last - k) * (r * g if inside else g) for k, (g, r) in enumerate(steps)])
        if self.options.nesterov:
            velocity = mu * velocity + (rate * gradient if inside else gradient)
        return velocity if inside else rate * velocity

    def one_update(self, rate: sympy.Expr) -> str:
        """Gradients of the batch at hand and one update; the name of the loss before it."""
        error = self.objective()
        names = self.parameter_names()
        derivatives = gradient(self.program, error.name, names)
        gradients = dict(zip(names, self.clipped([sympy.Symbol(derivatives[name]) for name in names]), strict=True))
        self.updates += 1
        self.suffix = f"_t{self.updates}"

        def stepped(symbol: sympy.Symbol) -> sympy.Symbol:
            base = symbol.name.split("_t")[0]
            return self.define(base, symbol - self.step(base, gradients[symbol.name], rate))

        self.weights = [[[stepped(w) for w in row] for row in grid] for grid in self.weights]
        self.biases = [[stepped(b) for b in row] for row in self.biases]
        return str(error.name)


def derive_training(example: Example) -> TrainingDerivation:
    """The program of an example's training with its options, up to its largest number of epochs.

    Raises balls.UndecidedError where the side of a ReLU or of a clip cannot be certified.
    """
    options = example.options or Options()
    writer = _OptionWriter(example, options)
    parameters, losses = {}, []
    m = len(example.inputs)
    for epoch in range(max(example.epochs)):
        writer.epoch = epoch
        rate = writer.eta if options.learning_rates is None else _rational(options.learning_rates[epoch])
        order = range(m) if options.order is None else options.order[epoch]
        size = options.batch_size or m
        for start in range(0, m, size):
            writer.samples = [row + 1 for row in order[start : start + size]]
            losses.append(writer.one_update(rate))
        parameters[epoch + 1] = [
            ([[w.name for w in row] for row in grid], [b.name for b in biases])
            for grid, biases in zip(writer.weights, writer.biases, strict=True)
        ]
    return TrainingDerivation(writer.program, parameters, losses)


def _rational(number: object) -> sympy.Rational:
    exact = Fraction(number)  # type: ignore[call-overload]
    return sympy.Rational(exact.numerator, exact.denominator)
