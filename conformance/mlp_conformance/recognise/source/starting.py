"""Functions that draw a network's parameters, train them and return them, as `train(X, y, n_hidden)` in many a notebook does.

Their text is changed: a variable that is drawn before the loop starts from what `starts` has under its name, if it has
anything. So such a function trains from parameters that it is given. One that keeps them to itself returns them by their
names, with what it returns as "returned".
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mlp_conformance.recognise import roles

#: Calls that draw or fill arrays, and those that make torch's modules, which draw their own.
_DRAWS = re.compile(r"rand|normal|uniform|zeros|ones|empty|full|xavier|glorot|kaiming|he_|^Sequential$", re.I)
#: Those that draw.
_RANDOM = re.compile(r"rand|normal|uniform|xavier|glorot|kaiming|he_", re.I)


@dataclass(frozen=True)
class Starting:
    """A function that draws parameters and trains them.

    paths: where each of its variables stands in what it returns, as ("W1", "[0]"), ("b1", '["b1"]') or ("params", ""); silent:
    whether it does not return them by itself.
    """

    name: str
    paths: tuple[tuple[str, str], ...]
    silent: bool = False


@cache
def starting(tree: ast.Module) -> dict[str, Starting]:
    """The functions of a program that draw parameters before a loop and return them, or train them in it, by name."""
    makers = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    makers = {name for name in makers if roles.rank(name, roles.INITIALISE) < len(roles.INITIALISE)}
    makers |= {
        node.name for node in tree.body if isinstance(node, ast.ClassDef) and "Module" in "".join(map(ast.unparse, node.bases))
    }
    found = {}
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and not re.match("main", function.name, re.I):
            drawn = {name for node in _before(function) for name in _drawn(node, makers)}
            paths = tuple((name, path) for name, path in _returned(function) if name in drawn)
            if paths:
                found[function.name] = Starting(function.name, paths)
            elif trained := _trained(function, makers):
                found[function.name] = Starting(function.name, tuple((name, f'["{name}"]') for name in trained), silent=True)
    return found


def _before(function: ast.FunctionDef) -> list[ast.stmt]:
    """The statements before the first loop; none where there is no loop."""
    for index, node in enumerate(function.body):
        if isinstance(node, ast.For | ast.While):
            return function.body[:index]
    return []


def _drawn(node: ast.stmt, makers: set[str]) -> list[str]:
    """The variables to which a statement gives new arrays."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return []
    if not any(_DRAWS.search(name) or name in makers for name in _calls(node.value)):
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [part.id for target in targets for part in _parts(target) if isinstance(part, ast.Name)]


def _trained(function: ast.FunctionDef, makers: set[str]) -> list[str]:
    """The variables that a function draws before a loop and changes in it, two or more: it trains them, by random numbers.

    Sums that start from zeros, as gradients and losses do, are changed in a loop too.
    """
    before = _before(function)
    loops = function.body[len(before) :]
    changed = {name for loop in loops for node in ast.walk(loop) for name in _changed(node)}
    drawn = {name: node for node in before for name in _drawn(node, makers) if name in changed}
    by_chance = [n for n, node in drawn.items() if _RANDOM.search(ast.unparse(node)) or _calls(node) & makers]
    return list(drawn) if len(drawn) > 1 and by_chance else []


def _changed(node: ast.AST) -> list[str]:
    """The variables that a statement adds to, or assigns what is computed from themselves."""
    if isinstance(node, ast.AugAssign):
        return [node.target.id] if isinstance(node.target, ast.Name) else []
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return []
    read = {inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name)}
    return [part.id for part in _parts(node.targets[0]) if isinstance(part, ast.Name) and part.id in read]


def _calls(node: ast.AST) -> set[str]:
    calls = (call.func for call in ast.walk(node) if isinstance(call, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def _parts(target: ast.expr) -> list[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        return [inner for part in target.elts for inner in _parts(part)]
    return [target]


def _returned(function: ast.FunctionDef) -> list[tuple[str, str]]:
    """Variables that a function returns, and where: in a tuple or list, a dictionary, or as they are."""
    values = [node.value for node in _own_nodes(function) if isinstance(node, ast.Return) and node.value is not None]
    if not values:
        return []
    built: dict[str, ast.expr] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict | ast.Tuple | ast.List):
            built |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
    return list(_places(values[-1], "", built))


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions in it."""
    pending: list[ast.AST] = [*function.body]
    while pending:
        node = pending.pop(0)
        yield node
        pending += [] if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef) else ast.iter_child_nodes(node)


def _places(value: ast.expr, path: str, built: dict[str, ast.expr]) -> Iterator[tuple[str, str]]:
    if isinstance(value, ast.Name):
        yield value.id, path
        if value.id in built:
            yield from _places(built[value.id], path, {})
    elif isinstance(value, ast.Tuple | ast.List):
        for index, part in enumerate(value.elts):
            yield from _places(part, f"{path}[{index}]", built)
    elif isinstance(value, ast.Dict):
        for key, part in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield from _places(part, f'{path}["{key.value}"]', built)
    elif isinstance(value, ast.Call) and getattr(value.func, "id", "") == "dict":
        for keyword in value.keywords:
            yield from _places(keyword.value, f'{path}["{keyword.arg}"]', built)


class Started(ast.NodeTransformer):
    """A syntax tree in which the variables of such functions start from what the module's `starts` has for them.

    Arrays are replaced before the loop; torch's as soon as they are drawn, since an optimiser is given them.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.functions = starting(tree)
        self.at_once = "torch" in ast.unparse(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        found = self.functions.get(node.name)
        before = _before(node)
        if found is None or not before:
            return node
        names = dict.fromkeys(name for name, _ in found.paths)
        after = {len(before): list(names)}
        if self.at_once:
            stored = [
                {n.id for n in ast.walk(line) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} for line in before
            ]
            after = {k + 1: [name for name in names if name in own] for k, own in enumerate(stored)}
        for place, given in sorted(after.items(), reverse=True):
            node.body[place:place] = ast.parse("".join(f'{name} = starts.get("{name}", {name})\n' for name in given)).body
        if found.silent:
            node.body.append(ast.Return(None))
            for inner in _own_nodes(node):
                if isinstance(inner, ast.Return):
                    named = {"returned": inner.value or ast.Constant(None), **{n: ast.Name(n, ast.Load()) for n in names}}
                    inner.value = ast.Dict([ast.Constant(key) for key in named], list(named.values()))
        return node


def start_lines(found: Starting) -> list[str]:
    """The statement that gives such a function its parameters: those in `params`."""
    given = ", ".join(f"{name}=params{path}" for name, path in dict(reversed(found.paths)).items())
    return [f"program.starts.update({given})"]


def place_of_all(found: Starting) -> str:
    """Where in what such a function returns the one variable stands that it draws: what another function made, whole."""
    return found.paths[0][1] if len(found.paths) == 1 else ""
