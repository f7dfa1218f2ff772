"""Losses that take the largest of each row of targets for its class: they are known ones of one-hot targets alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlp_conformance.recognise.losses.metrics import reported_loss

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled


def take_hard_targets(settled: Settled) -> None:
    """Have a network judged with one-hot targets where its loss is a known one of these, and of no others."""
    search, forward = settled.search, settled.forward
    layout = forward.layout
    if layout.labels or layout.single or layout.vector or forward.reading.output != "softmax":
        return
    hard = search.with_labels()
    if reported_loss(search, forward) is None and reported_loss(hard, forward) is not None:
        settled.search = hard
        settled.forward = replace(forward, layout=replace(layout, name=f"{layout.name}, targets one-hot", labels=True))
