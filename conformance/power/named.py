"""Whether what the diagnosis says of a fault is true: named first, in an honest tie, among the first three, wrong, silent."""

from __future__ import annotations

from mlp_conformance.results import Report

#: From best to worst.
GRADES = ("first", "tied", "same", "part", "among three", "symptom", "silent", "wrong", "unseen")

MEANING = {
    "first": "the one complete explanation, or the first finding, is the fault",
    "tied": "several complete explanations, said to be indistinguishable, the fault among them",
    "same": "another name for the same numbers: on fresh networks within the claims balls cannot tell the two apart",
    "part": "of two faults one is claimed to explain every number that was compared, alone or in a tie, and does: the other "
    "shows in none of them",
    "among three": "named, not first, and no other is claimed to be complete",
    "symptom": "no fault is claimed to be complete, the fault is not named; symptoms are given",
    "silent": "the run fails and nothing is said",
    "wrong": "another fault is claimed to explain every number, and this one is not among them",
    "unseen": "through this interface no check fails",
}


def grade(id: str, report: Report) -> str:
    """One of GRADES, for a run of the fault of that id."""
    if report.conforms or not any(result.is_broken for result in report.results):
        return "unseen"
    findings = report.diagnosis
    names = [finding.fault for finding in findings]
    complete = [finding.fault for finding in findings if finding.complete]
    complete = [_in_order(name) for name in complete]
    id = _in_order(id)
    if id in complete:
        return "first" if len(complete) == 1 else "tied"
    if complete:
        return "part" if "+" in id and set(complete) & set(id.split("+")) else "wrong"
    if names[:1] == [id]:
        return "first"
    if id in names[:3]:
        return "among three"
    return "symptom" if names or report.statement else "silent"


def _in_order(ids: str) -> str:
    """The ids of a pair in one order, whichever was tried first."""
    return "+".join(sorted(ids.split("+")))


def first_named(report: Report) -> str:
    """What the diagnosis says first, in one word."""
    if report.diagnosis:
        found = report.diagnosis[0]
        return found.fault if found.complete else f"({found.fault})"
    return "(statement)" if report.statement else ""


def all_named(report: Report) -> str:
    """The first three that the diagnosis names, those that it does not claim to be complete in brackets."""
    names = [found.fault if found.complete else f"({found.fault})" for found in report.diagnosis[:3]]
    return ", ".join(names) or first_named(report)
