"""The report as a JSON document (spec/schemas/report.schema.json)."""

from __future__ import annotations

import json
import math
import platform
import sys
from typing import Any

import mlp_reference
from mlp_conformance.results import Report, as_dict
from mlp_reference.specification import version


def document(report: Report) -> dict[str, Any]:
    """Everything that the run found; infinities and NaN, which JSON lacks, become their names."""
    found = {
        "suite": {"name": "mlp-conformance", "version": mlp_reference.__version__},
        "specification": {"version": version()},
        "implementation": report.implementation,
        "conforms": report.conforms,
        "interrupted": report.interrupted,
        "classes": report.classes,
        "summary": report.summary,
        "results": [
            {key: _finite(value) for key, value in as_dict(result).items() if value is not None} for result in report.results
        ],
        "diagnosis": [
            {
                "fault": finding.fault,
                "title": finding.title,
                "explains": list(finding.explains),
                "complete": finding.complete,
                "kind": finding.kind,
                "text": finding.text,
                "right": finding.right,
                "wrong": finding.wrong,
                "mend": finding.mend,
            }
            for finding in report.diagnosis
        ],
        "statement": report.statement,
        "seed": report.settings.get("seed"),
        "settings": report.settings,
        "environment": {"python": sys.version.split()[0], "platform": platform.system()},
    }
    return found | ({"baseline": report.gate.to_json()} if report.gate is not None else {})


def text(report: Report) -> str:
    """The document as text."""
    return json.dumps(document(report), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return list(value) if isinstance(value, tuple) else value
