"""Networks that a training function draws and returns: made by it, judged by it, from parameters that it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from mlp_conformance.recognise.calling.global_data import data_statement, size_statement
from mlp_conformance.recognise.making.construct import constructions
from mlp_conformance.recognise.numbers.readings import question
from mlp_conformance.recognise.parameters.slots import arrangements, own_sizes
from mlp_conformance.recognise.parameters.tensors import leaves, tensors
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.source.starting import Starting, starting
from mlp_conformance.recognise.space import Space

_BATCH = 13
_SIZES = ((3, 7, 5), (4, 11, 8, 6), (3, 7, 1))
#: Sizes of points in a plane, which are tried where a function makes no network in those.
_SMALL = ((2, 7, 2), (2, 7, 1), (2, 7, 3))
#: Forms of the data that a function may want when all that is asked is which parameters it returns.
_TENSORS = (
    ("torch.zeros(sizes[-1] + 1, sizes[0])", "torch.ones(sizes[-1] + 1, sizes[-1]) / sizes[-1]"),
    ("torch.zeros(sizes[-1] + 1, sizes[0])", "torch.arange(sizes[-1] + 1) % max(sizes[-1], 2)"),
)
_DATA = (
    ("np.zeros((sizes[-1] + 1, sizes[0]))", "np.ones((sizes[-1] + 1, sizes[-1])) / sizes[-1]"),
    ("np.zeros((sizes[0], sizes[-1] + 1))", "np.ones((sizes[-1], sizes[-1] + 1)) / sizes[-1]"),
    ("np.zeros((sizes[-1] + 1, sizes[0]))", "np.arange(sizes[-1] + 1) % max(sizes[-1], 2)"),
    ("np.zeros((sizes[0], sizes[-1] + 1))", "np.arange(sizes[-1] + 1) % max(sizes[-1], 2)"),
)


def started_plans(program: Program) -> Iterator[tuple[Plan, list[str]]]:
    """Plans for networks that such a function returns, and the names of what it returns."""
    for name, found in starting(program.tree).items():
        call = getattr(program.module, name, None)
        if call is None:
            continue
        is_made = False
        for sizes in (*_SIZES, *_SMALL):
            if sizes in _SMALL and is_made:
                break
            for plan in _plans(program, name, call, sizes):
                is_made = True
                if sizes in _SMALL:
                    plan.sizes = plan.sizes or sizes  # it has numbers of units in its text
                yield plan, _names(found)


def _plans(program: Program, name: str, call: Any, sizes: tuple[int, ...]) -> Iterator[Plan]:
    """Those of networks that are asked for in these sizes, and may have others of their own."""
    for make, parts in _made(program, name, call, sizes):
        own = [sizes, *(shape for shape in islice(own_sizes(parts), 2) if _is_made_in(program, make, shape))]
        ways = [(s, way) for s in dict.fromkeys(own) for way in islice(arrangements(parts, s), 4)]
        for shape, slots in ways:
            plan = Plan(str(program.path), name, make, "params", slots, len(shape) - 1)
            plan.tried, plan.sizes = sizes, shape if shape != sizes else None
            yield plan
        if ways:
            return


def _is_made_in(program: Program, make: list[str], sizes: tuple[int, ...]) -> bool:
    """Whether statements that made a network of sizes of its own do so for these: the data may have fitted by chance."""
    return Space(program.module, question(sizes, _BATCH)).run(make)


def _names(found: Starting) -> list[str]:
    """The names of the parts of a tuple that is returned: two or more, as one name is that of all that is returned."""
    indices = {int(index[1]): name for name, path in found.paths if (index := re.fullmatch(r"\[(\d+)\]", path))}
    return [indices.get(k, "") for k in range(max(*indices, 1) + 1)] if indices else []


def _made(program: Program, name: str, call: Any, sizes: tuple[int, ...]) -> Iterator[tuple[list[str], list[Any]]]:
    """Statements that leave what the function returns in `params`, and the arrays in it."""
    in_torch = "torch" in program.source
    for x, y in (*_TENSORS, *_DATA) if in_torch else _DATA:
        for text in islice(constructions(f"program.{name}", call, len(sizes) - 1), 6):
            given = re.sub(r"\b(inputs|targets)\b", lambda word: x if word[0] == "inputs" else y, text)  # noqa: B023
            there = [data_statement(program, x, y, "sizes[-1] + 1")] if given == text else []
            double = "torch.set_default_dtype(torch.float64)" if in_torch else ""
            settings = [line for line in (double, *there, size_statement(program)) if line]
            make = [*settings, "program.starts.clear()", f"params = {given}"]
            space = Space(program.module, question(sizes, _BATCH))
            if (
                (given != text or there != [""])
                and space.run(make)
                and (parts := tensors(leaves("params", space.names["params"])))
            ):
                yield make, parts
