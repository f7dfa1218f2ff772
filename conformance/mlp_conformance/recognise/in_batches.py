"""Training in batches of a size that a program lets its user set: judged where they are taken in turn (OPT-6).

With one batch of all samples nothing shows what becomes of the last one, where samples do not fill it: it may be left out,
or be weighed as a whole one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.batches import SAMPLES, SIZE, in_turn
from mlp_conformance.recognise.dropping import DROPPED, NOT_WHOLE
from mlp_conformance.recognise.pairing import MIXED
from mlp_conformance.recognise.readings import question
from mlp_conformance.recognise.sized import sizes_set, with_size

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: The same as the user asks for it.
ASKED = "batch_size or len(inputs)"


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
    if found is not None and not search.is_step(found[1], in_turn(settled, search.answered(SAMPLES), SIZE)):
        plan.notes += [said for said in [_of_shuffled(replace(settled, search=search), set_at[0])] if said]
        return
    plan.make, plan.step = with_size(plan.make, ASKED), [*NOT_WHOLE * dropped, *with_size(plan.step, ASKED)]
    if plan.penalty is not None:
        plan.penalty = with_size(plan.penalty[0], ASKED), with_size(plan.penalty[1], ASKED)
    plan.claims["options"] = {*plan.claims.get("options", ()), "batch_size"}
    plan.notes.append(f"Its batches `{set_at[0]}` are judged too.")


def _of_shuffled(settled: Settled, name: str) -> str:
    """What is said of batches in a random order: of samples that are alike any order is the same."""
    if not MIXED.search(settled.search.program.source):
        return ""
    full, short = (_is_in_turn(settled, samples) for samples in (SAMPLES, SAMPLES + 3))
    if not full or short:
        return ""
    return (
        f"All samples in one batch are judged. Of batches `{name}` that samples do not fill, the last is left out or weighed "
        "as a whole one, which OPT-6 forbids; as it shuffles, that is not judged."
    )


def _is_in_turn(settled: Settled, samples: int) -> bool:
    """Whether an epoch of so many samples, all alike, is the steps of its batches."""
    search = settled.search
    asked = question(search.asked.sizes, samples)
    inputs, targets = (np.repeat(part[:1], samples, axis=0) for part in (asked.inputs, search.asked.targets))
    other = replace(search, asked=replace(search.asked, inputs=inputs, targets=targets))
    found = other.taken(with_size(settled.plan.step, str(SIZE)), None)
    return found is not None and search.is_step(found[1], in_turn(settled, other.answered(None), SIZE))
