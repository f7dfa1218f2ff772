"""The tutorial builds a harness that works: its files are put together as it says, and its commands are run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "docs/harness-tutorial.md"
ENDS = {"network.lua": "return network\n"}


def blocks() -> Iterator[tuple[str, str]]:
    """The language and the text of every block of code, in their order."""
    for found in re.finditer(r"(?ms)^```(\w+)\n(.*?)^```$", TUTORIAL.read_text(encoding="utf-8")):
        yield found[1], found[2]


def commands(block: str) -> Iterator[tuple[str, str]]:
    """The commands of a block, each with what it is to print."""
    for found in re.finditer(r"(?m)^\$ (.*)\n((?:(?!\$ ).*\n)*)", block):
        yield found[1], found[2]


def say(command: str, folder: Path) -> str:
    executables = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": executables, "COLUMNS": "80"}
    done = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.stdout


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    if shutil.which("lua5.4") is None:
        pytest.skip("lua5.4 is missing: apt-get install lua5.4")
    texts: dict[str, str] = {}
    verdicts = []
    for language, block in blocks():
        if language == "lua":
            name, _, text = block.removeprefix("-- ").partition("\n")
            texts[name] = texts.get(name, "") + text + "\n"
            (tmp_path / name).write_text(texts[name] + ENDS.get(name, ""))
            continue
        assert language == "console"
        for command, expected in commands(block):
            if command.startswith("mlp-conformance"):
                verdicts.append(expected)
                if "MLP_EVERY_LANGUAGE" not in os.environ:  # tox -e languages has them all
                    continue
                command += f" --cases {tmp_path / 'cases'} 2>&1"
            found = say(command, tmp_path)
            shown = expected.removesuffix("...\n")
            assert found == expected or (shown != expected and found.startswith(shown)), command
    assert len(verdicts) == 4
    assert verdicts[-1].startswith("lua-mlp 1.0 (float64) conforms in forward, gradients and training.\n")
    last = say('mlp-conformance run --command "lua5.4 harness.lua" --select "golden/document*" 2>&1', tmp_path)
    assert last.startswith(verdicts[-1].removesuffix("...\n")), last
