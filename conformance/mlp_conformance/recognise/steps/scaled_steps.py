"""Training that scales its inputs first, as many a `fit` does, where the forward pass takes them as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlp_conformance.recognise.source.scaling import SCALINGS, scaling_line
from mlp_conformance.recognise.steps.stepping import find_step

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled


def leave_scaled_training(settled: Settled) -> None:
    """Leave training out, and say so, where the steps are not right as they are and are right for inputs that are scaled."""
    step, search = settled.step, settled.search
    is_right = step is not None and step.reading is not None and step.reading.fault is None
    line = scaling_line(search.program.tree)
    if step is None or is_right or line is None or search.scaling is not None:
        return
    calls = list({tuple(one.lines): (one.lines, one.whole) for one in (step, *(rival.step for rival in step.rivals))}.values())
    for scaling in SCALINGS:
        found = find_step(replace(search, scaling=scaling, calls=calls), settled.forward, False)[2]
        if found is not None and found.reading is not None and found.reading.fault is None:
            settled.plan.step = []
            settled.plan.notes.append(
                f"Training scales its inputs first, in line {line}: it {scaling.what}. That is no part of a network's formula, "
                "so training is not judged; for inputs so scaled its steps were right as far as they were tried. Scale the "
                "data before the network gets them, and they are judged."
            )
            return
