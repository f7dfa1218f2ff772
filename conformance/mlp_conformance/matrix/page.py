"""The matrix as one self-contained HTML page: readable without script, sortable with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mlp_conformance.matrix.markdown import VERDICTS, dates
from mlp_conformance.matrix.rows import Row
from mlp_conformance.matrix.terminal import largest, summary
from mlp_conformance.report.templating import page
from mlp_conformance.results import CLASSES
from mlp_reference.specification import requirements

SIGNS = {"passed": "✓", "failed": "✗", "unsupported": "–"}


def text(rows: Sequence[Row], title: str = "Who conforms", findings: str = "") -> str:
    """The page. findings: the folder of the pages that rows name as theirs, as a link from this page."""
    tested = {name for row in rows for name in row.requirements}
    return page(
        "matrix.html",
        title=title,
        rows=rows,
        classes=CLASSES,
        requirements=[found for found in requirements().values() if found.id in tested],
        signs=SIGNS,
        verdicts=VERDICTS,
        summary=summary(rows),
        dates=dates(rows),
        largest=largest,
        order=order,
        formulas=formulas,
        findings=findings,
    )


def order(row: Row) -> float:
    """What a column of errors is sorted by."""
    shown = largest(row)
    return -1.0 if not shown else float("1e308") if shown == "∞" else float(shown)


def formulas(finding: Mapping[str, Any]) -> bool:
    """Whether a diagnosis has a wrong and a right formula to show."""
    return bool(finding.get("wrong") and finding.get("right"))
