"""How many steps a call takes is an argument whatever it is called, or an attribute; its loop tells, or its default."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

NET = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out{made}):
        {keep}
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.W + self.b)
        return self.h @ self.V + self.c

    def fit(self, X, Y, lr{given}):
        {loop}
            d = self.forward(X) - Y
            e = d @ self.V.T * (1 - self.h ** 2)
            self.V -= lr * self.h.T @ d
            self.c -= lr * d.sum(0)
            self.W -= lr * X.T @ e
            self.b -= lr * e.sum(0)
            {more}
"""


@pytest.mark.parametrize(
    "parts",
    [
        {"given": "=0.1, n=100", "loop": "for _ in range(n):"},
        {"given": ", n", "loop": "for _ in range(n):"},
        {"given": ", minibatches", "loop": "for _ in range(minibatches):"},
        {"given": "=0.1, malmal=7", "loop": "for k in range(1, malmal + 1):", "more": "print(k, np.sum(d ** 2))"},
        {"given": "=0.1, n=100", "loop": "while n > 0:", "more": "n -= 1"},
        {"made": ", malmal=7", "keep": "self.malmal = malmal", "loop": "for _ in range(self.malmal):"},
    ],
)
def test_the_number_of_steps(tmp_path: Path, parts: dict[str, str]) -> None:
    found = driven(tmp_path, NET.format(**{"made": "", "keep": "pass", "given": "", "more": "pass"} | parts))
    assert all(found.settled.score)
    assert found.plan.whole
    assert found.settled.step is not None
    assert found.settled.step.epochs == 3


def test_a_loop_over_samples_is_none_over_epochs(tmp_path: Path) -> None:
    loop = "for i in range(n):"
    source = NET.format(made="", keep="pass", given="=0.1, n=1", loop=loop, more="pass")
    source = source.replace("self.forward(X) - Y", "self.forward(X[i : i + 1]) - Y[i : i + 1]").replace(
        "X.T @ e", "X[i : i + 1].T @ e"
    )
    assert "n=epochs" not in " ".join(driven(tmp_path, source).plan.step)


def test_what_is_no_whole_number_is_no_count(tmp_path: Path) -> None:
    source = NET.format(made="", keep="pass", given="", loop="for _ in range(epochs):", more="least += np.sum(d ** 2)")
    source = source.replace("X, Y, lr", "X, Y, epochs=1000, n=0.1, least=0.5").replace("-= lr", "-= n")
    found = driven(tmp_path, source)
    assert all(found.settled.score)
    assert "n=learning_rate" in " ".join(found.plan.step)
