"""What is said of an import that fails by its own fault: it is no module that has to be installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise import NotDriven


def test_a_module_that_raises_is_not_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "library" / "tinynet"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("def forward(x: np.ndarray): ...\n", encoding="utf-8")
    monkeypatch.syspath_prepend(package.parent)
    with pytest.raises(NotDriven) as raised:
        driven(tmp_path, "from tinynet import forward\nX = [[0.0, 1.0]]\n")
    assert "Importing tinynet raised NameError: name 'np' is not defined" in str(raised.value)
    assert "pip install" not in str(raised.value)


def test_a_module_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotDriven, match=r"Not there: tinynet_missing\.py, to be put beside it"):
        driven(tmp_path, "from tinynet_missing import forward\nX = [[0.0, 1.0]]\n")
