"""Additivity: what a batch gives is the sum of what its parts give. No expected values are needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.strategies import Scope
from mlp_reference.losses import divisor
from mlp_reference.network import Case

_SEVERAL = Scope(widest=5, batch=(2, 6))


def _rows(case: Case, rows: slice | np.ndarray) -> Case:
    return replace(case, inputs=case.inputs[rows], targets=case.targets[rows])


@check(
    "additivity/forward-by-sample",
    "a sample's activations do not depend on the other samples of its batch",
    "FWD-4",
    phase="forward",
    needs=("forward",),
)
def forward_by_sample(trial: Trial) -> None:
    def test(case: Case) -> None:
        whole, bound = trial.session.forward(case)[-1], trial.oracle(case).activation_bounds[-1]
        for i in range(len(case.inputs)):
            part = _rows(case, slice(i, i + 1))
            bounds = bound[i : i + 1] + trial.oracle(part).activation_bounds[-1]
            alone = trial.session.forward(part)[-1]
            name = f"a{len(case.network.layers)} of sample {i}"
            trial.same(
                (name, whole[i : i + 1], alone, bounds),
                case=case,
                says="A sample alone and in its batch differ.",
            )

    trial.for_each(_SEVERAL, test, share=0.2)


@check(
    "additivity/gradients-by-sample",
    "the gradient of a batch is the sum of its samples' gradients, by the reduction's factor",
    "BACK-6",
    phase="gradients",
)
def gradients_by_sample(trial: Trial) -> None:
    def test(case: Case) -> None:
        _compare_sum(trial, case, [_rows(case, slice(i, i + 1)) for i in range(len(case.inputs))])

    trial.for_each(_SEVERAL, test, share=0.2)


@check(
    "additivity/gradients-by-part",
    "the gradient of a batch is the sum over two disjoint parts, by the reduction's factor",
    "BACK-6",
    phase="gradients",
)
def gradients_by_part(trial: Trial) -> None:
    def test(case: Case) -> None:
        half = len(case.inputs) // 2
        _compare_sum(trial, case, [_rows(case, slice(0, half)), _rows(case, slice(half, None))])

    trial.for_each(_SEVERAL, test, share=0.2)


@check(
    "additivity/duplicates",
    "a sample that stands twice in the batch weighs twice",
    "BACK-6",
    phase="gradients",
)
def duplicates(trial: Trial) -> None:
    def test(case: Case) -> None:
        twice = _rows(case, np.concatenate([np.arange(len(case.inputs))] * 2))
        _compare_sum(trial, twice, [case, case])

    trial.for_each(Scope(widest=5, batch=(1, min(3, max(1, (trial.claims.max_batch or 6) // 2)))), test, share=0.2)


def _compare_sum(trial: Trial, whole: Case, parts: list[Case]) -> None:
    """The gradients of the whole against the sum of the parts', each weighted with its reduction's divisor."""
    limit = trial.claims.max_batch
    if limit is not None and len(whole.inputs) > limit:
        return
    got, expected = trial.gradients_and_bounds(whole)
    answers = [trial.gradients_and_bounds(part) for part in parts]
    d = divisor(whole.network, whole.targets)
    weights = [divisor(part.network, part.targets) / d for part in parts]
    pairs = []
    for index in range(len(got)):
        for kind, name in ((0, "dE/dW"), (1, "dE/db")):
            with np.errstate(invalid="ignore"):  # an infinity that is answered is judged below
                total = sum(w * found[index][kind] for w, (found, _) in zip(weights, answers, strict=True))
            bound = sum(w * known[index][kind] for w, (_, known) in zip(weights, answers, strict=True))
            # The weighted sum is taken here, in float64: a few roundings of its own.
            own = 2.0**-50 * sum(w * np.abs(found[index][kind]) for w, (found, _) in zip(weights, answers, strict=True))
            pairs.append((f"{name}{index + 1}", got[index][kind], total, expected[index][kind] + bound + own))
    trial.same(*pairs, case=whole, says="The gradient of the batch is not the sum of its parts' gradients.")


@check(
    "additivity/zero-error",
    "a sample whose target equals its output adds nothing to the gradient",
    "BACK-2",
    phase="gradients",
)
def zero_error(trial: Trial) -> None:
    """The last layer is all zeros, so that its outputs are 1/2, 0 or 1/n exactly, and so are the targets."""

    def test(case: Case) -> None:
        last = case.network.layers[-1]
        n = last.biases.shape[0]
        output = {"sigmoid": 0.5, "softmax": 1 / n}.get(last.activation, 0.0)
        if n & (n - 1) and last.activation == "softmax":
            return
        layer = replace(last, weights=np.zeros_like(last.weights), biases=np.zeros_like(last.biases))
        network = replace(case.network, layers=(*case.network.layers[:-1], layer))
        still = replace(case, network=network, targets=np.full_like(case.targets, output))
        got, expected = trial.gradients_and_bounds(still)
        zeros = [
            (
                f"{name}{index + 1}",
                got[index][kind],
                np.zeros_like(got[index][kind]),
                expected[index][kind],
            )
            for index in range(len(got))
            for kind, name in ((0, "dE/dW"), (1, "dE/db"))
        ]
        trial.same(*zeros, case=still, says="The targets equal the outputs, so the gradient is 0.")

    trial.for_each(Scope(widest=5, batch=(1, 4)), test, share=0.2)
