"""The body of a training loop as a step that can be called, with the names that it works on."""

from __future__ import annotations

import ast
import copy
import inspect
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from mlp_conformance.recognise.source.few_units import with_few_units
from mlp_conformance.recognise.source.orders import in_order, unshuffled
from mlp_conformance.recognise.source.own_samples import counting
from mlp_conformance.recognise.source.texts import parsed, program_source


def loop_body(path: str | Path, line: int, near: str | Path | None = None) -> CodeType:
    """The body of the loop that starts at that line of a file, compiled; see `definitions` for `near`."""
    found, body = _body(path, line, near)
    return compile(body, str(found), "exec")


def _body(path: str | Path, line: int, near: str | Path | None, few_units: bool = False) -> tuple[Path, ast.Module]:
    found = Path(path)
    if near is not None and not found.is_absolute() and (Path(near).parent / found).exists():
        found = Path(near).parent / found
    tree = parsed(program_source(found), found)
    tree = with_few_units(tree) if few_units else tree
    loop = next(node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While) and node.lineno == line)
    return found, ast.fix_missing_locations(ast.Module([_once(loop.body)], []))


def _once(body: list[ast.stmt]) -> ast.stmt:
    """A loop's body as a statement that runs once; `continue` ends it, and what would end the loop does nothing."""
    again = ast.Name("__once__", ast.Store())
    return ast.For(again, ast.Tuple([ast.Constant(None)], ast.Load()), _GoesOn().visit(ast.Module(body, [])).body, [])


class _GoesOn(ast.NodeTransformer):
    """Leaves out what ends a loop: when to stop is not a part of its step."""

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Break):
            return ast.copy_location(ast.Pass(), node)
        return node if isinstance(node, ast.For | ast.While | ast.FunctionDef) else self.generic_visit(node)


class LoopStep:
    """The body of a loop, to be called with the names that it works on and with what some of them are to be."""

    def __init__(self, body: CodeType, in_order: CodeType) -> None:
        self._body, self._in_order = body, in_order

    def __call__(self, names: dict[str, Any], /, **given: Any) -> dict[str, Any]:
        """Execute it once; the names, with what it has left in them."""
        names.update(given)
        exec(self._body, names)
        return names

    def in_order(self, names: dict[str, Any], /, **given: Any) -> dict[str, Any]:
        """The same with samples in the order in which they are given, where the loop draws one."""
        names.update(given)
        with unshuffled():
            exec(self._in_order, names)
        return names


def loop_step(
    path: str | Path,
    line: int,
    near: str | Path | None = None,
    samples: tuple[int, str] | None = None,
    few_units: bool = False,
) -> LoopStep:
    """The body of the loop that starts at that line of a file, to be called as `step(names, X=inputs, Y=targets)`.

    samples: a number that is written there for that of the rows of an array, and the name of that. few_units: see
    `definitions`.
    """
    found, body = _body(path, line, near, few_units)
    body = counting(body, *samples) if samples else body
    return LoopStep(*(compile(tree, str(found), "exec") for tree in (body, in_order(body))))


def namespace(program: ModuleType) -> dict[str, Any]:
    """The names of a program for a loop's body, with arrays and functions of their own, which see what it assigns."""
    names: dict[str, Any] = {}
    for name, value in vars(program).items():
        if inspect.isfunction(value) and value.__globals__ is vars(program):
            own = FunctionType(value.__code__, names, value.__name__, value.__defaults__, value.__closure__)
            own.__kwdefaults__ = value.__kwdefaults__
            names[name] = own
        else:
            names[name] = copy.deepcopy(value) if isinstance(value, np.ndarray | list | dict) else value
    return names
