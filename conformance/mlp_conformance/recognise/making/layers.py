"""Expressions that make the layers of a program: those with weights, what these may be told to end in, and what stands between.

In terms of `a` inputs and `b` outputs of a layer.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.partners import is_derivative, is_loss
from mlp_conformance.recognise.making.construct import constructions
from mlp_conformance.recognise.making.containers import Parts, adders
from mlp_conformance.recognise.parameters.tensors import leaves, tensors
from mlp_conformance.recognise.source.signatures import required, signature

#: Numbers of inputs and outputs with which a layer is known by its shapes.
_PAIR = (4, 9)
#: Layers of one class, and activations of one kind, that are tried.
_MOST = 6
#: Names of layers that hand on what comes in.
_TAKES_DATA = re.compile(r"^(layer_?)?input(_?layer)?$", re.IGNORECASE)
#: What says in a class's name that it is something else than a dense layer.
_OTHER = re.compile(r"conv|pool|rnn|gru|lstm|recurrent|embed|norm|drop|flat|attention|transform|input|activation|reshape", re.I)
_NO_ACTIVATION = re.compile(r"drop_?out|flatten|reshape|norm|pool", re.IGNORECASE)
#: What a class is called that has activations for attributes.
_HOLDS = re.compile(r"activ|nonlin|transfer|func", re.IGNORECASE)
_FINDS = re.compile(r"_*(get|make|create|build|find|parse|resolve|load|choose|select)_", re.IGNORECASE)
_WORDS = ("sigmoid", "tanh", "relu", "logistic", "linear", "identity", "act")
_NAMED = re.compile(r"_*(tanh|sigmoid|logistic|relu|softmax|linear|identity)(_?(activation|function|model))*", re.IGNORECASE)
_SOFTMAX = re.compile(r"(stable_?)?soft_?max", re.IGNORECASE)
#: Where a layer's activation, and its derivative, stand in an expression until they are chosen.
_ACTIVATION, _DERIVATIVE = "@", "@prime"


def dense_layers(key: str, parts: Parts) -> list[str]:
    """Expressions for a layer of a class that has its weights at once, with and without an activation."""
    found: list[str] = []
    for made in _made(key, parts.classes[key]):
        if "sizes" in made or not re.search(r"\ba\b", made) or "inputs" in made:
            continue
        for said in _told(made, parts):
            value = parts.run([f"a, b = {_PAIR[0]}, {_PAIR[1]}", f"model = {said}"])
            shapes = {tensor.shape for tensor in tensors(leaves("model", value))} if value is not None else set()
            if shapes & {_PAIR, _PAIR[::-1], (_PAIR[0] + 1, _PAIR[1]), (_PAIR[1], _PAIR[0] + 1)}:
                found.append(said)
        if len(found) >= _MOST:
            break
    return found[:_MOST]


def lazy_layers(key: str, parts: Parts) -> list[str]:
    """The same for a class that learns its number of inputs later, as in `model.add(Dense(4, activation="tanh"))`.

    Its layers have their weights once a network has taken them, or has been called: nothing is known of them by themselves.
    """
    parameters = signature(parts.classes[key])
    needed = required(parameters or [])
    if not parameters or not needed or _OTHER.search(key) or not _has_a_pass(parts.classes[key]):
        return []
    function = _activation(parameters)
    if roles.size(needed[0].name) not in ("outputs", "hidden", "all") or any(p is not function for p in needed[1:]):
        return []
    named = [p.name for p in parameters if p.default is None and roles.size(p.name) == "inputs" and p not in needed]
    inputs = [
        f", {name}={text}" for name in named[:1] for text in (("(a,)", "a") if "shape" in name.lower() else ("a", "(a,)"))
    ]
    ends = [f", {function.name}={_ACTIVATION}{_derivative(parameters)}"] if function is not None else [""]
    texts = [f"program.{key}(b{end}{given})" for end in ends for given in (*inputs, "")]
    found = []
    for made in texts:
        kinds = [list(dict.fromkeys(_each(made, kind, parts.functions))) for kind in _activations(parts)]
        found += next((kind for kind in kinds if _is_made(kind[0], parts)), [])
    return found


def _is_made(text: str, parts: Parts) -> bool:
    return parts.run([f"a, b = {_PAIR[0]}, {_PAIR[1]}", f"model = {text}"]) is not None


def _made(key: str, cls: type) -> Iterator[str]:
    """Ways to make a layer, with a place for what it ends in if it may be told."""
    parameters = signature(cls) or []
    function = _activation(parameters)
    is_needed = function is not None and function in required(parameters)
    own = {function.name.lower(): _ACTIVATION} if function is not None and is_needed else {}
    sizes = [p.name.lower() for p in required(parameters) if p is not function]
    if len(sizes) == 2 and all(len(name) == 1 for name in sizes):  # `Layer(D, K)`: letters are told by their places
        own |= {sizes[0]: "sizes[0]", sizes[1]: "sizes[-1]"}
    for text in islice(constructions(f"program.{key}", cls, 1, own), 24):
        made = text
        for size, name in (("sizes[0]", "a"), ("sizes[-1]", "b"), ("sizes[1]", "b")):
            made = made.replace(size, name)
        if function is not None and not is_needed:
            yield f"{made[:-1]}, {function.name}={_ACTIVATION}{_derivative(parameters)})"
        elif function is not None:
            made = f"{made[:-1]}{_derivative(parameters)})"
        yield made


def _activation(parameters: Sequence[inspect.Parameter]) -> inspect.Parameter | None:
    return next((p for p in parameters if roles.argument(p.name) == "activation" and not is_derivative(p.name)), None)


def _derivative(parameters: Sequence[inspect.Parameter]) -> str:
    """The argument for the derivative of a layer's activation, if it may have one beside that."""
    named = [p.name for p in parameters if is_derivative(p.name) and "act" in p.name.lower()]
    return f", {named[0]}={_DERIVATIVE}" if named else ""


def _told(made: str, parts: Parts) -> list[str]:
    """A layer with each activation of the first kind with which it answers; of every kind if with none.

    What it is told and keeps nothing of is no activation of its own: its weights may be drawn to suit the one that follows.
    """
    if _ACTIVATION not in made:
        return [made]
    kinds = [list(_each(made, kind, parts.functions)) for kind in _activations(parts)]
    if not _keeps([text for kind in kinds for text in kind], parts):
        return [re.sub(rf", \w+={_ACTIVATION}(, \w+={_DERIVATIVE})?", "", made)]
    return next((kind for kind in kinds if _answers(kind[0], parts.run)), [text for kind in kinds for text in kind[:3]])


def _keeps(texts: Sequence[str], parts: Parts) -> bool:
    """Whether layers that differ in what they are told to end in differ in what they hold, beside their arrays."""
    pair = [f"a, b = {_PAIR[0]}, {_PAIR[1]}"]
    held = [_held(layer) for text in texts if (layer := parts.run([*pair, f"model = {text}"])) is not None]
    return bool(held) and (len(texts) < 2 or any(other != held[0] for other in held[1:]))


def _held(value: Any, depth: int = 2) -> Any:
    """What an object holds, so that two of them can be compared: numbers of arrays are left out, as they may be drawn."""
    if isinstance(value, Mapping):
        return {str(key): _held(inner, depth) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_held(inner, depth) for inner in value]
    if isinstance(value, str | int | float | type | None):
        return value
    if inspect.isroutine(value):
        return getattr(value, "__func__", value)
    if depth and hasattr(value, "__dict__"):
        return type(value), _held(vars(value), depth - 1)
    return type(value)


def ends_in_its_own(text: str) -> bool:
    """Whether a layer is told what it ends in."""
    return bool(re.search(_NAMED.pattern, text.partition("(")[2], re.IGNORECASE))


def _each(made: str, kind: Sequence[str], functions: dict[str, Any]) -> Iterator[str]:
    for value in kind:
        primes = _derivatives(value.rpartition(".")[2], functions) if _DERIVATIVE in made else []
        text = re.sub(rf", \w+={_DERIVATIVE}", f", {_prime_name(made)}=program.{primes[0]}" if primes else "", made)
        yield text.replace(_ACTIVATION, value)


def _prime_name(made: str) -> str:
    found = re.search(rf"(\w+)={_DERIVATIVE}", made)
    return found[1] if found else ""


def _answers(text: str, run: Callable[[list[str]], Any]) -> bool:
    """Whether a layer made so has an output for rows or for columns."""
    made = [f"a, b = {_PAIR[0]}, {_PAIR[1]}", f"layer = {text}"]
    layer = run([*made, "model = layer"])
    names = [name for name in dir(type(layer)) if roles.rank(name, roles.FORWARD) < 12]
    calls = ["np.zeros((2, a))", "np.zeros((a, 1))", "np.zeros(a)"]
    return any(run([*made, f"model = layer.{name}({data})"]) is not None for name in names[:3] for data in calls)


def _activations(parts: Parts) -> list[list[str]]:
    """Expressions for what a layer may be told to end in, by their kinds: names, functions, attributes of a class, objects."""
    spelt = [f'"{word}"' for word in {w.lower(): w for w in sorted(parts.words) if _NAMED.fullmatch(w)}.values()]
    members = [
        f"program.{key}.{name}"
        for key, cls in parts.classes.items()
        if _HOLDS.search(key)
        for name, value in vars(cls).items()
        if _NAMED.fullmatch(name) and not is_derivative(name) and (isinstance(value, type) or callable(getattr(cls, name)))
    ]
    named = [key for key in parts.classes if _NAMED.fullmatch(key)]
    functions = [*activation_functions(parts.functions), *filter(_SOFTMAX.fullmatch, parts.functions)]
    made = [key for key in named if not required(signature(parts.classes[key]) or [])]
    whole = [key for key in made if any(is_derivative(name) for name in dir(parts.classes[key]) if not name.startswith("__"))]
    kinds = [
        spelt,
        [f"program.{key}()" for key in whole],
        [f"program.{name}" for name in functions],
        members,
        [f"program.{key}()" for key in made if key not in whole],
        [f"program.{key}" for key in named],
        [] if spelt else ['"tanh"', '"sigmoid"', '"relu"'],
    ]
    return [sorted(kind, key=_usual)[:_MOST] for kind in kinds if kind]


def _usual(text: str) -> tuple[bool, bool]:
    """Those with a derivative to be judged come first, and softmax, of which a loss must know, last."""
    return "softmax" in text.lower(), bool(re.search(r"linear|identity", text, re.IGNORECASE))


def activation_layers(parts: Parts, dense: Collection[str]) -> list[str]:
    """Expressions that make a layer without parameters of its own.

    dense: the classes of layers with parameters. What is no layer as these are, but told to them, has not their passes; and
    where some activations extend what these extend, others are no layers.
    """
    extended = {base for cls in parts.classes.values() for base in cls.__mro__[1:]}
    found = [(key, text) for key, cls in parts.classes.items() if cls not in extended for text in _between(key, parts)]
    bases = {base for key in dense for base in parts.classes[key].__mro__[1:-1]}
    alike = [(key, text) for key, text in found if bases & set(parts.classes[key].__mro__)]
    passes = [_passes(parts.classes[key]) for key in dense]
    found = [(key, text) for key, text in found if all(_has_them(parts.classes[key], names) for names in passes)]
    for kind in (alike, found):  # one that only shows or reshapes what comes in is no reason to leave out what is called relu
        if any(is_activation(text) for _, text in kind):
            return [text for _, text in kind]
    return [text for _, text in alike or found]


def is_activation(text: str) -> bool:
    """Whether an expression makes what is an activation by its name."""
    return any(word in text.lower() for word in _WORDS)


def _passes(cls: type) -> tuple[set[str], set[str]]:
    """The names of a class's methods that go forward, and of those that go back."""
    names = [name for name in dir(cls) if not name.startswith("_") and callable(getattr(cls, name))]
    forward = {name for name in names if roles.rank(name, roles.FORWARD[:7]) < 7}
    return forward, {name for name in names if "back" in name.lower()}


def _has_them(cls: type, passes: tuple[set[str], set[str]]) -> bool:
    return all(not names or any(hasattr(cls, name) for name in names) for names in passes)


def _between(key: str, parts: Parts) -> Iterator[str]:
    cls, functions, names = parts.classes[key], parts.functions, activation_functions(parts.functions)
    parameters = signature(cls)
    passes = any("forward" in name for base in cls.__mro__ for name in vars(base)) or "__call__" in vars(cls)
    if parameters is None or not passes or adders(cls) or _TAKES_DATA.search(key) or _NO_ACTIVATION.search(key):
        return
    needed = required(parameters)
    if not needed and not is_loss(key) and not any(roles.size(p.name) for p in parameters):
        yield f"program.{key}()"
    elif len(needed) == 1 and roles.argument(needed[0].name) == "activation":
        yield from (f"program.{key}(program.{name})" for name in names)
        yield from (f'program.{key}("{name}")' for name in ("sigmoid", "tanh", "relu"))
    elif len(needed) == 2 and roles.argument(needed[0].name) == "activation":
        for name in names:
            yield from (f"program.{key}(program.{name}, program.{d})" for d in _derivatives(name, functions))


def activation_functions(functions: dict[str, Any]) -> list[str]:
    """The functions of a program that are activations by their names."""
    return [n for n in functions if any(w in n.lower() for w in _WORDS) and not is_derivative(n) and not _FINDS.match(n)]


def _derivatives(name: str, functions: dict[str, Any]) -> list[str]:
    return [n for n in functions if is_derivative(n) and name.lower().strip("_") in n.lower()]


def _has_a_pass(cls: type) -> bool:
    """Whether a class has a method that may be a forward pass."""
    words = ("forward", "__call__", "call", "feed", "compute", "run", "activate")
    return any(word in name for base in cls.__mro__[:-1] for name in vars(base) for word in words)
