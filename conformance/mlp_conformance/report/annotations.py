"""Annotations of a continuous-integration service: one line for what failed, shown beside the code."""

from __future__ import annotations

import os
from collections.abc import Mapping

from mlp_conformance.report.terminal import printable
from mlp_conformance.results import Report

#: More than so many would be hidden by the service anyway.
MOST = 10


def wanted(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the run takes place where annotations are understood."""
    return (environment or os.environ).get("GITHUB_ACTIONS") == "true"


def lines(report: Report, file: str | None = None) -> list[str]:
    """`::error ...::message` for the diagnosis, then for checks that are broken and follow from no other."""
    place = f"file={_property(file)}," if file else ""
    found = [
        f"::error {place}title={_property(finding.title)}::{_data(finding.text or finding.title)}"
        for finding in report.diagnosis
    ]
    for result in report.results:
        if result.is_broken and result.follows_from is None:
            numbers = f" {result.quantity}: expected {result.expected}, got {result.got}." if result.expected else ""
            said = f"{result.says}{numbers}"
            found.append(f"::error {place}title={_property(result.check)}::{_data(said)}")
    return found[:MOST]


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
