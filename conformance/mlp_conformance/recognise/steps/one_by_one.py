"""Whether a program takes one step after another for several samples, whatever its formulas are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlp_conformance.recognise.calling.layouts import has_inputs

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search


def goes_one_by_one(search: Search, lines: list[str]) -> bool:
    """Whether the step of two samples is that of the first, and from there that of the second; or two are not taken.

    No reading is needed: a program's own steps are compared, which may be wrong.
    """
    if not has_inputs(lines):
        return True
    asked = search.asked
    both, first = search.taken(lines, 2), search.taken(lines, 1)
    if both is None or first is None:
        return both is None
    between = [(w - u, b - v) for (w, b), (u, v) in zip(asked.parameters, first[1], strict=True)]
    rest = replace(asked, parameters=between, inputs=asked.inputs[1:2], targets=asked.targets[1:2])
    second = replace(search, asked=rest).taken(lines, None)
    if second is None:
        return False
    added = [(w + u, b + v) for (w, b), (u, v) in zip(first[1], second[1], strict=True)]
    return search.is_step(both[1], added)
