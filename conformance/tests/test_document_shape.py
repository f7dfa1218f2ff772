"""Classes of the source document's shape: judged without an adapter, in whatever order `train` takes its arguments."""

from __future__ import annotations

import pytest

import mlp_conformance
from mlp_conformance.recognition import is_document_shaped

SOURCE = """
import numpy as np

class MLP:
    def __init__(self, input_size, hidden_size, output_size):
        self.{w1} = np.random.rand(input_size, hidden_size)
        self.bias_hidden = np.zeros((1, hidden_size))
        self.weights_hidden_output = np.random.rand(hidden_size, output_size)
        self.bias_output = np.zeros((1, output_size))

    def feedforward(self, X):
        self.hidden = 1 / (1 + np.exp(-(X @ self.{w1} + self.bias_hidden)))
        self.output = 1 / (1 + np.exp(-(self.hidden @ self.weights_hidden_output + self.bias_output)))
        return self.output

    def backpropagation(self, X, y, learning_rate):
        delta = (y - self.output) * self.output * (1 - self.output)
        hidden_delta = delta @ self.weights_hidden_output.T * self.hidden * (1 - self.hidden)
        self.weights_hidden_output += learning_rate * self.hidden.T @ delta
        self.bias_output += learning_rate * delta.sum(axis=0, keepdims=True)
        self.{w1} += learning_rate * X.T @ hidden_delta
        self.bias_hidden += learning_rate * hidden_delta.sum(axis=0, keepdims=True)

    def train(self, X, y, {arguments}):
        for _ in range({epochs}):
            self.feedforward(X)
            self.backpropagation(X, y, {rate})
"""


def _made(arguments: str, rate: str, epochs: str, w1: str = "weights_input_hidden") -> type:
    names: dict[str, type] = {}
    exec(SOURCE.format(arguments=arguments, rate=rate, epochs=epochs, w1=w1), names)
    return names["MLP"]


@pytest.mark.parametrize(
    ("arguments", "rate", "epochs"),
    [
        ("learning_rate, epochs", "learning_rate", "epochs"),
        ("epochs, learning_rate", "learning_rate", "epochs"),
        ("epochs=1000, lr=0.1", "lr", "epochs"),
        ("eta, iterations", "eta", "iterations"),
        ("n_iter=10, a=0.5", "a", "n_iter"),
        ("a, b", "a", "b"),
    ],
)
def test_train_is_called_as_its_names_say(arguments: str, rate: str, epochs: str) -> None:
    report = mlp_conformance.run(_made(arguments, rate, epochs), select="golden/document-*/train")
    assert report.summary["passed"] == 3, report.text()


def test_a_class_whose_parameters_are_called_otherwise_is_not_of_the_shape() -> None:
    assert is_document_shaped(_made("learning_rate, epochs", "learning_rate", "epochs"))
    assert not is_document_shaped(_made("learning_rate, epochs", "learning_rate", "epochs", w1="W1"))
