"""Arrays that a script changes after its loop, and not in it: its loop does the same again and again, and learns nothing."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from mlp_conformance.recognise.source.program import Program


def changed_after(loop: ast.For | ast.While, following: Sequence[ast.stmt]) -> dict[str, int]:
    """The names that a loop reads and that are added to after it, as `w` in `w += step`, with the lines; data never are."""
    read, stored = _names(loop, ast.Load), _names(loop, ast.Store)
    found: dict[str, int] = {}
    for node in following:
        name = _added_to(node)
        if name in read - stored:
            found.setdefault(name, node.lineno)
    return found


def said_of_loops(program: Program) -> str:
    """Which arrays are changed after a loop of the program's top level that only reads them, in a sentence; or nothing."""
    arrays = {name for name, value in vars(program.module).items() if isinstance(value, np.ndarray) and value.ndim}
    for index, loop in enumerate(program.tree.body):
        if not isinstance(loop, ast.For | ast.While):
            continue
        changed = {k: v for k, v in changed_after(loop, program.tree.body[index + 1 :]).items() if k in arrays}
        if len(changed) > 1:  # a layer has two
            named = [f"`{name}` in line {line}" for name, line in sorted(changed.items(), key=lambda item: item[1])]
            return (
                f"the loop in line {loop.lineno} changes none of its parameters, so each turn computes the same: "
                f"{', '.join(named[:-1])} and {named[-1]} are changed once, after it"
            )
    return ""


def _added_to(node: ast.stmt) -> str:
    """The name that a statement adds something to, or subtracts something from; empty if it does neither."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.target, ast.Name):
        return node.target.id
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return ""
    value, name = node.value, node.targets[0].id
    adds = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub)
    return name if adds and isinstance(value.left, ast.Name) and value.left.id == name else ""  # type: ignore[attr-defined]


def _names(node: ast.AST, kind: type[ast.expr_context]) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, kind)}
