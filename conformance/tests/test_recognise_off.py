"""What is turned off while a program is judged is said; a penalty is judged turned on, where it is clear how."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.checks import Settings
from mlp_conformance.recognise.drive import Driven
from mlp_conformance.runner import select
from mlp_conformance.subject import Subject
from mlp_conformance.verdict import judge

PENALISED = """
import numpy as np

class NeuralNetwork:
    def __init__(self, n_in, n_hidden, n_out, {dials}):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros((1, n_hidden))
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros((1, n_out))
        self.lam = lam

    def forward(self, X):
        self.a1 = np.tanh(X @ self.W1 + self.b1)
        return 1 / (1 + np.exp(-(self.a1 @ self.W2 + self.b2)))

    def loss(self, X, y):
        m, a = len(X), self.forward(X)
        squares = np.sum(self.W1 ** 2) + np.sum(self.W2 ** 2)
        return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)) / m + {loss}

    def train_step(self, X, y, lr):
        m = len(X)
        d2 = (self.forward(X) - y) / m
        d1 = d2 @ self.W2.T * (1 - self.a1 ** 2)
        dW2, db2 = self.a1.T @ d2 + {second}, d2.sum(axis=0, keepdims=True)
        dW1, db1 = X.T @ d1 + {first}, d1.sum(axis=0, keepdims=True) + {bias}
        self.W1 -= lr * dW1
        self.b1 -= lr * db1
        self.W2 -= lr * dW2
        self.b2 -= lr * db2
"""
HALF, WHOLE = "self.lam / 2 * squares", "self.lam * squares"
OVER = "self.lam / (2 * m) * squares"


def penalised(
    folder: Path, loss: str, factor: str, first: str | None = None, bias: str = "0", dials: str = "lam=0.01"
) -> Driven:
    """What is found out of a program whose loss and steps have those penalties."""
    source = PENALISED.format(
        dials=dials,
        loss=loss,
        second=f"{factor} * self.W2",
        first=f"{factor} * self.W1" if first is None else first,
        bias=bias,
    )
    return driven(folder, source)


def is_right(driven: Driven) -> bool:
    """Whether training with the penalty is judged, and right."""
    adapter = driven.plan.adapter(driven.settled.search.program.module)
    report = judge(Subject(adapter, "adapter", None), select("options/l2"), Settings(examples=5))
    result = next(result for result in report.results if result.check == "options/l2")
    assert result.verdict in ("passed", "failed")
    return not result.is_broken


@pytest.mark.parametrize(
    ("loss", "factor", "said", "over"),
    [
        (HALF, "self.lam", "as 1/2 λ Σw².", False),
        (WHOLE, "2 * self.lam", "as λ Σw².", False),
        (OVER, "self.lam / m", "as 1/2 λ Σw² over the rows of the batch.", True),
        ("self.lam / m * squares", "2 * self.lam / m", "as λ Σw² over the rows of the batch.", True),
        ("0", "self.lam", "as 1/2 λ Σw².", False),
        ("0.25 * self.lam * squares", "self.lam / 2", "as 0.25 λ Σw².", False),
    ],
)
def test_a_penalty_is_judged_as_its_steps_and_its_loss_have_it(
    tmp_path: Path, loss: str, factor: str, said: str, over: bool
) -> None:
    found = penalised(tmp_path, loss, factor)
    plan = found.plan
    assert plan.notes[-1] == f"The penalty `lam` is judged too, {said}"
    assert (plan.claims["options"], plan.claims.get("l2_over_batch", False)) == ({"l2"}, over)
    assert is_right(found)


def test_a_penalty_that_is_off_by_default_is_judged_too(tmp_path: Path) -> None:
    source = PENALISED.format(dials="", loss=HALF, first="self.lam * self.W1", second="self.lam * self.W2", bias="0")
    found = driven(tmp_path, source.replace("self.lam = lam", "self.lam = 0"))
    assert found.plan.notes[-1] == "The penalty `lam` is judged too, as 1/2 λ Σw²."
    assert is_right(found)


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize(
    ("loss", "factor", "first", "bias", "said"),
    [
        (HALF, "2 * self.lam", None, "0", "not the derivative of that, but that of λ Σw²."),
        (WHOLE, "self.lam", None, "0", "not the derivative of that, but that of 1/2 λ Σw²."),
        (OVER, "self.lam", None, "0", "not the derivative of that, but that of 1/2 λ Σw²."),
        (HALF, "self.lam / m", None, "0", "not the derivative of that, but that of 1/2 λ Σw² over the rows of the batch."),
        (HALF, "self.lam", "0", "0", "but nothing to the weights of layer 1."),
        (HALF, "self.lam", None, "self.lam * self.b1", "but something to the biases, which the specification leaves out."),
        (HALF, "-self.lam", None, "0", "but other numbers."),
        (HALF, "0", None, "0", "but nothing."),
    ],
)
def test_a_step_that_is_not_the_derivative_of_the_penalty_in_its_loss_is_wrong(
    tmp_path: Path, loss: str, factor: str, first: str | None, bias: str, said: str
) -> None:
    found = penalised(tmp_path, loss, factor, first, bias)
    assert "is judged as its own loss reports it" in found.plan.notes[-1]
    assert said in found.plan.notes[-1]
    assert not is_right(found)


@pytest.mark.parametrize(
    ("loss", "factor", "first", "bias", "said"),
    [
        (
            "self.lam / 2 * (squares + np.sum(self.b1 ** 2) + np.sum(self.b2 ** 2))",
            "self.lam",
            None,
            "self.lam * self.b1",
            "the biases",
        ),
        ("0", "self.lam", "0", "0", "nothing to the weights of layer 1"),
        ("0", "3 * self.lam", None, "0", "other numbers"),
        (
            "self.lam * np.mean(self.W1 ** 2)",
            "0",
            "2 * self.lam * self.W1 / self.W1.size",
            "0",
            "nothing to the weights of layer 2",
        ),
        ("self.lam * np.sum(np.abs(self.W1))", "0", "self.lam * np.sign(self.W1)", "0", "layer 2"),
    ],
)
def test_a_penalty_that_is_none_of_the_specifications_is_left_off_and_said(
    tmp_path: Path, loss: str, factor: str, first: str | None, bias: str, said: str
) -> None:
    plan = penalised(tmp_path, loss, factor, first, bias).plan
    assert "The penalty `lam` is not judged: none of the right readings" in plan.notes[-1]
    assert said in plan.notes[-1]
    assert "options" not in plan.claims


def test_what_else_is_turned_off_is_said_with_what_it_does(tmp_path: Path) -> None:
    dials = "lam=0.1, momentum=0.9, dropout=0.5, lr_decay=0.99, noise=0.1, shuffle=True"
    assert penalised(tmp_path, HALF, "self.lam", dials=dials).plan.notes[-1] == (
        "Judged without the momentum `momentum`, the dropout `dropout`, the decay of the learning rate `lr_decay`, the noise "
        "`noise`, the shuffling `shuffle`."
    )


def test_a_penalty_of_a_step_that_is_wrong_without_it_is_said_to_be_off(tmp_path: Path) -> None:
    source = PENALISED.format(dials="lam=0.01", loss=HALF, first="self.lam * self.W1", second="self.lam * self.W2", bias="0")
    found = driven(
        tmp_path, source.replace("db2 = self.a1.T @ d2 + self.lam * self.W2, d2.sum", "db2 = self.a1.T @ d2, d2.mean")
    )
    assert found.plan.notes[-1] == "Judged without the penalty `lam`."


LAYER_BY_LAYER = """
import numpy as np

REG = 0.01

def init(sizes):
    return [(np.random.randn(b, a), np.zeros((b, 1))) for a, b in zip(sizes, sizes[1:])]

def predict(net, x):
    for W, b in net:
        x = 1 / (1 + np.exp(-(W @ x + b)))
    return x

def cost(net, x, t):
    return 0.5 * np.sum((predict(net, x) - t) ** 2) + REG * sum(np.sum(W ** 2) for W, _ in net)

def grads(net, x, t):
    acts = [x]
    for W, b in net:
        acts.append(1 / (1 + np.exp(-(W @ acts[-1] + b))))
    delta, found = (acts[-1] - t) * acts[-1] * (1 - acts[-1]), []
    for k in range(len(net) - 1, -1, -1):
        found.insert(0, (delta @ acts[k].T + {factor} * REG * net[k][0], delta.sum(axis=1, keepdims=True)))
        delta = net[k][0].T @ delta * acts[k] * (1 - acts[k])
    return found
"""


@pytest.mark.parametrize(("factor", "right"), [("2", True), ("1", False)])
def test_a_penalty_that_is_a_constant_is_judged_along_gradients(tmp_path: Path, factor: str, right: bool) -> None:
    found = driven(tmp_path, LAYER_BY_LAYER.format(factor=factor))
    assert not found.plan.step
    assert "The penalty `REG` is judged" in found.plan.notes[-1]
    assert is_right(found) == right


PLAIN = PENALISED.format(dials="lam=0.0", loss="0", first="0", second="0", bias="0").replace("self.lam = lam", "pass")


def test_a_function_with_a_penalty_that_nothing_judged_calls_is_named(tmp_path: Path) -> None:
    other = "    def train_with_regularization(self, X, y, lr, lambd):\n        return None\n\n    def train_step"
    notes = driven(tmp_path, PLAIN.replace("    def train_step", other)).plan.notes
    assert notes[-1] == (
        "Not judged, since what is judged does not call it: `train_with_regularization`, with the penalty `lambd`."
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "return np.sqrt(np.mean((self.forward(X) - y) ** 2))",
            "is none of the known losses, as `model.loss(inputs, targets)` gives it",
        ),
        ("return np.mean((self.forward(X) - y) ** 2)", "reports the squared error"),
        ("raise NotImplementedError", "gave no number in the ways that were tried"),
        ("return -np.mean(np.sum(y * np.log(self.forward(X)) + (1 - y) * np.log(1 - self.forward(X)), axis=1))", ""),
    ],
)
def test_a_loss_that_is_not_judged_is_named(tmp_path: Path, body: str, said: str) -> None:
    start, end = PLAIN.index("        m, a = len(X)"), PLAIN.index("    def train_step")
    plan = driven(tmp_path, f"{PLAIN[:start]}        {body}\n\n{PLAIN[end:]}").plan
    losses = [note for note in plan.notes[1:] if "loss" in note]
    assert bool(plan.loss) == (not said)
    assert [said in note for note in losses] == [True] * bool(said)


PATIENT = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out{own}):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)
        {kept}

    def forward(self, X):
        self.a1 = np.tanh(X @ self.W1 + self.b1)
        return self.a1 @ self.W2 + self.b2

    def fit(self, X, y, lr=0.1, epochs=100{given}):
        best, waited = np.inf, 0
        for epoch in range(epochs):
            d2 = (self.forward(X) - y) / len(X)
            d1 = d2 @ self.W2.T * (1 - self.a1 ** 2)
            self.W2 -= lr * self.a1.T @ d2
            self.b2 -= lr * d2.sum(axis=0)
            self.W1 -= lr * X.T @ d1
            self.b1 -= lr * d1.sum(axis=0)
            loss = 0.5 * np.mean(np.sum((self.forward(X) - y) ** 2, axis=1))
            best, waited = (loss, 0) if loss < best else (best, waited + 1)
            if waited >= {patience}:
                break
"""


@pytest.mark.parametrize(
    ("own", "given", "patience"),
    [
        ("", ", patience=1", "patience"),
        (", patience=1", "", "self.patience"),
        ("", ", early_stopping=1", "early_stopping"),
        ("", ", n_iter_no_change=1", "n_iter_no_change"),
    ],
)
def test_who_stops_without_progress_may_wait_without_end(own: str, given: str, patience: str, tmp_path: Path) -> None:
    kept = "self.patience = patience" if own else "pass"
    found = driven(tmp_path, PATIENT.format(own=own, given=given, patience=patience, kept=kept))
    assert f"Judged without the stopping early `{patience.removeprefix('self.')}`." in found.plan.notes
    adapter = found.plan.adapter(found.settled.search.program.module)
    report = judge(Subject(adapter, "adapter", None), select("training/no-progress"), Settings(examples=3))
    assert [result.verdict for result in report.results] == ["passed"]
