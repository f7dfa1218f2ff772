"""From what the user names to what is judged: bundled adapters, faults, files, modules, objects, commands.

Every way in ends in a `Subject`; everything that cannot be found or started raises LoadError with one clear message.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from mlp_conformance.adapters import INSTALL, NAMES
from mlp_conformance.claims import ClaimsError
from mlp_conformance.subject import OPERATIONS, Subject, described_error


class LoadError(Exception):
    """The implementation cannot be found or started: what was named, what is wrong, what to do."""


def load(spec: Any, timeout: float | None = 60.0) -> Subject:
    """The subject that an IMPLEMENTATION names, or that an object is.

    A string is the name of a bundled adapter, `fault:ID`, `path/to/file.py:Name`, `path/to/file.py` or
    `package.module:Name`. Anything else is an adapter, a class or factory function of one, or a class of a known shape.
    """
    if not isinstance(spec, str):
        return _subject(spec, getattr(spec, "__name__", type(spec).__name__), timeout)
    if not spec.strip():
        raise LoadError(
            "the implementation's name is empty: name a bundled adapter, path/to/file.py:Name or package.module:Name"
        )
    if spec in NAMES:
        return _bundled(spec, timeout)
    if spec.startswith("fault:"):
        return _fault(spec, timeout)
    path, _, name = spec.rpartition(":") if _has_name(spec) else (spec, "", "")
    if path.endswith(".py") or "/" in path or "\\" in path:
        return _from_file(spec, Path(path), name, timeout)
    if name:
        return _subject(_attribute(_module(path, spec), name, f"module {path}"), spec, timeout)
    if Path(spec).is_file():
        raise LoadError(f"{spec}: a Python file was expected, named *.py")
    close = get_close_matches(spec, [*NAMES, "fault:"], n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise LoadError(
        f"no bundled adapter {spec!r}.{hint} Name path/to/file.py:Name, package.module:Name, or one of: {', '.join(NAMES)}"
    )


def load_command(command: str, timeout: float = 30.0) -> Subject:
    """The subject behind a program that speaks the protocol of spec/protocol.md on standard input and output."""
    import shlex

    from mlp_conformance.process import ProcessImplementation, StartError

    try:
        implementation = ProcessImplementation(command, timeout=timeout)
    except (StartError, ValueError) as error:
        raise LoadError(f"--command {command!r}: {error}") from error
    subject = _checked(Subject(lambda: implementation, f"--command {shlex.quote(command)}", None), command)
    return subject


def _has_name(spec: str) -> bool:
    """Whether the last colon separates a name (it does not in C:\\file.py)."""
    _, separator, name = spec.rpartition(":")
    return bool(separator) and "/" not in name and "\\" not in name


def _bundled(name: str, timeout: float | None) -> Subject:
    module, _, factory = NAMES[name].partition(":")
    try:
        make = getattr(importlib.import_module(module), factory)
        return _checked(Subject(make, name, timeout), name)
    except ImportError as error:
        package = INSTALL.get(name.split("-")[0], error.name or name)
        raise LoadError(f"{name}: {error.name or error} is not installed: pip install {package}") from error


def _fault(spec: str, timeout: float | None) -> Subject:
    from mlp_conformance.faults import FaultImplementation, UnknownFault, fault

    ids, _, dtype = spec.removeprefix("fault:").partition("@")
    try:
        found = [fault(id) for id in ids.split("+")]
    except UnknownFault as error:
        raise LoadError(str(error.args[0])) from error
    return _checked(Subject(lambda: FaultImplementation(*found, dtype=dtype or "float64"), spec, timeout), spec)


def _from_file(spec: str, path: Path, name: str, timeout: float | None) -> Subject:
    if not path.exists():
        folder = path.parent if str(path.parent) else Path()
        names = [str(folder / other.name) for other in folder.glob("*.py")] if folder.is_dir() else []
        close = get_close_matches(str(path), names, n=1, cutoff=0.5)
        raise LoadError(f"no such file: {path}" + (f". Did you mean {close[0]}?" if close else ""))
    if path.is_dir():
        raise LoadError(f"{path} is a directory: name the Python file in it, as {path}/file.py:Name")
    module = _execute(path)
    if not name:
        from mlp_conformance.recognition import the_network_in

        name = the_network_in(module, path)
    return _subject(_attribute(module, name, str(path)), spec if ":" in spec else f"{path}:{name}", timeout)


def _execute(path: Path) -> ModuleType:
    """Import a file as `python file.py` would see it, but not as __main__: its own folder is importable."""
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    module_name = (
        path.stem if path.stem.isidentifier() and path.stem not in sys.modules else f"mlp_file_{abs(hash(path.resolve()))}"
    )
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise LoadError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except KeyboardInterrupt:
        raise
    except SyntaxError as error:
        line = (error.text or "").rstrip()
        raise LoadError(f"{path}, line {error.lineno}: syntax error: {error.msg}\n    {line.strip()}") from error
    except ModuleNotFoundError as error:
        raise LoadError(f"{path}: the module {error.name!r} that it imports is not installed") from error
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)
        lines = [frame for frame in where if frame.filename == str(path)]
        at = f", line {lines[-1].lineno}" if lines else ""
        raise LoadError(f"{path}{at}: importing it raised {type(error).__name__}: {error}") from error
    return module


def _module(name: str, spec: str) -> ModuleType:
    sys.path.insert(0, "")
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise LoadError(
                f"no module {error.name!r} (from {spec!r}): is it installed, or a file of another folder?"
            ) from error
        raise LoadError(f"{name}: the module {error.name!r} that it imports is not installed") from error
    except Exception as error:
        raise LoadError(f"{name}: importing it raised {described_error(error)}") from error
    finally:
        sys.path.remove("")


def _attribute(module: ModuleType, name: str, where: str) -> Any:
    if not hasattr(module, name):
        public = [other for other in vars(module) if not other.startswith("_")]
        close = get_close_matches(name, public, n=1)
        classes = [other for other in public if isinstance(getattr(module, other), type)]
        hint = f" Did you mean {close[0]!r}?" if close else f" It has {', '.join(classes)}." if classes else ""
        raise LoadError(f"{where} has no {name!r}.{hint}")
    return getattr(module, name)


def _subject(found: Any, spec: str, timeout: float | None) -> Subject:
    """A subject from an adapter instance, a class or factory of adapters, or a class of a known shape."""
    from mlp_conformance.recognition import recognised

    known = recognised(found)
    if known is not None:
        make, says = known
        return _checked(Subject(make, spec, timeout, found=says), spec)
    if isinstance(found, type) or (callable(found) and not _offers(found)):
        return _checked(Subject(_constructor(found, spec), spec, timeout), spec)
    return _checked(Subject(lambda: found, spec, timeout), spec)


def _constructor(factory: Callable[[], Any], spec: str) -> Callable[[], Any]:
    def make() -> Any:
        return factory()

    return make


def _checked(subject: Subject, spec: str) -> Subject:
    """The subject, once it is known to start, to claim what can be claimed, and to offer something."""
    try:
        operations = subject.operations
    except ClaimsError as error:
        raise LoadError(f"{spec}: {error}") from error
    except TypeError as error:
        raise LoadError(
            f"{spec}: it could not be called without arguments ({error}). Name a class or a function that needs none, "
            "or an instance; or write an adapter (README, 'Judge your own network')"
        ) from error
    except ImportError:
        raise
    except Exception as error:
        raise LoadError(f"{spec}: making an instance raised {described_error(error)}") from error
    if not operations:
        raise LoadError(
            f"{spec}: {type(subject.instance).__name__} has none of the "
            f"operations {', '.join(OPERATIONS)}, nor is it of a shape "
            "that is recognised: write an adapter of a few lines (README, 'Judge your own network')"
        )
    try:
        subject.claims  # noqa: B018 - validated when first asked for
    except (ClaimsError, TypeError) as error:
        raise LoadError(f"{spec}: {error}") from error
    return subject


def _offers(found: Any) -> bool:
    return any(callable(getattr(found, name, None)) for name in OPERATIONS)
