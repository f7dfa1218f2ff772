"""The plan of an adapter for a program that the user names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlp_conformance.importing import leave_nothing_in
from mlp_conformance.loading import LoadError, from_file, has_name
from mlp_conformance.modules import attribute


def driven_from(spec: str) -> Any:
    """The plan that drives the program which `path/to/file.py[:Name]` names.

    Raises LoadError if there is no such program, if no way to drive it is found, or if it needs none.
    """
    from mlp_conformance.recognise import NotDriven, ProgramError, drive, read_program
    from mlp_conformance.recognition import could_be_judged

    path, _, name = spec.rpartition(":") if has_name(spec) else (spec, "", "")
    if not Path(path).is_file():
        return from_file(spec, Path(path), name, None)  # says what is wrong with it
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
