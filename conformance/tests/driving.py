"""Programs of the tests, written to a file and driven as they stand."""

from __future__ import annotations

import textwrap
from pathlib import Path

from mlp_conformance.recognise import drive, read_program
from mlp_conformance.recognise.drive import Driven


def driven(folder: Path, source: str) -> Driven:
    """What is found out of that source, in a file of that folder. Raises NotDriven."""
    path = folder / "program.py"
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    return drive(read_program(path))
