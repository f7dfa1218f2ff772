"""What a program does outside of what is asked at first: biases that no reading has, batches that do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

PYTREE = """
import numpy as np

def init(sizes):
    return [(np.random.randn(a, b) * 0.1, np.zeros(b)) for a, b in zip(sizes, sizes[1:])]

def predict(params, x):
    for w, b in params:
        x = {layer}
    return x
"""
LISTS = """
import math, random

def make(n_in, n_hidden, n_out):
    return {
        "w1": [[random.uniform(-1, 1) for _ in range(n_in)] for _ in range(n_hidden)], "b1": [0.0] * n_hidden,
        "w2": [[random.uniform(-1, 1) for _ in range(n_hidden)] for _ in range(n_out)], "b2": [0.0] * n_out,
    }

def forward(net, x):
    for w, b in ((net["w1"], net["b1"]), (net["w2"], net["b2"])):
        x = [1 / (1 + math.exp(-sum(p * q for p, q in zip(row, x)))) + c for row, c in zip(w, b)]
    return x
"""


@pytest.mark.parametrize(
    "text",
    [
        PYTREE.format(layer="np.tanh(x @ w) + b"),
        PYTREE.format(layer="np.tanh(x @ w) * (1 + b)"),
        PYTREE.format(layer="np.maximum(x @ w, 0) + b"),
        LISTS,
    ],
)
def test_biases_that_change_the_output_are_not_read_as_none(text: str, tmp_path: Path) -> None:
    """They are zeros at first: without them the output is right."""
    found = driven(tmp_path, text)
    assert found.settled.search.has_biases
    assert not found.settled.exact


def test_a_network_without_biases_may_have_other_arrays_of_their_shape(tmp_path: Path) -> None:
    text = PYTREE.format(layer="np.tanh(x @ w)")
    assert driven(tmp_path, text).exact
