"""Training in batches: what is judged is one batch of all samples, and whether smaller ones are taken in turn is said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.construct import signature
from mlp_conformance.recognise.readings import Parameters, Question, same_step
from mlp_reference.mlp import Algorithm

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: Samples in a batch, and in all: two batches.
_SIZE, _SAMPLES = 5, 10
#: Words of programs that take samples in another order.
_MIXED = re.compile(r"shuffl|permut|choice|sample\(|randint", re.I)


def odd_batches(settled: Settled) -> str:
    """What is said of a call whose steps are right for one batch, and not for smaller ones in turn; empty if nothing is."""
    search, step = settled.search, settled.step
    if step is None or step.reading is None or step.reading.fault is not None or not step.whole or step.reading.rate:
        return ""
    line = _with_batches(settled)
    if not line or settled.forward.layout.single or _MIXED.search(search.program.source):
        return ""
    found = search.taken([*step.lines[:-1], line], _SAMPLES)
    if found is None or same_step(found[1], _in_turn(settled, search.answered(_SAMPLES)), search.has_biases):
        return ""
    return f"All samples in one batch are judged. `{line}` takes other steps than batches of {_SIZE} in turn would."


def _with_batches(settled: Settled) -> str:
    """The call that trains, with a size of batches; empty if it has none."""
    assert settled.step is not None
    space, line = settled.search.space(), settled.step.lines[-1]
    name = line.partition("(")[0]
    call = space.value(name) if space is not None and re.fullmatch(r"[\w.\[\]]+", name) and line.endswith(")") else None
    named = [p.name for p in signature(call) or [] if roles.argument(p.name) == "batch_size"] if callable(call) else []
    if len(named) != 1 or "=" not in line:
        return ""
    whole = f"{named[0]}=len(inputs)"
    return line.replace(whole, f"{named[0]}={_SIZE}") if whole in line else f"{line[:-1]}, {named[0]}={_SIZE})"


def _in_turn(settled: Settled, asked: Question) -> Parameters:
    """What an epoch of batches in turn subtracts."""
    reading, step = settled.forward.reading, settled.step
    assert step is not None
    assert step.reading is not None
    now = asked
    for start in range(0, len(asked.inputs), _SIZE):
        network = now.network(reading.hidden, reading.output, step.reading.loss, step.reading.reduction)
        batch = slice(start, start + _SIZE)
        after, _ = Algorithm().train(network, asked.inputs[batch], asked.targets[batch], asked.learning_rate, 1)
        now = replace(now, parameters=after)
    return [(w - u, b - v) for (w, b), (u, v) in zip(asked.parameters, now.parameters, strict=True)]
