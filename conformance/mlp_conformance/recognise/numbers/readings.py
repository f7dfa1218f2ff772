"""Readings: which conventions, and if need be which known fault, make the specification give the program's numbers.

A reading is tried on certified formulas (the reference algorithm) with numbers that tell readings apart; a program's
number belongs to a reading if it agrees to about float32 precision. Whether it agrees to the last digit is the suite's
business, not ours.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise, product
from typing import Any

import numpy as np

from mlp_conformance.faults import FAULTS, Fault
from mlp_conformance.recognise.roles import called
from mlp_reference.mlp import Algorithm
from mlp_reference.network import HIDDEN_ACTIVATIONS, REDUCTIONS, REQUIRED_OUTPUT, Layer, Network

Parameters = list[tuple[np.ndarray, np.ndarray]]
#: The activation of all hidden layers, or of each.
Hidden = str | tuple[str, ...]

#: Relative to the scale of an array: float32 inside a program must not hide which formula it computes.
CLOSE = 2e-5

#: How often a combination is met in hand-written programs, so that the likely ones are tried first.
_OUTPUTS = ("sigmoid", "softmax", "linear", "tanh", "relu")


def is_near(found: float, expected: float) -> bool:
    """Whether a number that a program gives, such as its loss, is the one expected, as nearly as `CLOSE` has it."""
    return abs(found - expected) <= CLOSE * abs(expected)


def agrees(found: Any, expected: np.ndarray, resolution: float = 0.0) -> bool:
    """Whether two arrays are the same to about float32 precision, for all numbers.

    resolution: what a difference of parameters can be off by, as they are kept in a short format.
    """
    found = np.asarray(found, dtype=float)
    if found.shape != expected.shape:
        return False
    scale = float(np.maximum.reduce(np.abs(expected), axis=None, initial=1e-3))
    if not np.isfinite(scale):
        return False
    allowed = CLOSE * scale + resolution
    if found.size and abs(found.item(0) - expected.item(0)) > allowed:  # most are told by their first number
        return False
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(found - expected) <= allowed))


@dataclass(frozen=True)
class Question:
    """Numbers to ask a program about: parameters, a batch and a learning rate, none of them special."""

    sizes: tuple[int, ...]
    parameters: Parameters
    inputs: np.ndarray
    targets: np.ndarray
    learning_rate: float = 0.375

    @property
    def biasless(self) -> Question:
        return replace(self, parameters=[(w, np.zeros_like(b)) for w, b in self.parameters])

    def network(self, hidden: Hidden, output: str, loss: str = "half_squared_error", reduction: str = "sum") -> Network:
        """The question's network under a reading."""
        named = in_layers(hidden, output, len(self.parameters))
        layers = (Layer(w.copy(), b.copy(), name) for (w, b), name in zip(self.parameters, named, strict=True))
        return Network(tuple(layers), loss, reduction)


def in_layers(hidden: Hidden, output: str, count: int) -> tuple[str, ...]:
    """The activation of each of so many layers."""
    return (*([hidden] * (count - 1) if isinstance(hidden, str) else hidden), output)


def question(sizes: Sequence[int], batch: int, seed: int = 1) -> Question:
    """Parameters and inputs from the normal distribution; each row of the targets adds up to 1, as for probabilities."""
    random = np.random.default_rng((seed, batch, *sizes))
    parameters = [(random.normal(size=(a, b)) / np.sqrt(a) * 1.5, random.normal(size=b) * 0.7) for a, b in pairwise(sizes)]
    targets = random.uniform(0.05, 1, size=(batch, sizes[-1]))
    targets = targets / targets.sum(axis=1, keepdims=True) if sizes[-1] > 1 else targets * 0.9
    return Question(tuple(sizes), parameters, random.normal(size=(batch, sizes[0])), targets)


@dataclass(frozen=True)
class ForwardReading:
    """Activations by name, and the fault that is needed to get the program's numbers, if one is."""

    hidden: Hidden
    output: str
    fault: Fault | None = None
    through: str = "{}"


#: What a program may return in place of its output: an expression that gives the output back, and what it undoes.
THROUGH = (("np.exp({})", np.log),)


#: A prediction that decides for classes is another thing than a network's output, and as right.
_DECIDES = "output-thresholded"


def forward_readings(
    asked: Question, faulty: bool = False, hiddens: Sequence[Hidden] = HIDDEN_ACTIVATIONS, outputs: Sequence[str] = ()
) -> Iterator[tuple[ForwardReading, np.ndarray]]:
    """Each reading of the forward pass with the output that it gives; with one fault each if `faulty`."""
    algorithms: list[Fault | None] = [None]
    if faulty:
        algorithms = [f for f in FAULTS.values() if f.kind != "conduct" and f.phase == "forward" and f.id != _DECIDES]
    hiddens = hiddens if len(asked.parameters) > 1 else ("sigmoid",)
    numbers = _Asked(asked)
    for fault, hidden, output in product(algorithms, hiddens, outputs or outputs_of(asked)):
        yield from _answered(numbers, ForwardReading(hidden, output, fault))


def outputs_of(asked: Question) -> list[str]:
    """The activations that its outputs may have: a softmax of one output says nothing."""
    return [output for output in _OUTPUTS if output != "softmax" or asked.sizes[-1] > 1]


def are_classes(values: np.ndarray) -> bool:
    """Whether what a program gives are decisions, as 0 and 1, and no output: numbers like any others give no such ones."""
    return bool(np.any(values)) and bool(np.all(values == np.round(values)))


def given(reading: ForwardReading, output: np.ndarray) -> Iterator[tuple[ForwardReading, np.ndarray]]:
    """The reading with its output, and what a program may return in its place; nothing where all units of a ReLU are off."""
    if output.size > 1 and np.all(output == output.ravel()[0]):
        return
    yield reading, output
    for text, undone in THROUGH if reading.output == "softmax" else ():
        with np.errstate(all="ignore"):
            yield replace(reading, through=text), undone(output)


@dataclass(frozen=True)
class GradientReading:
    """The loss and its reduction, the factor that is not explained (a fixed learning rate), the fault that is needed."""

    loss: str
    reduction: str
    rate: float | None = None
    fault: Fault | None = None


def losses_for(output: str, families: frozenset[str]) -> list[str]:
    """Losses that go with an output activation, those first whose formula is seen in the program's text."""
    fitting = [loss for loss, required in REQUIRED_OUTPUT.items() if required == output]
    squared = ["half_squared_error", "squared_error"]
    return fitting + squared if "log" in families else squared + fitting


#: So many weights that a difference quotient for each takes too long to be tried.
_MANY = 2000


@cache
def _gradient_faults() -> tuple[Fault, ...]:
    return tuple(f for f in FAULTS.values() if f.kind != "conduct" and f.phase in ("loss", "gradients", "update", "forward"))


def steps(
    asked: Question, hidden: Hidden, output: str, losses: Sequence[str], faulty: bool = False, epochs: int = 1
) -> Iterator[tuple[GradientReading, Parameters]]:
    """What each reading subtracts from the parameters in one step, or so many epochs."""
    algorithms: tuple[Fault | None, ...] = _gradient_faults() if faulty else (None,)
    if sum(w.size for w, _ in asked.parameters) > _MANY:
        algorithms = tuple(fault for fault in algorithms if fault is None or fault.id != "gradient-by-differences")
    given = _Asked(asked)
    for fault in algorithms:
        for loss, reduction in product(losses, REDUCTIONS):
            taken = _taken(given, hidden, output, loss, reduction, fault, epochs)
            if taken is not None:
                yield GradientReading(loss, reduction, fault=fault), taken


class _Asked:
    """A question, equal to another that has the same numbers."""

    def __init__(self, asked: Question) -> None:
        arrays = (*(part for pair in asked.parameters for part in pair), asked.inputs, asked.targets)
        self.asked = asked
        self.numbers = (asked.sizes, asked.learning_rate, *(array.tobytes() for array in arrays))
        self._hash = hash(self.numbers)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.numbers == other.numbers


@lru_cache(20_000)
def _answered(numbers: _Asked, reading: ForwardReading) -> tuple[tuple[ForwardReading, np.ndarray], ...]:
    """The reading with its output, and what may stand in its place; nothing if it has none. It is asked for in every layout."""
    asked = numbers.asked
    with np.errstate(all="ignore"):
        try:
            algorithm = reading.fault.algorithm() if reading.fault else Algorithm()
            found = algorithm.forward(asked.network(reading.hidden, reading.output), asked.inputs)[-1]
        except Exception:
            return ()
    return tuple(given(reading, np.asarray(found, dtype=float)))


@lru_cache(20_000)
def _taken(
    given: _Asked, hidden: Hidden, output: str, loss: str, reduction: str, fault: Fault | None, epochs: int
) -> Parameters | None:
    """The step of one reading; None if it has none. It is asked for again in every layout of samples and targets."""
    asked = given.asked
    network = asked.network(hidden, output, loss, reduction)
    with np.errstate(all="ignore"):
        try:
            algorithm = fault.algorithm() if fault else Algorithm()
            after, _ = algorithm.train(network, asked.inputs, asked.targets, asked.learning_rate, epochs)
            return [(w - u, b - v) for (w, b), (u, v) in zip(asked.parameters, after, strict=True)]
        except Exception:
            return None


def same_step(found: Parameters, expected: Parameters, biases: bool = True, resolution: float = 0.0) -> bool:
    """Whether all layers agree; biases are few numbers, and tell most steps apart."""
    pairs = list(zip(found, expected, strict=True))
    return (not biases or all(agrees(b, v, resolution) for (_, b), (_, v) in pairs)) and all(
        agrees(w, u, resolution) for (w, _), (u, _) in pairs
    )


def factor(found: Parameters, expected: Parameters, biases: bool = True) -> float | None:
    """The one number by which all expected arrays have to be multiplied, or None if there is none."""

    def flat(parameters: Parameters) -> np.ndarray:
        return np.concatenate([part.ravel() for w, b in parameters for part in ((w, b) if biases else (w,))])

    x, y = flat(found), flat(expected)
    if x.shape != y.shape or not np.all(np.isfinite(x)) or not np.all(np.isfinite(y)) or not np.any(y):
        return None
    with np.errstate(all="ignore"):
        ratio = float(x @ y / (y @ y))
    scaled = [(w * ratio, b * ratio) for w, b in expected]
    return ratio if ratio and same_step([(w, b) for w, b in found], scaled, biases) else None


def simplest(rate: float) -> float:
    """The shortest decimal that a fixed learning rate is, give or take rounding errors."""
    return next((found for d in range(1, 12) if abs((found := float(f"{rate:.{d}g}")) - rate) <= 1e-9 * rate), rate)


def likeness(found: Parameters, expected: Parameters) -> float:
    """The cosine of the angle between two steps; 1 where the one found has lost its shape or is no number."""
    x, y = (np.concatenate([part.ravel() for pair in parameters for part in pair]) for parameters in (found, expected))
    if not np.all(np.isfinite(x)):
        return 1.0
    length = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / length if np.isfinite(length) and length else 0.0


def closeness(found: Parameters, expected: Parameters) -> float:
    """The part of the numbers that agree, for a program that no reading explains; a 0 that stays 0 says nothing."""
    parts = [
        (np.abs(x - y) <= CLOSE * max(float(np.max(np.abs(y), initial=0)), 1e-3))[(x != 0) | (y != 0)]
        for pair, other in zip(found, expected, strict=True)
        for x, y in zip(pair, other, strict=True)
    ]
    told = np.concatenate(parts)
    return float(np.mean(told)) if told.size else 0.0


#: Calls that take a logarithm.
_LOGARITHMS = {"log", "log2", "log1p", "logaddexp", "logsumexp", "log_softmax", "log_sigmoid", "logsigmoid", "softplus"}
_LOGARITHMS |= {"xlogy", "nll_loss", "log_loss"}
#: Losses of libraries that do: torch's, their functional forms, optax's.
_CROSS_ENTROPY = re.compile(r"cross_?entropy|BCE(WithLogits)?Loss|NLLLoss", re.I)


@cache
def loss_families(tree: ast.AST) -> frozenset[str]:
    """Which losses the program's text computes anywhere: "squared" for (a - b)**2 and the like, "log" for logarithms."""
    found = set()
    differences = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Sub)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def difference(node: ast.expr) -> bool:
        return (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)) or (
            isinstance(node, ast.Name) and node.id in differences
        )

    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and difference(node.left):
            if not _is_derivative_of_tanh(node):
                found.add("squared")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and difference(node.left):
            if ast.dump(node.left) == ast.dump(node.right):
                found.add("squared")
        elif isinstance(node, ast.Call):
            name = called(node)
            if name in ("square", "power", "pow") and node.args and difference(node.args[0]):
                found.add("squared")
            if name in ("norm", "mse_loss", "MSELoss", "mean_squared_error"):
                found.add("squared")
            if name in _LOGARITHMS or _CROSS_ENTROPY.search(name):
                found.add("log")
    return frozenset(found)


def _is_derivative_of_tanh(node: ast.BinOp) -> bool:
    return isinstance(node.left, ast.BinOp) and isinstance(node.left.left, ast.Constant)


def epsilons(tree: ast.AST) -> list[float]:
    """Small constants in the text, that may stand inside a logarithm or be a clip."""
    return sorted(
        {
            float(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, float) and 0 < node.value < 1e-4
        }
    )


@cache
def constants(tree: ast.AST) -> frozenset[float]:
    """The numbers in a program's text, which a learning rate of its own may be."""
    found = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(float(value) for value in found if isinstance(value, int | float) and value > 0)
