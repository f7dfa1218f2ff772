"""Approximation: networks whose weights are computed in closed form come as near to a function as was proved (FWD-7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Claims, Unsupported
from mlp_reference.network import Case, Layer, Network
from mlp_reference.oracle import Expected

#: A drawn function is linear in each of so many equal pieces, and rises or falls by up to 1/2 in each.
_PIECES = 4
#: Units of the hidden layer, by the digits of the format: with more, rounding would outweigh what they gain.
_UNITS = {"float64": 64, "float32": 32, "float16": 16, "bfloat16": 8}
#: q: the larger, the nearer each sigmoid is to a step.
_STEEPNESS = 4.0

#: What an output activation makes of f, and how much wider it makes an error at the most.
_OUTPUTS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    "linear": (lambda f: f, 1.0),
    "relu": (lambda f: np.maximum(f, 0.0), 1.0),
    "tanh": (np.tanh, 1.0),
    "sigmoid": (lambda f: 1 / (1 + np.exp(-f)), 0.25),
}


@dataclass(frozen=True)
class Lipschitz:
    """A function on [0, 1]: linear between `values` at equal distances; exact in float64 at the points that are asked."""

    values: tuple[float, ...]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return np.interp(x, np.linspace(0, 1, len(self.values)), self.values)

    @property
    def constant(self) -> float:
        """K: its steepest slope."""
        return float(np.max(np.abs(np.diff(self.values)))) * (len(self.values) - 1)


def approximating(f: Callable[[np.ndarray], np.ndarray], units: int, hidden: str) -> tuple[Layer, Layer]:
    """The two layers of FWD-7 for f on [0, 1]: sigmoid, tanh or ReLU hidden units, a linear output."""
    knots = f(np.arange(units + 1) / units)
    middles = np.arange(units) + 0.5
    rise = np.diff(knots)
    if hidden == "relu":
        change = np.diff(rise * units, prepend=0.0)
        first = Layer(np.ones((1, units)), -np.arange(units) / units, hidden)
        return first, Layer(change[:, None], knots[:1], "linear")
    first = Layer(np.full((1, units), _STEEPNESS * units), -_STEEPNESS * middles, "sigmoid")
    if hidden == "sigmoid":
        return first, Layer(rise[:, None], knots[:1], "linear")
    half = Layer(first.weights / 2, first.biases / 2, "tanh")
    return half, Layer(rise[:, None] / 2, (knots[:1] + knots[-1:]) / 2, "linear")


def epsilon(constant: float, units: int, hidden: str) -> float:
    """The proved distance from f of Lipschitz constant K (FWD-7)."""
    if hidden == "relu":
        return constant / (2 * units)
    return constant / units * (1 + 2 / float(np.expm1(_STEEPNESS)))


def _pairs(claims: Claims) -> Iterator[tuple[str, str]]:
    outputs = {output for output, _ in claims.pairs()} & _OUTPUTS.keys()
    for hidden in sorted(claims.hidden & {"sigmoid", "tanh", "relu"}):
        for output in sorted(outputs):
            yield hidden, output


@check(
    "approximation/functions",
    "a network made from a function in closed form is as near to it as was proved",
    "FWD-7",
    phase="forward",
    needs=("forward",),
)
def functions(trial: Trial) -> None:
    """Judged against f itself: by the proved epsilon and the bound of ACC-1, no other expected value is needed."""
    claims, random = trial.claims, np.random.default_rng(trial.seed)
    units = _UNITS[claims.dtype]
    if claims.sizes or claims.max_hidden_layers == 0 or claims.min_hidden_layers > 1:
        raise Unsupported("a network with one hidden layer of any width lies outside what is claimed")
    if not (claims.hidden_biases and claims.biases) or not list(_pairs(claims)):
        raise Unsupported("no network with biases, and activations that can approximate, is claimed")

    def drawn() -> Iterator[tuple[Lipschitz, str, str]]:
        for hidden, output in _pairs(claims):
            yield Lipschitz(tuple(np.cumsum([0, *random.integers(-4, 5, _PIECES - 1), 4]) / 8)), hidden, output

    for f, hidden, output in drawn():
        case = _case(claims, f, units, hidden, output)
        trial.for_all(_in_batches(claims, case), lambda part, f=f, hidden=hidden: _judge(trial, part, f, units, hidden))  # type: ignore[misc]
    if not trial.answered:
        raise Unsupported("the implementation refused every network of this kind")


def _case(claims: Claims, f: Lipschitz, units: int, hidden: str, output: str) -> Case:
    """The network of f, and points between 0 and 1: those that it is made from, and the middles between."""
    first, last = approximating(f, units, hidden)
    loss = next(loss for name, loss in claims.pairs() if name == output)
    layers = (first, replace(last, activation=output))
    network = Network(layers, loss, sorted(claims.reductions)[0], claims.conventions)
    x = np.arange(2 * units + 1)[:, None] / (2 * units)
    return Case(network, x, np.zeros_like(x))


def _in_batches(claims: Claims, case: Case) -> Iterator[Case]:
    """In batches of what is claimed: a few samples only, where it is one at a time."""
    most = claims.max_batch or len(case.inputs)
    step = max(1, len(case.inputs) // (16 * most)) if most < len(case.inputs) else 1
    x = case.inputs[::step]
    for start in range(0, len(x), most):
        yield replace(case, inputs=x[start : start + most], targets=case.targets[: len(x[start : start + most])])


def _judge(trial: Trial, case: Case, f: Lipschitz, units: int, hidden: str) -> None:
    transform, wider = _OUTPUTS[case.network.output_activation]
    wanted = transform(f(case.inputs))
    bound = trial.oracle(case).activation_bounds[-1]
    near = wider * epsilon(f.constant, units, hidden) * (1 + 2.0**-40) + bound + 2.0**-50
    zero = np.zeros_like(wanted)
    trial.compare(
        ("F", trial.session.forward(case)[-1], Expected(wanted, zero, zero, near)),
        case=case,
        says=f"The network of a function with {units} {hidden} units is further from it than was proved.",
    )
