"""An installed package as one program: what its modules define, in one namespace.

Its modules are imported as they stand, so what they do on import is done; what a package keeps beside its network, such as
tests, examples and data, is left alone.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from mlp_conformance.harmless import unseen
from mlp_conformance.importing import with_this_folder
from mlp_conformance.quiet import quietly
from mlp_conformance.recognise.source.prepared import prepare_keras
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.source.texts import ProgramError, parsed
from mlp_conformance.standing_in import without_showing
from mlp_conformance.subject import described_error

#: Files of a package that is read at most: one with more is a framework.
_FILES = 200
#: Classes and functions that show, fetch or keep something: they are never tried.
_ELSEWHERE = re.compile(
    r"plot|visual|draw|viewer|render|dashboard|log(ger|ging)|writer|download|fetch|server|export|dataset|dataloader|save|load_|"
    r"open|delete|remove|install|callback|checkpoint|progress|^(main|run|show|demo)",
    re.IGNORECASE,
)
#: Seconds that importing one module may take.
_IMPORT = 20.0
#: Modules that are no part of a network.
_BESIDE = re.compile(
    r"_*(tests?|test_\w+|\w+_tests?|conftest|setup|examples?|demos?|samples?|tutorials?|notebooks?|benchmarks?|datasets?|data|"
    r"cli|main|app|gui|ui|server|version|plot\w*|visual\w*|scripts?)_*"
)


def package(name: str) -> ModuleType:
    """The classes and functions that a package's modules define, those it exports first, as one module.

    Raises ProgramError if there is no such package.
    """
    return read_package(name).module


def package_of_object(found: Any) -> str:
    """The package that a class or function stands in; empty for one of a single module, or of none that can be imported."""
    name = getattr(found, "__module__", "").partition(".")[0]
    module = sys.modules.get(name)
    return name if hasattr(module, "__path__") and getattr(found, "__module__", "") in sys.modules else ""


def read_package(name: str) -> Program:
    """A package as a program: its path is a name alone, as there is no file to be read again.

    Raises ProgramError if it cannot be imported, or is too large.
    """
    with with_this_folder():
        return _read(name)


def _root(name: str) -> ModuleType:
    try:
        with unseen():
            root: ModuleType = quietly(lambda: without_showing(lambda: importlib.import_module(name)), _IMPORT)
    except ImportError as error:
        raise ProgramError(f"package {name}: {described_error(error)}") from error
    except (Exception, SystemExit) as error:
        raise ProgramError(f"package {name}: importing it raised {described_error(error)}") from error
    return root


def _read(name: str) -> Program:
    root = _root(name)
    folders = [Path(folder) for folder in getattr(root, "__path__", [])]
    if len(list(islice((file for folder in folders for file in folder.rglob("*.py")), _FILES + 1))) > _FILES:
        raise ProgramError(f"package {name}: too large to be read as a whole: name a class in it, as {name}.module:Class")
    missing: list[str] = []
    modules = list(_modules(root, missing))
    beside = [found.name for found in pkgutil.iter_modules(getattr(root, "__path__", []), f"{name}.")]
    imported = [sys.modules[part] for part in beside if part in sys.modules]
    modules += [module for module in imported if module not in modules]  # what others need is a part of these
    texts = [(module, _text(module)) for module in modules]
    whole = ModuleType(f"package_{name}")
    whole.__dict__.update(_defined(root, modules), __modules__={module.__name__ for module in modules})
    sys.modules[whole.__name__] = whole
    path = Path(f"package {name}")
    body = [node for module, text in texts for node in _statements(text, path, name)]
    return Program(path, whole, ast.Module(body, []), "\n\n".join(text for _, text in texts), missing=missing, package=name)


def _modules(root: ModuleType, missing: list[str]) -> Iterator[ModuleType]:
    """A package and the modules in it; what cannot be imported is left out, and so are others than its network's.

    missing: what modules of it import and is not installed is noted there.
    """
    yield root
    for found in sorted(pkgutil.iter_modules(getattr(root, "__path__", [])), key=lambda info: info.name):
        if _BESIDE.fullmatch(found.name):
            continue
        module = _imported(f"{root.__name__}.{found.name}", missing)
        if module is not None:
            yield from _modules(module, missing)


def _imported(name: str, missing: list[str]) -> ModuleType | None:
    if name in sys.modules:
        return sys.modules[name]
    if "keras" in name:
        prepare_keras()
    try:
        with unseen():
            module: ModuleType = quietly(lambda: without_showing(lambda: importlib.import_module(name)), _IMPORT)
    except KeyboardInterrupt:
        raise
    except ModuleNotFoundError as error:
        missing += [error.name] if error.name and error.name not in missing else []
        return None
    except BaseException:  # a part that is no library: the others do without
        return None
    return module


def _text(module: ModuleType) -> str:
    try:
        return inspect.getsource(module)
    except (OSError, TypeError):
        return ""


def _defined(root: ModuleType, modules: list[ModuleType]) -> dict[str, Any]:
    """The classes and functions of a package by their names; of two of one name, that which it exports, or the first."""
    names = {module.__name__ for module in modules}
    found: dict[str, Any] = {}
    for module in (root, *modules):
        for key, value in vars(module).items():
            is_own = isinstance(value, type) or inspect.isfunction(inspect.unwrap(value) if callable(value) else value)
            if is_own and not (key.startswith("__") or _ELSEWHERE.search(key)) and getattr(value, "__module__", None) in names:
                found.setdefault(key, value)
    return found


def _statements(text: str, path: Path, name: str) -> Iterator[ast.stmt]:
    """The statements of a module, without its imports of other parts of the package."""
    for node in parsed(text, path).body:
        root = node.module.partition(".")[0] if isinstance(node, ast.ImportFrom) and node.module else name
        if not isinstance(node, ast.ImportFrom) or (not node.level and root not in (name, "__future__")):
            yield node
