"""Arguments by the names that strangers give them: outputs and targets, and learning rates."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import driven

import mlp_conformance

OUTPUTS = """
import numpy as np

class NeuralNetwork:
    def __init__(self, n_in, n_hidden, n_out):
        self.w1, self.w2 = np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)

    def get_output(self, inputs):
        self.h = 1 / (1 + np.exp(-inputs @ self.w1))
        return 1 / (1 + np.exp(-self.h @ self.w2))

    def train(self, inputs, {found}, {wanted}{rate}):
        d2 = ({wanted} - {found}) * {found} * (1 - {found})
        d1 = d2 @ self.w2.T * self.h * (1 - self.h)
        self.w2 += {by} * self.h.T @ d2
        self.w1 += {by} * inputs.T @ d1
"""


@pytest.mark.parametrize(
    ("found", "wanted", "rate"),
    [
        ("ai_output", "right_output", ""),
        ("network_outputs", "targets", ""),
        ("final_result", "real_results", ", training_speed=1"),
        ("computed_output", "y", ", strength=1"),
    ],
)
def test_outputs_and_targets_and_rates_by_their_names(found: str, wanted: str, rate: str, tmp_path: Path) -> None:
    by = rate.partition("=")[0].strip(", ") or "1"
    plan = driven(tmp_path, OUTPUTS.format(found=found, wanted=wanted, rate=rate, by=by)).plan
    assert ("learning_rate" in plan.step[-1]) == bool(rate)
    assert mlp_conformance.run(str(tmp_path / "program.py"), select="drawn").conforms
