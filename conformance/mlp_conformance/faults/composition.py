"""Several faults at once: which go together, and the algorithm that has them all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from types import FunctionType
from typing import Any

from mlp_conformance.faults.fault import Fault
from mlp_conformance.faults.variants import FromOutputs
from mlp_reference.mlp import Algorithm

OPERATIONS = ("forward", "loss", "gradients", "train")
#: Pairs are many, and each is a class: those of one search are kept, not those of all searches of a process.
_KEPT = 1024


def overridden(fault: Fault) -> frozenset[str]:
    """The methods of the algorithm that the fault changes."""
    return frozenset(name for variant in _variants(fault.algorithm) for name in _formulas(variant))


@lru_cache(_KEPT)
def compose(*faults: Fault) -> type[Algorithm]:
    """The right algorithm with every one of the faults; `composable` says of two whether it is well defined.

    Variants that share a skeleton come last, so that their skeleton is beneath all changed formulas.
    """
    if len(faults) == 1:
        return faults[0].algorithm
    bases = sorted((fault.algorithm for fault in faults), key=lambda algorithm: len(algorithm.__mro__))
    return type("And".join(base.__name__ for base in bases), tuple(bases), {})


@lru_cache(64 * _KEPT)
def composable(a: Fault, b: Fault) -> bool:
    """Whether the two change different formulas, and neither leaves the other's out of the computation."""
    if a is b or _own(a) & _own(b):
        return False
    try:
        used = set(_used(compose(a, b)))
    except TypeError:  # there is no order in which the changes of both would hold
        return False
    return all((_definer(fault.algorithm, name), name) in used for fault in (a, b) for name in overridden(fault))


def go_together(*faults: Fault) -> bool:
    """Whether every two of them are composable, and there is an order in which all their changes hold."""
    try:
        return all(composable(one, other) for one, other in combinations(faults, 2)) and bool(compose(*faults))
    except TypeError:
        return False


def _own(fault: Fault) -> set[str]:
    """What the fault's class says itself, in its skeleton's words or the algorithm's; its initial state."""
    return {name for name in vars(fault.algorithm) if not name.startswith("__") or name == "__init__"}


def _variants(algorithm: type[Algorithm]) -> list[type]:
    """The classes that make the fault: not the right algorithm, nor a plainer writing of it beneath
    another change.
    """
    variants = [c for c in algorithm.__mro__ if c not in (Algorithm, FromOutputs, object)]
    return [c for c in variants if _formulas(c)] or [FromOutputs]


def _definer(algorithm: type[Algorithm], name: str) -> type:
    return next(c for c in algorithm.__mro__ if name in vars(c))


def _formulas(variant: type) -> list[str]:
    return [name for name, value in vars(variant).items() if isinstance(value, FunctionType)]


def _used(algorithm: type[Algorithm]) -> Iterator[tuple[type, str]]:
    """Every method, with the class that defines it, that one of the four operations calls sooner or later."""
    order = algorithm.__mro__
    waiting = [(0, name) for name in OPERATIONS]
    seen: set[tuple[type, str]] = set()
    while waiting:
        start, name = waiting.pop()
        place = next((i for i in range(start, len(order)) if name in vars(order[i])), None)
        if place is None or (order[place], name) in seen:
            continue
        seen.add((order[place], name))
        yield order[place], name
        method = vars(order[place])[name]
        for called in _called(method):
            waiting.append((place + 1 if called == name else 0, called))  # by its own name: through super()


def _called(method: object) -> list[str]:
    """The names that a method, or a function within it, looks up."""
    if not isinstance(method, FunctionType):
        return []
    codes: list[Any] = [method.__code__]
    if isinstance(wrapped := getattr(method, "__wrapped__", None), FunctionType):
        codes.append(wrapped.__code__)
    names: list[str] = []
    while codes:
        code = codes.pop()
        names += code.co_names
        codes += [constant for constant in code.co_consts if hasattr(constant, "co_names")]
    return names
