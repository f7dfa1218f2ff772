"""A file that belongs to a package is judged as it stands: its relative imports work, and nothing is left beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

import mlp_conformance

LAYER = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))
"""
ADAPTER = """
from {where} import sigmoid

class Net:
    def forward(self, network, inputs):
        found = []
        for layer in network.layers:
            inputs = sigmoid(inputs @ layer.weights + layer.biases)
            found.append(inputs)
        return found
"""


@pytest.mark.parametrize("with_init", [True, False])
@pytest.mark.parametrize(("where", "place"), [(".near_layers", "net.py"), ("..near_layers", "deep/net.py")])
def test_relative_imports_work(tmp_path: Path, where: str, place: str, with_init: bool) -> None:
    name = f"package_{with_init}_{place.count('/')}".lower()
    folder = tmp_path / name
    (folder / "deep").mkdir(parents=True)
    (folder / "near_layers.py").write_text(LAYER, encoding="utf-8")
    (folder / place).write_text(ADAPTER.format(where=where), encoding="utf-8")
    if with_init:
        (folder / "__init__.py").touch()
        (folder / "deep" / "__init__.py").touch()
    before = sorted(folder.rglob("*"))
    report = mlp_conformance.run(f"{folder / place}:Net", select="golden/document-example-*/forward")
    assert report.summary["passed"] == 2, report.text()
    assert sorted(folder.rglob("*")) == before


def test_a_module_is_found_by_its_dotted_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dotted_package").mkdir()
    (tmp_path / "dotted_package" / "near_layers.py").write_text(LAYER, encoding="utf-8")
    (tmp_path / "dotted_package" / "net.py").write_text(ADAPTER.format(where=".near_layers"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    report = mlp_conformance.run("dotted_package.net", select="golden/document-example-1/forward")
    assert report.summary["passed"] == 1, report.text()
