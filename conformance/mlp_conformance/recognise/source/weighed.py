"""What a function weighs the squares of its weights with: a penalty, also where it is called a learning rate."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from mlp_conformance.recognise.source.signatures import argument_names, definition

_SUMS = {"sum", "norm", "fsum"}
_SQUARES = {"square", "power", "norm"}


@lru_cache(1024)
def penalty_arguments(call: Callable[..., Any]) -> frozenset[str]:
    """The arguments of a function that are factors of a sum of squares, as in `rate / (2 * m) * np.sum(w ** 2)`."""
    function = definition(call)
    if function is None:
        return frozenset()
    given = argument_names(function)
    products = (list(_factors(node)) for node in ast.walk(function) if isinstance(node, ast.BinOp))
    weighing = (parts for parts in products if any(map(_is_sum_of_squares, parts)))
    return frozenset(part.id for parts in weighing for part in parts if isinstance(part, ast.Name) and part.id in given)


def _factors(node: ast.expr) -> Iterator[ast.expr]:
    """The factors above the line of a product: a conversion to float is none of its own."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        yield from _factors(node.left)
        if isinstance(node.op, ast.Mult):
            yield from _factors(node.right)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float" and len(node.args) == 1:
        yield from _factors(node.args[0])
    else:
        yield node


def _is_sum_of_squares(node: ast.expr) -> bool:
    """Whether an expression sums squares up, or is a sum of such sums."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _is_sum_of_squares(node.left) and _is_sum_of_squares(node.right)
    return isinstance(node, ast.Call) and _called(node) in _SUMS and any(map(_is_square, ast.walk(node)))


def _is_square(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return isinstance(node.right, ast.Constant) and node.right.value == 2
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return ast.dump(node.left) == ast.dump(node.right)
    return isinstance(node, ast.Call) and _called(node) in _SQUARES


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))
