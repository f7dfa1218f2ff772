"""The report as a fragment of HTML: what a notebook shows."""

from __future__ import annotations

from html import escape

from mlp_conformance.results import Report


def fragment(report: Report) -> str:
    """The terminal report in a <pre>, escaped, under a heading that says the verdict in words and colour."""
    word, color = ("conforms", "#177245") if report.conforms else ("does not conform", "#b3261e")
    name = escape(str(report.implementation["name"]))
    return (
        f'<div><p style="font-weight:bold;color:{color}">{name} {word}</p>'
        f'<pre style="white-space:pre-wrap">{escape(report.text(100))}</pre></div>'
    )


def page(report: Report) -> str:
    """A self-contained page: no script, no network, light and dark."""
    name = escape(str(report.implementation["name"]))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="generator" content="mlp-conformance">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>{name}: conformance report</title>"
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "pre{white-space:pre-wrap;overflow-wrap:anywhere}</style></head>"
        f"<body><main><h1>{name}</h1>{fragment(report)}</main></body></html>\n"
    )
