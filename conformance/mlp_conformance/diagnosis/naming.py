"""From evidence to words: one fault, an honest tie, a pair, a convention, or the symptoms of something unknown."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

from mlp_conformance.checks import Settings
from mlp_conformance.checks.drawing import run_drawn
from mlp_conformance.diagnosis import symptoms
from mlp_conformance.diagnosis.constants import members
from mlp_conformance.diagnosis.evidence import Evidence, Sorted, match, sort
from mlp_conformance.diagnosis.hypotheses import (
    Hypothesis,
    explained_checks,
    explaining,
    pairs,
    partial,
    replayed,
    singles,
    told_apart,
)
from mlp_conformance.faults import FAULTS
from mlp_conformance.results import Finding, Result
from mlp_conformance.strategies import Scope, cases
from mlp_conformance.subject import OPERATIONS, Call, Subject
from mlp_reference.formats import FORMATS
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case

#: Fresh networks asked for to confirm a hypothesis, or to tell several apart.
_FRESH = 24

#: Conduct checks that by themselves name the fault.
_CONDUCT = {
    "conduct/arguments": "an argument is changed in place that is not the call's own to change",
    "conduct/no-memory": "an answer depends on earlier calls: something is kept between them",
    "conduct/repeatable": "the same call gives different answers: something is random or kept between calls",
    "conduct/nan": "a NaN in the inputs is swallowed and comes out as a number",
}


def name_the_bug(subject: Subject, results: list[Result], evidence: Evidence, settings: Settings) -> tuple[list[Finding], str]:
    """Findings, the best first, and a statement."""
    found = sort(evidence, subject.format)
    failed = explained_checks(results)
    if not found.all_wrong:
        return _from_conduct(results), _raising(results) or _beyond(results)
    standing = _confirmed(explaining(singles(), found, subject.format), subject, settings)
    if standing:
        return [_named(hypothesis, failed, found, len(standing)) for hypothesis in standing], _tie(standing)
    standing = replayed(subject, evidence, found)
    if standing:
        return [_named(hypothesis, failed, found, len(standing)) for hypothesis in standing], _tie(standing)
    standing = _confirmed(explaining(members(found, subject.format), found, subject.format), subject, settings)
    if standing:
        return [_named(hypothesis, failed, found, len(standing)) for hypothesis in standing], _tie(standing)
    narrower = symptoms.precision(found, subject.format)
    if narrower and _is_right_for(narrower, subject, settings):
        return [_narrower(subject, narrower, failed)], ""
    apart = found.of_wrong_operations()
    if apart is not found:  # one operation has a fault that the others do not have
        known = explaining(singles(), apart, subject.format) or explaining(
            members(apart, subject.format), apart, subject.format
        )
        standing = _confirmed(known, subject, settings, apart.operations)
        if standing:
            findings = [_named(hypothesis, failed, found, len(standing), apart.operations) for hypothesis in standing]
            return findings, _tie(standing)
    standing = _confirmed(pairs(found, subject.format), subject, settings)
    if standing:
        return [_named(hypothesis, failed, found, len(standing)) for hypothesis in standing], _tie(standing)
    return _incomplete(subject, results, found)


def _confirmed(
    hypotheses: list[Hypothesis], subject: Subject, settings: Settings, operations: Sequence[str] = OPERATIONS
) -> list[Hypothesis]:
    """What fresh networks leave standing of the hypotheses, which are about those operations."""
    if not hypotheses:
        return []
    return told_apart(hypotheses, subject, lambda ask: _draw(subject, settings, ask, operations), subject.format)


def _is_right_for(narrower: str, subject: Subject, settings: Settings) -> bool:
    """Whether fresh answers are right for that format, too."""
    contradicted = False

    def ask(call: Call) -> None:
        nonlocal contradicted
        found = match(call, Algorithm(), FORMATS[narrower])
        contradicted = contradicted or (found is not None and not found.is_exact)

    _draw(subject, settings, ask, OPERATIONS)
    return not contradicted


def _draw(subject: Subject, settings: Settings, ask: Callable[[Call], None], operations: Sequence[str]) -> None:
    """Draw fresh networks within the claims and hand over the implementation's answers."""
    scope = Scope(epochs=(1, 3), widest=5, batch=(1, 5))
    if scope.is_empty(subject.claims):
        return
    session = subject.session()
    session.log = ask

    def test(case: Case) -> None:
        for operation in sorted(set(subject.operations) & set(operations)):
            try:
                getattr(session, operation)(case)
            except Exception:
                continue

    seed = settings.seed * 1_000_003 + zlib.crc32(b"diagnosis")
    run_drawn(test, cases(subject.claims, scope), _FRESH, seed, shrink=False)


def _named(
    hypothesis: Hypothesis, failed: tuple[str, ...], evidence: Sorted, tied: int, operations: Sequence[str] = ()
) -> Finding:
    """operations: the only ones that have the fault, where the others are right."""
    faults = hypothesis.faults
    title = " and ".join(fault.title.rstrip(".") for fault in faults)
    opening = title[0].upper() + title[1:]
    explains = f"This explains all {evidence.differing} differing numbers that were compared, exactly."
    if operations:
        explains = f"So it is in what {' and '.join(operations)} answers, and nowhere else. {explains}"
    return Finding(
        hypothesis.id,
        title,
        failed,
        complete=True,
        text=f"{opening}. {explains}" if tied == 1 else f"Possibly: {title}.",
        right="\n".join(fault.right for fault in faults),
        wrong="\n".join(fault.wrong for fault in faults),
        mend=" ".join(fault.mend for fault in faults),
    )


def _tie(standing: list[Hypothesis]) -> str:
    if len(standing) < 2:
        return ""
    return (
        f"These {len(standing)} faults explain every number equally well: nothing that the implementation claims to support "
        "tells them apart."
    )


def _narrower(subject: Subject, narrower: str, failed: tuple[str, ...]) -> Finding:
    known = FAULTS.get(f"silent-{narrower}")
    title = known.title if known else f"computed in {narrower}"
    dtype = subject.claims.dtype
    return Finding(
        known.id if known else f"silent-{narrower}",
        title,
        failed,
        complete=True,
        text=f"Every number is right for {narrower}, but {dtype} is claimed: somewhere the computation is in {narrower}.",
        mend=f"Compute in {dtype} throughout, or claim dtype {narrower!r}.",
        kind="convention",
    )


def _incomplete(subject: Subject, results: list[Result], evidence: Sorted) -> tuple[list[Finding], str]:
    """Nothing known explains everything: partial explanations if there are any, and the symptoms."""
    findings = _from_conduct(results)
    for hypothesis, explained, of in partial(evidence, subject.format)[:3]:
        if 2 * explained <= of:
            continue  # what explains less than half is more likely chance than cause
        fault = hypothesis.faults[0]
        contradicted = "not all" if explained < of else "but it would make others wrong that are right"
        title = fault.title.rstrip(".")
        findings.append(
            Finding(
                fault.id,
                fault.title,
                _checks_of(hypothesis, evidence, results, subject),
                complete=False,
                text=f"Perhaps in part: {title}. It explains {explained} of {of} wrong answers, {contradicted}.",
                right=fault.right,
                wrong=fault.wrong,
                mend=fault.mend,
            )
        )
    parts = ["None of the known faults explains every number."]
    factor = symptoms.factor(evidence, subject.format)
    if factor:
        parts.append(factor[0].upper() + factor[1:])
    flow = symptoms.data_flow(evidence, subject.format)
    if flow:
        parts.append(f"Where it goes wrong: {flow}")
    return findings, " ".join(parts)


def _checks_of(hypothesis: Hypothesis, evidence: Sorted, results: list[Result], subject: Subject) -> tuple[str, ...]:
    """The failed checks of the phases whose wrong answers the hypothesis reproduces."""
    phases = {"forward": "forward", "loss": "forward", "gradients": "gradients", "train": "training"}
    explained = {
        phases[call.operation]
        for call in evidence.all_wrong
        if (found := match(call, hypothesis.algorithm(), subject.format)) is not None and found.is_exact
    }
    return tuple(result.check for result in results if result.verdict == "failed" and result.phase in explained)


def _from_conduct(results: list[Result]) -> list[Finding]:
    return [
        Finding(
            result.check,
            _CONDUCT[result.check],
            (result.check,),
            complete=False,
            text=_sentence(result),
            kind="symptom",
        )
        for result in results
        if result.verdict == "failed" and result.check in _CONDUCT
    ]


def _sentence(result: Result) -> str:
    says = _CONDUCT[result.check]
    detail = f" ({result.message.rstrip('.')})" if result.message else ""
    return f"{says[0].upper()}{says[1:]}{detail}."


def _raising(results: list[Result]) -> str:
    errors = [result for result in results if result.verdict == "error"]
    if not errors:
        return ""
    return f"{len(errors)} checks ended in an error of the implementation, the first in {errors[0].check}: {errors[0].message}"


def _beyond(results: list[Result]) -> str:
    """For failures none of whose answers could be compared: too large, or right one by one."""
    broken = [result for result in results if result.is_broken and result.check not in _CONDUCT]
    if not broken:
        return ""
    return (
        f"No single answer that was compared with the known faults is wrong: what fails in {broken[0].check} shows only in "
        "larger cases, or in how answers hang together."
    )
