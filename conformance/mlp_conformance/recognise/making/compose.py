"""Networks that are put together from layer objects: lists of layers, containers that take or add them, and scripts' loops."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.partners import concrete, is_loss
from mlp_conformance.recognise.making.containers import Parts, adders, containers
from mlp_conformance.recognise.making.layers import activation_layers, dense_layers, ends_in_its_own, is_activation, lazy_layers
from mlp_conformance.recognise.source.other_activations import is_other
from mlp_conformance.recognise.source.signatures import required, signature

#: So many ways to put layers one after the other are tried, with so many layers, or so many that learn their inputs later.
_MOST, _DENSE, _LAZY = 60, 6, 12


@dataclass(frozen=True)
class _Chain:
    """A statement that makes `layers`: the class of those with parameters, what the hidden ones and the last one end in."""

    name: str
    text: str
    hidden: str
    end: str


def compositions(parts: Parts, used: Sequence[str] = ()) -> Iterator[tuple[str, list[str], str]]:
    """(name, statements that leave `model`, what its hidden layers end in) for networks of the program's layer classes.

    used: the classes of which the program itself makes objects, in turn: what it puts together is tried first.
    """
    parts = replace(parts, classes=concrete(parts.classes))
    chains = list(islice(_chains(parts), _MOST))
    dense = {chain.name for chain in chains}
    chains.sort(key=lambda chain: _unlike(chain, used, dense))
    layers = {key for chain in chains for key in re.findall(r"program\.(\w+)\(", chain.text)}
    holding = replace(parts, classes=_once({key: cls for key, cls in parts.classes.items() if key not in layers}))
    for chain in chains:
        for name, lines in containers(holding, chain.end):
            yield name, _together(chain.text, lines), chain.hidden
    for chain in chains:
        yield chain.name, [chain.text, "model = layers"], chain.hidden


def _once(classes: dict[str, type]) -> dict[str, type]:
    """Classes without those that stand there under another name as well: the last, which may be their own."""
    names = {cls: key for key, cls in classes.items()}
    return {key: cls for key, cls in classes.items() if names[cls] == key}


def _chains(parts: Parts) -> Iterator[_Chain]:
    dense = [(text, key) for key in parts.classes for text in dense_layers(key, parts)][:_DENSE]
    dense = dense or [(text, key) for key in parts.classes for text in lazy_layers(key, parts)][:_LAZY]
    between = activation_layers(parts, {key for _, key in dense})
    pairs = "for a, b in zip(sizes, sizes[1:])"
    for text, key in dense:
        for activation in _between(between) if not ends_in_its_own(text) else ():
            both = f"layers = [layer {pairs} for layer in ({text}, {activation})]"
            yield _Chain(key, both, activation, activation)
            yield _Chain(key, f"{both}[:-1]", activation, "")
            for other in between:
                if other != activation:
                    yield _Chain(key, f"{both}[:-1] + [{other}]", activation, other)
    for text, key in dense:
        for other, _ in dense:
            if other != text and other.partition("(")[0] == text.partition("(")[0]:
                yield _Chain(key, f"layers = [{text} {pairs}][:-1] + [{_last(other)}]", text, other)
    for text, key in dense:
        yield _Chain(key, f"layers = [{text} {pairs}]", text, text)
    for text, key in dense:
        for other, last in dense:
            if last != key and ends_in_its_own(text):
                yield _Chain(key, f"layers = [{text} {pairs}][:-1] + [{_last(other)}]", text, other)


def _between(activations: list[str]) -> list[str]:
    """What may stand between layers, with which most is judged first: a linear one says nothing of derivatives.

    So it is with what only shows what comes in; those that the specification does not have come last.
    """
    found = [one for one in activations if "softmax" not in one.lower()] or activations
    return sorted(found, key=lambda one: (is_other(one), not is_activation(one) or _is_linear(one)))


def _is_linear(text: str) -> bool:
    return bool(re.search(r"linear|identity", text, re.IGNORECASE))


def ends_in_its_loss(classes: Collection[str], used: Sequence[str]) -> bool:
    """Whether what a program puts together ends in what no chain of its layers does: an activation with its loss in one."""
    named = _named(used)
    return len(named) > 1 and named[-1] in classes and is_loss(named[-1])


def _named(used: Sequence[str]) -> list[str]:
    """Those that are called after an activation."""
    return [name for name in used if re.search(r"a[ck]t|relu|tanh|sigm|logistic|softmax|linear|identity", name, re.IGNORECASE)]


def _unlike(chain: _Chain, used: Sequence[str], dense: Collection[str]) -> tuple[bool, bool]:
    """How little a chain is like what the program itself puts together; if it does not, softmax has most to be judged.

    dense: the classes with parameters, of which one may be called Linear and is no activation then.
    """
    named = [name for name in _named(used) if name not in dense]
    if not named:
        return False, "softmax" not in chain.end.lower()
    last = [name for name in used if name in dense or name in named][-1]
    hidden, end = (re.sub(r"program\.(\w+).*", r"\1", text) for text in (chain.hidden, chain.end))
    return hidden not in named, ("" if end in dense else end) != ("" if last in dense else last)


def _together(chain: str, lines: list[str]) -> list[str]:
    """The statements that make layers and put them into a container, one by one where it adds them one by one."""
    made = re.fullmatch(r"layers = \[(.+?) (for a, b in zip\(sizes, sizes\[1:\]\))( for layer in .+)?\]", chain)
    adding = [index for index, line in enumerate(lines) if line == "for layer in layers:"]
    if made is None or len(adding) != 1 or "][" in chain or "] + [" in chain:
        return [chain, *lines]
    at, (each, over, inner) = adding[0], made.groups()
    add = lines[at + 1].strip()
    loop = [f"{over}:", f"   {inner}:", f"        {add}"] if inner else [f"{over}:", f"    {add.replace('layer', each, 1)}"]
    return [*lines[:at], *loop, *lines[at + 2 :]]


def _last(text: str) -> str:
    """The same layer between the last two sizes."""
    return re.sub(r"\ba\b", "sizes[-2]", re.sub(r"\bb\b", "sizes[-1]", text))


def grown(model: Any) -> Iterator[list[str]]:
    """Statements that add layers by their numbers of units, as in `model.add_layer(4, "tanh")`, to a network without any."""
    for adder in adders(type(model)):
        given = required(signature(getattr(model, adder)) or [])
        rest = "".join(', "sigmoid"' for p in given if roles.argument(p.name) == "activation")
        if rest and roles.argument(given[-1].name) != "activation":
            continue
        match len(given) - bool(rest):
            case 1:
                for text in _told_inputs(getattr(model, adder)):
                    yield ["for n_in, n_out in zip(sizes, sizes[1:]):", f"    model.{adder}(n_out{rest}, {text})"]
                yield ["for n in sizes[1:]:", f"    model.{adder}(n{rest})"]
                yield ["for n in sizes:", f"    model.{adder}(n{rest})"]
            case 2:
                yield ["for n_in, n_out in zip(sizes, sizes[1:]):", f"    model.{adder}(n_in, n_out{rest})"]
                yield ["for n_in, n_out in zip(sizes, sizes[1:]):", f"    model.{adder}(n_out, n_in{rest})"]


def _told_inputs(adder: Any) -> list[str]:
    """Ways to tell a layer its number of inputs where only the first needs it, as in `add(4, input_dim=2)`."""
    named = [p.name for p in signature(adder) or [] if p.default is None and roles.size(p.name) == "inputs"]
    return [f"{name}={text}" for name in named for text in ("n_in", "(n_in,)")]


def called(lines: list[str], model: Any) -> Iterator[list[str]]:
    """The statements that make a network, and a first call of it, of which it may learn its sizes."""
    kind = type(model)
    passes = [(roles.rank(name, roles.FORWARD), name) for name in dir(kind) if inspect.isfunction(getattr(kind, name))]
    for rank, name in sorted(passes)[:3]:
        if rank < len(roles.FORWARD) and len(required(signature(getattr(kind, name)) or [])) == 2:
            yield [*lines, f"model{'' if name == '__call__' else '.' + name}(np.zeros((2, sizes[0])))"]
