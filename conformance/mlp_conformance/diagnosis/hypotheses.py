"""Which known faults account for the evidence: exactly, on every answer, by comparing with the fault's own certified values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlp_conformance.diagnosis.evidence import Evidence, Sorted, match, size
from mlp_conformance.faults import FAULTS, Fault, FaultImplementation, composable, compose
from mlp_conformance.results import Result
from mlp_conformance.subject import Call, Session, Subject
from mlp_reference.balls import UndecidedError
from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm
from mlp_reference.oracle import Oracle, PrecisionError

#: Singles that explain most are tried together with every other fault: so many of them.
_PAIR_SEEDS = 10


@dataclass(frozen=True)
class Hypothesis:
    """One fault, or two at once."""

    faults: tuple[Fault, ...]

    @property
    def id(self) -> str:
        return "+".join(fault.id for fault in self.faults)

    def algorithm(self) -> Algorithm:
        return compose(*self.faults)()

    def explains(self, call: Call, format: Format) -> bool:
        """Whether the answer is what these faults give, number by number; an uninformative comparison is no explanation."""
        found = match(call, self.algorithm(), format)
        return found is not None and found.is_exact and found.judged > 0


def singles() -> list[Hypothesis]:
    """Every fault that has certified values of its own."""
    return [Hypothesis((fault,)) for fault in FAULTS.values() if fault.kind == "formula"]


def explaining(candidates: Iterable[Hypothesis], evidence: Sorted, format: Format) -> list[Hypothesis]:
    """Those that reproduce every answer, wrong and right; most are dismissed by the first small wrong answer.

    One that says nothing of most wrong answers, as its own values are undefined there, explains nothing.
    """
    order = sorted(evidence.all_wrong, key=size) + sorted(evidence.all_right, key=size)
    wrong = {id(call) for call in evidence.all_wrong}
    found = []
    for candidate in candidates:
        algorithm = candidate.algorithm()
        silent = 0
        for call in order:
            result = match(call, algorithm, format)
            if result is None or result.judged == 0:
                silent += id(call) in wrong
            elif not result.is_exact:
                break
        else:
            if 2 * silent <= len(evidence.all_wrong):
                found.append(candidate)
    return found


def pairs(evidence: Sorted, format: Format) -> list[Hypothesis]:
    """Two faults that change different formulas: the singles that explain most, each with every other."""
    calls = sorted(evidence.all_wrong, key=size)[:6]
    every = [hypothesis.faults[0] for hypothesis in singles()]

    def explained(fault: Fault) -> int:
        total = 0
        for call in calls:
            right, own = match(call, Algorithm(), format), match(call, fault.algorithm(), format)
            if right is not None and own is not None:
                total += right.outside - own.outside
        return total

    scores = {fault.id: explained(fault) for fault in every}
    seeds = sorted((fault for fault in every if scores[fault.id] > 0), key=lambda fault: -scores[fault.id])[:_PAIR_SEEDS]
    candidates: dict[frozenset[str], Hypothesis] = {}
    for seed in seeds:
        for other in every:
            if composable(seed, other):
                candidates.setdefault(frozenset((seed.id, other.id)), Hypothesis((seed, other)))
    return explaining(candidates.values(), evidence, format)


def partial(evidence: Sorted, format: Format) -> list[tuple[Hypothesis, int, int]]:
    """Singles that account for whole wrong answers, though not for all: (hypothesis, answers explained, of how many).

    One that spoils as many right answers is left out.
    """
    wrong, right = evidence.all_wrong, evidence.all_right[:12]
    found = []
    for hypothesis in singles():
        explained = sum(hypothesis.explains(call, format) for call in wrong)
        if not explained:
            continue
        spoiled = sum(not hypothesis.explains(call, format) for call in right)
        if explained > spoiled:
            found.append((hypothesis, explained, len(wrong)))
    return sorted(found, key=lambda item: -item[1])


def replayed(subject: Subject, evidence: Evidence, sorted_evidence: Sorted) -> list[Hypothesis]:
    """Faults that depend on earlier calls, or decide by computed numbers: the recorded calls replayed on each in order."""
    wrong_sessions = list(dict.fromkeys(call.session for call in sorted_evidence.all_wrong))[:6]
    wrong = {id(call) for call in sorted_evidence.all_wrong}
    recorded = [_until_wrong([call for call in evidence.calls if call.session == session], wrong) for session in wrong_sessions]
    tolerances = {id(call): _tolerances(call, subject.format) for calls in recorded for call in calls}
    found = []
    for fault in FAULTS.values():
        if fault.kind != "formula" and all(_replays(fault, calls, subject, tolerances) for calls in recorded):
            found.append(Hypothesis((fault,)))
    return found


def _until_wrong(calls: list[Call], wrong: set[int]) -> list[Call]:
    """A session's first calls, at least as far as its first wrong answer: without one a replay shows nothing."""
    first = next(index for index, call in enumerate(calls) if id(call) in wrong)
    return calls[: max(60, first + 1)]


def _replays(fault: Fault, calls: list[Call], subject: Subject, tolerances: dict[int, list[np.ndarray] | None]) -> bool:
    """Whether the fault, given the same calls in the same order, answers the same within twice the bounds."""
    implementation = FaultImplementation(fault, dtype=_native(subject.claims.dtype))
    session = Session(Subject(lambda: implementation, fault.id, None), implementation)
    for call in calls:
        try:
            answer = getattr(session, call.operation)(call.case)
        except Exception:
            return False
        allowed = tolerances[id(call)]
        if allowed is None:
            continue
        for one, other, bound in zip(_arrays(answer), _arrays(call.answer), allowed, strict=False):
            if one.shape != other.shape or not np.all((np.abs(one - other) <= bound) | (np.isnan(one) & np.isnan(other))):
                return False
    return True


def _native(dtype: str) -> str:
    return "float32" if dtype == "bfloat16" else dtype


def _tolerances(call: Call, format: Format) -> list[np.ndarray] | None:
    oracle = Oracle(call.case, format)
    try:
        match call.operation:
            case "forward":
                found = oracle.activations[-len(call.answer) :]
            case "loss":
                found = [oracle.loss]
            case "gradients":
                found = [part for pair in oracle.gradients for part in pair]
            case _:
                found = [part for pair in oracle.trained.parameters for part in pair]
                found += oracle.trained.losses if call.answer.losses is not None else []
    except (UndecidedError, PrecisionError):
        return None
    return [2 * expected.bound for expected in found]


def _arrays(answer: Any) -> list[np.ndarray]:
    if hasattr(answer, "parameters"):
        answer = [*answer.parameters, *(np.asarray(loss) for loss in (() if answer.losses is None else answer.losses))]
    if isinstance(answer, np.ndarray):
        return [answer]
    return [part for item in answer for part in (item if isinstance(item, tuple) else [item])]


def told_apart(
    hypotheses: list[Hypothesis],
    subject: Subject,
    draw: Callable[[Callable[[Call], None]], None],
    format: Format,
) -> list[Hypothesis]:
    """The hypotheses that fresh cases leave standing: asked for until one is left, or the cases are used up."""
    standing = list(hypotheses)

    def ask(call: Call) -> None:
        nonlocal standing
        kept = []
        for hypothesis in standing:
            found = match(call, hypothesis.algorithm(), format)
            if found is None or found.is_exact:
                kept.append(hypothesis)
        standing = kept

    draw(ask)
    return standing


def explained_checks(results: list[Result]) -> tuple[str, ...]:
    """The failed checks, all of which a complete hypothesis accounts for."""
    return tuple(result.check for result in results if result.verdict == "failed")
