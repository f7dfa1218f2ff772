"""Networks of hundreds of units that a program makes in these sizes alone, as for digits, with a few units in their place.

The whole numbers by which such arrays are made are others wherever they stand: the formulas are the same, and an answer takes
no minutes.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from math import prod

from mlp_conformance.recognise import roles

#: What makes arrays of parameters, by its name, and what has no shape among its arguments.
_DRAWS = re.compile(r"rand|normal|uniform|zeros|ones|empty|xavier|glorot|kaiming|(^|_)he(_|$)|init|weight|param", re.I)
_SHAPELESS = re.compile(r"randint|integers|choice|permut|randrange", re.I)
#: So many weights of a layer are many, and so many units; the numbers in their place.
_MANY_WEIGHTS, _MANY_UNITS = 1_000, 20
_FEW = (7, 6, 5, 9, 8, 11, 12, 13, 14, 15)


def with_few_units(tree: ast.Module) -> ast.Module:
    """A copy in which numbers of units that make large arrays are small ones, each by another; the tree itself if none do."""
    units = few_units(tree)
    return ast.fix_missing_locations(_Fewer(units).visit(copy.deepcopy(tree))) if units else tree


def few_units(tree: ast.Module) -> dict[int, int]:
    """The numbers of units that are many, each with the one in its place."""
    shapes = list(_shapes(tree))
    large = sorted({n for shape in shapes if prod(shape) >= _MANY_WEIGHTS for n in shape if n >= _MANY_UNITS}, reverse=True)
    free = [n for n in _FEW if not any(n in shape for shape in shapes)]
    return dict(zip(large, free, strict=False)) if len(large) <= len(free) else {}


def said_of_few_units(tree: ast.Module) -> str:
    """What is said of the sizes in which such a program is judged."""
    places = ", ".join(f"{few} stands for {many}" for many, few in few_units(tree).items())
    return f" alone, as hundreds take minutes: {places}"


def _shapes(tree: ast.Module) -> Iterator[tuple[int, ...]]:
    """The whole numbers that calls are given which make parameters; two or more of each."""
    named = dict(_constants(tree))
    own = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign | ast.Return | ast.Expr) or node.value is None or _is_data(node):
            continue
        for call in ast.walk(node.value):
            name = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
            if isinstance(call, ast.Call) and (name in own or (_DRAWS.search(name) and not _SHAPELESS.search(name))):
                parts = [*call.args, *(keyword.value for keyword in call.keywords)]
                tuples = [part.elts for part in parts if isinstance(part, ast.Tuple)]
                for given in (parts, *tuples):
                    shape = tuple(n for part in given if (n := _number(part, named)) is not None)
                    if len(shape) > 1:
                        yield shape


def _is_data(node: ast.stmt) -> bool:
    """Whether a statement makes samples."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(roles.argument(getattr(t, "id", "")) in ("inputs", "targets", "data") for t in targets)


def _constants(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The module's names of whole numbers."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            pairs = zip(target.elts, value.elts, strict=False) if _are_tuples(target, value) else [(target, value)]  # type: ignore[attr-defined]
            for name, number in pairs:
                if isinstance(name, ast.Name) and (found := _number(number, {})) is not None:
                    yield name.id, found


def _are_tuples(*parts: ast.expr) -> bool:
    return all(isinstance(part, ast.Tuple) for part in parts)


def _number(node: ast.expr, named: dict[str, int]) -> int | None:
    """The whole number that an expression is: written, a product of such, or one of those that have a name."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        left, right = _number(node.left, named), _number(node.right, named)
        return left * right if left is not None and right is not None else None
    return named.get(node.id) if isinstance(node, ast.Name) else None


class _Fewer(ast.NodeTransformer):
    """A syntax tree with other whole numbers."""

    def __init__(self, units: dict[int, int]) -> None:
        self.units = units

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        number = _number(node, {})
        return ast.Constant(self.units[number]) if number in self.units else self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if type(node.value) is int and node.value in self.units:
            return ast.copy_location(ast.Constant(self.units[node.value]), node)
        return node
