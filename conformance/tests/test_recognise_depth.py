"""Constructors that are told how many layers there are beside the width of each."""

from __future__ import annotations

from pathlib import Path

from driving import driven

SOURCE = """
import numpy as np

class Network:
    def __init__(self, number_of_layers, layer_sizes, learning_rate=0.1):
        self.learning_rate, self.count = learning_rate, number_of_layers
        self.weights = [np.random.randn(layer_sizes[k], layer_sizes[k + 1]) for k in range(number_of_layers - 1)]
        self.biases = [np.random.randn(1, layer_sizes[k + 1]) for k in range(number_of_layers - 1)]

    def forward(self, X):
        self.outputs = [X]
        for W, b in zip(self.weights, self.biases):
            self.outputs.append(1 / (1 + np.exp(-(self.outputs[-1] @ W + b))))
        return self.outputs[-1]

    def backward(self, y):
        delta = (self.outputs[-1] - y) * self.outputs[-1] * (1 - self.outputs[-1])
        for k in reversed(range(self.count - 1)):
            before = (delta @ self.weights[k].T) * self.outputs[k] * (1 - self.outputs[k])
            self.weights[k] -= self.learning_rate * self.outputs[k].T @ delta
            self.biases[k] -= self.learning_rate * delta.sum(axis=0, keepdims=True)
            delta = before

    def train(self, X, y, epochs):
        for _ in range(epochs):
            self.forward(X)
            self.backward(y)
"""


def test_widths_are_free_where_each_is_told(tmp_path: Path) -> None:
    found = driven(tmp_path, SOURCE)
    assert all(found.settled.score)
    assert not found.plan.equal
    assert "program.Network(len(network.sizes), list(network.sizes)" in found.plan.source()
