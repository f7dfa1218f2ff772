"""Faults that depend on earlier calls, or decide by computed numbers: the recorded calls replayed on each, in order."""

from __future__ import annotations

import numpy as np

from mlp_conformance.diagnosis.comparison import Comparison, is_outside
from mlp_conformance.diagnosis.evidence import Evidence, Sorted
from mlp_conformance.diagnosis.hypotheses import Hypothesis
from mlp_conformance.diagnosis.quantities import named
from mlp_conformance.faults import FAULTS, Fault, FaultImplementation
from mlp_conformance.judgement import errors
from mlp_conformance.subject import Call, Session, Subject
from mlp_reference.oracle import Expected

#: Sessions with a wrong answer, all of whose calls are at hand, that are replayed, and the calls of each.
_SESSIONS, _CALLS = 6, 30
#: Wrong answers that a fault which does not depend on earlier calls has to give first, alone.
_ALONE = 4


def replayed(subject: Subject, evidence: Evidence, found: Sorted, comparison: Comparison) -> list[Hypothesis]:
    """The faults that, given the same calls in the same order, answer the same."""
    wrong = {id(call) for call in found.all_wrong}
    alone = found.smallest_wrong[:_ALONE]
    whole = (call.session for call in found.all_wrong if call.session not in evidence.gaps)
    sessions = list(dict.fromkeys(whole))[:_SESSIONS]
    if not sessions:
        return []  # what came before the wrong answers is not known
    recorded = [_until_wrong([call for call in evidence.calls if call.session == session], wrong) for session in sessions]
    return [
        Hypothesis((fault,))
        for fault in FAULTS.values()
        if fault.kind != "formula"
        and (fault.kind == "conduct" or all(_replays(fault, [call], subject, comparison) for call in alone))
        and all(_replays(fault, calls, subject, comparison) for calls in recorded)
    ]


def _until_wrong(calls: list[Call], wrong: set[int]) -> list[Call]:
    """A session's first calls, at least as far as its first wrong answer: without one a replay shows nothing."""
    first = next(index for index, call in enumerate(calls) if id(call) in wrong)
    return calls[: max(_CALLS, first + 1)]


def _replays(fault: Fault, calls: list[Call], subject: Subject, comparison: Comparison) -> bool:
    """Whether the fault, given the same calls in the same order, answers the same within twice the bounds.

    A wrong number it has to come nearer to than to the right one: what is off by little more than its bound is within twice
    the bound of right answers, too.
    """
    session = _session((fault,), subject.claims.dtype)
    for call in calls:
        try:
            answer = getattr(session, call.operation)(call.case)
        except Exception:
            return False
        known = comparison.right(call)
        if known is None:
            continue
        own = dict(named(Call(call.operation, call.case, answer)))
        for name, got, expected in known:
            one = own.get(name)
            if one is None:
                continue
            if one.shape != got.shape or not np.all(
                (np.abs(one - got) <= _allowed(got, expected)) | (np.isnan(one) & np.isnan(got))
            ):
                return False
    return True


def answered_by(faults: tuple[Fault, ...], call: Call, dtype: str) -> dict[str, np.ndarray]:
    """The arrays that the faults, all at once, answer to that call in floats of that dtype; empty where they have no answer."""
    try:
        answer = getattr(_session(faults, dtype), call.operation)(call.case)
    except Exception:
        return {}
    return dict(named(Call(call.operation, call.case, answer)))


def _session(faults: tuple[Fault, ...], dtype: str) -> Session:
    implementation = FaultImplementation(*faults, dtype=_native(dtype))
    return Session(Subject(lambda: implementation, implementation.claims.name, None), implementation)


def _allowed(got: np.ndarray, expected: Expected) -> np.ndarray:
    off = np.where(is_outside(got, expected), errors(got, expected) / 2, np.inf)
    return np.asarray(np.minimum(2 * expected.bound, off))


def _native(dtype: str) -> str:
    return "float32" if dtype == "bfloat16" else dtype
