"""No verdict rests on a guess: matrices whose shapes alone would say where their biases are."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise import NotDriven

WIDENED = """
import numpy as np

class NeuralNetwork:
    def __init__(self, layers):
        self.weights = []
        for i in range(1, len(layers) - 1):
            self.weights.append((2 * np.random.random((layers[i - 1] + 1, layers[i] + 1)) - 1) * 0.25)
        self.weights.append((2 * np.random.random((layers[-2] + 1, layers[-1])) - 1) * 0.25)

    def predict(self, x):
        a = np.append(np.array(x), 1.0)
        for w in self.weights:
            a = {activation}
        return a

    def fit(self, X, y, learning_rate=0.2, epochs=10000):
        X = np.column_stack([X, np.ones(len(X))])
        for k in range(epochs):
            i = np.random.randint(X.shape[0])
            a = [X[i]]
            for w in self.weights:
                a.append({step})
            deltas = [(y[i] - a[-1]) * (1 - a[-1] ** 2)]
            for l in range(len(a) - 2, 0, -1):
                deltas.append(deltas[-1] @ self.weights[l].T * (1 - a[l] ** 2))
            deltas.reverse()
            for l in range(len(self.weights)):
                self.weights[l] += learning_rate * np.outer(a[l], deltas[l])
"""
TWO_MATRICES = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class Net:
    def __init__(self, layers):
        self.V = np.random.random((layers[0] + 1, layers[1] + 1)) * 2 - 1
        self.W = np.random.random((layers[1] + 1, layers[2])) * 2 - 1

    def predict(self, x):
        one = np.ones(len(x) + 1)
        one[1:] = x
        return sigmoid(sigmoid(one @ self.V) @ self.W)
"""
JOINED = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.w1 = np.random.randn(n_in + 1, n_hidden)
        self.w2 = np.random.randn(n_hidden + 1, n_out)

    def forward(self, X):
        ones = np.ones((len(X), 1))
        self.x = np.hstack([ones, X])
        h = np.tanh(self.x @ self.w1) {bent}
        self.h = np.hstack([ones, h])
        return self.h @ self.w2
"""


@pytest.mark.parametrize("source", [WIDENED.format(activation="np.tanh(a @ w)", step="np.tanh(a[-1] @ w)"), TWO_MATRICES])
def test_a_unit_more_in_each_hidden_layer_is_no_row_of_biases(tmp_path: Path, source: str) -> None:
    with pytest.raises(NotDriven, match="one unit more than it is told, which is learnt") as raised:
        driven(tmp_path, source)
    assert "none at its output" in str(raised.value)


def test_a_layout_that_is_guessed_is_not_condemned(tmp_path: Path) -> None:
    """An output that is no reading's says as much of the guess as of the program."""
    source = WIDENED.format(activation="np.tanh(a @ w) + 0.1 * np.cos(3 * a @ w)", step="np.tanh(a[-1] @ w)")
    with pytest.raises(NotDriven, match="there is no verdict"):
        driven(tmp_path, source)
    with pytest.raises(NotDriven, match="understood in part"):
        driven(tmp_path, JOINED.format(bent="+ 0.2 * np.cos(3 * self.x @ self.w1)"))
    assert driven(tmp_path, JOINED.format(bent="")).exact


AFTER_ITS_LOOP = """
import numpy as np

features = np.array([[2, 9], [1, 5], [3, 6]], dtype=float)
marks = np.array([[0.92], [0.86], [0.89]])
features = features / np.amax(features, axis=0)
lr = 0.1

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

wh = np.random.uniform(size=(2, 3))
bh = np.random.uniform(size=(1, 3))
wout = np.random.uniform(size=(3, 1))
bout = np.random.uniform(size=(1, 1))

for i in range(2000):
    hidden = sigmoid(features @ wh + bh)
    product = hidden @ wout
    output = sigmoid(product + bout)
{d_output}d_output = (marks - output) * output * (1 - output)
{rest}d_hidden = d_output @ wout.T * hidden * (1 - hidden)
{rest}wout += hidden.T @ d_output * lr
{rest}bout = bout + d_output.sum(axis=0, keepdims=True) * lr
{rest}wh += features.T @ d_hidden * lr
{rest}bh += d_hidden.sum(axis=0, keepdims=True) * lr
"""


@pytest.mark.parametrize("inside", ["", "    "])
def test_what_is_changed_after_a_loop_is_a_parameter_and_no_data(tmp_path: Path, inside: str) -> None:
    """Taken for targets, the biases of the output would be missing from a network that has them."""
    with pytest.raises(NotDriven, match=r"changes none of its parameters.* `bh` in line 26 are changed once, after") as raised:
        driven(tmp_path, AFTER_ITS_LOOP.format(d_output=inside, rest=""))
    assert "none at its output" not in str(raised.value)


def test_the_same_in_its_loop_is_driven(tmp_path: Path) -> None:
    found = driven(tmp_path, AFTER_ITS_LOOP.format(d_output="    ", rest="    "))
    assert found.exact
    assert found.settled.step is not None
