"""Programs that subtract thresholds: biases with the other sign, which their steps add where they subtract the weights'."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.checks import Settings
from mlp_conformance.runner import select
from mlp_conformance.subject import Subject
from mlp_conformance.verdict import judge

COLUMNS = """
import numpy as np

class Netzwerk:
    def __init__(self, schichten, lernrate=0.01):
        self.lernrate, self.gewichte, self.schwellen = lernrate, [], []
        for n_ein, n_aus in zip(schichten[:-1], schichten[1:]):
            self.gewichte.append(np.random.randn(n_aus, n_ein) / np.sqrt(n_ein))
            self.schwellen.append(np.zeros((n_aus, 1)))

    def vorwaerts(self, X):
        self.a = [X]
        for k, (W, s) in enumerate(zip(self.gewichte, self.schwellen)):
            z = W @ self.a[-1] - s
            self.a.append(z if k == len(self.gewichte) - 1 else np.tanh(z))
        return self.a[-1]

    def trainiere(self, X, Y, epochen=10):
        for _ in range(epochen):
            d = (self.vorwaerts(X) - Y) / Y.shape[1]
            for k in reversed(range(len(self.gewichte))):
                W = self.gewichte[k].copy()
                self.gewichte[k] -= self.lernrate * d @ self.a[k].T
                self.schwellen[k] SIGN self.lernrate * np.sum(d, axis=1, keepdims=True)
                d = W.T @ d * (1 - self.a[k] ** 2)
"""
UNITS = """
import math
import random

class Unit:
    def __init__(self, count):
        self.weights = [random.random() for _ in range(count)]
        self.theta = 0.0

    def output(self, inputs):
        total = sum(w * x for w, x in zip(self.weights, inputs))
        self.inputs, self.y = inputs, 1 / (1 + math.exp(-(total - self.theta)))
        return self.y

    def learn(self, delta, eta):
        self.weights = [w - eta * delta * x for w, x in zip(self.weights, self.inputs)]
        self.theta SIGN eta * delta

class Network:
    def __init__(self, n_in, n_hidden, n_out):
        self.hidden = [Unit(n_in) for _ in range(n_hidden)]
        self.outer = [Unit(n_hidden) for _ in range(n_out)]

    def forward(self, x):
        h = [unit.output(x) for unit in self.hidden]
        return [unit.output(h) for unit in self.outer]

    def train(self, x, target, eta):
        y = self.forward(x)
        deltas = [(a - t) * a * (1 - a) for a, t in zip(y, target)]
        back = [sum(d * u.weights[j] for d, u in zip(deltas, self.outer)) * h.y * (1 - h.y) for j, h in enumerate(self.hidden)]
        for unit, delta in zip(self.outer + self.hidden, deltas + back):
            unit.learn(delta, eta)
"""
HELPED = UNITS.replace("1 / (1 + math.exp(-(total - self.theta)))", "squash(total, self.theta)").replace(
    "class Unit:", "def squash(x, threshold=0.0):\n    return 1 / (1 + math.exp(-(x - threshold)))\n\nclass Unit:"
)
GRADIENTS = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W, self.theta = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.phi = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.W - self.theta)
        return self.h @ self.V - self.phi

    def gradients(self, X, Y):
        d = self.forward(X) - Y
        e = d @ self.V.T * (1 - self.h ** 2)
        return X.T @ e, SIGN e.sum(0), self.h.T @ d, SIGN d.sum(0)
"""


TURNED = """
import numpy as np

class Net:
    def __init__(self, n_in, n_hid, n_out, rate=0.2):
        self.rate = rate
        self.w_hid, self.t_hid = np.random.uniform(-.5, .5, (n_in, n_hid)), np.zeros(n_hid)
        self.w_out, self.t_out = np.random.uniform(-.5, .5, (n_hid, n_out)), np.zeros(n_out)

    def propagate(self, x):
        self.hid = 1 / (1 + np.exp(self.t_hid - x @ self.w_hid))
        self.out = 1 / (1 + np.exp(self.t_out - self.hid @ self.w_out))
        return self.out

    def adapt(self, x, target):
        d_out = (target - self.propagate(x)) * self.out * (1 - self.out)
        d_hid = d_out @ self.w_out.T * self.hid * (1 - self.hid)
        self.w_out += self.rate * self.hid.T @ d_out
        self.w_hid += self.rate * x.T @ d_hid
        self.t_out -= self.rate * d_out.sum(axis=0)
        self.t_hid -= self.rate * d_hid.sum(axis=0)
        return 0.5 * ((target - self.out) ** 2).sum()
"""


@pytest.mark.parametrize("source", [COLUMNS, UNITS, HELPED, TURNED])
def test_thresholds_that_are_added_to_descend(tmp_path: Path, source: str) -> None:
    found = driven(tmp_path, source.replace("SIGN", "+="))
    assert found.exact
    assert "thresholds are subtracted" in found.plan.notes[0]
    assert "without biases" not in found.plan.notes[0]
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None
    adapter = found.plan.adapter(found.settled.search.program.module)
    report = judge(Subject(adapter, "adapter", None), select("drawn"), Settings(examples=5))
    assert not [result.check for result in report.results if result.is_broken]


@pytest.mark.parametrize("source", [COLUMNS, UNITS])
def test_thresholds_that_climb(tmp_path: Path, source: str) -> None:
    found = driven(tmp_path, source.replace("SIGN", "-="))
    assert "thresholds are subtracted" in found.plan.notes[0]
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is not None
    assert found.settled.step.reading.fault.id == "bias-update-adds"


def test_gradients_of_thresholds(tmp_path: Path) -> None:
    found = driven(tmp_path, GRADIENTS.replace("SIGN", "-"))
    assert "thresholds are subtracted" in found.plan.notes[0]
    assert found.settled.step is not None
    assert found.settled.step.reading is not None
    assert found.settled.step.reading.fault is None
    assert [b[:1] for _, b in found.plan.gradients] == ["-", "-"]
