"""Networks whose arrays, or numbers with a name each, stand in the module, and functions that use them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from mlp_conformance.recognise.making.making import (
    standing,
)
from mlp_conformance.recognise.parameters.scalars import scalar_networks
from mlp_conformance.recognise.parameters.slots import Slot, arrangements, own_sizes
from mlp_conformance.recognise.parameters.tensors import Tensor, leaves, tensors
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.program import Program, globals_used, values

#: Ways in which numbers that have a name each may be a network that are tried.
_MOST_SCALARS = 8


def arrays_of_the_module(program: Program) -> Iterator[Plan]:
    """Plans for functions that use arrays which stand in the module, as they are."""
    used = globals_used(program)
    found = [tensor for tensor in tensors(standing("program", None, program)) if _first_name(tensor) in used]
    for sizes in islice(own_sizes(found), 6):
        for slots in islice(arrangements(found, sizes), 4):
            make, slots = _in_double(slots)
            program.in_double |= bool(make)
            yield Plan(str(program.path), program.path.stem, make, "program", slots, len(sizes) - 1, sizes)


def numbers_of_the_module(program: Program) -> Iterator[Plan]:
    """Plans for functions that change numbers of the module, each a weight or a bias by its own name."""
    changed = {name for node in ast.walk(program.tree) if isinstance(node, ast.Global) for name in node.names}
    found = [leaf for name, value in values(program).items() if name in changed for leaf in leaves(f"program.{name}", value)]
    for sizes, slots in islice(scalar_networks(found), _MOST_SCALARS):
        yield Plan(str(program.path), program.path.stem, [], "program", slots, 2, sizes)


def _in_double(slots: list[Slot]) -> tuple[list[str], list[Slot]]:
    """Statements after which torch's tensors of the module are in float64, as all that the program makes, and these then."""
    kept = [t.template for slot in slots for t in (slot.weights, slot.bias) if t is not None and t.leaf.kind == "torch"]
    if not kept:
        return [], slots

    def doubled(tensor: Tensor) -> Tensor:
        return replace(tensor, leaf=replace(tensor.leaf, dtype="float64"))

    each = f"for tensor in [{', '.join(kept)}]:"
    lines = ["torch.set_default_dtype(torch.float64)", each, "    tensor.data = tensor.data.double()"]
    return lines, [replace(s, weights=doubled(s.weights), bias=s.bias and doubled(s.bias)) for s in slots]


def _first_name(tensor: Tensor) -> str:
    return re.split(r"\W", tensor.template.removeprefix("program."))[0]
