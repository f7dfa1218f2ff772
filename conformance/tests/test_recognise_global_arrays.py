"""Scripts whose functions work on the module's own arrays, and whose matrices have their biases in a last row."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest
from driving import driven

from mlp_conformance import definitions, namespace

#: The loop calls a function that reads the arrays which the loop assigns.
CALLED = """
import numpy as np

X = np.random.randn(50, 3)
Y = np.sin(X[:, :1])
W1, b1 = np.random.randn(3, 8) * 0.5, np.zeros(8)
W2, b2 = np.random.randn(8, 1) * 0.5, np.zeros(1)

def forward(X):
    h = np.tanh(X @ W1 + b1)
    return h, h @ W2 + b2

eta = 0.05
for step in range(2000):
    h, out = forward(X)
    err = (out - Y) / len(X)
    dh = err @ W2.T{derivative}
    W2 = W2 - eta * h.T @ err
    b2 = b2 - eta * err.sum(axis=0)
    W1 = W1 - eta * X.T @ dh
    b1 = b1 - eta * dh.sum(axis=0)
"""
ONES_INSIDE = """
import numpy as np

V = np.random.uniform(-1, 1, (3, 5))
W = np.random.uniform(-1, 1, (6, 1))
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
T = np.array([[0], [1], [1], [0]], dtype=float)
alpha = 0.3

def aug(A):
    return np.hstack([A, np.ones((A.shape[0], 1))])

def f(z):
    return 1.0 / (1.0 + np.exp(-z))

for it in range(5000):
    Xa = aug(X)
    H = f(Xa @ V)
    Ha = aug(H)
    O = f(Ha @ W)
    dO = (O - T) * O * (1 - O)
    dH = (dO @ W[:-1].T){derivative}
    W -= alpha * Ha.T @ dO
    V -= alpha * Xa.T @ dH
"""
ONES_GIVEN = """
import numpy as np

x = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=float)
y = np.array([[0], [1], [1], [0]], dtype=float)
w0 = 2 * np.random.random((3, 4)) - 1
w1 = 2 * np.random.random((5, 1)) - 1

def act(z):
    return 1 / (1 + np.exp(-z))

for j in range(6000):
    l1 = act(x.dot(w0))
    l1b = np.c_[l1, np.ones(len(l1))]
    l2 = act(l1b.dot(w1))
    e2 = (l2 - y) * l2 * (1 - l2)
    e1 = e2.dot(w1[:4].T){derivative}
    w1 -= l1b.T.dot(e2)
    w0 -= x.T.dot(e1)
"""
IN_FUNCTIONS = """
import numpy as np

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
T = np.array([[0], [1], [1], [0]], dtype=float)
W1 = np.random.uniform(-1, 1, (3, 5))
W2 = np.random.uniform(-1, 1, (6, 1))

def sig(z):
    return 1.0 / (1.0 + np.exp(-z))

def forward(x):
    x1 = np.append(x, np.ones((len(x), 1)), axis=1)
    h = sig(x1 @ W1)
    h1 = np.append(h, np.ones((len(h), 1)), axis=1)
    return x1, h, h1, sig(h1 @ W2)

def train(x, t, rate, n):
    global W1, W2
    for _ in range(n):
        x1, h, h1, o = forward(x)
        d2 = (o - t) * o * (1 - o)
        d1 = d2.dot(W2[:-1].T){derivative}
        W2 = W2 - rate * h1.T.dot(d2)
        W1 = W1 - rate * x1.T.dot(d1)
"""
PROGRAMS = {
    "called": (CALLED, " * (1 - h ** 2)"),
    "ones inside": (ONES_INSIDE, " * H * (1 - H)"),
    "ones given": (ONES_GIVEN, " * l1 * (1 - l1)"),
    "in functions": (IN_FUNCTIONS, " * h * (1 - h)"),
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("right", [True, False])
def test_arrays_of_the_module_are_driven(name: str, right: bool, tmp_path: Path) -> None:
    text, derivative = PROGRAMS[name]
    found = driven(tmp_path, text.replace("{derivative}", derivative if right else ""))
    assert found.exact
    reading = found.settled.step and found.settled.step.reading
    assert reading is not None
    assert (reading.fault.id if reading.fault else "") == ("" if right else "hidden-derivative-missing")


def test_functions_of_a_namespace_see_what_is_assigned_in_it(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        textwrap.dedent("""\
            import numpy as np
            W, seen = np.ones(2), [1]
            def total(*, more=1):
                return W.sum() + more
            def twice():
                return 2 * total()
        """),
        encoding="utf-8",
    )
    program = definitions(path)
    names = namespace(program)
    names["W"] = np.zeros(2)
    names["seen"].append(2)
    assert names["twice"]() == 2
    assert (program.twice(), program.seen) == (6, [1])


LOSS_OF_MODEL = """
import torch
import torch.nn as nn

class MLP(nn.Module):
    def __init__(self, hidden_dims=[12, 7]):
        super().__init__()
        self.first = nn.Linear(4, hidden_dims[0])
        self.second = nn.Linear(hidden_dims[0], hidden_dims[1])
        self.out = nn.Linear(hidden_dims[1], 3)

    def forward(self, x):
        return self.out(torch.sigmoid(self.second(torch.sigmoid(self.first(x)))))

if __name__ == "__main__":
    net = MLP()
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    crit = nn.CrossEntropyLoss()
    x, y = torch.randn(100, 4), torch.randint(0, 3, (100,))
    for epoch in range(100):
        opt.zero_grad()
        loss = crit(net(x), y)
        loss.backward()
        opt.step()
"""


def test_a_loop_may_keep_the_loss_alone(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    assert all(driven(tmp_path, LOSS_OF_MODEL).settled.score)
