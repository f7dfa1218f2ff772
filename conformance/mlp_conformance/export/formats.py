"""The formats of `golden export`, and the writing of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mlp_conformance.export import c, javascript, r, tables
from mlp_conformance.export.vectors import Vector, vectors
from mlp_reference import __version__
from mlp_reference.specification import version

_TEMPLATES = Path(__file__).parent / "templates"


def _filled(template: str, fields: Callable[[str, list[Vector]], dict[str, str]]) -> Callable[[str, list[Vector]], str]:
    def write(dtype: str, found: list[Vector]) -> str:
        text = (_TEMPLATES / template).read_text(encoding="utf-8")
        every = {"DTYPE": dtype, "SUITE": f"mlp-conformance {__version__}", "SPECIFICATION": version(), **fields(dtype, found)}
        for name, value in every.items():
            text = text.replace(f"@{name}@", value)
        return text

    return write


#: Each format, its writer and whether it is bytes that no terminal shows.
FORMATS: dict[str, Callable[[str, list[Vector]], str] | Callable[[str, list[Vector]], bytes]] = {
    "c": _filled("mlp_golden.h", c.fields),
    "csv": tables.as_csv,
    "npz": tables.as_npz,
    "javascript": _filled("mlp_golden.mjs", javascript.fields),
    "r": _filled("mlp_golden.R", r.fields),
}


def exported(format: str, dtype: str, pattern: str | None = None) -> bytes:
    """The vectors whose id matches, in a format of FORMATS. Raises vectors.SelectionError and fixtures.FixtureError."""
    written = FORMATS[format](dtype, vectors(dtype, pattern))
    return written if isinstance(written, bytes) else written.encode()
