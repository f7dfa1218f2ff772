"""Ways to break a line of Python: for a node of the syntax tree, the nodes that may stand in its place, and in what words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy

Replacement = tuple[str, ast.AST]

_BINARY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
_COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_FUNCTIONS = {
    "sum": ("mean", "max"),
    "max": ("min", "mean"),
    "maximum": ("minimum", "add"),
    "minimum": ("maximum",),
    "exp": ("expm1", "exp2"),
    "log": ("log1p", "log2"),
    "tanh": ("sin", "arctan"),
    "logaddexp": ("logaddexp2", "maximum"),
    "ones_like": ("zeros_like",),
    "heaviside": ("maximum",),
}
_ATTRIBUTES = {
    "x": ("z", "a"),
    "z": ("x", "a"),
    "a": ("x", "z"),
    "weights": ("biases",),
    "biases": ("weights",),
    "log_epsilon": ("probability_clip",),
    "probability_clip": ("log_epsilon",),
}


def replacements(node: ast.AST, names: list[str]) -> Iterator[Replacement]:
    """What may stand in the node's place; names: the arrays that the function around it knows."""
    match node:
        case ast.BinOp():
            yield from _binary(node)
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield _becomes(node, node.operand)
        case ast.Compare(ops=[op]):
            for other in _COMPARE.get(type(op), ()):
                changed = deepcopy(node)
                changed.ops = [other()]
                yield _becomes(node, changed)
        case ast.BoolOp():
            changed_op = deepcopy(node)
            changed_op.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
            yield _becomes(node, changed_op)
            for value in node.values:
                yield _becomes(node, value)
        case ast.Constant(value=bool()):
            yield _becomes(node, ast.Constant(not node.value))
        case ast.Constant(value=int() | float() as value):
            for number in (value + 1, value - 1):
                yield _becomes(node, ast.Constant(number))
        case ast.Attribute(attr="T"):
            yield _becomes(node, node.value)
        case ast.Attribute(ctx=ast.Load()):
            for name in _ATTRIBUTES.get(node.attr, ()):
                yield _becomes(node, ast.Attribute(node.value, name, ast.Load()))
        case ast.Name(ctx=ast.Load()) if node.id in names:
            for name in names:
                if name != node.id:
                    yield _becomes(node, ast.Name(name, ast.Load()))
        case ast.Call():
            yield from _call(node)
        case ast.IfExp():
            yield _becomes(node, node.body)
            yield _becomes(node, node.orelse)
        case ast.Set():
            for index in range(len(node.elts)):
                fewer = deepcopy(node)
                del fewer.elts[index]
                yield _becomes(node, fewer)


def _binary(node: ast.BinOp) -> Iterator[Replacement]:
    for other in _BINARY.get(type(node.op), ()):
        yield _becomes(node, ast.BinOp(node.left, other(), node.right))
    yield _becomes(node, node.left)
    yield _becomes(node, node.right)
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
        yield _becomes(node, ast.BinOp(node.right, node.op, node.left))


def _call(node: ast.Call) -> Iterator[Replacement]:
    for index in range(len(node.keywords)):
        fewer = deepcopy(node)
        del fewer.keywords[index]
        yield _becomes(node, fewer)
    function = node.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "np":
        for name in _FUNCTIONS.get(function.attr, ()):
            yield _becomes(node, ast.Call(ast.Attribute(function.value, name, ast.Load()), node.args, node.keywords))
        if node.args:
            yield _becomes(node, node.args[-1])
    elif isinstance(function, ast.Name):
        match function.id, node.args:
            case "reversed", [argument]:
                yield _becomes(node, argument)
            case "range", [argument]:
                for op in (ast.Add(), ast.Sub()):
                    changed = ast.BinOp(argument, op, ast.Constant(1))
                    yield _becomes(node, ast.Call(function, [changed], []))
            case (("bool" | "max" | "min"), _):
                pass
            case _, [*arguments] if len(arguments) == 2 and not node.keywords:
                yield _becomes(node, ast.Call(function, arguments[::-1], []))


def _becomes(node: ast.AST, other: ast.AST) -> Replacement:
    return f"{ast.unparse(node)} → {ast.unparse(ast.fix_missing_locations(deepcopy(other)))}", other
