"""Small pictures of errors: one on a logarithmic scale beside its bound, and the distribution over all checks."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

#: Pixels of the picture of one error, and its margin.
_WIDTH, _LEFT = 340, 4


def error_bar(over_bound: float) -> Markup:
    """An error as a multiple of its bound, on a logarithmic scale whose first part is what is allowed."""
    decades = 20.0 if not math.isfinite(over_bound) else min(20.0, max(2.0, math.log10(max(over_bound, 1.0)) + 1))
    scale = (_WIDTH - 2 * _LEFT) / (decades + 2)
    bound = _LEFT + 2 * scale
    end = _WIDTH - _LEFT if not math.isfinite(over_bound) else bound + math.log10(max(over_bound, 1e-2)) * scale
    said = f"The error is {_times(over_bound)} its bound."
    ticks = "".join(
        f'<line class="axis" x1="{bound + k * scale:.1f}" y1="36" x2="{bound + k * scale:.1f}" y2="41"/>'
        for k in range(-2, int(decades) + 1)
    )
    return Markup(
        f'<svg viewBox="0 0 {_WIDTH} 62" width="{_WIDTH}" height="62" role="img" aria-label="{said}"><title>{said}</title>'
        f'<rect class="bar-allowed" x="{_LEFT}" y="14" width="{bound - _LEFT:.1f}" height="22"/>'
        f'<rect class="bar-wrong" x="{_LEFT}" y="20" width="{max(2.0, end - _LEFT):.1f}" height="10"/>'
        f'<line class="bound-line" x1="{bound:.1f}" y1="8" x2="{bound:.1f}" y2="42"/>'
        f'<line class="axis" x1="{_LEFT}" y1="36" x2="{_WIDTH - _LEFT}" y2="36"/>{ticks}'
        f'<text x="{bound:.1f}" y="57" text-anchor="middle" font-size="13">bound</text>'
        f'<text x="{_WIDTH - _LEFT}" y="57" text-anchor="end" font-size="13">{_times(over_bound)} the bound</text></svg>'
    )


def _times(over_bound: float) -> str:
    if not math.isfinite(over_bound):
        return "infinitely many times"
    return f"{over_bound:.3g} times" if over_bound < 1e5 else f"10^{math.log10(over_bound):.0f} times"


#: Upper ends of the bars, as multiples of the bound; the first holds what is exact.
_ENDS = (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1.0)


def distribution(ratios: Sequence[float]) -> list[tuple[str, int]]:
    """(label, how many) of the largest error over bound of each check that passed."""
    found = []
    for low, high in zip((-1.0, *_ENDS), _ENDS, strict=False):
        label = "exact" if high == 0 else f"up to {high:g}"
        found.append((label, sum(low < ratio <= high for ratio in ratios)))
    return found


def histogram(ratios: Sequence[float]) -> Markup:
    """The distribution as horizontal bars, with the bound at the end."""
    bars = distribution(ratios)
    most = max((count for _, count in bars), default=0) or 1
    rows = []
    for row, (label, count) in enumerate(bars):
        y = 8 + row * 24
        width = 300 * count / most
        rows.append(
            f'<text x="92" y="{y + 14}" text-anchor="end" font-size="13">{label}</text>'
            f'<rect class="bar-right" x="100" y="{y}" width="{width:.1f}" height="18"/>'
            f'<text x="{106 + width:.1f}" y="{y + 14}" font-size="13">{count or ""}</text>'
        )
    height = 8 + len(bars) * 24
    said = "; ".join(f"{label} of the bound: {count}" for label, count in bars if count)
    return Markup(
        f'<svg viewBox="0 0 450 {height}" width="450" height="{height}" role="img" aria-label="Largest errors: {said}">'
        f"<title>Largest error of each check that passed</title>{''.join(rows)}"
        f'<line class="axis" x1="100" y1="4" x2="100" y2="{height}"/></svg>'
    )
