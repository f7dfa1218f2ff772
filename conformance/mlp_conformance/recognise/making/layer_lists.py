"""Layers that are described one by one, as in `[(4, "relu"), (2, "softmax")]`: what a program reads of each description."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.source.signatures import text_of
from mlp_reference.network import HIDDEN_ACTIVATIONS

#: Names of output activations, those first that go with one loss alone.
_OUTPUTS = ("softmax", "sigmoid", "logistic", "linear", "identity", "tanh")
_NAMED = (*HIDDEN_ACTIVATIONS, *_OUTPUTS)
#: Descriptions that are tried.
_MOST = 8


@lru_cache(256)
def layer_lists(found: Callable[..., Any], name: str) -> list[str]:
    """Expressions for an argument of that name which describes each layer by a tuple or a dictionary; [] if it does not."""
    tree = text_of(found)
    if tree is None:
        return []
    for described in _descriptions(tree, name):
        chosen = list(_activations(found)) if any(role == "activation" for _, role in described.parts) else [("", "")]
        return [described.text(hidden, output) for hidden, output in chosen][:_MOST]
    return []


class _Described:
    """What is read of one layer: (key, role), role "inputs", "units" or "activation"; keyed: whether it is a dictionary."""

    def __init__(self, parts: Sequence[tuple[str, str]], keyed: bool) -> None:
        self.parts, self.keyed = parts, keyed

    def _one(self, n_in: str, units: str, activation: str) -> str:
        texts = {"inputs": n_in, "units": units, "activation": f'"{activation}"'}
        if self.keyed:
            return "{" + ", ".join(f'"{key}": {texts[role]}' for key, role in self.parts) + "}"
        return f"({', '.join(texts[role] for _, role in self.parts)})"

    def text(self, hidden: str, output: str) -> str:
        if hidden == output:
            return f"[{self._one('a', 'b', hidden)} for a, b in zip(sizes, sizes[1:])]"
        last = self._one("sizes[-2]", "sizes[-1]", output)
        return f"[*({self._one('a', 'b', hidden)} for a, b in zip(sizes[:-2], sizes[1:])), {last}]"


def _descriptions(tree: ast.AST, name: str) -> Iterator[_Described]:
    """What a loop over the argument reads of each of its items."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.For | ast.comprehension) or not _goes_over(node.iter, name):
            continue
        target = node.target
        counted = isinstance(node.iter, ast.Call) and getattr(node.iter.func, "id", "") == "enumerate"
        if counted and isinstance(target, ast.Tuple) and len(target.elts) == 2:
            target = target.elts[1]
        if isinstance(target, ast.Tuple):
            names = [element.id for element in target.elts if isinstance(element, ast.Name)]
            parts = [(one, _role(one)) for one in names]
            keyed = False
        elif isinstance(target, ast.Name):
            keys = [
                n.slice.value
                for n in ast.walk(tree)
                if isinstance(n, ast.Subscript)
                and getattr(n.value, "id", "") == target.id
                and isinstance(n.slice, ast.Constant)
                and isinstance(n.slice.value, str)
            ]
            parts = [(key, _role(key)) for key in dict.fromkeys(keys)]
            keyed = True
        else:
            continue
        if (
            sum(role == "units" for _, role in parts) == 1
            and len({role for _, role in parts}) == len(parts)
            and "" not in dict(parts).values()
        ):
            yield _Described(parts, keyed)


def _goes_over(iterated: ast.expr, name: str) -> bool:
    inside = {node.id for node in ast.walk(iterated) if isinstance(node, ast.Name)}
    return name in inside and inside <= {name, "enumerate", "reversed", "list"}


def _role(name: str) -> str:
    lowered = name.lower()
    if roles.argument(name) == "activation" or lowered in ("name", "act", "f", "fn", "g", "func", "function", "phi"):
        return "activation"
    size = roles.size(name)
    return "inputs" if size == "inputs" else "units" if size else ""


def _activations(found: Callable[..., Any]) -> Iterator[tuple[str, str]]:
    """Names of hidden and output activations that stand in the program's text."""
    module = sys.modules.get(found.__module__)
    try:
        tree = ast.parse(inspect.getsource(module)) if module is not None else ast.parse("")
    except (OSError, TypeError, SyntaxError):
        return
    said = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    spelt = {word.lower(): word for word in sorted(said) if word.lower() in _NAMED}
    hidden = [spelt[name] for name in (*HIDDEN_ACTIVATIONS, "logistic") if name in spelt and name != "linear"]
    outputs = [spelt[name] for name in _OUTPUTS if name in spelt]
    yield from product(hidden[:3], outputs[:3] or hidden[:1])
