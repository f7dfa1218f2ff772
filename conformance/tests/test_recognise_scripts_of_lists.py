"""Scripts that go through their samples themselves and count through lists, as ports from C do."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from driving import driven

from mlp_conformance.recognise.source.changed_arrays import filled_anew
from mlp_conformance.recognise.source.loops import takes_singly

#: drawn: the first weights; error: through what a hidden unit's comes; bias: the step of the output's.
SCRIPT = """
import math, random

N_IN, N_HIDDEN, N_OUT = 2, 3, 1

def first_weight():
    return random.random()

hidden = [0.0] * N_HIDDEN
output = [0.0] * N_OUT
{drawn}
training_inputs = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
training_outputs = [[0.0], [1.0], [1.0], [0.0]]
lr = 0.1

for n in range(10000):
    for i in range(len(training_inputs)):
        for j in range(N_HIDDEN):
            total = hidden_bias[j]
            for k in range(N_IN):
                total += training_inputs[i][k] * hidden_weights[k][j]
            hidden[j] = 1.0 / (1.0 + math.exp(-total))
        for j in range(N_OUT):
            total = output_bias[j]
            for k in range(N_HIDDEN):
                total += hidden[k] * output_weights[k][j]
            output[j] = 1.0 / (1.0 + math.exp(-total))
        delta_output = [(training_outputs[i][j] - output[j]) * output[j] * (1 - output[j]) for j in range(N_OUT)]
        delta_hidden = [0.0] * N_HIDDEN
        for j in range(N_HIDDEN):
            error = sum(delta_output[k] * output_weights[j][k] for k in range(N_OUT))
            delta_hidden[j] = error * hidden[j] * (1 - hidden[j])
        for j in range(N_OUT):
            {bias}
            for k in range(N_HIDDEN):
                output_weights[k][j] += lr * hidden[k] * delta_output[j]
        for j in range(N_HIDDEN):
            hidden_bias[j] += lr * delta_hidden[j]
            for k in range(N_IN):
                hidden_weights[k][j] += lr * training_inputs[i][k] * delta_hidden[j]
"""
DRAWN = """
hidden_bias = [first_weight() for _ in range(N_HIDDEN)]
output_bias = [first_weight() for _ in range(N_OUT)]
hidden_weights = [[first_weight() for _ in range(N_HIDDEN)] for _ in range(N_IN)]
output_weights = [[first_weight() for _ in range(N_OUT)] for _ in range(N_HIDDEN)]
"""
WRITTEN = """
hidden_bias = [0.35, 0.1, 0.2]
output_bias = [0.6]
hidden_weights = [[0.15, 0.25, 0.5], [0.2, 0.3, 0.4]]
output_weights = [[0.4], [0.5], [0.1]]
"""


@pytest.mark.parametrize("drawn", [DRAWN, WRITTEN])
@pytest.mark.parametrize(
    ("bias", "fault"), [("output_bias[j] += lr * delta_output[j]", None), ("pass", "bias-untrained/output-layer")]
)
def test_such_a_script_is_driven(drawn: str, bias: str, fault: str | None, tmp_path: Path) -> None:
    found = driven(tmp_path, SCRIPT.format(drawn=drawn, bias=bias))
    assert found.exact
    assert "one sample" in found.plan.notes[0]
    reading = found.settled.step and found.settled.step.reading
    assert fault is not None or (reading is not None and reading.fault is None)
    assert fault is None or reading is None or reading.fault is not None


def test_what_is_filled_anew_is_learnt_by_no_loop() -> None:
    loop = ast.parse("for i in s:\n    h[i] = f(z)\n    W[i][0] += h[i]\n    V[i] = V[i] - 1\n    b = h[i]\n    b[0] = 1").body[
        0
    ]
    assert filled_anew(loop) == {"h"}


@pytest.mark.parametrize(
    ("inner", "singly"),
    [
        ("for i in range(len(X)):\n        x = X[i]", True),
        ("for i in range(len(X)):\n        x = X[i, :]", True),
        ("for x, y in zip(X, Y):\n        f(x)", True),
        ("for i in range(0, len(X), 8):\n        x = X[i:i + 8]", False),
        ("for x, y in batches(X, Y):\n        f(x)", False),
        ("for x, y in zip(A, Y):\n        f(x)", False),
    ],
)
def test_whether_a_loop_goes_through_samples(inner: str, singly: bool) -> None:
    assert takes_singly(ast.parse(f"for epoch in range(9):\n    {inner}").body[0], "X") is singly
