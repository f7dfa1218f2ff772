"""Whether a program has code that trains: then it is not judged by its output alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.source.starting import starting

#: Words in the names of functions that train.
_ELSEWHERE = ("entren", "entrain", "trein", "apprend", "addestr", "обуч", "retroprop")
_TRAINING = ("train", "backw", "back_prop", "backprop", "fit", "learn", "update", "descen", "optimi", *_ELSEWHERE)


def trains(tree: ast.Module) -> bool:
    """Whether a program has code that trains: by the names of what it defines and calls, by what it draws and returns, as
    it takes a step whose length is a learning rate, or as a loop adds products of matrices to what it has.
    """
    if starting(tree) or any(map(_is_step, ast.walk(tree))) or any(map(_adds_products, tree.body)):
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(word in node.name.lower() for word in _TRAINING):
            return True
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("backward", "value_and_grad")
        ):
            return True
    return False


def _adds_products(loop: ast.stmt) -> bool:
    """Whether a loop of a script adds products of matrices to names of its own, as in `w, b = w + x.T @ d, b + d.sum(0)`."""
    if not isinstance(loop, ast.For | ast.While):
        return False
    for node in ast.walk(loop):
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub) and _has_a_product(node.value):
            return True
        for target, value in _assigned(node):
            adds = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub)
            if adds and _has_a_product(value) and ast.unparse(target) == ast.unparse(value.left):  # type: ignore[attr-defined]
                return True
    return False


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a statement assigns to what, one by one where both are written so."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
        both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts)
        yield from zip(target.elts, value.elts, strict=True) if both else [(target, value)]  # type: ignore[attr-defined]


def _has_a_product(value: ast.expr) -> bool:
    inner = list(ast.walk(value))
    return any(isinstance(node, ast.MatMult) for node in inner) or any(
        isinstance(node, ast.Call) and _last_name(node.func) in ("dot", "matmul", "outer") for node in inner
    )


def _is_step(node: ast.AST) -> bool:
    """Whether a product with a learning rate is added to something, or subtracted: `w -= eta * g`, `w + -eta * g`."""
    if not isinstance(node, ast.AugAssign | ast.BinOp) or not isinstance(node.op, ast.Add | ast.Sub):
        return False
    step = node.value if isinstance(node, ast.AugAssign) else node.right
    factors = [part for product in ast.walk(step) if isinstance(product, ast.BinOp) for part in (product.left, product.right)]
    return any(roles.argument(_last_name(part)) == "rate" for part in factors)


def _last_name(part: ast.expr) -> str:
    """What something is called: by itself, as an attribute, or as a key of a dictionary, with any sign; empty if nothing."""
    part = part.operand if isinstance(part, ast.UnaryOp) else part
    if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
        return str(part.slice.value)
    return getattr(part, "id", getattr(part, "attr", ""))
