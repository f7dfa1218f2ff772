"""Losses that keep what they are given, from whose `backward()` a loop goes back: they are what training is judged by."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import is_told

PROGRAM = """
import numpy as np

class Layer:
    def __init__(self, n_in, n_out):
        self.w, self.b = np.random.randn(n_in, n_out), np.zeros((1, n_out))
        self.w_grad, self.b_grad = np.zeros_like(self.w), np.zeros_like(self.b)

    def forward(self, data):
        self.data = data
        return data @ self.w + self.b

    def backward(self, gradient):
        self.w_grad += self.data.T @ gradient
        self.b_grad += gradient.sum(axis=0, keepdims=True)
        return gradient @ self.w.T

class Sigmoid:
    def forward(self, data):
        self.output = 1 / (1 + np.exp(-data))
        return self.output

    def backward(self, gradient):
        return gradient * self.output * (1 - self.output)

class MSELoss:
    def forward(self, {given}):
        self.prediction, self.target = prediction, target
        return np.mean((prediction - target) ** 2) / 2

    def backward(self):
        return (self.prediction - self.target) / {over}

class NeuralNet:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, data):
        for layer in self.layers:
            data = layer.forward(data)
        return data

    def backward(self, gradient):
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        return gradient
"""


@pytest.mark.parametrize(
    ("given", "over", "fault"),
    [
        ("prediction, target", "self.target.size", None),
        ("target, prediction", "self.target.size", None),
        ("prediction, target", "len(self.target)", "gradient-times-outputs"),
    ],
)
def test_the_gradients_are_those_of_the_loss(given: str, over: str, fault: str | None, tmp_path: Path) -> None:
    is_told(tmp_path, PROGRAM.format(given=given, over=over), fault, "gradients")
