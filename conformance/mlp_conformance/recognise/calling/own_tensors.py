"""Arrays that remember how they were computed, of a class of the program's own: its networks take samples as these.

The class is that of the parameters, as in `model(Tensor(X))` where `model.layer.weight` is a `Tensor`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.calling.layouts import LAYOUTS, OTHER_TARGETS, Layout
from mlp_conformance.recognise.source.program import values
from mlp_conformance.recognise.space import Forward, Space

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search

#: How the layouts of such samples are called.
_NAMED = "rows, as its own "


def own_layouts(search: Search) -> tuple[Layout, ...]:
    """The layout of samples as the program's own arrays; none if its parameters are no such."""
    leaf = search.plan.slots[0].weights.leaf
    owner, _, attribute = leaf.path.rpartition(".")
    space = search.space() if leaf.kind == "array" and owner else None
    kept = space.value(f"type({owner})") if space is not None else None
    named = values(search.program) | vars(search.program.module)  # the class may be one that the program imports
    name = next((key for key, value in named.items() if value is kept and isinstance(value, type)), "")
    if space is None or not name or not _keeps(space, name, attribute):
        return ()
    return (Layout(f"{_NAMED}{name}", f"program.{name}(inputs)", f"program.{name}(targets)"),)


def _keeps(space: Space, name: str, attribute: str) -> bool:
    """Whether an object of a class that is given an array has that for the attribute, in float32 if need be."""
    found = space.array(f"program.{name}(inputs).{attribute}")
    return found is not None and np.array_equal(found.astype(np.float32), space.asked.inputs.astype(np.float32))


def is_own(layout: Layout) -> bool:
    """Whether samples are given as the program's own arrays."""
    return layout.name.startswith(_NAMED)


def other_samples(search: Search, forward: Forward) -> Iterator[tuple[Search, Forward]]:
    """The same way to get an output with data as they may be otherwise: what trains may make its own arrays of plain ones."""
    if not is_own(forward.layout):
        return
    yield search, replace(forward, layout=LAYOUTS[0])
    several = search.asked.sizes[-1] > 1
    for layout in OTHER_TARGETS:
        if layout.samples_as != "rows" or layout.labels != several or layout.vector == several:
            continue
        for x in (forward.layout.x, layout.x):
            given = replace(layout, x=x)
            yield (search.with_labels() if layout.labels else search), replace(forward, layout=given)
