"""Training in batches: what is judged is one batch of all samples, and whether smaller ones are taken in turn is said."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.layouts import has_inputs
from mlp_conformance.recognise.numbers.readings import ForwardReading, GradientReading, Parameters, Question, question, steps
from mlp_conformance.recognise.source.signatures import signature
from mlp_conformance.recognise.space import worked
from mlp_conformance.recognise.steps.pairing import MIXED
from mlp_reference.mlp import Algorithm

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: Samples in a batch, and in all: two batches.
SIZE, SAMPLES = 5, 10
#: The largest batch that is looked for in a program's text, and the seconds that it may take.
_LARGEST, _PATIENCE = 256, 2.0


def odd_batches(settled: Settled) -> str:
    """What is said of a call whose steps are right for one batch, and not for smaller ones in turn; empty if nothing is."""
    search, step = settled.search, settled.step
    if step is None or step.reading is None or step.reading.fault is not None or not step.whole or step.reading.rate:
        return ""
    line = _with_batches(settled)
    if not line or settled.forward.layout.single or MIXED.search(search.program.source):
        return ""
    found = search.taken([*step.lines[:-1], line], SAMPLES)
    if found is None or search.is_step(found[1], in_turn(settled, search.answered(SAMPLES), SIZE)):
        return ""
    return f"All samples in one batch are judged. `{line}` takes other steps than batches of {SIZE} in turn would."


def own_batch(settled: Settled) -> int | None:
    """The number of samples up to which a program takes all of them in one batch, if it says such a number and cuts there."""
    search, step = settled.search, settled.step
    if step is None or step.reading is None or step.reading.fault is not None or settled.forward.layout.single:
        return None
    if not has_inputs(step.lines):
        return None
    start = worked()
    for size in _sizes_named(search.program.tree, len(search.asked.inputs)):
        if worked() - start > _PATIENCE:
            break
        if not _is_right(settled, size + 1):
            return size if _is_right(settled, size) and _goes_in_turn(settled, size) else None
    return None


def _sizes_named(tree: ast.AST, least: int) -> list[int]:
    """The numbers in a program's text that may be sizes of batches which the samples asked about do not fill."""
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return sorted({value for value in constants if type(value) is int and least <= value <= _LARGEST})


def _goes_in_turn(settled: Settled, size: int) -> bool:
    """Whether twice as many samples, all alike so that their order is all the same, are two steps."""
    search = settled.search
    assert settled.step is not None
    asked = question(search.asked.sizes, 2 * size)
    alike = replace(
        asked,
        parameters=search.asked.parameters,
        inputs=np.repeat(asked.inputs[:1], 2 * size, axis=0),
        targets=np.repeat(search.asked.targets[:1], 2 * size, axis=0),
    )
    other = replace(search, asked=alike)
    found = other.taken(settled.step.lines, None)
    return found is not None and search.is_step(found[1], in_turn(settled, other.answered(None), size))


def _is_right(settled: Settled, samples: int) -> bool:
    """Whether one epoch with so many samples is one step of the reading."""
    search, step = settled.search, settled.step
    assert step is not None
    assert step.reading is not None
    other = replace(search, asked=replace(question(search.asked.sizes, samples), parameters=search.asked.parameters))
    other = other.with_labels() if settled.forward.layout.labels else other
    found = other.taken(step.lines, samples)
    asked = other.answered(samples)
    asked = replace(asked, learning_rate=step.reading.rate or asked.learning_rate)
    forward, reading = settled.forward.reading, step.reading
    known = dict(steps(asked, forward.hidden, forward.output, [reading.loss]))
    expected = known[GradientReading(reading.loss, reading.reduction)]
    return found is not None and search.is_step(found[1], expected)


def _with_batches(settled: Settled) -> str:
    """The call that trains, with a size of batches; empty if it has none."""
    assert settled.step is not None
    space, line = settled.search.space(), settled.step.lines[-1]
    name = line.partition("(")[0]
    call = space.value(name) if space is not None and re.fullmatch(r"[\w.\[\]]+", name) and line.endswith(")") else None
    named = [p.name for p in signature(call) or [] if roles.is_batch_size(p.name, p.default)] if callable(call) else []
    if len(named) != 1 or "=" not in line:
        return ""
    whole = f"{named[0]}=len(inputs)"
    return line.replace(whole, f"{named[0]}={SIZE}") if whole in line else f"{line[:-1]}, {named[0]}={SIZE})"


def in_turn(settled: Settled, asked: Question, size: int) -> Parameters:
    """What an epoch of batches in turn subtracts."""
    step = settled.step
    assert step is not None
    assert step.reading is not None
    return steps_of_batches(settled.forward.reading, step.reading, asked, size)


def steps_of_batches(forward: ForwardReading, reading: GradientReading, asked: Question, size: int) -> Parameters:
    """The same of a reading that is only supposed."""
    now, rate = asked, reading.rate or asked.learning_rate
    for start in range(0, len(asked.inputs), size):
        network = now.network(forward.hidden, forward.output, reading.loss, reading.reduction)
        batch = slice(start, start + size)
        after, _ = Algorithm().train(network, asked.inputs[batch], asked.targets[batch], rate, 1)
        now = replace(now, parameters=after)
    return [(w - u, b - v) for (w, b), (u, v) in zip(asked.parameters, now.parameters, strict=True)]
