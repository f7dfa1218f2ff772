"""Networks whose output is never given out: a `predict` that answers with classes, a cost that is all a function returns.

The step that such a program takes, or the gradients that it gives, belong to one pair of activations alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Offer, ranked
from mlp_conformance.recognise.calling.filling import fillings
from mlp_conformance.recognise.calling.global_data import data_for
from mlp_conformance.recognise.calling.layouts import LAYOUTS, OTHER_TARGETS, Layout
from mlp_conformance.recognise.calling.rates import rate_setting
from mlp_conformance.recognise.losses.metrics import place_of_number
from mlp_conformance.recognise.numbers.readings import ForwardReading, Parameters, agrees, factor, losses_for, simplest, steps
from mlp_conformance.recognise.space import Forward, is_over, worked
from mlp_reference.mlp import Algorithm
from mlp_reference.network import HIDDEN_ACTIVATIONS, REDUCTIONS

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search

#: Calls that are tried in one layout.
_MOST = 30
#: Seconds after which no more calls are tried.
_PATIENCE = 3.0
_OUTPUTS = ("sigmoid", "softmax", "linear", "tanh")


def unseen_forwards(search: Search) -> Iterator[tuple[Search, list[Forward]]]:
    """For every layout, what stands for a forward pass that cannot be called, with each pair of activations."""
    for layout in _layouts(search):
        asked = search.with_labels() if layout.labels and search.asked.sizes[-1] > 1 else search
        yield asked, [_unseen(layout, hidden, output) for hidden, output in _pairs(search)]


def _pairs(search: Search) -> Iterator[tuple[str, str]]:
    """Hidden and output activations."""
    for hidden, output in product(HIDDEN_ACTIVATIONS, _OUTPUTS):
        if output != "softmax" or search.asked.sizes[-1] > 1:
            yield hidden, output


def unseen_step(search: Search) -> tuple[Search, Forward] | None:
    """The layout and the activations with which some calls take the step of a reading, if there are any."""
    start = worked()
    for layout in _layouts(search):
        asked = search.with_labels() if layout.labels and search.asked.sizes[-1] > 1 else search
        taken: list[Parameters] = []
        for lines, _ in islice(asked.sequences(_unseen(layout, "sigmoid", "sigmoid")), _MOST):
            if is_over() or worked() - start > _PATIENCE:
                return None
            found = asked.taken(lines, None) if "target" in " ".join(lines) else None
            if found is None:
                continue
            if "learning_rate" not in " ".join([*lines, *asked.plan.make]) and (rate := rate_setting(asked, lines, None)):
                asked = replace(asked, plan=asked.plan.but(make=[*asked.plan.make, rate]))
                found = asked.taken(lines, None)
            taken += [found[1]] if found is not None else []
        if not taken:
            continue
        for hidden, output in _pairs(asked):
            for _, expected in steps(asked.asked, hidden, output, losses_for(output, asked.families)):
                if any(asked.is_step(step, expected) or _is_fixed(asked, step, expected) for step in taken):
                    return asked, _unseen(layout, hidden, output)
    return None


def _is_fixed(search: Search, step: Parameters, expected: Parameters) -> bool:
    """Whether a step is the one that is expected but for a learning rate that is written in the program's text."""
    ratio = factor(step, expected, search.has_biases)
    return ratio is not None and simplest(ratio * search.asked.learning_rate) in search.constants


def forwards_by_loss(search: Search) -> Iterator[tuple[Search, Forward]]:
    """What stands for a forward pass whose loss is right under one pair of activations alone, whatever its gradients are."""
    for layout in _layouts(search):
        asked = search.with_labels() if layout.labels and search.asked.sizes[-1] > 1 else search
        space = None if is_over() else asked.space()
        values = list(_losses(asked, layout)) if space is not None else []
        for hidden, output in _pairs(asked) if values else ():
            for loss, reduction in product(losses_for(output, asked.families), REDUCTIONS):
                given = asked.answered(None)
                network = given.network(hidden, output, loss, reduction)
                with np.errstate(all="ignore"):
                    expected = np.asarray(Algorithm().loss(network, given.inputs, given.targets))
                if any(agrees(value, expected) for value in values):
                    yield asked, _unseen(layout, hidden, output)


def _losses(search: Search, layout: Layout) -> Iterator[np.ndarray]:
    """The numbers that the program's losses give for a whole batch, and those beside the gradients of a backward pass."""
    space = search.space()
    offers = search.find_offers(space) if space is not None else []
    for offer in (*ranked(offers, roles.LOSS)[:4], *ranked(offers, roles.BACKWARD)[:2]):
        for text in islice(fillings(offer, search.context(layout)), 6):
            space, there = search.space(), data_for(search.program, text, layout)
            if space is not None and "target" in (there or [text])[0] and space.run([*there, f"value = {text}"]):
                value = space.array(f"value{place_of_number(space.names['value'])}")
                if value is not None and value.size == 1:
                    yield value.reshape(())


def _layouts(search: Search) -> list[Layout]:
    whole = (
        [search.layout]
        if search.layout
        else [*LAYOUTS[:2], *(layout for layout in OTHER_TARGETS if not layout.single and "torch" not in layout.x)]
    )
    return [layout for layout in whole if not layout.vector or search.asked.sizes[-1] == 1]


def _unseen(layout: Layout, hidden: str, output: str) -> Forward:
    nothing = Offer("", "", len)
    return Forward(["output = None"], "", layout, ForwardReading(hidden, output), True, nothing, "output")
