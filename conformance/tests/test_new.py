"""`mlp-conformance new` writes a harness where nothing stands yet, and says what to type next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mlp_conformance.cli import commands
from mlp_conformance.harnesses import HARNESSES, contents, programs_folder


def new(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, ["new", *map(str, arguments)])


@pytest.mark.parametrize("language", HARNESSES)
def test_a_directory_gets_sources_readme_session_and_workflow(language: str, tmp_path: Path) -> None:
    folder = tmp_path / "some" / "where"
    done = new(language, folder)
    assert done.exit_code == 0, done.output
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    needed = HARNESSES[language]
    assert written >= {*needed.files, "README.md", "session.jsonl", ".github/workflows/conformance.yml"}
    readme = (folder / "README.md").read_text()
    assert re.findall(r"(?m)^    (.*)$", readme) == [needed.build, f"{needed.start} < session.jsonl", needed.judge]
    for line in (needed.build, needed.judge, f"cd {folder}"):
        assert f"  {line}\n" in done.output
    for name in needed.files:
        assert (folder / name).read_bytes() == (programs_folder() / language / name).read_bytes()


@pytest.mark.parametrize("language", HARNESSES)
def test_the_workflow_builds_and_judges(language: str) -> None:
    yaml = pytest.importorskip("yaml", reason="pip install pyyaml")
    workflow = yaml.safe_load(contents(language)[".github/workflows/conformance.yml"])
    run = [step["run"] for step in workflow["jobs"]["conformance"]["steps"] if "run" in step]
    assert run[-2:] == [HARNESSES[language].build, HARNESSES[language].judge]


def test_an_empty_directory_will_do_and_the_one_at_hand_needs_no_cd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = new("python", ".")
    assert done.exit_code == 0
    assert "cd " not in done.output
    assert (tmp_path / "harness.py").is_file()


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    done = new("c", tmp_path)
    assert done.exit_code == 2
    assert f"{tmp_path} is not empty: nothing is written over" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    done = new("c", tmp_path / "mine")
    assert done.exit_code == 2
    assert "is a file" in done.output
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_said_in_one_message() -> None:
    done = new("c", "/dev/null/harness")
    assert done.exit_code == 2
    assert "cannot write to /dev/null/harness" in done.output
    assert len(done.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("language", "meant"),
    [
        ("c++", "cpp"),
        ("JavaScript", "javascript"),
        ("js", "javascript"),
        ("rst", "rust"),
        ("golang", "go"),
        ("matlab", "octave"),
    ],
)
def test_an_unknown_language_gets_a_suggestion(language: str, meant: str, tmp_path: Path) -> None:
    done = new(language, tmp_path / "new")
    assert done.exit_code == 2
    assert f"Did you mean {meant!r}?" in done.output
    assert not (tmp_path / "new").exists()


def test_a_language_like_none_of_them_is_pointed_to_the_protocol(tmp_path: Path) -> None:
    done = new("cobol", tmp_path / "new")
    assert done.exit_code == 2
    assert "spec/protocol.md" in done.output
    assert all(language in done.output for language in HARNESSES)
