"""How a program trains is judged beside its gradients: right gradients do not speak for a loop that uses them wrongly."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from mlp_conformance.faults import FAULTS
from mlp_conformance.recognise import NotDriven, drive, read_program
from mlp_conformance.recognise.drive import Driven
from mlp_conformance.recognise.making.layer_lists import layer_lists

LAYERS = """
import numpy as np

class Net:
    def __init__(self, sizes, lr=0.1):
        self.lr = lr
        self.W = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]

    def forward(self, X):
        self.A = [X]
        for W, b in zip(self.W, self.b):
            self.A.append(np.tanh(self.A[-1] @ W + b))
        return self.A[-1]

    def gradients(self, X, y):
        out = self.forward(X)
        d = (out - y) * (1 - out ** 2)
        found = []
        for k in reversed(range(len(self.W))):
            found.insert(0, (self.A[k].T @ d, d.sum(axis=0)))
            d = d @ self.W[k].T * (1 - self.A[k] ** 2)
        return found

    def fit(self, X, y, epochs=100):
        for epoch in range({epochs}):
            for k, (W, b) in list(enumerate(self.gradients(X, y))){layers}:
                self.W[k] -= self.lr * W {divided}
                self.b[k] -= self.lr * b {divided}
"""


def _driven(folder: Path, text: str) -> Driven:
    path = folder / "program.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return drive(read_program(path))


def _fit(epochs: str = "epochs", layers: str = "", divided: str = "") -> str:
    return LAYERS.replace("{epochs}", epochs).replace("{layers}", layers).replace("{divided}", divided)


def test_a_layer_that_is_never_updated_is_judged_though_its_gradient_is_right(tmp_path: Path) -> None:
    plan = _driven(tmp_path, _fit(layers="[:-1]")).plan
    assert plan.gradients
    assert any("model.fit" in line for line in plan.step)


def _with_step(text: str) -> str:
    """The program with its gradients under a name of its own, and a right step beside the loop."""
    text = text.replace("def gradients", "def slopes").replace("self.gradients", "self.slopes")
    return text + textwrap.indent(
        "\ndef step(self, X, y):\n    for k, (W, b) in enumerate(self.slopes(X, y)):\n"
        "        self.W[k] -= self.lr * W\n        self.b[k] -= self.lr * b\n",
        "    ",
    )


@pytest.mark.parametrize(("epochs", "fault"), [("1, epochs", "one-epoch-short"), ("epochs + 1", "one-epoch-more")])
def test_the_loop_is_judged_though_one_step_of_it_is_right(tmp_path: Path, epochs: str, fault: str) -> None:
    settled = _driven(tmp_path, _with_step(_fit(epochs))).settled
    assert settled.step is not None
    assert settled.step.reading is not None
    assert settled.step.reading.fault is not None
    assert settled.step.reading.fault.id == fault
    assert any("model.fit" in line for line in settled.plan.step)


def test_training_that_takes_other_steps_on_purpose_is_named_and_not_judged(tmp_path: Path) -> None:
    plan = _driven(tmp_path, _fit(divided="/ (1 + epoch + np.linalg.norm(W))")).plan
    assert plan.gradients
    assert not plan.step
    assert any("gradients are judged, `model.fit(" in note for note in plan.notes)


def test_what_the_catalogue_has_as_a_choice_is_no_mistake_of_the_loop(tmp_path: Path) -> None:
    """Steps along the sign of the gradient are a fault where plain descent is claimed; beside a right step they are meant."""
    assert FAULTS["sign-of-gradient"].choice
    signs = _fit().replace("self.lr * W ", "self.lr * np.sign(W)").replace("self.lr * b ", "self.lr * np.sign(b)")
    settled = _driven(tmp_path, _with_step(signs)).settled
    assert settled.step is not None
    assert settled.step.reading is not None
    assert settled.step.reading.fault is None
    assert any("single steps are judged, `model.fit(" in note for note in settled.plan.notes)


def test_the_loss_is_the_one_whose_numbers_are_right_where_some_are(tmp_path: Path) -> None:
    text = """
        import numpy as np

        class Net:
            def __init__(self, n, h, k):
                self.w1, self.b1 = np.random.randn(n, h), np.zeros(h)
                self.w2, self.b2 = np.random.randn(h, k), np.zeros(k)

            def forward(self, x):
                self.z = x @ self.w1 + self.b1
                self.h = np.maximum(self.z, 0)
                return self.h @ self.w2 + self.b2

            def train_step(self, x, y, lr):
                e = 2 * (self.forward(x) - y)
                back = e @ self.w2.T
                d = np.where(back < 0, 0, back)
                self.w2 -= lr * self.h.T @ e
                self.b2 -= lr * e.sum(0)
                self.w1 -= lr * x.T @ d
                self.b1 -= lr * d.sum(0)
        """
    settled = _driven(tmp_path, text).settled
    assert settled.plan.claims["losses"] == {"squared_error"}
    assert settled.plan.claims["reductions"] == {"sum"}


def test_a_layer_called_l2_is_no_regularisation(tmp_path: Path) -> None:
    text = """
        import numpy as np

        def sigmoid(x):
            return 1 / (1 + np.exp(-x))

        X = np.random.rand(4, 3)
        y = np.random.rand(4, 1)
        syn0 = np.random.rand(3, 4)
        syn1 = np.random.rand(4, 4)
        syn2 = np.random.rand(4, 1)
        for j in range(60000):
            l1 = sigmoid(X @ syn0)
            l2 = sigmoid(l1 @ syn1)
            l3 = sigmoid(l2 @ syn2)
            l3_delta = (y - l3) * l3 * (1 - l3)
            l2_delta = l3_delta @ syn2.T * l2 * (1 - l2)
            l1_delta = l2_delta @ syn1.T * l1 * (1 - l1)
            syn2 += l2.T @ l3_delta
            syn1 += l1.T @ l2_delta
            syn0 += X.T @ l1_delta
        """
    assert _driven(tmp_path, text).exact
    decayed = text.replace("syn0 += X.T @ l1_delta", "shrinkage_l2 = 0.01; syn0 += X.T @ l1_delta - shrinkage_l2 * syn0")
    with pytest.raises(NotDriven, match="regularisation"):
        _driven(tmp_path, decayed)


def build_by_pairs(n, layers):  # type: ignore[no-untyped-def]
    return [(n, units, name) for units, name in layers] + ["tanh", "softmax"]


def build_by_keys(spec):  # type: ignore[no-untyped-def]
    return [(layer["n_in"], layer["n_out"], layer["activation"]) for layer in spec]


def test_layers_may_be_described_one_by_one() -> None:
    sizes = (2, 3, 1)
    described = [eval(text, {"sizes": sizes}) for text in layer_lists(build_by_pairs, "layers")]
    assert [(3, "tanh"), (1, "softmax")] in described
    keyed = [eval(text, {"sizes": sizes}) for text in layer_lists(build_by_keys, "spec")]
    assert keyed[0][0] == {"n_in": 2, "n_out": 3, "activation": keyed[0][0]["activation"]}
    assert layer_lists(build_by_keys, "other") == []


FUNCTIONS = """
import numpy as np
from dataclasses import dataclass

@dataclass(frozen=True)
class Params:
    w_in: np.ndarray
    b_in: np.ndarray
    w_out: np.ndarray
    b_out: np.ndarray

    @classmethod
    def random(cls, n, h, k):
        return cls(np.random.randn(n, h), np.zeros(h), np.random.randn(h, k), np.zeros(k))

def forward(p, x):
    h = np.tanh(x @ p.w_in + p.b_in)
    return h, h @ p.w_out + p.b_out

def gradient(p, x, y):
    h, out = forward(p, x)
    d = out - y
    e = d @ p.w_out.T * (1 - h * h)
    return Params(x.T @ e, e.sum(0), h.T @ d, d.sum(0))
"""


def test_a_class_method_may_make_the_parameters(tmp_path: Path) -> None:
    driven = _driven(tmp_path, FUNCTIONS)
    assert driven.plan.name == "Params.random"
    assert all(driven.settled.score)


def test_plain_tensors_of_torch_are_asked_in_float64(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="pip install torch")
    text = """
        import torch

        def get_model(n_in, n_hidden, n_out):
            W1 = torch.randn(n_in, n_hidden).requires_grad_()
            b1 = torch.zeros(n_hidden, requires_grad=True)
            W2 = torch.randn(n_hidden, n_out).requires_grad_()
            b2 = torch.zeros(n_out, requires_grad=True)
            return [W1, b1, W2, b2]

        def model(x, params):
            W1, b1, W2, b2 = params
            return torch.tanh(x @ W1 + b1) @ W2 + b2

        def fit(params, x, y, lr=0.1, epochs=10):
            for _ in range(epochs):
                loss = ((model(x, params) - y) ** 2).mean()
                loss.backward()
                with torch.no_grad():
                    for p in params:
                        p -= lr * p.grad
                        p.grad.zero_()
        """
    before = torch.get_default_dtype()
    try:
        driven = _driven(tmp_path, text)
    finally:
        torch.set_default_dtype(before)
    assert all(driven.settled.score)


def test_layers_may_be_functions_that_remember(tmp_path: Path) -> None:
    text = """
        import numpy as np

        def dense(n_in, n_out):
            W, b, kept = np.random.randn(n_in, n_out), np.zeros(n_out), {}

            def forward(x):
                kept["x"] = x
                kept["y"] = np.tanh(x @ W + b)
                return kept["y"]

            def backward(back, lr):
                d = back * (1 - kept["y"] ** 2)
                before = d @ W.T
                W[...] -= lr * kept["x"].T @ d
                b[...] -= lr * d.sum(axis=0)
                return before

            return forward, backward

        def make_mlp(sizes):
            stack = [dense(a, b) for a, b in zip(sizes, sizes[1:])]

            def predict(X):
                for forward, _ in stack:
                    X = forward(X)
                return X

            def train_step(X, Y, lr=0.01):
                back = predict(X) - Y
                for _, backward in reversed(stack):
                    back = backward(back, lr)

            return predict, train_step
        """
    assert all(_driven(tmp_path, text).settled.score)


@pytest.mark.parametrize(("targets", "odd"), [("y[i:i + size]", False), ("y[:size]", True)])
def test_batches_that_are_not_taken_in_turn_are_said(tmp_path: Path, targets: str, odd: bool) -> None:
    text = _fit().replace("epochs=100", "epochs=100, size=None").replace("size", "batch_size")
    text = text.replace(
        "        for epoch in range(epochs):\n",
        "        batch_size = batch_size or len(X)\n        for i in steps(X, epochs, batch_size):\n",
    )
    text = text.replace(
        "self.gradients(X, y)", f"self.gradients(X[i:i + batch_size], {targets.replace('size', 'batch_size')}[:len(X[i:])])"
    )
    text = text.replace(
        "\nclass Net", "\ndef steps(X, n, size):\n    return [i for _ in range(n) for i in range(0, len(X), size)]\n\nclass Net"
    )
    text = text.replace("def gradients", "def slopes").replace("self.gradients", "self.slopes").replace("batch_sizes", "sizes")
    notes = " ".join(_driven(tmp_path, text).plan.notes)
    assert ("batches of 5 in turn" in notes) is odd


def test_a_settings_object_goes_to_the_function_that_trains_too(tmp_path: Path) -> None:
    text = (
        _fit()
        .replace("def fit(self, X, y, epochs=100)", "def fit(self, X, y, cfg)")
        .replace("range(epochs)", "range(cfg.epochs)")
    )
    text = (
        text.replace("self.lr *", "cfg.lr *")
        .replace("(self, sizes, lr=0.1)", "(self, sizes)")
        .replace("        self.lr = lr\n", "")
    )
    text = text.replace("def gradients", "def slopes").replace("self.gradients", "self.slopes")
    text += "\nfrom dataclasses import dataclass\n\n@dataclass\nclass Config:\n    lr: float = 0.1\n    epochs: int = 10\n"
    driven = _driven(tmp_path, text)
    assert all(driven.settled.score)
    assert driven.plan.whole
