"""How a program goes through its samples: one after another, or samples and targets together."""

from __future__ import annotations

import ast
import re

from mlp_conformance.recognise import roles


def called_per_sample(name: str, tree: ast.AST) -> bool:
    """Whether the program itself calls a function for one sample after another, in a loop over samples."""
    for loop in ast.walk(tree):
        if not isinstance(loop, ast.For):
            continue
        over = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
        counts = isinstance(loop.iter, ast.Call) and getattr(loop.iter.func, "id", "") in ("range", "reversed")
        for call in ast.walk(loop):
            if not isinstance(call, ast.Call):
                continue
            is_named = (getattr(call.func, "attr", "") or getattr(call.func, "id", "")) == name
            parts = [node for argument in call.args for node in ast.walk(argument)]
            if is_named and any(_is_sample(node, over) for node in parts if not (counts and isinstance(node, ast.Name))):
                return True
    return False


#: Names of one sample that say nothing else.
_SAMPLE = re.compile(r"row|record|example|pair|pattern|sample|point", re.I)


def _is_sample(node: ast.AST, over: set[str]) -> bool:
    """Whether an expression is one sample of a loop: its variable, or the data at its index."""
    if isinstance(node, ast.Name) and node.id in over:
        return roles.argument(node.id) in ("inputs", "targets", "data") or bool(_SAMPLE.search(node.id))
    if isinstance(node, ast.Subscript):
        base = getattr(node.value, "id", getattr(node.value, "attr", ""))
        index = {inner.id for inner in ast.walk(node.slice) if isinstance(inner, ast.Name)}
        return bool(index & over) and roles.argument(base) in ("inputs", "targets", "data")
    return False


def loops_over_pairs(tree: ast.AST) -> bool:
    """Whether the program goes through samples and targets together, as in `for x, y in zip(X, Y)`."""
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For):
            named = {roles.argument(node.id) for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
            if {"inputs", "targets"} <= named:
                return True
    return False
