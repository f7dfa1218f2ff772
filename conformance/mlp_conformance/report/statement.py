"""The conformance statement: what a project may publish of a whole run in which it conforms (statement.schema.json)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from mlp_conformance.report.markdown import escaped
from mlp_conformance.report.terminal import printable
from mlp_conformance.results import Report
from mlp_reference import __version__
from mlp_reference.data import fixtures_folder
from mlp_reference.specification import version


class NoStatementError(ValueError):
    """There is nothing to state: why."""


def document(report: Report) -> dict[str, Any]:
    """The statement.

    Raises NoStatementError if the implementation does not conform, or was not asked everything.
    """
    if not report.conforms:
        raise NoStatementError("the implementation does not conform: there is no statement to publish")
    ratios = [r.error_over_bound for r in report.results if r.verdict == "passed" and r.error_over_bound is not None]
    implementation = {key: printable(str(report.implementation[key])) for key in ("name", "version", "language", "dtype")}
    found: dict[str, Any] = {
        "statement": 1,
        "suite": {"name": "mlp-conformance", "version": __version__},
        "specification": {"version": version()},
        "fixtures": fixtures(),
        "implementation": implementation,
        "classes": [name for name, verdict in report.classes.items() if verdict == "passed"],
        "not_judged": [name for name, verdict in report.classes.items() if verdict != "passed"],
        "seed": report.settings["seed"],
        "examples": report.settings["examples"],
        "checks": {verdict: report.summary[verdict] for verdict in ("passed", "advice", "unsupported")},
        "drawn_networks": sum(result.drawn for result in report.results),
        "numbers": sum(result.judged for result in report.results),
        "largest_error_over_bound": round(max(ratios), 4) if ratios else None,
        "command": printable(report.settings["command"]),
    }
    return found | {"sentence": sentence(found)}


def text(report: Report) -> str:
    """The statement as JSON text."""
    return json.dumps(document(report), indent=1, ensure_ascii=False) + "\n"


def fixtures() -> dict[str, Any]:
    """How many fixtures there are, and one digest over all of theirs, so that anyone can tell whether theirs are the same."""
    folder = fixtures_folder()
    digests = sorted(
        f"{path.relative_to(folder).as_posix()} {json.loads(path.read_text(encoding='utf-8'))['digest']}\n"
        for path in folder.rglob("*.json")
    )
    return {"sha256": hashlib.sha256("".join(digests).encode()).hexdigest(), "count": len(digests)}


def sentence(found: dict[str, Any]) -> str:
    """One sentence for a README."""
    *most, last = found["classes"]
    classes = f"{', '.join(most)} and {last}" if most else last
    implementation = found["implementation"]
    name = escaped(f"{implementation['name']} {implementation['version']}".strip())
    checks, suite = found["checks"]["passed"], found["suite"]["version"]
    return (
        f"{name} ({implementation['dtype']}) conforms to the multi-layer perceptron specification "
        f"{found['specification']['version']} in {classes}: {checks} checks of mlp-conformance {suite} passed, on "
        f"{found['drawn_networks']:,} drawn networks among others, and none failed."
    )
