"""Networks whose hidden layers differ in their activations: which ones they have, if their output tells it for certain."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.numbers.readings import (
    ForwardReading,
    Question,
    agrees,
    forward_readings,
    given,
    outputs_of,
    question,
)
from mlp_reference.activations import activate
from mlp_reference.network import HIDDEN_ACTIVATIONS

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.space import Forward

#: Hidden layers up to which all ways in which they may differ are looked at.
DEEPEST = 6
#: Seeds of other questions whose answers must be a reading's as well: of few units a ReLU may be off, or linear.
_SEEDS = range(2, 8)
#: What a program calls an activation that leaves everything as it is.
_LINEAR = ("linear", "identity")


def mixed_readings(asked: Question) -> Iterator[tuple[ForwardReading, np.ndarray]]:
    """The readings in which not all hidden layers have one activation, with the output that each gives."""
    *before, (weights, biases) = asked.parameters
    if not 2 <= len(before) <= DEEPEST:
        return
    reached: dict[tuple[str, ...], np.ndarray] = {(): asked.inputs}
    with np.errstate(all="ignore"):
        for w, b in before:
            below = [(named, x @ w + b) for named, x in reached.items()]
            reached = {(*named, name): activate(name, z) for (named, z), name in product(below, HIDDEN_ACTIVATIONS)}
    for named, output in product(reached, outputs_of(asked)):
        if len(set(named)) > 1:
            with np.errstate(all="ignore"):
                found = activate(output, reached[named] @ weights + biases)
            yield from given(ForwardReading(named, output), found)


def mixed_reading(
    search: Search, way: Forward, values: np.ndarray, known: Iterable[tuple[ForwardReading, np.ndarray]]
) -> ForwardReading | None:
    """The one of these readings that gives an output, and also what the same calls give of other parameters and inputs."""
    fitting = [reading for reading, expected in known if agrees(values, expected)]
    fitting = [one for one in fitting if are_meant(one, search.program.tree)]
    for seed in _SEEDS if fitting else ():
        other = replace(search, asked=question(search.asked.sizes, len(search.asked.inputs), seed))
        space = other.space(1 if way.layout.single else None)
        found = space.array(way.output) if space is not None and space.run(way.lines) else None
        if space is None or found is None or found.size != space.asked.targets.size:
            return None
        there = found.reshape(space.asked.targets.shape)
        fitting = [one for one in fitting if _gives(one, space.asked, there)]
    return fitting[0] if fitting else None


def _gives(reading: ForwardReading, asked: Question, values: np.ndarray) -> bool:
    known = forward_readings(asked, hiddens=[reading.hidden], outputs=[reading.output])
    return any(one == reading and agrees(values, expected) for one, expected in known)


def are_meant(reading: ForwardReading, tree: ast.AST) -> bool:
    """Whether a program means its layers to differ: one that is linear beside others only where it has such an activation."""
    return "linear" not in reading.hidden or _has_linear(tree)


@cache
def _has_linear(tree: ast.AST) -> bool:
    """Whether a program has an activation, or says the name of one, that leaves everything as it is."""
    for node in ast.walk(tree):
        said = node.value if isinstance(node, ast.Constant) else node.name if isinstance(node, ast.FunctionDef) else None
        if isinstance(said, str) and said.lower() in _LINEAR:
            return True
    return False


def linear_between(search: Search) -> tuple[str, ...]:
    """The activations of the layers, if a hidden one has none that others have; else nothing."""
    known = list(mixed_readings(search.asked)) if search.unmatched else []
    for _, values, _ in search.unmatched:
        for reading, expected in known:
            if agrees(values, expected):
                return (*reading.hidden, reading.output)
    return ()
