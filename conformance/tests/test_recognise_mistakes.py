"""Mistakes that are named in programs as they stand, and what is said where a program is not understood."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise import NotDriven

WITH_ONES = """
import numpy as np

def forward(X, alpha, beta):
    z = 1 / (1 + np.exp(-X @ alpha.T))
    z = np.c_[np.ones(len(X)), z]
    return z, z @ beta.T

def backward(X, y, alpha, beta):
    z, out = forward(X, alpha, beta)
    e = (out - y) / len(X)
    d = (e @ beta)[:, 1:] * {slope}
    return d.T @ X, e.T @ z
"""


@pytest.mark.parametrize(
    ("slope", "faults"),
    [("z[:, 1:] * (1 - z[:, 1:])", {None}), ("1", {"hidden-derivative-missing", "output-derivative-everywhere"})],
)
def test_matrices_of_any_name_may_be_given_one_by_one_with_inputs_that_have_their_ones(
    tmp_path: Path, slope: str, faults: set[str | None]
) -> None:
    settled = driven(tmp_path, WITH_ONES.format(slope=slope)).settled
    assert settled.forward.layout.name == "rows, with a column of ones before them"
    assert settled.step is not None
    assert settled.step.reading is not None
    assert (settled.step.reading.fault and settled.step.reading.fault.id) in faults


COST = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def cost(params, n_in, n_hidden, n_out, X, y):
    T1 = params[: n_hidden * (n_in + 1)].reshape(n_hidden, n_in + 1)
    T2 = params[n_hidden * (n_in + 1) :].reshape(n_out, n_hidden + 1)
    a1 = np.c_[np.ones(len(X)), X]
    a2 = np.c_[np.ones(len(X)), sigmoid(a1 @ T1.T)]
    a3 = sigmoid(a2 @ T2.T)
    J = -np.mean(np.sum(y * np.log(a3) + (1 - y) * np.log(1 - a3), axis=1))
    d3 = (a3 - y) / len(X)
    d2 = (d3 @ T2)[:, 1:] * {slope}
    return J, np.concatenate([(d2.T @ a1).ravel(), (d3.T @ a2).ravel()])
"""


@pytest.mark.parametrize(
    ("slope", "fault"), [("a2[:, 1:] * (1 - a2[:, 1:])", None), ("sigmoid(a2[:, 1:]) * (1 - sigmoid(a2[:, 1:]))", True)]
)
def test_a_loss_that_is_right_tells_the_activations_of_gradients_that_are_not(
    tmp_path: Path, slope: str, fault: bool | None
) -> None:
    settled = driven(tmp_path, COST.format(slope=slope)).settled
    reading = settled.step.reading if settled.step else None
    assert reading is not None
    assert (settled.forward.reading.hidden, reading.loss) == ("sigmoid", "binary_cross_entropy")
    assert (reading.fault and reading.fault.id.partition("/")[0]) == (fault and "derivative-of-activation-twice")


CLASS_RATE = """
import numpy as np

class Net:
    {constant} = 0.5

    def __init__(self, n_in, n_hidden, n_out, momentum=0.0):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)
        self.momentum, self.velocity = momentum, 0.0

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def train(self, X, y):
        e = (self.forward(X) - y) / len(X)
        back = e @ self.W2.T
        d = back * (1 - self.h ** 2)
        self.velocity = self.momentum * self.velocity - {rate} * X.T @ {delta}
        self.W2 -= {rate} * self.h.T @ e
        self.W1 += self.velocity
        {biases}
"""
BIASES = "self.b2 -= {rate} * e.sum(0); self.b1 -= {rate} * d.sum(0)"


def test_a_learning_rate_of_the_class_is_set_and_the_fault_beside_it_is_named(tmp_path: Path) -> None:
    own = {"rate": "self.LEARNING_RATE", "constant": "LEARNING_RATE"}
    found = driven(tmp_path, CLASS_RATE.format(**own, delta="d", biases=BIASES.format(**own)))
    assert found.settled.score == (True, True, True, True)
    assert "model.LEARNING_RATE = learning_rate" in found.plan.make
    step = driven(tmp_path, CLASS_RATE.format(**own, delta="d", biases="pass")).settled.step
    assert step is not None
    assert step.reading is not None
    assert step.reading.fault is not None
    assert step.reading.fault.id == "bias-untrained"


def test_a_fault_is_named_beside_a_rate_that_is_fixed_and_an_option_that_is_off_excuses_none(tmp_path: Path) -> None:
    fixed = {"rate": "0.05", "constant": "VERSION"}
    step = driven(tmp_path, CLASS_RATE.format(**fixed, delta="d", biases="pass")).settled.step
    assert step is not None
    assert step.reading is not None
    assert step.reading.fault is not None
    assert (step.reading.fault.id, step.reading.rate) == ("bias-untrained", 0.05)
    found = driven(tmp_path, CLASS_RATE.format(**fixed, delta="back ** 3", biases=BIASES.format(**fixed)))  # a fault of no name
    assert found.settled.step is not None
    assert found.settled.step.reading is None
    assert found.plan.claims["learning_rate"] == 0.05


def test_of_what_is_returned_together_the_parameters_are_kept(tmp_path: Path) -> None:
    source = """
    import numpy as np

    def init(sizes):
        return [(np.random.randn(a, b), np.zeros(b)) for a, b in zip(sizes, sizes[1:])]

    def forward(params, x):
        (w1, b1), (w2, b2) = params
        h = np.tanh(x @ w1 + b1)
        return h, h @ w2 + b2

    def train_step(params, x, y, lr):
        (w1, b1), (w2, b2) = params
        h, out = forward(params, x)
        e = out - y
        d = e @ w2.T * (1 - h * h)
        loss = (e ** 2).sum() / 2
        new_params = [(w1 - lr * x.T @ d, b1 - lr * d.sum(0)), (w2 - lr * h.T @ e, b2 - lr * e.sum(0))]
        return loss, new_params
    """
    found = driven(tmp_path, source)
    assert found.settled.score == (True, True, True, True)
    assert found.plan.step == ["params = program.train_step(params, inputs, targets, learning_rate)[1]"]


def test_what_is_not_understood_is_said_in_a_sentence_with_the_lines_to_fill_in(tmp_path: Path) -> None:
    source = """
    import numpy as np

    class Net:
        def __init__(self, n_in, n_hidden, n_out):
            self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
            self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

        def answer(self, x):
            return float(np.sum(np.sinh(x @ self.W1 + self.b1) @ self.W2 + self.b2))
    """
    with pytest.raises(NotDriven, match="Net could be made, but no way to get its output was found") as caught:
        driven(tmp_path, source)
    assert caught.value.plan is not None
    adapter = caught.value.plan.source()
    assert adapter.count("TO FILL IN") == 1
    compile(adapter, "adapter", "exec")


def test_what_a_constructor_lacks_is_said_and_names_of_a_library_are_none_of_the_program_s(tmp_path: Path) -> None:
    source = """
    from numpy import *

    class Net:
        def __init__(self, ni, nh, no):
            self.wi, self.wo = mat(random.rand(nh, ni)), mat(random.rand(no, nh))

        def run(self, x):
            return tanh(self.wo * tanh(self.wi * x))
    """
    with pytest.raises(NotDriven, match=r"`Net\(.*\)` raised NameError: name 'mat' is not defined \(.*line 6\)"):
        driven(tmp_path, source)


def test_a_rate_that_is_given_comes_before_one_that_is_found_out(tmp_path: Path) -> None:
    source = """
    import numpy as np

    def s(x):
        return 1 / (1 + np.exp(-x))

    class Net:
        def __init__(self, n_in, n_hidden, n_out):
            self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
            self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)

        def predict(self, x):
            self.h = s(x @ self.W1 + self.b1)
            return s(self.h @ self.W2 + self.b2)

        def obuchit(self, x, y, epohi, skorost):
            for _ in range(epohi):
                o = self.predict(x)
                d = (o - y) * s(o) * (1 - s(o))
                e = d @ self.W2.T * s(self.h) * (1 - s(self.h))
                self.W2, self.b2 = self.W2 - skorost * self.h.T @ d, self.b2 - skorost * d.sum(0)
                self.W1, self.b1 = self.W1 - skorost * x.T @ e, self.b1 - skorost * e.sum(0)
    """
    found = driven(tmp_path, source)
    assert found.plan.step == ["model.obuchit(inputs, targets, epochs, learning_rate)"]
    assert found.plan.rate is None
