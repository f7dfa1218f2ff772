"""How networks are driven that are put together: of layers and activations, in a loop, from objects that stand around."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest

from mlp_conformance.recognise import NotDriven, drive, read_program
from mlp_conformance.recognise.computed import learnt
from mlp_conformance.recognise.drive import Driven
from mlp_conformance.recognise.making import BATCH, TWO_LAYERS
from mlp_conformance.recognise.readings import question
from mlp_conformance.recognise.tensors import leaves, tensors

LAYERS = """
import numpy as np

class Layer:
    def forward(self, x):
        raise NotImplementedError

class Linear(Layer):
    def __init__(self, n_in, n_out):
        self.w, self.b = np.random.randn(n_in, n_out), np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, e):
        self.dw, self.db = self.x.T @ e, e.sum(0)
        return e @ self.w.T

class Tanh(Layer):
    def forward(self, x):
        self.a = np.tanh(x)
        return self.a

    def backward(self, e):
        return e * {tanh}

class Sigmoid(Layer):
    def forward(self, x):
        self.a = 1 / (1 + np.exp(-x))
        return self.a

    def backward(self, e):
        return e * {sigmoid}

class Net:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, e):
        for layer in reversed(self.layers):
            e = layer.backward(e)

class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def step(self, net):
        for layer in net.layers:
            if hasattr(layer, "w"):
                layer.w -= self.lr * layer.dw
                layer.b -= self.lr * layer.db

class Batches:
    def __init__(self, size=32):
        self.size = size

    def __call__(self, x, y):
        for i in range(0, len(x), self.size):
            yield x[i : i + self.size], y[i : i + self.size]

def train(net, inputs, targets, num_epochs=5000, iterator=Batches(), optimizer=SGD()):
    for _ in range(num_epochs):
        for x, y in iterator(inputs, targets):
            net.backward(net.forward(x) - y)
            optimizer.step(net)
"""


def driven(folder: Path, source: str) -> Driven:
    path = folder / "program.py"
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    return drive(read_program(path))


def layers(folder: Path, tanh: str = "(1 - self.a ** 2)", sigmoid: str = "self.a * (1 - self.a)") -> Driven:
    return driven(folder, LAYERS.format(tanh=tanh, sigmoid=sigmoid))


def test_defaults_that_are_objects_are_left_as_they_are_and_their_rate_is_set(tmp_path: Path) -> None:
    found = layers(tmp_path)
    assert found.settled.score == (True, True, True, True)
    assert found.plan.step == ["program.train(model, inputs, targets, num_epochs=epochs)"]
    assert found.plan.make[-1] == "program.train.__defaults__[2].lr = learning_rate"


@pytest.mark.parametrize(
    ("wrong", "hidden"), [({"tanh": "(1 - self.a)"}, "tanh"), ({"sigmoid": "self.a"}, "sigmoid"), ({"tanh": "self.a"}, "tanh")]
)
def test_an_activation_whose_derivative_is_wrong_is_not_passed_over_for_one_that_is_right(
    tmp_path: Path, wrong: dict[str, str], hidden: str
) -> None:
    settled = layers(tmp_path, **wrong).settled
    assert settled.forward.reading.hidden == hidden
    assert settled.step is not None
    assert settled.step.reading is None or settled.step.reading.fault is not None


def test_layers_without_activation_do_not_make_up_for_a_wrong_one(tmp_path: Path) -> None:
    source = LAYERS.format(tanh="(1 - self.a)", sigmoid="").replace(
        LAYERS[LAYERS.index("class Sigmoid") : LAYERS.index("class Net")].format(sigmoid=""), ""
    )
    reading = driven(tmp_path, source).settled.forward.reading
    assert (reading.hidden, reading.output) == ("tanh", "linear")


STATEFUL = """
import math, random

class NN:
    def __init__(self, ni, nh, no):
        self.ni, self.nh, self.no = ni + 1, nh, no
        self.ai, self.ah, self.ao = [1.0] * self.ni, [1.0] * nh, [1.0] * no
        self.wi = [[random.random() for _ in range(nh)] for _ in range(self.ni)]
        self.wo = [[random.random() for _ in range(no)] for _ in range(nh)]

    def update(self, inputs):
        self.ai[:-1] = inputs
        self.ah = [math.tanh(sum(a * w[j] for a, w in zip(self.ai, self.wi))) for j in range(self.nh)]
        self.ao = [math.tanh(sum(a * w[k] for a, w in zip(self.ah, self.wo))) for k in range(self.no)]
        return self.ao[:]

    def back_propagate(self, targets, rate):
        do = [(t - a) * (1 - a * a) for t, a in zip(targets, self.ao)]
        dh = [sum(d * w for d, w in zip(do, row)) * (1 - a * a) for row, a in zip(self.wo, self.ah)]
        for j, a in enumerate(self.ah):
            for k, d in enumerate(do):
                self.wo[j][k] += rate * d * a
        for i, a in enumerate(self.ai):
            for j, d in enumerate(dh):
                self.wi[i][j] += rate * d * a

    def train(self, patterns, iterations=1000, rate=0.5):
        for _ in range(iterations):
            for inputs, targets in patterns:
                self.update(inputs)
                self.back_propagate(targets, rate)
"""


def test_activations_that_are_kept_are_no_biases(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(STATEFUL, encoding="utf-8")
    program, asked = read_program(path), question(TWO_LAYERS, BATCH)
    make = ["model = program.NN(*sizes)"]
    made = tensors(leaves("model", program.module.NN(*TWO_LAYERS)))
    assert {t.template for t in made} - {t.template for t in learnt(made, make, program.module, asked)} >= {
        "model.ah",
        "model.ao",
    }
    with pytest.raises(NotDriven, match="biases in its hidden layers and none at its output"):
        drive(program)


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
    found = driven(tmp_path, CLASS_RATE.format(**fixed, delta="back", biases=BIASES.format(**fixed)))  # a fault of no name
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
