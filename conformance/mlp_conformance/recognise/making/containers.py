"""Objects of a program that layers are put into: how they are made, filled, told their loss and optimiser, and finished."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from inspect import Parameter
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.dials import setting
from mlp_conformance.recognise.calling.partners import concrete, is_derivative, is_loss, optimisers
from mlp_conformance.recognise.source.signatures import required, signature

#: Names of methods that add a layer.
_ADD = ("add", "add_layer", "append", "addlayer", "push", "stack", "register", "add_dense", "dense")
#: Names of methods that are told how it trains.
_TELL = re.compile(r"(set|use|compile|configure|setup|assign)(_|$)", re.IGNORECASE)
#: Names of methods that take nothing and make the network ready.
_FINISH = re.compile(r"(finali[sz]e|build|connect|link|assemble|prepare|compile|setup)(_\w+)?$", re.IGNORECASE)
#: Names of methods that set one thing, which is no loss unless they say so.
_OF_ONE_THING = re.compile(r"(set|assign)_", re.IGNORECASE)
#: What plain gradient descent is called where optimisers go by names.
_PLAIN = r"sgd|gd|gradient_?descent"
#: Arguments that are called as what layers are put into, or as these.
_WHOLES = ("layer", "model", "module", "network")
_METRIC = re.compile(r"accuracy|metric|score", re.IGNORECASE)
#: The loss that goes with what the layers end in, by words in both.
_SUITED = (
    (r"softmax", r"^(?!.*binary).*(categorical|cross|nll|softmax)"),
    (r"sigmoid|logistic", r"binary|bce|logistic|mse|square"),
    (r"", r"mse|square|quadratic|l2|regression"),
)


@dataclass(frozen=True)
class Parts:
    """What networks are put together from: a program's classes and functions, and the words in it.

    run: executes statements and returns the value of `model`, or None.
    """

    classes: dict[str, type]
    functions: dict[str, Any]
    words: Collection[str]
    run: Callable[[list[str]], Any]


@dataclass(frozen=True)
class _Stock:
    """What a program has to be handed to a container, as expressions, the likeliest first.

    extending: what extends a class of the program, by the name that an argument has which is called as that.
    """

    losses: Sequence[str]
    loss_functions: Sequence[str]
    loss_derivatives: Sequence[str]
    optimisers: Sequence[str]
    metrics: Sequence[str]
    loss_names: Sequence[str]
    optimiser_names: Sequence[str]
    extending: dict[str, str]

    def for_(self, parameter: Parameter, own: bool = False) -> str:
        """What a parameter is given by its name; nothing if the name says nothing, or there is no such thing.

        own: whether it is one of a constructor, whose word for a loss may be a name.
        """
        name, is_named = parameter.name, isinstance(parameter.default, str) or parameter.annotation in (str, "str")
        if roles.argument(name) == "rate":
            return "learning_rate"
        if "optim" in name.lower():
            return next(iter(self.optimiser_names if is_named else self.optimisers), "")
        if _METRIC.search(name):
            measured = self.metrics[0] if self.metrics else ""
            return f"[{measured}]" if measured and name.endswith("s") else measured
        if "loss" in name.lower() or (roles.argument(name) == "loss_name" if own else is_loss(name)):
            if is_derivative(name):
                return self.loss_derivatives[0] if self.loss_derivatives else ""
            return next(iter(self.loss_names if is_named else [*self.losses, *self.loss_functions, *self.loss_names]), "")
        return ""


def containers(parts: Parts, end: str) -> Iterator[tuple[str, list[str]]]:
    """Ways to put `layers` into an object of the program: its class's name, and statements. end: what the layers end in."""
    stock = _stock(parts, end)
    for key, cls in parts.classes.items():
        parameters = signature(cls)
        if parameters is None or not _has_passes(cls):
            continue
        adding = adders(cls)
        given = _constructed(parameters, stock, bool(adding))
        if given is None:
            continue
        made = f"model = program.{key}({', '.join(given)})"
        for lines in _filled(made, adding[:1]):
            yield key, [*lines, *_told(cls, stock), *_finished(cls)]


def _filled(made: str, adding: Sequence[str]) -> Iterator[list[str]]:
    """A container with its layers: given to it, or added. What it is given it may keep, and grows by each that is added."""
    is_given = "layers" in made
    if is_given:
        yield [made]
    for adder in adding:
        yield [made, f"for layer in {'tuple(layers)' if is_given else 'layers'}:", f"    model.{adder}(layer)"]


def _constructed(parameters: Sequence[Parameter], stock: _Stock, adds: bool) -> list[str] | None:
    """The arguments of a container's constructor; None if there is nothing to give it."""
    given = []
    for p in parameters:
        is_known = "optim" in p.name.lower() or "loss" in p.name.lower() or roles.argument(p.name) in ("rate", "loss_name")
        if p.kind is p.VAR_POSITIONAL:
            given.append("*layers")
        elif roles.argument(p.name) == "epochs" and p.default is p.empty:
            given.append(f"{p.name}=1")
        elif p.default is None and roles.size(p.name) == "inputs":
            given.append(f"{p.name}=(sizes[0],)" if "shape" in p.name.lower() else f"{p.name}=sizes[0]")
        elif is_known:
            if not (text := stock.for_(p, own=True)):
                return None
            given.append(f"{p.name}={text}")
        elif p.default is p.empty and p.name in stock.extending:
            given.append(f"{p.name}={stock.extending[p.name]}")
        elif p.default is p.empty or (roles.size(p.name) == "all" and not adds and roles.argument(p.name) != "batch_size"):
            given.append("layers")
    return given if given.count("layers") < 2 else None


def _told(cls: type, stock: _Stock) -> Iterator[str]:
    """Calls of methods that take a loss, its derivative, an optimiser or a metric, and nothing else."""
    for name in dir(cls):
        method = getattr(cls, name, None)
        if not _TELL.match(name) or not callable(method):
            continue
        named = [p for p in signature(method) or [] if p.name != "self"]
        needed, losses = required(named), [*stock.losses, *stock.loss_functions]
        texts = [(p, stock.for_(p, own=True)) for p in named]
        if any(text for _, text in texts) and all(text for p, text in texts if p in needed):
            said = [f"{p.name}={text}" for p, text in texts if text]
            yield f"model.{name}({', '.join([*said, *turned_off(named)])})"
        elif len(needed) == 2 and stock.loss_functions and stock.loss_derivatives:
            yield f"model.{name}({stock.loss_functions[0]}, {stock.loss_derivatives[0]})"
        elif len(needed) == 1 and losses and (is_loss(name) or not _OF_ONE_THING.match(name)):
            yield f"model.{name}({losses[0]})"


def _finished(cls: type) -> Iterator[str]:
    for name in dir(cls):
        method = getattr(cls, name, None)
        if _FINISH.match(name) and callable(method) and [p.name for p in signature(method) or []] == ["self"]:
            yield f"model.{name}()"


def _stock(parts: Parts, end: str) -> _Stock:
    classes, functions = parts.classes, parts.functions
    extended = {base for cls in classes.values() for base in cls.__mro__[1:]}
    whole = {key: cls for key, cls in classes.items() if cls not in extended}
    suited = next(loss for which, loss in _SUITED if re.search(which, end, re.IGNORECASE))

    def suits(text: str) -> bool:
        return not re.search(suited, text, re.IGNORECASE)

    def made(matches: Any) -> list[str]:
        return [f"program.{key}()" for key, cls in whole.items() if matches(key) and not required(signature(cls) or [])]

    held = [
        f"program.{key}.{name}"
        for key, cls in classes.items()
        if is_loss(key)
        for name, value in vars(cls).items()
        if isinstance(value, type) and is_loss(name)
    ]
    plain = [f"program.{name}" for name in functions if is_loss(name) and not is_derivative(name)]
    primes = [f"program.{name}" for name in functions if is_loss(name) and is_derivative(name)]
    return _Stock(
        sorted(held or made(lambda key: is_loss(key) and "softmax_loss" not in key.lower()), key=suits),
        sorted(plain, key=suits),
        sorted(primes, key=suits),
        list(_optimisers(concrete(classes))),
        made(_METRIC.search),
        sorted((f'"{word}"' for word in sorted(parts.words) if is_loss(word) and not is_derivative(word)), key=suits),
        [f'"{word}"' for word in sorted(parts.words) if re.fullmatch(_PLAIN, word, re.IGNORECASE)],
        _extending(dict(sorted(whole.items(), key=lambda item: suits(item[0])))),
    )


def _extending(classes: dict[str, type]) -> dict[str, str]:
    """The first object that can be made of nothing and extends a class, by that class's name as an argument has it."""
    found: dict[str, str] = {}
    for key, cls in classes.items():
        for base in cls.__mro__[1:-1] if not required(signature(cls) or []) else ():
            name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", base.__name__).lower()
            if name.removesuffix("s") not in _WHOLES:
                found.setdefault(name, f"program.{key}()")
    return found


def _optimisers(classes: dict[str, type]) -> Iterator[str]:
    """Expressions that make an optimiser with a rate, plain descent first."""
    for key, cls in optimisers(classes):
        given = signature(cls) or []
        rate = [p.name for p in given if roles.argument(p.name) == "rate"]
        if len(required(given)) <= 1:
            yield f"program.{key}({', '.join([*([f'{rate[0]}=learning_rate'] if rate else []), *turned_off(given)])})"


def turned_off(parameters: Sequence[Parameter]) -> list[str]:
    """Arguments that turn off what something does besides, such as a momentum."""
    optional = [p for p in parameters if p.default is not p.empty and roles.argument(p.name) == "off"]
    return [f"{p.name}={text}" for p in optional if (text := setting(p.name, p.default))]


def adders(cls: type) -> list[str]:
    """Methods that add a layer."""
    return [name for name in dir(cls) if name.lower() in _ADD]


def _has_passes(cls: type) -> bool:
    words = ("forward", "predict", "fit", "train", "__call__", "feed", "run", "propagate")
    return any(word in name for base in cls.__mro__[:-1] for name in vars(base) for word in words)
