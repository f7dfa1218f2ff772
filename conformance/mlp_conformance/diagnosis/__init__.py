"""Names the bug: compares what an implementation answered with the exact answers of known wrong formulas.

A fault is named only when it reproduces every number, wrong and right, of the answers looked at, and of fresh ones asked
for to make sure: the comparison is with certified values and derived bounds, so "reproduces" is not a matter of opinion.
"""

from __future__ import annotations

from mlp_conformance.checks import Settings
from mlp_conformance.diagnosis.evidence import Evidence, reach
from mlp_conformance.results import Finding, Result
from mlp_conformance.subject import Subject

__all__ = ["Evidence", "diagnose", "reach"]


def diagnose(subject: Subject, results: list[Result], evidence: Evidence, settings: Settings) -> tuple[list[Finding], str]:
    """Findings, the best first, and a statement of what no finding covers. It never raises."""
    if not any(result.is_broken for result in results):
        return [], ""
    from mlp_conformance.diagnosis.naming import name_the_bug
    from mlp_conformance.subject import described_error

    try:
        return name_the_bug(subject, results, evidence, settings)
    except Exception as error:  # a diagnosis must not cost the verdict
        return [], f"The diagnosis itself failed: {described_error(error)}"
