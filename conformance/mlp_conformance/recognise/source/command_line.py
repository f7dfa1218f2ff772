"""What a program would read from its command line: the defaults, as the line that is typed is not its own."""

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
