"""Writing reports to files: nothing of the user's is overwritten, nothing is found to be unwritable only at the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from mlp_conformance.results import Report

#: Every report of ours has one of these near its start; a table of grades, which must open with its columns, the second.
SIGNATURES = (b"mlp-conformance", b"submission,outcome,forward,")

#: How files are named whose name says what is written, where not every name will do.
_SUFFIXES = {"badge": (".svg", ".json")}


class OutputError(ValueError):
    """An output path that cannot or must not be written."""


def check_writable(outputs: Mapping[str, Path], force: bool) -> None:
    """Raise OutputError for a path that cannot or must not be written.

    That is one named twice or as another format is, in a folder that is missing, of a file that is not ours or is read-only.
    """
    seen: dict[Path, str] = {}
    for name, path in outputs.items():
        if path.resolve() in seen:
            raise OutputError(f"--{name} and --{seen[path.resolve()]} name the same file, {path}")
        seen[path.resolve()] = name
        if path.is_dir():
            raise OutputError(f"--{name} {path} is a directory: name a file in it")
        if not path.parent.is_dir():
            raise OutputError(f"--{name} {path}: there is no directory {path.parent}")
        if name in _SUFFIXES and path.suffix.lower() not in _SUFFIXES[name]:
            raise OutputError(
                f"--{name} {path}: a file named {' or '.join(f'*{kind}' for kind in _SUFFIXES[name])} was expected"
            )
        target = path if path.exists() else path.parent
        if not os.access(target, os.W_OK):
            raise OutputError(f"--{name} {path} cannot be written: no permission for {target}")
        if path.is_file() and not force and not _is_ours(path):  # a pipe or a device has nothing to lose
            raise OutputError(f"--{name} {path} exists and is no report of ours: name another file, or give --force")


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(4096)
    return not start.strip() or any(signature in start for signature in SIGNATURES)


def write_report(report: Report, name: str, path: Path) -> None:
    """Write the report in the named format; OSError if that cannot be done."""
    path.write_text(_WRITERS[name](report, path), encoding="utf-8", errors="backslashreplace")


def _json(report: Report, path: Path) -> str:
    from mlp_conformance.report.json import text

    return text(report)


def _html(report: Report, path: Path) -> str:
    from mlp_conformance.report.html import page

    return page(report)


def _markdown(report: Report, path: Path) -> str:
    from mlp_conformance.report.markdown import text

    return text(report)


def _junit(report: Report, path: Path) -> str:
    from mlp_conformance.report.junit import text

    return text(report)


def _statement(report: Report, path: Path) -> str:
    from mlp_conformance.report.statement import text

    return text(report)


def _badge(report: Report, path: Path) -> str:
    from mlp_conformance.report import badge

    return badge.endpoint(report) if path.suffix.lower() == ".json" else badge.svg(report)


_WRITERS: dict[str, Callable[[Report, Path], str]] = {
    "json": _json,
    "html": _html,
    "markdown": _markdown,
    "junit": _junit,
    "badge": _badge,
    "statement": _statement,
}
