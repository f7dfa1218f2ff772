"""What a report begins with: what a program was taken for, in a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlp_conformance.recognise.losses.metrics import spoken
from mlp_conformance.recognise.parameters.thresholds import are_thresholds
from mlp_conformance.recognise.settle import Settled
from mlp_conformance.recognise.source.other_activations import is_other
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.source.scaling import scaling_line
from mlp_conformance.recognise.telling.claiming import restrictions


def said_of_scaling(settled: Settled, program: Program) -> str:
    """What a program does to its inputs first, and whether all else is as it should be."""
    assert settled.search.scaling is not None
    line = None if program.beside else scaling_line(program.tree)  # it may be one of another file
    where = f", in line {line}" if line else ""
    explained = settled.step is not None and settled.step.reading is not None and settled.step.reading.fault is None
    rest = "Without that its numbers are the specification's" if explained else "Without that its output is the specification's"
    return (
        f"It scales its inputs first{where}: it {settled.search.scaling.what}. That is no part of a network's formula, so what "
        f"it computes is judged to be wrong. {rest}: scale the data before the network gets them."
    )


#: What the activations of hidden layers are called in programs.
_CALLED = {"relu": "relu", "sigmoid": "sigm|logistic", "tanh": "tanh"}


def understood(settled: Settled, why: str = "", ends: Sequence[str] = ()) -> str:
    """What a program was taken for; why: it is judged with networks of one size; ends: what its hidden layers may end in."""
    plan = settled.plan
    slot = plan.slots[0]
    facts = [
        f"{plan.name}, a network whose weights have a row for each {'output' if slot.by_output else 'input'}",
        f"samples in {settled.forward.layout.name}"
        if settled.forward.layout.name in ("rows", "columns")
        else settled.forward.layout.name,
        _activations(settled),
    ]
    if others := _other_activations(settled, ends):
        facts.append(f"its hidden layers may end in {' or '.join(others)} as well, which is not judged")
    if not settled.search.has_biases:
        facts.append("without biases")
    if are_thresholds(plan.slots):
        facts.append("thresholds are subtracted, so they are judged as biases with the other sign")
    if plan.sizes is not None:
        facts.append(f"judged with {'-'.join(map(str, plan.sizes))} units{why}")
    facts += restrictions(plan)
    if settled.step is not None and settled.step.reading is not None:
        reading = settled.step.reading
        facts.append(f"loss: {spoken(reading.loss, reading.reduction)}")
    elif settled.step is not None and not any("so it is judged by" in note for note in plan.notes):
        (loss,), (reduction,) = plan.claims["losses"], plan.claims["reductions"]
        facts.append(f"its steps descend none of the known losses exactly: they are judged by {spoken(loss, reduction)}")
    if settled.step is None and not plan.gradients:
        facts.append("no way to train it or to get its gradients was found, so only its output is judged")
    return "; ".join(facts) + "."


def _other_activations(settled: Settled, ends: Sequence[str]) -> list[str]:
    """The activations between a program's layers of which nothing is judged."""
    plain = [end for end in ends if not is_other(end)]
    judged = settled.forward.reading.hidden
    return [
        name
        for name, words in _CALLED.items()
        if name not in (judged, *judged) and any(re.search(words, end, re.IGNORECASE) for end in plain)
    ]


def _activations(settled: Settled) -> str:
    """The activations, as far as they are known."""
    named = f"{_hidden(settled)}, {settled.forward.reading.output} output"
    return named if settled.forward.exact else f"its activations are not certain, {named} come nearest to its output"


def _hidden(settled: Settled) -> str:
    """The activation of the hidden layers, or those of each in their order."""
    hidden = settled.forward.reading.hidden
    if len(settled.plan.slots) == 1:
        return "no hidden layer"
    named = hidden if isinstance(hidden, str) else f"{', '.join(hidden[:-1])} and {hidden[-1]}"
    return f"{named} hidden"
