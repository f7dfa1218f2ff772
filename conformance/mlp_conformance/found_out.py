"""Programs that are none of the known interfaces: the adapter that is found out for a class or a package, or why not."""

from __future__ import annotations

import inspect
import shlex
import sys
import time
from pathlib import Path
from typing import Any

from mlp_conformance.importing import leave_nothing_in, sequential_hint
from mlp_conformance.modules import LoadError

#: What remains to be done about a program that cannot be driven.
TO_WRITE = "Write an adapter of a few lines (README, 'Judge your own network')"


def to_write(undriven: Exception, source: str = "") -> str:
    """Why a program cannot be driven, and what to do about it."""
    return f"{undriven}{sequential_hint(source)}\n{TO_WRITE}"


def driven_object(found: type) -> tuple[type, str] | Exception:
    """The adapter of a class that is none of the known interfaces, and what it was taken for; or why there is no way."""
    from mlp_conformance.recognise import NotDriven, drive_object
    from mlp_conformance.recognise.telling.completing import to_complete

    try:
        driven = drive_object(found)
    except NotDriven as error:
        if error.plan is not None:
            raise LoadError(to_complete(error, _named(found))) from error
        return error
    search = driven.settled.search
    return driven.plan.adapter(search.program.module, **search.given), " ".join(driven.plan.notes).rstrip(".")


def _named(found: type) -> str:
    """A class as `adapt` finds it: by its package, or its file; the name alone where there is neither, as in a notebook."""
    from mlp_conformance.recognise.source.packages import package_of_object

    if package_of_object(found):
        return f"{found.__module__}:{found.__name__}"
    try:
        return f"{inspect.getsourcefile(found) or ''}:{found.__name__}".lstrip(":")
    except (TypeError, OSError):
        return found.__name__


def typed(found: Any) -> str:
    """What names an object in a shell: its file or its module, and its name there; empty where it is not to be had by a name.

    An adapter without anything of its own is any other of its class.
    """
    home = found if isinstance(found, type) or inspect.isfunction(found) else type(found)
    module = sys.modules.get(home.__module__)
    if getattr(module, home.__qualname__, None) is not home or (home is not found and getattr(found, "__dict__", True)):
        return ""
    file = Path(getattr(module, "__file__", None) or "")
    if file.suffix == ".py" and file.is_relative_to(Path.cwd()) and "site-packages" not in file.parts:
        return shlex.quote(f"{file.relative_to(Path.cwd())}:{home.__qualname__}")
    return f"{home.__module__}:{home.__qualname__}" if home.__module__ != "__main__" else ""


def driven_package(name: str) -> tuple[Any, float]:
    """The network of a package as its users put it together, and the seconds of this process that finding it took.

    Raises LoadError.
    """
    from mlp_conformance.recognise import NotDriven, ProgramError, drive
    from mlp_conformance.recognise.source.packages import read_package
    from mlp_conformance.recognise.telling.completing import to_complete

    start = time.process_time()
    leave_nothing_in(Path())
    try:
        driven = drive(read_package(name))
    except ProgramError as error:
        raise LoadError(str(error)) from error
    except NotDriven as error:
        raise LoadError(to_complete(error, name) if error.plan is not None else f"{error}\n{TO_WRITE}") from error
    return driven, time.process_time() - start
