"""Grades: of each submission its points, what is wrong in plain words, and who made the same mistake."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mlp_conformance.course.judging import Judged
from mlp_conformance.course.rubric import Item, points
from mlp_conformance.report.terminal import printable
from mlp_conformance.results import CLASSES

_LONGEST = 600


@dataclass(frozen=True)
class Grade:
    """One submission: outcome is conforms, does not conform, or not judged; mistake is what equal ones have in common."""

    name: str
    outcome: str
    classes: dict[str, str]
    points: Sequence[float]
    says: str
    mistake: str
    seconds: float

    @property
    def total(self) -> float:
        return round(sum(self.points), 2)


def grade(judged: Judged, items: Sequence[Item]) -> Grade:
    """The grade of a submission."""
    report = judged.report
    name = printable(judged.submission.name)
    earned = points(items, report)
    if report is None:
        says = _plain(judged.problem)
        return Grade(name, "not judged", dict.fromkeys(CLASSES, "unsupported"), earned, says, _alike(says), judged.seconds)
    if report["conforms"]:
        return Grade(name, "conforms", report["classes"], earned, "Everything that was asked is right.", "", judged.seconds)
    says, mistake = _mistake(report)
    return Grade(name, "does not conform", report["classes"], earned, says, mistake, judged.seconds)


def groups(grades: Sequence[Grade]) -> list[tuple[str, list[Grade]]]:
    """Mistakes that more than one submission has, the commonest first, with those who made them."""
    found: dict[str, list[Grade]] = {}
    for one in grades:
        if one.mistake:
            found.setdefault(one.mistake, []).append(one)
    return sorted(((m, who) for m, who in found.items() if len(who) > 1), key=lambda pair: -len(pair[1]))


def as_csv(grades: Sequence[Grade], items: Sequence[Item]) -> str:
    """A table for a spreadsheet; what it would take for a formula is quoted."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    titles = [_cell(item.title) for item in items]
    table.writerow(["submission", "outcome", *CLASSES, *titles, "points", "of", "what is wrong", "seconds"])
    most = f"{sum(item.points for item in items):g}"
    for one in grades:
        classes = [one.classes.get(name, "unsupported") for name in CLASSES]
        row = [_cell(one.name), one.outcome, *classes, *(f"{p:g}" for p in one.points), f"{one.total:g}", most]
        table.writerow([*row, _cell(one.says), f"{one.seconds:.1f}"])
    return out.getvalue()


def _mistake(report: dict[str, object]) -> tuple[str, str]:
    """In plain words what is wrong, and what names the mistake."""
    diagnosis: list[dict[str, str]] = report["diagnosis"]  # type: ignore[assignment]
    results: list[dict[str, str]] = report["results"]  # type: ignore[assignment]
    if diagnosis:
        mends = [finding.get("mend", "") for finding in diagnosis[:1] if finding.get("complete")]
        texts = [finding.get("text") or finding["title"] for finding in diagnosis]
        return _plain(" ".join([*texts[:2], *mends])), " or ".join(_plain(finding["title"]) for finding in diagnosis)
    broken = [result for result in results if result["verdict"] in ("failed", "error")]
    if not broken:
        return "Too few checks could be run for a verdict.", "too few checks could be run"
    first = broken[0]
    message = _plain(first.get("message") or "")
    statement = "" if first["verdict"] == "error" else _plain(str(report.get("statement") or ""))
    says = " ".join(part for part in (f"{len(broken)} checks fail, the first {first['check']}: {message}", statement) if part)
    return says, _alike(message or statement or first["check"])


def _alike(says: str) -> str:
    """A message without what differs from one submission to another: paths, lines, numbers."""
    return re.sub(r"\d+(\.\d+)?", "n", re.sub(r"\S*/\S*", "…", says))[:160]


def _plain(text: str) -> str:
    flat = " ".join(printable(text).split())
    return flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST]}…"


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
