"""What a module makes of its own classes: what only keeps what it is given is there for the network that needs it."""

from __future__ import annotations

import ast
from pathlib import Path

from driving import driven

from mlp_conformance.recognise.source.records import working

CLASSES = """
from dataclasses import dataclass
from typing import NamedTuple

class Function:
    "Both formulas."
    def __init__(self, f, df, name="a"):
        self.f, self.df = f, df
        self.name = name
        self.calls = 0

class Named(Function):
    def __init__(self, f, df):
        self.f, self.df = f, df

@dataclass
class Config:
    rate: float

class Pair(NamedTuple):
    w: float

class Filled:
    def __init__(self):
        self.layers = []

class Bare:
    pass

class Reading:
    def __init__(self, path):
        self.data = open(path).read()

class Derived(Reading):
    def __init__(self, path):
        self.path = path

def work(): ...
"""

NETWORK = """
import math, random

class Function:
    def __init__(self, f, df):
        self.f, self.df = f, df

tanh = Function(lambda x: math.tanh(x), lambda y: 1 - y * y)

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.function(tanh)
        self.W = [[random.random() for _ in range(n_in)] for _ in range(n_hidden)]
        self.V = [[random.random() for _ in range(n_hidden)] for _ in range(n_out)]
        self.b, self.c = [0.0] * n_hidden, [0.0] * n_out

    def function(self, function):
        self.f = function

    def predict(self, x):
        self.h = [self.f.f(sum(w * v for w, v in zip(row, x)) + b) for row, b in zip(self.W, self.b)]
        return [self.f.f(sum(w * v for w, v in zip(row, self.h)) + b) for row, b in zip(self.V, self.c)]

    def train(self, x, t, rate):
        d = [(y - s) * self.f.df(y) for y, s in zip(self.predict(x), t)]
        e = [sum(d[k] * self.V[k][j] for k in range(len(d))) * self.f.df(h) for j, h in enumerate(self.h)]
        for M, b, d, x in ((self.V, self.c, d, self.h), (self.W, self.b, e, x)):
            for k, row in enumerate(M):
                b[k] -= rate * d[k]
                for j, v in enumerate(x):
                    row[j] -= rate * d[k] * v
"""


def test_what_stores_its_arguments_does_no_work() -> None:
    assert working(ast.parse(CLASSES)) == {"Filled", "Bare", "Reading", "Derived", "work"}


def test_a_network_is_made_that_needs_such_an_object_of_its_module(tmp_path: Path) -> None:
    found = driven(tmp_path, NETWORK)
    assert all(found.settled.score)
    assert found.plan.claims["activations"] == {"tanh"}
