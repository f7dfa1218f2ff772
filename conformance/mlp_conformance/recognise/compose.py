"""Networks that are put together from layer objects: lists of layers, containers that take or add them, and scripts' loops."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from itertools import islice
from typing import Any

from mlp_conformance.recognise.construct import constructions, required, signature
from mlp_conformance.recognise.tensors import leaves, tensors

_PAIR = (4, 9)


def compositions(classes: dict[str, type], run: Any) -> Iterator[tuple[str, list[str]]]:
    """(name, statements that leave `model`) for networks of the program's layer classes.

    run: executes statements and returns the value of `model`, or None.
    """
    dense = [(text, key) for key, cls in classes.items() for text in _layers(key, cls, run)]
    plain = [f"program.{key}()" for key, cls in classes.items() if _without_arguments(cls) and hasattr(cls, "forward")]
    chains = []
    for text, key in dense[:4]:
        pairs = "for a, b in zip(sizes[:-1], sizes[1:])"
        for activation in plain:
            both = f"layers = [layer {pairs} for layer in ({text}, {activation})]"
            chains += [(key, both), (key, f"{both}[:-1]")]
            chains += [(key, f"{both}[:-1] + [{other}]") for other in plain if other != activation]
    pairs = "for a, b in zip(sizes[:-1], sizes[1:])"
    chains += [(key, f"layers = [{text} {pairs}]") for text, key in dense[:4]]
    for key, chain in chains:
        for name, lines in _containers(classes):
            yield name, [chain, *lines]
        yield key, [chain, "model = layers"]


def _layers(key: str, cls: type, run: Any) -> list[str]:
    """Expressions that make one layer from `a` inputs and `b` outputs."""
    found = []
    for text in islice(constructions(f"program.{key}", cls, 1), 24):
        made = text
        for size, name in (("sizes[0]", "a"), ("sizes[-1]", "b"), ("sizes[1]", "b")):
            made = made.replace(size, name)
        if "sizes" in made or "a" not in made or "inputs" in made:
            continue
        value = run(["a, b = 4, 9", f"model = {made}"])
        shapes = {tensor.shape for tensor in tensors(leaves("model", value))} if value is not None else set()
        if shapes & {_PAIR, _PAIR[::-1], (_PAIR[0] + 1, _PAIR[1]), (_PAIR[1], _PAIR[0] + 1)}:
            found.append(made)
    return found[:2]


def _without_arguments(cls: type) -> bool:
    parameters = signature(cls)
    return parameters is not None and not required(parameters)


def _containers(classes: dict[str, type]) -> Iterator[tuple[str, list[str]]]:
    """Ways to put `layers` into an object of the program."""
    for key, cls in classes.items():
        parameters = signature(cls)
        if parameters is None:
            continue
        adders = [n for n in dir(cls) if n in ("add", "add_layer", "append", "addLayer", "push", "stack", "register")]
        losses = [f"program.{k}()" for k, c in classes.items() if _is_loss(k) and _without_arguments(c)]
        needed = [p for p in required(parameters) if p.kind is not p.KEYWORD_ONLY]
        rates = [p.name for p in parameters if p.name.lower() in ("lr", "learning_rate", "eta", "alpha", "rate")]
        rate = f", {rates[0]}=learning_rate" if rates else ""
        if any(p.kind is p.VAR_POSITIONAL for p in parameters):
            yield key, [f"model = program.{key}(*layers{rate})"]
        if len([p for p in needed if p.name not in rates]) == 1 or (not needed and parameters and not adders):
            yield key, [f"model = program.{key}(layers{rate})"]
        if len([p for p in needed if p.name not in rates]) == 2:
            for loss in losses:
                yield key, [f"model = program.{key}(layers, {loss}{rate})"]
        for adder in adders[:1]:
            adding = ["for layer in layers:", f"    model.{adder}(layer)"]
            if len([p for p in needed if p.name not in rates]) == 0:
                yield key, [f"model = program.{key}({rate.lstrip(', ')})", *adding]
            for loss in losses if len(needed) == 1 else []:
                yield key, [f"model = program.{key}({loss}{rate})", *adding]


def _is_loss(name: str) -> bool:
    lowered = name.lower()
    return any(word in lowered for word in ("loss", "mse", "error", "entropy", "cost", "squared"))


def is_container_of_layers(value: Any) -> bool:
    """Whether something is a list of objects that have `forward` and `backward`."""
    return isinstance(value, list) and all(
        hasattr(layer, "forward") and hasattr(layer, "backward") and not inspect.isclass(layer) for layer in value
    )
