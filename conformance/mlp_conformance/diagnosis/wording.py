"""The words of a diagnosis: findings for faults, conventions and symptoms, and what to say where nothing is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mlp_conformance.answers import NOT_SUMMED
from mlp_conformance.arguments import CHANGED
from mlp_conformance.diagnosis.comparison import match
from mlp_conformance.diagnosis.hypotheses import Hypothesis
from mlp_conformance.diagnosis.investigation import Investigation
from mlp_conformance.faults import FAULTS, Fault, claimable
from mlp_conformance.faults.claimable import Claimable
from mlp_conformance.results import Finding, Result
from mlp_reference.mlp import Algorithm

#: Conduct checks that by themselves say what is wrong.
_CONDUCT = {
    "conduct/arguments": "an argument is changed in place that is not the call's own to change",
    "conduct/no-memory": "an answer depends on earlier calls: something is kept between them",
    "conduct/repeatable": "the same call gives different answers: something is random or kept between calls",
    "conduct/nan": "a NaN in the inputs is swallowed and comes out as a number",
}

#: In a text: what a fault of some operations is named with.
NOWHERE_ELSE = ", and nowhere else"


def said_of(
    standing: list[Hypothesis], given: Investigation, operations: Sequence[str] = ()
) -> tuple[list[Finding], str] | None:
    """The findings of what explains every number, and the statement of a tie; None if there is nothing to say."""
    if not standing:
        return None
    claims = [claimable(hypothesis.faults[0]) for hypothesis in standing]
    if claims[0] is not None and all(claimed == claims[0] for claimed in claims):
        standing = standing[:1]  # the same part, which differs in what is reported alone
    given.named = standing
    return [_named(hypothesis, given, len(standing), operations) for hypothesis in standing], equally_well(len(standing))


def _named(hypothesis: Hypothesis, given: Investigation, tied: int, operations: Sequence[str]) -> Finding:
    """operations: the only ones that have the fault, where the others are right."""
    faults = hypothesis.faults
    title = hypothesis.title
    claimed = _claimable(hypothesis, given)
    opening = title[0].upper() + title[1:]
    explains = f"This explains {_all(given.found.differing)}, exactly."
    if operations:
        explains = f"So it is in what {' and '.join(operations)} answers{NOWHERE_ELSE}. {explains}"
    if claimed:
        explains += f" All else is right: it conforms with {claimed.words}, which it does not claim."
    mend = " ".join(fault.mend for fault in faults)
    return Finding(
        hypothesis.id,
        title,
        given.failed,
        complete=True,
        text=f"{opening}. {explains}" if tied == 1 else f"Possibly: {title}.",
        right="\n".join(fault.right for fault in faults),
        wrong="\n".join(fault.wrong for fault in faults),
        mend=f"{mend} Or claim it: Claims(..., {claimed})." if claimed else mend,
        kind="convention" if claimed else "fault",
    )


def _all(differing: int) -> str:
    return f"all {differing} differing numbers that were compared" if differing > 1 else "the one number that differs"


def _claimable(hypothesis: Hypothesis, given: Investigation) -> Claimable | None:
    """The optional part that is switched on and not claimed, where nothing but training is wrong and that is all.

    Of who has no gradients, those that are wrong were recovered from training.
    """
    found = claimable(hypothesis.faults[0]) if len(hypothesis.faults) == 1 and hypothesis.condition is None else None
    trained = {"training"} if "gradients" in given.subject.operations else {"training", "gradients"}
    if found is None or any(result.is_broken and result.phase not in trained for result in given.results):
        return None
    options = replace(given.subject.claims, **found.conventions).optional(**found.always)
    for call in given.found.all_wrong:
        asked = replace(call, case=replace(call.case, options=options), answer=replace(call.answer, losses=None))
        same = match(asked, Algorithm(), given.subject.format)
        if call.operation != "train" or same is None or not same.is_exact:
            return None
    return found


def equally_well(number: int) -> str:
    """The statement of a tie of so many; empty if there is none."""
    if number < 2:
        return ""
    return (
        f"These {number} faults explain every number equally well: nothing that the implementation claims to support "
        "tells them apart."
    )


def narrower(given: Investigation, format: str) -> Finding:
    """Every number is right for a format that is narrower than the one claimed."""
    known = FAULTS.get(f"silent-{format}")
    dtype = given.subject.claims.dtype
    return Finding(
        known.id if known else f"silent-{format}",
        known.title if known else f"computed in {format}",
        given.failed,
        complete=True,
        text=f"Every number is right for {format}, but {dtype} is claimed: somewhere the computation is in {format}.",
        mend=f"Compute in {dtype} throughout, or claim dtype {format!r}.",
        kind="convention",
    )


def said_in_part(hypothesis: Hypothesis, explained: int, of: int, checks: tuple[str, ...]) -> Finding:
    """What accounts for many wrong answers, and not for all that was compared."""
    fault = hypothesis.faults[0]
    return Finding(
        fault.id,
        fault.title,
        checks,
        complete=False,
        text=f"Perhaps in part: {fault.title.rstrip('.')}. It explains {explained} of {of} wrong answers, and "
        "contradicts none that is right.",
        right=fault.right,
        wrong=fault.wrong,
        mend=fault.mend,
    )


def from_conduct(results: list[Result]) -> list[Finding]:
    """What failed checks of conduct say by themselves: a fault of the catalogue, or a symptom of something kept or random."""
    broken = [result for result in results if result.is_broken]
    found: list[Finding] = []
    for result in (result for result in broken if result.verdict == "failed" and result.check in _CONDUCT):
        faults = _shown_by(result)
        found += [_of_conduct(result, FAULTS[id], alone=len(faults) == len(broken)) for id in faults] or [_symptom(result)]
    return found


def conduct_alone(results: list[Result]) -> list[Finding]:
    """The faults of conduct where nothing else fails: no number need be looked at. None where anything else does."""
    findings = from_conduct(results)
    accounted = {check for finding in findings if finding.kind == "fault" for check in finding.explains}
    return findings if all(result.check in accounted for result in results if result.is_broken) else []


def _shown_by(result: Result) -> list[str]:
    """The faults that a failed check of conduct is about, which no number has to tell apart from others."""
    if result.check == "conduct/nan":
        return ["nan-swallowed"]
    return [fault for argument, fault in CHANGED.items() if result.check == "conduct/arguments" and argument in result.message]


def _of_conduct(result: Result, fault: Fault, alone: bool) -> Finding:
    """alone: nothing else fails, so that this explains everything."""
    return Finding(
        fault.id,
        fault.title,
        (result.check,),
        complete=alone,
        text=_sentence(fault.title, result),
        right=fault.right,
        wrong=fault.wrong,
        mend=fault.mend,
    )


def _symptom(result: Result) -> Finding:
    says = _CONDUCT[result.check]
    return Finding(result.check, says, (result.check,), complete=False, text=_sentence(says, result), kind="symptom")


def _sentence(says: str, result: Result) -> str:
    detail = f" ({result.message.rstrip('.')})" if result.message else ""
    return f"{says[0].upper()}{says[1:].rstrip('.')}{detail}."


def from_errors(results: list[Result]) -> list[Finding]:
    """The fault that errors of the implementation name by the shape of what it answered."""
    errors = [result for result in results if result.verdict == "error"]
    if not errors or not any(NOT_SUMMED in result.message for result in errors):
        return []
    fault = FAULTS["bias-not-summed"]
    title = fault.title.rstrip(".")
    return [
        Finding(
            fault.id,
            fault.title,
            tuple(result.check for result in errors if NOT_SUMMED in result.message),
            complete=all(NOT_SUMMED in result.message for result in errors),
            text=f"{title[0].upper()}{title[1:]}.",
            right=fault.right,
            wrong=fault.wrong,
            mend=fault.mend,
        )
    ]


def raising(results: list[Result]) -> str:
    """What errors of the implementation say; empty if there are none."""
    errors = [result for result in results if result.verdict == "error"]
    if not errors:
        return ""
    return f"{len(errors)} checks ended in an error of the implementation, the first in {errors[0].check}: {errors[0].message}"


def beyond(results: list[Result]) -> str:
    """For failures none of whose answers could be compared: too large, or right one by one."""
    broken = [result for result in results if result.is_broken and result.check not in _CONDUCT]
    if not broken:
        return ""
    return (
        f"No single answer that was compared with the known faults is wrong: what fails in {broken[0].check} shows only in "
        "larger cases, or in how answers hang together."
    )
