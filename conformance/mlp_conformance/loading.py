"""From what the user names to what is judged: bundled adapters, faults, files, modules, objects, commands.

Every way in ends in a `Subject`; everything that cannot be found or started raises LoadError with one clear message.
"""

from __future__ import annotations

import importlib
import time
import traceback
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from mlp_conformance.adapters import INSTALL, NAMES
from mlp_conformance.claims import ClaimsError
from mlp_conformance.deadline import due_within
from mlp_conformance.found_out import TO_WRITE, driven_object, driven_package, to_write, typed
from mlp_conformance.hints import takes
from mlp_conformance.importing import in_the_way, leave_nothing_in, missing_module, sequential_hint, why_not
from mlp_conformance.modules import LoadError, attribute, executed, imported
from mlp_conformance.packaged import file_of, is_package, named_in
from mlp_conformance.quiet import NoAnswer, limited
from mlp_conformance.subject import OPERATIONS, Subject, described_error

__all__ = ["LoadError", "from_file", "has_name", "load", "load_command"]


def load(spec: Any, timeout: float | None = 60.0) -> Subject:
    """The subject that an IMPLEMENTATION names, or that an object is.

    A string is the name of a bundled adapter, `fault:ID`, `path/to/file.py:Name`, `path/to/file.py`, `package.module:Name` or
    a package. Anything else is an adapter, a class or factory function of one, or a class of a known shape.
    """
    if not isinstance(spec, str):
        subject = _subject(spec, getattr(spec, "__name__", type(spec).__name__), timeout)
        subject.typed = typed(spec)
        return subject
    if not spec.strip():
        raise LoadError(
            "the implementation's name is empty: name a bundled adapter, path/to/file.py:Name or package.module:Name"
        )
    if spec in NAMES:
        return _bundled(spec, timeout)
    if spec.startswith("fault:"):
        return _fault(spec, timeout)
    path, _, name = spec.rpartition(":") if has_name(spec) else (spec, "", "")
    if path.endswith((".py", ".ipynb")) or "/" in path or "\\" in path:
        return from_file(spec, Path(path), name, timeout)
    if name:
        return _subject(named_in(imported(path, spec, timeout), name), spec, timeout)
    if is_package(spec):
        return _as_subject(*driven_package(spec), spec, timeout)
    if Path(spec).is_dir():
        return from_file(spec, Path(spec), "", timeout)
    if Path(spec).is_file():
        raise LoadError(f"{spec}: a Python file was expected, named *.py")
    as_file = Path(f"{spec.replace('.', '/')}.py")
    if as_file.is_file():
        return from_file(str(as_file), as_file, "", timeout)
    if (installed := file_of(spec)) is not None:
        return from_file(str(installed), installed, "", timeout)
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
    spec = f"--command {shlex.quote(command)}"
    return _checked(Subject(lambda: implementation, spec, None, typed=spec), command)


def has_name(spec: str) -> bool:
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
        line = package if package.startswith("apt-get ") else f"pip install {package}"
        raise LoadError(f"{name}: {error.name or error} is not installed: {line}") from error


def _fault(spec: str, timeout: float | None) -> Subject:
    from mlp_conformance.faults import FaultImplementation, UnknownFault, fault

    ids, _, dtype = spec.removeprefix("fault:").partition("@")
    try:
        found = [fault(id) for id in ids.split("+")]
    except UnknownFault as error:
        raise LoadError(str(error.args[0])) from error
    return _checked(Subject(lambda: FaultImplementation(*found, dtype=dtype or "float64"), spec, timeout), spec)


def from_file(spec: str, path: Path, name: str, timeout: float | None) -> Subject:
    if not path.exists():
        folder = path.parent if str(path.parent) else Path()
        names = [str(folder / other.name) for other in folder.glob("*.py") if other.exists()] if folder.is_dir() else []
        close = get_close_matches(str(path), names, n=1, cutoff=0.5)
        lost = f" (a link to {path.readlink()}, which is not there)" if path.is_symlink() else ""
        raise LoadError(f"no such file: {path}{lost}" + (f". Did you mean {close[0]}?" if close and not lost else ""))
    if path.is_dir():
        raise LoadError(f"{path} is a directory: name the Python file in it, as {path}/file.py:Name")
    return _in_file(spec, path, name, timeout)


def _in_file(spec: str, path: Path, name: str, timeout: float | None) -> Subject:
    """What a file offers by itself; else what can be found out about the network in it."""
    from mlp_conformance.recognise.source.program import read_program
    from mlp_conformance.recognise.source.texts import ProgramError
    from mlp_conformance.recognition import could_be_judged, the_network_in

    start = time.process_time()
    leave_nothing_in(path.parent)
    within = timeout if name else None  # what an adapter takes to be imported is its own; a program's imports are given time
    try:
        with limited(within) as limit, due_within(within):
            program = read_program(path)
        if limit.over is not None:
            raise limit.over
    except NoAnswer as error:
        raise LoadError(why_not(error, path)) from error
    except ProgramError as error:
        known = isinstance(error.__cause__, SyntaxError | ValueError) and path.suffix == ".py"
        raise LoadError(why_not(error.__cause__, path) if known and error.__cause__ else str(error)) from error
    module = program.module
    if not name:
        name = the_network_in(module, path) or ""
    elif not hasattr(module, name):
        module = executed(path, timeout)
    if name and could_be_judged(attribute(module, name, str(path))):
        module = _whole(program, name, timeout) if module is program.module else module
        return _subject(getattr(module, name), spec if ":" in spec else f"{path}:{name}", timeout)
    return _driven(program, name, getattr(module, name, None), spec, timeout, start)


def _whole(program: Any, name: str, timeout: float | None) -> ModuleType:
    """The module that has an adapter, imported as it stands where that does more or fails where reading it did not.

    What needs no adapter can do without what the file does besides: it is judged as it was read, if that takes too long, or
    fails although all that its functions use has been read.
    """
    from mlp_conformance.recognise.source.program import is_whole
    from mlp_conformance.recognition import recognised

    module: ModuleType = program.module
    found = getattr(module, name)
    needs_none = recognised(found) is not None
    is_enough = is_whole(program) if needs_none else not (program.missing or program.broken)
    if not _offers(found) or not (program.left_out or (program.path.suffix == ".py" and not is_enough)):
        return module
    try:
        return executed(program.path, timeout)
    except LoadError as error:
        if needs_none and (is_enough or isinstance(error.__cause__, NoAnswer)):
            return module
        raise


def _driven(program: Any, name: str, found: Any, spec: str, timeout: float | None, start: float) -> Subject:
    """The subject of a program that is none of the known interfaces; start: of reading it, in this process's time."""
    from mlp_conformance.estimator_factories import estimators
    from mlp_conformance.recognise import NotDriven, drive
    from mlp_conformance.recognise.telling.completing import to_complete

    try:
        driven = drive(program, name)
    except NotDriven as error:
        if error.plan is not None:
            raise LoadError(to_complete(error, spec)) from error
        if not name and (held := estimators(program.module)):
            if len(held) > 1:
                raise LoadError(
                    f"{program.path} has several, {', '.join(held)}: name one, as {program.path}:{held[0]}"
                ) from error
            return _subject(getattr(program.module, held[0]), f"{program.path}:{held[0]}", timeout)
        obstacle = in_the_way(program.tree, program.path) if error.is_open else ""
        if obstacle:
            raise LoadError(obstacle) from error
        if found is not None:
            _subject(found, spec, timeout, error)  # says what it lacks
        raise LoadError(to_write(error, program.source)) from error
    return _as_subject(driven, time.process_time() - start, spec, timeout)


def _as_subject(driven: Any, sought: float, spec: str, timeout: float | None) -> Subject:
    search = driven.settled.search
    adapter = driven.plan.adapter(search.program.module, **search.given)
    return _checked(Subject(adapter, spec, timeout, found=" ".join(driven.plan.notes).rstrip("."), sought=sought), spec)


def _subject(found: Any, spec: str, timeout: float | None, undriven: Exception | None = None) -> Subject:
    """A subject from an adapter instance, a class or factory of adapters, or a class of a known shape.

    undriven: why it is known already that there is no way to drive it.
    """
    from mlp_conformance.recognition import could_be_judged, recognised

    known = recognised(found)
    if known is not None:
        make, says = known
        return _checked(Subject(make, spec, timeout, found=says), spec)
    if isinstance(found, type) and not could_be_judged(found):
        driven = driven_object(found) if undriven is None else undriven
        if not isinstance(driven, Exception):
            return _checked(Subject(driven[0], spec, timeout, found=driven[1]), spec)
        is_meant = undriven is not None or _offers(found) or _misspells(found)
        undriven = driven
        if not (_made_of_nothing(found) and is_meant):
            raise LoadError(to_write(undriven, found.__name__)) from undriven
    if isinstance(found, type) or (callable(found) and not _offers(found)):
        subject = _checked(Subject(_constructor(found, spec), spec, timeout), spec)
    else:
        subject = Subject(lambda: found, spec, timeout)
    _insist_on_an_adapter(subject, spec, undriven)
    return _remarked(_checked(subject, spec))


def _insist_on_an_adapter(subject: Subject, spec: str, undriven: Exception | None) -> None:
    """LoadError for what has methods of an adapter's names and no claims, and is none."""
    from mlp_conformance.unclaimed import not_an_adapter

    lacking = not_an_adapter(subject.instance)
    if lacking:
        name = type(subject.instance).__name__
        said = f"{spec}: the operations of this {name} {lacking}"
        hint = sequential_hint(name)
        raise LoadError(f"{said}.{hint}\n{to_write(undriven) if undriven else TO_WRITE}") from undriven


def _misspells(found: type) -> bool:
    """Whether a class seems to have an operation by another name."""
    from mlp_conformance.remarks import misspelt

    return bool(misspelt(found))


def _made_of_nothing(found: type) -> bool:
    """Whether a class can be called without arguments."""
    return takes(found, ())


def _remarked(subject: Subject) -> Subject:
    """The subject of the user's own adapter, with what its author should be told."""
    from mlp_conformance.remarks import remarks_on

    subject.remarks = remarks_on(subject.instance)
    return subject


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
        if traceback.extract_tb(error.__traceback__)[-1].filename != __file__:  # raised in it, not by calling it
            raise LoadError(f"{spec}: making an instance raised {described_error(error)}") from error
        raise LoadError(
            f"{spec}: it could not be called without arguments ({error}). Name a class or a function that needs none, "
            "with defaults for its parameters, or an instance; or write an adapter (README, 'Judge your own network')"
        ) from error
    except ImportError as error:
        if spec in NAMES:
            raise
        name, folder = getattr(error, "name", None), Path(spec).parent
        why = missing_module(name, folder) if isinstance(error, ModuleNotFoundError) and name else described_error(error)
        raise LoadError(f"{spec}: making an instance: {why}") from error
    except (Exception, SystemExit) as error:
        raise LoadError(f"{spec}: making an instance raised {described_error(error)}") from error
    if not operations:
        from mlp_conformance.remarks import misspelt

        raise LoadError(
            f"{spec}: {type(subject.instance).__name__} has none of the "
            f"operations {', '.join(OPERATIONS)}, nor is it of a shape "
            "that is recognised: write an adapter of a few lines (README, 'Judge your own network')"
            + "".join(f"; {hint}" for hint in misspelt(subject.instance))
        )
    try:
        subject.claims  # noqa: B018 - validated when first asked for
    except ClaimsError as error:
        raise LoadError(f"{spec}: {error}") from error
    except (Exception, SystemExit) as error:
        raise LoadError(f"{spec}: asking it for its claims raised {described_error(error)}") from error
    return subject


def _offers(found: Any) -> bool:
    return any(callable(getattr(found, name, None)) for name in OPERATIONS)
