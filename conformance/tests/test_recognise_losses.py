"""Losses as programs have them: of a bare vector of targets, together with gradients, of a single output alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

import mlp_conformance

NET = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out{default}):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.h = {hidden}
        return 1 / (1 + np.exp(-(self.h @ self.V + self.c)))

    def step(self, X, y, lr):
        d = (self.forward(X) - {targets}) / len(X)
        e = d @ self.V.T * {slope}
        self.V -= lr * self.h.T @ d
        self.c -= lr * d.sum(0)
        self.W -= lr * X.T @ e
        self.b -= lr * e.sum(0)

    def loss(self, X, y):
        p = self.forward(X)
        {loss}
"""
TANH = {"hidden": "np.tanh(X @ self.W + self.b)", "slope": "(1 - self.h ** 2)"}
VECTOR = "return -np.mean(y * np.log(p.ravel()) + (1 - y) * np.log(1 - p.ravel()))"
ONE = "return -(np.log(p.T) @ y + np.log(1 - p.T) @ (1 - y)).item() / len(X)"
MEAN = "return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))"


def alone(targets: str) -> str:
    """A network of one output, whose loss takes a vector."""
    return (
        NET.format(default="", targets=targets, loss=VECTOR, **TANH)
        .replace("n_hidden, n_out):", "n_hidden):")
        .replace("n_out", "1")
    )


def test_a_loss_takes_its_targets_as_a_vector(tmp_path: Path) -> None:
    found = driven(tmp_path, alone("y.reshape(-1, 1)"))
    assert found.plan.loss
    assert "loss is asked with its targets as a vector." in found.plan.notes
    assert "none of the known" not in " ".join(found.plan.notes)


def test_a_loss_of_vectors_beside_training_that_takes_columns(tmp_path: Path) -> None:
    found = driven(tmp_path, alone("y"))
    assert not found.plan.loss
    assert "its training takes no such" in " ".join(found.plan.notes)


def test_a_loss_with_gradients(tmp_path: Path) -> None:
    loss = "return np.asarray(-(y * np.log(p) + (1 - y) * np.log(1 - p)).sum() / len(X)), {'V': self.h.T @ (p - y)}"
    found = driven(tmp_path, NET.format(default="", targets="y", loss=loss, **TANH))
    assert found.plan.loss
    assert "[0]" in found.plan.loss[-1]


def test_a_loss_of_one_output(tmp_path: Path) -> None:
    found = driven(tmp_path, NET.format(default="", targets="y", loss=ONE, **TANH))
    said = "`loss` gives a number where there is one output: the binary cross-entropy, averaged over samples; it is not judged."
    assert said in found.plan.notes


def test_a_loss_of_an_output_that_a_fault_explains(tmp_path: Path) -> None:
    parts = {"hidden": "np.abs(X @ self.W + self.b)", "slope": "np.sign(X @ self.W + self.b)"}
    found = driven(tmp_path, NET.format(default="", targets="y", loss=MEAN, **parts))
    assert found.settled.forward.reading.fault is not None
    assert "none of the known" not in " ".join(found.plan.notes)


@pytest.mark.parametrize("name", ["probabilities", "proba", "network_output", "estimates"])
def test_a_loss_is_given_the_output_by_whatever_name_it_goes(tmp_path: Path, name: str) -> None:
    text = NET.format(default="", targets="y", loss=MEAN, **TANH).replace("        p = self.forward(X)\n", "")
    text = text.replace("loss(self, X, y):", f"cross_entropy(self, y, {name}):")
    found = driven(tmp_path, text.replace("np.log(p)", f"np.log({name})").replace("(1 - p)", f"(1 - {name})"))
    assert "cross_entropy reports the binary cross-entropy" in " ".join(found.plan.notes)


_OBJECTS = """
import numpy as np

class BCE:
    def compute_loss(self, Y, a):
        return -np.mean(Y * np.log(a + 1e-8) + (1 - Y) * np.log(1 - a + 1e-8))

    def compute_gradient(self, Y, a):
        return (-(Y / (a + 1e-8)) + (1 - Y) / (1 - a + 1e-8)) / {divisor}

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)
        self.loss_function = BCE()

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return 1 / (1 + np.exp(-(self.h @ self.W2 + self.b2)))

    def fit(self, X, Y, training_speed=1, epochs=1):
        for _ in range(epochs):
            a = self.forward(X)
            print(self.loss_function.compute_loss(Y, a))
            d = self.loss_function.compute_gradient(Y, a) * a * (1 - a)
            dh = d @ self.W2.T * (1 - self.h**2)
            self.W2 -= training_speed * self.h.T @ d
            self.b2 -= training_speed * d.sum(0)
            self.W1 -= training_speed * X.T @ dh
            self.b1 -= training_speed * dh.sum(0)
"""


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize(("divisor", "fault"), [("Y.size", None), ("len(Y)", "gradient-times-outputs")])
def test_the_loss_of_an_object_that_the_network_holds(divisor: str, fault: str | None, tmp_path: Path) -> None:
    """The constant that guards its logarithms is claimed, and its gradient is judged by it."""
    found = driven(tmp_path, _OBJECTS.format(divisor=divisor))
    assert found.plan.claims["log_epsilon"] == 1e-8
    assert found.plan.claims["reductions"] == {"mean_elements"}
    report = mlp_conformance.run(str(tmp_path / "program.py"), select="drawn", examples=12)
    assert report.conforms == (fault is None)


def test_a_loss_of_what_is_called_a(tmp_path: Path) -> None:
    text = _OBJECTS.format(divisor="Y.size").replace("self.loss_function.compute_loss(Y, a)", "self.loss(a, Y)")
    method = "    def loss(self, a, Y):\n        return self.loss_function.compute_loss(Y, a)\n"
    found = driven(tmp_path, text + method)
    assert found.plan.claims["log_epsilon"] == 1e-8
    assert "loss(" in found.plan.loss[-1]


RETURNS = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.W + self.b)
        return self.h @ self.V + self.c

    def fit(self, X, y, lr, epochs):
        history = []
        for _ in range(epochs):
            a = self.forward(X)
            history.append({loss})
            d = 2 * (a - y) / len(X)
            e = d @ self.V.T * (1 - self.h ** 2)
            self.V -= lr * self.h.T @ d
            self.c -= lr * d.sum(0)
            self.W -= lr * X.T @ e
            self.b -= lr * e.sum(0)
        return {{"loss": history}}
"""


@pytest.mark.parametrize(("loss", "is_metric"), [("np.mean((a - y) ** 2)", True), ("np.sum((a - y) ** 2) / len(X)", False)])
def test_a_loss_that_training_returns_is_told_from_the_one_it_descends(loss: str, is_metric: bool, tmp_path: Path) -> None:
    notes = " ".join(driven(tmp_path, RETURNS.format(loss=loss)).plan.notes)
    assert ("Its training returns the squared error, averaged over samples and outputs: a metric" in notes) == is_metric


LABELS = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.W + self.b)
        z = self.h @ self.V + self.c
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def _cost(self, y_enc, p):
        return -np.mean(np.sum(y_enc * np.log(p), axis=1))

    def fit(self, X, y, lr, epochs, batch_size=32):
        onehot = np.eye(len(self.c))[y]
        for _ in range(epochs):
            order = np.random.permutation(len(X))
            for start in range(0, len(X), batch_size):
                part = order[start:start + batch_size]
                d = (self.forward(X[part]) - onehot[part]) / {divisor}
                e = d @ self.V.T * (1 - self.h ** 2)
                self.V -= lr * self.h.T @ d
                self.c -= lr * d.sum(0)
                self.W -= lr * X[part].T @ e
                self.b -= lr * e.sum(0)
            self.cost = self._cost(onehot, self.forward(X))
"""


@pytest.mark.parametrize(("divisor", "is_right"), [("len(part)", True), ("len(X)", False)])
def test_a_loss_of_one_hot_targets_beside_training_with_classes(divisor: str, is_right: bool, tmp_path: Path) -> None:
    """And batches that are divided by all samples are said to be other steps."""
    found = driven(tmp_path, LABELS.format(divisor=divisor))
    notes = " ".join(found.plan.notes)
    assert "_cost(targets, " in found.plan.loss[-1]
    assert "none of the known losses" not in notes
    assert ("it takes other steps than each of them in turn would" in notes) == (not is_right)


def test_a_loss_of_targets_and_what_was_foreseen_is_known(tmp_path: Path) -> None:
    found = driven(
        tmp_path,
        """
        import numpy as np

        def mse(y_verdadeiro, y_previsto):
            return np.mean((y_verdadeiro - y_previsto) ** 2)

        class Net:
            def __init__(self, n_in, n_hidden, n_out):
                self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
                self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

            def forward(self, X):
                self.h = np.tanh(X @ self.W + self.b)
                return self.h @ self.V + self.c

            def step(self, X, y, lr):
                d = 2 * (self.forward(X) - y) / y.size
                e = d @ self.V.T * (1 - self.h ** 2)
                self.V -= lr * self.h.T @ d
                self.c -= lr * d.sum(0)
                self.W -= lr * X.T @ e
                self.b -= lr * e.sum(0)
        """,
    )
    assert "mse" in " ".join(found.plan.loss)
    assert "none of the known losses" not in " ".join(found.plan.notes)


def test_half_of_a_binary_cross_entropy_is_said_to_be_no_known_loss(tmp_path: Path) -> None:
    """Also where its name is short: it lacks what targets of 0 cost, and its gradient does not."""
    found = driven(
        tmp_path,
        """
        import numpy as np

        def bce(p, t):
            return -(t * np.log(p)).sum(axis=1).mean()

        class Tagger:
            def __init__(self, n_in, n_hidden, n_out):
                self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
                self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

            def predict_proba(self, X):
                self.h = np.tanh(X @ self.W + self.b)
                return 1 / (1 + np.exp(-(self.h @ self.V + self.c)))

            def step(self, X, y, lr):
                d = (self.predict_proba(X) - y) / len(X)
                e = d @ self.V.T * (1 - self.h ** 2)
                self.V -= lr * self.h.T @ d
                self.c -= lr * d.sum(0)
                self.W -= lr * X.T @ e
                self.b -= lr * e.sum(0)
        """,
    )
    assert "`bce` is none of the known losses" in " ".join(found.plan.notes)
