"""The journeys in docs/journeys: every command that they show is typed, and says what they show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JOURNEYS = sorted((ROOT / "docs" / "journeys").glob("*.md"))

_BLOCK = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")

typed = pytest.mark.skipif(not os.environ.get("MLP_DOCS"), reason="takes minutes: tox -e docs")


def _commands(text: str) -> Iterator[tuple[str, list[str], int]]:
    """(command, lines that it shows, exit status) of a console block; `...` stands for lines that are left out."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *shown = part.rstrip("\n").split("\n")
        status = 0
        if shown and (found := re.fullmatch(r"\[exit (\d+)\]", shown[-1])):
            status = int(found.group(1))
            shown.pop()
        yield command, [line for line in shown if line.strip() not in ("", "...")], status


def test_there_are_five() -> None:
    assert [path.stem for path in JOURNEYS] == ["library-author", "porter", "reader", "student", "teacher"]


@pytest.mark.parametrize(
    "page", [*JOURNEYS, *sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.stem
)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in _LINK.findall(re.sub(r"`[^`\n]*`", "", text)):
        assert (page.parent / link).exists(), link


@typed
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda path: path.stem)
def test_a_journey_goes_as_it_is_told(journey: Path, tmp_path: Path) -> None:
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GATE": str(ROOT / "examples" / "gate"),
    }
    for kind, name, text in _BLOCK.findall(journey.read_text(encoding="utf-8")):
        if name:
            (tmp_path / name).write_text(text, encoding="utf-8")
        if kind != "console":
            continue
        for command, shown, status in _commands(text):
            found = subprocess.run(
                ["bash", "-c", command],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            assert found.returncode == status, f"$ {command}\n{found.stdout}"
            rest = found.stdout
            for line in shown:
                assert line in rest, f"$ {command}\nshows no more {line!r} in\n{found.stdout}"
                rest = rest[rest.index(line) + len(line) :]


_CONTRIBUTED = """
import re, sys
for block in re.findall(r"```python\\n(.*?)```", open(sys.argv[1], encoding="utf-8").read(), re.S):
    exec(block)
from mlp_conformance.checks import Settings, find
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check
print(run_check(load("reference"), find("drawn/narrow"), Settings()).verdict)
print(run_check(load("fault:rate-doubled"), find("golden/document-example-3/train"), Settings()).verdict)
"""


def test_what_contributors_are_shown_works() -> None:
    command = [sys.executable, "-c", _CONTRIBUTED, str(ROOT / "docs" / "contributing.md")]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.stdout.split() == ["passed", "failed"], found.stderr
