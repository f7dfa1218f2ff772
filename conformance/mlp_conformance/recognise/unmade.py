"""What a program does not have, as a statement was not run that reads data: the class or arrays that need what it gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.program import Program

#: Columns of a statement that is cited.
_WIDTH = 60


def unmade(program: Program) -> str:
    """Which class, function or arrays could not be had for want of what a statement reads, in a sentence; empty if none."""
    causes: dict[str, ast.stmt] = {}
    arrays: dict[str, tuple[str, int]] = {}
    for node in program.tree.body:
        if node.lineno not in program.left_out:
            continue
        needed = next((name for name in _used(node) if name in causes), None)
        if needed is None:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                causes |= dict.fromkeys(_given(node), node)
            continue
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            return _said(f"`{node.name}`, in line {node.lineno},", needed, causes[needed])
        for name in _given(node):
            causes[name] = causes[needed]
            if roles.parameter_number(name) is not None:
                arrays[name] = needed, node.lineno
    if not arrays:
        return ""
    name, (needed, line) = next(iter(arrays.items()))
    return _said(f"`{name}`, in line {line},", needed, causes[needed])


def _said(what: str, needed: str, cause: ast.stmt) -> str:
    text = ast.unparse(cause)
    text = text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
    return f"{what} needs `{needed}`, and line {cause.lineno} was not run, as it reads data or calls for it: `{text}`"


def _used(node: ast.stmt) -> Iterator[str]:
    """The names that are looked up when a statement is run: of a function only those of its defaults and decorators."""
    parts: list[ast.AST] = [node]
    if isinstance(node, ast.FunctionDef):
        parts = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None), *node.decorator_list]
    elif isinstance(node, ast.ClassDef):
        inner = [name for statement in node.body for name in _used(statement)]
        yield from inner
        parts = [*node.bases, *node.decorator_list]
    for part in parts:
        yield from (n.id for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))


def _given(node: ast.stmt) -> list[str]:
    """The names that a statement assigns to."""
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
