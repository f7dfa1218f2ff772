"""Reading a program without running it: its definitions are taken, its training loops, prints and plots are not.

A file is executed statement by statement. Imports, classes, functions and plain assignments are kept; loops, bare calls,
`if __name__ == "__main__"` and assignments that call the program's own code or read data are left out and said.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import contextlib
import dis
import importlib.util
import io
import linecache
import os
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any
from unittest import mock

from mlp_conformance.harmless import harmless, unseen
from mlp_conformance.importing import package_of
from mlp_conformance.quiet import limited
from mlp_conformance.recognise.roles import called
from mlp_conformance.recognise.source.command_line import default_arguments
from mlp_conformance.recognise.source.few_units import with_few_units
from mlp_conformance.recognise.source.own_samples import counting_in_functions
from mlp_conformance.recognise.source.prepared import prepare_jax, prepare_keras
from mlp_conformance.recognise.source.records import working
from mlp_conformance.recognise.source.reporting import reported
from mlp_conformance.recognise.source.rewriting import Rewritten
from mlp_conformance.recognise.source.starting import Started
from mlp_conformance.recognise.source.state import State
from mlp_conformance.recognise.source.texts import program_text
from mlp_conformance.standing_in import without_showing
from mlp_conformance.subject import described_error

#: Calls of these read data, ask the user or leave the machine: assignments with them are left out.
_OUTSIDE = ("open", "input", "load", "read", "fetch", "download", "urlopen", "urlretrieve", "exec", "eval", "system", "exit")
#: Calls that settle how a library works, or what a command line has, for all that follows.
_SETTINGS = re.compile(r"os\.environ\.|sys\.path\.|jax\.config\.|\w+\.config\.set_|torch\.set_default_|[\w.]+\.add_argument\(")
#: Seconds that one statement may take, and one import: what takes longer trains, fetches or waits.
_STATEMENT, _IMPORT = 5.0, 60.0
#: What adapters call to read the program that they are about.
_READERS = ("definitions", "loop_setup", "loop_step")


@dataclass(eq=False)
class Program:
    """A file's definitions as a module, its syntax tree, and what was left out.

    left_out: first lines of statements that were not run; missing: imported modules that are not installed; broken: those
    that raise something else, and what; state: what stood in the module when it had been read; data: see `data_names`;
    in_double: whether torch was told to make plain tensors in float64, which lasts; silent: how often calls ran and gave no
    output;
    mishaps: what making a network raised that is the program's own affair; refused: for each class and function that was
    tried the first way to make a network of it that failed, and how; undefined: what statements raised, by their first lines;
    trees: networks of JAX's arrays, by what made them;
    beside: whether the files beside it that it imports were read as a part of it; files: the file of each statement then;
    package: the package whose modules it is, see `packages`; few_units: whether it has a few units where its text has hundreds.
    """

    path: Path
    module: ModuleType
    tree: ast.Module
    source: str
    left_out: list[int] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    state: State | None = None
    data: tuple[str, str, list[str]] | None = None
    in_double: bool = False
    silent: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    mishaps: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    undefined: dict[int, str] = field(default_factory=dict)
    trees: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    beside: bool = False
    files: dict[ast.stmt, Path] = field(default_factory=dict)
    package: str = ""
    few_units: bool = False

    @property
    def reading(self) -> str:
        """The line of an adapter that reads it."""
        if self.package:
            return f'program = package("{self.package}")'
        named = repr(str(self.path)).replace("'", '"')
        return f"program = definitions({named}, near=__file__{', beside=True' if self.beside else ''}{self.in_units})"

    @property
    def in_units(self) -> str:
        """The argument for everything in an adapter that reads its text."""
        return ", few_units=True" if self.few_units else ""

    def spec(self, name: str) -> str:
        """How its user names something in it."""
        module = getattr(getattr(self.module, name, None), "__module__", self.package)
        return f"{module if self.package else self.path}:{name}"

    def restore(self) -> None:
        """Put the module back as it was when it had been read, or when this was first asked for."""
        if self.state is None:
            self.state = State(self.module)
        else:
            self.state.restore()

    @property
    def runs_on_import(self) -> bool:
        """Whether importing the file would do more than define things."""
        return bool(self.left_out)


def definitions(
    path: str | Path,
    near: str | Path | None = None,
    kept: Collection[str] = (),
    constants: Mapping[str, float | str] | None = None,
    starts: bool = False,
    beside: bool = False,
    few_units: bool = False,
) -> ModuleType:
    """The classes, functions and constants of a Python file or notebook, as a module; nothing else in it is run.

    `near`: a file (an adapter's `__file__`) in whose folder a relative path is looked for before the current folder.
    `kept`: attributes that methods such as `fit` draw anew; they are left as they are once an object has them.
    `constants`: other numbers for local variables to which functions assign a plain number; for "len(X)" the number that
    they have in its place; for "momentum=" what a library's optimiser is given by that name, for "optimizer=" the word which
    functions are given by that name where they are given none.
    `starts`: variables that training functions draw before their loop start from what the module's `starts` has for them.
    `beside`: the files beside it that it imports are read as a part of it.
    `few_units`: arrays that are made for hundreds of units have a few instead.

    Raises ProgramError if there is no such file or it is no Python 3.
    """
    found = Path(path)
    if near is not None and not found.is_absolute() and (Path(near).parent / found).exists():
        found = Path(near).parent / found
    return read_program(found, kept, constants, starts, beside, few_units).module


def read_program(
    path: Path,
    kept: Collection[str] = (),
    constants: Mapping[str, float | str] | None = None,
    starts: bool = False,
    beside: bool = False,
    few_units: bool = False,
) -> Program:
    """Read a `.py` file or an `.ipynb` notebook; see `definitions` for the rest."""
    read = program_text(path, beside)
    tree, source = read.tree, read.text
    if starts:
        tree = ast.fix_missing_locations(Started(tree).visit(tree))
    if kept or constants:
        tree = ast.fix_missing_locations(Rewritten(kept, constants or {}).visit(tree))
        for name, number in (constants or {}).items():
            if name.startswith("len(") and not isinstance(number, str):
                tree = counting_in_functions(tree, number, name[4:-1])
    tree = with_few_units(tree) if few_units else tree
    if path.suffix == ".ipynb" or read.files:
        linecache.cache[str(path)] = (len(source), None, source.splitlines(True), str(path))
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    name = path.stem if path.stem.isidentifier() and path.stem not in sys.modules else f"mlp_file_{abs(hash(path.resolve()))}"
    module = ModuleType(name)
    module.__file__ = str(path)
    module.__package__ = package_of(path, tree)
    module.__loader__ = importlib.util.spec_from_loader(name, None)  # type: ignore[assignment]
    sys.modules[name] = module
    program = Program(path, module, tree, source, beside=bool(read.files), files=read.files, few_units=few_units)
    if starts:
        vars(module)["starts"] = {}
    _execute(program)
    program.restore()
    return program


def _execute(program: Program) -> None:
    own = working(program.tree)
    os.environ.setdefault("MPLBACKEND", "Agg")
    for node in program.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            _import(node, program)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) or (
            isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and not reaches_out(node, own)
        ):
            if not _run(node, program):
                program.left_out.append(node.lineno)
        elif (
            isinstance(node, ast.Try | ast.If)
            and all(
                isinstance(inner, ast.Import | ast.ImportFrom | ast.Assign | ast.Pass | ast.FunctionDef)
                for inner in [*node.body, *node.orelse, *(s for h in getattr(node, "handlers", []) for s in h.body)]
            )
        ) or (isinstance(node, ast.Expr) and _SETTINGS.match(ast.unparse(node))):
            _run(node, program)
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) and not _is_main(node):
            program.left_out.append(node.lineno)


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.dump(node.test)


def _reads_a_program(node: ast.stmt) -> bool:
    """Whether a statement is that of a written adapter which reads the program that it is about, imports and all."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in _READERS


def _run(node: ast.stmt, program: Program) -> bool:
    code = compile(ast.Module([reported(node)], []), str(program.files.get(node, program.path)), "exec")
    defaults = mock.patch.object(argparse.ArgumentParser, "parse_args", default_arguments)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), defaults:
        try:
            with harmless(), limited(_IMPORT if _reads_a_program(node) else _STATEMENT):
                exec(code, program.module.__dict__)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # what cannot be defined is left out; a name that is needed will be missed and said
            program.undefined[node.lineno] = described_error(error)
            return False
    return True


def _import(node: ast.Import | ast.ImportFrom, program: Program) -> None:
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return
    if isinstance(node, ast.Import) and len(node.names) > 1:  # one that is missing is not to take the others with it
        for alias in node.names:
            _import(ast.copy_location(ast.Import([alias]), node), program)
        return
    code = compile(ast.Module([node], []), str(program.path), "exec")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            if "keras" in ast.unparse(node):
                prepare_keras()
            named = node.names[0].name if isinstance(node, ast.Import) else node.module or ""
            with unseen(), limited(_IMPORT):
                without_showing(partial(exec, code, program.module.__dict__), named.partition(".")[0])
            if "jax" in sys.modules:
                prepare_jax(sys.modules["jax"], program.source)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            lacks = error.name if isinstance(error, ImportError) else None  # a NameError has one, too
            missing = lacks or (node.names[0].name if isinstance(node, ast.Import) else node.module)
            if not isinstance(error, ImportError):
                program.broken[str(missing)] = described_error(error)
            elif str(missing) not in program.missing:
                program.missing.append(str(missing))
            for alias in node.names:
                stand_in = mock.MagicMock(name=alias.name, side_effect=ModuleNotFoundError(f"no module named {missing!r}"))
                program.module.__dict__[alias.asname or alias.name.partition(".")[0]] = stand_in


def reaches_out(node: ast.stmt, own: set[str]) -> bool:
    """Whether a statement calls the program's own code, reads data or asks for input; what a lambda will call is not yet."""
    for call in _walk_but_lambdas(node):
        if isinstance(call, ast.Call):
            name = called(call)
            written_here = name == "loads" and all(isinstance(given, ast.Constant) for given in call.args)
            if name in own or (any(name.lower().startswith(word) for word in _OUTSIDE) and not written_here):
                return True
    return False


def _walk_but_lambdas(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for inner in ast.iter_child_nodes(node):
        if not isinstance(inner, ast.Lambda):
            yield from _walk_but_lambdas(inner)


def globals_used(program: Program) -> set[str]:
    """The names that the program's functions and methods look up in the module."""
    found: set[str] = set()
    pending = [compile(program.tree, str(program.path), "exec")]
    while pending:
        for constant in pending.pop().co_consts:
            if isinstance(constant, CodeType):
                pending.append(constant)
                found |= {i.argval for i in dis.get_instructions(constant) if i.opname == "LOAD_GLOBAL"}
    return found


def is_whole(program: Program) -> bool:
    """Whether all that its functions and methods look up in the module is there, and nothing stands in for it."""
    module = vars(program.module)
    used = {name: module.get(name) for name in globals_used(program) if not hasattr(builtins, name)}
    return used.keys() <= module.keys() and not any(isinstance(value, mock.Mock) for value in used.values())


@cache
def _imports(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def values(program: Program) -> dict[str, Any]:
    """The names that the program defines itself, imports left out, also those of `from numpy import *`."""
    if program.package:  # nothing else was put there
        return {name: value for name, value in vars(program.module).items() if not name.startswith("__")}
    imports = _imports(program.tree)
    imported = {alias.asname or alias.name.partition(".")[0] for node in imports for alias in node.names}
    wholes = [node.module or "" for node in imports if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"]
    others = [vars(sys.modules[name]) for name in wholes if name in sys.modules]
    return {
        name: value
        for name, value in vars(program.module).items()
        if name not in imported and not name.startswith("__") and not any(other.get(name) is value for other in others)
    }
