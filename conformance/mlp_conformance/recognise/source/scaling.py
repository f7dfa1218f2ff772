"""Programs that scale their inputs before the first layer: found, and said, since it is no part of a network's formula."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.roles import called

Array = np.ndarray
#: Functions that say how large numbers are, or keep them as they are: what a scaling is made of.
_OF_SCALES = {
    *("max", "min", "amax", "amin", "mean", "average", "std", "var", "sqrt", "abs", "absolute", "norm", "ptp", "sum"),
    *("array", "asarray", "asfarray", "astype", "float", "float32", "float64", "tensor", "as_tensor"),
}
_PARAMETER = re.compile(r"(w|b|v|u|theta)(\d+|_\w+)?$|.*(weight|bias)", re.IGNORECASE)


@dataclass(frozen=True)
class Scaling:
    """What a program does to a batch of inputs, in a sentence about it, and as a function of the batch."""

    what: str
    apply: Callable[[Array], Array]


def _by_largest(x: Array, axis: int | None) -> Array:
    return x / x.max(axis=axis, keepdims=True)


def _by_magnitude(x: Array, axis: int | None) -> Array:
    return x / np.abs(x).max(axis=axis, keepdims=True)


def _by_length(x: Array, axis: int | None) -> Array:
    return x / np.linalg.norm(x, axis=axis, keepdims=True)


def _stretched(x: Array, axis: int | None) -> Array:
    low, high = x.min(axis=axis, keepdims=True), x.max(axis=axis, keepdims=True)
    return (x - low) / (high - low)


def _centred(x: Array, axis: int | None) -> Array:
    return x - x.mean(axis=axis, keepdims=True)


def _standardised(x: Array, axis: int | None) -> Array:
    return _centred(x, axis) / x.std(axis=axis, keepdims=True)


def _standardised_less_one(x: Array, axis: int | None) -> Array:
    """A sample that is alone has no such deviation; NumPy would warn of it in so many words."""
    centred = _centred(x, axis)
    count = np.float64(x.size if axis is None else x.shape[axis])
    return centred / np.sqrt(np.sum(centred**2, axis=axis, keepdims=True) / (count - 1))


def _over(function: Callable[[Array, int | None], Array], axis: int | None) -> Callable[[Array], Array]:
    return lambda x: function(x, axis)


def _linear(x: Array, factor: float, term: float) -> Array:
    return x * factor + term


#: Over what the statistics of a batch are taken.
_OVER = ((0, "each input", "its", " in the batch"), (1, "each sample", "its", ""), (None, "the batch", "the", ""))
_STATISTICAL: tuple[tuple[str, Callable[[Array, int | None], Array]], ...] = (
    ("divides {x} by {its} largest number{there}", _by_largest),
    ("divides {x} by {its} largest magnitude{there}", _by_magnitude),
    ("stretches {x} to 0 to 1{there}", _stretched),
    ("takes {its} mean off {x} and divides by {its} standard deviation{there}", _standardised),
    ("takes {its} mean off {x} and divides by {its} standard deviation, with m - 1,{there}", _standardised_less_one),
    ("takes {its} mean off {x}{there}", _centred),
    ("divides {x} by {its} length{there}", _by_length),
)
_FIXED = (
    ("divides the inputs by 255", 1 / 255, 0.0),
    ("divides the inputs by 256", 1 / 256, 0.0),
    ("divides the inputs by 100", 1 / 100, 0.0),
    ("maps inputs from 0 to 255 onto -1 to 1", 1 / 127.5, -1.0),
    ("maps inputs from 0 to 1 onto -1 to 1", 2.0, -1.0),
    ("maps inputs from 0 to 1 onto 0.01 to 1", 0.99, 0.01),
    ("maps inputs from 0 to 255 onto 0.01 to 1", 0.99 / 255, 0.01),
)
SCALINGS: tuple[Scaling, ...] = (
    *(
        Scaling(what.format(x=x, its=its, there=there), _over(function, axis))
        for what, function in _STATISTICAL
        for axis, x, its, there in _OVER
    ),
    *(Scaling(what, partial(_linear, factor=factor, term=term)) for what, factor, term in _FIXED),
)


def scaling_line(tree: ast.AST) -> int | None:
    """The line of the first statement that gives inputs another scale, in a function: `X = X / X.max()` and the like.

    Or that returns them so, as a function for it does.
    """
    for function in ast.walk(tree):
        for node in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
            if isinstance(node, ast.stmt) and _is_scaling(node):
                return node.lineno
    return None


def _is_scaling(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.AugAssign):
        return _is_inputs(statement.target) and _scales(ast.BinOp(statement.target, statement.op, statement.value))
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Return) else None
    return value is not None and _scales(value)


def _scales(value: ast.expr) -> bool:
    """Whether an expression is of inputs, numbers and statistics alone, and no activation's derivative: x (1 - x) or 1 - x²."""
    if isinstance(value, ast.ListComp) and _is_inputs(value.generators[0].iter) and isinstance(value.elt, ast.BinOp):
        return isinstance(value.elt.op, ast.Div | ast.Mult) and isinstance(value.elt.right, ast.Constant)
    nodes = list(ast.walk(value))
    text = ast.unparse(value)
    if any(not _may_be_in_a_scaling(node) for node in nodes) or re.search(r"(^|\* \()1(\.0)? - ", text):
        return False
    operators = {type(node.op) for node in nodes if isinstance(node, ast.BinOp)}
    changes = ast.Div in operators or ast.Mult in operators or (ast.Sub in operators and "mean" in text)
    return changes and any(map(_is_inputs, nodes))


def _may_be_in_a_scaling(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return called(node) in _OF_SCALES
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Pow)
    name = _name(node)
    if name:
        return not _PARAMETER.match(name) and roles.argument(name) != "targets"
    return not isinstance(node, ast.Compare | ast.BoolOp | ast.IfExp | ast.Lambda | ast.comprehension | ast.Dict)


def _is_inputs(node: ast.AST) -> bool:
    return roles.argument(_name(node)) == "inputs"


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
