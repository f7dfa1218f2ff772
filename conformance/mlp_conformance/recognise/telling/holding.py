"""What a file holds, said where no network was found in it: its classes, functions and arrays, and what came of trying them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.parameters.tensors import is_numeric
from mlp_conformance.recognise.source.program import Program, values

#: Names of one kind that are told.
_TOLD = 5


def nothing_made(program: Program) -> str:
    """What is said of a program in which no network was found: what is in it, and the first that was tried in vain."""
    own = values(program)
    classes = [name for name, value in own.items() if isinstance(value, type)]
    functions = [name for name, value in own.items() if inspect.isfunction(inspect.unwrap(value))]
    arrays = [name for name, value in own.items() if is_numeric(value) and np.ndim(value) > 0]
    defined = {node.name: node.lineno for node in program.tree.body if isinstance(node, ast.ClassDef)}
    broken = [name for name in defined if name not in own]
    kinds = ((classes, "class", "classes"), (functions, "function", "functions"), (arrays, "array", "arrays"))
    held = [_told(names, one, several) for names, one, several in kinds if names]
    if broken:
        raised = next((program.undefined[defined[name]] for name in broken if defined[name] in program.undefined), "")
        why = f": {raised}" if raised else ""
        return f"{program.path}: found no network in it: its {_told(broken, 'class', 'classes')} could not be defined{why}"
    if not held:
        return f"{program.path}: found no class, no function and no array in it, so no network"
    missing = [f"no {one}" for names, one, _ in kinds if not names]
    also = f" (and {' and '.join(missing)})" if missing else ""
    return f"{program.path}: found no network in its {_listed(held)}{also}"


def in_vain(program: Program) -> str:
    """What came of trying to make the class with most in it, or what a function is to make; empty if nothing was tried."""
    own = values(program)
    classes = sorted((key for key, value in own.items() if isinstance(value, type)), key=lambda key: -len(vars(own[key])))
    makers = [key for key in own if roles.rank(key, roles.INITIALISE) < len(roles.INITIALISE)]
    return next((program.refused[name] for name in [*classes, *makers] if name in program.refused), "")


def _told(names: Sequence[str], one: str, several: str) -> str:
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    return f"{one if len(names) == 1 else several} {', '.join(names[:_TOLD])}{more}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
