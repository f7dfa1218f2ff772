"""Runs checks on an implementation, one after another, and collects what they find; nothing it does stops the run."""

from __future__ import annotations

import fnmatch
import shlex
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from mlp_conformance.checks import Advice, Check, Failed, Settings, Trial, checks
from mlp_conformance.checks.comparing import GUARDED
from mlp_conformance.claims import Unsupported
from mlp_conformance.judgement import Judgement
from mlp_conformance.results import Finding, Report, Result
from mlp_conformance.subject import Awaited, Call, Subject, SubjectError, described_error
from mlp_reference.fixtures import FixtureError

#: Failures whose cases are made as small as possible, in each phase; the others keep the case that was drawn.
SHRUNK = 2


def select(pattern: str | None) -> list[Check]:
    """The checks whose id matches: a glob, or a part of the id, or a requirement; all of them for None."""
    if not pattern:
        return list(checks())
    return [
        found
        for found in checks()
        if fnmatch.fnmatchcase(found.id, pattern) or pattern in found.id or pattern in found.requirements
    ]


def run_check(subject: Subject, found: Check, settings: Settings, log: Callable[[Call], None] | None = None) -> Result:
    """One check on a fresh instance of the implementation: always a result, whatever the implementation does."""
    start = time.perf_counter()
    result = planned(subject, found, settings)
    if result.verdict == "unsupported":
        return result
    try:
        session = subject.session()
        session.log = log
        trial = Trial(session, settings, found.id)
        found.run(trial)
        if trial.awaited:
            raise trial.awaited[0]
        result = replace(_with_numbers(result, trial.judgement), message=trial.note)
        result = replace(result, drawn=trial.answered, shortened=trial.shortened)
        if trial.refused:
            result = replace(
                result,
                message=f"{trial.refused} of {trial.refused + trial.answered} drawn cases were refused",
            )
        if trial.is_guarded:
            result = replace(result, verdict="advice", message=GUARDED)
        if trial.overflow:
            result = replace(result, verdict="advice", message=trial.overflow)
    except Failed as failure:
        line = reproduction(subject, found, settings, trial.is_slow)
        result = _with_numbers(replace(result, verdict="failed", message=str(failure), reproduce=line), failure.judgement)
        if failure.case is not None:
            from mlp_conformance.casefile import case_text

            result = replace(result, case=case_text(failure.case, found.id, subject.claims))
    except Advice as advice:
        result = replace(result, verdict="advice", message=str(advice))
    except Unsupported as refusal:
        result = replace(result, verdict="unsupported", message=str(refusal))
    except SubjectError as error:
        result = replace(result, verdict="error", message=str(error))
    except Awaited as missing:
        result = replace(result, verdict="unsupported" if missing.follows else "error", message=str(missing))
    except FixtureError:
        raise  # nothing can be judged by a damaged fixture, and the implementation has no part in it
    except Exception as error:
        result = replace(result, verdict="error", message=f"the check itself failed: {described_error(error)}")
    if found.kind == "advice" and result.is_broken:
        result = replace(result, verdict="advice")  # a SHOULD can at worst advise, whatever happens on the way
    return replace(result, seconds=round(time.perf_counter() - start, 4))


def planned(subject: Subject, found: Check, settings: Settings) -> Result:
    """The result of a check in which nothing has gone wrong yet, or which the implementation has not the operations for."""
    line = reproduction(subject, found, settings)
    result = Result(found.id, found.title, found.requirements, found.phase, "passed", reproduce=line, needs=found.needs)
    missing = [operation for operation in found.needs if operation not in subject.operations]
    why = f"the implementation has no {' and no '.join(missing)}"
    return replace(result, verdict="unsupported", message=why) if missing else result


def _with_numbers(result: Result, judgement: Judgement) -> Result:
    result = replace(result, judged=judgement.judged, wrong=judgement.wrong)
    worst = judgement.worst
    if worst is None:
        return result
    result = replace(result, error_ulps=worst.ulps, error_over_bound=worst.over_bound, quantity=worst.quantity)
    if result.verdict == "passed":
        return result
    return replace(result, expected=worst.expected, got=worst.got)


def reproduction(subject: Subject, found: Check, settings: Settings, is_slow: bool = False) -> str:
    """The line that runs this check alone, empty where nothing that can be typed names the implementation.

    is_slow: at another time it might end before the network that fails.
    """
    typed = shlex.quote(subject.spec) if subject.typed is None else subject.typed
    if not typed:
        return ""
    what = f"--case {shlex.quote(subject.case)}" if subject.case else f"--select {shlex.quote(found.id)}"
    line = f"mlp-conformance run {typed} {what}"
    defaults = Settings()
    if settings.examples != defaults.examples or is_slow:
        line += f" --examples {settings.examples}"
    return line + (f" --seed {settings.seed}" if settings.seed != defaults.seed else "")


def run_checks(
    subject: Subject,
    selected: Iterable[Check] | None = None,
    settings: Settings | None = None,
    log: Callable[[Call], None] | None = None,
    before: Sequence[Result] = (),
) -> Iterator[Result]:
    """The results of the selected checks, each as soon as it is known; before: those of the run's earlier checks."""
    settings = settings or Settings()
    subject.worked, subject.answered = 0.0, 0
    broken = [result for result in before if result.is_broken]
    for found in checks() if selected is None else selected:
        in_phase = sum(other.phase == found.phase for other in broken)
        result = run_check(subject, found, replace(settings, shrink=settings.shrink and in_phase < SHRUNK), log)
        if result.is_broken:
            result = replace(result, follows_from=_earlier(result, broken))
            broken.append(result)
        yield result


def _earlier(result: Result, broken: list[Result]) -> str | None:
    """The first failure of an earlier phase, on the same example if it is a golden check."""
    order = ("forward", "gradients", "training")
    if result.phase not in order:
        return None
    before = [other for other in broken if other.phase in order and order.index(other.phase) < order.index(result.phase)]
    kind, _, rest = result.check.partition("/")
    if kind == "golden":
        example = rest.split("/")[0]
        before = [other for other in before if other.check.startswith(f"golden/{example}/")]
    return before[0].check if before else None


def finished(
    subject: Subject,
    results: list[Result],
    settings: Settings,
    diagnosis: Sequence[Finding] = (),
    statement: str = "",
    interrupted: bool = False,
) -> Report:
    """The report of those results."""
    return Report(
        described(subject),
        results,
        list(diagnosis),
        statement,
        {"seed": settings.seed, "examples": settings.examples},
        interrupted,
    )


def described(subject: Subject) -> dict[str, Any]:
    """What is judged, as the report names it."""
    claims = subject.claims
    remarks = {"remarks": list(subject.remarks)} if subject.remarks else {}
    return {
        "name": claims.name,
        "version": claims.version,
        "language": claims.language,
        "dtype": claims.dtype,
        "operations": sorted(subject.operations),
        "notes": claims.notes,
        "found": subject.found,
        **remarks,
    }
