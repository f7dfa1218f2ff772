"""Calls that take a batch of one sample rightly: whether they take several, and whether their text says that they do.

A mistake in a batch does not show in one sample. A program that never gets more of them has none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

#: What stands for a batch of one sample, and for all samples in the same form.
_BATCHES = (("x[None]", "inputs", "y[None]", "targets"), ("x[:, None]", "inputs.T", "y[:, None]", "targets.T"))


def with_all_samples(lines: Sequence[str]) -> list[str]:
    """Calls about a batch of one sample as calls about one of all samples; none where they are about a sample itself."""
    for x, inputs, y, targets in _BATCHES:
        found = [line.replace(x, inputs).replace(y, targets) for line in lines]
        if found != list(lines) and not re.search(r"(?<![\w.])[xy]\b(?!\s*=)", " ".join(found)):
            return found
    return []


def takes_batches(tree: ast.AST, lines: Sequence[str]) -> bool:
    """Whether a function that is called goes through its samples by itself, counts them to divide by, or calls them a batch."""
    called = {name for line in lines for name in re.findall(r"(\w+)\(", line)}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in called]
    return any(_takes_batches(function) for function in functions)


def _takes_batches(function: ast.FunctionDef) -> bool:
    given = {argument.arg for argument in function.args.args} - {"self"}
    if any("batch" in name.lower() and "size" not in name.lower() for name in given):
        return True
    counts = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and _counts(node.value, given)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return any(
        (isinstance(node, ast.For) and _goes_through(node, given))
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _is_count(node.right, counts, given))
        for node in ast.walk(function)
    )


def _goes_through(loop: ast.For, given: set[str]) -> bool:
    """Whether a loop is one over two things together that a function is given."""
    call = loop.iter
    is_zip = isinstance(call, ast.Call) and getattr(call.func, "id", "") == "zip"
    return is_zip and len(set(_names(call)) & given) > 1


def _is_count(node: ast.AST, counts: set[str], given: set[str]) -> bool:
    return (isinstance(node, ast.Name) and node.id in counts) or _counts(node, given)


def _counts(node: ast.AST, given: set[str]) -> bool:
    """Whether an expression is `len(x)` or `x.shape[0]` of something that a function is given."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "len":
        return any(name in given for name in _names(node))
    shape = node.value if isinstance(node, ast.Subscript) else None
    return isinstance(shape, ast.Attribute) and shape.attr == "shape" and any(name in given for name in _names(shape))


def _names(node: ast.AST) -> Iterator[str]:
    return (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
