"""From an implementation to a report: load it, run the checks, diagnose what failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlp_conformance.checks import Check, Settings
from mlp_conformance.loading import load, load_command
from mlp_conformance.quiet import defaults_kept
from mlp_conformance.results import Report, Result
from mlp_conformance.runner import finished, run_checks, select
from mlp_conformance.subject import Subject

if TYPE_CHECKING:
    from mlp_conformance.worked.account import Account


def run(
    implementation: Any = None,
    *,
    command: str | None = None,
    select: str | None = None,
    examples: int | None = None,
    seed: int = 0,
    timeout: float = 60.0,
) -> Report:
    """Judge an implementation and return the report.

    implementation: whatever `mlp-conformance run` takes, or an adapter, its class or factory, or a class of a known shape.
    command: a program that speaks the protocol, instead. select: a check's id, part of it, a glob, or a requirement.
    examples: networks drawn for each check; 50 unless said, fewer where answers take long.

    Raises loading.LoadError if it cannot be found or started.
    """
    subject = load_command(command, timeout) if command is not None else load(implementation, timeout)
    settings = Settings(Settings.examples if examples is None else examples, seed, hurried=examples is None)
    try:
        return judge(subject, _selected(select), settings)
    finally:
        subject.close()


def _selected(pattern: str | None) -> Sequence[Check]:
    return select(pattern)


@defaults_kept()
def judge(
    subject: Subject,
    selected: Sequence[Check],
    settings: Settings,
    each: Callable[[Result], None] | None = None,
    before: Sequence[Result] = (),
    accounts: int = 1,
) -> Report:
    """Run the checks, `each` told of every result, and diagnose; an interrupted run reports what was done so far.

    before: results of the run's earlier checks, where another process had them and was lost.
    accounts: of how many failures the page of the report is to give an account, worked through number by number.
    """
    from mlp_conformance.diagnosis import Evidence, diagnose, reach

    evidence = Evidence(largest=reach(subject.claims))
    results = list(before)
    try:
        for result in run_checks(subject, selected, settings, evidence.add, before):
            results.append(result)
            if each:
                each(result)
        findings, statement = diagnose(subject, results, evidence, settings)
        found = _accounts(subject, results, accounts)
    except KeyboardInterrupt:
        return finished(subject, results, settings, interrupted=True)
    return replace(finished(subject, results, settings, findings, statement), accounts=found)


def _accounts(subject: Subject, results: Sequence[Result], most: int) -> dict[str, Account]:
    """Accounts of some failures; what works them through is loaded when there are any."""
    if not most or all(result.verdict != "failed" for result in results):
        return {}
    from mlp_conformance.worked.account import accounts

    return accounts(subject, results, most)
