"""The report as Markdown: for a pull request or a step summary."""

from __future__ import annotations

import re

from mlp_conformance.report.terminal import printable
from mlp_conformance.results import Report, Result

#: Failures that are listed, and letters of a cell: a step summary may have a megabyte.
_ROWS, _LONGEST = 200, 500


def text(report: Report) -> str:
    """Verdict, classes, diagnosis, and a table of what failed; what an implementation says is escaped."""
    name = escaped(str(report.implementation["name"]))
    verdict = "conforms" if report.conforms else "does not conform"
    lines = [f"## {name} {verdict}", "", "<!-- mlp-conformance -->", ""]
    lines += ["| class | verdict |", "| --- | --- |"]
    lines += [f"| {cls} | {report.outcome(cls)} |" for cls in report.classes]
    lines += [line for remark in report.remarks for line in ("", f"Note: {escaped(remark)}")]
    for finding in report.diagnosis:
        lines += ["", f"**{escaped(finding.text or finding.title)}**"]
        if finding.wrong:
            lines += ["", f"- wrong: {_code(finding.wrong)}", f"- right: {_code(finding.right)}"]
    if report.statement:
        lines += ["", escaped(report.statement)]
    lines += _parting(report)
    broken = [result for result in report.results if result.is_broken]
    if broken:
        lines += ["", "<details open><summary>What failed</summary>", ""]
        lines += [
            "| check | requirements | number | expected | got | error |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        lines += [_row(result) for result in broken[:_ROWS]]
        lines += [f"| {len(broken) - _ROWS} more | | | | | |"] if len(broken) > _ROWS else []
        lines += ["", "</details>"]
    counts = ", ".join(f"{number} {verdict}" for verdict, number in report.summary.items() if number)
    gate = [f"- {escaped(line)}" for line in report.gate.lines()] if report.gate is not None else []
    return "\n".join([*lines, "", counts, "", *gate, *([""] if gate else [])])


def _parting(report: Report) -> list[str]:
    """Where the numbers of the first account part: the formula, with its numbers put in, and what was answered."""
    for account in report.accounts.values():
        key, worked = account.parting, account.worked
        if key is None or worked is None:
            continue
        from mlp_conformance.worked.digits import written
        from mlp_conformance.worked.writing import Latex

        section, line = next((s, line) for s in worked.sections for line in s.lines if line.key == key)
        style, mark = Latex(10), account.marks[key]
        value = style.number(written(line.value, 10)[0])
        numbers = rf"{style.whole(line.symbol)} = {style.whole(line.numbers)} \approx {value}"
        return [
            "",
            f"Where the numbers part, in {_code(account.check)} ({', '.join(section.requirements)}):",
            *("", "```math", f"{style.whole(section.symbol)} = {style.whole(section.formula)}", "```"),
            *("", "```math", numbers, "```"),
            *("", f"Its answers {'imply' if mark.implied else 'have'} {_code(mark.got)} there."),
        ]
    return []


def _row(result: Result) -> str:
    error = f"{result.error_over_bound:.3g} times its bound" if result.error_over_bound is not None else ""
    cells = [
        result.check,
        ", ".join(result.requirements[:4]),
        result.quantity or "",
        result.expected or "",
        result.got or "",
        error or result.message,
    ]
    return "| " + " | ".join(escaped(cell[:_LONGEST]) for cell in cells) + " |"


def _code(text: str) -> str:
    return f"<code>{escaped(text)}</code>"


def escaped(text: str) -> str:
    """On one line, with every character that Markdown or HTML would read as markup as a character reference."""
    flat = " ".join(printable(text).split())
    return re.sub(r"([\\`*_{}\[\]<>#|!&@])", lambda match: f"&#{ord(match.group(1))};", flat)
