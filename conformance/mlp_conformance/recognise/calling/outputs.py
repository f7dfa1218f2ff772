"""What may be a network's output, among all that a call returned or left in the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mlp_conformance.recognise.calling.layouts import Layout
from mlp_conformance.recognise.numbers.decimals import DECIMAL
from mlp_conformance.recognise.parameters.tensors import Leaf, Tensor, leaves, tensors
from mlp_conformance.recognise.space import Forward, Space

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search

#: So many samples are asked for where one has an output that may be that of all.
_TURNS = 8
#: Kinds of leaves that are the numbers of objects.
_OF_OBJECTS = ("value", "number")


def outputs_in(space: Space, layout: Layout, root: str, beside: int = 0) -> Iterator[tuple[Leaf, str, np.ndarray]]:
    """Everything of the output's shape that the call returned or left in the network: leaf, expression, values.

    beside: how many more units stand after those of the output, as a bias unit does that every layer ends with.
    """
    m, n = space.asked.targets.shape
    shapes = {(n,), (n, 1), (1, n)} if layout.single else {(n, m)} if layout.rows == "{}.T" else {(m, n)}
    if layout.rows.endswith("[1:]"):
        shapes = {(n + 1,)}
    elif n == 1:
        shapes |= {(m,), ()} if not layout.single else {()}
    seen: set[int] = set()
    reachable = leaves("output", space.names.get("output"), seen) + _one_by_one(space.names.get("output"))
    if root == "model":
        reachable += leaves("model", space.names["model"], seen)
    for tensor in tensors(reachable):
        if beside and tensor.counts[:1] == (n + beside,):
            tensor = replace(tensor, counts=(n, *tensor.counts[1:]))
        elif beside:
            continue
        if tensor.shape not in shapes:
            continue
        tensor = replace(tensor, template=space.from_the_end(tensor.template))
        ends = {m: "len(inputs)", n: "network.sizes[-1]"} if not layout.single else {n: "network.sizes[-1]"}
        text = tensor.read_as(*(ends.get(count, str(count)) for count in tensor.counts))
        if not tensor.counts:
            text = tensor.template.replace("{{", "{").replace("}}", "}")
            text += {"torch": ".detach().numpy()", "value": ".data"}.get(tensor.leaf.kind, "")
        each = _each_unit(tensor, text) if layout.single else ""
        text = each if each and space.array(each) is not None else text
        rows = layout.rows.format(text)
        if tensor.leaf.dtype == DECIMAL and not tensor.counts:
            rows = layout.rows.format(f"np.array({text}, dtype=float)")
        if "detach" in rows:
            rows = rows.replace(".detach().numpy().detach().numpy()", ".detach().numpy()")
        values = space.array(rows)
        if values is None:
            continue
        try:
            values = values.reshape(m, n)
        except ValueError:
            continue
        if np.all(values == values.ravel()[0]) and (values.size > 1 or values.ravel()[0] in (0, 1)):
            continue  # it may be anything
        if len(tensor.shape) == 1 and n == 1 and not layout.single:
            rows += ".reshape(-1, 1)"
        yield tensor.leaf, rows, values


def _one_by_one(output: Any) -> list[Leaf]:
    """The numbers of a tuple, each by itself: `return h1, h2, o` gives units of two layers."""
    numbers = output if isinstance(output, tuple) else ()
    return [Leaf(f"output[{k}]", "number", (), "float64") for k, part in enumerate(numbers) if isinstance(part, float)]


def _each_unit(tensor: Tensor, text: str) -> str:
    """An expression for the numbers of a list of objects that also reads a single one, which comes without a list often."""
    inside = re.fullmatch(r"np\.array\(\[output\[i\](\.\w+) for i in range\(.*\)\]\)", text)
    return f"np.array([unit{inside[1]} for unit in np.ravel(output)])" if inside and tensor.leaf.kind in _OF_OBJECTS else ""


def varies(search: Search, way: Forward) -> bool:
    """Whether what looks like the output of a forward pass is another for other inputs.

    What a unit that is off gives for one sample may be that of some others; a loss of nothing is that of all.
    """
    first: np.ndarray | None = None
    for turn in range(_TURNS if way.layout.single else 2):
        other = replace(search, asked=replace(search.asked, inputs=np.roll(search.asked.inputs, turn, axis=0)))
        space = other.space(1 if way.layout.single else None)
        found = space.array(way.output) if space is not None and space.run(way.lines) else None
        if found is not None and first is not None and (found.shape != first.shape or not np.allclose(found, first, 1e-9)):
            return True
        first = found if first is None else first
    return first is None
