"""How programs are driven whose parts stand around: loops over samples, closures, layers that are added, losses alone."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest
from driving import driven

LOOP = """
import numpy as np
X, y = np.random.rand(4, 3), np.random.rand(4, 1)
alpha = 0.2
w01, w12 = np.random.rand(3, 4), np.random.rand(4, 1)
for iteration in range(60):
    for i in range(len(X)):
        a0 = X[i : i + 1]
        a1 = np.maximum(a0 @ w01, 0)
        a2 = a1 @ w12
        delta = a2 - y[i : i + 1]
        {first}
        {second}
"""
BACK = "hidden = delta @ w12.T * (a1 > 0); w01 -= alpha * a0.T @ hidden"
OUT = "w12 -= alpha * a1.T @ delta"


@pytest.mark.parametrize("right", [True, False])
def test_a_script_whose_loop_goes_through_its_samples_is_given_one(tmp_path: Path, right: bool) -> None:
    first, second = (BACK, OUT) if right else (OUT, BACK)
    found = driven(tmp_path, LOOP.format(first=first, second=second))
    reading = found.settled.step.reading if found.settled.step else None
    assert reading is not None
    assert (reading.fault is None) == right


CLOSURES = """
import numpy as np

def dense(n_in, n_out):
    state = {"W": np.random.randn(n_in, n_out), "b": np.zeros((1, n_out))}

    def forward(x):
        state["x"], state["a"] = x, np.tanh(x @ state["W"] + state["b"])
        return state["a"]

    def backward(g, lr):
        g = g * (1 - state["a"] ** 2)
        back = g @ state["W"].T
        state["W"] -= lr * state["x"].T @ g
        state["b"] -= lr * g.sum(axis=0, keepdims=True)
        return back

    return forward, backward, state

def network(*sizes):
    layers = [dense(a, b) for a, b in zip(sizes, sizes[1:])]

    def predict(x):
        for forward, _, _ in layers:
            x = forward(x)
        return x

    def train(x, y, lr=0.1, epochs=1):
        for _ in range(epochs):
            g = predict(x) - y
            for _, backward, _ in reversed(layers):
                g = backward(g, lr)

    return predict, train, layers
"""


def test_a_function_of_any_number_of_sizes_may_return_functions(tmp_path: Path) -> None:
    found = driven(tmp_path, CLOSURES)
    assert found.settled.score == (True, True, True, True)
    assert found.plan.forward == ["output = model[0](inputs)"]


def test_a_layer_that_is_added_is_told_its_inputs(tmp_path: Path) -> None:
    source = """
    import numpy as np

    class Model:
        def __init__(self):
            self.layers = []

        def add(self, units, input_dim=None):
            n_in = input_dim if input_dim is not None else len(self.layers[-1]["W"])
            self.layers.append({"W": np.random.randn(units, n_in), "b": np.zeros(units)})

        def predict(self, X):
            for layer in self.layers:
                layer["in"] = X
                X = np.tanh(X @ layer["W"].T + layer["b"])
                layer["out"] = X
            return X

        def train_on_batch(self, X, Y, lr):
            e = self.predict(X) - Y
            for layer in self.layers[::-1]:
                d = e * (1 - layer["out"] ** 2)
                e = d @ layer["W"]
                layer["W"] = layer["W"] - lr * d.T @ layer["in"]
                layer["b"] = layer["b"] - lr * d.sum(0)
    """
    assert driven(tmp_path, source).settled.score == (True, True, True, True)


def test_the_loss_beside_gradients_is_the_program_s(tmp_path: Path) -> None:
    source = """
    import numpy as np

    class Net:
        def __init__(self, n_in, n_hidden, n_out):
            self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
            self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

        def loss(self, X, y=None):
            h = np.tanh(X @ self.W1 + self.b1)
            scores = h @ self.W2 + self.b2
            if y is None:
                return scores
            e = scores - y
            d = e @ self.W2.T * (1 - h ** 2)
            return (e ** 2).sum() / 2, {"W1": X.T @ d, "b1": d.sum(0), "W2": h.T @ e, "b2": e.sum(0)}
    """
    assert driven(tmp_path, source).plan.loss == ["float(model.loss(inputs, y=targets)[0])"]


def test_numbers_of_samples_that_a_function_looks_up_are_set_for_every_network(tmp_path: Path) -> None:
    source = """
    def forward_prop(W1, b1, W2, b2, X):
        A1 = np.tanh(W1 @ X + b1)
        return A1, W2 @ A1 + b2

    def backward_prop(A1, A2, W1, W2, X, Y):
        d = (A2 - Y) / m
        e = W2.T @ d * (1 - A1 ** 2)
        return e @ X.T, e.sum(axis=1, keepdims=True), d @ A1.T, d.sum(axis=1, keepdims=True)

    def update_params(W1, b1, W2, b2, dW1, db1, dW2, db2, alpha):
        return W1 - alpha * dW1, b1 - alpha * db1, W2 - alpha * dW2, b2 - alpha * db2
    """
    found = driven(tmp_path, "import numpy as np\n" + textwrap.dedent(source))
    assert found.settled.score == (True, True, True, True)
    assert "program.m = len(inputs)" in found.plan.make


def test_a_batch_in_another_order_is_the_same_batch(tmp_path: Path) -> None:
    source = """
    import numpy as np

    class Net:
        def __init__(self, n_in, n_hidden, n_out):
            self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
            self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

        def predict(self, X):
            return np.tanh(X @ self.W1 + self.b1) @ self.W2 + self.b2

        def fit(self, X, y, lr=0.01, epochs=100):
            for _ in range(epochs):
                order = np.random.permutation(len(X))
                x, h = X[order], np.tanh(X[order] @ self.W1 + self.b1)
                e = 2 * (h @ self.W2 + self.b2 - y[order]) / len(X)
                d = e @ self.W2.T * (1 - np.tanh(h) ** 2)
                self.W2, self.b2 = self.W2 - lr * h.T @ e, self.b2 - lr * e.sum(0)
                self.W1, self.b1 = self.W1 - lr * x.T @ d, self.b1 - lr * d.sum(0)
    """
    np.random.seed(5)
    settled = driven(tmp_path, source).settled
    assert settled.forward.layout.name == "rows"
    assert settled.step is not None
    assert settled.step.reading is not None
    assert settled.step.reading.fault is not None
    assert settled.step.reading.fault.id == "derivative-of-activation-twice"
