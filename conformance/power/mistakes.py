"""Mistakes that people make in the programs of `conformance/handwritten`, read from the file beside each program."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

#: Where the programs are: all right as they stand, in loops, in columns, as objects, from MATLAB, a sample at a time, in place.
PROGRAMS = Path(__file__).resolve().parent.parent / "handwritten"

_READ: dict[str, dict[str, Any]] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(PROGRAMS.glob("*.toml"))
}
#: Of each program: the name of the mistake, and the text that is replaced, by what. A text stands once in its program.
MISTAKES: dict[str, dict[str, list[tuple[str, str]]]] = {
    program: {name: [(change["old"], change["new"]) for change in found["changes"]] for name, found in mistakes.items()}
    for program, mistakes in _READ.items()
}
#: Of a mistake, as "program: mistake": the names that are true of it. Written down from what the change of the text does.
TRUE_OF: dict[str, tuple[str, ...]] = {
    f"{program}: {name}": tuple(found["names"])
    for program, mistakes in _READ.items()
    for name, found in mistakes.items()
    if "names" in found
}
