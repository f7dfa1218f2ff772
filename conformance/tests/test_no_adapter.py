"""What looks like an adapter and is none, and answers in plain lists: said, or judged, as it is."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

import mlp_conformance
from mlp_conformance.loading import LoadError, load

NONE = '''
class NeuralNetwork:
    """Its methods have the names of an adapter's, and it takes nothing to make one."""

    def __init__(self):
        self.layers = []

    def forward(self, x):
        return [layer.out(x) for layer in self.layers]

    def train(self, x, y, rate):
        raise RuntimeError("nothing to train")
'''


def test_a_class_whose_methods_are_no_adapters_is_not_judged_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "no_adapter_at_all.py").write_text(NONE)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(LoadError, match=r"the operations of this NeuralNetwork do not take \(network, inputs, ...\)"):
        load("no_adapter_at_all:NeuralNetwork")


def test_one_that_cannot_be_made_says_why_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raising = NONE.replace("self.layers = []", "self.layers = open('no-such-weights.csv').readlines()")
    (tmp_path / "no_adapter_that_is_made.py").write_text(raising)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(LoadError, match=r"no-such-weights\.csv"):
        load("no_adapter_that_is_made:NeuralNetwork")


class Lists:
    """Activations of the output layer as lists in a list, a row a sample."""

    claims = mlp_conformance.Claims(activations={"tanh"}, output_activations={"tanh"})

    def forward(self, network: Any, inputs: Any) -> list[list[float]]:
        return [self._row(network, row) for row in inputs.tolist()]

    def _row(self, network: Any, x: list[float]) -> list[float]:
        for layer in network.layers:
            sums = zip(*layer.weights.tolist(), strict=True)
            x = [
                math.tanh(math.fsum([b, *(w * a for w, a in zip(ws, x, strict=True))]))
                for ws, b in zip(sums, layer.biases, strict=True)
            ]
        return x


def test_rows_in_a_list_are_no_layers_to_the_advice_on_layouts() -> None:
    report = mlp_conformance.run(Lists(), select="advice/memory-layout")
    assert [result.verdict for result in report.results] == ["passed"], report.text()
