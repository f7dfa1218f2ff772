"""What only shows what a program does: a library that is not installed keeps no package from being judged, nor its bars."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from mlp_conformance.loading import LoadError, load
from mlp_conformance.recognise.parameters.tensors import leaves

NET = """
import numpy as np
import {library}.pages as pages

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def predict(self, X):
        pages.show(X)
        return np.tanh(X @ self.W1 + self.b1) @ self.W2 + self.b2
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    name = f"shows_{abs(hash(request.node.name))}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("from .nets import Net\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


@pytest.mark.parametrize("way", ["module", "file"])
def test_a_package_is_judged_without_a_library_that_shows(way: str, package: str, tmp_path: Path) -> None:
    (tmp_path / package / "nets.py").write_text(NET.format(library="visdom"), encoding="utf-8")
    file = tmp_path / "uses.py"
    file.write_text(f"from {package} import Net\n\ndef build(a, b, c):\n    return Net(a, b, c)\n", encoding="utf-8")
    assert load(f"{package}:Net" if way == "module" else str(file)).operations == {"forward"}
    assert "visdom" not in sys.modules


def test_one_that_computes_is_missed(package: str, tmp_path: Path) -> None:
    (tmp_path / package / "nets.py").write_text(NET.format(library="nosuchthing"), encoding="utf-8")
    with pytest.raises(LoadError, match="'nosuchthing' that it imports is not installed"):
        load(f"{package}:Net")


def test_the_numbers_of_a_bar_are_no_parameters() -> None:
    bar = type("tqdm", (), {"__module__": "tqdm.std"})()
    bar.numbers = np.ones((2, 3))
    assert leaves("model", {"bar": bar, "own": np.ones(2)}) == leaves("model", {"own": np.ones(2)})
