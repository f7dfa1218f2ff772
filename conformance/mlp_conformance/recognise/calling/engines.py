"""Gradients of networks whose numbers are objects that remember how they were computed: `loss.backward()` leaves them there.

Where such a program has no training that was understood, the loss is put together from its outputs: what its engine makes of
that is its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.calling.layouts import has_targets
from mlp_conformance.recognise.calling.own_tensors import is_own
from mlp_conformance.recognise.numbers.readings import GradientReading, Parameters
from mlp_conformance.recognise.parameters.slots import Slot
from mlp_conformance.recognise.parameters.statements import read_pair
from mlp_conformance.recognise.parameters.tensors import Tensor
from mlp_conformance.recognise.space import Space, Step

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: How the call is named that gives the gradients, and the attribute in which it leaves them.
CALLS = ("backward", "backprop", "backpropagate")
ATTRIBUTES = ("grad", "gradient", "_grad", "derivative")
#: One of the objects that a call returned, or the only one; and its number, where it has another name than `data`.
_UNIT = re.compile(r"output(\[(\d+|-1)\])?(\.\w+)?")


def gradients_of_engine(settled: Settled) -> None:
    """Take the gradients that the program's own numbers give of half the squared error, where there are no others."""
    plan, forward, search = settled.plan, settled.forward, settled.search
    if settled.step is not None or plan.gradients:
        return
    if is_own(forward.layout):
        _of_arrays(settled)
    if not _applies(settled):
        return
    call = re.sub(r"(?<![\w.])x\b(?!\s*=)", "sample", forward.lines[0].removeprefix("output = "))
    for name in CALLS:
        lines = [
            f"answers = [np.ravel({call}) for sample in inputs]",
            "pairs = [pair for answer, row in zip(answers, targets.tolist()) for pair in zip(answer, row)]",
            "losses = [(unit - target) * (unit - target) * 0.5 for unit, target in pairs]",
            "while len(losses) > 1:",
            "    losses = [*losses[2:], losses[0] + losses[1]]",
            f"losses[0].{name}()",
        ]
        space = search.space()
        if space is None or not space.run(lines):
            continue
        for slots in _beside(plan.slots):
            pairs = [read_pair(slot, str(k)) for k, slot in enumerate(slots)]
            found = read_parameters(pairs, space)
            if found is not None:
                plan.gradient, plan.gradients = lines, pairs
                settled.step = Step(lines, GradientReading("half_squared_error", "sum"), found, False)
                plan.notes.append(
                    "It has no loss or training that was understood: the gradients are what its numbers' "
                    f"`{name}` gives of half the squared error."
                )
                return


#: Losses of arrays that remember, and what each is.
_OF_ARRAYS = (
    ("({} * 0.5).sum()", "half_squared_error", "sum"),
    ("({}).sum()", "squared_error", "sum"),
    ("({}).mean()", "squared_error", "mean_elements"),
)


def _squares(tree: ast.AST) -> list[str]:
    """How a difference is squared: as the program itself does where it has losses, for an engine may know only one way."""
    powers = (node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow))
    by_power = any(
        isinstance(node.left, ast.BinOp)
        and isinstance(node.left.op, ast.Sub)
        and isinstance(node.right, ast.Constant)
        and node.right.value == 2
        for node in powers
    )
    return ["difference ** 2", "difference * difference"] if by_power else ["difference * difference"]


def _of_arrays(settled: Settled) -> None:
    """The gradients that the program's own arrays give of a squared error of all samples."""
    plan, forward, search = settled.plan, settled.forward, settled.search
    if (
        not settled.exact
        or forward.reading.output == "softmax"
        or forward.reading.through != "{}"
        or has_targets(forward.lines)
    ):
        return
    for square, (formula, loss, reduction), name in product(_squares(search.program.tree), _OF_ARRAYS, CALLS):
        difference = f"difference = output - {forward.layout.y}"
        lines = [*forward.naming, difference, f"loss = {formula.format(square)}", f"loss.{name}()"]
        space = search.space()
        if space is None or not space.run(lines):
            continue
        for attribute in ("grad", "grad.data", *ATTRIBUTES[1:]):
            slots = [
                replace(slot, weights=_moved(slot.weights, attribute), bias=slot.bias and _moved(slot.bias, attribute))
                for slot in plan.slots
            ]
            pairs = [read_pair(slot, str(k)) for k, slot in enumerate(slots)]
            found = read_parameters(pairs, space)
            if found is not None:
                plan.gradient, plan.gradients = lines, pairs
                settled.step = Step(lines, GradientReading(loss, reduction), found, False)
                plan.notes.append(
                    f"It has no loss or training that was understood: the gradients are what its arrays' `{name}` gives of "
                    "the squared error."
                )
                return


def _applies(settled: Settled) -> bool:
    """Whether a sample's output is known exactly, is made of such objects, and is one that goes with a squared error."""
    plan, forward = settled.plan, settled.forward
    kinds = {tensor.leaf.kind for tensor in _tensors(plan.slots)}
    return (
        settled.exact
        and forward.layout.single
        and forward.reading.output != "softmax"
        and forward.reading.through == "{}"
        and len(forward.lines) == 1
        and not has_targets(forward.lines)
        and kinds <= {"value", "number"}
        and _UNIT.fullmatch(forward.raw) is not None
    )


def _tensors(slots: list[Slot]) -> list[Tensor]:
    return [tensor for slot in slots for tensor in (slot.weights, slot.bias) if tensor is not None]


def _beside(slots: list[Slot]) -> Iterator[list[Slot]]:
    """The places of the gradients: another attribute of the objects whose numbers are the parameters."""
    for name in ATTRIBUTES:
        if all(tensor.leaf.kind == "value" or re.search(r"\.\w+$", tensor.template) for tensor in _tensors(slots)):
            yield [
                replace(slot, weights=_moved(slot.weights, name), bias=slot.bias and _moved(slot.bias, name), negative=False)
                for slot in slots
            ]


def _moved(tensor: Tensor, name: str) -> Tensor:
    bare = tensor.template if tensor.leaf.kind == "value" else re.sub(r"\.\w+$", "", tensor.template)
    return replace(tensor, template=f"{bare}.{name}", leaf=replace(tensor.leaf, kind="number"))


def read_parameters(pairs: list[tuple[str, str]], space: Space) -> Parameters | None:
    """What stands there, if it has the parameters' shapes and every layer has something that is not zero."""
    found = []
    for (w, b), (weights, biases) in zip(pairs, space.asked.parameters, strict=True):
        of_weights, of_biases = space.array(w), space.array(b) if b else np.zeros_like(biases)
        if of_weights is None or of_biases is None or of_weights.shape != weights.shape or of_biases.size != biases.size:
            return None
        if not np.any(of_weights):
            return None
        found.append((of_weights, of_biases.reshape(biases.shape)))
    return found
