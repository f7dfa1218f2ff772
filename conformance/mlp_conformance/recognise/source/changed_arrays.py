"""The arrays that a piece of a program changes: through their indices, by another order, or by filling them anew."""

from __future__ import annotations

import ast


def subscripted(node: ast.AST) -> set[str]:
    """Names that are changed through an index, as in `W[:] -= ...` and `W[i][j] += ...`."""
    return {_base(n) for n in ast.walk(node) if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)} - {""}


def _base(node: ast.expr) -> str:
    """The name of what an expression takes a part of, however deep: `W` of `W[i][j]`; "" if it has none."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def filled_anew(loop: ast.AST) -> set[str]:
    """Names of arrays that a loop only fills by their indices with what is computed without them, as `h[j] = sigmoid(z)`."""
    filled, learnt = set[str](), set[str]()
    for node in ast.walk(loop):
        if not isinstance(node, ast.Assign | ast.AugAssign):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        by_index = {_base(target) for target in targets if isinstance(target, ast.Subscript)}
        adds = isinstance(node, ast.AugAssign) or bool(_names_in(node.value) & by_index)
        learnt |= {target.id for target in targets if isinstance(target, ast.Name)} | (by_index if adds else set())
        filled |= set() if adds else by_index
    return filled - learnt


def _names_in(node: ast.expr) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def reordered(node: ast.AST) -> set[str]:
    """Names that are assigned parts of themselves in another order, as in `X, y = X[order], y[order]` and `shuffle(X, y)`."""
    found: set[str] = set()
    for n in ast.walk(node):
        if not isinstance(n, ast.Assign) or len(n.targets) != 1:
            continue
        target, value = n.targets[0], n.value
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = value.elts if isinstance(value, ast.Tuple) else [value]
        if isinstance(value, ast.Call) and "shuffle" in ast.unparse(value.func):
            values = value.args
        for name, part in zip(names, values, strict=False):
            base = part.value if isinstance(part, ast.Subscript) else part
            if isinstance(name, ast.Name) and isinstance(base, ast.Name) and base.id == name.id:
                found.add(name.id)
    return found
