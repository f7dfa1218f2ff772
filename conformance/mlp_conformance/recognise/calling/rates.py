"""Which number of a program is its learning rate, whatever it is called: its steps are twice as long when that is doubled."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.dials import class_numbers
from mlp_conformance.recognise.numbers.readings import Parameters, agrees
from mlp_conformance.recognise.parameters.tensors import Leaf, leaves
from mlp_conformance.recognise.source.program import globals_used, values
from mlp_conformance.recognise.source.signatures import defaults_in

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search

#: Numbers that are tried.
_MOST = 12


def rate_setting(search: Search, lines: list[str], batch: int | None) -> str:
    """The statement that sets the learning rate which is used by calls that are given none; empty if none is found."""
    for path in numbers(search):
        once = _taken(search, f"{path} = 0.25", lines, batch)
        twice = _taken(search, f"{path} = 0.5", lines, batch) if once is not None else None
        if once is not None and twice is not None and _doubled(once, twice):
            return f"{path} = learning_rate"
    return ""


#: A statement that sets a dial to the learning rate.
_DIAL = re.compile(r"\S+ = learning_rate")


def without_idle_rate(search: Search, lines: list[str], batch: int | None) -> Search:
    """The search without dials for the learning rate that change nothing: a note of what it was once made with.

    As `model.config["lr"]` is where `model.optimizer` has a number of its own.
    """
    make = [line for line in search.plan.make if not _DIAL.fullmatch(line)]
    if len(make) == len(search.plan.make) or "learning_rate" in " ".join([*lines, *make]):
        return search
    asked = search.asked
    twice = replace(search, asked=replace(asked, learning_rate=2 * asked.learning_rate))
    one, two = search.taken(lines, batch), twice.taken(lines, batch)
    if one is None or two is None:
        return search
    moves = any(not np.array_equal(x, y) for a, b in zip(one[1], two[1], strict=True) for x, y in zip(a, b, strict=True))
    return search if moves else replace(search, plan=search.plan.but(make=make))


def numbers(search: Search) -> list[str]:
    """Expressions for the plain numbers in the network and in the module that are no parameters."""
    space, root = search.space(), search.plan.root
    if space is None:
        return []
    standing = space.names[root] if root != "program" else None
    found = leaves(root, standing) if standing is not None else []
    found += [leaf for name, value in class_numbers(type(standing)).items() for leaf in leaves(f"{root}.{name}", value)]
    used = globals_used(search.program)
    own = {key: value for key, value in values(search.program).items() if key in used}
    found += [leaf for key, value in own.items() for leaf in leaves(f"program.{key}", value)]
    for key, value in own.items():
        shared = class_numbers(value) if isinstance(value, type) else {}
        found += [leaf for name, number in shared.items() for leaf in leaves(f"program.{key}.{name}", number)]
    for name, value in values(search.program).items():  # `def train(net, optimizer=SGD(lr=0.01))`
        for index, default in enumerate(getattr(value, "__defaults__", None) or ()):
            found += leaves(f"program.{name}.__defaults__[{index}]", default) if hasattr(default, "__dict__") else []
    parameters = " ".join(t.template for slot in search.plan.slots for t in (slot.weights, slot.bias) if t is not None)
    return [leaf.path for leaf in found if _may_be_a_rate(leaf) and leaf.path not in parameters][:_MOST]


@cache
def step_lengths(tree: ast.AST) -> frozenset[float]:
    """The numbers that a program multiplies what it adds or subtracts with, `w -= 0.1 * g`, or gives a learning rate's name."""
    found: set[float] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
            found |= _factors(node.value)
        elif (
            isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Add | ast.Sub)
        ):
            found |= _factors(node.value.right)
        if isinstance(node, ast.Assign) and any(map(_is_rate, node.targets)):
            found |= _number(node.value)
        if isinstance(node, ast.keyword) and roles.argument(node.arg or "") == "rate":
            found |= _number(node.value)
        if isinstance(node, ast.arguments):
            for argument, default in defaults_in(node):
                found |= _number(default) if roles.argument(argument.arg) == "rate" else set()
    return frozenset(found)


def _factors(node: ast.expr) -> set[float]:
    """The numbers among the factors of a product; none of a number alone, as a count goes up by one."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return set()
    return set().union(*(_number(part) | _factors(part) for part in (node.left, node.right)))


def _number(node: ast.expr) -> set[float]:
    """A positive number that stands in the text, whatever its sign there."""
    node = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    value = node.value if isinstance(node, ast.Constant) else None
    return {float(value)} if isinstance(value, int | float) and value > 0 and not isinstance(value, bool) else set()


def _is_rate(target: ast.expr) -> bool:
    return roles.argument(getattr(target, "id", getattr(target, "attr", ""))) == "rate"


def _may_be_a_rate(leaf: Leaf) -> bool:
    return leaf.kind == "number" and leaf.dtype.startswith("float") and leaf.path.count("[") <= 1


def _taken(search: Search, setting: str, lines: list[str], batch: int | None) -> Parameters | None:
    plan = search.plan.but(make=[*search.plan.make, setting])
    found = replace(search, plan=plan).taken(lines, batch)
    return None if found is None else found[1]


def _doubled(once: Parameters, twice: Parameters) -> bool:
    """Whether one step is twice the other; one that is of wrong shapes tells nothing."""
    return all(agrees(w, 2 * u) and agrees(b, 2 * v) for (w, b), (u, v) in zip(twice, once, strict=True))
