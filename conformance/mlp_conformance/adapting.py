"""The plan of an adapter for a program that the user names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlp_conformance.found_out import driven_package
from mlp_conformance.importing import leave_nothing_in
from mlp_conformance.loading import LoadError, from_file, has_name
from mlp_conformance.modules import attribute, imported
from mlp_conformance.packaged import file_of, is_package, named_in


def driven_from(spec: str) -> Any:
    """The plan that drives the program which `path/to/file.py[:Name]`, `package` or `package.module:Class` names.

    Raises LoadError if there is no such program, if no way to drive it is found, or if it needs none.
    """
    from mlp_conformance.recognise import NotDriven, ProgramError, drive, read_program
    from mlp_conformance.recognition import could_be_judged

    path, _, name = spec.rpartition(":") if has_name(spec) else (spec, "", "")
    if not Path(path).is_file():
        return _in_a_package(path, name) if is_package(path) or file_of(path) else from_file(spec, Path(path), name, None)
    leave_nothing_in(Path(path).parent)
    try:
        program = read_program(Path(path))
        if name and could_be_judged(attribute(program.module, name, path)):
            raise LoadError(f"{spec} needs no adapter: judge it with `mlp-conformance run {spec}`")
        return drive(program, name).plan
    except NotDriven as error:
        if error.plan is not None:
            return error.plan
        raise LoadError(str(error)) from error
    except ProgramError as error:
        raise LoadError(str(error)) from error


def _in_a_package(module: str, name: str) -> Any:
    """The same for what a package has, or one of its modules under that name."""
    from mlp_conformance.recognise import NotDriven, drive_object
    from mlp_conformance.recognition import could_be_judged

    if not name:
        return driven_package(module)[0].plan if is_package(module) else driven_from(str(file_of(module)))
    found = named_in(imported(module, f"{module}:{name}", None), name)
    if could_be_judged(found):
        raise LoadError(f"{module}:{name} needs no adapter: judge it with `mlp-conformance run {module}:{name}`")
    try:
        return drive_object(found).plan
    except NotDriven as error:
        if error.plan is not None:
            return error.plan
        raise LoadError(str(error)) from error
