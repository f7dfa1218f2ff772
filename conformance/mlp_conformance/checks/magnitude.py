"""Magnitudes: pre-activations close to a kink or far out, errors and inputs far from 1, where a threshold or a limit shows.

Ordinary networks have numbers near 1, so a tolerance (`if error < 1e-6`), a limit (`clip(gradient, -1e3, 1e3)`) or an offset
that somebody put there passes unseen. These cases climb through the range of the format in powers of two; whatever decides
is exact in every order of summation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from mlp_conformance.checks.registry import Check, add
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Claims, Unsupported
from mlp_conformance.guards import without_biases
from mlp_conformance.strategies import combinations
from mlp_reference.formats import FORMATS, Format
from mlp_reference.network import Case, Layer, Network

#: Magnitudes on either side of 1 that are tried.
_RUNGS = 12
#: Units of a layer, one each for several magnitudes whose effects must not hide one another.
_UNITS = 6


def _rungs(nearest: int, farthest: int) -> list[float]:
    """Powers of two between those exponents of equal sign, densely where they are near 1: there thresholds in use lie."""
    sign = np.sign(farthest)
    return [float(2.0 ** (sign * k)) for k in sorted({round(k) for k in np.geomspace(abs(nearest), abs(farthest), _RUNGS)})]


@dataclass(frozen=True)
class _Drawn:
    """Networks of one hidden layer within the claims, with normally distributed numbers rounded to the format."""

    claims: Claims
    format: Format
    random: np.random.Generator

    def normal(self, *shape: int) -> np.ndarray:
        return self.format.nearest(self.random.normal(size=shape))

    def case(self, names: tuple[str, str, str, str], widest: int = 6) -> Case:
        """A batch of up to three samples; targets of 0, or one-hot where the outputs are probabilities."""
        hidden, output, loss, reduction = names
        claims = self.claims
        outputs = min(2, claims.max_outputs or 2) if output != "softmax" else 2
        depth = 0 if claims.max_hidden_layers == 0 else max(1, claims.min_hidden_layers)
        sizes = claims.sizes or (2, *[widest] * depth, outputs)
        named = claims.in_layers(hidden, output, len(sizes) - 1)
        layers = [Layer(self.normal(a, b), self.normal(b), name) for (a, b), name in zip(pairwise(sizes), named, strict=True)]
        network = Network(tuple(without_biases(claims, layers)), loss, reduction, claims.conventions)
        m, n = min(3, claims.max_batch or 3), sizes[-1]
        targets = np.eye(n)[np.arange(m) % n] if output in ("softmax", "sigmoid") else np.zeros((m, n))
        return Case(network, self.normal(m, sizes[0]), targets)


def _drawn(trial: Trial) -> _Drawn:
    return _Drawn(trial.claims, trial.format, trial.generator)


def _named(trial: Trial, **wanted: frozenset[str]) -> list[tuple[str, str, str, str]]:
    """Claimed combinations of hidden and output activation, loss and reduction that hold the names wanted."""
    places = {"hidden": 0, "output": 1, "loss": 2}
    found = [
        names for names in combinations(trial.claims) if all(names[places[part]] in allowed for part, allowed in wanted.items())
    ]
    if not found:
        raise Unsupported("nothing of what this check needs is claimed")
    return found


def _with_layers(case: Case, *layers: Layer) -> Case:
    return replace(case, network=replace(case.network, layers=layers))


# ---- cases


def _near_kink(trial: Trial) -> Iterator[Case]:
    """ReLU units whose pre-activations are the powers of two themselves, on both sides of 0, a unit each."""
    names, drawn = _named(trial, hidden=frozenset({"relu"})), _drawn(trial)
    rungs = [sign * z for z in _rungs(-2, trial.format.min_exponent // 4) for sign in (1.0, -1.0)]
    met = 0
    while met < len(rungs):
        case = drawn.case(names[met % len(names)], widest=_RUNGS)
        first, *others = case.network.layers
        units = first.weights.shape[1]
        weights, inputs = np.zeros_like(first.weights), np.zeros_like(case.inputs)
        weights[0] = np.take(rungs, met + np.arange(units), mode="wrap")
        inputs[:, 0] = (-1.0) ** np.arange(len(inputs))
        quiet = [replace(layer, biases=np.zeros_like(layer.biases)) for layer in others[:-1]]
        layers = replace(first, weights=weights, biases=np.zeros_like(first.biases)), *quiet, *others[-1:]
        yield replace(_with_layers(case, *layers), inputs=inputs)
        met += units


def _driven(case: Case, rungs: np.ndarray, output: bool) -> Case:
    """The case with the numbers as pre-activations, a unit each: of the output layer, or of the first and with both signs."""
    layers = list(case.network.layers)
    index = len(layers) - 1 if output else 0
    weights = np.zeros_like(layers[index].weights)
    numbers = np.resize(rungs, weights.shape[1])
    if output:
        layers[index] = replace(layers[index], weights=weights, biases=numbers)
        return _with_layers(case, *layers)
    inputs = np.zeros_like(case.inputs)
    weights[0], inputs[:, 0] = numbers, (-1.0) ** np.arange(len(inputs))
    layers[index] = replace(layers[index], weights=weights, biases=np.zeros_like(numbers))
    return replace(_with_layers(case, *layers), inputs=inputs)


def _tails(trial: Trial) -> Iterator[Case]:
    """Sigmoid and tanh units whose pre-activations climb to where they cannot be told from their limits any more."""
    drawn, format, claims = _drawn(trial), trial.format, trial.claims
    for activation, off, power in (("sigmoid", format.sigmoid, 1), ("tanh", format.tanh, 2)):
        top = -np.log(off * format.unit_roundoff) / power
        signed = np.outer(top * (np.arange(_RUNGS) + 0.95) / _RUNGS, [1.0, -1.0])
        rungs = format.nearest(signed.ravel())
        for output in (True, False):
            place = 1 if output else 0
            names = [found for found in combinations(claims) if found[place] == activation]
            if not names or (output and not claims.biases):
                continue
            met = 0
            while met < len(rungs):
                case = drawn.case(names[met % len(names)], widest=_UNITS)
                yield _driven(case, np.roll(rungs, -met), output)
                met += case.network.layers[-1 if output else 0].weights.shape[1]


def _heights(trial: Trial) -> Iterator[Case]:
    """ReLU and linear units of each magnitude: nothing limits them."""
    open_ended = frozenset({"relu", "linear"})
    drawn, names = _drawn(trial), combinations(trial.claims)
    hidden, outputs = ([found for found in names if found[place] in open_ended] for place in (0, 1))
    for index, scale in enumerate(_rungs(2, trial.format.max_exponent // 4)):
        if outputs:
            case = drawn.case(outputs[index % len(outputs)])
            *before, last = case.network.layers
            yield _with_layers(case, *before, replace(last, weights=last.weights * scale, biases=last.biases * scale))
        if hidden:
            case = drawn.case(hidden[index % len(hidden)])
            first, second, *others = case.network.layers
            first = replace(first, weights=first.weights * scale, biases=first.biases * scale)
            yield _with_layers(case, first, replace(second, weights=second.weights / scale), *others)


def _far_out(trial: Trial) -> Iterator[Case]:
    found = False
    for cases in (_tails, _heights):
        for case in cases(trial):
            found = True
            yield case
    if not found:
        raise Unsupported("nothing of what this check needs is claimed")


def _errors(trial: Trial) -> Iterator[Case]:
    """Linear outputs that are exactly 0, or ordinary where targets are far away, and errors of each magnitude."""
    if trial.claims.one_hot:
        raise Unsupported("targets are one-hot, so errors cannot be chosen")
    names, drawn, format = _named(trial, output=frozenset({"linear"})), _drawn(trial), trial.format
    tiny, huge = _rungs(-3, format.min_exponent // 4), _rungs(2, format.max_exponent // 4)
    for index, error in enumerate([*tiny, *huge]):
        case = drawn.case(names[index % len(names)])
        *hidden, last = case.network.layers
        if error in tiny:
            last = replace(last, weights=np.zeros_like(last.weights), biases=np.zeros_like(last.biases))
        targets = error * drawn.random.choice([-1.0, 1.0], case.targets.shape)
        yield replace(_with_layers(case, *hidden, last), targets=targets)


def _unlikely(trial: Trial) -> Iterator[Case]:
    """Probabilities from ordinary ones down to the smallest that can be told apart, for a class that is a target.

    Those of softmax are good to the smallest normal number, and no further than float32's: a logarithm that is limited beyond,
    at -100 as PyTorch's, is in honest use. Those of a sigmoid are so far from 0 and 1 as its errors are.
    """
    drawn, format, claims = _drawn(trial), trial.format, trial.claims
    smallest = {
        "cross_entropy": max(format.smallest_normal, FORMATS["float32"].smallest_normal),
        "binary_cross_entropy": format.sigmoid * format.unit_roundoff,
    }
    _named(trial, loss=frozenset(smallest))
    if not claims.biases:
        raise Unsupported("without biases no probability can be chosen")
    for loss, least in smallest.items():
        names = [found for found in combinations(claims) if found[2] == loss]
        for index, size in enumerate(np.linspace(0, -np.log(least), _RUNGS + 2)[1:-1] if names else ()):
            for sign in (-1, 1):
                case = drawn.case(names[index % len(names)])
                *before, last = case.network.layers
                logits = np.zeros_like(last.biases)
                logits[0] = sign * format.nearest(np.array(size))
                yield _with_layers(case, *before, replace(last, weights=np.zeros_like(last.weights), biases=logits))


def _inputs(trial: Trial) -> Iterator[Case]:
    """Inputs of each magnitude, and first weights that bring the pre-activations back to about 1."""
    names, drawn, reach = _named(trial), _drawn(trial), trial.format.max_exponent // 4
    for index, scale in enumerate([*_rungs(-2, -reach), *_rungs(2, reach)]):
        case = drawn.case(names[index % len(names)])
        first, *others = case.network.layers
        scaled = _with_layers(case, replace(first, weights=first.weights / scale), *others)
        yield replace(scaled, inputs=case.inputs * scale)


def _steps(trial: Trial) -> Iterator[Case]:
    """One epoch on the errors and inputs above: steps that are large or small beside the parameters, large parameters."""
    rate = trial.claims.learning_rate or 0.5
    reasons = []
    for cases in (_inputs, _errors):
        try:
            yield from (replace(case, learning_rate=rate, epochs=1) for case in cases(trial))
        except Unsupported as reason:
            reasons.append(reason)
    if len(reasons) == 2:
        raise reasons[0]


# ---- checks

#: Name, sentence, requirements, phase, operations needed, the cases, and the comparison: a method of the trial.
_CHECKS: tuple[tuple[str, str, tuple[str, ...], str, tuple[str, ...], Callable[[Trial], Iterator[Case]], str], ...] = (
    (
        "near-kink-forward",
        "a ReLU passes every positive pre-activation on and no negative one, however close to 0",
        ("ACT-3",), "forward", ("forward",), _near_kink, "check_forward",
    ),
    (
        "near-kink",
        "ReLU and its derivative change at 0 and nowhere else, however close a pre-activation comes",
        ("ACT-3", "ACT-9"), "gradients", (), _near_kink, "check_gradients",
    ),
    (
        "activations-forward",
        "sigmoid and tanh come as near to their limits as they should and no nearer, and nothing limits ReLU and linear units",
        ("ACT-1", "ACT-2", "ACT-3", "ACT-4"), "forward", ("forward",), _far_out, "check_forward",
    ),
    (
        "activations",
        "the derivatives become as small as they should where sigmoid and tanh near their limits, and no smaller",
        ("ACT-7", "ACT-8", "ACT-9", "BACK-3"), "gradients", (), _far_out, "check_gradients",
    ),
    (
        "errors-loss",
        "the squared losses follow the error of a linear output from the smallest to the largest",
        ("LOSS-1", "LOSS-2"), "forward", ("loss",), _errors, "check_loss",
    ),
    (
        "errors",
        "the gradients follow the error of a linear output from the smallest to the largest: nothing is cut off or ignored",
        ("BACK-1", "BACK-4"), "gradients", (), _errors, "check_gradients",
    ),
    (
        "unlikely-loss",
        "the cross-entropies follow the probability of a target however small it is: it is not limited unless that is claimed",
        ("LOSS-3", "LOSS-4", "LOSS-10"), "forward", ("loss",), _unlikely, "check_loss",
    ),
    (
        "unlikely",
        "the gradients of the cross-entropies are right however small the probability of a target is",
        ("BACK-2", "BACK-8", "LOSS-10"), "gradients", (), _unlikely, "check_gradients",
    ),
    (
        "inputs",
        "inputs and weights of any magnitude are taken as they are, in the forward pass",
        ("FWD-1", "FWD-2"), "forward", ("forward",), _inputs, "check_forward",
    ),
    (
        "inputs-gradients",
        "the gradients follow the magnitude of the inputs: nothing is cut off or ignored",
        ("BACK-4",), "gradients", (), _inputs, "check_gradients",
    ),
    (
        "train",
        "parameters of any magnitude are updated by the same rule, as are those of errors of any magnitude",
        ("UPD-1", "UPD-2"), "training", ("train",), _steps, "check_train",
    ),
)  # fmt: skip


def _judging(cases: Callable[[Trial], Iterator[Case]], comparison: str) -> Callable[[Trial], None]:
    return lambda trial: trial.for_all(cases(trial), getattr(trial, comparison))


for _name, _says, _requirements, _phase, _needs, _cases, _comparison in _CHECKS:
    add(Check(f"magnitude/{_name}", _says, _requirements, _phase, _needs, _judging(_cases, _comparison)))
