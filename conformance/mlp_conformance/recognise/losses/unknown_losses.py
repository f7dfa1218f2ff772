"""Losses of a program that are none of the known objectives: said, since they are not judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Offer, ranked
from mlp_conformance.recognise.losses.metrics import asked_loss, known_losses, loss_of_one_output, spoken
from mlp_conformance.recognise.numbers.readings import is_near

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: Functions that are asked, and ways to call each.
_MOST, _WAYS = 6, 12
#: Names of derivatives, and of what gives an error for each output.
_DERIVATIVE = re.compile(r"prime|deriv|grad|delta|(^|_)d_|_d(x|z|a|w|b)?$|^d[a-z]?_?(loss|cost|error|mse)|back|term|signal")


def unknown_losses(settled: Settled) -> list[str]:
    """A sentence for each function that is a loss by its name and not judged.

    It gives a number that is no known loss's, however it is called; or none at all, where no other loss is judged.
    """
    if not settled.forward.exact:
        return []  # of what its output is, is not known
    said = []
    judged = " ".join(settled.plan.loss)
    for offer in losses_by_name(settled):
        if re.search(rf"\b{re.escape(offer.text)}\(", judged):
            continue
        called, is_known = "", False
        for text, known in _answers(settled, offer):
            called, is_known = called or text, known
            if known:
                break
        if called and not is_known:
            said.append(f"`{offer.name}` is none of the known losses, as `{called}` gives it, and is not judged.")
        elif not called and not judged and (alone := _with_one_output(settled, offer)):
            said.append(f"`{offer.name}` gives a number where there is one output: {alone}; it is not judged.")
        elif not called and not judged:
            said.append(f"`{offer.name}`, by its name a loss, gave no number in the ways that were tried, and is not judged.")
    return said


def losses_by_name(settled: Settled) -> list[Offer]:
    """The functions that are losses by their names and nothing else."""
    found = ranked(settled.search.offers(), roles.LOSS)
    others = (roles.TRAIN, roles.BACKWARD, roles.FORWARD[:7])
    given = "targets" in " ".join(settled.plan.make)  # without any, what takes nothing is a penalty by itself
    return [
        offer
        for offer in found
        if (given or offer.parameters)
        and not _DERIVATIVE.search(offer.name.lower())
        and all(roles.rank(offer.name, kind) == len(kind) for kind in others)
    ][:_MOST]


def _answers(settled: Settled, offer: Offer) -> Iterator[tuple[str, bool]]:
    """The calls of a loss that give a number, and whether it is a known loss's."""
    search, forward = settled.search, settled.forward
    values = known_losses(search, forward, search.answered(1 if forward.layout.single else None)).values()
    for _, text, got in islice(asked_loss(search, forward, offer), _WAYS):
        if np.all(np.isfinite(got)):
            yield text, any(is_near(float(got.ravel()[0]), value) for value in values)


def _with_one_output(settled: Settled, offer: Offer) -> str:
    """What a loss is that gives a number in networks of one output alone; empty if it gives none there, or no known one."""
    found = loss_of_one_output(replace(settled.search, find_offers=lambda space: [offer]), settled.forward)
    return spoken(*found.loss) if found is not None else ""
