"""What programs taught that people write who know nothing of this project: each a class of thing, in a few lines."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from mlp_conformance import cells, definitions
from mlp_conformance.recognise import NotDriven, drive, read_program
from mlp_conformance.recognise.drive import Driven
from mlp_conformance.recognise.parameters.tensors import leaves, tensors
from mlp_conformance.recognise.source.state import State
from mlp_conformance.recognise.writing import folded

NETWORK = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.w1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.w2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.z = X @ self.w1 + self.b1
        self.h = np.maximum(self.z, 0)
        return self.h @ self.w2 + self.b2

    def step(self, X, y, lr):
        e = (self.forward(X) - y) / len(X)
        d = e @ self.w2.T * (self.z {above} 0)
        self.w2 -= lr * self.h.T @ e
        self.b2 -= lr * e.sum(0)
        self.w1 -= lr * X.T @ d
        self.b1 -= lr * d.sum(0)

    def fit(self, X, y, lr=0.1, epochs=10):
        for _ in range(epochs):
            {epoch}
"""


def _driven(folder: Path, above: str = ">", epoch: str = "self.step(X, y, lr)") -> Driven:
    path = folder / "program.py"
    path.write_text(textwrap.dedent(NETWORK.format(above=above, epoch=epoch)), encoding="utf-8")
    return drive(read_program(path))


def test_what_a_call_leaves_at_the_top_level_is_put_back_before_the_next() -> None:
    module = ModuleType("program")
    source = (
        "import numpy as np\nclass Tape:\n    calls = []\nclass Net:\n    pass\nnet = Net()\nnet.w = np.ones(2)\n"
        "hidden, table, count = [0.0, 0.0], {'W': np.zeros(3)}, 1\nrandom = np.random.default_rng(0)\n"
        "def forward(x):\n    global hidden_now, count\n    hidden[0], table['W'][1], table['z'] = x, x, x\n"
        "    Tape.calls.append(x)\n    hidden_now, count, net.w = x, 2, np.zeros(2)\n    return random.random()\n"
    )
    exec(source, vars(module))
    for own in ("Tape", "Net", "forward"):
        getattr(module, own).__module__ = "program"
    held, state = module.hidden, State(module)
    first = module.forward(5.0)
    state.restore()
    assert held == [0.0, 0.0]
    assert module.hidden is held
    assert module.table["W"].tolist() == [0, 0, 0]
    assert list(module.table) == ["W"]
    assert module.Tape.calls == []
    assert module.net.w.tolist() == [1, 1]
    assert module.count == 1
    assert not hasattr(module, "hidden_now")
    assert module.forward(5.0) != first  # what draws goes on


def test_the_cells_of_a_function_are_read_and_set_by_name() -> None:
    def make() -> tuple[Any, Any]:
        w, late = np.zeros((2, 2)), 1.0

        def read() -> Any:
            return w, late

        def write(value: Any) -> None:
            nonlocal w
            w = value

        return read, write

    read, write = make()
    assert set(cells(read)) == {"w", "late"}
    cells(read)["late"] = 3.0
    write(np.ones((2, 2)))
    assert cells(read)["w"].tolist() == [[1, 1], [1, 1]]
    assert read()[1] == 3.0
    with pytest.raises(KeyError):
        cells(read)["other"]
    with pytest.raises(TypeError):
        del cells(read)["w"]


def test_dictionaries_may_be_keyed_by_tuples() -> None:
    held = {(1, i, j): float(i) for i in range(2) for j in range(3)}
    found = {tensor.template: tensor.counts for tensor in tensors(leaves("model", held))}
    assert found["model[1, {}, {}]"] == (2, 3)


@pytest.mark.parametrize(("above", "slope"), [(">", None), (">=", 1.0)])
def test_the_derivative_of_relu_at_0_is_a_convention(above: str, slope: float | None, tmp_path: Path) -> None:
    assert _driven(tmp_path, above).plan.claims.get("relu_at_zero") == slope


@pytest.mark.parametrize(
    ("epoch", "most"),
    [
        ("[self.step(X[k:k + 20], y[k:k + 20], lr) for k in range(0, len(X), 20)]", 20),
        (
            "p = np.random.permutation(len(X)); [self.step(X[p[k:k + 20]], y[p[k:k + 20]], lr) for k in range(0, len(X), 20)]",
            20,
        ),
        ("self.step(X[:20], y[:20], lr)", None),
    ],
)
def test_batches_of_a_size_that_the_text_says_are_a_limit_and_samples_left_out_are_none(
    epoch: str, most: int | None, tmp_path: Path
) -> None:
    driven = _driven(tmp_path, epoch=epoch)
    assert driven.plan.claims.get("max_batch") == most
    assert ("batches of 20" in " ".join(driven.plan.notes)) == (most is not None)


@pytest.mark.parametrize(
    ("epoch", "parted"),
    [
        ("X = X[np.random.permutation(len(X))]; self.step(X, y, lr)", True),
        ("p = np.random.permutation(len(X)); self.step(X[p], y[p], lr)", False),
    ],
)
def test_inputs_that_are_shuffled_without_their_targets_are_seen(epoch: str, parted: bool, tmp_path: Path) -> None:
    driven = _driven(tmp_path, epoch=epoch)
    assert ("does not shuffle inputs and targets together" in " ".join(driven.plan.notes)) == parted
    assert driven.settled.step is not None
    assert driven.settled.step.reading is not None
    assert (driven.settled.step.reading.fault is not None) == parted


@pytest.mark.parametrize(("rate", "is_set"), [("self.zeta", True), ("ZETA", True), ("0.2", False)])
def test_a_learning_rate_is_known_by_what_it_does(rate: str, is_set: bool, tmp_path: Path) -> None:
    """0.2 times the sum is as much as 1 times the mean over five outputs, and 1.0 stands in the text: other sizes tell."""
    text = (
        NETWORK.format(above="> 1.0 *", epoch="pass").replace("(self, X, y, lr)", "(self, X, y)").replace("lr *", f"{rate} *")
    )
    text = text.replace("1.0 * 0", "0 * 1.0").replace("(self.forward(X) - y) / len(X)", "self.forward(X) - y")
    text = text.replace("        self.w1, self.b1 = np", "        self.zeta = 0.2\n        self.w1, self.b1 = np")
    path = tmp_path / "program.py"
    path.write_text(f"ZETA = 0.2\n{text}", encoding="utf-8")
    driven = drive(read_program(path))
    reading = driven.settled.step and driven.settled.step.reading
    assert reading is not None
    assert (reading.loss, reading.reduction) == ("half_squared_error", "sum")
    assert any("ZETA" in line or "zeta" in line for line in driven.plan.make) == is_set
    assert driven.plan.claims.get("learning_rate") == (None if is_set else 0.2)


def test_numbers_of_units_may_have_names_that_say_nothing(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\ndef alku(eka, toka, kolmas):\n"
        "    return {'p': np.ones((eka, toka)), 'q': np.ones(toka), 'r': np.ones((toka, kolmas)), 's': np.ones(kolmas)}\n"
        "def laske(verkko, data):\n    return np.tanh(data @ verkko['p'] + verkko['q']) @ verkko['r'] + verkko['s']\n",
        encoding="utf-8",
    )
    assert drive(read_program(path)).exact


def test_training_that_changes_nothing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    text = NETWORK.format(above=">", epoch="[self.step(X[k:k + 32], y[k:k + 32], lr) for k in range(0, len(X) - 32, 32)]")
    path.write_text(
        text.replace("def step(self, X, y, lr):", "def _(self, *given):\n        X, y, lr = given").replace(
            "self.step(", "self._("
        ),
        encoding="utf-8",
    )
    with pytest.raises(NotDriven, match="leaves all parameters as they were"):
        drive(read_program(path))


def test_a_function_that_draws_and_trains_starts_from_what_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\ndef train(n):\n    W, log = np.random.randn(2), []\n    for _ in range(n):\n        W = W + 1\n"
        "    return {'W': W, 'log': log}\n",
        encoding="utf-8",
    )
    module = definitions(path, starts=True)
    module.starts.update(W=np.zeros(2))
    assert module.train(3)["W"].tolist() == [3, 3]
    module.starts.clear()
    assert module.train(0)["W"].any()


@pytest.mark.parametrize(
    "line",
    [
        f"        return [({'a' * 60}, {'b' * 60}), ({'c' * 60}, d)]",
        f"    claims = Claims({', '.join(f'{name}=(1, 2)' for name in 'abcdefghijklmnopqr')})",
        f"        x = [{'f' * 70}(a, b) for a, b in zip([{'g' * 50}], y)]",
        f"        model.fit({'a' * 130})",
    ],
)
def test_long_lines_are_folded_and_mean_the_same(line: str) -> None:
    lines = folded(line)
    assert len(lines) > 1
    folded_tree, tree = (ast.dump(ast.parse(text.strip().removeprefix("return "))) for text in ("\n".join(lines), line))
    assert folded_tree == tree
