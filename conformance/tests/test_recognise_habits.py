"""Habits of people who write networks: each a class of thing that programs of strangers taught, in a few lines."""

from __future__ import annotations

import ast
import textwrap
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from mlp_conformance.recognise import drive, read_program
from mlp_conformance.recognise.drive import Driven
from mlp_conformance.recognise.numbers.decimals import decimals
from mlp_conformance.recognise.parameters.forms import after_all, all_of
from mlp_conformance.recognise.parameters.slots import PADDED, Slot
from mlp_conformance.recognise.parameters.statements import read_pair, set_lines
from mlp_conformance.recognise.parameters.tensors import Leaf, Tensor, leaves
from mlp_conformance.recognise.source.starting import Started, starting

LOSS = """
import numpy as np

class MSE:
    def forward(self, output, target):
        self.error = output - target
        return {loss}

    def backward(self):
        return {slope}

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.w1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.w2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.w1 + self.b1)
        return self.h @ self.w2 + self.b2

def train(net, X, y, lr=0.1, epochs=10):
    loss = MSE()
    for _ in range(epochs):
        loss.forward(net.forward(X), y)
        e = loss.backward()
        d = e @ net.w2.T * (1 - net.h**2)
        net.w2 -= lr * net.h.T @ e
        net.b2 -= lr * e.sum(0)
        net.w1 -= lr * X.T @ d
        net.b1 -= lr * d.sum(0)
"""

BATCHES = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out, beta=0.9):
        self.w1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.w2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)
        self.beta, self.kept = beta, [0, 0, 0, 0]

    def scores(self, X):
        self.h = np.tanh(X @ self.w1 + self.b1)
        return self.h @ self.w2 + self.b2

    def softmax(self, z):
        e = np.exp(z - z.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    def step(self, X, y, lr):
        e = (self.softmax(self.scores(X)) - y) / len(X)
        d = e @ self.w2.T * (1 - self.h**2)
        grads = [X.T @ d, d.sum(0), self.h.T @ e, e.sum(0)]
        self.kept = [{momentum}g for v, g in zip(self.kept, grads)]
        for p, v in zip([self.w1, self.b1, self.w2, self.b2], self.kept):
            p -= lr * v
"""
FIT = """
    def fit(self, X, y, lr=0.1, epochs=10, batch_size=16):
        for _ in range(epochs):
            for i in range(0, len(X) - batch_size, batch_size):
                self.step(X[i:i + batch_size], y[i:i + batch_size], lr)
"""


def _driven(folder: Path, text: str) -> Driven:
    path = folder / "program.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return drive(read_program(path))


@pytest.mark.parametrize(
    ("loss", "slope", "meant"),
    [
        ("np.mean(self.error**2)", "2 * self.error / self.error.size", None),
        ("np.mean(self.error**2)", "self.error / len(self.error)", ("squared_error", "mean_elements")),
        ("np.sum(self.error**2) / 2", "self.error", None),
    ],
)
def test_the_loss_of_an_object_is_the_objective_where_training_goes_back_from_it(
    loss: str, slope: str, meant: tuple[str, str] | None, tmp_path: Path
) -> None:
    driven = _driven(tmp_path, LOSS.format(loss=loss, slope=slope))
    assert driven.settled.step is not None
    assert driven.settled.step.meant == meant
    assert any("`MSE.forward`" in note for note in driven.plan.notes) == (meant is not None)
    if meant:
        assert driven.plan.claims["losses"], driven.plan.claims["reductions"] == tuple({part} for part in meant)


def test_how_samples_are_put_together_is_no_affair_of_a_loss_of_one(tmp_path: Path) -> None:
    each = """
    for _ in range(epochs):
        parts = []
        for x, t in zip(X, y):
            loss.forward(net.forward(x[None]), t[None])
            e = loss.backward()
            d = e @ net.w2.T * (1 - net.h**2)
            parts.append((x[None].T @ d, d.sum(0), net.h.T @ e, e.sum(0)))
        for p, g in zip([net.w1, net.b1, net.w2, net.b2], zip(*parts)):
            p -= lr * sum(g) / len(X)
"""
    text = LOSS.format(loss="np.sum(self.error**2) / 2", slope="self.error")
    driven = _driven(tmp_path, text[: text.index("    for _ in range")] + each.lstrip("\n"))
    step = driven.settled.step
    assert step is not None
    assert step.reading is not None
    assert (step.reading.loss, step.reading.reduction, step.meant) == ("half_squared_error", "mean_samples", None)


@pytest.mark.parametrize("momentum", ["", "self.beta * v + "])
def test_a_momentum_of_any_name_is_turned_off_and_scores_are_logits(momentum: str, tmp_path: Path) -> None:
    driven = _driven(tmp_path, BATCHES.format(momentum=momentum))
    step = driven.settled.step
    assert step is not None
    assert step.reading is not None
    assert (step.reading.loss, step.reading.fault) == ("cross_entropy", None)
    assert any("`beta`" in note for note in driven.plan.notes) == bool(momentum)


def test_training_that_leaves_out_the_last_batch_is_judged_in_batches(tmp_path: Path) -> None:
    driven = _driven(tmp_path, BATCHES.format(momentum="") + FIT)
    step = driven.settled.step
    assert step is not None
    assert step.reading is not None
    assert step.reading.fault is not None
    assert step.reading.fault.id == "last-batch-dropped"
    assert driven.plan.claims["options"] == {"batch_size"}
    assert any("leaves out the last batch" in note for note in driven.plan.notes)


def test_biases_after_all_weights_are_counted_from_the_number_of_layers() -> None:
    pairs = [("grads[0]", "grads[2]"), ("grads[1]", "grads[3]")]
    assert all_of(pairs, None) == "[(grads[k], grads[k + 2]) for k in range(len(network.layers))]"
    expected = "[(grads[k], grads[len(network.layers) + k]) for k in range(len(network.layers))]"
    assert all_of(after_all(pairs), None) == expected
    turns = [("grads[0]", "grads[1]"), ("grads[2]", "grads[3]")]
    assert after_all(turns) == turns


def test_decimals_are_numbers_that_a_program_keeps() -> None:
    found = leaves("model", {"w": [[Decimal(1), Decimal(2)]], "b": Decimal("0.5")})
    assert {(leaf.path, leaf.kind, leaf.dtype) for leaf in found} == {
        ('model["w"]', "list", "Decimal"),
        ('model["b"]', "number", "Decimal"),
    }
    assert decimals(np.array([[0.5], [2.0]])) == [[Decimal("0.5")], [Decimal(2)]]
    assert decimals(0.25) == Decimal("0.25")


def test_what_is_counted_from_1_has_nothing_at_0() -> None:
    slot = Slot(Tensor("model.w", (), Leaf("model.w", "list", (4, 3), "float64")), False, None, PADDED)
    names = {"np": np, "model": type("Model", (), {"w": [[9.0] * 3 for _ in range(4)]})()}
    names |= {"w": np.arange(6.0).reshape(3, 2), "b": np.array([7.0, 8.0])}
    exec("\n".join(set_lines(slot, "w", "b")), names)
    assert names["model"].w == [[0, 7, 8], [0, 0, 1], [0, 2, 3], [0, 4, 5]]
    weights, biases = (eval(text, names) for text in read_pair(slot))
    assert weights.tolist() == names["w"].tolist()
    assert biases.tolist() == [7, 8]


def test_arrays_that_count_from_1_are_driven(tmp_path: Path) -> None:
    text = """
    from math import tanh
    W1 = [[0.1 * (i + j) for j in range(4)] for i in range(3)]
    W2 = [[0.2 * (i - j) for j in range(3)] for i in range(4)]
    H, O = [0.0] * 4, [0.0] * 3

    def forward(x):
        for j in range(1, 4):
            H[j] = tanh(W1[0][j] + sum(x[i] * W1[i][j] for i in range(1, 3)))
        for k in range(1, 3):
            O[k] = W2[0][k] + sum(H[j] * W2[j][k] for j in range(1, 4))
        return O
    """
    driven = _driven(tmp_path, text)
    assert driven.exact
    assert driven.plan.sizes == (2, 3, 2)
    assert driven.settled.forward.layout.name == "one sample, a list that counts from 1"


def test_numbers_of_the_module_that_functions_change_are_weights(tmp_path: Path) -> None:
    text = """
    from math import tanh
    w1, w2, w3, w4, w5, w6, b1, b2, b3 = 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.0, 0.1, 0.2

    def forward(i1, i2):
        h1, h2 = tanh(w1 * i1 + w2 * i2 + b1), tanh(w3 * i1 + w4 * i2 + b2)
        return h1, h2, w5 * h1 + w6 * h2 + b3

    def train(i1, i2, target, eta=0.1):
        global w1, w2, w3, w4, w5, w6, b1, b2, b3
        h1, h2, o = forward(i1, i2)
        d = o - target
        d1, d2 = d * w5 * (1 - h1 * h1), d * w6 * (1 - h2 * h2)
        w5, w6, b3 = w5 - eta * d * h1, w6 - eta * d * h2, b3 - eta * d
        w1, w2, b1 = w1 - eta * d1 * i1, w2 - eta * d1 * i2, b1 - eta * d1
        w3, w4, b2 = w3 - eta * d2 * i1, w4 - eta * d2 * i2, b2 - eta * d2
    """
    driven = _driven(tmp_path, text)
    assert all(driven.settled.score)
    assert driven.plan.sizes == (2, 2, 1)


def test_settings_that_a_text_or_an_update_has_are_set(tmp_path: Path) -> None:
    text = """
    import json
    import numpy as np
    DEFAULTS = json.loads('{"n_in": 2, "hidden": [10], "n_out": 1}')

    class Net:
        def __init__(self, **given):
            config = DEFAULTS.copy()
            config.update(given)
            sizes = [config["n_in"], *config["hidden"], config["n_out"]]
            self.W = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
            self.b = [np.zeros(b) for b in sizes[1:]]

        def predict(self, X):
            for W, b in zip(self.W, self.b):
                X = np.tanh(X @ W + b)
            return X
    """
    driven = _driven(tmp_path, text)
    assert driven.exact
    assert driven.plan.sizes is None


def test_what_torch_draws_is_replaced_before_an_optimiser_gets_it() -> None:
    text = """
    import torch
    def fit(X, y, h):
        net = torch.nn.Sequential(torch.nn.Linear(3, h), torch.nn.ReLU(), torch.nn.Linear(h, 1))
        opt = torch.optim.SGD(net.parameters(), lr=0.1)
        def ask(x):
            return net(x) * 2
        for _ in range(10):
            opt.step()
        return ask, net
    """
    tree = ast.parse(textwrap.dedent(text))
    assert starting(tree)["fit"].paths == (("net", "[1]"),)
    body = [ast.unparse(node) for node in Started(tree).visit(tree).body[1].body]
    assert body[1] == "net = starts.get('net', net)"
    assert body[2].startswith("opt = ")
