"""What `run` does for continuous integration: apply a baseline, annotate, choose the exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import click

from mlp_conformance.gate import baseline
from mlp_conformance.gate.baseline import BaselineError, Expected
from mlp_conformance.report import annotations as annotating
from mlp_conformance.report.files import check_writable
from mlp_conformance.results import Report


@dataclass(frozen=True)
class Opened:
    """A baseline that was read before the run, so that a mistake in it costs nothing."""

    file: Path
    entries: list[Expected]
    updates: bool
    strict: bool

    def applied(self, report: Report) -> Report:
        """The report with what the gate says of it; the file is updated first if that was asked for."""
        entries = self.entries
        if self.updates and not report.interrupted:
            added = baseline.update(self.file, report)
            entries = baseline.read(self.file)
            click.echo(f"{self.file}: {added} expected failures added, their reasons to be filled in", err=True)
        return replace(report, gate=baseline.gate(report, entries, self.file, self.strict))


def opened(file: Path | None, updates: bool, strict: bool, outputs: Iterable[Path]) -> Opened | None:
    """The baseline named on the command line.

    Raises BaselineError for one that cannot be used, or for options that need --baseline.
    """
    if file is None:
        if updates or strict:
            raise BaselineError(f"{'--update-baseline' if updates else '--strict'} needs --baseline FILE")
        return None
    if any(path.resolve() == file.resolve() for path in outputs):
        raise BaselineError(f"the baseline {file} is an output as well: name another file for one of them")
    if updates and not file.exists():
        check_writable({"baseline": file}, force=False)
        return Opened(file, [], updates, strict)
    return Opened(file, baseline.read(file), updates, strict)


def exit_code(report: Report) -> int:
    """Of a finished run: 0 conforms, or nothing failed that the baseline does not expect; 1 otherwise; 130 interrupted."""
    if report.interrupted:
        return 130
    if report.gate is not None:
        return 1 if report.gate.closed else 0
    return 0 if report.conforms else 1


def annotation_lines(report: Report, implementation: str | None) -> list[str]:
    """Lines for a service that shows failures beside the code, where the run takes place there."""
    if not annotating.wanted() or (report.gate is not None and not report.gate.closed):
        return []
    path = Path((implementation or "").rpartition(":")[0] or (implementation or ""))
    return annotating.lines(report, str(path) if path.suffix == ".py" and path.is_file() else None)
