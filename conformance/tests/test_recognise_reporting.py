"""Programs that report every tenth of their epochs divide by zero where they are asked for fewer than ten."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise.source.reporting import reported

REPORTS = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros((1, n_hidden))
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros((1, n_out))

    def predict(self, X):
        self.h = np.tanh(X @ self.W + self.b)
        return self.h @ self.V + self.c

    def fit(self, X, y, epochs=1000, lr=0.1):
        every = {every}
        for epoch in range({epochs}):
            d = (self.predict(X) - y) / len(X)
            e = d @ self.V.T * (1 - self.h ** 2)
            self.V -= lr * self.h.T @ d
            self.c -= lr * d.sum(axis=0, keepdims=True)
            self.W -= lr * X.T @ e
            self.b -= lr * e.sum(axis=0, keepdims=True)
            if {when}:
                print(epoch, np.mean(d ** 2))
"""


@pytest.mark.parametrize(
    ("every", "when", "said"),
    [
        ("0", "epoch % (epochs // 10) == 0", True),
        ("epochs // 100", "(epoch + 1) % every == 0 or epoch == 0", True),
        ("int(epochs / 10)", "epoch % every == 0", True),
        ("epochs / 10", "epoch % every == 0", False),
        ("100", "epoch % every == 0", False),
    ],
)
def test_a_report_of_a_tenth_of_the_epochs_is_one_of_each_where_they_are_few(
    every: str, when: str, said: bool, tmp_path: Path
) -> None:
    found = driven(tmp_path, REPORTS.format(every=every, epochs="epochs", when=when))
    assert found.plan.whole
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None
    assert ("Asked for few epochs it divides by zero, in line" in " ".join(found.plan.notes)) == said


def test_one_epoch_more_is_found_behind_such_a_report(tmp_path: Path) -> None:
    found = driven(tmp_path, REPORTS.format(every="0", epochs="epochs + 1", when="epoch % (epochs // 10) == 0"))
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is not None
    assert found.settled.step.reading.fault.id == "one-epoch-more"


def test_only_remainders_that_are_compared_with_a_number_are_others() -> None:
    node = ast.parse("def f(a, n):\n    rest = a % (n // 2)\n    return rest == 0 and a % 2 == 0 and a % n == 0").body[0]
    assert reported(node) is node
