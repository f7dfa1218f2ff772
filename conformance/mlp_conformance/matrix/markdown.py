"""The matrix as Markdown: a table, and a section for each implementation that does not conform."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mlp_conformance.matrix.rows import Row
from mlp_conformance.matrix.terminal import largest, summary
from mlp_conformance.report.markdown import escaped
from mlp_conformance.results import CLASSES

#: The class of a verdict in a page, and its sign.
VERDICTS = {"conforms": ("passed", "✓"), "does not conform": ("failed", "✗"), "not judged": ("unsupported", "–")}
_SIGNS = {"passed": "✓", "failed": "✗", "unsupported": "–"}


def text(rows: Sequence[Row], heading: str = "Who conforms", introduction: str = "", findings: str = "") -> str:
    """The page. findings: the folder of the pages that rows name as theirs, as a link from this page."""
    head = ("implementation", "version", "language", "dtype", "verdict", *CLASSES, "error over bound", "diagnosis")
    lines = [f"# {heading}", "", "<!-- mlp-conformance -->", "", *([introduction, ""] if introduction else [])]
    lines += [f"{summary(rows)}. {dates(rows)}", ""]
    lines += [_line(head), _line("---" for _ in head), *(_line(_cells(row, findings)) for row in rows)]
    for row in rows:
        if row.verdict != "conforms":
            lines += ["", *_section(row, findings)]
    return "\n".join(lines) + "\n"


def dates(rows: Sequence[Row]) -> str:
    """When the rows were judged."""
    found = sorted({row.date for row in rows if row.date})
    return f"Judged on {found[0]}." if len(found) == 1 else f"Judged from {found[0]} to {found[-1]}." if found else ""


def _cells(row: Row, findings: str) -> list[str]:
    said = escaped(row.said) + (f" ([finding]({findings}{row.finding}))" if row.finding and findings else "")
    facts = [escaped(str(row.implementation.get(name, ""))) for name in ("version", "language", "dtype")]
    signs = [_SIGNS[row.classes.get(name, "unsupported")] for name in CLASSES]
    return [escaped(row.name), *facts, f"{VERDICTS[row.verdict][1]} {row.verdict}", *signs, largest(row), said]


def _section(row: Row, findings: str) -> list[str]:
    lines = [f"## {escaped(row.name)}", ""]
    if row.verdict == "not judged":
        return [*lines, escaped(row.reason)]
    if row.cause:
        lines += [f"{escaped(row.cause[:1].upper() + row.cause[1:])}.", "", "What the diagnosis says by itself:"]
    lines += [f"{escaped(row.statement)}" if row.statement else ""]
    for finding in row.diagnosis:
        lines += [f"- {escaped(finding['text'])}"]
        if finding.get("wrong") and finding.get("right"):
            lines += [f"  wrong `{_code(finding['wrong'])}`, right `{_code(finding['right'])}`"]
    lines += [""]
    for proof in row.proofs[:1]:
        lines += [f"`{_code(proof['check'])}` ({escaped(', '.join(proof['requirements']))}):", "", "```"]
        if "quantity" in proof and "expected" in proof:
            lines += [f"{proof['quantity']}  expected  {proof['expected']}"]
            lines += [f"{' ' * len(proof['quantity'])}  got       {proof.get('got', '')}"]
        else:
            lines += [proof.get("message", "")]
        lines += [f"$ {proof['reproduce']}"] if "reproduce" in proof else []
        lines += ["```"]
    if row.install:
        lines += ["", f"Install: `{_code(row.install)}`"]
    if row.finding and findings:
        lines += [
            "",
            f"What the package computes, where, and a program that shows it: [{row.finding}]({findings}{row.finding})",
        ]
    return lines


def _code(text: str) -> str:
    return " ".join(text.replace("`", "'").split())


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
