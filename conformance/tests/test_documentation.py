"""The documentation does what it says: every command that it shows is typed, and shows what stands there."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from documented import ROOT, AbsentError, apply, blocks, follow, unaccounted

DOCS = ROOT / "docs"
JOURNEYS = sorted((DOCS / "journeys").glob("*.md"))
#: Pages whose blocks belong to a test of their own: a Lua program, a page of proofs, tables that are measured.
ELSEWHERE = {"harness-tutorial", "who-conforms"}
#: Typed in a copy of the repository.
CONTRIBUTING = DOCS / "contributing.md"
FINDINGS = [page for page in sorted(DOCS.glob("findings/*.md")) if page.stem != "README"]
README = ROOT / "README.md"
TYPED = [README, *JOURNEYS, *(page for page in sorted(DOCS.glob("*.md")) if page.stem not in ELSEWHERE), *FINDINGS]
LINKING = [*TYPED, *sorted(ROOT.glob("*.md")), *sorted((ROOT / "spec").glob("*.md")), DOCS / "findings" / "README.md"]

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
    if page == README:  # it speaks of the reader's network, and of the repository's corpus
        shutil.copy(ROOT / "examples" / "gate" / "my_network.py", tmp_path)
        (tmp_path / "conformance").symlink_to(ROOT / "conformance")
    try:
        follow(page, tmp_path)
    except AbsentError as absent:
        if page not in FINDINGS:
            raise
        pytest.skip(str(absent))


def test_a_finding_is_a_program_and_what_it_shows() -> None:
    for page in FINDINGS:
        assert {"sh", "console"} <= {block.kind for block in blocks(page)}, page
        assert any(block.name.startswith("proof") for block in blocks(page)), page


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
