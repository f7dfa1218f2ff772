"""Thresholds: a program that computes W x - θ keeps -1 times the biases, and descends by θ ← θ + η ∂E/∂b."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.parameters.flat import is_flat
from mlp_conformance.recognise.roles import called

if TYPE_CHECKING:
    from mlp_conformance.recognise.parameters.slots import Slot
    from mlp_conformance.recognise.plan import Plan

#: Calls that give the sums of weighted inputs from which a threshold is subtracted.
_SUMS = {"dot", "matmul", "sum", "fsum", "einsum", "mm", "inner", "vdot", "tensordot", "reduce", "addmm", "linear"}

#: What is subtracted as a threshold by its name.
_NAMED = re.compile(r"thresh|bias|^theta|limen|schwell|umbral|seuil|soglia", re.I)


def with_thresholds(plan: Plan, tree: ast.AST) -> Plan | None:
    """The plan with thresholds for biases; None where it has no arrays for them, or nothing is subtracted from a sum."""
    slots = plan.slots
    if not slots or is_flat(slots) or any(slot.bias is None or slot.negative for slot in slots) or not _subtracts(tree):
        return None
    return plan.but(slots=as_thresholds(slots))


def as_thresholds(slots: Sequence[Slot]) -> list[Slot]:
    """The same arrays, those of the biases with the other sign."""
    return [replace(slot, negative=True) if slot.bias is not None else slot for slot in slots]


def are_thresholds(slots: Sequence[Slot]) -> bool:
    """Whether a program keeps thresholds in arrays of their own."""
    return any(slot.negative and slot.bias is not None for slot in slots)


@cache
def _subtracts(tree: ast.AST) -> bool:
    """Whether a program's text subtracts something from a sum of products, or from a variable that is one."""
    sums = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_sum(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    } | {
        node.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and isinstance(node.target, ast.Name)
    }

    def is_sum(node: ast.expr) -> bool:
        return _is_sum(node) or (isinstance(node, ast.Name) and node.id in sums)

    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and is_sum(node.left) and not _is_target(node.right):
            return True
        if isinstance(node, ast.Call) and called(node) == "exp" and any(_is_less(argument, is_sum) for argument in node.args):
            return True  # exp(-z) is exp(θ - W x)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and _NAMED.search(_name(node.right)):
            return True  # in a function of its own
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub) and is_sum(node.target):
            return True
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.UnaryOp) and isinstance(node.value.op, ast.USub):
            starts = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if any(_is_summed(name, tree) for name in starts):  # a sum that starts at -θ
                return True
    return False


def _is_target(node: ast.expr) -> bool:
    """Whether an expression is a target by its name: what is subtracted from the output in an error."""
    named = node.value if isinstance(node, ast.Subscript) else node
    return roles.argument(_name(named)) == "targets"


def _name(node: ast.expr) -> str:
    """What a variable, an attribute or an item is called; empty for anything else."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_summed(name: str, tree: ast.AST) -> bool:
    """Whether something is added to a variable."""
    added = (node.target for node in ast.walk(tree) if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add))
    return any(isinstance(target, ast.Name) and target.id == name for target in added)


def _is_sum(node: ast.AST) -> bool:
    """Whether an expression has a product of matrices in it, or calls for a sum."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.MatMult):
            return True
        if isinstance(inner, ast.Call) and called(inner) in _SUMS:
            return True
    return False


def _is_less(node: ast.expr, is_sum: Callable[[ast.expr], bool]) -> bool:
    """Whether an expression is something less a sum."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and is_sum(node.right)
