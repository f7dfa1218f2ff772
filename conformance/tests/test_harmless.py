"""While a program is searched nothing is shown, written or deleted, whatever it would do by itself."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import tempfile
import webbrowser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from driving import driven

from mlp_conformance.harmless import _temporary, harmless
from mlp_conformance.loading import load

#: A network that is right, and keeps and shows what it does, in methods that a search may try and in its training.
BUSY = """
import os, webbrowser
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.w1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.w2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def save(self, inputs):
        os.mkdir("saved")

    def _show_picture(self, inputs):
        webbrowser.open("picture.html")

    def remove_output(self, inputs):
        os.remove("data.txt")

    def forward(self, inputs):
        self.hidden = np.tanh(inputs @ self.w1 + self.b1)
        return self.hidden @ self.w2 + self.b2

    def train(self, inputs, targets, learning_rate, epochs):
        for epoch in range(epochs):
            error = self.forward(inputs) - targets
            back = error @ self.w2.T * (1 - self.hidden ** 2)
            self.w2 -= learning_rate * self.hidden.T @ error
            self.b2 -= learning_rate * error.sum(axis=0)
            self.w1 -= learning_rate * inputs.T @ back
            self.b1 -= learning_rate * back.sum(axis=0)
            os.makedirs("log", exist_ok=True)
            np.savez("log/best.npz", w1=self.w1)
            self.w1 = np.load("log/best.npz")["w1"]
            os.system("touch seen")
"""


def test_a_search_leaves_the_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.txt").write_text("kept")
    found = driven(tmp_path, BUSY)
    assert found.settled.score[2]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.txt", "program.py"]


def test_methods_are_not_tried_that_keep_show_or_delete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    search = driven(tmp_path, BUSY).settled.search
    assert {offer.name for offer in search.offers()} == {"forward", "train"}


def test_what_is_written_is_read_again_and_not_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.txt").write_text("old")
    with harmless():
        with open("new.json", "w") as file:
            json.dump([1], file)
        with open("new.json") as file:
            assert json.load(file) == [1]
        with open("old.txt", "a") as file:
            file.write(" and new")
        assert Path("old.txt").read_text() == "old and new"
        np.save("array.npy", np.arange(3))
        assert list(np.load("array.npy")) == [0, 1, 2]
        with pytest.raises(FileNotFoundError):
            Path("none.txt").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["old.txt"]
    assert Path("old.txt").read_text() == "old"


def test_nothing_is_deleted_or_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures: list[object] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setitem(sys.modules, "PIL.ImageShow", SimpleNamespace(show=pictures.append))
    (tmp_path / "folder").mkdir()
    with harmless():
        shutil.rmtree("folder")
        Path("folder").rmdir()
        assert os.system("touch seen") == 0
        assert not webbrowser.open_new_tab("page.html")
        sys.modules["PIL.ImageShow"].show("picture")
        assert "DISPLAY" not in os.environ
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    assert os.environ["DISPLAY"] == ":0"
    assert not pictures


def test_the_folder_for_temporary_files_is_known_before_files_can_no_longer_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    _temporary.cache_clear()
    with harmless():
        assert tempfile.tempdir is not None


def test_what_was_there_is_put_back() -> None:
    before = open, io.open, os.remove, webbrowser.open
    with harmless():
        assert (open, io.open, os.remove, webbrowser.open) != before
    assert (open, io.open, os.remove, webbrowser.open) == before


def test_a_package_that_starts_something_when_it_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clearing").mkdir()
    (tmp_path / "clearing" / "__init__.py").write_text("import os\nos.system('touch seen')\n" + BUSY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    load("clearing")
    assert [path.name for path in tmp_path.iterdir()] == ["clearing"]
