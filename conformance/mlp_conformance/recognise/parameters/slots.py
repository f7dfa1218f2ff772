"""Where a program keeps its parameters: tensors whose shapes fit the layers, and what their expressions have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, islice, pairwise, permutations, product

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.parameters.tensors import Tensor

#: Names of arrays that have a parameter's shape and are none.
_NOT_PARAMETERS = re.compile(
    r"grad|(^|[._\"\[])(d|nabla|delta|del|g)_?(w|b|weight|bias|theta)|veloc|moment|cache|prev|old|best|sum|last|change|step",
    re.I,
)
#: Names of moments and gradients, if there is what they are those of.
_OF_OTHERS = re.compile(r"(^|[._])[mvsg]_?[wb]?\d*$", re.I)
#: What the number in an object is called that knows how it was computed: the object has the name that tells.
_NUMBER_OF = re.compile(r"\.(v|val|value|x|n|num|number|item|scalar)$")
#: Roles of numbers that are set and not learnt.
_SETTINGS = {"rate", "off", "keep", "scale", "epochs", "batch_size", "seed", "count"}
#: How biases are joined to the weights of a program that counts from 1.
PADDED = "padded"
#: Where the second half of a list starts that has something for every layer twice: its weights, then its biases.
AFTER_ALL = "len(network.layers)"
#: The number of combinations of tensors that are tried.
_MOST = 12
#: What parameters are called, by their last name.
_WEIGHTS = re.compile(r"(^|_)(w|weights?|theta|coefs?|syn|kernel|matrix|mat)|w\d?$|weight|pesos?|poids|gewicht", re.I)
_BIASES = re.compile(r"(^|_)(b|bias(es)?|intercepts?|offset|threshold)|b\d?$|bias|sesgo|biais|vi[eé]s", re.I)


@dataclass(frozen=True)
class Slot:
    """The parameters of one layer. by_output: the weights have a row for each output.

    bias: the tensor of the biases; None with joined "first" or "last" if they are a row (column) of the weights, and
    None with joined "" if there are none; joined "padded" has them in a first row, beside a first column of nothing, as
    arrays have that are counted from 1. negative: the program keeps thresholds, which are subtracted: -1 times the biases.
    """

    weights: Tensor
    by_output: bool
    bias: Tensor | None = None
    joined: str = ""
    negative: bool = False


def arrangements(tensors: Sequence[Tensor], sizes: Sequence[int]) -> Iterator[list[Slot]]:
    """The ways in which tensors may be the parameters of the layers, most likely first."""
    usable = _with_those_alone([t for t in tensors if len(t.shape) <= 2 and (t.shape or _is_bias(t))])
    layers = []
    rows = [t for t in usable if len(t.shape) == 2 and len(t.counts) == 1 and not _doubt(t, _WEIGHTS)]
    spare = {t.template: t.shape for t in usable if _doubt(t, _BIASES) < 3}
    for n_in, n_out in pairwise(sizes):
        options = []
        shapes: list[tuple[bool, tuple[int, ...]]] = [(False, (n_in, n_out)), (True, (n_out, n_in))]
        shapes += [(False, (n_in,))] * (n_out == 1) + [(True, (n_out,))] * (n_in == 1)
        for by_output, shape in shapes:
            for weights in _ranked(usable, {shape}, _WEIGHTS):
                biases = _ranked(usable, {(n_out,), (1, n_out), (n_out, 1), *([()] if n_out == 1 else [])}, _BIASES)
                biases = [bias for bias in biases if not any(_overlap(other, bias) for other in (weights, *rows))]
                options += [Slot(weights, by_output, bias) for bias in biases[:3]]
                options += [Slot(weights, by_output)] if all(_doubt(bias, _BIASES) for bias in biases) else []
        for by_output, shape in ((False, (n_in + 1, n_out)), (True, (n_out, n_in + 1))):
            for weights in _ranked(usable, {shape}, _WEIGHTS):
                joined = [Slot(weights, by_output, None, p, minus) for minus in (False, True) for p in ("last", "first")]
                options += joined
        for by_output, shape in ((False, (n_in + 1, n_out + 1)), (True, (n_out + 1, n_in + 1))):
            whole = [t for t in usable if not t.counts]
            options += [Slot(weights, by_output, None, PADDED) for weights in _ranked(whole, {shape}, _WEIGHTS)]
        layers.append(sorted(options, key=_is_doubtful)[:8])
    ways = sorted(product(*layers), key=lambda way: (_leaves_biases(way, sizes, spare), _unlikely(way))) if all(layers) else []
    yield from islice((list(way) for way in ways if _are_distinct(way) and _are_all(way, usable)), _MOST)


def _with_those_alone(tensors: Sequence[Tensor]) -> list[Tensor]:
    """The arrays, said to be alone where they have the names of moments, and shapes that nothing else has."""
    others = {t.shape for t in tensors if not _OF_OTHERS.search(t.template)}
    return [replace(t, alone=t.shape not in others) for t in tensors]


def _leaves_biases(way: Sequence[Slot], sizes: Sequence[int], spare: dict[str, tuple[int, ...]]) -> int:
    """How many layers are left without biases although an array of their shape is left over.

    Biases that are zeros and stay so would not be missed; where there are none, such an array turns out to be none.
    """
    used = {t.template for slot in way for t in (slot.weights, slot.bias) if t is not None}
    free = {shape for template, shape in spare.items() if template not in used}
    bare = [n for slot, n in zip(way, sizes[1:], strict=True) if slot.bias is None and not slot.joined]
    return sum(bool({(n,), (1, n), (n, 1), *([()] if n == 1 else [])} & free) for n in bare)


def may_be_biases(tensor: Tensor, sizes: Sequence[int]) -> bool:
    """Whether an array has the shape of the biases of one of several layers, whatever it is called."""
    shapes = {shape for n in sizes for shape in ((n,), (1, n), (n, 1), *([()] if n == 1 else []))}
    return tensor.shape in shapes and (bool(tensor.shape) or _is_bias(tensor))


def _is_bias(number: Tensor) -> bool:
    """Whether a plain number may be the bias of the only unit of a layer: no learning rate and nothing that is counted."""
    name = re.findall(r"[A-Za-z_]\w*", number.template)[-1]
    meant = {roles.argument(name), roles.argument(name.rstrip("0123456789_"))} & _SETTINGS
    return number.leaf.kind == "number" and number.leaf.dtype.startswith("float") and not meant


def lack_output_biases(way: Sequence[Slot]) -> bool:
    """Whether hidden layers have biases and the output layer has none."""
    return any(s.bias is not None or s.joined for s in way[:-1]) and way[-1].bias is None and not way[-1].joined


def _are_all(way: Sequence[Slot], tensors: Sequence[Tensor]) -> bool:
    """Whether no matrix is left over that is kept as these are, `W[1]` beside `W[0]` and `W[2]`, and no layer's biases."""
    kinds = {_skeleton(slot.weights) for slot in way if re.search(r"\d", slot.weights.template)}
    used = {t.template for slot in way for t in (slot.weights, slot.bias) if t is not None}
    left = [t for t in tensors if t.template not in used]
    return not any(len(t.leaf.shape) == 2 and _skeleton(t) in kinds for t in left) and not _are_bare(way, left)


def _are_bare(way: Sequence[Slot], left: Sequence[Tensor]) -> bool:
    """Whether layers have no biases beside others that have some, and an array is left over that is kept as those are.

    A forward pass that leaves them out is a mistake, and no network of another kind.
    """
    kinds = {_skeleton(slot.bias) for slot in way if slot.bias is not None and re.search(r"\d", slot.bias.template)}
    bare = [slot.weights.shape[0 if slot.by_output else -1] for slot in way if slot.bias is None and not slot.joined]
    return bool(bare) and any(_skeleton(t) in kinds and may_be_biases(t, bare) and _doubt(t, _BIASES) < 3 for t in left)


def _are_distinct(way: Sequence[Slot]) -> bool:
    """Whether no tensor stands for two things."""
    used = [t for slot in way for t in (slot.weights, slot.bias) if t is not None]
    return not any(_overlap(one, other) for one, other in combinations(used, 2))


@lru_cache(4096)
def _overlap(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors are the same, or one is a row of the other."""
    if one.template == other.template:
        return True
    short, long = sorted((one, other), key=lambda tensor: len(tensor.counts))
    if len(short.counts) == len(long.counts):
        return False
    rows = re.escape(long.template).replace(re.escape("{}"), r"(?:\d+|\{\})")
    return re.fullmatch(rows, short.template) is not None


def _is_doubtful(slot: Slot) -> bool:
    """Whether weights or biases are called what none of them is."""
    return _doubt(slot.weights, _WEIGHTS) == 3 or (slot.bias is not None and _doubt(slot.bias, _BIASES) == 3)


def _is_named_otherwise(tensor: Tensor) -> bool:
    """Whether an array has the name of something that is no parameter."""
    return bool(_NOT_PARAMETERS.search(tensor.template) or _OF_OTHERS.search(tensor.template))


def own_sizes(tensors: Sequence[Tensor]) -> Iterator[tuple[int, ...]]:
    """The sizes that the matrices of a network make a chain of, if its sizes cannot be chosen.

    Vectors of one length may be the layers of a network with one input and one output.
    """
    shapes = [t.shape for t in tensors if len(t.shape) == 2 and (_is_alone(t, tensors) or not _is_named_otherwise(t))]
    named = [t.shape for t in tensors if len(t.shape) == 2 and _doubt(t, _WEIGHTS) == 0]
    seen = set()
    for chosen in (named, shapes):
        for count in range(len(chosen), 0, -1):
            for order in islice(permutations(chosen, count), 60):
                for ends in (order, tuple(shape[::-1] for shape in order)):
                    sizes = (ends[0][0], *(end[1] for end in ends))
                    if all(a[1] == b[0] for a, b in pairwise(ends)) and sizes not in seen and (count > 1 or len(named) == 1):
                        seen.add(sizes)
                        yield sizes
    yield from _with_biases_inside(shapes)
    yield from (tuple(n - 1 for n in sizes) for sizes in sorted(seen, reverse=True) if len(sizes) > 2 and min(sizes) > 1)
    lengths = [t.shape[0] for t in tensors if len(t.shape) == 1 and not _is_named_otherwise(t)]
    yield from ((1, n, 1) for n in dict.fromkeys(lengths) if not shapes and n > 1 and lengths.count(n) in (2, 3))


def _is_alone(tensor: Tensor, tensors: Sequence[Tensor]) -> bool:
    """Whether an array has a name of one letter and a shape of its own: V and M are weights then, and keep no moments."""
    return bool(re.search(r"(^|\W)[A-Za-z]$", tensor.template)) and [t.shape for t in tensors].count(tensor.shape) == 1


def _with_biases_inside(shapes: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """The sizes of matrices each of which has a row, or a column, more than there are units before it: its biases."""
    for count in range(min(len(shapes), 4), 1, -1):
        for order in islice(permutations(shapes, count), 60):
            for ends in (order, tuple(shape[::-1] for shape in order)):
                if ends[0][0] > 1 and all(a[1] + 1 == b[0] for a, b in pairwise(ends)):
                    yield (ends[0][0] - 1, *(end[1] for end in ends))


def _ranked(tensors: Sequence[Tensor], shapes: set[tuple[int, ...]], names: re.Pattern[str]) -> list[Tensor]:
    fitting = [t for t in tensors if t.shape in shapes]
    return sorted(fitting, key=lambda t: (_doubt(t, names), not t.shape, len(t.counts), t.template.count(".")))


@lru_cache(4096)
def _doubt(tensor: Tensor, names: re.Pattern[str]) -> int:
    """0 for a tensor named like a parameter, 1 for one whose name says nothing, 3 for one that is named otherwise."""
    if tensor.leaf.kind == "keras":
        return 0 if (len(tensor.shape) == 1) == (names is _BIASES) else 1
    named = _NUMBER_OF.sub("", tensor.template) if tensor.leaf.kind == "number" and tensor.counts else tensor.template
    if _NOT_PARAMETERS.search(named) or (_OF_OTHERS.search(named) and not tensor.alone):
        return 3
    words = re.findall(r"[A-Za-z_]\w*", named)[1:]
    return 0 if words and names.search(words[-1].strip("_")) else 1


def _unlikely(way: Sequence[Slot]) -> int:
    score = sum(_doubt(s.weights, _WEIGHTS) + (_doubt(s.bias, _BIASES) if s.bias else 0) for s in way)
    score += 20 * lack_output_biases(way)
    score += 2 * len({(slot.by_output, slot.joined, slot.negative, slot.bias is None) for slot in way})
    kinds = {_skeleton(slot.weights) for slot in way}
    biases = {_skeleton(slot.bias) for slot in way if slot.bias}
    return sum(slot.negative for slot in way) + score * 10 + len(kinds) + len(biases) + sum(_misfit(slot) for slot in way)


@lru_cache(4096)
def _misfit(slot: Slot) -> int:
    """How little the names of weights and biases of a layer have in common: 0 where their numbers agree."""
    numbers = [re.findall(r"\d+", t.template) for t in (slot.weights, slot.bias) if t]
    return int(len(numbers) == 2 and numbers[0] != numbers[1])


@lru_cache(4096)
def _skeleton(tensor: Tensor) -> str:
    return re.sub(r"\d+", "#", tensor.template)


def owners(ways: Sequence[Slot]) -> tuple[list[str], Slot] | None:
    """Expressions for what has each layer's parameters, and one slot in terms of `layer`; None if they are not kept alike."""
    found, inner = [], []
    for slot in ways:
        tensors = [t for t in (slot.weights, slot.bias) if t is not None]
        heads = [t.template.partition("[{")[0] for t in tensors]
        lengths = range(min(map(len, heads)), 0, -1)
        alike = (n for n in lengths if len({head[:n] for head in heads}) == 1 and _is_closed(heads[0][:n]))
        length = next((n for n in alike if all(t.template[n : n + 1] in (".", "[") for t in tensors)), 0)
        w, b = (t and replace(t, template=f"layer{t.template[length:]}") for t in (slot.weights, slot.bias))
        assert w is not None
        found.append(slot.weights.template[:length])
        inner.append(replace(slot, weights=w, bias=b))
    forms = {(_form(s.weights), s.bias and _form(s.bias), s.by_output, s.joined, s.negative) for s in inner}
    return (found, inner[0]) if len(forms) == 1 and len(set(found)) == len(found) > 1 else None


def _is_closed(text: str) -> bool:
    """Whether all brackets that open in a text close in it."""
    return all(text.count(left) == text.count(right) for left, right in ("()", "[]"))


def _form(tensor: Tensor) -> tuple[str, str, str, int, bool]:
    """How an array is kept, whatever its size."""
    return tensor.template, tensor.leaf.kind, tensor.leaf.dtype, len(tensor.shape), tensor.shape[-1:] == (1,)


def generalised(ways: Sequence[Slot]) -> Slot | None:
    """One slot with `k` in place of the layer's number, if the layers' expressions follow a pattern."""
    if len(ways) < 2:
        return None
    weights = _pattern([slot.weights for slot in ways])
    biases = [slot.bias for slot in ways if slot.bias is not None]
    if weights is None or len({(s.by_output, s.joined, s.bias is None) for s in ways}) > 1:
        return None
    if not biases:
        return replace(ways[0], weights=weights)
    bias = _pattern(biases)
    return None if bias is None else replace(ways[0], weights=weights, bias=bias)


def _pattern(tensors: Sequence[Tensor]) -> Tensor | None:
    text = following([tensor.template for tensor in tensors], "{{", "}}")
    return None if text is None else replace(tensors[0], template=text)


def following(texts: Sequence[str], left: str = "{", right: str = "}") -> str | None:
    """One expression with `k` in it for expressions whose numbers count up with the layers; None if they do not.

    left, right: the braces that an f-string needs around `k`, which a template has doubled.
    """
    if len({re.sub(r"\d+", "#", text) for text in texts}) > 1:
        return None
    if any(re.search(r"(?<!\d)0\d", text) for text in texts):
        return None  # `w01` and `w12` are no numbers that count
    numbers = [[int(n) for n in re.findall(r"\d+", text)] for text in texts]
    parts = re.split(r"\d+", texts[0])
    text = parts[0]
    for column, part in zip(zip(*numbers, strict=True), parts[1:], strict=True):
        step = column[1] - column[0]
        if step < 0 or any(n != column[0] + step * k for k, n in enumerate(column)):
            return None
        if step == 0:
            text += f"{column[0]}{part}"
            continue
        k = "k" if step == 1 else f"{step} * k"
        k += f" + {column[0]}" if column[0] > 0 else ""
        if text.endswith(("[", f"[{AFTER_ALL} + ")):
            text += f"{k}{part}"
        elif (key := re.search(r'\["([^"\]]*)$', text)) and part.startswith('"'):
            text = text[: key.start()] + f'[f"{key[1]}{left}{k}{right}"' + part[1:]
        elif (key := re.search(r"\.([A-Za-z_][A-Za-z_0-9]*)$", text)) and not re.match(r"\w", part):
            text = f'getattr({text[: key.start()]}, f"{key[1]}{left}{k}{right}")' + part
        else:
            return None
    return text
