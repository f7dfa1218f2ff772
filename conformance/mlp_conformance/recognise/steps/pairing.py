"""Outputs that meet the targets of other samples: where inputs are shuffled by themselves, or targets are a bare vector."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mlp_conformance.faults import FAULTS
from mlp_conformance.recognise.calling.layouts import OTHER_TARGETS
from mlp_conformance.recognise.numbers.readings import GradientReading, steps
from mlp_reference.mlp import Algorithm

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.settle import Settled
    from mlp_conformance.recognise.space import Forward

#: Words of programs that take samples in another order.
MIXED = re.compile(r"shuffl|permut|randperm|choice|sample\(|sampler|randint", re.I)
#: Times that a call is asked, as long as it leaves two samples in their order.
_TRIES = 8
SPREAD = (
    "Its targets have to be a column, one number in each row: of a bare vector of targets it compares each with every output."
)
_VECTORS = "Its output is a bare vector, and so are the targets that it is trained with."
_OWN_VECTOR = "Its own targets are a bare vector, and are what its training is judged with."
#: Words of programs that make a column of a vector, or have one from the first.
_COLUMN = re.compile(r"reshape|newaxis|, ?None\]|unsqueeze|view\(|keepdims?=|keepdims|hstack|column_stack|np\.c_|:1\]|\[\[\d")
SAID = "`{}` does not shuffle inputs and targets together: of two samples it learns each with the other's target."
_OFF = re.compile(r"(\b\w*shuffle\w*(?: = |=))(?:False|0\.0)\b")


def parted(search: Search, forward: Forward, lines: list[str], losses: Sequence[str]) -> GradientReading | None:
    """The reading whose step some calls take with the targets of two samples exchanged; None if they never do.

    A program that shuffles pairs takes the same step in any order, so that no right one ever does.
    """
    if forward.layout.single or not MIXED.search(search.program.source):
        return None
    asked = search.answered(2)
    hidden, output = forward.reading.hidden, forward.reading.output
    known = dict(steps(asked, hidden, output, losses))
    other = dict(steps(replace(asked, targets=asked.targets[::-1]), hidden, output, losses))
    for _ in range(_TRIES):
        found = search.taken(lines, 2)
        if found is None:
            return None
        reading = next((r for r, step in other.items() if search.is_step(found[1], step)), None)
        if reading is not None:
            return replace(reading, fault=FAULTS["targets-misaligned"])
        if not any(search.is_step(found[1], step) for step in known.values()):
            return None
    return None


def parted_where_on(
    search: Search, forward: Forward, lines: list[str], losses: Sequence[str]
) -> tuple[Search, list[str], GradientReading] | None:
    """The same of calls for which shuffling was turned off, with it on: how they are made then, the calls, and the reading."""
    on = [_OFF.sub(r"\1True", line) for line in lines]
    make = [_OFF.sub(r"\1True", line) for line in search.plan.make]
    if on == lines and make == search.plan.make:
        return None
    other = replace(search, plan=search.plan.but(make=make))
    reading = parted(other, forward, on, losses)
    return None if reading is None else (other, on, reading)


def judge_spread(settled: Settled) -> None:
    """Have training judged with a vector of targets where the program's own output is one, and each meets all of them.

    Whoever compares what it predicts with the targets has both in one form, unless the text makes a column of anything. A
    script's own targets are seen where they stand.
    """
    vector = settled.forward.output.endswith(".reshape(-1, 1)") and not _COLUMN.search(settled.search.program.source)
    lines = _spread_lines(settled) if vector or settled.search.in_a_vector else []
    if lines and settled.step is not None and settled.step.reading is not None:
        reading = replace(settled.step.reading, fault=FAULTS["targets-broadcast"])
        settled.step = replace(settled.step, lines=lines, reading=reading)
        settled.plan.step = lines
        settled.plan.notes.append(_OWN_VECTOR if settled.search.in_a_vector else _VECTORS)


def spread(settled: Settled) -> str:
    """What is said of a program that is right with targets in a column and compares every output with all of a vector's.

    Empty if it does not: if it refuses a vector, or means it.
    """
    return SPREAD if _spread_lines(settled) else ""


def _spread_lines(settled: Settled) -> list[str]:
    """The calls that train with targets as a vector, if each output meets all of these then; nothing if they do not."""
    search, step, layout = settled.search, settled.step, settled.forward.layout
    if step is None or step.reading is None or step.reading.fault is not None or layout.single or search.asked.sizes[-1] > 1:
        return []
    other = next((other for other in OTHER_TARGETS if other.vector and other.samples_as == layout.name), None)
    lines = [line.replace(layout.y, other.y) for line in step.lines] if other is not None else step.lines
    found = search.taken(lines, None) if lines != step.lines else None
    if found is None:
        return []
    reading, loss, asked = settled.forward.reading, step.reading, search.answered(None)
    network = asked.network(reading.hidden, reading.output, loss.loss, loss.reduction)
    rate = loss.rate or asked.learning_rate
    steps_of = []
    for algorithm in (Algorithm(), FAULTS["targets-broadcast"].algorithm()):
        after, _ = algorithm.train(network, asked.inputs, asked.targets, rate, 1)
        steps_of.append([(w - u, b - v) for (w, b), (u, v) in zip(asked.parameters, after, strict=True)])
    right, spread_out = steps_of
    return lines if search.is_step(found[1], spread_out) and not search.is_step(found[1], right) else []
