"""A class or a function that is at hand already, in a module or a notebook; that of a package with what its modules have."""

from __future__ import annotations

import inspect
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

from mlp_conformance.recognise.drive import Driven, NotDriven, drive
from mlp_conformance.recognise.source.packages import package_of_object, read_package
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.source.texts import ProgramError, parsed
from mlp_conformance.recognise.space import worked


def drive_object(found: Any) -> Driven:
    """The same for a class or function that is at hand already, in a module, a script or a notebook.

    Raises NotDriven.
    """
    module = inspect.getmodule(found)
    name = getattr(found, "__name__", "")
    if module is None or getattr(module, name, None) is not found:
        module = ModuleType("program")
        vars(module)[name] = found
    try:
        source = inspect.getsource(module)
    except (OSError, TypeError):
        source = _source_of(found)
    path = Path(getattr(module, "__file__", None) or f"{module.__name__}.py")
    start = worked()
    try:
        return drive(Program(path, module, parsed(source, path), source), name)
    except NotDriven as error:
        parts = package_of_object(found)
        if not parts:
            raise
        return _in_its_package(parts, name, error, start)


def _in_its_package(parts: str, name: str, alone: NotDriven, start: float) -> Driven:
    """A class of a package as its users put it together, with what other modules of the package have.

    alone: why it is not driven by what its own module has; start: of the search there. Raises NotDriven.
    """
    try:
        driven = drive(read_package(parts), name, start)
    except (NotDriven, ProgramError) as error:
        furthest = error if isinstance(error, NotDriven) and error.plan is not None and alone.plan is None else alone
        raise furthest from error
    driven.plan.notes.append(f"Put together from what the package {parts} has.")
    return driven


def _source_of(found: Any) -> str:
    try:
        return textwrap.dedent(inspect.getsource(found))
    except (OSError, TypeError):
        return ""
