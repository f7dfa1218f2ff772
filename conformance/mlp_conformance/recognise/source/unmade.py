"""What a program does not have, as a statement was not run that reads data: the class or arrays that need what it gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.source.program import Program, reaches_out

#: Columns of a statement that is cited.
_WIDTH = 60
#: What draws or fills arrays: what one of them gives are parameters, if it needs data only for their number.
_DRAWS = (
    "rand",
    "randn",
    "random",
    "normal",
    "uniform",
    "standard_normal",
    "randint",
    "zeros",
    "ones",
    "empty",
    "full",
    "xavier",
)
#: Calls that read a file, beside those whose names say so from the start.
_READS = ("genfromtxt", "fromfile", "imread", "reader", "DictReader")


def unmade(program: Program) -> str:
    """Which class, function or arrays could not be had for want of what a statement reads, in a sentence; empty if none."""
    left_out = [node for node in program.tree.body if node.lineno in program.left_out]
    own = {node.name for node in _defined(program.tree.body)}
    makers = {node.name for node in _defined(program.tree.body) if _is_maker(node)}
    found = _lacking(left_out, own, makers)
    if found or any(node.name not in vars(program.module) for node in _defined(program.tree.body)):
        return found
    return next((said for body in _mains(program.tree) if (said := _lacking(body, own, makers))), "")


def _defined(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    yield from (node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef))


def _is_maker(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether a class, or a function by its name, makes a network or a part of one."""
    return isinstance(node, ast.ClassDef) or roles.rank(node.name, roles.INITIALISE) < len(roles.INITIALISE)


def _mains(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """What only a program that is started does: `if __name__ == "__main__"`, and `main`."""
    for node in tree.body:
        if (isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)) or (
            isinstance(node, ast.FunctionDef) and "main" in node.name.lower()
        ):
            yield node.body


def _lacking(body: list[ast.stmt], own: set[str], makers: set[str]) -> str:
    """Which class, function, arrays or object of the program need what a statement reads that was not run."""
    causes: dict[str, ast.stmt] = {}
    made: dict[str, tuple[str, int]] = {}
    for node in body:
        needed = next((name for name in _used(node) if name in causes), None)
        if needed is None:
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.With) and _reads(node, own):
                causes |= dict.fromkeys(_given(node), node)
            continue
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            return _said(f"`{node.name}`, in line {node.lineno},", needed, causes[needed])
        for name in _given(node):
            causes[name] = causes[needed]
            if roles.parameter_number(name) is not None or _makes(node, makers, name):
                made[name] = needed, node.lineno
    if not made:
        return ""
    name, (needed, line) = next(iter(made.items()))
    return _said(f"`{name}`, in line {line},", needed, causes[needed])


def _reads(node: ast.stmt, own: set[str]) -> bool:
    """Whether a statement reads data, or calls what may."""
    return reaches_out(node, own) or bool(_calls(node) & {*_READS})


def _makes(node: ast.stmt, makers: set[str], name: str) -> bool:
    """Whether a statement makes an object of the program's own, or draws arrays, that are no data by their names."""
    is_data = roles.argument(name) in ("inputs", "targets", "data", "output", "error")
    return isinstance(node, ast.Assign) and not is_data and bool(_calls(node) & {*makers, *_DRAWS})


def _calls(node: ast.stmt) -> set[str]:
    calls = (call.func for call in ast.walk(node) if isinstance(call, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def _said(what: str, needed: str, cause: ast.stmt) -> str:
    text = ast.unparse(cause).partition("\n")[0]
    text = text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
    return f"{what} needs `{needed}`, and line {cause.lineno} was not run, as it reads data or calls for it: `{text}`"


def _used(node: ast.stmt) -> Iterator[str]:
    """The names that are looked up when a statement is run: of a function only those of its defaults and decorators."""
    parts: list[ast.AST] = [node]
    if isinstance(node, ast.FunctionDef):
        parts = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None), *node.decorator_list]
    elif isinstance(node, ast.ClassDef):
        inner = [name for statement in node.body for name in _used(statement)]
        yield from inner
        parts = [*node.bases, *node.decorator_list]
    for part in parts:
        yield from (n.id for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))


def _given(node: ast.stmt) -> list[str]:
    """The names that a statement assigns to."""
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
