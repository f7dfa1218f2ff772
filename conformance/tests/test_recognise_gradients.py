"""Gradients that a call gives: what holds nothing is none, and the text that asks for them names only what it has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from driving import driven

from mlp_conformance.recognise import NotDriven
from mlp_conformance.recognise.numbers.readings import question
from mlp_reference.mlp import Algorithm

NET = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)
        self.dW, self.db = np.zeros((n_in, n_hidden)), np.zeros(n_hidden)
        self.dV, self.dc = np.zeros((n_hidden, n_out)), np.zeros(n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.W + self.b)
        z = np.exp(self.h @ self.V + self.c)
        return z / z.sum(axis=1, keepdims=True)

    def adapt_grad(self, rate):
        self.W -= rate * self.dW
        self.b -= rate * self.db
        self.V -= rate * self.dV
        self.c -= rate * self.dc
"""
GIVEN = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.W + self.b)
        return self.h @ self.V + self.c

    def backward(self, X, Y, learning_rate, epochs):
        d = self.forward(X) - Y
        e = d @ self.V.T * (1 - self.h ** 2)
        return X.T @ e, e.sum(0), self.h.T @ d, d.sum(0)
"""


def test_zeros_that_no_backward_pass_has_filled_are_no_gradients(tmp_path: Path) -> None:
    with pytest.raises(NotDriven, match=r"forward pass answers as it should.* no calls were found that take one step") as error:
        driven(tmp_path, NET)
    assert error.value.plan is not None
    assert not error.value.plan.gradients


def test_the_adapter_asks_for_gradients_without_names_of_training(tmp_path: Path) -> None:
    found = driven(tmp_path, GIVEN)
    assert "learning_rate" in " ".join(found.plan.gradient)
    asked = question((3, 4, 2), 5)
    network = asked.network("tanh", "linear")
    adapter = found.plan.adapter(found.settled.search.program.module)()
    gradients = adapter.gradients(network, asked.inputs, asked.targets)
    expected = Algorithm().gradients(network, asked.inputs, asked.targets)
    for pair, right in zip(gradients, expected, strict=True):
        for one, other in zip(pair, right, strict=True):
            assert np.allclose(one, other)
