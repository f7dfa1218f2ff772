"""Weights whose rows follow one another in a vector, as in C."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.checks import Settings
from mlp_conformance.loading import load
from mlp_conformance.runner import select
from mlp_conformance.verdict import judge

#: A port from C: the biases are the last numbers of each row.
IN_LISTS = """
import math, random

class Net:
    def __init__(self, ni, nh, no):
        self.ni, self.nh, self.no = ni, nh, no
        self.wh = [random.uniform(-.5, .5) for _ in range((ni + 1) * nh)]
        self.wo = [random.uniform(-.5, .5) for _ in range((nh + 1) * no)]

def layer(w, x, n):
    out, k = [], 0
    for _ in range(n):
        s = 0.0
        for v in x:
            s += w[k] * v
            k += 1
        out.append(1.0 / (1.0 + math.exp(-(s + w[k]))))
        k += 1
    return out

def net_run(net, x):
    net.hid = layer(net.wh, x, net.nh)
    net.out = layer(net.wo, net.hid, net.no)
    return net.out

def net_train(net, x, t, eta):
    net_run(net, x)
    dout = [(t[k] - y) * y * (1 - y) for k, y in enumerate(net.out)]
    dhid = []
    for j, h in enumerate(net.hid):
        e = sum(dout[k] * net.wo[k * (net.nh + 1) + j] for k in range(net.no))
        dhid.append(e * h * (1 - h))
    for w, d, x in ((net.wo, dout, net.hid), (net.wh, dhid, x)):
        n = len(x) + 1
        for k in range(len(d)):
            for j in range(len(x)):
                w[k * n + j] += eta * d[k] * x[j]
            {bias}
"""

#: A row for each input, biases by themselves, a vector for each layer.
IN_ARRAYS = """
import numpy as np

class Net:
    def __init__(self, sizes):
        self.sizes = sizes
        self.w = [np.random.randn(a * b) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]

    def matrix(self, k):
        return self.w[k].reshape(self.sizes[k], self.sizes[k + 1])

    def forward(self, X):
        self.a = [X]
        for k, b in enumerate(self.b):
            X = np.tanh(X @ self.matrix(k) + b)
            self.a.append(X)
        return X

    def train(self, X, Y, lr):
        d = (self.forward(X) - Y) * (1 - self.a[-1] ** 2)
        for k in reversed(range(len(self.w))):
            back = d @ self.matrix(k).T * (1 - self.a[k] ** 2)
            self.w[k] -= lr * (self.a[k].T @ d).ravel()
            {bias}
            d = back
"""


@pytest.mark.parametrize(
    ("source", "right"),
    [(IN_LISTS, "w[k * n + n - 1] += eta * d[k]"), (IN_ARRAYS, "self.b[k] -= lr * d.sum(0)")],
)
def test_rows_that_follow_one_another_are_driven_and_judged(source: str, right: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    for bias, faults in ((right, []), ("pass", ["bias-untrained"])):
        path.write_text(source.replace("{bias}", bias), encoding="utf-8")
        report = judge(load(str(path)), select("drawn/"), Settings(examples=10))
        assert [finding.fault for finding in report.diagnosis][:1] == faults
        assert report.conforms is not bool(faults)


def test_the_adapter_says_how_long_the_rows_are(tmp_path: Path) -> None:
    text = driven(tmp_path, IN_LISTS.replace("{bias}", "w[k * n + n - 1] += eta * d[k]")).plan.source()
    assert "model.wh[:] = np.ravel(np.vstack([w1, b1]).T).tolist()" in text
    assert "np.reshape(model.wh, (network.sizes[1], network.sizes[0] + 1)).T[:-1]" in text
