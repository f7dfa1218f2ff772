"""Training that runs and changes nothing, beside gradients that are right: a loop may bind new arrays to its own names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from mlp_conformance.recognise.numbers.readings import question
from mlp_conformance.recognise.parameters.tensors import leaves
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.source.signatures import code_in
from mlp_conformance.recognise.steps.own_training import CHOSEN

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: More samples than a program is likely to take in one batch: with fewer it may leave out a batch that is not whole.
_MANY = 300
_EPOCHS = 3


def judge_idle_training(settled: Settled) -> None:
    """Calls that are given a learning rate, and leave all parameters as they were, are its training: it takes no step.

    Not where the program has words of what may keep it from one, nor where the calls return what may be the parameters.
    """
    search, plan, labels = settled.search, settled.plan, settled.forward.layout.labels
    reading = settled.step.reading if settled.step is not None else None
    if reading is None or reading.fault is not None or plan.single_step or CHOSEN.search(code_in(search.program.tree)):
        return
    asked = question(search.asked.sizes, _MANY)
    several = replace(search, asked=asked if search.has_biases else asked.biasless)
    several = several.with_labels() if labels else several
    for lines in search.mishaps.idle:
        if "inputs" in lines[-1] and "learning_rate" in " ".join([*lines, *plan.make]) and _is_idle(several, lines):
            plan.step, plan.whole = lines, True
            return


def _is_idle(search: Search, lines: Sequence[str]) -> bool:
    """Whether statements run, change no parameter, and return nothing with as many numbers as the weights of a layer."""
    space = search.space(None, _EPOCHS)
    call = lines[-1].removeprefix("params = ")
    if space is None or not space.run([*lines[:-1], f"returned = {call}"]) or not search.stand_as_given(space):
        return False
    if call != lines[-1]:
        space.names["params"] = space.names["returned"]
        return search.stand_as_given(space)
    sizes = {weights.size for weights, _ in space.asked.parameters}
    return not any(prod(leaf.shape) in sizes for leaf in leaves("returned", space.names["returned"], set()))
