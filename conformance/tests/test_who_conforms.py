"""The committed results of published packages: the page is theirs, each is listed, and what changes in one is said."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mlp_conformance.matrix import document
from mlp_conformance.matrix.entries import entries
from mlp_conformance.matrix.rows import Row

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def test_the_page_of_who_conforms_is_current() -> None:
    script = DOCS / "figures" / "who_conforms.py"
    if not script.is_file():
        pytest.skip("docs/figures is not in this copy")
    done = subprocess.run([sys.executable, str(script), "--check"], check=False)
    assert done.returncode == 0, "run python docs/figures/who_conforms.py"


def test_every_result_is_of_a_package_that_is_listed_and_every_finding_is_a_page() -> None:
    packages = ROOT / "conformance" / "implementations" / "packages.toml"
    if not packages.is_file():
        pytest.skip("the harnesses are not in this copy")
    names = {entry.name: entry for entry in entries([str(packages)])}
    rows = document.kept(DOCS / "who-conforms")
    assert {one.name for one in rows} <= set(names)
    for one in rows:
        assert one.spec == names[one.name].spec
        assert (one.finding, one.cause) == (names[one.name].finding, names[one.name].cause)
        assert one.verdict == "conforms" or one.finding, f"{one.name} does not conform, and no finding says why"
    for entry in names.values():
        assert not entry.finding or (DOCS / "findings" / entry.finding).is_file()
        assert re.fullmatch(r"(pip|npm|apt-get) install .+", entry.install)


def test_what_changed_in_a_row_is_said() -> None:
    spec = importlib.util.spec_from_file_location(
        "judge_packages", Path(__file__).parents[1] / "implementations" / "judge_packages.py"
    )
    assert spec is not None
    assert spec.loader is not None
    judge_packages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge_packages)
    classes = {"forward": "passed", "gradients": "passed", "training": "passed"}
    before = Row("one", "one.py", "conforms", classes=classes)
    assert judge_packages.changes(before, before) == ""
    now = replace(
        before, verdict="does not conform", classes={**classes, "training": "failed"}, failing=["drawn/train"], cause="why"
    )
    told = judge_packages.changes(before, now)
    assert told.split("\n  ")[1:] == ["was: conforms", "training: passed → failed", "fails anew: drawn/train", "said: why"]
    assert judge_packages.changes(None, now) == ", for the first time"
    assert judge_packages.changes(before, replace(before, verdict="not judged", reason="gone")) == ": gone"
