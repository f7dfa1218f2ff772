"""What programs taught that were written without a look at the recognition: each a class of thing, in a few lines."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import numpy as np
import pytest

from mlp_conformance.recognise import NotDriven, drive, read_program
from mlp_conformance.recognise.parameters.tensors import leaves
from mlp_conformance.recognise.source.scaling import SCALINGS

NETWORK = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.w1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.w2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.X = {inputs}
        self.h = np.tanh(self.X @ self.w1 + self.b1)
        return self.h @ self.w2 {bias}

    def backward(self, X, y, lr):
        e = self.forward(X) - y
        d = e @ self.w2.T * (1 - self.h ** 2)
        self.w2 -= lr * self.h.T @ e
        self.b2 -= lr * e.sum(0)
        self.w1 -= lr * self.X.T @ d
        self.b1 -= lr * d.sum(0)
        return 0.5 * np.sum(e ** 2)
"""


def _program(folder: Path, text: str) -> Path:
    path = folder / "program.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ("X / np.max(np.abs(X), axis=0)", "it divides each input by its largest magnitude in the batch"),
        ("(X - X.min()) / (X.max() - X.min())", "it stretches the batch to 0 to 1"),
        ("X / 255.0 * 0.99 + 0.01", "it maps inputs from 0 to 255 onto 0.01 to 1"),
    ],
)
def test_inputs_that_are_scaled_first_are_said_and_are_no_other_fault(tmp_path: Path, inputs: str, said: str) -> None:
    driven = drive(read_program(_program(tmp_path, NETWORK.format(inputs=inputs, bias="+ self.b2"))))
    notes = " ".join(driven.plan.notes)
    assert said in notes
    assert "in line 10" in notes
    assert "Without that its numbers are the specification's" in notes
    assert not driven.exact
    assert driven.settled.forward.reading.fault is None


def test_a_pipeline_is_said_to_be_one(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="pip install scikit-learn")
    text = """
        from sklearn.neural_network import MLPRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        model = make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(4,)))
        """
    with pytest.raises(NotDriven, match=r"StandardScaler is no part of a network.*run sklearn.neural_network:MLPRegressor"):
        drive(read_program(_program(tmp_path, text)))


def test_every_scaling_changes_a_batch_in_its_own_way() -> None:
    batch = -np.abs(np.random.default_rng(3).normal(size=(5, 3))) - 0.1
    scaled = [scaling.apply(batch) for scaling in SCALINGS]
    assert len({scaling.what for scaling in SCALINGS}) == len(SCALINGS)
    for index, one in enumerate(scaled):
        assert not any(np.allclose(one, other) for other in [batch, *scaled[:index]])


def test_a_missing_output_bias_is_no_mistake_where_there_is_none(tmp_path: Path) -> None:
    text = NETWORK.format(inputs="X", bias="").replace("self.w2, self.b2 =", "self.w2, _ =")
    path = _program(tmp_path, text.replace("        self.b2 -= lr * e.sum(0)\n", ""))
    with pytest.raises(NotDriven, match="biases in its hidden layers and none at its output"):
        drive(read_program(path))


def test_a_parameter_as_it_stands_is_no_output(tmp_path: Path) -> None:
    """`peek` leaves everything as it is: with one sample, a fault makes an output of the biases alone."""
    text = """
        import numpy as np

        class Net:
            def __init__(self, sizes):
                self.w = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
                self.b = [np.zeros((1, b)) for b in sizes[1:]]

            def peek(self, x):
                return None

            def train(self, x, y, lr, epochs):
                pass
        """
    with pytest.raises(NotDriven):
        drive(read_program(_program(tmp_path, text)))


def test_one_library_that_is_missing_takes_no_other_with_it(tmp_path: Path) -> None:
    program = read_program(_program(tmp_path, "import numpy as np, no_such_library_at_all as n\nx = np.ones(3)\n"))
    assert program.missing == ["no_such_library_at_all"]
    assert program.module.x.sum() == 3


def test_cells_that_are_timed_are_python_and_other_languages_are_not(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": [first, "a = 1\n"]} for first in ("%%time\n", "%%javascript\n", "%%timeit -n 3\n")]
    notebook = tmp_path / "n.ipynb"
    notebook.write_text(json.dumps({"cells": cells}))
    assert read_program(notebook).source.count("a = 1") == 2


def test_what_is_near_is_found_before_what_it_was_computed_from() -> None:
    class Value:
        def __init__(self, v: float, parents: tuple[Value, ...] = ()) -> None:
            self.v, self.parents = v, parents

    chain = Value(0.0)
    for step in range(50):
        chain = Value(float(step), (chain,))
    paths = [leaf.path for leaf in leaves("output", [chain, Value(1.0)])]
    assert paths[:2] == ["output[0].v", "output[1].v"]


def test_biases_that_are_zeros_under_another_name_are_not_left_out(tmp_path: Path) -> None:
    text = NETWORK.format(inputs="X", bias="+ self.a2").replace("self.b1", "self.a1").replace("self.b2", "self.a2")
    driven = drive(read_program(_program(tmp_path, text)))
    assert [slot.bias is not None for slot in driven.plan.slots] == [True, True]
    assert "biases" not in driven.plan.claims
