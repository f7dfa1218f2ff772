"""Programs of the tests, written to a file and driven as they stand."""

from __future__ import annotations

import textwrap
from pathlib import Path

import mlp_conformance
from mlp_conformance.recognise import drive, read_program
from mlp_conformance.recognise.drive import Driven


def driven(folder: Path, source: str) -> Driven:
    """What is found out of that source, in a file of that folder. Raises NotDriven."""
    path = folder / "program.py"
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    return drive(read_program(path))


def is_told(folder: Path, text: str, fault: str | None, *operations: str) -> None:
    """The program conforms, or is judged to have that fault; in those operations among others."""
    path = folder / "program.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    report = mlp_conformance.run(str(path), select="drawn", examples=12)
    assert set(operations) <= set(report.implementation["operations"])
    assert report.conforms == (fault is None)
    assert fault is None or fault in [finding.fault for finding in report.diagnosis if finding.complete]
