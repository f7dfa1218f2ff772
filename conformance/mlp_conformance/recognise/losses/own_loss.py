"""Training that descends a loss of the program's own, none of the known ones: right in itself, and left out of the verdict."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.losses.metrics import asked_loss, value_after
from mlp_conformance.recognise.losses.unknown_losses import losses_by_name
from mlp_conformance.recognise.numbers.readings import Parameters

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: Directions in which the loss is compared with the step, how far it is moved, and how near the ratios have to be.
_DIRECTIONS, _MOVED, _NEAR = 6, 1e-5, 1e-3
#: Ways to call a loss that are tried.
_WAYS = 4


def leave_own_training(settled: Settled) -> None:
    """Leave training out, and say so, where no reading explains its steps and they go along the slopes of a loss of its own."""
    step, search, forward = settled.step, settled.search, settled.forward
    if step is None or step.reading is not None or not step.lines or not settled.exact:
        return
    batch = 1 if forward.layout.single else None
    taken = search.taken(step.lines, batch)
    if taken is None:
        return
    for offer in losses_by_name(settled):
        for answered in islice(asked_loss(search, forward, offer), _WAYS):
            rate = _descended_at(settled, taken[1], [*answered.lines, f"value = {answered.text}"], batch)
            is_free = rate is not None and abs(rate / search.asked.learning_rate - 1) > _NEAR
            if is_free and step.is_scaled:
                return  # the steps are those of a known loss but for a factor, and the program's own loss has not got it
            if is_free and batch == 1 and search.asked.sizes[-1] == 1:
                return  # of a single sample with a single output every step goes along the slopes of every loss
            if rate is not None:
                settled.plan.step, settled.plan.gradient, settled.plan.gradients = [], [], []
                settled.plan.notes.append(f"Training descends `{offer.name}`, a loss of its own, and is not judged.")
                return


def _descended_at(settled: Settled, step: Parameters, lines: list[str], batch: int | None) -> float | None:
    """The learning rate at which the loss is descended, if along each of some directions it changes as the step says."""
    random, ratios = np.random.default_rng(0), []
    for _ in range(_DIRECTIONS):
        along = [(random.normal(size=w.shape), random.normal(size=b.shape)) for w, b in step]
        ahead, behind = (_value(settled, along, sign * _MOVED, lines, batch) for sign in (1.0, -1.0))
        if ahead is None or behind is None or not np.isfinite(ahead - behind) or ahead == behind:
            return None
        told = sum(
            float(np.sum(d * s)) for pair, moved in zip(along, step, strict=True) for d, s in zip(pair, moved, strict=True)
        )
        ratios.append(told * 2 * _MOVED / (ahead - behind))
    middle = float(np.median(ratios))
    return middle if middle > 0 and np.all(np.abs(np.array(ratios) - middle) <= _NEAR * middle) else None


def _value(settled: Settled, along: Parameters, by: float, lines: list[str], batch: int | None) -> float | None:
    """The loss with the parameters moved along a direction."""
    asked = settled.search.asked
    moved = [(w + by * v, b + by * u) for (w, b), (v, u) in zip(asked.parameters, along, strict=True)]
    return value_after(replace(settled.search, asked=replace(asked, parameters=moved)), lines, batch)
