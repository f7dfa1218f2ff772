"""Expected failures, each with a reason: a new failure closes the gate, an expected one does not.

The file is TOML and the user's own: an update adds entries and keeps every word that stands there, comments included.
"""

from __future__ import annotations

import datetime
import fnmatch
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlp_conformance.results import Report, Result
from mlp_conformance.toml_text import TomlError, toml_document
from mlp_reference.data import spec_folder

_EXPECTED = '[[expected]], and below it lines such as check = "golden/*" and reason = "..."'

#: What an update writes for a reason; an entry that still has it is excused, and told.
TO_BE_FILLED_IN = "TODO: say why this failure is expected"

_HEAD = """# Failures that are expected of {name}, each with its reason: mlp-conformance run ... --baseline {file}
# check is an id or a glob; reason is required; link and expires (a date) are optional.
"""


class BaselineError(ValueError):
    """A baseline that cannot be used: the file, the place, what was expected, what to do."""


@dataclass(frozen=True)
class Expected:
    """An entry: the checks (an id or a glob) that may fail, why, and until when (that day included)."""

    check: str
    reason: str
    link: str = ""
    expires: datetime.date | None = None

    def matches(self, check: str) -> bool:
        return check == self.check or fnmatch.fnmatchcase(check, self.check)

    def is_expired(self, today: datetime.date) -> bool:
        return self.expires is not None and today > self.expires


@dataclass(frozen=True)
class Gate:
    """What a baseline says of a report; `closed` says whether it fails the build.

    new: broken checks that no entry excuses. excused: broken checks with their entries. mended: entries none of whose checks
    is broken any more. expired: entries past their date (they excuse nothing). unmatched: entries that match no check that
    was run. nothing_judged: not one check passed, or the run was interrupted.
    """

    file: str
    new: Sequence[str]
    excused: Sequence[tuple[str, Expected]]
    mended: Sequence[Expected]
    expired: Sequence[Expected]
    unmatched: Sequence[Expected]
    nothing_judged: bool
    strict: bool

    @property
    def closed(self) -> bool:
        """Whether something failed that was not expected; strictly also whether an expectation no longer holds."""
        return bool(self.new) or self.nothing_judged or (self.strict and bool(self.mended or self.unmatched))

    @property
    def unexplained(self) -> list[Expected]:
        """Entries that excuse something and whose reason was never filled in."""
        return list(dict.fromkeys(entry for _, entry in self.excused if entry.reason.startswith(TO_BE_FILLED_IN)))

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "closed": self.closed,
            "new": list(self.new),
            "expected": [{"check": check, "reason": entry.reason} for check, entry in self.excused],
            "mended": [entry.check for entry in self.mended],
            "expired": [entry.check for entry in self.expired],
            "unmatched": [entry.check for entry in self.unmatched],
        }

    def lines(self) -> list[str]:
        """What a person has to know, the outcome first."""
        state = "closed" if self.closed else "open"
        expected = "1 expected failure" if len(self.excused) == 1 else f"{len(self.excused)} expected failures"
        found = [f"Baseline {self.file}: {expected}, {len(self.new)} new: the gate is {state}."]
        found += [f"  new: {check}" for check in self.new]
        if self.nothing_judged:
            found.append("  not one check passed: a gate does not open on silence")
        found += [f"  passes now, take the entry out: {entry.check} ({entry.reason})" for entry in self.mended]
        found += [f"  expired on {entry.expires}: {entry.check} ({entry.reason})" for entry in self.expired]
        found += [f"  matches no check that was run: {entry.check}" for entry in self.unmatched]
        found += [f"  has no reason yet: {entry.check}" for entry in self.unexplained]
        return found


def read(path: Path) -> list[Expected]:
    """The entries of a baseline file.

    Raises BaselineError for a file that is missing, is no TOML, or breaks spec/schemas/baseline.schema.json.
    """
    return _entries(_document(path), path)


def gate(report: Report, entries: Sequence[Expected], file: Path, strict: bool = False) -> Gate:
    """Compare a report with what was expected of it."""
    today = datetime.date.today()
    valid = [entry for entry in entries if not entry.is_expired(today)]
    run = [result.check for result in report.results if result.verdict != "unsupported"]
    broken = [result.check for result in report.results if result.is_broken]
    excused = [(check, entry) for check in broken if (entry := expected(check, valid)) is not None]
    excused_checks = {check for check, _ in excused}
    return Gate(
        file=str(file),
        new=[check for check in broken if check not in excused_checks],
        excused=excused,
        mended=[e for e in valid if _any(e, run) and not _any(e, broken)],
        expired=[e for e in entries if e.is_expired(today)],
        unmatched=[e for e in entries if not _any(e, run)],
        nothing_judged=report.interrupted or not any(result.verdict == "passed" for result in report.results),
        strict=strict,
    )


def expected(check: str, entries: Iterable[Expected]) -> Expected | None:
    """The entry that excuses a check: the most specific one, which is the longest."""
    matching = [entry for entry in entries if entry.matches(check)]
    return max(matching, key=lambda entry: (entry.check == check, len(entry.check)), default=None)


def unexpired(entries: Iterable[Expected]) -> list[Expected]:
    """The entries that still excuse."""
    today = datetime.date.today()
    return [entry for entry in entries if not entry.is_expired(today)]


def update(path: Path, report: Report) -> int:
    """Add an entry for each broken check that none excuses, creating the file if need be; how many were added.

    Entries and comments that are there stay as they are. Raises BaselineError as `read` does; OSError if it cannot be written.
    """
    import tomlkit

    document = _document(path) if path.exists() else tomlkit.parse(_head(report, path))
    entries = unexpired(_entries(document, path))
    missing = [result for result in report.results if result.is_broken and expected(result.check, entries) is None]
    if not missing and path.exists():
        return 0
    tables = document.get("expected")
    if tables is None:
        tables = tomlkit.aot()
        document.append("expected", tables)
    for result in missing:
        tables.append(_table(result, report))
    written = path.with_name(f"{path.name}.part")
    written.write_text(tomlkit.dumps(document), encoding="utf-8")
    os.replace(written, path)
    return len(missing)


def _head(report: Report, path: Path) -> str:
    name = " ".join(str(report.implementation["name"]).split())
    return _HEAD.format(name="".join(c for c in name if c.isprintable()), file=path.name)


def _table(result: Result, report: Report) -> Any:
    import tomlkit

    told = [finding.title for finding in report.diagnosis if result.check in finding.explains]
    table = tomlkit.table()
    table.add("check", result.check)
    table.add("reason", f"{TO_BE_FILLED_IN} ({told[0]})" if told else TO_BE_FILLED_IN)
    return table


def _any(entry: Expected, checks: Iterable[str]) -> bool:
    return any(entry.matches(check) for check in checks)


def _document(path: Path) -> Any:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BaselineError(
            f"there is no baseline {path}: `mlp-conformance run ... --baseline {path} --update-baseline` writes it"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"the baseline {path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        toml_document(text, f"the baseline {path}", _EXPECTED)  # whose messages have the line
        return tomlkit.parse(text)
    except TomlError as error:
        raise BaselineError(str(error)) from None
    except TOMLKitError as error:
        raise BaselineError(f"the baseline {path} is not TOML: {error}") from None


def _entries(document: Any, path: Path) -> list[Expected]:
    import jsonschema

    found = _plain(document.unwrap())
    schema = json.loads((spec_folder() / "schemas" / "baseline.schema.json").read_text(encoding="utf-8"))
    for error in jsonschema.Draft202012Validator(schema).iter_errors(found):
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path).lstrip(".")
        raise BaselineError(f"the baseline {path}: {place + ': ' if place else ''}{_said(error)}")
    entries = []
    for i, entry in enumerate(found.get("expected", [])):
        try:
            day = datetime.date.fromisoformat(entry["expires"]) if "expires" in entry else None
        except ValueError:
            raise BaselineError(f"the baseline {path}: expected[{i}].expires: there is no day {entry['expires']}") from None
        entries.append(Expected(entry["check"], entry["reason"], entry.get("link", ""), day))
    return entries


def _plain(part: Any) -> Any:
    """The document with dates as JSON writes them."""
    if isinstance(part, dict):
        return {key: _plain(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_plain(value) for value in part]
    return part.isoformat() if isinstance(part, datetime.date | datetime.time) else part


def _said(error: Any) -> str:
    match error.validator:
        case "additionalProperties":
            known = ", ".join(error.schema["properties"])
            unknown = ", ".join(repr(name) for name in error.instance if name not in error.schema["properties"])
            return f"unknown entry {unknown}: expected {known}"
        case "required":
            return f"{error.message.replace('is a required property', 'is missing')}: every entry has a check and a reason"
        case "pattern" if error.absolute_path[-1] == "expires":
            return f"{error.instance!r} stands where a date was expected, as 2027-01-31"
        case "pattern":
            return "the text is empty: say which check, and why its failure is expected"
    return str(error.message)
