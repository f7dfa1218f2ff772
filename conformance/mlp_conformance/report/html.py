"""The report as one self-contained page, and as the fragment that a notebook shows."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from mlp_conformance.report.charts import error_bar, histogram
from mlp_conformance.report.stories import Story, anchor, told
from mlp_conformance.report.templating import page as rendered
from mlp_conformance.report.terminal import MARKS, as_number, verdict_text
from mlp_conformance.report.working import compared
from mlp_conformance.results import Finding, Report, Result
from mlp_reference import __version__
from mlp_reference.specification import Requirement, requirements
from mlp_reference.specification import version as specification_version

#: Bytes that cases worked through may take: line by line; then with few lines of each formula; then their place alone.
_WHOLE, _WORKED = 600_000, 1_000_000
#: Failures, pieces of advice, and checks that a page lists.
_FAILURES, _ADVICE, _CHECKS = 120, 100, 2_000
#: Longer messages are cut.
_LONGEST = 2_000


@dataclass(frozen=True)
class Failure:
    """A check that failed, as the page shows it."""

    result: Result
    anchor: str
    says: str
    summary: str
    expected: Markup
    got: Markup
    error: str
    bar: Markup
    story: Story | None
    same: Elsewhere | None


@dataclass(frozen=True)
class Elsewhere:
    """Another check, whose worked case shows the same as that of this one, and why it does."""

    check: str
    anchor: str
    why: str


@dataclass(frozen=True)
class Asked:
    """A requirement that was asked for: its prose, the worst verdict, and how many checks gave which."""

    requirement: Requirement
    text: str
    outcome: str
    counts: str


def page(report: Report) -> str:
    """A page of at most 2 MB: no script, nothing fetched, light, dark and print."""
    return rendered("run.html", **_values(report))


def fragment(report: Report) -> str:
    """What a notebook shows: the verdict, the diagnosis, where the numbers part with the network drawn, and the text."""
    return rendered("notebook.html", **_values(report), text=report.text(100))


def _values(report: Report) -> dict[str, Any]:
    name = " ".join(str(report.implementation[key]) for key in ("name", "version") if report.implementation.get(key))
    stories = [story for account in report.accounts.values() if (story := told(account, report)) is not None]
    stories.sort(key=lambda story: story.parting is None)
    ratios = [r.error_over_bound for r in report.results if r.verdict == "passed" and r.error_over_bound is not None]
    broken = sorted((r for r in report.results if r.is_broken), key=lambda r: _order(r, stories))
    return {
        "report": report,
        "name": _short(name, 200),
        "verdict": verdict_text(report),
        "marks": MARKS,
        "stories": stories,
        "broken": list(_failures(broken[:_FAILURES], stories, report.diagnosis)),
        "more_broken": max(0, len(broken) - _FAILURES),
        "advice": [_cut(result) for result in report.results if result.verdict == "advice"][:_ADVICE],
        "ratios": len(ratios),
        "histogram": histogram(ratios),
        "requirements": list(_asked(report, stories)),
        "counts": ", ".join(f"{number} {verdict}" for verdict, number in report.summary.items() if number),
        "shown_results": [_cut(result) for result in sorted(report.results, key=_worst_first)[:_CHECKS]],
        "environment": _environment(report),
        "again": report.settings.get("command") or _again(report),
        "specification": specification_version(),
        "version": __version__,
    }


def _order(result: Result, stories: list[Story]) -> tuple[int, bool]:
    told_first = [story.check for story in stories]
    return (told_first.index(result.check) if result.check in told_first else len(told_first), result.follows_from is not None)


def _worst_first(result: Result) -> int:
    return ("failed", "error", "advice", "passed", "unsupported").index(result.verdict)


def _failures(broken: list[Result], stories: list[Story], diagnosis: Sequence[Finding]) -> Iterator[Failure]:
    by_check = {story.check: story for story in stories}
    worked_through = 0
    shown: dict[str, Story] = {}
    for result in broken:
        story = by_check.get(result.check)
        if story is not None:
            if worked_through + story.weight > _WHOLE:
                story = story.shortened()
            if worked_through + story.weight > _WORKED:
                story = replace(story, sections=[])
            worked_through += story.weight
        if story is not None and story.sections:
            shown[result.check] = story
        compares = result.expected is not None and result.error_over_bound is not None
        expected, got = compared(result.expected or "", result.got or "") if compares else (Markup(""), Markup(""))
        times = f"{as_number(result.error_over_bound)} times its bound" if compares else ""
        yield Failure(
            _cut(result),
            anchor(result.check),
            _short(result.says),
            times or result.verdict,
            expected,
            got,
            f"{as_number(result.error_ulps)} ulp, {times}" if compares else "",
            error_bar(result.error_over_bound) if compares and result.error_over_bound is not None else Markup(""),
            story,
            None if result.check in shown else _same(result, shown, diagnosis),
        )


def _same(result: Result, stories: Mapping[str, Story], diagnosis: Sequence[Finding]) -> Elsewhere | None:
    """The worked case that shows the same: of the same example, of the check that this may follow from, of the same mistake."""
    kind, _, rest = result.check.partition("/")
    example = f"golden/{rest.partition('/')[0]}/"
    found = [(check, "It is the same network, asked for something else") for check in stories if check.startswith(example)]
    ways = found if kind == "golden" else []
    if result.follows_from in stories:
        ways.append((str(result.follows_from), "This may follow from what is wrong there"))
    for finding in diagnosis:
        if result.check in finding.explains:
            ways += [(check, "The same mistake explains both") for check in stories if check in finding.explains]
    alike = [(check, "The same requirements are broken there") for check in _asking_alike(result, stories)]
    return next((Elsewhere(check, stories[check].anchor, why) for check, why in [*ways, *alike]), None)


def _asking_alike(result: Result, stories: Mapping[str, Story]) -> list[str]:
    """Checks with a worked case that end alike: drawn/deep-train and golden/relu-deep/train."""
    last = re.split(r"[/-]", result.check)[-1]
    return [check for check in stories if re.split(r"[/-]", check)[-1] == last]


def _asked(report: Report, stories: list[Story]) -> Iterator[Asked]:
    """What the checks are about, and what else the steps of a worked case name."""
    verdicts: dict[str, list[str]] = {id: [] for story in stories for s in story.sections for id in s.requirements}
    for result in report.results:
        for id in result.requirements:
            verdicts.setdefault(id, []).append(result.verdict)
    for id, requirement in requirements().items():
        if id not in verdicts:
            continue
        found = verdicts[id]
        outcome = next((v for v in ("error", "failed", "advice", "passed", "unsupported") if v in found), "unsupported")
        counts = ", ".join(f"{found.count(v)} {v}" for v in dict.fromkeys(found)) or "no check of its own in this run"
        yield Asked(requirement, prose(requirement), outcome, counts)


def prose(requirement: Requirement) -> str:
    """The first paragraph of a requirement, without its level."""
    text = re.sub(r"^\*\*\w+\.\*\*\s*", "", requirement.text)
    return " ".join(text.split("\n\n")[0].split())


def _environment(report: Report) -> list[tuple[str, str]]:
    import numpy

    implementation, settings = report.implementation, report.settings
    return [
        ("implementation", _short(f"{implementation['name']} {implementation.get('version') or ''}", 200)),
        ("language, number format", f"{implementation.get('language') or 'not stated'}, {implementation['dtype']}"),
        ("operations", ", ".join(implementation.get("operations", ()))),
        (
            "drawn networks for each check; seed",
            f"{settings.get('examples', 'not stated')}; {settings.get('seed', 'not stated')}",
        ),
        ("suite; specification", f"mlp-conformance {__version__}; {specification_version()}"),
        ("environment", f"Python {sys.version.split()[0]}, NumPy {numpy.__version__}, {platform.system()}"),
        ("numbers judged; seconds", f"{sum(r.judged for r in report.results)}; {sum(r.seconds for r in report.results):.1f}"),
    ]


def _again(report: Report) -> str:
    return f"mlp-conformance run {report.implementation['name']}"


def _cut(result: Result) -> Result:
    return replace(result, message=_short(result.message), got=_short(result.got or "", 60) or None, case=None)


def _short(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most} characters more)"
