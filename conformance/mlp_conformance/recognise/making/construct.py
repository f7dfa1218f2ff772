"""How a class may be constructed from the sizes of a network, most likely way first, as expressions."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.dials import setting
from mlp_conformance.recognise.calling.making_arguments import LAYER_COUNTS, choices, members
from mlp_conformance.recognise.calling.settings import keyword_settings, settings_objects
from mlp_conformance.recognise.making.layer_lists import layer_lists
from mlp_conformance.recognise.parameters.tensors import is_keras_model_class
from mlp_conformance.recognise.source.signatures import required, signature

#: Roles of arguments that are no sizes.
NO_SIZE = (*roles.OF_DRAWING, "rate", "epochs", "batch_size", "activation", "loss_name", "settings", "off", "keep")

_NAMED = {"sigmoid", "sigm", "logistic", "tanh", "relu", "linear", "identity", "softmax"}


def _width_or_depth(parameter: inspect.Parameter, structural: list[inspect.Parameter], texts: list[str]) -> list[str]:
    """What one of two arguments may be beside those for inputs and outputs: the width of all hidden layers, or their number.

    By its place it would be one of the outputs, and a network of one output has a hidden layer then by chance.
    """
    sizes = [roles.size(p.name) for p in structural]
    open_ones = [p for p, size in zip(structural, sizes, strict=True) if size not in ("inputs", "outputs")]
    if parameter not in open_ones or len(open_ones) != 2 or not {"inputs", "outputs"} <= set(sizes):
        return texts
    if roles.is_depth(parameter.name) or any(roles.is_depth(p.name) for p in open_ones):
        return texts if roles.is_depth(parameter.name) or roles.size(parameter.name) == "hidden" else ["sizes[1]", *texts]
    told = [p for p in open_ones if roles.size(p.name) == "hidden"]
    if told:
        return texts if parameter in told else [*LAYER_COUNTS[:2], *_others(texts)]
    return ["sizes[1]", *LAYER_COUNTS[:2], *_others(texts)]


def _beside_data(parameter: inspect.Parameter, structural: list[inspect.Parameter]) -> list[str]:
    """What the one argument beside the samples and their targets may be: units are all that is left to be told."""
    known = [roles.argument(p.name) in ("inputs", "targets", "data") for p in structural if p is not parameter]
    is_open = roles.argument(parameter.name) not in ("inputs", "targets", "data") and roles.size(parameter.name) in ("", "all")
    return ["sizes[1]", "list(sizes[1:-1])", "list(sizes)"] if is_open and len(known) == 2 and all(known) else []


def _are_given(name: str) -> bool:
    """Whether an argument is of parameters that may be given, such as `hidden_weights=None`, and no number of units."""
    lowered = name.lower()
    return bool(re.search(r"weight|bias", lowered)) and not re.search(r"size|dim|units|^n(um)?_|count|init|decay", lowered)


def _others(texts: list[str]) -> list[str]:
    """What is no single number of units."""
    return [text for text in texts if not text.startswith("sizes[")]


def _activation_objects(found: Callable[..., Any]) -> list[str]:
    """Expressions for the objects of the program that are activations, as `TANH = Activation(np.tanh, ...)` makes them."""
    module = sys.modules.get(found.__module__)
    named = [
        name
        for name, value in (vars(module) if module is not None else {}).items()
        if name.lower().strip("_") in _NAMED and not isinstance(value, type) and not inspect.isroutine(value)
    ]
    named.sort(key=lambda name: name.lower().strip("_") not in ("sigmoid", "sigm", "logistic", "tanh"))
    return [text for name in named for text in (f"[program.{name}] * (len(sizes) - 1)", f"program.{name}")]


def constructions(call: str, found: Callable[..., Any], depth: int, own: dict[str, str] | None = None) -> Iterator[str]:
    """Expressions `call(...)` that may make a network of `sizes`, with `depth` layers of weights."""
    parameters = signature(found)
    if parameters is None:
        return
    needed, names = required(parameters), [p.name for p in parameters]
    told = {p.name: texts for p in needed if (texts := members(found, p.annotation))}
    structural = [p for p in needed if roles.argument(p.name, names) not in NO_SIZE and p.name not in told]
    optional = [p for p in parameters if p.default is not p.empty]
    keywords: list[list[str]] = []
    off = [
        [f"{p.name}={text}"]
        for p in optional
        if roles.argument(p.name, names) in ("off", "keep") and (text := setting(p.name, p.default, names))
    ]
    off += [[f"{p.name}=1"] for p in optional if roles.argument(p.name) == "epochs" and isinstance(p.default, int)]
    for p in optional:
        role, size = roles.argument(p.name, names), roles.size(p.name)
        if role == "rate":
            keywords.append([f"{p.name}={setting(p.name, p.default, names) or 'learning_rate'}"])
        elif role == "settings":
            keywords.append([f"{p.name}={text}" for text in settings_objects(found, p, depth)])
        elif role in ("epochs", "seed", "batch_size", "activation", "loss_name") or (p.default is None and _are_given(p.name)):
            continue
        elif (
            (size or roles.is_depth(p.name))
            and (isinstance(p.default, int | list | tuple) or p.default is None)
            and not isinstance(p.default, bool)
        ):
            keywords.append([f"{p.name}={choice}" for choice in choices(p, 0, 1, depth)])
    for p in parameters:
        if p.kind is p.VAR_KEYWORD:
            keywords.append(keyword_settings(found, p, depth))
    keywords = [options for options in keywords if options]
    rates_only = [options for options in keywords if options[0].endswith(("=learning_rate", "(learning_rate)"))]
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        yield f"{call}(*sizes)"
    seen = set()
    if is_keras_model_class(found) and structural and not any(roles.size(p.name) == "inputs" for p in structural):
        seen |= {f"{call}(*sizes[1:])", f"{call}(list(sizes[1:]))"}  # it learns its inputs from what it is called with
        yield from sorted(seen) if len(structural) == 1 else (f"{call}(*sizes[1:])",) if len(structural) == depth else ()
    for named in ([*keywords, *off], [*rates_only, *off], []):
        position = 0
        positional: list[list[str]] = []
        for p in needed:
            texts = choices(p, position, len(structural), depth, own, names)
            texts = [*layer_lists(found, p.name), *_beside_data(p, structural), *_width_or_depth(p, structural, texts)]
            if roles.argument(p.name) == "activation":
                texts = [*_activation_objects(found), *texts]
            if roles.argument(p.name) == "settings":
                texts = [*settings_objects(found, p, depth), *texts]  # a `config` may be a list of sizes, too
            texts = told.get(p.name, texts)
            position += p in structural
            positional.append([f"{p.name}={text}" for text in texts] if p.kind is p.KEYWORD_ONLY else texts)
        for chosen in product(*positional, *named):
            text = f"{call}({', '.join(chosen)})"
            if text not in seen:
                seen.add(text)
                yield text
    if len(structural) >= 1 and len(needed) == len(structural):
        for text in (
            *([f"{call}(*sizes[:-1])"] if len(structural) == depth > 2 else []),
            f"{call}(list(sizes))",
            f"{call}(*sizes)",
            f"{call}(sizes[0], list(sizes[1:]))",
            f"{call}(sizes[0], list(sizes[1:-1]), sizes[-1])",
        ):
            if text not in seen:
                seen.add(text)
                yield text
