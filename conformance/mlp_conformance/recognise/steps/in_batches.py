"""Training in batches of a size that a program lets its user set: judged where they are taken in turn (OPT-6).

With one batch of all samples nothing shows what becomes of the last one, where samples do not fill it: it may be left out,
or be weighed as a whole one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.numbers.readings import Parameters, Question, question
from mlp_conformance.recognise.steps.batches import SAMPLES, SIZE, in_turn, steps_of_batches
from mlp_conformance.recognise.steps.dropping import DROPPED, NOT_WHOLE
from mlp_conformance.recognise.steps.pairing import MIXED
from mlp_conformance.recognise.steps.sized import sizes_set, with_size

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: The same as the user asks for it.
ASKED = "batch_size or len(inputs)"
#: Full batches of the samples that are asked with, and how many samples more are too few for one.
_FULL, _REST = SAMPLES // SIZE, 3

#: So many batches do not come in turn by chance, twice.
_MANY = 6


def judge_batches(settled: Settled) -> None:
    """Have training in batches judged too, where a program's two full batches are two steps in turn."""
    plan, step = settled.plan, settled.step
    if step is None or step.reading is None or step.reading.rate is not None:
        return
    dropped = step.reading.fault is not None and step.reading.fault.id == DROPPED
    if step.reading.fault is not None and not dropped:
        return
    if not plan.step or settled.forward.layout.single or not settled.exact or "max_batch" in plan.claims:
        return
    set_at = [name for line in (*plan.make, *plan.step) for name in sizes_set(line)]
    if len(set_at) != 1 or not settled.search.has_biases:
        return
    makes = with_size(plan.make, str(SIZE))
    search = replace(settled.search, plan=settled.search.plan.but(make=makes))
    found = None if dropped else search.taken(with_size(plan.step, str(SIZE)), SAMPLES)
    if found is None and not dropped:
        return
    mixes = MIXED.search(search.program.source) is not None
    if found is not None and not (
        search.is_step(found[1], in_turn(settled, search.answered(SAMPLES), SIZE))
        and (not mixes or _goes_in_turn(replace(settled, search=search)))
    ):
        plan.notes += [said for said in [_of_shuffled(replace(settled, search=search), set_at[0])] if said]
        return
    plan.make, plan.step = with_size(plan.make, ASKED), [*NOT_WHOLE * dropped, *with_size(plan.step, ASKED)]
    if plan.penalty is not None:
        plan.penalty = with_size(plan.penalty[0], ASKED), with_size(plan.penalty[1], ASKED)
    plan.claims["options"] = {*plan.claims.get("options", ()), "batch_size"}
    plan.notes.append(f"Its batches `{set_at[0]}` are judged too.")


def _of_shuffled(settled: Settled, name: str) -> str:
    """What is said of batches in a random order: of samples that are alike any order is the same.

    Samples that do not fill their batches may be dealt in batches of other sizes: only what is found is said.
    """
    if not MIXED.search(settled.search.program.source):
        return ""
    judged = "All samples in one batch are judged."
    if not _is_one_of(settled, [[SIZE] * _FULL]):
        return (
            f"{judged} With smaller ones, `{name}`, it takes other steps than each of them in turn would; as it shuffles, that "
            "is not judged."
        )
    if _is_one_of(settled, _last_anywhere(_REST)):
        return ""
    if _is_one_of(settled, [[SIZE] * _FULL], _REST):
        done = "left out"
    elif _is_a_mean(settled) and _is_one_of(settled, _last_anywhere(_REST), whole=True):
        done = "weighed as a whole one"
    elif _is_one_of(settled, [[SIZE] * (_FULL + 1)], _REST):
        done = "filled up"
    else:
        return (
            f"{judged} Samples that do not fill batches `{name}` are dealt otherwise than in full ones and a smaller last one; "
            "as it shuffles, that is not judged."
        )
    return (
        f"{judged} Of batches `{name}` that samples do not fill, the last is {done}, which OPT-6 forbids; as it shuffles, "
        "that is not judged."
    )


def _goes_in_turn(settled: Settled) -> bool:
    """Whether many batches are taken in turn, once and again: two that are drawn come in turn half of the time."""
    search = settled.search
    asked = question(search.asked.sizes, _MANY * SIZE)
    asked = replace(asked, parameters=search.asked.parameters)
    other = replace(search, asked=asked)
    other = other.with_labels() if settled.forward.layout.labels else other
    expected = in_turn(settled, other.answered(None), SIZE)
    found = [other.taken(with_size(settled.plan.step, str(SIZE)), None) for _ in range(2)]
    return all(taken is not None and search.is_step(taken[1], expected) for taken in found)


def _is_a_mean(settled: Settled) -> bool:
    """Whether a step is divided by the samples of its batch."""
    reading = settled.step.reading if settled.step is not None else None
    return reading is not None and reading.reduction != "sum"


def _last_anywhere(rest: int) -> list[list[int]]:
    """The sizes of full batches and a smaller one, which may come in any turn."""
    return [[*[SIZE] * before, rest, *[SIZE] * (_FULL - before)] for before in range(_FULL, -1, -1)]


def _is_one_of(settled: Settled, dealt: list[list[int]], more: int = 0, whole: bool = False) -> bool:
    """Whether an epoch, of samples that are all alike, is the steps of batches of one of these sizes.

    more: samples that are given and not among them; whole: whether a mean is over as many as a full batch has.
    """
    search = settled.search
    samples = SAMPLES + (more or sum(dealt[0]) - SAMPLES)
    asked = question(search.asked.sizes, samples)
    inputs, targets = (np.repeat(part[:1], samples, axis=0) for part in (asked.inputs, search.asked.targets))
    other = replace(search, asked=replace(search.asked, inputs=inputs, targets=targets))
    found = other.taken(with_size(settled.plan.step, str(SIZE)), None)
    if found is None:
        return False
    given = other.answered(None)
    return any(search.is_step(found[1], _steps(settled, given, sizes, whole)) for sizes in dealt)


def _steps(settled: Settled, asked: Question, sizes: list[int], whole: bool) -> Parameters:
    """What batches of these sizes subtract, of samples that are all alike."""
    assert settled.step is not None
    assert settled.step.reading is not None
    now = asked
    for size in sizes:
        rate = asked.learning_rate * (size / SIZE if whole else 1)
        batch = replace(
            now, inputs=np.repeat(now.inputs[:1], size, 0), targets=np.repeat(now.targets[:1], size, 0), learning_rate=rate
        )
        moved = steps_of_batches(settled.forward.reading, settled.step.reading, batch, size)
        now = replace(now, parameters=[(w - u, b - v) for (w, b), (u, v) in zip(now.parameters, moved, strict=True)])
    return [(w - u, b - v) for (w, b), (u, v) in zip(asked.parameters, now.parameters, strict=True)]
