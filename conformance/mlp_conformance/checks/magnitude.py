"""Magnitudes: pre-activations close to a kink, errors and inputs far from 1, where a threshold or a limit would show.

Ordinary networks have numbers near 1, so a tolerance (`if error < 1e-6`), a limit (`clip(gradient, -1e3, 1e3)`) or an offset
that somebody put there passes unseen. These cases climb through the range of the format in powers of two; whatever decides
is exact in every order of summation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Claims, Unsupported
from mlp_conformance.strategies import combinations, without_biases
from mlp_reference.formats import Format
from mlp_reference.network import Case, Layer, Network

#: Magnitudes on either side of 1 that are tried.
_RUNGS = 12


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
        layers = [Layer(self.normal(a, b), self.normal(b), hidden) for a, b in pairwise(sizes)]
        layers[-1] = replace(layers[-1], activation=output)
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


# ---- close to the kink


def _near_kink(trial: Trial) -> Iterator[Case]:
    """ReLU units whose pre-activations are the powers of two themselves, on both sides of 0, a unit each."""
    names = _named(trial, hidden=frozenset({"relu"}))
    drawn = _drawn(trial)
    rungs = [sign * z for z in _rungs(-2, trial.format.min_exponent // 4) for sign in (1.0, -1.0)]
    for index in range(len(rungs)):
        case = drawn.case(names[index % len(names)], widest=12)
        first, *others = case.network.layers
        units = first.weights.shape[1]
        if units * index >= len(rungs) + units - 1:
            return
        weights = np.zeros_like(first.weights)
        weights[0] = np.take(rungs, units * index + np.arange(units), mode="wrap")
        inputs = np.zeros_like(case.inputs)
        inputs[:, 0] = (-1.0) ** np.arange(len(inputs))
        quiet = [replace(layer, biases=np.zeros_like(layer.biases)) for layer in others[:-1]]
        layers = replace(first, weights=weights, biases=np.zeros_like(first.biases)), *quiet, *others[-1:]
        yield replace(_with_layers(case, *layers), inputs=inputs)


@check(
    "magnitude/near-kink",
    "ReLU and its derivative change at 0 and nowhere else, however close a pre-activation comes",
    "ACT-3",
    "ACT-9",
    phase="gradients",
)
def near_kink(trial: Trial) -> None:
    trial.for_all(_near_kink(trial), trial.check_gradients)


@check(
    "magnitude/near-kink-forward",
    "a ReLU passes every positive pre-activation on and no negative one, however close to 0",
    "ACT-3",
    phase="forward",
    needs=("forward",),
)
def near_kink_forward(trial: Trial) -> None:
    trial.for_all(_near_kink(trial), trial.check_forward)


# ---- errors from tiny to huge


def _errors(trial: Trial) -> Iterator[Case]:
    """Linear outputs that are exactly 0, or ordinary where targets are far away, and errors of each magnitude."""
    if trial.claims.one_hot:
        raise Unsupported("targets are one-hot, so errors cannot be chosen")
    names = _named(trial, output=frozenset({"linear"}))
    drawn, format = _drawn(trial), trial.format
    tiny = _rungs(-3, format.min_exponent // 4)
    huge = _rungs(2, format.max_exponent // 4)
    for index, error in enumerate([*tiny, *huge]):
        case = drawn.case(names[index % len(names)])
        *hidden, last = case.network.layers
        if error in tiny:
            last = replace(last, weights=np.zeros_like(last.weights), biases=np.zeros_like(last.biases))
        targets = error * drawn.random.choice([-1.0, 1.0], case.targets.shape)
        yield replace(_with_layers(case, *hidden, last), targets=targets)


@check(
    "magnitude/errors",
    "the gradients follow the error of a linear output from the smallest to the largest: nothing is cut off or ignored",
    "BACK-1",
    "BACK-4",
    phase="gradients",
)
def errors(trial: Trial) -> None:
    trial.for_all(_errors(trial), trial.check_gradients)


@check(
    "magnitude/errors-loss",
    "the squared losses follow the error of a linear output from the smallest to the largest",
    "LOSS-1",
    "LOSS-2",
    phase="forward",
    needs=("loss",),
)
def errors_loss(trial: Trial) -> None:
    trial.for_all(_errors(trial), trial.check_loss)


# ---- inputs from tiny to huge


def _inputs(trial: Trial) -> Iterator[Case]:
    """Inputs of each magnitude, and first weights that bring the pre-activations back to about 1."""
    names = _named(trial)
    drawn, reach = _drawn(trial), trial.format.max_exponent // 4
    for index, scale in enumerate([*_rungs(-2, -reach), *_rungs(2, reach)]):
        case = drawn.case(names[index % len(names)])
        first, *others = case.network.layers
        scaled = _with_layers(case, replace(first, weights=first.weights / scale), *others)
        yield replace(scaled, inputs=case.inputs * scale)


@check(
    "magnitude/inputs",
    "inputs and weights of any magnitude are taken as they are, in the forward pass",
    "FWD-1",
    "FWD-2",
    phase="forward",
    needs=("forward",),
)
def inputs(trial: Trial) -> None:
    trial.for_all(_inputs(trial), trial.check_forward)


@check(
    "magnitude/inputs-gradients",
    "the gradients follow the magnitude of the inputs: nothing is cut off or ignored",
    "BACK-4",
    phase="gradients",
)
def inputs_gradients(trial: Trial) -> None:
    trial.for_all(_inputs(trial), trial.check_gradients)


@check(
    "magnitude/train",
    "parameters of any magnitude are updated by the same rule, as are those of errors of any magnitude",
    "UPD-1",
    "UPD-2",
    phase="training",
    needs=("train",),
)
def train(trial: Trial) -> None:
    """One epoch each; that the steps are large or small beside the parameters is what is wanted."""
    wanted = [case for cases in (_inputs, _errors) for case in _within_claims(cases, trial)]
    if not wanted:
        raise Unsupported("nothing of what this check needs is claimed")
    rate = trial.claims.learning_rate or 0.5
    trial.for_all((replace(case, learning_rate=rate, epochs=1) for case in wanted), trial.check_train)


def _within_claims(cases: Callable[[Trial], Iterator[Case]], trial: Trial) -> list[Case]:
    """The cases, none if they need what is not claimed."""
    try:
        return list(cases(trial))
    except Unsupported:
        return []
