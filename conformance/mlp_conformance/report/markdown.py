"""The report as Markdown: for a pull request or a step summary."""

from __future__ import annotations

import re

from mlp_conformance.report.terminal import printable
from mlp_conformance.results import Report, Result


def text(report: Report) -> str:
    """Verdict, classes, diagnosis, and a table of what failed; what an implementation says is escaped."""
    name = escaped(str(report.implementation["name"]))
    verdict = "conforms" if report.conforms else "does not conform"
    lines = [f"## {name} {verdict}", "", "<!-- mlp-conformance -->", ""]
    lines += ["| class | verdict |", "| --- | --- |"]
    lines += [f"| {cls} | {'not judged' if v == 'unsupported' else v} |" for cls, v in report.classes.items()]
    for finding in report.diagnosis:
        lines += ["", f"**{escaped(finding.text or finding.title)}**"]
        if finding.wrong:
            lines += ["", f"- wrong: {_code(finding.wrong)}", f"- right: {_code(finding.right)}"]
    if report.statement:
        lines += ["", escaped(report.statement)]
    broken = [result for result in report.results if result.is_broken]
    if broken:
        lines += ["", "<details open><summary>What failed</summary>", ""]
        lines += [
            "| check | requirements | number | expected | got | error |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        lines += [_row(result) for result in broken]
        lines += ["", "</details>"]
    counts = ", ".join(f"{number} {verdict}" for verdict, number in report.summary.items() if number)
    gate = [f"- {escaped(line)}" for line in report.gate.lines()] if report.gate is not None else []
    return "\n".join([*lines, "", counts, "", *gate, *([""] if gate else [])])


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
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"


def _code(text: str) -> str:
    return f"<code>{escaped(text)}</code>"


def escaped(text: str) -> str:
    """On one line, with every character that Markdown or HTML would read as markup as a character reference."""
    flat = " ".join(printable(text).split())
    return re.sub(r"([\\`*_{}\[\]<>#|!&@])", lambda match: f"&#{ord(match.group(1))};", flat)
