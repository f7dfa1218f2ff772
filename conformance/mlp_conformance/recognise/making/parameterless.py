"""Classes that hold no parameters: their methods are given these and return them, as functions are.

As in `parameters = net.initialize(2, 4, 1)` and `net.forward(X, parameters)`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Offer, offers
from mlp_conformance.recognise.making.making import BATCH, TWO_LAYERS
from mlp_conformance.recognise.numbers.readings import question
from mlp_conformance.recognise.source.program import Program, values
from mlp_conformance.recognise.source.signatures import required, signature
from mlp_conformance.recognise.space import Space


@lru_cache(16)
def methods_over_parameters(program: Program) -> tuple[Offer, ...]:
    """The methods of objects of such classes, each of a new object: what one keeps for another is not there."""
    found: list[Offer] = []
    asked = question(TWO_LAYERS, BATCH)
    for key, cls in values(program).items():
        methods = [method for name, method in vars(cls).items() if name != "__init__"] if isinstance(cls, type) else []
        if not any(map(_takes_parameters, methods)):
            continue
        space, text = Space(program.module, asked), f"program.{key}({', '.join(_arguments(cls))})"
        if space.run([f"made = {text}"]):
            found += offers(text, space.names["made"])
    return tuple(found)


def _takes_parameters(method: Any) -> bool:
    named = [p.name for p in signature(method) or []] if inspect.isfunction(method) else []
    return named[:1] == ["self"] and any(roles.argument(name) == "parameters" for name in named[1:])


def _arguments(cls: type) -> Iterator[str]:
    """What a constructor is given that makes no parameters: numbers of units and of turns."""
    for p in required(signature(cls) or []):
        role, size = roles.argument(p.name), roles.size(p.name)
        sizes = {"inputs": "network.sizes[0]", "outputs": "network.sizes[-1]", "hidden": "network.sizes[1]"}
        yield "learning_rate" if role == "rate" else "1" if role == "epochs" else sizes.get(size, "list(network.sizes)")
