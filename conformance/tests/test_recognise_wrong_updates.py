"""Updates that are wrong beside gradients that are right: they are judged, whatever else the calls are."""

from __future__ import annotations

from pathlib import Path

import pytest

import mlp_conformance
from mlp_conformance.checks import Settings
from mlp_conformance.loading import load
from mlp_conformance.runner import select
from mlp_conformance.verdict import judge

CORPUS = Path(__file__).parents[1] / "corpus"
NETWORK = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.X, self.h = X, np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def backward(self, X, Y):
        d = self.forward(X) - Y
        e = d @ self.W2.T * (1 - self.h ** 2)
        return {{"W1": X.T @ e, "b1": e.sum(0), "W2": self.h.T @ d, "b2": d.sum(0)}}

    def step(self, X, Y{rate}):
        grads = self.backward(X, Y)
        self.W1 -= {lr} * grads["W1"]
        self.b1 -= {biases}
        self.W2 {sign}= {lr} * grads["W2"]
        self.b2 -= {lr} * grads["b2"]
"""


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize(("rate", "lr"), [(", lr", "lr"), ("", "0.05")])
@pytest.mark.parametrize(
    ("sign", "biases", "right"),
    [("-", '{lr} * grads["b1"]', True), ("+", '{lr} * grads["b1"]', False), ("-", '{lr} * np.sign(grads["b1"])', False)],
)
def test_a_wrong_update_fails(rate: str, lr: str, sign: str, biases: str, right: bool, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(NETWORK.format(rate=rate, lr=lr, sign=sign, biases=biases.format(lr=lr)), encoding="utf-8")
    subject = load(str(path))
    assert {"gradients", "train"} & subject.operations
    report = judge(subject, select("drawn/"), Settings(examples=10))
    assert report.conforms is right
    if not rate:
        assert subject.claims.learning_rate == 0.05


def test_what_somebody_chooses_beside_is_not_judged(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    text = NETWORK.format(rate=", lr", lr="lr", sign="-", biases='lr * grads["b1"]')
    text = text.replace('lr * grads["W1"]', 'lr * (grads["W1"] + 0.1 * self.W1)  # a penalty on these alone')
    path.write_text(text.replace("class Net:", 'class Net:\n    "With a penalty."\n    penalty = 0.1\n'), encoding="utf-8")
    report = judge(load(str(path)), select("drawn/"), Settings(examples=10))
    assert report.conforms


def test_a_lambda_is_no_penalty(tmp_path: Path) -> None:
    """The word of the language is not that of a regularisation: steps three times as long are none by choice."""
    path = tmp_path / "net.py"
    text = NETWORK.format(rate=", lr", lr="3 * lr", sign="-", biases='3 * lr * grads["b1"]')
    path.write_text(text + "\n\nrelu = lambda z: np.maximum(z, 0)\n", encoding="utf-8")
    report = judge(load(str(path)), select("drawn/"), Settings(examples=10))
    assert report.classes["training"] == "failed"


def test_what_is_wrong_of_several_outputs_alone_is_judged_with_several(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    text = NETWORK.format(rate=", lr", lr="lr", sign="-", biases='lr * grads["b1"]')
    text = text.replace("np.zeros(n_out)", "np.zeros((1, n_out))").replace('"b2": d.sum(0)', '"b2": d.sum(keepdims=True)')
    path.write_text(text.replace("def backward", "def _backward").replace("self.backward", "self._backward"), encoding="utf-8")
    report = judge(load(str(path)), select("drawn/"), Settings(examples=10))
    assert [finding.fault for finding in report.diagnosis if finding.complete][:1] == ["bias-sum-without-axis/output-layer"]


CURVE = """
import numpy as np

def new_params():
    return {"w": np.random.randn(10), "b": np.zeros(10), "v": np.random.randn(10), "c": 0.0}

def net(p, x):
    return np.tanh(np.outer(x, p["w"]) + p["b"]) @ p["v"] + p["c"]

def cost(p, x, y):
    return np.mean((net(p, x) - y) ** 2)

def descend(p, x, y, lr=0.01, steps=1000):
    for _ in range(steps):
        h = np.tanh(np.outer(x, p["w"]) + p["b"])
        e = 2 * ({output} - y) / len(x)
        dh = np.outer(e, p["v"]) * (1 - h ** 2)
        g = {"w": x @ dh, "b": dh.sum(axis=0), "v": e @ h, "c": e.sum()}
        p = {k: p[k] - lr * g[k] for k in p}
    return p
"""


@pytest.mark.parametrize("output", ['h @ p["v"] + p["c"]', '2 * (h @ p["v"] + p["c"])'])
def test_the_slope_of_a_single_sample_is_no_sign_of_an_own_loss(output: str, tmp_path: Path) -> None:
    """Of a single sample with a single output every step goes along the slopes of every loss."""
    path = tmp_path / "curve.py"
    path.write_text(CURVE.replace("{output}", output), encoding="utf-8")
    report = judge(load(str(path)), select("drawn/"), Settings(examples=10))
    assert report.conforms is (output[0] == "h")
    assert "training" in {name for name, verdict in report.classes.items() if verdict != "unsupported"}


def test_what_changes_nothing_is_no_cause(tmp_path: Path) -> None:
    """Where a derivative rounds to 0 in floats the faults that are named say all: no tanh of a sigmoid overflows."""
    path = tmp_path / "net.py"
    text = (CORPUS / "threshold_net.py").read_text(encoding="utf-8")
    path.write_text(text.replace("self.to_hidden -= ", "self.to_hidden = "), encoding="utf-8")
    report = mlp_conformance.run(str(path))
    assert report.diagnosis
    assert not [finding.fault for finding in report.diagnosis if "overflow" in finding.fault or "softmax" in finding.fault]


def test_an_array_that_is_set_to_its_step_is_judged_whatever_else_there_is(tmp_path: Path) -> None:
    """No optimiser does that; nor are the other steps those of one."""
    path = tmp_path / "net.py"
    text = NETWORK.format(rate=", lr", lr="lr", sign="-", biases='lr * grads["b1"]').replace("self.b1 -= lr", "self.b1 = lr")
    text = text.replace("self.W1 -= lr *", "self.W1 -= lr * np.abs(self.b1) *")
    path.write_text(text.replace("class Net:", 'class Net:\n    """With momentum."""'), encoding="utf-8")
    report = judge(load(str(path)), select("drawn/train"), Settings(examples=5))
    assert report.classes["training"] == "failed"


def test_weights_that_step_along_their_gradients_beside_biases_that_do_not_are_judged(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    text = NETWORK.format(rate=", lr", lr="0.3 * lr", sign="-", biases='lr * np.sign(grads["b1"])')
    path.write_text(text.replace('0.3 * lr * grads["b2"]', 'lr * np.sign(grads["b2"])'), encoding="utf-8")
    report = judge(load(str(path)), select("drawn/train"), Settings(examples=5))
    assert report.classes["training"] == "failed"
