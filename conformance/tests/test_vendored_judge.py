"""The judge of a fixture that fixtures/README.md shows, in JavaScript: it passes a right program and fails a wrong one."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mlp_reference.data import fixtures_folder

NODE = shutil.which("node")
FIXTURE = "document-example-3.json"
README = Path(__file__).parents[2] / "fixtures" / "README.md"

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="Node.js is not installed: apt-get install nodejs"),
    pytest.mark.skipif(not README.exists(), reason="fixtures/README.md stands in a checkout only"),
]


def shown() -> str:
    """The program in the README."""
    blocks = re.findall(r"^```javascript\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) == 1
    return str(blocks[0])


def judged(folder: Path, program: str, fixture: str = FIXTURE) -> subprocess.CompletedProcess[str]:
    """What the program says in a folder that has nothing but the fixture, as a project that vendors it would."""
    shutil.copy(fixtures_folder() / fixture, folder)
    (folder / "judge.js").write_text(program.replace(FIXTURE, fixture), encoding="utf-8")
    return subprocess.run([str(NODE), "judge.js"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("fixture", [FIXTURE, "document-example-1.json", "batch-two-outputs.json", "large-rate.json"])
def test_a_right_program_conforms(tmp_path: Path, fixture: str) -> None:
    found = judged(tmp_path, shown(), fixture)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout == "conforms in forward\n"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("number(b)", "0"),
        ("1 / (1 + Math.exp(-", "1 / (1.000001 + Math.exp(-"),
        ("1 / (1 + Math.exp(-", "Math.fround(1) / Math.fround(1 + Math.exp(-"),
        ("1 / (1 + Math.exp(-", "NaN * (1 + Math.exp(-"),
        ("weights[i][j]", "weights[0][j] * (i + 1) * 2"),
    ],
    ids=["no biases", "another function", "single precision", "NaN", "other weights"],
)
def test_a_wrong_program_does_not(tmp_path: Path, right: str, wrong: str) -> None:
    assert right in shown()
    found = judged(tmp_path, shown().replace(right, wrong))
    assert (found.returncode, found.stderr) == (1, "")
    assert re.search(r"^a[12]_[12]_1: expected 0\.\d+, got ", found.stdout, re.M)
    assert re.search(r"^\d numbers are wrong$", found.stdout, re.M)
