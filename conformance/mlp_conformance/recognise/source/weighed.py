"""What a function weighs weights with: a penalty, in a loss and in its gradient, also where it is called a learning rate."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from mlp_conformance.recognise.roles import called
from mlp_conformance.recognise.source.signatures import argument_names, definition

_SUMS = {"sum", "norm", "fsum"}
_SQUARES = {"square", "power", "norm"}


#: The names of weights, as in `W`, `self.weights`, `W2` and `params["W" + str(l)]`.
_WEIGHTS = re.compile(r"(?<![a-z])(w|weights?|theta)(?![a-z])", re.I)
_PRODUCTS = {"dot", "matmul", "einsum", "outer"}
#: Functions that hand a factor on to one another.
_DEEP = 4


@lru_cache(1024)
def penalty_arguments(call: Callable[..., Any], deep: int = _DEEP) -> frozenset[str]:
    """The arguments of a function that are factors of a penalty, or are handed on as such.

    It is a factor of a sum of squares, as in `rate / (2 * m) * np.sum(w ** 2)`, or of weights that are added to a gradient, as
    in `x.T @ delta + rate / m * w`.
    """
    function = definition(call)
    if function is None:
        return frozenset()
    given = argument_names(function)
    products = (list(_factors(node)) for node in ast.walk(function) if isinstance(node, ast.BinOp))
    weighing = [parts for parts in products if any(map(_is_sum_of_squares, parts))]
    weighing += [parts for node in ast.walk(function) if (parts := _added_to_a_gradient(node))]
    found = {part.id for parts in weighing for part in parts if isinstance(part, ast.Name) and part.id in given}
    return frozenset(found | (_handed_on(call, function, deep - 1) & set(given) if deep else set()))


def _added_to_a_gradient(node: ast.AST) -> list[ast.expr]:
    """The factors of the weights that are added to a product of matrices; none where nothing is."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and any(map(_is_matrix_product, ast.walk(node.left)))):
        return []
    parts = list(_factors(node.right))
    plain = not any(isinstance(inner, ast.Call) or _is_matrix_product(inner) for part in parts for inner in ast.walk(part))
    others = [part for part in parts if not _WEIGHTS.search(ast.unparse(part))]
    return others if plain and len(others) < len(parts) else []


def _is_matrix_product(node: ast.AST) -> bool:
    return (isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)) or (
        isinstance(node, ast.Call) and called(node) in _PRODUCTS
    )


def _handed_on(call: Callable[..., Any], function: ast.AST, deep: int) -> set[str]:
    """The variables that a function gives other functions of its module for their penalties."""
    there = getattr(inspect.unwrap(call), "__globals__", {})
    found = set()
    for node in ast.walk(function):
        inner = there.get(node.func.id) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
        if not isinstance(node, ast.Call) or not inspect.isfunction(inner) or inner is call:
            continue
        penalties = penalty_arguments(inner, deep)
        given = [*zip(inspect.signature(inner).parameters, node.args, strict=False), *((k.arg, k.value) for k in node.keywords)]
        found |= {value.id for name, value in given if name in penalties and isinstance(value, ast.Name)}
    return found


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
    return isinstance(node, ast.Call) and called(node) in _SUMS and any(map(_is_square, ast.walk(node)))


def _is_square(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return isinstance(node.right, ast.Constant) and node.right.value == 2
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return ast.dump(node.left) == ast.dump(node.right)
    return isinstance(node, ast.Call) and called(node) in _SQUARES
