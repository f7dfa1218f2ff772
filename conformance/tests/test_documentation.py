"""The documentation does what it says: every command that it shows is typed, and shows what stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from documented import ROOT, apply, blocks, follow, unaccounted

DOCS = ROOT / "docs"
JOURNEYS = sorted((DOCS / "journeys").glob("*.md"))
#: Pages whose blocks belong to a test of their own: a Lua program, a page of proofs, tables that are measured.
ELSEWHERE = {"harness-tutorial", "who-conforms"}
#: Typed in a copy of the repository.
CONTRIBUTING = DOCS / "contributing.md"
TYPED = [*JOURNEYS, *(page for page in sorted(DOCS.glob("*.md")) if page.stem not in ELSEWHERE)]
LINKING = [*TYPED, *sorted(ROOT.glob("*.md")), *sorted((ROOT / "spec").glob("*.md")), *sorted(DOCS.glob("findings/*.md"))]

_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")

typed = pytest.mark.skipif(not os.environ.get("MLP_DOCS"), reason="takes minutes: tox -e docs")


def _named(page: Path) -> str:
    return page.relative_to(ROOT).with_suffix("").as_posix()


def test_there_are_five_journeys() -> None:
    assert [path.stem for path in JOURNEYS] == ["library-author", "porter", "reader", "student", "teacher"]


@pytest.mark.parametrize("page", LINKING, ids=_named)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in _LINK.findall(re.sub(r"`[^`\n]*`", "", text)):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", TYPED, ids=_named)
def test_every_block_is_run_or_says_why_not(page: Path) -> None:
    assert list(unaccounted(page)) == []


SHOWING = [page for page in TYPED if page != CONTRIBUTING and any(block.kind == "console" for block in blocks(page))]


@typed
@pytest.mark.parametrize("page", SHOWING, ids=_named)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    follow(page, tmp_path)


patched = pytest.mark.skipif(not shutil.which("patch"), reason="no patch: apt-get install patch")


@patched
def test_what_contributors_are_shown_fits_the_code(tmp_path: Path) -> None:
    """A change that is shown applies without any fuzz; what it does is tried by the next test."""
    for block in blocks(CONTRIBUTING):
        if block.kind == "diff":
            for file in re.findall(r"^--- a/(\S+)", block.text, re.MULTILINE):
                (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / file, tmp_path / file)
            apply(block, tmp_path)
        elif block.name:
            assert not (ROOT / block.name).exists(), block.name


@typed
@patched
def test_what_contributors_are_shown_works(tmp_path: Path) -> None:
    for part in ("spec", "fixtures", "reference", "conformance", "docs"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    follow(CONTRIBUTING, tmp_path, PYTHONPATH=f"{tmp_path / 'reference'}{os.pathsep}{tmp_path / 'conformance'}")


#: What the Python programs of docs/findings need; the others need Node.js, R, a C library or an older NumPy, as the pages say.
_NEEDS = {"sklearn": "sklearn", "mlxtend": "mlxtend", "keras": "keras", "tinygrad": "tinygrad"}


@typed
@pytest.mark.parametrize("name", _NEEDS)
def test_a_finding_is_proved_by_its_lines(name: str) -> None:
    pytest.importorskip(_NEEDS[name], reason=f"no {_NEEDS[name]}: pip install it")
    program, shown = blocks(DOCS / "findings" / f"{name}.md")[:2]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    found = subprocess.run(
        [sys.executable, "-c", program.text], capture_output=True, text=True, check=False, env=environment, timeout=300
    )
    assert found.stdout.split() == shown.text.split(), found.stderr
