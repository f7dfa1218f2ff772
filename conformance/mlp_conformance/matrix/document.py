"""The matrix as a JSON document (spec/schemas/matrix.schema.json), and the files that keep its rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mlp_reference
from mlp_conformance.matrix.rows import Row, read_row, to_json
from mlp_reference.specification import version


def document(rows: Sequence[Row], settings: dict[str, Any]) -> dict[str, Any]:
    """Everything that is known of the rows."""
    return {
        "suite": {"name": "mlp-conformance", "version": mlp_reference.__version__},
        "specification": {"version": version()},
        "settings": settings,
        "implementations": [to_json(row) for row in rows],
    }


def text(rows: Sequence[Row], settings: dict[str, Any]) -> str:
    """The document as text."""
    return json.dumps(document(rows, settings), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def kept(folder: Path) -> list[Row]:
    """The rows that a folder keeps, by name; RowError for a file that is none."""
    return sorted((read_row(path) for path in folder.glob("*.json")), key=lambda row: row.name.lower())
