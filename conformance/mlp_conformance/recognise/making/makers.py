"""Functions that may make a network: by what they are called, what they take and what they return."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Offer
from mlp_conformance.recognise.source.signatures import required, text_of
from mlp_conformance.recognition import DOES_MORE, returns_something


def returns_new(call: Any, classes: set[str]) -> bool:
    """Whether a function returns a new object of one of the program's classes, as in `return Net(2, 3)`."""
    tree = text_of(call)
    if tree is None:
        return False
    returned = {node.value.id for node in ast.walk(tree) if isinstance(node, ast.Return) and isinstance(node.value, ast.Name)}
    made = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return) and isinstance(node.value, ast.Call)]
    made += [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and {getattr(t, "id", "") for t in node.targets} & returned
    ]
    return any({inner.id for inner in ast.walk(node.func) if isinstance(inner, ast.Name)} & classes for node in made)


def class_methods(classes: dict[str, type]) -> Iterator[Offer]:
    """Methods that are called on a class and make an object of it, as in `Params.random(2, 3, 1)`."""
    for key, cls in classes.items():
        for name, value in vars(cls).items():
            makes = isinstance(value, staticmethod) and returns_new(value.__func__, set(classes))
            if isinstance(value, classmethod) or makes:
                yield Offer(f"program.{key}.{name}", name, getattr(cls, name))


def takes_sizes(offer: Offer) -> bool:
    """Whether all that a function needs is numbers of units, as in `get_model(n_in, n_hidden, n_classes)` or `net(*sizes)`."""
    needed = required(offer.parameters) + [p for p in offer.parameters if p.kind is p.VAR_POSITIONAL]
    sizes = [p for p in needed if roles.size(p.name) and not roles.argument(p.name)]
    return bool(sizes) and all(p in sizes or roles.argument(p.name) in (*roles.OF_DRAWING, "activation") for p in needed)


def says_nothing(offer: Offer) -> bool:
    """Whether a function takes one or three things whose names say little: in another language, those of units do not."""
    needed = required(offer.parameters)
    silent = not any(roles.argument(p.name) for p in needed)
    return silent and len(needed) in (1, 3) and not DOES_MORE.match(offer.name) and returns_something(offer.call)
