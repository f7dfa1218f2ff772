"""What a callable says that it takes, and its text."""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable
from functools import lru_cache
from typing import Any

#: What draws random numbers, where a function has to be given it.
GENERATORS = ("np.random.default_rng(0)", "np.random.RandomState(0)", "0")


def signature(found: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """The parameters of a callable, or None if it does not tell.

    Those of the constructor, where a metaclass makes the objects of a class and hands on whatever it is given.
    """
    try:
        told = list(inspect.signature(found).parameters.values())
        if told and isinstance(found, type) and all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in told):
            return list(inspect.signature(found.__init__).parameters.values())[1:]  # type: ignore[misc]
    except (TypeError, ValueError):
        return None
    return told


def required(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """Those that have to be given."""
    return [
        p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    ]


def text_of(found: Callable[..., Any]) -> ast.Module | None:
    """The syntax tree of a function or a class, below its decorators; None if its text is nowhere."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(found))))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None


def definition(found: Callable[..., Any]) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The definition of a function; None of what is none, and where its text is nowhere."""
    tree = text_of(found)
    function = tree.body[0] if tree is not None and tree.body else None
    return function if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) else None


def argument_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The names of the arguments of a definition."""
    return {a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}


def defaults_in(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr]]:
    """The arguments of a definition that have defaults, with these."""
    positional = [*arguments.posonlyargs, *arguments.args]
    by_place = zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
    by_name = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [*by_place, *((given, default) for given, default in by_name if default is not None)]


@lru_cache(16)
def code_in(tree: ast.AST) -> str:
    """A program without comments and without strings that stand by themselves: what it does, not what it says."""

    class Bare(ast.NodeTransformer):
        def visit_Expr(self, node: ast.Expr) -> ast.AST:
            return ast.copy_location(ast.Pass(), node) if isinstance(node.value, ast.Constant) else node

    return ast.unparse(Bare().visit(copy.deepcopy(tree)))
