"""Programs of the kinds that courses, articles and forums publish, in a few lines each: a right one and a wrong one."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import mlp_conformance

AS_WIDE_AS_ITS_DATA = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class NN:
    def __init__(self, inputs):
        self.wi = np.random.random((len(inputs[0]), len(inputs)))
        self.wh = np.random.random((len(inputs), 1))

    def think(self, inp):
        return sigmoid(sigmoid(inp @ self.wi) @ self.wh)

    def train(self, inputs, outputs, it):
        for i in range(it):
            l1 = sigmoid(inputs @ self.wi)
            l2 = sigmoid(l1 @ self.wh)
            delta = (outputs - l2) * l2 * (1 - l2)
            back = {back} @ self.wh.T * l1 * (1 - l1)
            self.wh += l1.T @ delta
            self.wi += inputs.T @ back
"""


def _is_told(folder: Path, text: str, fault: str | None, select: str = "drawn") -> None:
    """The program conforms, or is judged to have that fault."""
    path = folder / "program.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    report = mlp_conformance.run(str(path), select=select)
    assert report.conforms == (fault is None)
    assert fault is None or fault in [finding.fault for finding in report.diagnosis if finding.complete]


@pytest.mark.parametrize(("back", "fault"), [("delta", None), ("(outputs - l2)", "raw-errors-go-back")])
def test_a_hidden_layer_with_a_unit_for_each_sample_it_is_made_from(back: str, fault: str | None, tmp_path: Path) -> None:
    _is_told(tmp_path, AS_WIDE_AS_ITS_DATA.format(back=back), fault)
