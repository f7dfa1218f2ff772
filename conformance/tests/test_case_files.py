"""Case files that the suite has written: each replays what it was kept for."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mlp_conformance.cli import commands

SWALLOWING = """
import numpy as np
from mlp_conformance import Claims
from mlp_reference import mlp

class Net:
    claims = Claims(name="net")

    def forward(self, network, inputs):
        return mlp.forward(network, np.nan_to_num(inputs))
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["run", *arguments], catch_exceptions=False)


def test_a_case_with_a_nan_replays_what_was_done_with_it() -> None:
    Path("swallowing.py").write_text(SWALLOWING)
    typed("swallowing.py:Net", "--select", "conduct/nan", "--cases", "kept")
    (kept,) = Path("kept").glob("conduct-nan-*.json")
    assert '"NaN"' in kept.read_text()
    again = typed("swallowing.py:Net", "--case", str(kept))
    assert again.exit_code == 1
    assert "✗ conduct/nan" in again.stdout
    assert "A NaN in the inputs came out as" in again.stdout
    assert f"$ mlp-conformance run swallowing.py:Net --case {kept}" in again.stdout
    assert "1 passed" in typed("reference", "--case", str(kept)).stdout
    kept.write_text(kept.read_text().replace('"NaN"', '"#NaN"'))
    assert "✗ conduct/nan" in typed("swallowing.py:Net", "--case", str(kept)).stdout


@pytest.mark.parametrize(
    ("part", "place"), [("targets", "targets[0][0]"), ("inputs", "inputs[0][1]")], ids=["elsewhere", "another word"]
)
def test_what_else_is_no_number_is_refused_as_ever(part: str, place: str) -> None:
    layer = {"weights": [[1], [2]], "biases": [0], "activation": "sigmoid"}
    case = {"network": {"layers": [layer], "loss": "half_squared_error"}, "inputs": [[1, 2]], "targets": [[1]]}
    case[part] = [["NaN"]] if part == "targets" else [["NaN", "nothing"]]
    Path("case.json").write_text(json.dumps(case))
    done = typed("reference", "--case", "case.json")
    assert done.exit_code == 2
    assert f"case.json: {place}" in done.output
    assert "a number was expected" in done.output
