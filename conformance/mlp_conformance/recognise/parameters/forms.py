"""How a person would write down that all layers' parameters are set, and read: one by one, by number, by what keeps them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from mlp_conformance.recognise.parameters.flat import in_views, is_flat
from mlp_conformance.recognise.parameters.slots import AFTER_ALL, Slot, following, generalised, owners
from mlp_conformance.recognise.parameters.statements import read_pair, set_lines
from mlp_conformance.recognise.writing import folded


@lru_cache(512)
def set_and_read(slots: tuple[Slot, ...], layers: int | None) -> tuple[list[str], str]:
    """Statements that set the parameters, and the expression for them, in the way that takes the fewest lines.

    layers: their number, None for any.
    """
    if is_flat(slots):
        return _as_views(slots, layers)
    common, pairs = generalised(slots), [read_pair(slot, str(k)) for k, slot in enumerate(slots)]
    ways = [] if layers is None and common is not None else [(_one_by_one(slots), all_of(pairs, layers))]
    if common is not None and (layers is None or "getattr(" not in common.weights.template):
        w, b = read_pair(common, "k", ("n_in", "n_out"))
        lines = _looped("for k, layer in enumerate(network.layers):", common, "layer.weights", "layer.biases")
        ways.append((lines, f"[({w}, {b or None}) {_each(w + b, count=layers)}]"))
    if layers is not None and (kept := owners(slots)) is not None:
        over = f"[{', '.join(kept[0])}]"
        w, b = read_pair(kept[1], ends=("n_in", "n_out"))
        lines = _looped(f"for layer, (w, b) in zip({over}, network.parameters):", kept[1], "w", "b")
        ways.append((lines, f"[({w}, {b or None}) {_each(w + b, over)}]"))
    return min(ways, key=lambda way: len(way[0]) + len(folded(f"        return {way[1]}")))


def all_of(pairs: Sequence[tuple[str, str]], layers: int | None) -> str:
    """One expression for weights and biases of all layers, whose own expressions are `pairs`."""
    if viewed := in_views(pairs):
        return viewed
    if follows(pairs):
        w, b = (following([pair[part] for pair in pairs]) or "" for part in (0, 1))
        if layers is None or "getattr(" not in w + b:
            return f"[({w}, {b or None}) {_each('', count=layers)}]"
    return f"[{', '.join(f'({w}, {b or None})' for w, b in pairs)}]"


def follows(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether the layers' expressions count up, so that one of them is enough for any number of layers."""
    return len(pairs) > 1 and all(following([pair[part] for pair in pairs]) is not None for part in (0, 1))


def after_all(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same expressions, with what stands after as many others as there are layers counted from there.

    Of `[dW1, dW2, db1, db2]` the biases start at 2 since there are two layers: with three they start at 3.
    """
    count = len(pairs)

    def from_there(texts: list[str]) -> list[str]:
        starts = [re.fullmatch(r"(.*\[)(\d+)(\].*)", text) for text in texts]
        if not all(found and int(found[2]) == count + k for k, found in enumerate(starts)):
            return texts
        return [f"{found[1]}{AFTER_ALL} + {k}{found[3]}" for k, found in enumerate(starts) if found]

    weights, biases = (from_there([pair[part] for pair in pairs]) for part in (0, 1))
    return list(zip(weights, biases, strict=True))


def _as_views(slots: Sequence[Slot], layers: int | None) -> tuple[list[str], str]:
    slot = slots[0]
    bias = slot.bias and replace(slot.bias, template="biases")
    named = replace(slot, weights=replace(slot.weights, template="weights"), bias=bias)
    view = slot.weights.template.removesuffix("[0][0]")
    lines = _looped(f"for (weights, biases), layer in zip({view}, network.layers):", named, "layer.weights", "layer.biases")
    return lines, all_of([read_pair(slot, str(k)) for k, slot in enumerate(slots)], layers)


def _one_by_one(slots: Sequence[Slot]) -> list[str]:
    names = ", ".join(f"(w{k}, b{k})" for k in range(1, len(slots) + 1))
    lines = [f"{names}{',' if len(slots) == 1 else ''} = network.parameters"]
    for k, slot in enumerate(slots, 1):
        lines += set_lines(slot, f"w{k}", f"b{k}")
    for form, given in (("{}", "{}"), ("{}.tolist()", "(part.tolist() for part in {})")):  # as they come
        ends = [f" = {form.format(f'w{k}')}, {form.format(f'b{k}')}" for k in range(1, len(lines))]
        if all(line.endswith(end) for line, end in zip(lines[1:], ends, strict=True)):
            texts = [given.format(f"network.parameters[{k}]") for k in range(len(ends))]
            return [line.replace(end, f" = {text}") for line, end, text in zip(lines[1:], ends, texts, strict=True)]
    return lines


def _looped(head: str, slot: Slot, w: str, b: str) -> list[str]:
    return [head, *(f"    {line}" for line in set_lines(slot, w, b))]


def _each(text: str, layers: str = "", count: int | None = None) -> str:
    """The `for` that goes through the layers: by number, or by what keeps them, with the numbers of units that a text needs."""
    counts = {"n_in": "network.sizes", "n_out": "network.sizes[1:]"}
    counts = {name: over for name, over in counts.items() if re.search(rf"\b{name}\b", text)}
    names, over = ", ".join(counts), ", ".join(counts.values())
    if layers:
        return f"for layer, {names} in zip({layers}, {over})" if counts else f"for layer in {layers}"
    if len(counts) == 1:
        return f"for k, {names} in enumerate({over})"
    if counts:
        return f"for k, ({names}) in enumerate(zip({over}))"
    return f"for k in range({count or 'len(network.layers)'})"
