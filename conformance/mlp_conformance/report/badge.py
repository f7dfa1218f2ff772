"""The verdict as a badge: an SVG, or for a file that ends in .json the document that badge services read."""

from __future__ import annotations

import json
from html import escape

from mlp_conformance.results import Report

_LABEL = "mlp-conformance"
_GREEN, _RED, _GREY = "#177245", "#b3261e", "#5f6368"
#: Pixels: the average advance of a letter of 11 px DejaVu Sans, and the margin at each side.
_ADVANCE, _MARGIN = 6.6, 7


def svg(report: Report) -> str:
    """A flat badge with its text as accessible title."""
    message, color = _said(report)
    left, right = (round(len(text) * _ADVANCE + 2 * _MARGIN) for text in (_LABEL, message))
    title = escape(f"{_LABEL}: {message}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<rect width="{left}" height="20" fill="#3c4043"/><rect x="{left}" width="{right}" height="20" fill="{color}"/>'
        '<g fill="#fff" text-anchor="middle" font-family="DejaVu Sans,Verdana,sans-serif" font-size="11">'
        f'<text x="{left / 2}" y="14">{_LABEL}</text><text x="{left + right / 2}" y="14">{escape(message)}</text>'
        "</g></svg>\n"
    )


def endpoint(report: Report) -> str:
    """The document of an endpoint badge."""
    message, color = _said(report)
    found = {"schemaVersion": 1, "label": _LABEL, "message": message, "color": color, "isError": not report.conforms}
    return json.dumps(found) + "\n"


def _said(report: Report) -> tuple[str, str]:
    judged = [name for name, verdict in report.classes.items() if verdict == "passed"]
    if report.conforms:
        return ", ".join(judged), _GREEN
    if report.interrupted or not any(result.is_broken for result in report.results):
        return "not judged", _GREY
    return "does not conform", _RED
