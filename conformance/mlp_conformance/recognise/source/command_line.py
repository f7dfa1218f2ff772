"""What a program would read from its command line or its keyboard: the defaults, as what is typed is not its own."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Sequence
from copy import deepcopy
from typing import Any


def default_arguments(parser: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> argparse.Namespace:
    """What a command line without any arguments gives, whatever it requires: it is not the program that is run."""
    for action in parser._actions:
        action.required = False
        if not action.option_strings:
            action.nargs = "?"
    return parser.parse_known_args([], namespace)[0]


def without_command_line(statements: Sequence[ast.stmt]) -> ast.Module:
    """Statements as a module that can be compiled, in which what would read the command line takes the defaults."""
    return ast.fix_missing_locations(_DefaultArguments().visit(deepcopy(ast.Module(list(statements), []))))


class _DefaultArguments(ast.NodeTransformer):
    """`parser.parse_args()` becomes `default_arguments(parser)`, and `parse_known_args()` a pair of that and nothing."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        reads = isinstance(node.func, ast.Attribute) and node.func.attr in ("parse_args", "parse_known_args")
        if not reads or node.args or node.keywords or not isinstance(node.func, ast.Attribute):
            return node
        function = ast.parse(f'__import__("{__name__}", fromlist=["*"]).{default_arguments.__name__}', mode="eval").body
        given = ast.Call(function, [node.func.value], [])
        return given if node.func.attr == "parse_args" else ast.Tuple([given, ast.List([], ast.Load())], ast.Load())


def nothing_typed(tree: ast.Module, name: str) -> ast.Module:
    """The tree with a command line of the program's name alone, and empty answers to what it asks: `input()` is "".

    What asks within a class is left, so that it is said to be what fails.
    """
    own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    own |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return ast.fix_missing_locations(_NothingTyped(name, "input" not in own).visit(tree))


class _NothingTyped(ast.NodeTransformer):
    """asks: whether `input` is what Python has by that name."""

    def __init__(self, name: str, asks: bool) -> None:
        self._name, self._asks = name, asks

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or ast.unparse(node) != "sys.argv":
            return node
        return ast.copy_location(ast.List([ast.Constant(self._name)], ast.Load()), node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return _NothingTyped(self._name, False).generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        asks = self._asks and isinstance(node.func, ast.Name) and node.func.id == "input"
        return ast.copy_location(ast.Constant(""), node) if asks else node
