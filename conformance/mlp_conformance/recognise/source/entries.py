"""Where a program begins: its top level, what stands under `if __name__ == "__main__"`, and the functions that it starts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlp_conformance.recognise import roles


def bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """The statements of each, with those before it where it sees them too."""
    yield tree.body
    started = _started(tree)
    for node in tree.body:
        if isinstance(node, ast.If):
            yield [*tree.body[: tree.body.index(node)], *node.body]
        elif isinstance(node, ast.FunctionDef) and ("main" in node.name.lower() or node.name in started):
            yield node.body


def _started(tree: ast.Module) -> set[str]:
    """The functions that are called by themselves with nothing but numbers and the like, as in `demo()` and `run(100)`."""
    blocks = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.If))]
    calls = [
        node.value for block in blocks for node in block if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    return {
        call.func.id
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and all(isinstance(given, ast.Constant) for given in (*call.args, *(keyword.value for keyword in call.keywords)))
        and roles.rank(call.func.id, roles.TRAIN) == len(roles.TRAIN)
    }
