"""Parameters in vectors: all in one, as scipy's optimisers take them, or each layer's matrix row after row, as in C."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise, product
from math import prod
from typing import Any

from mlp_conformance.recognise.parameters.slots import Slot, arrangements
from mlp_conformance.recognise.parameters.tensors import Leaf, Tensor


def in_vector(
    vector: Any, sizes: Sequence[int], by_output: bool = False, order: Any = "C", joined: bool = False, grouped: bool = False
) -> list[tuple[Any, Any]]:
    """Views into a vector of all parameters: (weights, biases) of each layer.

    by_output: weights have a row for each output; order: "F" where columns follow one another, as in Octave; joined: the
    weights have one more row (column) for the biases, whose place is None; grouped: all weights come first, then all biases.
    """
    start, parts = 0, {}
    layers = list(enumerate(pairwise(sizes)))
    weights = [(k, 0, (n_in + joined, n_out)) for k, (n_in, n_out) in layers]
    biases = [(k, 1, (n_out,)) for k, (_, n_out) in layers if not joined]
    for k, which, shape in [*weights, *biases] if grouped else sorted([*weights, *biases]):
        stop = start + (shape[0] * shape[1] if which == 0 else shape[0])
        parts[k, which] = vector[start:stop].reshape(shape[::-1] if by_output else shape, order=order)
        start = stop
    return [(parts[k, 0], parts.get((k, 1))) for k, _ in layers]


def length(sizes: Sequence[int]) -> int:
    """The number of all weights and biases."""
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


#: Of the ways in which matrices may stand row after row so many are tried.
_MOST = 8
#: What a program says that puts columns one after another when it cuts a vector up.
_BY_COLUMNS = re.compile(r"""["']F["']""")


def in_vectors(made: Sequence[Tensor], found: Sequence[Leaf], sizes: Sequence[int], source: str) -> Iterator[list[Slot]]:
    """The ways in which the parameters of the layers may stand in vectors: all of them in one, or a matrix in each.

    made: the tensors of the leaves that were found.
    """
    yield from flat_arrangements(found, sizes, source)
    yield from islice(arrangements([*made, *_row_after_row(made, sizes)], sizes), _MOST)


def _row_after_row(made: Sequence[Tensor], sizes: Sequence[int]) -> list[Tensor]:
    """The vectors that may be matrices of weights whose rows follow one another, with the biases among them or without."""
    shapes = [
        shape
        for n_in, n_out in pairwise(sizes)
        for shape in ((n_out, n_in), (n_in, n_out), (n_out, n_in + 1), (n_in + 1, n_out))
    ]
    vectors = [tensor for tensor in made if not tensor.counts and tensor.leaf.kind in ("array", "list", "typed")]
    return [replace(t, rows=shape) for t in vectors for shape in shapes if t.leaf.shape == (prod(shape),)]


def flat_arrangements(found: Sequence[Leaf], sizes: Sequence[int], source: str) -> Iterator[list[Slot]]:
    """The ways in which a vector of the right length may hold the parameters of the layers.

    source: the program's text, which says in what order numbers follow one another. Rows of a matrix are columns of its
    transpose: what its weights have a row for could not be told from the numbers.
    """
    order = "F" if _BY_COLUMNS.search(source) else "C"
    vectors = [leaf for leaf in found if leaf.kind == "array" and leaf.shape == (length(sizes),)]
    for leaf in vectors:
        for joined, grouped, by_output in product((False, True), repeat=3):
            if joined and grouped:
                continue
            text = _written(leaf.path, by_output, order, joined, grouped)
            slots = []
            for k, (n_in, n_out) in enumerate(pairwise(sizes)):
                shape = (n_in + joined, n_out)
                weights = _view(leaf, f"{text}[{k}][0]", shape[::-1] if by_output else shape)
                bias = None if joined else _view(leaf, f"{text}[{k}][1]", (n_out,))
                slots.append(Slot(weights, by_output, bias, "first" if joined else ""))
            yield slots
            if joined:
                yield [Slot(slot.weights, by_output, None, "last") for slot in slots]


def is_flat(slots: Sequence[Slot]) -> bool:
    """Whether the parameters are views into one vector."""
    return bool(slots) and slots[0].weights.template.startswith("in_vector(")


def vector_of(slots: Sequence[Slot]) -> str:
    """The expression of the vector that all parameters stand in."""
    return slots[0].weights.template.removeprefix("in_vector(").partition(", network.sizes")[0]


def in_views(pairs: Sequence[tuple[str, str]]) -> str:
    """One expression for those of all layers' weights and biases in one vector; empty if they are not."""
    view = re.match(r"in_vector\([^()]*\)", pairs[0][0].removeprefix("-"))
    if view is None:
        return ""
    texts = {
        tuple(part.replace(f"{view[0]}[{k}][0]", "w").replace(f"{view[0]}[{k}][1]", "b") for part in pair)
        for k, pair in enumerate(pairs)
    }
    if len(texts) > 1 or "in_vector" in str(texts):
        return ""
    w, b = texts.pop()
    return view[0] if (w, b) == ("w", "b") else f"[({w}, {b}) for w, b in {view[0]}]"


def in_another(slots: Sequence[Slot], path: str) -> list[Slot]:
    """The same places in another vector, such as that of the gradients."""
    before, after = f"in_vector({vector_of(slots)},", f"in_vector({path},"

    def moved(tensor: Tensor) -> Tensor:
        return replace(tensor, template=tensor.template.replace(before, after))

    return [replace(s, weights=moved(s.weights), bias=s.bias and moved(s.bias)) for s in slots]


def _written(path: str, by_output: bool, order: str, joined: bool, grouped: bool) -> str:
    named = [("by_output", by_output), ("joined", joined), ("grouped", grouped)]
    more = "".join(f", {name}=True" for name, value in named if value) + (', order="F"' if order == "F" else "")
    return f"in_vector({path}, network.sizes{more})"


def _view(leaf: Leaf, text: str, shape: tuple[int, ...]) -> Tensor:
    return Tensor(text.replace("{", "{{").replace("}", "}}"), (), Leaf(text, "array", shape, leaf.dtype))
