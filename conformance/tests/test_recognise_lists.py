"""Scripts whose functions are given a network of lists, and whose loop keeps no output."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise import NotDriven

SCRIPT = """
import math, random
import numpy as np

def sigmoid(t):
    return 1 / (1 + math.exp(-t))

def feed_forward({first}, {second}):
    outputs = []
    for layer in neural_network:
        with_bias = input_vector + [1]
        input_vector = [sigmoid(np.dot(neuron, with_bias)) for neuron in layer]
        outputs.append(input_vector)
    return outputs

def sqerror_gradients(network, x, y):
    hidden, outputs = feed_forward({given})
    deltas = [o * (1 - o) * (o - t) for o, t in zip(outputs, y)]
    back = [h * (1 - h) * np.dot(deltas, [n[i] for n in network[-1]]) for i, h in enumerate(hidden)]
    return [[[d * i for i in x + [1]] for d in back], [[d * h for h in hidden + [1]] for d in deltas]]

def gradient_step(v, gradient, step_size):
    return np.array(v) + step_size * np.array(gradient)

xs = [[0.0, 0.0], [0.0, 1], [1, 0.0], [1.0, 1]]
ys = [[0.0], [1.0], [1.0], [0.0]]
learning_rate = 1.0
network = [[[random.random() for _ in range(3)] for _ in range(2)], [[random.random() for _ in range(3)]]]
for epoch in range(20000):
    for x, y in zip(xs, ys):
        gradients = sqerror_gradients(network, x, y)
        network = [[gradient_step(n, g, -learning_rate) for n, g in zip(*pair)] for pair in zip(network, gradients)]
"""


@pytest.mark.parametrize(
    ("first", "second", "given"),
    [("neural_network", "input_vector", "network, x"), ("input_vector", "neural_network", "x, network")],
)
def test_functions_that_are_given_a_network_of_lists_are_driven(tmp_path: Path, first: str, second: str, given: str) -> None:
    found = driven(tmp_path, SCRIPT.format(first=first, second=second, given=given))
    assert found.exact
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None


def test_an_output_of_such_functions_that_is_no_networks_is_said(tmp_path: Path) -> None:
    text = SCRIPT.format(first="neural_network", second="input_vector", given="network, x").replace(
        "math.exp(-t))", "math.cos(t))"
    )
    with pytest.raises(NotDriven, match="`feed_forward` gives numbers of an output's shape, which are no reading's"):
        driven(tmp_path, text)


LABELS = """
import numpy as np

class MLP:
    def __init__(self, alpha):
        self.alpha, self.W, self.b = alpha, [], []

    def add_layer(self, n_in, n_out):
        self.W.append(np.random.rand(n_out, n_in))
        self.b.append(np.random.rand(n_out, 1))

    def feedforward(self, X):
        a = [X.reshape(6, 1)]
        for W, b in zip(self.W, self.b):
            a.append(1 / (1 + np.exp(-(W @ a[-1] + b))))
        return a

    def fit(self, X, y):
        for x, {value} in zip(X, y):
            t = np.zeros((4, 1))
            t[{index}] = 1
            a = self.feedforward(x)
            d = (a[-1] - t) * a[-1] * (1 - a[-1])
            for l in reversed(range(len(self.W))):
                back = self.W[l].T @ d * a[l] * (1 - a[l])
                self.W[l] -= self.alpha * d @ a[l].T
                self.b[l] -= self.alpha * d
                d = back

nn = MLP(0.25)
nn.add_layer(6, 5)
nn.add_layer(5, 4)
"""


@pytest.mark.parametrize(("value", "index"), [("label", "int(label)"), ("value", "int(value)"), ("label", "label")])
def test_a_sample_may_have_the_number_of_its_class_for_a_target(tmp_path: Path, value: str, index: str) -> None:
    step = driven(tmp_path, LABELS.format(value=value, index=index)).settled.step
    assert step is not None
    assert step.reading is not None
    assert step.reading.fault is None
