"""How a program goes through its samples: one after another, or samples and targets together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.roles import called


def called_per_sample(name: str, tree: ast.AST, seen: frozenset[str] = frozenset()) -> bool:
    """Whether the program itself calls a function for one sample after another, in a loop over samples.

    Or what it calls so, as `train_one(X[i], y[i])`, hands its sample on. seen: those that hand on what they are given.
    """
    if any(_is_called_in(loop, name) for loop in ast.walk(tree) if isinstance(loop, ast.For)):
        return True
    return any(called_per_sample(caller, tree, seen | {name}) for caller in _handing_on(name, tree) - seen)


def _is_called_in(loop: ast.For, name: str) -> bool:
    over = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    over = set() if _goes_over_batches(loop) else {name for name in over if not _SEVERAL.search(name)}
    counts = isinstance(loop.iter, ast.Call) and getattr(loop.iter.func, "id", "") in ("range", "reversed")
    for call in ast.walk(loop):
        if isinstance(call, ast.Call) and called(call) == name:
            parts = [node for argument in call.args for node in ast.walk(argument)]
            if any(_is_sample(node, over) for node in parts if not (counts and isinstance(node, ast.Name))):
                return True
    return False


def _handing_on(name: str, tree: ast.AST) -> set[str]:
    """The other functions that call one with what they are given as inputs, by the name of their argument."""
    found = set()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or function.name == name:
            continue
        given = {argument.arg for argument in function.args.args if roles.argument(argument.arg) == "inputs"}
        calls = (node for node in ast.walk(function) if isinstance(node, ast.Call) and called(node) == name)
        if any(isinstance(part, ast.Name) and part.id in given for call in calls for part in call.args):
            found.add(function.name)
    return found


#: Names of several samples, and of what gives out several after several.
_SEVERAL = re.compile(r"batch|chunk|^[xy]_?b$|^b_?[xy]$", re.I)
_BATCHES = re.compile(
    r"(batches|chunks)\b|(batch|chunk)_?(es|iter|gen|load)|(iter\w*|get|next|make|create|gen\w*)_?(mini_?)?(batch|chunk)", re.I
)


def _goes_over_batches(loop: ast.For) -> bool:
    """Whether each turn of a loop is about several samples, as in `for x, y in batches(X, Y, 32)`."""
    over = loop.iter.func if isinstance(loop.iter, ast.Call) else loop.iter
    return bool(_BATCHES.search(ast.unparse(over)))


#: Names of one sample that say nothing else.
_SAMPLE = re.compile(r"row|record|example|pair|pattern|sample|point", re.I)


def _is_sample(node: ast.AST, over: set[str]) -> bool:
    """Whether an expression is one sample of a loop: its variable, or the data at its index."""
    if isinstance(node, ast.Name) and node.id in over:
        return roles.argument(node.id) in ("inputs", "targets", "data") or bool(_SAMPLE.search(node.id))
    if isinstance(node, ast.Subscript):
        base = getattr(node.value, "id", getattr(node.value, "attr", ""))
        index = {inner.id for inner in _outside_slices(node.slice) if isinstance(inner, ast.Name)}
        return bool(index & over) and roles.argument(base) in ("inputs", "targets", "data")
    return False


def _outside_slices(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in an index but for what cuts out several, as `i` and `n` do in `X[i : i + n]`."""
    if isinstance(node, ast.Slice):
        return
    yield node
    for inner in ast.iter_child_nodes(node):
        yield from _outside_slices(inner)


def takes_singly(loop: ast.stmt, name: str) -> bool:
    """Whether a loop goes through the rows of an array one after another, as `for i in range(n)` does with `X[i]`."""
    for inner in ast.walk(loop):
        if not isinstance(inner, ast.For) or _goes_over_batches(inner):
            continue
        if name in _gone_through(inner.iter):
            return True
        counters = {node.id for node in ast.walk(inner.target) if isinstance(node, ast.Name)}
        for node in ast.walk(ast.Module(inner.body, [])):
            if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == name:
                index = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
                if isinstance(index, ast.Name) and index.id in counters:
                    return True
    return False


def _gone_through(iterated: ast.expr) -> set[str]:
    """The names of what a loop goes through itself, as X and Y in `zip(X, Y)`."""
    if isinstance(iterated, ast.Call) and getattr(iterated.func, "id", "") in ("zip", "enumerate", "reversed", "list"):
        return set().union(*map(_gone_through, iterated.args))
    return {iterated.id} if isinstance(iterated, ast.Name) else set()


def loops_over_pairs(tree: ast.AST) -> bool:
    """Whether the program goes through samples and targets together, as in `for x, y in zip(X, Y)`."""
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For) and not _goes_over_batches(loop):
            named = {
                roles.argument(node.id)
                for node in ast.walk(loop.target)
                if isinstance(node, ast.Name) and not _SEVERAL.search(node.id)
            }
            if {"inputs", "targets"} <= named:
                return True
    return False
