"""The report in a real Jupyter kernel: it displays itself, with the failing case as a picture."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

nbclient = pytest.importorskip("nbclient", reason="no Jupyter: pip install nbclient ipykernel, or tox -e notebook")
nbformat = pytest.importorskip("nbformat", reason="no Jupyter: pip install nbclient ipykernel, or tox -e notebook")
pytest.importorskip("ipykernel", reason="no Jupyter kernel: pip install ipykernel, or tox -e notebook")

_NETWORK = """
import numpy as np
import mlp_conformance

class Mine:
    def gradients(self, network, inputs, targets):
        first, second = network.layers
        if len(network.layers) != 2 or network.output_activation == "softmax" or network.loss != "half_squared_error":
            raise mlp_conformance.Unsupported("not of this form")
        hidden = 1 / (1 + np.exp(-(inputs @ first.weights + first.biases)))
        output = 1 / (1 + np.exp(-(hidden @ second.weights + second.biases)))
        delta = (output - targets) * output * (1 - output)
        below = delta @ second.weights.T
        return [(inputs.T @ below, below.sum(axis=0)), (hidden.T @ delta, delta.sum(axis=0))]

Mine.claims = mlp_conformance.Claims(
    activations={"sigmoid"}, losses={"half_squared_error"}, reductions={"sum"}, max_hidden_layers=1
)
"""


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.left: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        if tag not in ("br", "line", "circle", "polygon", "rect"):
            self.left.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.left.pop() == tag


def _executed(*cells: str) -> Any:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return notebook


def test_a_report_displays_itself() -> None:
    notebook = _executed(_NETWORK, "mlp_conformance.run(Mine, select='document-example-3')")
    (output,) = [output for output in notebook.cells[1].outputs if output.output_type == "execute_result"]
    shown, text = output.data["text/html"], output.data["text/plain"]
    assert "does not conform" in shown
    assert "does not conform" in text
    tags = _Tags(shown)
    assert tags.left == []
    assert {"svg", "polygon", "math", "details"} <= set(tags.opened)
    assert "Wrong error δ: unit 1 of layer 1, unit 2 of layer 1." in shown
    assert "script" not in tags.opened


def test_nothing_else_is_printed() -> None:
    notebook = _executed(_NETWORK, "report = mlp_conformance.run(Mine, select='document-example-3')")
    assert [str(output.get("text", output)) for output in notebook.cells[1].outputs] == []
