"""How often a training loop turns: an argument or attribute that it counts to is its number of epochs, whatever its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.source.signatures import argument_names, definition

#: What counts: Python's own, and those of progress bars.
_RANGES = {"range", "trange", "xrange"}
#: What is told the number of a turn and does nothing else with it.
_REPORTS = re.compile(r"^(print|append|format|info|debug|log\w*|write|str|report\w*|show\w*|set_\w+|add_scalar)$")


@lru_cache(1024)
def counted_arguments(call: Callable[..., Any]) -> frozenset[str]:
    """The arguments of a function to which its outermost loops count without taking anything by that number."""
    function = definition(call)
    if function is None:
        return frozenset()
    given = argument_names(function)
    return frozenset(node.id for node in _counted_to(function) if isinstance(node, ast.Name) and node.id in given)


def counted_attributes(tree: ast.AST) -> set[str]:
    """The attributes of `self` to which the outermost loops of methods that train count."""
    methods = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name != "__init__"]
    return {
        node.attr
        for method in methods
        if roles.rank(method.name, roles.TRAIN) < len(roles.TRAIN)
        for node in _counted_to(method)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }


def _counted_to(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    """What the outermost loops of a function count to, where the number of a turn says nothing of what is taken in it."""
    for loop in _outermost(function.body):
        call = loop.iter
        if isinstance(call, ast.Call) and call.args and getattr(call.func, "id", getattr(call.func, "attr", "")) in _RANGES:
            end = call.args[0] if len(call.args) == 1 else call.args[1]
            end = end.left if isinstance(end, ast.BinOp) and isinstance(end.right, ast.Constant) else end
            if not _takes_by(loop):
                yield end


def _outermost(body: list[ast.stmt]) -> Iterator[ast.For]:
    for node in body:
        if isinstance(node, ast.For):
            yield node
        elif isinstance(node, ast.If | ast.With | ast.Try):
            yield from _outermost(node.body)


def _takes_by(loop: ast.For) -> bool:
    """Whether the number of a turn is an index, or an argument of something other than a report."""
    if not isinstance(loop.target, ast.Name):
        return True
    for node in ast.walk(ast.Module(loop.body, [])):
        inside: list[ast.AST] = []
        if isinstance(node, ast.Subscript):
            inside = [node.slice]
        elif isinstance(node, ast.Call) and not _REPORTS.search(getattr(node.func, "attr", getattr(node.func, "id", ""))):
            inside = [*node.args, *node.keywords]
        if any(isinstance(part, ast.Name) and part.id == loop.target.id for whole in inside for part in ast.walk(whole)):
            return True
    return False
