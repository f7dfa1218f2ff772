"""What is wrong with an implementation that failed somewhere in a campaign: one small case of each kind, and its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mlp_conformance.campaign.judging import Row, judge_case, oracle_of, size_of
from mlp_conformance.casefile import case_text
from mlp_conformance.checks import Settings
from mlp_conformance.checks.case import checks_on
from mlp_conformance.subject import Subject
from mlp_conformance.verdict import judge
from mlp_reference.balls import UndecidedError
from mlp_reference.formats import FORMATS
from mlp_reference.network import Case, Layer
from mlp_reference.oracle import PrecisionError

#: Smaller cases that are tried to find one that still fails.
_TRIES = 150


@dataclass(frozen=True)
class Explanation:
    """What is known of one kind of failure. diagnosis: what is named, or the statement of what is not.

    number: the campaign's case that was made smaller; text: the smaller case as a case file; row: its first failure.
    """

    number: int
    diagnosis: str
    faults: tuple[str, ...]
    text: str
    row: Row


def explained(subject: Subject, cases: Sequence[tuple[int, Case]]) -> Explanation | None:
    """The explanation of a kind of failure, from cases that show it, the smallest first; None if none of them does again."""
    shown = next(((number, case, rows) for number, case in cases if (rows := broken(subject, case))), None)
    if shown is None:
        return None
    number, case, rows = shown
    smaller, row = shrunk(subject, case, rows[0])
    checks = [check for n, (_, one) in enumerate(cases) for check in checks_on(one, f"case {n + 1}", f"case-{n + 1}")]
    report = judge(subject, checks, Settings(examples=12))
    faults = tuple(finding.fault for finding in report.diagnosis if finding.complete)
    says = " ".join(finding.text for finding in report.diagnosis[:3]) or report.statement
    return Explanation(number, says, faults, case_text(smaller, f"campaign/{row.quantity}", subject.claims), row)


def broken(subject: Subject, case: Case) -> list[Row]:
    """The rows of what fails on a case."""
    try:
        rows = judge_case(subject, case, oracle_of(case, subject), (0, 0, 0))
    except (UndecidedError, PrecisionError):
        return []
    return [row for row in rows if row.is_broken]


def shrunk(subject: Subject, case: Case, row: Row) -> tuple[Case, Row]:
    """A smaller case on which the same quantity still fails, as small as some tries find it."""
    tries, progress = 0, True
    while progress:
        progress = False
        for candidate in _smaller(case, FORMATS[subject.claims.dtype].nearest):
            tries += 1
            if tries > _TRIES:
                return case, row
            if not subject.claims.admit(candidate.network, len(candidate.inputs)):
                continue
            found = [other for other in broken(subject, candidate) if other.quantity == row.quantity]
            if found and found[0].verdict == row.verdict:
                case, row, progress = candidate, found[0], True
                break
    return case, row


def _smaller(case: Case, nearest: Callable[[Any], np.ndarray]) -> Iterator[Case]:
    """Cases with less in them: fewer epochs, samples, hidden layers, units; then rounder numbers."""
    layers = case.network.layers
    if case.epochs > 1:
        yield replace(case, epochs=1)
    m = len(case.inputs)
    for part in (slice(0, m // 2), slice(m // 2, m), slice(0, m - 1)):
        if 0 < len(case.inputs[part]) < m:
            yield replace(case, inputs=case.inputs[part], targets=case.targets[part])
    for index, layer in enumerate(layers[:-1]):
        if layer.weights.shape[0] == layer.weights.shape[1]:
            yield _with(case, (*layers[:index], *layers[index + 1 :]))
        if layer.weights.shape[1] > 1:
            half = layer.weights.shape[1] // 2
            less = Layer(layer.weights[:, :half], layer.biases[:half], layer.activation)
            after = replace(layers[index + 1], weights=layers[index + 1].weights[:half])
            yield _with(case, (*layers[:index], less, after, *layers[index + 2 :]))
    if case.inputs.shape[1] > 1:
        half = case.inputs.shape[1] // 2
        first = replace(layers[0], weights=layers[0].weights[:half])
        yield replace(_with(case, (first, *layers[1:])), inputs=case.inputs[:, :half])
    for digits in (0, 1, 2):
        rounder = _with(
            case,
            tuple(
                Layer(
                    nearest(np.round(layer.weights, digits) + 0.0),
                    nearest(np.round(layer.biases, digits) + 0.0),
                    layer.activation,
                )
                for layer in layers
            ),
        )
        rounder = replace(rounder, inputs=nearest(np.round(case.inputs, digits) + 0.0))
        if size_of(rounder) and _digits(rounder) < _digits(case):
            yield rounder


def _with(case: Case, layers: tuple[Layer, ...]) -> Case:
    return replace(case, network=replace(case.network, layers=layers))


def _digits(case: Case) -> int:
    """How much there is to read in a case's numbers."""
    arrays = [case.inputs, *(array for pair in case.network.parameters for array in pair)]
    return sum(len(repr(float(number))) for array in arrays for number in np.ravel(array))
