"""The output that is judged is the one that a program gives; logits are put through a softmax where nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.checks import Settings
from mlp_conformance.runner import select
from mlp_conformance.subject import Subject
from mlp_conformance.verdict import judge

CLASSIFIER = """
import numpy as np

def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum(axis={axis}, keepdims=True)

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def {forward}(self, X):
        self.a1 = np.tanh(X @ self.W1 + self.b1)
        self.z2 = self.a1 @ self.W2 + self.b2
        {end}

    def loss(self, X, y):
        return -np.mean(np.sum(y * np.log(self.{proba}(X)), axis=1))

    def fit(self, X, y, lr, epochs):
        for _ in range(epochs):
            self.{forward}(X)
            p = np.exp(self.z2 - self.z2.max(axis=1, keepdims=True))
            d2 = (p / p.sum(axis=1, keepdims=True) - y) / len(X)
            d1 = d2 @ self.W2.T * (1 - self.a1 ** 2)
            self.W2 -= lr * self.a1.T @ d2
            self.b2 -= lr * d2.sum(axis=0)
            self.W1 -= lr * X.T @ d1
            self.b1 -= lr * d1.sum(axis=0)
"""
RETURNED = {"forward": "forward", "proba": "forward", "end": "return softmax(self.z2)"}
KEPT = {"forward": "forward", "proba": "forward", "end": "self.probs = softmax(self.z2)"}
APART = {
    "forward": "forward",
    "proba": "predict_proba",
    "end": "return self.z2\n\n    def predict_proba(self, X):\n        return softmax(self.forward(X))",
}


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize(("axis", "right"), [("1", True), ("0", False), ("None", False)])
@pytest.mark.parametrize("way", [RETURNED, KEPT, APART])
def test_the_softmax_of_logits_does_not_stand_for_the_output_that_a_program_gives(
    tmp_path: Path, way: dict[str, str], axis: str, right: bool
) -> None:
    found = driven(tmp_path, CLASSIFIER.format(axis=axis, **way))
    adapter = found.plan.adapter(found.settled.search.program.module)
    report = judge(Subject(adapter, "adapter", None), select("drawn/forward"), Settings(examples=10))
    assert any(result.is_broken for result in report.results) != right
    assert any("Its own output" in note for note in found.plan.notes) != right


def test_logits_are_put_through_a_softmax_where_a_program_gives_nothing_else(tmp_path: Path) -> None:
    source = CLASSIFIER.format(axis="1", **RETURNED | {"end": "return self.z2"}).replace(
        "np.log(self.forward(X))", "(self.forward(X) - np.log(np.sum(np.exp(self.forward(X)), axis=1, keepdims=True)))"
    )
    plan = driven(tmp_path, source).plan
    assert plan.output == "softmax(output)"


@pytest.mark.parametrize(
    "method",
    [
        "soften(self, X, T=2.0):\n        return softmax(self.forward(X) / T)",
        "predict_at(self, X, T=2.0):\n        return softmax(self.forward(X) / T)",
        "predict_log_proba(self, X):\n        return np.log(softmax(self.forward(X)))",
        "predict(self, X):\n        return np.argmax(self.forward(X), axis=1)",
        "predict_one_hot(self, X):\n        return np.eye(self.b2.size)[np.argmax(self.forward(X), axis=1)]",
        "forward_centred(self, X):\n        return self.forward(X) - self.forward(X).mean(axis=1, keepdims=True)",
    ],
)
def test_what_is_no_output_beside_logits_is_not_judged_as_one(tmp_path: Path, method: str) -> None:
    way = {"forward": "forward", "proba": "forward", "end": f"return self.z2\n\n    def {method}"}
    plan = driven(
        tmp_path, CLASSIFIER.format(axis="1", **way).replace("np.log(self.forward(X))", "np.log(softmax(self.forward(X)))")
    ).plan
    assert plan.output == "softmax(output)"


def test_an_output_that_is_not_what_a_program_gives_is_said_to_be_inside_it(tmp_path: Path) -> None:
    source = CLASSIFIER.format(axis="1", **RETURNED | {"end": "return self.z2 * 10 + 3"})
    source = source.replace("(p / p.sum(axis=1, keepdims=True) - y)", "(self.z2 - y)").replace(
        "np.log(self.forward(X))", "(self.forward(X) - y) ** 2"
    )
    assert "`model.forward(inputs)` gives other numbers, and is not judged" in " ".join(driven(tmp_path, source).plan.notes)
