"""More ways into programs of strangers: keywords alone, units in pairs, data and costs by any name, one output behind more."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise import read_program
from mlp_conformance.recognise.making.making import THREE_TO_ONE, made_in_sizes
from mlp_conformance.recognise.parameters.tensors import leaves, tensors

DRAWN_IN_FIT = """
import numpy as np

class Model:
    def __init__(self, **settings):
        {settings}

    def fit(self, X, y, X_valid=None, y_valid=None):
        sizes, rng = (X.shape[1], *self.units, y.shape[1]), np.random.default_rng(0)
        self.W = [rng.normal(size=ends) for ends in zip(sizes, sizes[1:])]
        self.b = [np.zeros(n) for n in sizes[1:]]
        best = np.inf
        for _ in range(self.rounds):
            H = np.tanh(X @ self.W[0] + self.b[0])
            e = (H @ self.W[1] + self.b[1] - y) / len(X)
            d = e @ self.W[1].T * (1 - H * H)
            for k, (x, g) in enumerate(((X, d), (H, e))):
                self.W[k] -= self.step * x.T @ g
                self.b[k] -= self.step * g.sum(0)
            if X_valid is not None:
                now = np.mean((self.predict(X_valid) - y_valid) ** 2)
                if now > best:
                    break
                best = now

    def predict(self, X):
        return np.tanh(X @ self.W[0] + self.b[0]) @ self.W[1] + self.b[1]
"""
_POPPED = 'self.units, self.rounds, self.step = {}, settings.get("rounds", 90), settings.pop("step", 0.2)'


@pytest.mark.parametrize(
    ("units", "sizes", "given"),
    [('settings.pop("units", (4,))', None, "units=list(sizes[1:-1])"), ("(7,)", (3, 7, 5), "Model(")],
)
def test_units_are_set_by_a_keyword_or_are_the_only_ones(
    units: str, sizes: tuple[int, ...] | None, given: str, tmp_path: Path
) -> None:
    """Seven hidden units are what is looked for first: a network that always has them is one of no other sizes."""
    found = driven(tmp_path, DRAWN_IN_FIT.format(settings=_POPPED.format(units)))
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None
    assert found.plan.claims.get("sizes") == sizes
    assert given in " ".join(found.plan.make)
    assert "model.step = learning_rate" in found.plan.make
    assert "model.rounds, model.step = epochs, learning_rate\n" in found.plan.source()
    assert "valid" not in found.plan.source()


def test_two_hidden_layers_may_stand_before_a_single_output(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nclass Net:\n    def __init__(self, k, h1, h2):\n"
        "        self.A, self.B, self.C = (np.random.randn(*ends) for ends in ((k, h1), (h1, h2), (h2, 1)))\n"
        "        self.a, self.b, self.c = np.zeros(h1), np.zeros(h2), np.zeros(1)\n",
        encoding="utf-8",
    )
    program = read_program(path)
    plans = made_in_sizes(program, "Net", "program.Net", program.module.Net)
    first = next(plan for plan in plans if plan.tried == THREE_TO_ONE)
    assert first.make == ["model = program.Net(*sizes[:-1])"]
    assert [slot.weights.template for slot in first.slots] == ["model.A", "model.B", "model.C"]


def test_a_unit_may_be_a_pair_of_its_weights_and_its_bias() -> None:
    class Number:
        def __init__(self) -> None:
            self.number = 0.5

    layers = [[([Number() for _ in range(n)], Number()) for _ in range(m)] for n, m in ((3, 4), (4, 2))]
    found = {tensor.template: tensor.shape for tensor in tensors(leaves("layers", layers))}
    assert found["layers[0][{}][0][{}].number"] == (4, 3)
    assert found["layers[1][{}][0][{}].number"] == (2, 4)
    assert (found["layers[0][{}][1].number"], found["layers[1][{}][1].number"]) == ((4,), (2,))


FUNCTIONS = """
import numpy as np
def start(n_x, n_h, n_y):
    return {"Wa": np.ones((n_x, n_h)), "ba": np.zeros(n_h), "Wb": np.ones((n_h, n_y)), "bb": np.zeros(n_y)}
def run_forward(p, X):
    H = np.tanh(X @ p["Wa"] + p["ba"])
    return {"H": H, "P": H @ p["Wb"] + p["bb"]}
def average_cost(P, Y):
    return np.sum((P - Y) ** 2) / len(Y) / 2
def run_backward(p, mem, X, Y):
    e = mem["P"] - Y
    d = e @ p["Wb"].T * (1 - mem["H"] ** 2)
    return {"Wa": X.T @ d / len(X), "ba": d.sum(0), "Wb": mem["H"].T @ e / len(X), "bb": e.sum(0)}
def move(p, grads, learning_rate):
    return {name: p[name] - learning_rate * grads[name] for name in p}
"""


def test_a_cost_may_be_of_what_has_the_name_of_parameters_and_tells_what_was_meant(tmp_path: Path) -> None:
    step = driven(tmp_path, FUNCTIONS).settled.step
    assert step is not None
    assert step.reading is not None
    assert step.reading.fault is not None
    assert (step.reading.reduction, step.reading.fault.id) == ("mean_samples", "bias-not-averaged")


def test_data_of_a_script_may_have_any_names(tmp_path: Path) -> None:
    source = """
    import numpy as np
    def main():
        stars = np.random.rand(50, 3)
        bright = np.tanh(stars[:, :2])
        W = [np.random.randn(3, 4), np.zeros(4), np.random.randn(4, 2), np.zeros(2)]
        pace = 0.1
        for _ in range(100):
            H = np.tanh(stars @ W[0] + W[1])
            out = H @ W[2] + W[3]
            e = out - bright
            d = e @ W[2].T * (1 - H * H)
            for w, g in zip(W, (stars.T @ d, d.sum(0), H.T @ e, e.sum(0))):
                w -= pace * g
    """
    found = driven(tmp_path, source)
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None
    assert 'data=("stars", "bright")' in found.plan.source()


PLAN = """
from collections import namedtuple

import numpy as np

Act = namedtuple("Act", ["f", "df"])

SIGMOID = Act(lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a))
TANH = Act(np.tanh, lambda a: 1 - a * a)
IDENTITY = Act(lambda z: z, lambda a: np.ones_like(a))


class Net:
    def __init__(self, n_inputs, plan):
        self.layers = []
        for units, act in plan:
            self.layers.append([np.random.randn(n_inputs, units) * 0.3, np.zeros(units), act])
            n_inputs = units

    def forward(self, x):
        self.outs = [x]
        for W, b, act in self.layers:
            self.outs.append(act.f(self.outs[-1] @ W + b))
        return self.outs[-1]

    def train_step(self, x, t, rate):
        y = self.forward(x)
        err = (y - t) / len(x)
        for i in range(len(self.layers) - 1, -1, -1):
            W, b, act = self.layers[i]
            d = err * act.df(self.outs[i + 1])
            err = d @ W.T
            W -= rate * self.outs[i].T @ d
            b -= rate * d.sum(0)
        return ((y - t) ** 2).sum() / (2 * len(x))


def demo():
    x = np.random.rand(200, 2)
    t = np.sin(x[:, :1] * 3) * x[:, 1:]
    net = Net(2, [(12, TANH), (6, SIGMOID), (1, IDENTITY)])
    for _ in range(3000):
        loss = net.train_step(x, t, 0.1)
    print(loss)


if __name__ == "__main__":
    demo()
"""


@pytest.mark.parametrize("called", ["demo()", "demo(1000)"])
def test_a_plan_of_layers_may_stand_in_any_function_that_the_program_starts(tmp_path: Path, called: str) -> None:
    found = driven(tmp_path, PLAN.replace("    demo()\n", f"    {called}\n"))
    assert all(found.settled.score)
    assert found.plan.sizes == (2, 12, 6, 1)
