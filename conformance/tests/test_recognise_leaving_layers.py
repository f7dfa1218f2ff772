"""Layers whose calls return nothing, and leave their outputs and gradients in themselves for an optimiser to find."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

LIBRARY = """
import numpy as np

class Layer_Dense:
    def __init__(self, inputs, neurons):
        self.weights = np.random.randn(inputs, neurons)
        self.biases = np.zeros((1, neurons))
    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.dot(inputs, self.weights) + self.biases
    def backward(self, dvalues):
        self.dweights = np.dot(self.inputs.T, dvalues)
        self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
        self.dinputs = np.dot(dvalues, self.weights.T)

class Activation_Tanh:
    def forward(self, inputs):
        self.output = np.tanh(inputs)
    def backward(self, dvalues):
        self.dinputs = dvalues * (1 - self.output ** 2)

class MSE_Loss:
    def forward(self, y_pred, y_true):
        return np.mean((y_pred - y_true) ** 2)
    def backward(self, dvalues, y_true):
        self.dinputs = 2 * (dvalues - y_true) / dvalues.size

class Optimizer_SGD:
    def __init__(self, lr=0.01):
        self.lr = lr
    def update_params(self, layer):
        layer.weights -= self.lr * layer.dweights
        layer.biases -= self.lr * layer.dbiases
"""


@pytest.mark.parametrize("names", [{}, {"output": "outputs", "dinputs": "d_inputs", "weights": "W"}])
def test_layers_that_leave_their_results_are_driven(tmp_path: Path, names: dict[str, str]) -> None:
    text = LIBRARY
    for old, new in names.items():
        text = text.replace(f".{old}", f".{new}")
    found = driven(tmp_path, text)
    step = found.settled.step
    assert found.exact
    assert step is not None
    assert step.reading is not None
    assert (step.reading.fault, step.reading.loss, step.reading.reduction) == (None, "squared_error", "mean_elements")


def test_a_mistake_in_them_is_seen(tmp_path: Path) -> None:
    step = driven(tmp_path, LIBRARY.replace("(1 - self.output ** 2)", "(1 - self.output)")).settled.step
    assert step is None or step.reading is None or step.reading.fault is not None


def test_the_error_that_layers_are_given_is_said_where_no_loss_of_the_program_gives_it(tmp_path: Path) -> None:
    start = LIBRARY.index("class MSE_Loss")
    alone = LIBRARY[:start] + LIBRARY[LIBRARY.index("class Optimizer_SGD") :]
    for text, is_ours in ((LIBRARY, False), (alone, True)):
        notes = " ".join(driven(tmp_path, text).plan.notes)
        assert ("they are judged, and no loss of its own" in notes) == is_ours
