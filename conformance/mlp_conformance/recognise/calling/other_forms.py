"""The same way to get an output with its targets in another form, or with a linear output as the logits of a probability."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from mlp_conformance.recognise.calling.layouts import NUMBERS, OTHER_TARGETS, Layout
from mlp_conformance.recognise.calling.own_tensors import other_samples
from mlp_conformance.recognise.space import Forward

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search

#: Words of programs whose targets may be numbers of classes.
_CLASSES = re.compile(
    r"one_?hot|np\.eye|jnp\.eye|argmax|unique|label|arange\(|\[range\(|nll_?loss|sparse_?categorical|CrossEntropy|\.long\(|astype\(int|row\[-1\]|\[\(?int\)?\(",
    re.I,
)
#: Words of programs that make probabilities of logits: a step may be of these though no loss is ever computed.
_PROBABILITIES = re.compile(r"soft_?max|sigmoid|logistic|expit|\bexp\(", re.I)


def alternatives(search: Search, forward: Forward) -> Iterator[tuple[Search, Forward]]:
    """The same network with targets in another form, or with its linear output as logits."""
    for index, base in enumerate((forward, *_as_logits(search, forward))):
        if index:
            yield search, base
        yield from other_samples(search, base)
        if search.asked.sizes[0] == search.asked.sizes[-1] == 1 and base.layout.name == "rows":
            yield search, _with_targets(base, NUMBERS[0])
        for layout in OTHER_TARGETS:
            same = layout.samples_as == base.layout.name or (layout.single and base.layout.name == "one sample, a vector")
            if not same or (layout.vector and search.asked.sizes[-1] > 1):
                continue
            if layout.labels and search.asked.sizes[-1] > 1 and _CLASSES.search(search.program.source):
                yield search.with_labels(), _with_targets(base, layout)
            elif not layout.labels:
                yield search, _with_targets(base, layout)


def in_plain_numbers(search: Search, forward: Forward) -> Iterator[Forward]:
    """A single target as a number, for programs of plain lists: an array in its place works once and spoils what it meets."""
    plain = all(t.leaf.kind in ("list", "number") for slot in search.plan.slots for t in (slot.weights, slot.bias) if t)
    for layout in OTHER_TARGETS if plain and search.asked.sizes[-1] == 1 and forward.layout.single else ():
        if layout.single and layout.vector and layout.x == forward.layout.x:
            yield _with_targets(forward, layout)


def _with_targets(forward: Forward, layout: Layout) -> Forward:
    """The same way to get the output with the targets of another layout, also where the call itself is given them."""
    given = re.compile(rf"(?<![\w.]){re.escape(forward.layout.y)}(?![\w.\[])")
    return replace(forward, layout=layout, lines=[given.sub(lambda _: layout.y, line) for line in forward.lines])


def _as_logits(search: Search, forward: Forward) -> Iterator[Forward]:
    """A linear output as the logits of a probability, where the program takes logarithms or makes probabilities itself."""
    probable = "log" in search.families or _PROBABILITIES.search(search.program.source)
    if forward.reading.output != "linear" or not probable:
        return
    for output in ("softmax", "sigmoid") if search.asked.sizes[-1] > 1 else ("sigmoid",):  # one output's softmax is always 1
        text = f"{output}({forward.output}[None])[0]" if forward.layout.single else f"{output}({forward.output})"
        yield replace(forward, reading=replace(forward.reading, output=output), output=text)
