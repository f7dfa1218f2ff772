"""The loops that train where a program begins, the statements before one that make what it uses, and the data that it reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from types import CodeType

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.source.command_line import without_command_line
from mlp_conformance.recognise.source.entries import bodies
from mlp_conformance.recognise.source.few_units import with_few_units
from mlp_conformance.recognise.source.texts import parsed, program_source

#: What gives out several samples after several, by its name.
_GIVES_BATCHES = re.compile(r"load|batch|(\b|_)dl\b", re.I)
#: What brings data into another form.
_FORMS = {"argmax", "reshape", "ravel", "flatten", "squeeze", "expand_dims", "atleast_2d", "asarray", "array", "astype"}


@dataclass
class Loop:
    """A loop where a program begins, with the statements before it.

    counters: its variables, and those of the loop around it. taken: for a loop over batches, the names of a batch's inputs
    and targets, or the one of both together and ""; loader: what gives these out, where the program asks it for more, such
    as how many there are.
    """

    node: ast.For | ast.While
    before: list[ast.stmt]
    counters: list[str] = field(default_factory=list)
    taken: tuple[str, str] | None = None

    @property
    def loader(self) -> str:
        over = names(self.node.iter, ast.Load) if self.taken and isinstance(self.node, ast.For) else set()
        asked = self.used.union(*(names(node, ast.Load) for node in self.making()))
        return next((name for name in sorted(over & asked) if _GIVES_BATCHES.search(name)), "")

    @property
    def used(self) -> set[str]:
        """The names that it looks up; those alone of its body, and what this adds to, where its data are what it goes over."""
        if not self.taken:
            return names(self.node, ast.Load)
        body = ast.Module(self.node.body, [])
        added = [node.target for node in ast.walk(body) if isinstance(node, ast.AugAssign)]
        return names(body, ast.Load).union(*(names(target, ast.Store) for target in added))

    def making(self, data: Sequence[str] = ()) -> list[ast.stmt]:
        """The assignments that it needs, and what prepares things for it, in their order, without those of its data."""
        wanted, changed = self.used, _changed(self.node)
        wanted -= {*self.counters, *(self.taken or ())} if self.taken else set()
        chosen: list[ast.stmt] = []
        for node in reversed(self.before):
            if _prepares(node, wanted):
                chosen.append(node)
                wanted |= names(node, ast.Load)
            if isinstance(node, ast.Import | ast.ImportFrom) and (bound := _bound(node, wanted)):
                chosen.append(bound)
            if not isinstance(node, ast.Assign | ast.AnnAssign):
                continue
            stored = names(node, ast.Store)
            if self.taken and isinstance(self.node, ast.For) and stored & names(self.node.iter, ast.Load):
                continue
            is_shape = isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
            is_data = any(name in data or roles.argument(name) in ("inputs", "targets", "data") for name in stored - changed)
            if stored & wanted and (is_shape or not is_data):
                chosen.append(node)
                wanted |= names(node, ast.Load)
        return chosen[::-1]

    def data(self, learnt: set[str]) -> Iterator[tuple[str, str]]:
        """The names that it may have its inputs and targets by: those that say so, or else what is computed before and read.

        learnt: what is changed after the loop, and so no data.
        """
        if self.taken:
            yield self.taken
            return
        inner = [node.target for node in ast.walk(self.node) if isinstance(node, ast.comprehension | ast.For)]
        changed = _changed(self.node)
        used = sorted(self.used.difference(*(names(target, ast.Store) for target in inner)))
        inputs = [name for name in used if roles.argument(name) == "inputs" and name not in changed][:2]
        targets = [name for name in used if roles.argument(name) == "targets" and name not in changed][:2]
        computed = {
            name
            for node in self.before
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call | ast.BinOp | ast.Compare | ast.Subscript)
            for name in names(node, ast.Store)
        }
        silent = [name for name in used if name in computed - changed - learnt and not roles.argument(name)][:3]
        within = [name for name in used if roles.argument(name) == "targets"][:2]  # or else those that the loop itself takes
        yield from (pair for pair in product(inputs or silent, targets or silent or within) if len(set(pair)) == 2)


def _changed(loop: ast.stmt) -> set[str]:
    """The names that a loop stores, but for data that it brings into another form, as in `y = y.reshape(-1, 1)`."""
    assigned = [node for node in ast.walk(loop) if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    formed = {node.targets[0] for node in assigned if names(node, ast.Store) & _formed(node.value)}
    stored = (node for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return {node.id for node in stored if node not in formed}


def _formed(node: ast.expr) -> set[str]:
    """The names of data of which an expression is another form."""
    if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") not in _FORMS:
        return set()
    return {name for name in names(node, ast.Load) if roles.argument(name) in ("inputs", "targets")}


def loop_setup(
    path: str | Path, line: int, near: str | Path | None = None, data: Sequence[str] = (), few_units: bool = False
) -> CodeType:
    """The statements before the loop at that line of a file that make what it uses, its data left out, compiled.

    data: the names of these, where they do not say so themselves; few_units: see `definitions`.
    """
    found = Path(path)
    if near is not None and not found.is_absolute() and (Path(near).parent / found).exists():
        found = Path(near).parent / found
    tree = parsed(program_source(found), found)
    tree = with_few_units(tree) if few_units else tree
    setup = next(loop.making(data) for loop in loops(tree) if loop.node.lineno == line)
    return compile(without_command_line(setup), str(found), "exec")


def loops(tree: ast.Module) -> Iterator[Loop]:
    """The loops of where a program begins, and those over batches in them."""
    for body in bodies(tree):
        for index, node in enumerate(body):
            if not isinstance(node, ast.For | ast.While):
                continue
            around = sorted(names(node.target, ast.Store)) if isinstance(node, ast.For) else []
            taken = _batch(node)
            counters = [name for name in around if name not in (taken or ())]
            yield Loop(node, body[:index], counters, taken)
            for place, inner in enumerate(node.body):
                if isinstance(inner, ast.For) and (taken := _batch(inner)):
                    within = {*around, *names(inner.target, ast.Store)} & names(ast.Module(inner.body, []), ast.Load)
                    yield Loop(inner, [*body[:index], *node.body[:place]], sorted(within - {*taken}), taken)


def _batch(loop: ast.For | ast.While) -> tuple[str, str] | None:
    """The names of a batch's inputs and targets in a loop over batches, as in `for i, (x, y) in enumerate(loader)`.

    Of one name, and "", where the loop takes them apart itself; None of any other loop.
    """
    if not isinstance(loop, ast.For) or not _GIVES_BATCHES.search(over := ast.unparse(loop.iter)) or "range(" in over:
        return None
    target = loop.target
    if "enumerate(" in over and isinstance(target, ast.Tuple) and len(target.elts) == 2:
        target = target.elts[1]
    if isinstance(target, ast.Tuple):
        both = [part.id for part in target.elts if isinstance(part, ast.Name)]
        return (both[0], both[1]) if len(both) == len(target.elts) == 2 else None
    if isinstance(target, ast.Name) and any(_takes_apart(node, target.id) for node in loop.body):
        return target.id, ""
    return None


def _takes_apart(node: ast.stmt, name: str) -> bool:
    """Whether a statement gives two names to the parts of something, as `inputs, labels = data` does."""
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Tuple):
        return False
    return len(node.targets[0].elts) == 2 and name in names(node.value, ast.Load)


def _prepares(node: ast.stmt, wanted: set[str]) -> bool:
    """Whether a statement changes things in place, as `w.requires_grad_()`, `layers.append(...)` and loops of these do."""
    if isinstance(node, ast.For):
        own = wanted | names(node.target, ast.Store)
        return bool(names(node.iter, ast.Load) & wanted) and all(_prepares(inner, own) for inner in node.body)
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Attribute) and names(target, ast.Load) & wanted for target in node.targets)
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    function = node.value.func
    in_place = isinstance(function, ast.Attribute) and (
        function.attr.endswith("_") or function.attr in ("append", "add", "add_argument")
    )
    return in_place and bool(names(node, ast.Load) & wanted)


def _bound(node: ast.Import | ast.ImportFrom, wanted: set[str]) -> ast.Import | ast.ImportFrom | None:
    """An import of what is wanted alone, by the names that it gets: what is imported beside it may be missing."""
    found = copy(node)
    found.names = [alias for alias in node.names if (alias.asname or alias.name.partition(".")[0]) in wanted]
    return found if found.names else None


def names(node: ast.AST, kind: type[ast.expr_context]) -> set[str]:
    """The variables in a piece of a program that are looked up, or that are given values."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, kind)}
