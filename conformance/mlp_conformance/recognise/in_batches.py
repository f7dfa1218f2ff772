"""Training in batches of a size that a program lets its user set: judged where they are taken in turn (OPT-6).

With one batch of all samples nothing shows what becomes of the last one, where samples do not fill it: it may be left out,
or be weighed as a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.batches import SAMPLES, SIZE, in_turn
from mlp_conformance.recognise.pairing import MIXED
from mlp_conformance.recognise.readings import question

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: A size of batches that is set to the number of samples, in an assignment or an argument.
_WHOLE = re.compile(r"(?P<set>\b(?P<name>[^\W\d]\w*)(?:\"\])?(?: = |=))len\(inputs\)")
#: The same as the user asks for it.
ASKED = "batch_size or len(inputs)"


def judge_batches(settled: Settled) -> None:
    """Have training in batches judged too, where a program's two full batches are two steps in turn."""
    plan, step = settled.plan, settled.step
    if step is None or step.reading is None or step.reading.fault is not None or step.reading.rate is not None:
        return
    if not plan.step or settled.forward.layout.single or not settled.exact or "max_batch" in plan.claims:
        return
    set_at = [name for line in (*plan.make, *plan.step) for name in _set_in(line)]
    if len(set_at) != 1 or not settled.search.has_biases:
        return
    makes = _with_size(plan.make, str(SIZE))
    search = replace(settled.search, plan=settled.search.plan.but(make=makes))
    found = search.taken(_with_size(plan.step, str(SIZE)), SAMPLES)
    if found is None:
        return
    if not search.is_step(found[1], in_turn(settled, search.answered(SAMPLES), SIZE)):
        plan.notes += [said for said in [_of_shuffled(replace(settled, search=search), set_at[0])] if said]
        return
    plan.make, plan.step = _with_size(plan.make, ASKED), _with_size(plan.step, ASKED)
    if plan.penalty is not None:
        plan.penalty = _with_size(plan.penalty[0], ASKED), _with_size(plan.penalty[1], ASKED)
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
    found = other.taken(_with_size(settled.plan.step, str(SIZE)), None)
    return found is not None and search.is_step(found[1], in_turn(settled, other.answered(None), SIZE))


def _set_in(line: str) -> list[str]:
    """The names of the sizes of batches that a line sets to the number of samples."""
    if "torch.utils.data" in line:
        return []
    return [found["name"] for found in _WHOLE.finditer(line) if roles.is_batch_size(found["name"], 32)]


def _with_size(lines: Sequence[str], size: str) -> list[str]:
    """Lines with another size of batches."""

    def put(found: re.Match[str]) -> str:
        return f"{found['set']}{size}" if roles.is_batch_size(found["name"], 32) else found[0]

    return [line if "torch.utils.data" in line else _WHOLE.sub(put, line) for line in lines]
