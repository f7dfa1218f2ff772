"""Files and modules of the user's, executed and imported: what goes wrong there is one clear message."""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import sys
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from mlp_conformance.deadline import due_within
from mlp_conformance.harmless import unseen
from mlp_conformance.importing import (
    QuietLoader,
    leave_nothing_in,
    near_modules,
    package_of,
    source_of,
    why_not,
    with_this_folder,
)
from mlp_conformance.quiet import limited
from mlp_conformance.standing_in import without_showing


class LoadError(Exception):
    """The implementation cannot be found or started: what was named, what is wrong, what to do."""


_NOTEBOOK = ": in a notebook, mlp_conformance.run(MyClass) judges a class of its own"


def executed(path: Path, timeout: float | None = None) -> ModuleType:
    """Import a file as `python file.py` would see it, but not as __main__: its own folder is importable.

    timeout: seconds that it may take.
    """
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    module_name = (
        path.stem if path.stem.isidentifier() and path.stem not in sys.modules else f"mlp_file_{abs(hash(path.resolve()))}"
    )
    if path.suffix != ".py":
        raise LoadError(f"{path}: a Python file was expected, named *.py" + (_NOTEBOOK if path.suffix == ".ipynb" else ""))
    leave_nothing_in(path.parent)
    with contextlib.suppress(SyntaxError, ValueError):  # they are said when it is executed
        package = package_of(path, ast.parse(path.read_bytes()))
        module_name = f"{package}.{path.stem}" if package else module_name
    spec = importlib.util.spec_from_file_location(module_name, path, loader=QuietLoader(module_name, str(path.resolve())))
    if spec is None or spec.loader is None:
        raise LoadError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        with contextlib.redirect_stdout(sys.stderr), limited(timeout), due_within(timeout):
            spec.loader.exec_module(module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise LoadError(why_not(error, path)) from error
    return module


def imported(name: str, spec: str, timeout: float | None = None) -> ModuleType:
    """The module of that name, which the implementation `spec` is in; timeout as above. Raises LoadError."""
    if not all(part.isidentifier() for part in name.split(".")):
        raise LoadError(f"{spec!r} names neither a file nor a module: name path/to/file.py:Name or package.module:Name")
    leave_nothing_in(Path())
    with with_this_folder():
        try:
            with unseen(), contextlib.redirect_stdout(sys.stderr), limited(timeout), due_within(timeout):
                return without_showing(partial(importlib.import_module, name))
        except ModuleNotFoundError as error:
            if error.name and (name == error.name or name.startswith(error.name + ".")):
                close = near_modules(error.name)
                hint = f"Did you mean {close[0]!r}?" if close else "Is it installed, or a file of another folder?"
                raise LoadError(f"no module {error.name!r} (from {spec!r}). {hint}") from error
            raise LoadError(why_not(error, source_of(name))) from error
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise LoadError(why_not(error, source_of(name))) from error


def attribute(module: ModuleType, name: str, where: str) -> Any:
    """What a module has under a name; LoadError, with what it may have meant, if it has nothing."""
    if not hasattr(module, name):
        public = [other for other in vars(module) if not other.startswith("_")]
        close = get_close_matches(name, public, n=1)
        classes = [n for n in public if isinstance(c := getattr(module, n), type) and c.__module__ == module.__name__]
        hint = f" Did you mean {close[0]!r}?" if close else f" It has {', '.join(classes)}." if classes else ""
        raise LoadError(f"{where} has no {name!r}.{hint}")
    return getattr(module, name)
