"""Figures that the README tells are those of the pages that are measured and generated."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mlp_conformance.faults import FAULTS

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
if not (ROOT / "docs" / "who-conforms.md").is_file():
    pytest.skip("the documentation is not in this copy", allow_module_level=True)


def _found(pattern: str, *page: str) -> tuple[str, ...]:
    text = " ".join((ROOT.joinpath(*page)).read_text(encoding="utf-8").split())
    (found,) = re.findall(pattern, text)
    return found if isinstance(found, tuple) else (found,)


def test_who_conforms() -> None:
    counted = _found(r"(\d+) implementations: (\d+) conform, (\d+) do not", "docs", "who-conforms.md")
    told = _found(
        r"has (\d+) implementations in \w+ languages, of published packages: (\d+) conform, (\d+) do not", "README.md"
    )
    assert told == counted


def test_the_corpus() -> None:
    rows = json.loads((ROOT / "conformance" / "corpus" / "manifest.json").read_text(encoding="utf-8"))
    told = _found(r"`conformance/corpus` has (\d+) programs in unlike styles, (\d+) of them with a mistake", "README.md")
    assert tuple(map(int, told)) == (len(rows), sum(not row["right"] for row in rows))


def test_our_own_campaign() -> None:
    own = (ROOT / "docs" / "power.md").read_text(encoding="utf-8").split("## Our own campaign")[1]
    told = re.match(r".*?\*\*(\d+,\d+) networks, \d+,\d+,\d+ numbers judged\*\*", own, re.S)
    assert told is not None
    assert f"Our own: {told[1]} networks" in " ".join(README.read_text(encoding="utf-8").split())


def test_what_others_miss() -> None:
    """Each percentage is told in the order of the page's rows."""
    page = (ROOT / "docs" / "figures" / "what-others-miss.md").read_text(encoding="utf-8")
    (mistakes,) = set(re.findall(r"\| all (\d+) \|", page))
    shares = re.findall(r"\| (\d+%) \|$", page, re.M)
    table = README.read_text(encoding="utf-8").split("## What other checkers miss")[1].split("\n\n")[1]
    assert f"of {mistakes} known mistakes" in table
    told = re.findall(r"\d+%", table)
    assert len(told) == 10
    kept = [share for index, share in enumerate(shares) if index not in (8, 9)]  # derived bounds without the suite's questions
    assert told == kept


@pytest.mark.parametrize("page", ["README.md", "docs/reading-a-failure.md"])
def test_how_many_mistakes_are_known(page: str) -> None:
    assert _found(r"the exact answers of some (\d+) known mistakes", page) == (str(round(len(FAULTS), -1)),)
