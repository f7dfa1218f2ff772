"""Functions that find their data in the module, as in a notebook: `X` and `y` stand there, and nobody hands them over."""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.parameters.tensors import is_numeric
from mlp_conformance.recognise.source.own_samples import is_written, own_samples
from mlp_conformance.recognise.source.program import Program, globals_used

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlp_conformance.recognise.calling.layouts import Layout


def data_statement(program: Program, x: str, y: str, count: str) -> str:
    """The statement that puts inputs, targets and their number where the functions look for them; empty if they do not."""
    inputs, targets, counts = data_names(program)
    if not inputs or not targets:
        return ""
    names = [inputs, targets, *counts]
    values = [x, y, *[count] * len(counts)]
    return f"{', '.join(f'program.{name}' for name in names)} = {', '.join(values)}"


def data_for(program: Program, text: str, layout: Layout) -> list[str]:
    """That statement for a call that is handed no data, in the form of a layout; none for one that is."""
    if re.search(r"inputs|targets|\b[xy]\b", text):
        return []
    there = data_statement(program, layout.x, layout.y, "len(inputs)")
    return [there] if there else []


def data_names(program: Program) -> tuple[str, str, list[str]]:
    """The names of inputs and targets that functions look up in the module, and of what is the number of samples."""
    if program.data is None:
        program.restore()  # numbers are compared: they have to be the program's own
        program.data = _data_names(program)
    return program.data


def written_samples(program: Program) -> dict[str, int]:
    """The constant "len(X)" of a program whose functions find their data X in the module, and have the number of its rows."""
    (number, turned), inputs = own_samples(program), data_names(program)[0]
    functions = [node for node in program.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    is_there = bool(number and inputs) and any(is_written(node, number) for node in functions)
    return {f"len({inputs}{turned})": number} if is_there else {}


def _data_names(program: Program) -> tuple[str, str, list[str]]:
    used, module = globals_used(program), vars(program.module)
    free = [
        name for name in sorted(used) if _is_array(module.get(name)) or (name not in module and not hasattr(builtins, name))
    ]
    inputs = _of(free, "inputs")
    targets = _of(free, "targets")
    shapes = [np.shape(module[name]) for name in (inputs, targets) if name in module]
    axis = next((a for a in (0, -1) if len({shape[a] for shape in shapes}) == 1), 0)
    samples = shapes[0][axis] if inputs in module else -1
    counts = [name for name in sorted(used) if type(module.get(name)) is int and module[name] == samples]
    return inputs, targets, counts


def _of(names: Iterable[str], role: str) -> str:
    """The shortest of the names with a role; empty if there is none."""
    return min((name for name in names if roles.argument(name) == role), key=len, default="")


def _is_array(value: object) -> bool:
    return is_numeric(value) and np.ndim(value) in (1, 2) and np.size(value) > 1  # type: ignore[arg-type]


def size_statement(program: Program) -> str:
    """The statement that sets the module's numbers of inputs and of outputs, where functions use both; else empty."""
    used, module = globals_used(program), vars(program.module)
    ends = {"inputs": "sizes[0]", "outputs": "sizes[-1]"}
    names = {size: name for name in sorted(used, reverse=True) if type(module.get(name)) is int and (size := roles.size(name))}
    found = {f"program.{names[size]}": text for size, text in ends.items() if size in names}
    return f"{', '.join(found)} = {', '.join(found.values())}" if len(found) == len(ends) else ""
