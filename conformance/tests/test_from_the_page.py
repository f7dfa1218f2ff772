"""Programs written from spec/protocol.md alone conform: in JavaScript, and in Lua, for which there is no harness to copy."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import mlp_conformance

FOLDER = Path(__file__).parent / "from_the_page"
#: The program that runs each, and what has it in Debian.
PROGRAMS = {"mlp.mjs": ("node", "nodejs"), "mlp.lua": ("lua", "lua5.4")}


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_what_is_written_from_the_page_alone_conforms(name: str) -> None:
    interpreter, package = PROGRAMS[name]
    if shutil.which(interpreter) is None:
        pytest.skip(f"{interpreter} is missing: apt-get install {package}")
    every_check = "MLP_EVERY_LANGUAGE" in os.environ
    report = mlp_conformance.run(command=f"{interpreter} {FOLDER / name}", select=None if every_check else "golden/*")
    assert report.conforms
    assert set(report.classes.values()) == {"passed"}
