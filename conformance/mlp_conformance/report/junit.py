"""The results as JUnit XML, a test case for each check."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from mlp_conformance.results import Report, Result

#: Characters that XML 1.0 cannot hold in any form.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(report: Report) -> str:
    """One test suite: failures, errors, and what was unsupported as skipped."""
    summary = report.summary
    suite = ElementTree.Element(
        "testsuite",
        name="mlp-conformance",
        tests=str(len(report.results)),
        failures=str(summary["failed"]),
        errors=str(summary["error"]),
        skipped=str(summary["unsupported"]),
        time=f"{sum(result.seconds for result in report.results):.3f}",
    )
    for result in report.results:
        suite.append(_case(report, result))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(report: Report, result: Result) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=_clean(f"mlp-conformance.{report.implementation['name']}.{result.phase}"),
        name=result.check,
        time=f"{result.seconds:.3f}",
    )
    tag = {"failed": "failure", "error": "error", "unsupported": "skipped"}.get(result.verdict)
    if tag:
        numbers = f"{result.quantity}: expected {result.expected}, got {result.got}" if result.expected else ""
        child = ElementTree.SubElement(case, tag, message=_clean(result.says))
        if tag != "skipped":
            child.set("type", result.verdict)
        child.text = _clean("\n".join(part for part in (result.title, numbers, result.reproduce or "") if part))
    elif result.message:
        ElementTree.SubElement(case, "system-out").text = _clean(result.message)
    return case


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
