"""Conduct: what calls may change, what they may remember, and what must not be swallowed."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mlp_conformance.arguments import CHANGED
from mlp_conformance.checks.comparing import Failed
from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Claims, Unsupported
from mlp_conformance.strategies import Scope, combinations
from mlp_conformance.subject import SubjectError
from mlp_reference.network import Case, Layer, Network
from mlp_reference.oracle import Oracle

#: An implementation that refuses more than this part of what it claims does not support what it claims (COND-7).
_REFUSED_AT_MOST = 0.5


@check(
    "conduct/arguments",
    "no operation changes the inputs or targets, and none but train the network",
    "COND-1",
    "COND-2",
    phase="conduct",
)
def arguments(trial: Trial) -> None:
    def test(case: Case) -> None:
        _all_operations(trial, case)
        if trial.session.changed:
            raise Failed(f"{'; '.join(_first_of_each(trial.session.changed))}.", case=case)

    trial.for_each(Scope(epochs=(1, 2), widest=4, batch=(1, 4)), test, share=0.1)


def _first_of_each(changed: list[str]) -> list[str]:
    """The first sentence about each argument that was changed."""
    found = (next((sentence for sentence in changed if argument in sentence), "") for argument in CHANGED)
    return [sentence for sentence in found if sentence]


@check(
    "conduct/no-memory",
    "an answer does not depend on earlier calls, whatever they were",
    "COND-3",
    "COND-4",
    phase="conduct",
)
def no_memory(trial: Trial) -> None:
    """What a fresh instance answers rightly must be right again after another network, after other numbers in the same
    shapes, and after a call that may fail; the answers are judged against the certified values.
    """
    others: list[Case] = []

    def test(case: Case) -> None:
        oracle = trial.oracle(case)
        names = [name for name in _operations(trial) if _is_right_when_fresh(trial, name, case, oracle)]
        disturbances = {
            "after calls with another network": others[-1] if others else None,
            "after calls with other weights": replace(case, network=case.network.map(lambda w: w * 0.5 + 0.25)),
            "after a call with inputs of a wrong shape": replace(
                case, inputs=np.ones((case.inputs.shape[0], case.inputs.shape[1] + 1))
            ),
        }
        for when, disturbance in disturbances.items():
            for name in names:
                if disturbance is not None:
                    with contextlib.suppress(SubjectError):
                        _all_operations(trial, disturbance)
                try:
                    _judge(trial, name, case, oracle)
                except Failed as failure:
                    message = f"{name} is right in a fresh instance and wrong {when}."
                    raise Failed(message, failure.judgement, case) from failure
        others.append(case)

    trial.for_each(Scope(epochs=(1, 2), widest=4, batch=(1, 4), layers=(1, 2)), test, share=0.1)


def _is_right_when_fresh(trial: Trial, name: str, case: Case, oracle: Oracle) -> bool:
    fresh = Trial(trial.session.subject.session(), trial.settings, trial.check_id)
    try:
        _judge(fresh, name, case, oracle)
    except (Failed, SubjectError):
        return False  # no matter of memory, and other checks say so
    return True


@check("conduct/repeatable", "the same call gives the same answer, within the bound", "COND-4", phase="conduct")
def repeatable(trial: Trial) -> None:
    def test(case: Case) -> None:
        for name, operation in _operations(trial).items():
            one, other = operation(case), operation(case)
            bounds = _bounds(trial, name, case)
            trial.same(
                *((f"{name}, a second time", a, b, 2 * bound) for a, b, bound in zip(other, one, bounds, strict=True)),
                case=case,
                says="The same call gave another answer.",
            )

    trial.for_each(Scope(epochs=(1, 2), widest=4, batch=(1, 4)), test, share=0.1)


@check(
    "conduct/nan",
    "a NaN in the inputs does not come out as a number",
    "COND-5",
    phase="conduct",
    needs=("forward",),
)
def nan(trial: Trial) -> None:
    """Through weights that are not 0 alone: a sparse product skips the others."""
    smooth = frozenset({"sigmoid", "tanh", "linear"})

    def test(case: Case) -> None:
        inputs = case.inputs.copy()
        inputs[0, 0] = np.nan
        layers = [replace(layer, weights=np.where(layer.weights == 0, 1.0, layer.weights)) for layer in case.network.layers]
        network = replace(case.network, layers=tuple(layers))
        poisoned = replace(case, network=network, inputs=inputs)
        try:
            output = trial.session.forward(poisoned)[-1]
        except SubjectError:
            return  # refused: the NaN was not swallowed
        if not np.all(np.isnan(output[0])):
            raise Failed(f"A NaN in the inputs came out as {output[0].tolist()}.", case=poisoned)

    trial.for_each(Scope(hidden=smooth, outputs=smooth | {"softmax"}, widest=4, batch=(1, 3)), test, share=0.1)


@check("conduct/precision", "the claimed dtype is used throughout", "ACC-2", phase="conduct", needs=("forward",))
def precision(trial: Trial) -> None:
    """Inputs and weights that differ from rounder ones only in their last bits; an answer in a narrower dtype cannot tell."""

    def test(case: Case) -> None:
        u = trial.format.unit_roundoff
        case = replace(
            case,
            inputs=trial.format.nearest(case.inputs * (1 + 16 * u) + 8 * u),
            network=case.network.map(lambda w: trial.format.nearest(w * (1 + 24 * u))),
        )
        trial.check_forward(case)

    trial.for_each(Scope(widest=4, batch=(1, 3), layers=(1, 2)), test, share=0.2)


@check("conduct/claims", "what is claimed is supported", "COND-7", phase="conduct")
def claims(trial: Trial) -> None:
    """Every claimed combination of hidden activation, output activation, loss and reduction, once, on a small network."""
    claimed, refused, reasons = 0, 0, []
    for hidden, output, loss, reduction in combinations(trial.claims):
        claimed += 1
        case = _small_case(trial.claims, hidden, output)
        network = replace(case.network, loss=loss, reduction=reduction)
        try:
            _all_operations(trial, replace(case, network=network))
        except Unsupported as refusal:
            refused += 1
            reasons.append(f"{hidden}, {output} output, {loss}, {reduction}: {refusal}")
    if refused > _REFUSED_AT_MOST * claimed:
        raise Failed(f"{refused} of {claimed} claimed combinations are refused, such as {reasons[0]}. Claim what is supported.")


def _small_case(claims: Claims, hidden: str, output: str) -> Case:
    """A case with as few units as the claims allow."""
    outputs = min(3 if output == "softmax" else 2, claims.max_outputs or 3)
    depth = 0 if claims.max_hidden_layers == 0 else max(1, claims.min_hidden_layers)
    sizes = claims.sizes or (1, *[2] * depth, outputs)
    layers = [
        Layer(np.linspace(-0.25, 0.5, a * b).reshape(a, b), np.zeros(b), name)
        for (a, b), name in zip(itertools.pairwise(sizes), claims.in_layers(hidden, output, len(sizes) - 1), strict=True)
    ]
    network = Network(tuple(layers), conventions=claims.conventions)
    count = sizes[-1] if claims.every_class else 1
    return Case(network, np.ones((count, sizes[0])), np.eye(sizes[-1])[:count], claims.learning_rate or 0.5, 1)


def _operations(trial: Trial) -> dict[str, Callable[[Case], list[np.ndarray]]]:
    """The operations that the implementation has, each as a function to a flat list of arrays."""
    session = trial.session

    def flat(pairs: list[tuple[np.ndarray, np.ndarray]]) -> list[np.ndarray]:
        return [part for pair in pairs for part in pair]

    every: dict[str, Callable[[Case], list[np.ndarray]]] = {
        "forward": lambda case: session.forward(case)[-1:],
        "loss": lambda case: [session.loss(case)],
        "gradients": lambda case: flat(session.gradients(case)),
        "train": lambda case: flat(session.train(trial.as_claimed(case)).parameters),
    }
    return {name: operation for name, operation in every.items() if session.can(name)}


def _all_operations(trial: Trial, case: Case) -> None:
    for operation in _operations(trial).values():
        operation(case)


def _bounds(trial: Trial, name: str, case: Case) -> list[np.ndarray]:
    oracle = trial.oracle(case)
    if name == "forward":
        return [oracle.activation_bounds[-1]]
    if name == "loss":
        return [oracle.loss_bound]
    pairs = oracle.gradient_bounds if name == "gradients" else oracle.parameter_bounds
    return [part for pair in pairs for part in pair]


def _judge(trial: Trial, name: str, case: Case, oracle: Oracle) -> None:
    {
        "forward": trial.check_forward,
        "loss": trial.check_loss,
        "gradients": trial.check_gradients,
        "train": trial.check_train,
    }[name](case, oracle)
