"""What a certified training run costs: the document's XOR run, 10,000 epochs, and the bounds of a float format for it."""

from __future__ import annotations

from typing import Any

from mlp_reference.formats import FLOAT64
from mlp_reference.training import runs
from mlp_reference.trajectory import Trajectory


def test_certified_xor_run(benchmark: Any) -> None:
    run = runs()["document-xor"]
    benchmark.pedantic(lambda: Trajectory(run.case, run.checkpoints), rounds=1, iterations=1)


def test_bounds_along_the_xor_run(benchmark: Any) -> None:
    run = runs()["document-xor"]
    trajectory = Trajectory(run.case, run.checkpoints)
    benchmark.pedantic(lambda: trajectory.bounds(FLOAT64), rounds=1, iterations=1)
