"""No verdict rests on a guess: matrices whose shapes alone would say where their biases are."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise import NotDriven

_drive = sys.modules[NotDriven.__module__]  # its package has a function of this name

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


ITS_OWN_RATE = """
import numpy as np

class Layer:
    def __init__(self, n_in, n_out):
        self.weights, self.bias = np.random.randn(n_out, n_in), np.zeros((n_out, 1))

    def forward(self, below):
        self.below = below
        self.a = 1.0 / (1.0 + np.exp(-(self.weights @ below + self.bias)))
        return self.a

    def backward(self, error):
        self.delta = error * self.a * (1.0 - self.a)
        return self.weights.T @ self.delta

    def update(self):
        self.weights -= 0.1 * self.delta @ self.below.T
        self.bias -= 0.1 * self.delta

class Net:
    def __init__(self):
        self.layers = [Layer(4, 6), Layer(6, 10)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train(self, X, Y):
        right = 0.0
        for x, y in zip(X, Y):
            error = self.forward(x) - y
            for layer in self.layers[::-1]:
                error = layer.backward(error)
            for layer in self.layers:
                layer.update()
            right += 1.0
        return right
"""


def test_the_number_that_a_step_is_multiplied_with_is_the_rate(tmp_path: Path) -> None:
    """Of ten outputs the average with ten times the rate is the same step, and 1 a number that stands in any program."""
    found = driven(tmp_path, ITS_OWN_RATE)
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert (found.settled.step.reading.rate, found.settled.step.reading.reduction) == (0.1, "sum")


IN_ONE_VECTOR = """
import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def cost(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y):
    split = hidden_layer_size * (input_layer_size + 1)
    theta1 = nn_params[:split].reshape({first})
    theta2 = nn_params[split:].reshape({second})
    m = len(X)
    a1 = np.hstack([np.ones((m, 1)), X])
    a2 = np.hstack([np.ones((m, 1)), sigmoid(a1 @ theta1.T)])
    a3 = sigmoid(a2 @ theta2.T)
    J = -(y * np.log(a3) + (1 - y) * np.log(1 - a3)).sum() / m
    d3 = (a3 - y) / m
    d2 = (d3 @ theta2 * a2 * (1 - a2))[:, 1:]
    return J, np.concatenate([(d2.T @ a1).ravel({order}), (d3.T @ a2).ravel({order})])
"""


@pytest.mark.parametrize("order", ["", "'F'"])
def test_what_weights_in_a_vector_have_a_row_for_is_what_the_program_says(tmp_path: Path, order: str) -> None:
    shapes = ["hidden_layer_size, input_layer_size + 1", "num_labels, hidden_layer_size + 1"]
    more = f", order={order}" if order else ""
    first, second = (f"({shape}){more}" for shape in shapes)
    found = driven(tmp_path, IN_ONE_VECTOR.format(first=first, second=second, order=order))
    assert found.exact
    assert "weights have a row for each output" in found.plan.notes[0]
    assert ('order="F"' in found.plan.source()) == bool(order)


SLOW = """
import numpy as np
import time

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass
        self.h = np.tanh(X @ self.W1 + self.b1) + 0.2 * np.cos(3 * X @ self.W1)
        return self.h @ self.W2 + self.b2

    def train(self, X, y, lr):
        d = np.sin(self.forward(X) - y)
        self.W2 -= lr * self.h.T @ d
        self.b2 -= lr * d.sum(axis=0)
"""


def test_recognition_ends_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search for one network ends too, and what was left untried might have been right: there is no verdict."""
    monkeypatch.setattr(_drive, "_FIRST", 0.5)
    monkeypatch.setattr(_drive, "_LONGEST", 3.0)
    start = time.process_time()
    with pytest.raises(NotDriven, match="search ended"):
        driven(tmp_path, SLOW)
    assert time.process_time() - start < 12  # 65 if it goes on


#: A step that raises: shapes do not fit, as a transposition is missing.
RAISING = """
import numpy as np

sigmoid = lambda t: 1 / (1 + np.exp(-t))
X, T = np.array([[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]]), np.array([[0], [1], [1], [0]])
syn0, syn1 = np.random.normal(size=(3, 5)), np.random.normal(size=(5, 1))
for step in range(3000):
    mid = sigmoid(X @ syn0)
    out = sigmoid(mid @ syn1)
    back1 = (T - out) * out * (1 - out)
    back0 = back1 @ syn1 * mid * (1 - mid)
    syn0, syn1 = syn0 + X.T @ back0, syn1 + mid.T @ back1
"""


def test_a_layer_of_a_script_whose_training_raises_is_not_taken_for_its_network(tmp_path: Path) -> None:
    with pytest.raises(NotDriven, match="understood in part"):
        driven(tmp_path, RAISING)
    right = RAISING.replace("back1 @ syn1 *", "back1 @ syn1.T *")
    assert all(driven(tmp_path, right).settled.score)
