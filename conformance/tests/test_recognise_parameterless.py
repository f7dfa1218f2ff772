"""Classes that hold no parameters: their methods are given these and return them, as functions are."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

SOURCE = """
import numpy as np

class NeuralNetwork:
    def __init__(self{taken}):
        pass

    def initialize(self, n_x, n_h, n_y):
        W1, b1 = np.random.randn(n_h, n_x), np.zeros((n_h, 1))
        W2, b2 = np.random.randn(n_y, n_h), np.zeros((n_y, 1))
        return W1, b1, W2, b2

    def forward_propagation(self, X, parameters):
        W1, b1, W2, b2 = parameters
        A1 = np.tanh(W1 @ X + b1)
        return 1 / (1 + np.exp(-(W2 @ A1 + b2))), A1

    def backward_propagation(self, parameters, cache, X, Y):
        _, _, W2, _ = parameters
        A2, A1 = cache
        m = X.shape[1]
        dZ2 = A2 - Y
        dZ1 = (W2.T @ dZ2) * {slope}
        return dZ1 @ X.T / m, dZ1.sum(axis=1, keepdims=True) / m, dZ2 @ A1.T / m, dZ2.sum(axis=1, keepdims=True) / m

    def update_parameters(self, parameters, grads, learning_rate=1.2):
        return tuple(p - learning_rate * g for p, g in zip(parameters, grads))
"""


@pytest.mark.parametrize("taken", ["", ", num_iterations, num_hidden_units"])
def test_its_methods_are_driven_as_functions_are(tmp_path: Path, taken: str) -> None:
    found = driven(tmp_path, SOURCE.format(taken=taken, slope="(1 - A1 ** 2)"))
    assert all(found.settled.score)
    assert found.plan.name == "NeuralNetwork"


def test_a_mistake_in_one_of_them_is_found(tmp_path: Path) -> None:
    found = driven(tmp_path, SOURCE.format(taken="", slope="(1 - A1)"))
    step = found.settled.step
    assert step is not None
    assert step.reading is not None
    assert step.reading.fault is not None
    assert step.reading.fault.id == "tanh-derivative-unsquared"
