"""The matrix as a table in a terminal: a line for each implementation, plain where it is piped."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mlp_conformance.matrix.rows import Row
from mlp_conformance.report.terminal import printable
from mlp_conformance.results import CLASSES

#: Characters of a diagnosis that the table shows.
SHOWN = 140
_SIGNS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "unsupported": ("–", "dim")}
_VERDICTS = {"conforms": "green", "does not conform": "red", "not judged": "yellow"}


def table(rows: Sequence[Row]) -> Table:
    """A row for each implementation: verdict, the three classes, the largest error, and the diagnosis in words."""
    found = Table(box=None, pad_edge=False, show_edge=False)
    found.add_column("implementation", ratio=3)
    found.add_column("dtype", no_wrap=True)
    found.add_column("verdict", no_wrap=True)
    for name in CLASSES:
        found.add_column(name, justify="center")
    found.add_column("error/bound", justify="right")
    found.add_column("diagnosis", ratio=5)
    for row in rows:
        named = Text(printable(f"{row.name} {row.implementation.get('version', '')}".strip()))
        signs = [_sign(row.classes.get(name, "unsupported")) for name in CLASSES]
        verdict = Text(row.verdict, style=_VERDICTS[row.verdict])
        found.add_row(named, str(row.implementation.get("dtype", "")), verdict, *signs, largest(row), Text(_short(row.said)))
    return found


def summary(rows: Sequence[Row]) -> str:
    """How many of each verdict, in words."""
    counts = [(sum(row.verdict == verdict for row in rows), verdict) for verdict in _VERDICTS]
    words = {"conforms": "conform", "does not conform": "do not", "not judged": "could not be judged"}
    return f"{len(rows)} implementations: " + ", ".join(f"{n} {words[verdict]}" for n, verdict in counts if n)


def as_text(rows: Sequence[Row], width: int = 120) -> str:
    """The table without colour, for a pipe."""
    stream = io.StringIO()
    Console(file=stream, width=width, color_system=None, force_terminal=False, highlight=False).print(table(rows))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + f"\n\n{summary(rows)}\n"


def largest(row: Row) -> str:
    """The largest error of the row as a multiple of its bound, in a few characters."""
    values = list(row.error_over_bound.values())
    if not values:
        return ""
    worst = max(values, key=float)
    return "∞" if worst in ("Infinity", "NaN") else f"{float(worst):.2g}"


def _short(said: str) -> str:
    """The first words of a long diagnosis, on one line."""
    flat = " ".join(printable(said).split())
    return flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + "…"


def _sign(verdict: str) -> Text:
    sign, style = _SIGNS[verdict]
    return Text(sign, style=style)
