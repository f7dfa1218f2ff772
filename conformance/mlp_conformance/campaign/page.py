"""The summary as a self-contained page, with a picture of how near errors come to their bounds in each stratum."""

from __future__ import annotations

import math
from collections import defaultdict
from html import escape
from typing import Any

import numpy as np
from markupsafe import Markup

from mlp_conformance.campaign.conduct import Progress
from mlp_conformance.campaign.strata import REGIMES, Stratum
from mlp_conformance.report import templating

_CELL, _ROW, _LEFT, _TOP = 26, 18, 190, 92


def page(progress: Progress, found: dict[str, Any]) -> str:
    """The page of a summary's document."""
    return templating.page("campaign.html", found=found, pictures=[Markup(svg) for svg in pictures(progress)])


def pictures(progress: Progress) -> list[str]:
    """Error over bound: outputs with their losses, and hidden layers, each against formats and regimes."""
    return [
        _picture(progress, "Output and loss", lambda s: f"{s.output}, {s.loss.replace('_', ' ')}"),
        _picture(progress, "Hidden layers", lambda s: f"{s.depth} {s.hidden}" if s.depth else "none"),
        _picture(progress, "Width and reduction", lambda s: f"{s.width}, {s.reduction.replace('_', ' ')}"),
    ]


def _picture(progress: Progress, title: str, row_of: Any) -> str:
    """A grid as SVG: a row for each name that `row_of` gives a stratum, a column for each format and regime."""
    standing, plan = progress.standing, progress.plan
    cells: dict[tuple[str, str, str], float] = defaultdict(float)
    for index in np.flatnonzero(standing.cases):
        stratum: Stratum = plan.stratum(int(index))
        key = (row_of(stratum), stratum.dtype, stratum.regime)
        cells[key] = max(cells[key], float(standing.ratio[index].max()))
    rows = sorted({row for row, _, _ in cells})
    dtypes = sorted({dtype for _, dtype, _ in cells}, key=("float64", "float32", "float16", "bfloat16").index)
    columns = [(dtype, regime) for dtype in dtypes for regime in REGIMES]
    width, height = _LEFT + _CELL * len(columns) + 12, _TOP + _ROW * len(rows) + 12
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'font-family="sans-serif" font-size="10"><title>{title}: largest error over bound</title>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, dtype in enumerate(dtypes):
        x = _LEFT + number * len(REGIMES) * _CELL
        lines.append(f'<text x="{x + 2}" y="14" font-size="12">{dtype}</text>')
    for number, (_, regime) in enumerate(columns):
        x = _LEFT + number * _CELL + 16
        lines.append(f'<text transform="translate({x} {_TOP - 4}) rotate(-60)">{regime}</text>')
    for number, row in enumerate(rows):
        y = _TOP + number * _ROW
        lines.append(f'<text x="4" y="{y + 12}">{escape(row)}</text>')
        for place, column in enumerate(columns):
            if (row, *column) in cells:
                lines.append(_cell(_LEFT + place * _CELL, y, cells[row, *column], f"{row}; {', '.join(column)}"))
    return "\n".join([*lines, "</svg>"])


def _cell(x: int, y: int, ratio: float, says: str) -> str:
    """White at 0, blue at the bound, red beyond it; the number itself inside."""
    if ratio > 1:
        fill, ink, shown = "#b3261e", "#fff", "✗"
    else:
        part = math.sqrt(ratio)
        fill = "#" + "".join(f"{round(255 - part * (255 - c)):02x}" for c in (0x1B, 0x5E, 0xA8))
        ink, shown = ("#fff" if part > 0.6 else "#222"), (f"{ratio:.2f}"[1:] if ratio < 0.995 else "1")
    return (
        f'<g><title>{escape(says)}: {ratio:.4g}</title><rect x="{x}" y="{y}" width="{_CELL - 1}" height="{_ROW - 1}" '
        f'fill="{fill}"/><text x="{x + _CELL / 2:g}" y="{y + 12}" text-anchor="middle" fill="{ink}">{shown}</text></g>'
    )
