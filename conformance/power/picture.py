"""docs/power.svg: faults down, checks across, a mark where a check kills a fault; plain text, the same bytes each time."""

from __future__ import annotations

from html import escape
from typing import Any

from mlp_conformance.faults import EVERY_FAULT, PHASES

_CELL, _ROW, _LEFT, _TOP = 4, 4, 96, 60
_COLOURS = {
    "golden": "#1b6ca8",
    "drawn": "#c8553d",
    "symmetry": "#588157",
    "additivity": "#8a5a9e",
    "structure": "#b8860b",
    "consistency": "#2a9d8f",
    "saturation": "#9d4edd",
    "training": "#6c584c",
    "conduct": "#444444",
    "advice": "#999999",
}


def svg(record: dict[str, Any]) -> str:
    """The kill matrix as a picture: columns grouped by kind of check, rows by phase of the fault."""
    rows = record["rows"]
    kinds = list(dict.fromkeys(id.split("/")[0] for id in record["settings"]["checks"]))
    columns = sorted(record["settings"]["checks"], key=lambda id: kinds.index(id.split("/")[0]))
    place = {id: index for index, id in enumerate(columns)}
    faults = sorted((id for id in rows if id in EVERY_FAULT), key=lambda id: PHASES.index(EVERY_FAULT[id].phase))
    width, height = _LEFT + _CELL * len(columns) + 10, _TOP + _ROW * len(faults) + 34
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="10">',
        f"<title>{len(faults)} faults by {len(columns)} checks</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="16" font-size="13">{len(faults)} known faults (rows), {len(columns)} checks (columns): '
        "a mark where the check kills the fault</text>",
    ]
    lines += _kind_labels(columns, kinds)
    lines += _phase_labels(faults, len(columns))
    for number, id in enumerate(faults):
        y = _TOP + number * _ROW
        if not rows[id]["killers"]:
            lines.append(f'<rect x="{_LEFT}" y="{y}" width="{_CELL * len(columns)}" height="{_ROW - 1}" fill="#f6d5d0"/>')
        for start, length, kind in _runs(sorted(rows[id]["killers"], key=lambda killer: place[killer]), place):
            x, wide = _LEFT + start * _CELL, length * _CELL - 1
            lines.append(f'<path d="M{x} {y}h{wide}v{_ROW - 1}h-{wide}z" fill="{_COLOURS.get(kind, "#000")}"/>')
    lines.append(f'<text x="{_LEFT}" y="{height - 10}">A pale red row: no check kills it (the reason is in power.md).</text>')
    return "\n".join([*lines, "</svg>", ""])


def _runs(killers: list[str], place: dict[str, int]) -> list[tuple[int, int, str]]:
    """(first column, how many, kind) of neighbouring marks of one kind."""
    found: list[tuple[int, int, str]] = []
    for id in killers:
        kind, column = id.split("/")[0], place[id]
        if found and found[-1][2] == kind and found[-1][0] + found[-1][1] == column:
            found[-1] = (found[-1][0], found[-1][1] + 1, kind)
        else:
            found.append((column, 1, kind))
    return found


def _kind_labels(columns: list[str], kinds: list[str]) -> list[str]:
    lines = []
    for number, kind in enumerate(kinds):
        mine = [index for index, id in enumerate(columns) if id.split("/")[0] == kind]
        x, colour = _LEFT + mine[0] * _CELL, _COLOURS.get(kind, "#000")
        y = 34 + 10 * (number % 2)
        lines.append(f'<text x="{x}" y="{y}" fill="{colour}">{escape(kind)} {len(mine)}</text>')
        lines.append(f'<rect x="{x}" y="{_TOP - 6}" width="{len(mine) * _CELL - 1}" height="2" fill="{colour}"/>')
    return lines


def _phase_labels(faults: list[str], columns: int) -> list[str]:
    lines = []
    for phase in PHASES:
        mine = [index for index, id in enumerate(faults) if EVERY_FAULT[id].phase == phase]
        if not mine:
            continue
        top, bottom = _TOP + mine[0] * _ROW, _TOP + (mine[-1] + 1) * _ROW
        lines.append(f'<text x="4" y="{top + 10}">{phase} {len(mine)}</text>')
        lines.append(f'<path d="M4 {bottom - 0.5}H{_LEFT + columns * _CELL}" stroke="#ccc" stroke-width="0.5"/>')
    return lines
