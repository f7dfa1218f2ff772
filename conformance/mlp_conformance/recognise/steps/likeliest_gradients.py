"""Where gradients stand that no reading explains: what has the shapes of the parameters, and most of one reading's numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.calling.given_errors import begins_with_it
from mlp_conformance.recognise.numbers.readings import Parameters, closeness, likeness, losses_for, steps
from mlp_conformance.recognise.parameters.flat import in_another, is_flat, vector_of
from mlp_conformance.recognise.parameters.slots import Slot, arrangements
from mlp_conformance.recognise.parameters.statements import read_pair
from mlp_conformance.recognise.parameters.tensors import Leaf, leaves, tensors
from mlp_conformance.recognise.parameters.thresholds import are_thresholds, as_thresholds
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.space import Forward, Space, Step, is_over
from mlp_conformance.recognise.steps.matching import plausible

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: Gradients that no reading explains point this much in the direction of one, at least: the cosine between both.
_ALIKE = 0.3


def find_likeliest(settled: Settled, ways: Sequence[tuple[Search, Forward]]) -> None:
    """Gradients that nothing explains, where they stand: those of which most numbers are a reading's, if some are.

    ways: those to get the output, with targets in one form or another, or the output as logits.
    """
    plan, best = settled.plan, 0.0
    for search, forward in ways:
        asked, reading = search.answered(1 if forward.layout.single else None), forward.reading
        known = [
            (other, [(w / asked.learning_rate, b / asked.learning_rate) for w, b in taken])
            for other, taken in steps(asked, reading.hidden, reading.output, losses_for(reading.output, search.families))
        ]
        for lines, pairs, values in _gradients_by_shape(search, forward):
            for other, expected in known:
                if not (begins_with_it(lines, forward) or plausible(other, forward, search)):
                    continue
                near = closeness(values, expected)
                if near > best and likeness(values, expected) >= _ALIKE:
                    best = near
                    plan.gradient, plan.gradients, plan.step = lines, pairs, []
                    plan.single_step = forward.layout.single
                    plan.output = plan.output if forward is ways[0][1] else forward.output
                    plan.claims["loss"] = (other.loss, other.reduction)
                    settled.search, settled.forward = search, forward
                    settled.step = Step(lines, other if near == 1 else None, values, False, near)


def _gradients_by_shape(search: Search, forward: Forward) -> Iterator[tuple[list[str], list[tuple[str, str]], Parameters]]:
    """What calls return that has the shapes of the parameters: the calls, expressions and values."""
    sizes, slots = search.asked.sizes, search.plan.slots
    for lines, space in search.gradients(forward, 1 if forward.layout.single else None):
        if is_over():
            return
        found = leaves("grads", space.names.get("grads"), set())
        every = [*in_other_vectors(slots, found, space), *arranged(found, sizes, space, are_thresholds(slots))]
        yield from ((lines, pairs, values) for pairs, values in every)


def arranged(
    found: list[Leaf], sizes: Sequence[int], space: Space, negative: bool = False
) -> Iterator[tuple[list[tuple[str, str]], Parameters]]:
    """Expressions and values of arrays that have the shapes of the parameters; negative: those of thresholds."""
    for slots in arrangements(tensors(found), sizes):
        slots = as_thresholds(slots) if negative else slots
        pairs = [read_pair(slot, str(k)) for k, slot in enumerate(slots)]
        values = [(space.array(w), space.array(b) if b else None) for w, b in pairs]
        if all(w is not None and b is not None for w, b in values):
            yield pairs, values  # type: ignore[misc]


def in_other_vectors(slots: list[Slot], found: list[Leaf], space: Space) -> Iterator[tuple[list[tuple[str, str]], Parameters]]:
    """Expressions and values of what stands in other vectors in the places of the parameters."""
    if not is_flat(slots):
        return
    for leaf in found:
        if len(leaf.shape) != 1 or leaf.path == vector_of(slots):
            continue
        pairs = [read_pair(slot, str(k)) for k, slot in enumerate(in_another(slots, leaf.path))]
        values = [(space.array(w), space.array(b)) for w, b in pairs]
        if all(w is not None and b is not None and np.size(b) for w, b in values):
            yield pairs, values  # type: ignore[misc]
