"""Whether a file has several networks of their own, so that its user has to name one."""

from __future__ import annotations

import inspect
import re

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.making.making import TWO_LAYERS, made_in_sizes
from mlp_conformance.recognise.source.program import Program, values


def other_networks(program: Program, taken: str) -> list[str]:
    """Classes that are networks of their own beside the one that was taken: neither its relatives nor parts of it."""
    own = {key: value for key, value in values(program).items() if isinstance(value, type)}
    first = own.get(taken)
    if first is None or not _passes(first):
        return []
    found = []
    for key, cls in own.items():
        if cls is first or not _passes(cls) or issubclass(cls, first) or issubclass(first, cls):
            continue
        if _mentions(cls, taken) or _mentions(first, key) or {c for c in cls.__mro__ if c in own.values()} & set(first.__mro__):
            continue
        if next(made_in_sizes(program, key, f"program.{key}", cls, shapes=(TWO_LAYERS,)), None) is not None:
            found.append(key)
    return found


def _passes(cls: type) -> bool:
    """Whether a class runs forward and trains, by the names of its methods."""
    names = [name for base in cls.__mro__ for name in vars(base)]
    return all(any(roles.rank(n, kind) < len(kind) for n in names) for kind in (roles.FORWARD, roles.TRAIN))


def _mentions(cls: type, name: str) -> bool:
    try:
        return bool(re.search(rf"\b{name}\b", inspect.getsource(cls)))
    except (OSError, TypeError):
        return False
