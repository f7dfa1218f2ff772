"""What a program reports every so many epochs: a tenth of few epochs is none, and the remainder of a division by it fails.

Such a program trains as it should where it is asked for more epochs. It is judged as if it reported after each of few.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy


class Reported(ast.NodeTransformer):
    """A syntax tree in which `if epoch % (epochs // 10) == 0` asks for the remainder of a division by 1 in place of 0."""

    def __init__(self, parts: set[str]) -> None:
        self.parts = parts

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if _is_rhythm(node, self.parts):
            assert isinstance(node.left, ast.BinOp)
            node.left.right = ast.copy_location(ast.BoolOp(ast.Or(), [node.left.right, ast.Constant(1)]), node)
        return node


def reported(node: ast.stmt) -> ast.stmt:
    """A definition that can report of few epochs; as it is if it could before."""
    if not next(_rhythms(node), None):
        return node
    return ast.fix_missing_locations(Reported(_parts(node)).visit(deepcopy(node)))


def said_of_rhythm(tree: ast.AST, lines: list[str]) -> str:
    """The sentence on a division that fails with few epochs, in a function that some calls lead into; or nothing."""
    text = " ".join(lines)
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and f"{node.name}(" in text)
    found = next((rhythm for function in functions for rhythm in _rhythms(function)), None)
    if found is None:
        return ""
    where = f"in line {found.lineno} (`{ast.unparse(found)}`)"
    return f"Asked for few epochs it divides by zero, {where}: it is judged as if it divided by 1 there."


def _rhythms(node: ast.AST) -> Iterator[ast.Compare]:
    parts = _parts(node)
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Compare) and _is_rhythm(inner, parts))


def _is_rhythm(node: ast.Compare, parts: set[str]) -> bool:
    """Whether a remainder of a division by some part of a number is compared with a number."""
    remainder = node.left
    if not (
        isinstance(remainder, ast.BinOp) and isinstance(remainder.op, ast.Mod) and isinstance(node.comparators[0], ast.Constant)
    ):
        return False
    by = remainder.right
    return _is_part(by) or (isinstance(by, ast.Name) and by.id in parts)


def _parts(node: ast.AST) -> set[str]:
    """The variables that are some part of a number."""
    return {
        inner.targets[0].id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name) and _is_part(inner.value)
    }


def _is_part(node: ast.AST) -> bool:
    """Whether an expression is a whole part of a number, `n // 10` or `int(n / 10)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "int" and node.args:
        return isinstance(node.args[0], ast.BinOp) and isinstance(node.args[0].op, ast.Div | ast.Mult)
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv)
