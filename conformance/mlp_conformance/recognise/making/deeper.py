"""The same network with another number of layers: whether what was found holds there, and what differs there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mlp_conformance.recognise.making.making import BATCH, EQUAL_LAYERS, THREE_LAYERS, TWO_LAYERS, standing
from mlp_conformance.recognise.numbers.mixed import are_meant, mixed_readings
from mlp_conformance.recognise.numbers.readings import agrees, question
from mlp_conformance.recognise.parameters.forms import after_all, all_of, follows
from mlp_conformance.recognise.parameters.slots import Slot, arrangements, generalised
from mlp_conformance.recognise.parameters.tensors import tensors
from mlp_conformance.recognise.parameters.thresholds import are_thresholds, as_thresholds
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.settle import Settled, settle
from mlp_conformance.recognise.space import Space
from mlp_conformance.subject import described_error
from mlp_reference.mlp import Algorithm


def runs_deeper(settled: Settled) -> bool:
    """Whether the same calls answer for another number of layers, rightly or not.

    Where layers have activations of their own, those of a deeper network are not known.
    """
    other = _other(settled)
    if other is None or not isinstance(settled.forward.reading.hidden, str):
        return False
    return _answers_for(settled, other) or _runs_with_equal_layers(settled, other)


def _runs_with_equal_layers(settled: Settled, other: Search) -> bool:
    """Whether they answer for two hidden layers that are as wide as one another, where for others they raise.

    A mistake that a program makes of its layers may show by that alone; and so may what was never meant for more than one.
    """
    if settled.plan.layers != 2 or settled.plan.equal or _run(settled, other) is None:
        return False
    equal = _other(settled, EQUAL_LAYERS)
    settled.plan.equal = equal is not None and _answers_for(settled, equal)
    return settled.plan.equal


def _answers_for(settled: Settled, other: Search) -> bool:
    """Whether the calls for the output, the gradients and the step answer in that network."""
    space = _run(settled, other)
    if space is None or _is_mixed(settled, other, space):
        return False
    if settled.plan.gradients and not _gradients_follow(settled, other):
        return False
    trial = other.space(1 if settled.plan.single else None)
    return not settled.plan.step or (trial is not None and trial.run(settled.plan.step))


def said_of_depth(settled: Settled) -> str:
    """What is said of a program that makes deeper networks, gives their output rightly, and raises where it trains them."""
    plan, other = settled.plan, _other(settled)
    reading = settled.forward.reading
    if plan.layers != 2 or plan.equal or other is None or not plan.step or not isinstance(reading.hidden, str):
        return ""
    space, trial = _run(settled, other), other.space(1 if plan.single else None)
    if space is None or trial is None or trial.run(plan.step) or not isinstance(trial.error, Exception):
        return ""
    asked = space.asked
    expected = Algorithm().forward(asked.network(reading.hidden, reading.output), asked.inputs)[-1]
    values = np.asarray(space.array(plan.output))
    if not any(agrees(one, expected) for one in (values.reshape(expected.shape), values.reshape(expected.shape[::-1]).T)):
        return ""
    raised = described_error(trial.error)
    return f"Of two hidden layers the output is right, and `{plan.step[-1]}` raised {raised}: that is not judged."


def _gradients_follow(settled: Settled, other: Search) -> bool:
    """Whether the gradients stand where their expressions look for them there too, written so that they do.

    Numbers that are wrong are a mistake; arrays of other layers, found in the place of those that are meant, are none.
    """
    plan = settled.plan
    if not follows(plan.gradients):
        return False
    space = other.space(1 if plan.single_step else None)
    if space is None or not space.run(plan.gradient):
        return False
    fitting = [_fitting(space, pairs, other) for pairs in (plan.gradients, after_all(plan.gradients))]
    if fitting[1] > fitting[0]:
        plan.gradients = after_all(plan.gradients)
    return max(fitting) >= len(other.asked.parameters)


def _fitting(space: Space, pairs: Sequence[tuple[str, str]], other: Search) -> int:
    """How many arrays, of all weights and biases, have as many numbers as those that they are the gradients of."""
    found = space.value(all_of(pairs, None)) or []
    both = zip(found, other.asked.parameters, strict=False)
    return sum(np.size(one) == part.size for pair, asked in both for one, part in zip(pair, asked, strict=True))


def mixed_deeper(settled: Settled) -> Settled | None:
    """The same network with two hidden layers, if these differ in their activations: one alone does not show what both do."""
    other = _other(settled) if settled.plan.layers == 2 and settled.plan.sizes is None else None
    space = _run(settled, other) if other is not None else None
    if other is None or space is None or not _is_mixed(settled, other, space):
        return None
    found = settle(other)
    return found if found is not None and found.exact and not isinstance(found.forward.reading.hidden, str) else None


def _other(settled: Settled, deeper: tuple[int, ...] = THREE_LAYERS) -> Search | None:
    """The search in a network with one layer more, or with two; None if it is not made in the same way."""
    search, plan = settled.search, settled.plan
    sizes: tuple[int, ...] = deeper if plan.layers == 2 else TWO_LAYERS
    sizes = (*sizes[:-1], 1) if search.asked.sizes[-1] == 1 else sizes
    slots = _slots(search, sizes) if not plan.equal or _counts_layers(search) else None
    if slots is None:
        return None
    changed = search.plan.but(slots=slots, layers=len(slots), tried=sizes, claims={}, notes=list(search.plan.notes))
    return replace(search, plan=changed, asked=question(sizes, BATCH), unmatched=[])


def _slots(search: Search, sizes: tuple[int, ...]) -> list[Slot] | None:
    """The parameters of a network of those sizes, if it can be made and they follow the same pattern."""
    plan = search.plan
    if ("sizes[1]" in " ".join(plan.make) and not _counts_layers(search)) or generalised(plan.slots) is None:
        return None
    space = Space(search.program.module, question(sizes, BATCH))
    if not space.run(plan.make):
        return None
    made = tensors(standing(plan.root, space.names[plan.root], search.program))
    for found in arrangements(made, sizes):
        slots = as_thresholds(found) if are_thresholds(plan.slots) else found
        if generalised(slots) == generalised(plan.slots) or _same_pattern(slots, plan.slots):
            return slots
    return None


def _counts_layers(search: Search) -> bool:
    """Whether a network is made with a number of layers, all of which are as wide."""
    return "len(sizes)" in " ".join(search.plan.make)


def _same_pattern(some: list[Slot], others: list[Slot]) -> bool:
    one, other = generalised(some), generalised(others)
    if one is None or other is None:
        return False
    return one.weights.template == other.weights.template and one.by_output == other.by_output and one.joined == other.joined


def _run(settled: Settled, other: Search) -> Space | None:
    """The space in which the calls of the forward pass have left an output of that network; None if they do not."""
    space = other.space(1 if settled.plan.single else None)
    if space is None or not space.run(settled.plan.forward):
        return None
    values = space.array(settled.plan.output)
    return space if values is not None and values.size == space.asked.targets.size else None


def _is_mixed(settled: Settled, other: Search, space: Space) -> bool:
    """Whether the output is that of hidden layers which differ in their activations, and are meant to."""
    values = space.array(settled.plan.output)
    known = mixed_readings(space.asked) if values is not None else []
    there = values.reshape(space.asked.targets.shape) if values is not None else None
    return any(are_meant(reading, other.program.tree) and agrees(there, expected) for reading, expected in known)
