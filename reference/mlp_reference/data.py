"""Where the data stands: `spec/` and `fixtures/`, at the root of a checkout or inside the installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name


def spec_folder() -> Path:
    """The specification: mlp.md, errata.md, statements.json, schemas/ and examples/."""
    return _folder("spec")


def fixtures_folder() -> Path:
    """The fixtures, a JSON file for each example."""
    return _folder("fixtures")
