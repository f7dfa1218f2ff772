"""Saturation: activations far beyond the range of the exponential stay finite and right (ACT-6)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis.errors import UnsatisfiedAssumption

from mlp_conformance.answers import Withheld
from mlp_conformance.checks.comparing import Advice, Failed
from mlp_conformance.checks.refusals import overflow_is_advice
from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Claims, Unsupported
from mlp_conformance.strategies import Scope
from mlp_conformance.subject import RaisedError
from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case, Layer, Network

#: In logarithms of the largest number: samples that lie further apart than 2 leave nothing, not even a denormal, of the
#: lower one's exponentials where the higher one's maximum is subtracted from both; the half is for what logits differ by.
_APART = 2.5
_BOUNDED = frozenset({"sigmoid", "tanh", "softmax"})
#: The layer that is driven to the limits of its activation, and what a network needs for it.
_WHERE: dict[str, dict[str, Any]] = {
    "output": {"outputs": _BOUNDED},
    "hidden": {"hidden": _BOUNDED, "somewhere": True},
}


def _far(format: Format) -> tuple[float, ...]:
    """Pre-activations beyond which exp overflows, on either side, in the format and in float32."""
    largest = float(np.log(format.largest))
    return tuple(sign * z for z in (largest * 1.25, 90.0, largest * 4) for sign in (1, -1) if abs(z) < format.largest / 8)


def _saturated(case: Case, index: int, far: float, *, together: bool = False) -> Case:
    """The case with a layer's pre-activations driven to about that distance, in one direction or in alternating ones."""
    layers = list(case.network.layers)
    biases = np.array([far if together else far * (-1) ** i for i in range(len(layers[index].biases))])
    layers[index] = replace(layers[index], biases=np.trunc(biases))
    return replace(case, network=replace(case.network, layers=tuple(layers)))


def _in_saturation(trial: Trial, scope: Scope, where: str, judge: Callable[[Case], None]) -> None:
    """Judge cases with an output layer, or with the first hidden layer that has limits, driven to them from either side."""
    hidden = where == "hidden"

    def test(case: Case) -> None:
        places = [i for i, layer in enumerate(case.network.layers[:-1]) if layer.activation in _BOUNDED]
        for far in _far(trial.format):
            with overflow_is_advice(f"of {far:g}"):
                judge(_saturated(case, places[0] if hidden else -1, far))
                if not hidden and far < 0 and case.network.layers[-1].activation == "softmax":
                    judge(_saturated(case, -1, far, together=True))  # 0 / 0 where 0 is the least that is subtracted

    if hidden and not all(trial.claims.with_biases(2)):
        raise Unsupported("no layer can be driven to its limits without a bias")
    trial.for_each(replace(scope, **_WHERE[where]), test, share=0.1)


def _register(where: str, prefix: str, which: str, gradients_of: str) -> None:
    small = Scope(widest=4, batch=(1, 3), layers=(1, 2))

    @check(
        f"saturation/{prefix}activations",
        f"{which} stay finite and right far beyond the range of the exponential",
        "ACT-6",
        phase="forward",
        needs=("forward",),
    )
    def activations(trial: Trial) -> None:
        _in_saturation(trial, small, where, trial.check_forward)

    @check(
        f"saturation/{prefix}gradients",
        f"the gradients of a squared error stay finite {gradients_of}",
        "ACT-6",
        "BACK-2",
        phase="gradients",
    )
    def gradients(trial: Trial) -> None:
        def judge(case: Case) -> None:
            trial.check_gradients(case)
            got, _ = trial.gradients(case)
            if not all(np.all(np.isfinite(part)) or isinstance(part, Withheld) for pair in got for part in pair):
                raise Failed("A gradient is NaN or infinite where the exact one is finite.", case=case)

        squared = frozenset({"half_squared_error", "squared_error"})
        _in_saturation(trial, replace(small, losses=squared), where, judge)


_register("output", "", "sigmoid, tanh and softmax", "in saturation")
_register("hidden", "hidden-", "sigmoid and tanh in a hidden layer", "where a hidden layer is saturated")


def _rows_apart(case: Case, format: Format) -> Case:
    """The case with a number added to all logits of each sample, which softmax does not see: samples lie far apart."""
    last = case.network.layers[-1]
    sums = Algorithm().forward_pass(case.network, case.inputs)[-1].x.sum(axis=1)
    spread = float(np.ptp(sums))
    if not spread:
        raise UnsatisfiedAssumption  # samples that are the same
    apart = float(2.0 ** np.ceil(np.log2(_APART * np.log(format.largest) / spread)))
    layer = replace(last, weights=format.nearest(last.weights + apart))
    return replace(case, network=replace(case.network, layers=(*case.network.layers[:-1], layer)))


def _each_with_rows_apart(trial: Trial, judge: Callable[[Case], None]) -> None:
    def test(case: Case) -> None:
        apart = _rows_apart(case, trial.format)
        farthest = np.max(np.abs(Algorithm().forward_pass(apart.network, apart.inputs)[-1].z))
        with overflow_is_advice(f"of {farthest:g}"):
            judge(apart)

    trial.for_each(Scope(outputs=frozenset({"softmax"}), widest=4, batch=(2, 3)), test, share=0.1)


@check(
    "saturation/rows-apart",
    "softmax is right for samples whose logits are far from each other's",
    "ACT-5",
    "ACT-6",
    phase="forward",
    needs=("forward",),
)
def rows_apart(trial: Trial) -> None:
    """What is subtracted before the exponential has to be each sample's own: the whole batch's leaves 0 / 0."""
    _each_with_rows_apart(trial, trial.check_forward)


@check(
    "saturation/rows-apart-gradients",
    "the gradients are right for samples whose logits are far from each other's",
    "ACT-6",
    "BACK-2",
    phase="gradients",
)
def rows_apart_gradients(trial: Trial) -> None:
    """First each sample by itself, which tells what subtracts nothing from what subtracts the largest of the batch."""

    def judge(case: Case) -> None:
        for row in range(len(case.inputs)):
            one = slice(row, row + 1)
            with contextlib.suppress(Unsupported):  # where the targets have to have every class
                trial.check_gradients(replace(case, inputs=case.inputs[one], targets=case.targets[one]))
        trial.check_gradients(case)

    _each_with_rows_apart(trial, judge)


def _certain(claims: Claims, output: str, loss: str, far: float) -> Network:
    """A network with the logits far and -far, of which the first has the target 0; one logit where one output is claimed."""
    logits = np.array([far, -far])[: min(claims.max_outputs or 2, 2)]
    depth = 0 if claims.max_hidden_layers == 0 else max(1, claims.min_hidden_layers)
    *named, _ = claims.in_layers(min(claims.hidden_beside(output), default=output), output, depth + 1)
    hidden = [Layer(np.full((1, 1), 0.5), np.zeros(1), name) for name in named]
    layers = (*hidden, Layer(np.zeros((1, len(logits))), logits, output))
    return Network(layers, loss, min(claims.reductions), claims.conventions)


def _beyond_guard(claims: Claims, format: Format) -> list[float]:
    """Logits whose probabilities lie beyond the constant that guards the logarithm, near 1 and near 0; none without one."""
    guard = claims.log_epsilon or claims.probability_clip
    return [float(format.nearest(np.array(sign * np.log(4 / guard)))) for sign in (1, -1)] if guard else []


@check(
    "saturation/cross-entropy",
    "the cross-entropies stay finite where a probability rounds to 0 or 1",
    "LOSS-9",
    "LOSS-10",
    phase="conduct",
    needs=("loss",),
)
def cross_entropy(trial: Trial) -> None:
    """A SHOULD: minus the logarithm of a probability that rounds to 0 is finite when computed from the logits.

    With a claimed constant in the logarithm the loss is as it says on either side of it: that is no SHOULD.
    """
    asked = 0
    for output, loss in trial.claims.pairs():
        if loss not in ("cross_entropy", "binary_cross_entropy"):
            continue
        far = float(np.trunc(np.log(trial.format.largest) * 1.5))
        network = _certain(trial.claims, output, loss, far)
        if not trial.claims.admit(network, 1):
            continue
        asked += 1
        targets = np.array([[0.0, 1.0]])[:, : network.sizes[-1]]
        for logit in _beyond_guard(trial.claims, trial.format):
            guarded = Case(_certain(trial.claims, output, loss, logit), np.array([[1.0]]), targets)
            trial.check_loss(guarded)
            if trial.has_gradients:
                trial.check_gradients(guarded)
        try:
            value = float(trial.session.loss(Case(network, np.array([[1.0]]), targets)))
            found = "" if np.isfinite(value) else f"is {value}"
        except RaisedError as error:
            found = f"cannot be had ({error})"
        if found:
            raise Advice(
                f"The {loss.replace('_', ' ')} {found} for logits of {far:g} and {-far:g}: "
                "computed from the logits (log-sum-exp, softplus) it is finite."
            )
    if not asked:
        raise Unsupported("no cross-entropy is claimed, or not with the biases that saturate it")
