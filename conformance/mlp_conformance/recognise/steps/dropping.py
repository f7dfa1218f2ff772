"""Training that leaves out the last batch of every epoch: where all samples are one batch, it never takes a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from mlp_conformance.faults import OPTION_FAULTS
from mlp_conformance.recognise.numbers.readings import GradientReading
from mlp_conformance.recognise.space import Step
from mlp_conformance.recognise.steps.batches import SAMPLES, SIZE, steps_of_batches
from mlp_conformance.recognise.steps.pairing import MIXED
from mlp_conformance.recognise.steps.sized import sizes_set, with_size
from mlp_reference.network import REDUCTIONS

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.space import Forward

DROPPED = "last-batch-dropped"
#: Statements of training for which all samples in one batch are left out of the verdict: no step can be right or wrong.
NOT_WHOLE = ("if batch_size is None:", '    raise Unsupported("it takes no step where all samples are one batch")')
#: Samples that do not fill their last batch.
_ROWS = SAMPLES + SIZE // 2
_SAID = "`{}` leaves out the last batch of an epoch, also where all samples are in it: then it takes no step at all."


def dropping(search: Search, forward: Forward, lines: list[str], losses: Sequence[str]) -> Step | None:
    """The step of calls that take batches in turn but for the last one, with the fault that it is; None if they do not."""
    set_at = [name for line in (*search.plan.make, *lines) for name in sizes_set(line)]
    if forward.layout.single or len(set_at) != 1 or MIXED.search(search.program.source):
        return None
    other = replace(search, plan=search.plan.but(make=with_size(search.plan.make, str(SIZE))))
    found = other.taken(with_size(lines, str(SIZE)), _ROWS)
    if found is None:
        return None
    asked = other.answered(SAMPLES)
    for loss, reduction in product(losses, REDUCTIONS):
        reading = GradientReading(loss, reduction)
        if search.is_step(found[1], steps_of_batches(forward.reading, reading, asked, SIZE)):
            return Step(lines, replace(reading, fault=OPTION_FAULTS[DROPPED]), found[1], True, said=_SAID.format(lines[-1]))
    return None
