"""Programs that have the number of their own samples written down: the 4 of the four rows of exclusive or."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.parameters.tensors import is_numeric

if TYPE_CHECKING:
    from mlp_conformance.recognise.source.program import Program

_Tree = TypeVar("_Tree", bound=ast.AST)

#: With two samples a 2 may as well be that of a square.
_FEWEST = 3


def own_samples(program: Program) -> tuple[int, str]:
    """How many samples the arrays have that stand in a program and are inputs or targets by their names; 0 if that varies.

    Beside it ".T" where a sample is a column of each, and so a row of what is turned.
    """
    module = vars(program.module)
    named = [name for name in module if roles.argument(name) in ("inputs", "targets") and is_numeric(module[name])]
    shapes = [np.shape(module[name]) for name in named if np.ndim(module[name]) in (1, 2)]
    for turned, axis in (("", 0), (".T", -1)):
        counts = {shape[axis] for shape in shapes}
        if len(counts) == 1 and max(counts) >= _FEWEST:
            return counts.pop(), turned
    return 0, ""


def is_written(tree: ast.AST, number: int) -> bool:
    """Whether a number stands where that of the samples would: as what is divided by, or what is counted to."""
    return any(True for _ in _places(tree, number))


def counting(tree: _Tree, number: float, array: str) -> _Tree:
    """A copy in which the rows of an array are counted where their number is written."""
    tree = copy.deepcopy(tree)
    for holder, field, index in list(_places(tree, number)):
        count = ast.parse(f"len({array})", mode="eval").body
        if index is None:
            setattr(holder, field, count)
        else:
            getattr(holder, field)[index] = count
    return ast.fix_missing_locations(tree)


def counting_in_functions(tree: ast.Module, number: float, array: str) -> ast.Module:
    """The same in the functions of a program alone."""
    functions = (ast.FunctionDef, ast.ClassDef)
    body = [counting(node, number, array) if isinstance(node, functions) else node for node in tree.body]
    return ast.Module(body, tree.type_ignores)


def _places(tree: ast.AST, number: float) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Where it stands: the node, its field, and where in that, if it is a list."""

    def is_it(node: Any) -> bool:
        return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value == number

    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div | ast.FloorDiv):
            field = "right" if isinstance(node, ast.BinOp) else "value"
            if is_it(getattr(node, field)):
                yield node, field, None
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("range", "xrange") and node.args:
            last = 0 if len(node.args) == 1 else 1
            if is_it(node.args[last]):
                yield node, "args", last
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("ones", "zeros", "empty", "full", "permutation"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Tuple) and first.elts and is_it(first.elts[0]):
                yield first, "elts", 0
            elif is_it(first):
                yield node, "args", 0
