"""Networks that are put together from layer objects: lists of layers, containers that take or add them, and scripts' loops."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.partners import concrete, is_derivative, is_loss
from mlp_conformance.recognise.making.construct import constructions
from mlp_conformance.recognise.making.containers import adders, containers
from mlp_conformance.recognise.parameters.tensors import leaves, tensors
from mlp_conformance.recognise.source.signatures import required, signature

_PAIR = (4, 9)
#: Names of layers that hand on what comes in.
_TAKES_DATA = re.compile(r"^(layer_?)?input(_?layer)?$", re.IGNORECASE)
#: So many ways to put layers one after the other are tried.
_MOST = 60


@dataclass(frozen=True)
class _Chain:
    """A statement that makes `layers`: the class of those with parameters, what the hidden ones and the last one end in."""

    name: str
    text: str
    hidden: str
    end: str


def compositions(
    classes: dict[str, type], functions: dict[str, Any], run: Any, used: Sequence[str] = ()
) -> Iterator[tuple[str, list[str], str]]:
    """(name, statements that leave `model`, what its hidden layers end in) for networks of the program's layer classes.

    run: executes statements and returns the value of `model`, or None. used: the classes of which the program itself makes
    objects, in turn: what it puts together is tried first.
    """
    classes = concrete(classes)
    chains = list(islice(_chains(classes, functions, run), _MOST))
    dense = {chain.name for chain in chains}
    chains.sort(key=lambda chain: _unlike(chain, used, dense))
    for chain in chains:
        for name, lines in containers(classes, functions, chain.end):
            yield name, _together(chain.text, lines), chain.hidden
    for chain in chains:
        yield chain.name, [chain.text, "model = layers"], chain.hidden


def _chains(classes: dict[str, type], functions: dict[str, Any], run: Any) -> Iterator[_Chain]:
    dense = [(text, key) for key, cls in classes.items() for text in _layers(key, cls, functions, run)][:6]
    activations = list(_activation_layers(classes, functions))
    pairs = "for a, b in zip(sizes, sizes[1:])"
    for text, key in dense:
        for activation in _between(activations):
            both = f"layers = [layer {pairs} for layer in ({text}, {activation})]"
            yield _Chain(key, both, activation, activation)
            yield _Chain(key, f"{both}[:-1]", activation, "")
            for other in activations:
                if other != activation:
                    yield _Chain(key, f"{both}[:-1] + [{other}]", activation, other)
    for text, key in dense:
        for other, _ in dense:
            if other != text and other.partition("(")[0] == text.partition("(")[0]:
                yield _Chain(key, f"layers = [{text} {pairs}][:-1] + [{_last(other)}]", text, other)
    for text, key in dense:
        yield _Chain(key, f"layers = [{text} {pairs}]", text, text)


def _between(activations: list[str]) -> list[str]:
    """What may stand between layers, with which most is judged first: a linear one says nothing of derivatives."""
    found = [one for one in activations if "softmax" not in one.lower()] or activations
    return sorted(found, key=lambda one: bool(re.search(r"linear|identity", one, re.IGNORECASE)))


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


def _layers(key: str, cls: type, functions: dict[str, Any], run: Any) -> list[str]:
    """Expressions that make one layer from `a` inputs and `b` outputs, with and without an activation."""
    found = []
    texts = []
    for text in islice(constructions(f"program.{key}", cls, 1), 24):
        made = text
        for size, name in (("sizes[0]", "a"), ("sizes[-1]", "b"), ("sizes[1]", "b")):
            made = made.replace(size, name)
        texts.append(made)
        for p in signature(cls) or []:
            if roles.argument(p.name) == "activation" and p.default is not p.empty:
                names = ['"tanh"', '"sigmoid"', '"relu"', *(f"program.{f}" for f in _activation_functions(functions))]
                texts[-1:-1] = [made[:-1] + f", {p.name}={name})" for name in names]
    for made in texts:
        if "sizes" in made or not re.search(r"\ba\b", made) or "inputs" in made:
            continue
        value = run(["a, b = 4, 9", f"model = {made}"])
        shapes = {tensor.shape for tensor in tensors(leaves("model", value))} if value is not None else set()
        if shapes & {_PAIR, _PAIR[::-1], (_PAIR[0] + 1, _PAIR[1]), (_PAIR[1], _PAIR[0] + 1)}:
            found.append(made)
    return found[:6]


def _activation_layers(classes: dict[str, type], functions: dict[str, Any]) -> Iterator[str]:
    """Expressions that make a layer without parameters of its own."""
    names = _activation_functions(functions)
    for key, cls in classes.items():
        parameters = signature(cls)
        if parameters is None or (
            not any("forward" in name or name == "__call__" for name in vars(cls))
            and not any("forward" in name for base in cls.__mro__ for name in vars(base))
        ):
            continue
        if adders(cls) or _TAKES_DATA.search(key):
            continue
        needed = required(parameters)
        if not needed and not is_loss(key) and not any(roles.size(p.name) for p in parameters):
            yield f"program.{key}()"
        elif len(needed) == 1 and roles.argument(needed[0].name) == "activation":
            yield from (f"program.{key}(program.{name})" for name in names)
            yield from (f'program.{key}("{name}")' for name in ("sigmoid", "tanh", "relu"))
        elif len(needed) == 2 and roles.argument(needed[0].name) == "activation":
            for name in names:
                yield from (f"program.{key}(program.{name}, program.{d})" for d in _derivatives(name, functions))


def _activation_functions(functions: dict[str, Any]) -> list[str]:
    words = ("sigmoid", "tanh", "relu", "logistic", "linear", "identity", "act")
    return [n for n in functions if any(w in n.lower() for w in words) and not is_derivative(n)]


def _derivatives(name: str, functions: dict[str, Any]) -> list[str]:
    return [n for n in functions if is_derivative(n) and name.lower().strip("_") in n.lower()]


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
