"""A function in a user's file that returns a torch.nn.Sequential: judged as it is, or told what would help."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from test_bad_input import refused, typed, written

pytestmark = [
    pytest.mark.third_party,
    pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed: pip install torch"),
]

SEQUENTIAL = """
import torch
from torch import nn

def make({parameters}):
    return nn.Sequential({layers})
"""
LAYERS = "nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1), nn.Sigmoid()"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def file(parameters: str = "", layers: str = LAYERS, before: str = "") -> str:
    return written(before + SEQUENTIAL.format(parameters=parameters, layers=layers), "model.py")


@pytest.mark.parametrize("name", ["", ":make"])
@pytest.mark.parametrize("parameters", ["", "sizes=(2, 3, 1), bias=True"])
def test_a_factory_is_judged(name: str, parameters: str) -> None:
    result = typed("run", file(parameters) + name, "--select", "drawn", "--examples", "3")
    assert "torch.nn.Sequential" in result.output
    assert result.exit_code == 0, result.output


def test_its_dtype_is_its_own() -> None:
    result = typed("run", file(layers=LAYERS + ").double("), "--select", "drawn", "--examples", "3")
    assert "float64" in result.output
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", ["", ":make"])
def test_a_factory_that_is_made_of_sizes_is_judged_or_told_what_to_do(name: str) -> None:
    layers = "nn.Linear(sizes[0], sizes[1]), nn.Tanh(), nn.Linear(sizes[1], sizes[2])"
    arguments = ("run", file("sizes", layers) + name, "--select", "drawn", "--examples", "3")
    if typed(*arguments).exit_code == 2:
        said = refused(*arguments)
        assert re.search(r"as def make\(sizes=\(2, 3, 1\)\)|with defaults for its parameters", said), said


def test_a_model_that_no_function_returns_is_told_what_to_do() -> None:
    written(f"import torch\nfrom torch import nn\nmodel = nn.Sequential({LAYERS})\n", "model.py")
    arguments = ("run", "model.py:model", "--select", "drawn", "--examples", "3")
    if typed(*arguments).exit_code == 2:
        assert "as def make(): return model" in refused(*arguments)
