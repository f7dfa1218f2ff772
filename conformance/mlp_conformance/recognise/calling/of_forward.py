"""Dials that are part of the network's formula: what changes the output is no momentum and no penalty, and is left as it is.

An ELU's alpha stands beside a learning rate as a momentum does: at 0 it would be a ReLU, and no mistake in it would show.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.calling.turned_off import Place, kind, places, turned_to

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.space import Forward

#: What may change the output, and is turned off all the same: it is random.
_RANDOM = ("dropout", "noise")
#: What a dial without a default is set to.
_SOME = "0.1"


def with_its_own(search: Search, forward: Forward) -> Search | None:
    """The search with those dials left at their defaults that change the output; None if none does."""
    batch = 1 if forward.layout.single else None
    space = search.space(batch)
    before = space.array(forward.output) if space is not None and space.run(forward.lines) else None
    if space is None or before is None:
        return None
    changed = search
    for name in dict.fromkeys(p.name for p in places(search.plan.make, space) if kind(p.name) not in _RANDOM):
        at = [place for place in places(changed.plan.make, space) if place.name == name]
        other = replace(changed, plan=changed.plan.but(make=_by_default(changed.plan.make, at)), unmatched=[])
        given = other.space(batch)
        after = given.array(forward.output) if given is not None and given.run(forward.lines) else None
        if after is not None and not np.array_equal(before, after, equal_nan=True):
            changed = other
    return None if changed is search else changed


def turns_off_its_own(search: Search, way: Forward) -> bool:
    """Whether the calls of a forward pass turn off what is part of its formula: without that they give another output."""
    at = [place for place in places(way.lines, None) if kind(place.name) not in _RANDOM]
    if not at:
        return False
    batch = 1 if way.layout.single else None
    outputs = []
    for lines in (way.lines, _by_default(way.lines, at)):
        space = search.space(batch)
        outputs.append(space.array(way.output) if space is not None and space.run(lines) else None)
    off, on = outputs
    return off is not None and on is not None and not np.array_equal(off, on, equal_nan=True)


def _by_default(lines: Sequence[str], at: Sequence[Place]) -> list[str]:
    """The statements without what sets a dial, by assignment or by an argument's name; by position it is some number."""
    found = turned_to(lines, at, _SOME)
    return [text for line in found if (text := _without(line, {place.name for place in at}))]


def _without(line: str, names: set[str]) -> str:
    """A statement without the keywords of those names that have some number; empty if it only gives one to a dial."""
    try:
        tree = ast.parse(line)
    except SyntaxError:
        return line
    statement = tree.body[0]
    if isinstance(statement, ast.Assign) and ast.unparse(statement.value) == _SOME:
        return ""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    kept = [[k for k in call.keywords if k.arg not in names or ast.unparse(k.value) != _SOME] for call in calls]
    if all(len(call.keywords) == len(others) for call, others in zip(calls, kept, strict=True)):
        return line
    for call, others in zip(calls, kept, strict=True):
        call.keywords = others
    return ast.unparse(tree).replace("'", '"')
