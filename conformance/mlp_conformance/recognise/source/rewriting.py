"""Changes to a program's text that leave its formulas alone: parameters are not drawn anew, constants are given.

They let a `fit` that draws its parameters, or a `train` that always runs a thousand epochs, start and stop where they are
asked to, and a library's optimiser do without the momentum that it is told to have.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.roles import called
from mlp_conformance.recognise.source.optimiser_choice import choose


class Rewritten(ast.NodeTransformer):
    """A syntax tree in which methods keep the attributes `kept`, and functions' plain `constants` have other values.

    "init()" among `kept` is a call of that method, which is made by the constructor alone.
    The constant "range" is the length of loops such as `for epoch in range(10000)`, and "momentum=" what a library's
    optimiser is given by that name, as "p=" is of its dropout. A word is what an argument of that name is by default.
    """

    def __init__(self, kept: Collection[str], constants: Mapping[str, float | str]) -> None:
        self.kept = set(kept)
        self.constants = {name: value for name, value in constants.items() if not isinstance(value, str)}
        self.words = {name: value for name, value in constants.items() if isinstance(value, str)}
        self.inside = 0
        self.method = ""
        self.guarded: set[str] | None = None

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._within(node, "")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        choose(node.args, self.words)
        before, self.guarded = self.guarded, set() if any(given.arg == "self" for given in node.args.args) else None
        self._within(node, node.name)
        if self.guarded:
            begins = int(ast.get_docstring(node, clean=False) is not None)
            node.body[begins:begins] = [_statement(f"{_noted(name)} = {_is_there(name)}") for name in sorted(self.guarded)]
        self.guarded = before
        return node

    def _within(self, node: ast.ClassDef | ast.FunctionDef, name: str) -> ast.AST:
        before, self.method = self.method, name
        self.inside += 1
        self.generic_visit(node)
        self.inside -= 1
        self.method = before
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        self.generic_visit(node)
        is_kept = self.method != "__init__" and f"{_own_call(node)}()" in self.kept
        return ast.copy_location(ast.Pass(), node) if is_kept else node

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        if self.inside and "range" in self.constants and _is_long(node):
            node.iter = ast.parse(f"range({self.constants['range']})", mode="eval").body
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        for name, given in _options(node):
            if f"{name}=" in self.constants:
                given.value = False if given.value is True else self.constants[f"{name}="]
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        if not self.inside:
            return node
        target = node.targets[0]
        if isinstance(target, ast.Name) and target.id in self.constants and _is_number(node.value):
            node.value = ast.Constant(self.constants[target.id])
        drawn = drawn_attributes(node)
        if self.method != "__init__" and drawn and drawn <= self.kept:
            if self.guarded is not None:
                self.guarded |= drawn
            guards = (_is_there(name) if self.guarded is None else _noted(name) for name in sorted(drawn))
            test = ast.parse(" and ".join(guards), mode="eval").body
            return ast.If(ast.UnaryOp(ast.Not(), test), [node], [])
        return node


def _noted(name: str) -> str:
    """Where a method notes whether an attribute was there when it began: one that it empties first is to be filled then."""
    return f"_had_{name}"


def _is_there(name: str) -> str:
    """The expression for whether an attribute has been given something to keep: nothing that is empty."""
    value = f"getattr(self, {name!r}, None)"
    is_empty = f"(isinstance({value}, (list, tuple, dict)) and not {value}) or getattr({value}, 'size', 1) == 0"
    return f"({value} is not None and not ({is_empty}))"


def _statement(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


def _own_call(node: ast.stmt) -> str:
    """The method in a statement `self.method()`."""
    call = node.value if isinstance(node, ast.Expr) else None
    function = call.func if isinstance(call, ast.Call) and not call.args else None
    is_own = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "self"
    return function.attr if isinstance(function, ast.Attribute) and is_own else ""


@cache
def redrawing_calls(tree: ast.AST) -> set[str]:
    """Calls `self.init()` with which training draws the parameters anew that the constructor has drawn with the same call."""
    made: set[str] = set()
    again: set[str] = set()
    for method in ast.walk(tree):
        if isinstance(method, ast.FunctionDef):
            calls = {name for node in ast.walk(method) if isinstance(node, ast.Expr) and (name := _own_call(node))}
            if method.name == "__init__":
                made |= calls
            elif roles.rank(method.name, roles.TRAIN) < len(roles.TRAIN):
                again |= calls
    return {f"{name}()" for name in made & again if roles.rank(name, roles.INITIALISE) < len(roles.INITIALISE)}


def drawn_attributes(node: ast.Assign) -> set[str]:
    """The attributes of `self` to which a statement gives values that do not depend on what they were."""
    names: set[str] = set()
    for target in node.targets:
        for part in target.elts if isinstance(target, ast.Tuple) else [target]:
            if not (isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "self"):
                return set()
            names.add(part.attr)
    used = {inner.attr for inner in ast.walk(node.value) if isinstance(inner, ast.Attribute)}
    given = (ast.Call, ast.Constant, ast.List, ast.ListComp, ast.Dict, ast.DictComp)
    calls = any(isinstance(inner, given) for inner in ast.walk(node.value))
    return names if calls and not names & used else set()


def fixed_lengths(tree: ast.AST) -> dict[str, int]:
    """The constants that make every training loop of a program's functions one epoch long."""
    found: dict[str, int] = {}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or function.name in ("main", "__init__"):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.For) and _is_long(node):
                found["range"] = 1
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_number(node.value):
                assert isinstance(node.value, ast.Constant)
                if roles.argument(node.targets[0].id) == "epochs" and node.value.value > 1:  # type: ignore[operator]
                    found[node.targets[0].id] = 1
    return found


#: What their gradient descent is told by these is an option of its training; a decay of the weights is part of its formula.
_OPTIONS = ("momentum", "nesterov", "dampening")
#: What libraries call gradient descent, and dropout.
_DESCENT, _DROPOUT = re.compile(r"sgd|gradient_?descent(_?optimizer)?", re.I), re.compile(r"(alpha_|feature_)?dropout([123]d)?")


def optional_parts(tree: ast.Module) -> dict[str, int]:
    """The constants that leave off what libraries are told to do beside plain gradient descent, or to leave out by chance."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) not in own)
    return {f"{name}=": 0 for call in calls for name, _ in _options(call)}


def _options(node: ast.Call) -> Iterator[tuple[str, ast.Constant]]:
    """What a call turns on by a constant: by which name, and where the constant stands."""
    drops = bool(_DROPOUT.fullmatch(called(node)))
    if not drops and not _DESCENT.fullmatch(called(node)):
        return
    given = [(keyword.arg or "", keyword.value) for keyword in node.keywords]
    given += [("p", value) for value in node.args[1:2] if drops]
    for name, value in given:
        is_option = name == "p" if drops else name in _OPTIONS
        if is_option and isinstance(value, ast.Constant) and isinstance(value.value, int | float) and value.value:
            yield name, value


#: A loop with so many turns or more is one over epochs.
_LONG = 20


def _is_long(node: ast.For) -> bool:
    call = node.iter
    arguments = (
        call.args if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("range", "trange", "xrange") else []
    )
    last = arguments[-1 if len(arguments) < 3 else 1] if arguments else None
    return isinstance(last, ast.Constant) and isinstance(last.value, int) and last.value >= _LONG


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
