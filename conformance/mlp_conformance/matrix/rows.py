"""One row of a matrix: what is kept of a report, without anything of the machine that it was made on."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import mlp_reference
from mlp_conformance.matrix.entries import Entry, slug
from mlp_conformance.results import CLASSES

#: Failures of each class that a row keeps with all their numbers; of the others it keeps the check's name.
PROVEN = 2
_PROOF = ("check", "title", "requirements", "phase", "verdict", "message", "quantity", "expected", "got")
_NUMBERS = ("error_ulps", "error_over_bound", "judged", "wrong", "reproduce")
_PLACE = re.compile(r"(?<![\w.:/])/(?:[^\s/:'\"()]+/)+([^\s/:'\"()]+)")


class RowError(ValueError):
    """A file that is no row of a matrix: which, and what is wrong."""


@dataclass(frozen=True)
class Row:
    """What is known of one implementation.

    verdict: "conforms", "does not conform" or "not judged", and then `reason` says why.
    requirements: each that was tested, passed or failed. error_over_bound: the largest of each class.
    proofs: failures with their numbers; failing: every check that failed. key: what it was judged on.
    cause: what was proved by hand of why it fails, which goes before what the diagnosis says by itself.
    """

    name: str
    spec: str
    verdict: str
    reason: str = ""
    implementation: Mapping[str, Any] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    requirements: Mapping[str, str] = field(default_factory=dict)
    error_over_bound: Mapping[str, float | str] = field(default_factory=dict)
    summary: Mapping[str, int] = field(default_factory=dict)
    diagnosis: Sequence[Mapping[str, Any]] = field(default_factory=list)
    statement: str = ""
    proofs: Sequence[Mapping[str, Any]] = field(default_factory=list)
    failing: Sequence[str] = field(default_factory=list)
    install: str = ""
    finding: str = ""
    cause: str = ""
    date: str = ""
    key: str = ""

    @property
    def anchor(self) -> str:
        return slug(self.name)

    @property
    def said(self) -> str:
        """Why it fails, in words: what was proved, or the formulas that explain every number; or why there is no verdict."""
        if self.verdict != "does not conform":
            return self.reason
        titles = [finding["title"] for finding in self.diagnosis if finding["complete"]]
        return self.cause or "; or ".join(titles) or self.statement or "no known fault explains every number"


def key(entry: Entry, settings: Mapping[str, Any]) -> str:
    """Changes with whatever a verdict depends on and is known beforehand: what is judged, on what, by which version."""
    known = [entry.implementation, entry.command, dict(settings), mlp_reference.__version__]
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]


def judged(entry: Entry, document: Mapping[str, Any], settings: Mapping[str, Any], date: str) -> Row:
    """The row of a report (report.schema.json)."""
    results = document["results"]
    broken = [result for result in results if result["verdict"] in ("failed", "error")]
    return Row(
        name=entry.name,
        spec=entry.spec,
        verdict="conforms" if document["conforms"] else "does not conform",
        implementation={name: document["implementation"][name] for name in ("name", "version", "language", "dtype")}
        | {"notes": document["implementation"].get("notes", ""), "found": document["implementation"].get("found", "")},
        classes=dict(document["classes"]),
        requirements=_requirements(results),
        error_over_bound=_largest(results),
        summary=dict(document["summary"]),
        diagnosis=[
            {name: finding.get(name, "") for name in ("fault", "title", "complete", "text", "right", "wrong", "mend")}
            for finding in document["diagnosis"]
        ],
        statement=without_places(document.get("statement", "")),
        proofs=[_proof(result) for phase in CLASSES for result in _of(broken, phase)[:PROVEN]]
        + [_proof(result) for result in broken if result["phase"] not in CLASSES][:PROVEN],
        failing=[result["check"] for result in broken],
        install=entry.install,
        finding=entry.finding,
        cause=entry.cause,
        date=date,
        key=key(entry, settings),
    )


def unjudged(entry: Entry, reason: str, settings: Mapping[str, Any], date: str) -> Row:
    """The row of what could not be started or did not finish."""
    return Row(
        name=entry.name,
        spec=entry.spec,
        verdict="not judged",
        reason=without_places(reason),
        install=entry.install,
        finding=entry.finding,
        cause=entry.cause,
        date=date,
        key=key(entry, settings),
    )


def to_json(row: Row) -> dict[str, Any]:
    """The row as matrix.schema.json names it."""
    return asdict(row)


def from_json(document: Any, where: str) -> Row:
    """The row that `to_json` gave; RowError for anything else."""
    known = {one.name for one in fields(Row)}
    if not isinstance(document, dict) or not {"name", "spec", "verdict"} <= set(document) <= known:
        raise RowError(f"{where} is no row of a matrix")
    return Row(**document)


def read_row(path: Path) -> Row:
    """The row that a file holds; RowError if it holds none."""
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")).get("row"), str(path))
    except (OSError, ValueError, AttributeError) as error:
        raise RowError(f"{path} holds no row of a matrix: {error}") from error


def write_row(row: Row, folder: Path) -> None:
    """Keep a row in a file of its own, whole or not at all."""
    text = json.dumps({"mlp-conformance": "row of a matrix", "row": to_json(row)}, indent=1, ensure_ascii=False) + "\n"
    partial = folder / f"{row.anchor}.part"
    partial.write_text(text, encoding="utf-8")
    partial.replace(folder / f"{row.anchor}.json")


def without_places(text: str) -> str:
    """The text with only the last part of each path of the file system: the rest is the machine's."""
    return _PLACE.sub(r"\1", text)


def _requirements(results: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for result in results:
        for name in result["requirements"]:
            if result["verdict"] in ("failed", "error"):
                found[name] = "failed"
            elif result["verdict"] == "passed":
                found.setdefault(name, "passed")
    return dict(sorted(found.items()))


def _of(results: Iterable[Mapping[str, Any]], phase: str) -> list[Mapping[str, Any]]:
    return [result for result in results if result["phase"] == phase]


def _largest(results: Sequence[Mapping[str, Any]]) -> dict[str, float | str]:
    """The largest error of each class as a multiple of its bound; infinities and NaN by their names."""
    found = {}
    for phase in CLASSES:
        values = [result["error_over_bound"] for result in _of(results, phase) if "error_over_bound" in result]
        if values:
            largest = max(values, key=lambda value: float(value) if value != "NaN" else float("inf"))
            found[phase] = largest if isinstance(largest, str) else float(f"{largest:.3g}")
    return found


def _proof(result: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: result[name] for name in (*_PROOF, *_NUMBERS) if result.get(name) not in (None, "")}
    if "message" in found:
        found["message"] = without_places(found["message"])
    return found
