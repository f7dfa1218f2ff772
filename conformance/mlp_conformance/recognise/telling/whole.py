"""Whether what was driven is a layer alone, of which the file has a network made that could not be driven.

The layers put together here may be right where the program's own network is not: a verdict on them would pass for one on it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any

from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.program import Program, values


def undriven_whole(program: Program, plan: Plan) -> str:
    """The name of a class that is made of the layers which a plan puts together, or has one of, and that it leaves unused.

    Empty if there is none.
    """
    own = {key: value for key, value in values(program).items() if isinstance(value, type)}
    layer = own.get(plan.name)
    if layer is None or not _is_a_layer(plan):
        return ""
    used = " ".join([*plan.make, *plan.forward, *plan.step, *plan.gradient])
    for node in program.tree.body:
        other = own.get(node.name) if isinstance(node, ast.ClassDef) else None
        if other is None or other is layer or issubclass(other, layer) or issubclass(layer, other):
            continue
        assert isinstance(node, ast.ClassDef)
        if re.search(rf"\bprogram\.{node.name}\b", used):
            continue
        if _makes(node, plan.name) or _runs_through(node, layer):
            return node.name
    return ""


def _is_a_layer(plan: Plan) -> bool:
    """Whether what a plan makes is one layer, or several that it puts into a list by itself."""
    text = rf"\bprogram\.{re.escape(plan.name)}\("
    return len(plan.slots) == 1 or any(line.startswith("layers = [") and re.search(text, line) for line in plan.make)


def _makes(node: ast.AST, name: str) -> bool:
    """Whether a class calls another, as `[Layer(a, b) for a, b in zip(sizes, sizes[1:])]` does."""
    called = (inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call))
    return any(isinstance(function, ast.Name) and function.id == name for function in called)


def _runs_through(node: ast.AST, layer: type) -> bool:
    """Whether a class goes through something and calls of each a method that the layer has."""
    methods = {name for base in layer.__mro__[:-1] for name, value in vars(base).items() if callable(value)}
    for variables, bodies in _loops(node):
        for inner in (part for body in bodies for part in ast.walk(body)):
            called = inner.func if isinstance(inner, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in methods and _name(called.value) in variables:
                return True
            if "__call__" in methods and isinstance(called, ast.Name) and called.id in variables:
                return True
    return False


def _loops(node: ast.AST) -> Iterator[tuple[set[str], Sequence[Any]]]:
    """The variables of each loop, and what is done with them."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.For):
            yield _names(inner.target), inner.body
        elif isinstance(inner, ast.ListComp | ast.GeneratorExp):
            yield {name for part in inner.generators for name in _names(part.target)}, [inner.elt]


def _names(target: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""
