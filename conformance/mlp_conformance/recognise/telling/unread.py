"""Networks read as without biases that have some: an array of their shape which changes the output, and no reading has.

Biases that are zeros at first would not be missed where they are added after the activation, or scale what they should shift.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from mlp_conformance.recognise.making.making import standing
from mlp_conformance.recognise.parameters.slots import may_be_biases
from mlp_conformance.recognise.parameters.statements import assigned
from mlp_conformance.recognise.parameters.tensors import Tensor, tensors
from mlp_conformance.recognise.settle import Settled

#: Arrays that are tried.
_MOST = 12


def unread_biases(settled: Settled) -> str:
    """What changes the output of a network that is read as without biases; empty if nothing does."""
    search, forward = settled.search, settled.forward
    if not forward.lines or all(slot.bias is not None or slot.joined for slot in search.plan.slots):
        return ""
    batch = 1 if forward.layout.single else None
    space = search.space(batch)
    before = space.array(forward.output) if space is not None and space.run(forward.lines) else None
    if before is None:
        return ""
    for tensor in islice(_left_over(settled), _MOST):
        space = search.space(batch)
        if space is None:
            continue
        space.names["drawn"] = np.random.default_rng(1).normal(size=tensor.shape or (1,))
        if not space.run([*assigned(tensor, "drawn"), *forward.lines]):
            continue
        after = space.array(forward.output)
        if after is not None and not np.array_equal(before, after, equal_nan=True):
            name = tensor.template.format("i", "j").removeprefix(f"{search.plan.root}.")
            return f"`{name}` changes its output, and not as biases do that are added before the activation"
    return ""


def _left_over(settled: Settled) -> Iterator[Tensor]:
    """The arrays of a network that are no parameters as it is read, and have the shape of a layer's biases."""
    search = settled.search
    space, plan = search.space(), search.plan
    if space is None:
        return
    used = {t.template for slot in plan.slots for t in (slot.weights, slot.bias) if t is not None}
    sizes = [n for slot, n in zip(plan.slots, search.asked.sizes[1:], strict=True) if slot.bias is None and not slot.joined]
    for tensor in tensors(standing(plan.root, space.names.get(plan.root), search.program)):
        if tensor.template not in used and may_be_biases(tensor, sizes):
            yield tensor
