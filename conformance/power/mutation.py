"""Mutants of the reference: its three modules with one node of the syntax tree changed, as implementations under test."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import mlp_reference
from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.claims import Claims
from mlp_conformance.subject import Subject
from mlp_reference.mlp import Algorithm
from power.operators import replacements

MODULES = ("activations", "losses", "mlp")
_FOLDER = Path(mlp_reference.__file__).parent
#: Names that never hold an array: to put one in an array's place, or an array in theirs, only raises.
_NO_ARRAYS = {
    "self", "network", "layer", "next_layer", "conventions", "activation", "loss", "index", "number", "epochs",
    "steps", "step", "output", "pair", "found", "reported",
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change: the id tells the function, the line within it and the change in words."""

    id: str
    module: str
    tree: ast.Module

    def algorithm(self) -> Algorithm:
        """The algorithm with that change; what the change makes impossible raises when called."""
        modules = {name: _executed(name, self.tree if name == self.module else _parsed(name), {}) for name in MODULES[:2]}
        tree = self.tree if self.module == "mlp" else _parsed("mlp")
        found: Algorithm = _executed("mlp", tree, modules).Algorithm()
        return found

    def subject(self, claims: Claims, timeout: float = 5.0) -> Subject:
        """The mutant as an implementation under test, of those claims."""
        return Subject(lambda: MutantAdapter(self, claims), f"mutant:{self.id}", timeout)


class MutantAdapter(ReferenceAdapter):
    """All four operations of a mutated algorithm, on plain ndarrays."""

    def __init__(self, mutant: Mutant, claims: Claims) -> None:
        self.claims = claims
        self.algorithm = mutant.algorithm()

    def forward(self, *arguments: Any) -> Any:
        return self.algorithm.forward(*arguments)

    def loss(self, *arguments: Any) -> Any:
        return self.algorithm.loss(*arguments)

    def gradients(self, *arguments: Any) -> Any:
        return self.algorithm.gradients(*arguments)

    def train(self, *arguments: Any, **options: Any) -> Any:
        """What has options is not of the mutated modules."""
        return super().train(*arguments, **options) if options else self.algorithm.train(*arguments)


def claims_of_all() -> list[Claims]:
    """All that the reference claims, and the same under each convention: what only a convention reaches is reached."""
    plain = ReferenceAdapter().claims
    return [
        plain,
        replace(plain, log_epsilon=1e-7),
        replace(plain, probability_clip=1e-3),
        replace(plain, relu_at_zero=1),
        replace(plain, dtype="float32"),
    ]


def reference() -> Mutant:
    """No change at all: what shows that the machinery itself changes nothing."""
    return Mutant("no change", "mlp", _parsed("mlp"))


@cache
def _mutants() -> tuple[Mutant, ...]:
    found: dict[str, Mutant] = {}
    for module in MODULES:
        for mutant in _of(module):
            found.setdefault(mutant.id, mutant)
    return tuple(found.values())


def mutants() -> list[Mutant]:
    """Every mutant of the three modules, in the order of the text; two of the same text are one."""
    return list(_mutants())


@cache
def _parsed(module: str) -> ast.Module:
    """A module's tree without what only readers need: docstrings, and imports that `_executed` provides."""
    tree = ast.parse((_FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    tree.body = [
        node for node in tree.body if not (isinstance(node, ast.ImportFrom) and node.module in ("__future__", "mlp_reference"))
    ]
    return tree


def _executed(name: str, tree: ast.Module, given: dict[str, ModuleType]) -> Any:
    module = ModuleType(f"power_mutant_{name}")
    sys.modules[module.__name__] = module
    module.__dict__.update(given)
    flags = __import__("__future__").annotations.compiler_flag
    exec(compile(tree, f"<mutant of {name}.py>", "exec", flags=flags, dont_inherit=True), module.__dict__)
    if name != "mlp":
        _register_arithmetics(name, module)
    return module


def _register_arithmetics(name: str, module: ModuleType) -> None:
    """Other arithmetics' own rules, for functions that are generic."""
    original = sys.modules[f"mlp_reference.{name}"]
    for key, function in vars(original).items():
        for type, rule in getattr(function, "registry", {}).items():
            if type is not object:
                getattr(module, key).register(type, rule)


def _of(module: str) -> Iterator[Mutant]:
    tree = _parsed(module)
    for where, function in _functions(tree):
        names = _arrays(function)
        for node, field, index, changed, words in _changes(function, names):
            mutated = _with(tree, node, field, index, changed)
            line = getattr(node, "lineno", function.lineno)
            yield Mutant(f"{module}.{where}+{line - function.lineno}: {' '.join(words.split())}", module, mutated)
    for constant in tree.body:
        if isinstance(constant, ast.Assign) and isinstance(constant.value, ast.Set):
            for words, other in replacements(constant.value, []):
                yield Mutant(f"{module}: {words}", module, _with(tree, constant, "value", None, other))


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((child.name, child) for child in node.body if isinstance(child, ast.FunctionDef))


def _arrays(function: ast.FunctionDef) -> list[str]:
    """Parameters and local names that may hold arrays."""
    named = [argument.arg for argument in function.args.args]
    named += [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return [name for name in dict.fromkeys(named) if name not in _NO_ARRAYS]


_Change = tuple[ast.AST, str, int | None, ast.AST | None, str]


def _changes(function: ast.FunctionDef, names: list[str]) -> Iterator[_Change]:
    """(parent, field, index, the new node or None for a deletion, the change in words)."""
    for parent in ast.walk(function):
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "returns", "decorator_list", "args") and not isinstance(parent, ast.Call):
                continue
            for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if not isinstance(node, ast.AST) or _is_docstring(node):
                    continue
                if isinstance(node, ast.Assign | ast.Expr | ast.AnnAssign):
                    yield parent, field, index, None, f"{ast.unparse(node)} → (deleted)"
                if isinstance(node, ast.If):
                    for forced in (True, False):
                        other = deepcopy(node)
                        other.test = ast.Constant(forced)
                        yield parent, field, index, other, f"if {ast.unparse(node.test)} → if {forced}"
                elif isinstance(parent, ast.match_case) and field == "guard":
                    yield parent, field, None, ast.Constant(True), f"{ast.unparse(node)} → True"
                for words, replacement in replacements(node, names):
                    yield parent, field, index, replacement, words


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _with(tree: ast.Module, parent: ast.AST, field: str, index: int | None, changed: ast.AST | None) -> ast.Module:
    """The tree with one field of one node changed; the original is left as it was."""
    original = getattr(parent, field)
    if index is None:
        setattr(parent, field, changed)
    else:
        rest = [changed] if changed is not None else ([ast.Pass()] if isinstance(original[index], ast.stmt) else [])
        setattr(parent, field, [*original[:index], *rest, *original[index + 1 :]])
    try:
        return ast.fix_missing_locations(deepcopy(tree))
    finally:
        setattr(parent, field, original)
