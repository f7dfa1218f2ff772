"""Programs that let their user choose an optimiser by a word are judged with plain gradient descent, if they have it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise.drive import NotDriven
from mlp_conformance.recognise.source.optimiser_choice import plain_choices

NETWORK = """
import numpy as np

class Network:
    def __init__(self, sizes, rate=0.01, optimizer="adam"):
        self.W = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]
        self.rate, self.optimizer, self.t = rate, optimizer, 0
        self.m, self.v = [0.0] * 2 * len(self.W), [0.0] * 2 * len(self.W)
    def forward(self, X):
        self.a = [X]
        for W, b in zip(self.W, self.b):
            self.a.append(1 / (1 + np.exp(-(self.a[-1] @ W + b))))
        return self.a[-1]
    def train(self, X, Y):
        d = (self.forward(X) - Y) * self.a[-1] * (1 - self.a[-1])
        grads = []
        for k in reversed(range(len(self.W))):
            grads = [(self.a[k].T @ d, d.sum(axis=0))] + grads
            d = d @ self.W[k].T * self.a[k] * (1 - self.a[k])
        self.t += 1
        for k, pair in enumerate(grads):
            for place, (held, g) in enumerate(zip((self.W, self.b), pair)):
                {update}
    def adam(self, at, g):
        self.m[at] = 0.9 * self.m[at] + 0.1 * g
        self.v[at] = 0.999 * self.v[at] + 0.001 * g ** 2
        return self.rate * self.m[at] / (1 - 0.9 ** self.t) / (np.sqrt(self.v[at] / (1 - 0.999 ** self.t)) + 1e-8)
"""
BY_WORD = 'held[k] = held[k] - (self.rate * g if self.optimizer == "sgd" else self.adam(2 * k + place, g))'
ELSE = 'held[k] = held[k] - (self.adam(2 * k + place, g) if self.optimizer == "adam" else self.rate * g)'
ALWAYS = "held[k] = held[k] - self.adam(2 * k + place, g)"


@pytest.mark.parametrize("update", [BY_WORD, ELSE])
def test_plain_gradient_descent_is_chosen(update: str, tmp_path: Path) -> None:
    found = driven(tmp_path, NETWORK.format(update=update))
    assert found.plan.step
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None
    assert 'Judged with `optimizer="sgd"`.' in " ".join(found.plan.notes)


def test_what_has_no_other_is_said_to_have_it(tmp_path: Path) -> None:
    with pytest.raises(NotDriven, match="Adam, which the specification does not have"):
        driven(tmp_path, NETWORK.format(update=ALWAYS))


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("def fit(x, solver='Adam'):\n    return {'SGD': 1, 'Adam': 2}[solver]", {"solver=": "SGD"}),
        (
            "def fit(x, *, optimizer='rmsprop'):\n    if optimizer == 'rmsprop':\n        f()\n    else:\n        g()",
            {"optimizer=": "sgd"},
        ),
        ("def fit(x, optimizer='adam'):\n    if optimizer == 'adam':\n        f()\n    else:\n        raise ValueError", {}),
        ("def fit(x, optimizer='sgd'):\n    return {'sgd': 1, 'adam': 2}[optimizer]", {}),
        ("def fit(x, activation='adam'):\n    return 'sgd'", {}),
    ],
)
def test_the_word_that_chooses_it(text: str, chosen: dict[str, str]) -> None:
    assert plain_choices(ast.parse(text)) == chosen
