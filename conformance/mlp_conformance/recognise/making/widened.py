"""Networks with a unit more in each hidden layer than they are told: in a widely copied one it is learnt, and no bias.

Its matrices have a row and a column more than there are units. The row is for biases only where a 1 stands before it, which
is before the first layer alone: the column gives the next layer a unit like all others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mlp_conformance.recognise.parameters.slots import PADDED, arrangements
from mlp_conformance.recognise.parameters.tensors import Tensor
from mlp_conformance.recognise.plan import Plan


def widened_plans(plan: Plan, made: Sequence[Tensor]) -> Iterator[Plan]:
    """The readings in which the columns that are more than units were asked for are units; plan: the one without them."""
    sizes = plan.tried
    if sizes is None or not plan.slots or not all(slot.joined == PADDED for slot in plan.slots[:-1]) or len(sizes) < 3:
        return
    wide = (sizes[0], *(n + 1 for n in sizes[1:-1]), sizes[-1])
    make = [re.sub(r"\bsizes\b", str(sizes), line) for line in plan.make]
    for slots in arrangements(made, wide):
        if slots[0].joined in ("first", "last") and not any(slot.joined for slot in slots[1:]):
            yield plan.but(make=make, slots=slots, sizes=wide)


def is_widened(plan: Plan) -> bool:
    """Whether a plan has more hidden units than its network is told to have."""
    return plan.sizes is not None and plan.tried is not None and len(plan.sizes) > 2 and plan.sizes != plan.tried
