"""Importing the user's own code: nothing is left in its folder, and what goes wrong is said with its line."""

from __future__ import annotations

import ast
import linecache
import pkgutil
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from difflib import get_close_matches
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any, TypeGuard

from mlp_conformance.claims import ClaimsError
from mlp_conformance.quiet import NoAnswer

#: Packages that programs of this kind import, by the name to import: the name to install.
_SAME_NAME = """
autograd chainer cupy einops equinox flax h5py ipywidgets jax joblib keras lightning matplotlib micrograd mlxtend mxnet
networkx numba numpy onnx onnxruntime optax pandas plotly requests scipy seaborn statsmodels sympy tensorflow
tensorflow_datasets tinygrad torch torchaudio torchmetrics torchvision tqdm transformers xgboost
"""
_PACKAGES = {name: name.replace("_", "-") for name in _SAME_NAME.split()} | {
    "cv2": "opencv-python",
    "IPython": "ipython",
    "mpl_toolkits": "matplotlib",
    "paddle": "paddlepaddle",
    "PIL": "pillow",
    "pytorch_lightning": "pytorch-lightning",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
_PYTHON_2_MODULES = {"ConfigParser", "Queue", "StringIO", "Tkinter", "cPickle", "cStringIO", "urllib2", "urlparse"}
_PYTHON_2_NAMES = {"basestring", "long", "raw_input", "reduce", "unichr", "unicode", "xrange"}
_PYTHON_2_SYNTAX = re.compile(
    r"^\s*print\s+[\"'\w]|^\s*except\s+[\w.]+\s*,\s*\w+\s*:|^\s*exec\s+[\"']|^\s*raise\s+\w+\s*,|<>|\d[lL]\b"
)
_UNDER_MAIN = "put what runs the program under if __name__ == '__main__':"
_PYTHON_2 = "This looks like Python 2: only Python 3 can be judged, so convert the file first"


class QuietLoader(SourceFileLoader):
    """Imports a module from its source and writes no __pycache__ beside it."""

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Keep nothing."""


@contextmanager
def with_this_folder() -> Iterator[None]:
    """In the block modules of the current folder can be imported, as in an interpreter that is started there."""
    sys.path.insert(0, "")
    try:
        yield
    finally:
        sys.path.remove("")


_quiet: set[Path] = set()


def leave_nothing_in(folder: Path) -> None:
    """Modules of that folder are imported without writing __pycache__ there; installed packages below it as always."""
    folder = folder.resolve()
    if folder in _quiet:
        return
    _quiet.add(folder)

    def finder(path: str) -> FileFinder:
        where = Path(path).resolve()
        if not where.is_relative_to(folder) or "site-packages" in where.parts or not where.is_dir():
            raise ImportError(f"not in {folder}", path=path)
        return FileFinder(
            path,
            (ExtensionFileLoader, EXTENSION_SUFFIXES),
            (QuietLoader, SOURCE_SUFFIXES),
            (SourcelessFileLoader, BYTECODE_SUFFIXES),
        )

    sys.path_hooks.insert(0, finder)
    sys.path_importer_cache.pop(str(folder), None)


def package_of(path: Path, tree: ast.Module) -> str:
    """The package that a file's relative imports start from, which becomes importable; empty if it has none."""
    levels = [node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    if not levels:
        return ""
    root = path.resolve().parent
    parts = [root.name]
    while len(parts) < max(levels) or ((root / "__init__.py").exists() and (root.parent / "__init__.py").exists()):
        root = root.parent
        parts.insert(0, root.name)
    if str(root.parent) not in sys.path:
        sys.path.insert(0, str(root.parent))
    return ".".join(parts)


def why_not(error: BaseException, path: Path) -> str:
    """Why a file cannot be imported: the file, the line with its text, what is wrong, what to do."""
    if isinstance(error, SyntaxError):
        return _syntax(error, path)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _same(frame.filename, path)]
    where = f"{path}, line {frames[-1].lineno}" if frames else str(path)
    text = f"\n    {frames[-1].line}" if frames and frames[-1].line else ""
    below = _imported_by(error, path)
    if below is not None:
        where, text = f"{where}, imports {_short(below.filename)}, line {below.lineno}", f"\n    {below.line}"
    if isinstance(error, ModuleNotFoundError):
        stem = Path(below.filename).stem if below is not None else path.stem
        return f"{where}: {missing_module(error.name or str(error), path.parent, stem)}{text}"
    if isinstance(error, ClaimsError):
        return f"{where}: {error}{text}"
    if isinstance(error, NoAnswer):
        return f"{where}: {error} while it was imported: {_UNDER_MAIN}{text}"
    if isinstance(error, UnicodeDecodeError) and not frames:
        number = bytes(error.object[: error.start]).count(b"\n") + 1
        return f"{path}, line {number}: the file is not UTF-8 but in another encoding: save it as UTF-8"
    if isinstance(error, ValueError) and not frames:
        return f"{where}: not Python: {error}"
    message = " ".join(str(error).split())
    return f"{where}: importing it raised {type(error).__name__}: {message}. {_advice(error)}".rstrip(". ") + text


def _imported_by(error: BaseException, path: Path) -> traceback.FrameSummary | None:
    """Where another module was when importing it, for the file, raised the error; None if it came from the file itself."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [number for number, frame in enumerate(frames) if _same(frame.filename, path)]
    after = frames[own[-1] + 1 :] if own else []
    modules = [frame.filename for frame in after if frame.name == "<module>"]
    return next((frame for frame in reversed(after) if frame.filename == modules[-1]), None) if modules else None


def in_the_way(tree: ast.Module, path: Path) -> str:
    """Why the first import, class or function of a file that cannot be had cannot be had; empty if all can.

    These alone are run, one after another: what else the file does when it is imported stays undone. What classes and
    functions use comes before what only the rest does.
    """
    used = {
        n.id for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef) for n in ast.walk(node) if _is_name(n)
    }
    besides = ""
    kinds = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.Try)
    names: dict[str, Any] = {"__name__": path.stem, "__file__": str(path), "__package__": package_of(path, tree)}
    for node in tree.body:
        if not isinstance(node, kinds) or (isinstance(node, ast.Try) and not _imports(node)):
            continue
        try:
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                exec(compile(ast.Module([node], []), str(path), "exec"), names)
        except KeyboardInterrupt:
            raise
        except (ImportError, ClaimsError) as error:
            if isinstance(node, ast.Import) and not used & _bound_by(node, getattr(error, "name", None) or ""):
                besides = besides or why_not(error, path)
                continue
            return why_not(error, path)
        except BaseException:
            continue  # it needs a name that was not had: of no help
    return besides


def _is_name(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


def _bound_by(node: ast.Import, module: str) -> set[str]:
    """The names that an import would give what it takes from a module."""
    root = module.partition(".")[0]
    return {a.asname or a.name.partition(".")[0] for a in node.names if a.name.partition(".")[0] == root}


def sequential_hint(source: str) -> str:
    """How a torch.nn.Sequential is judged, for a program that has one."""
    if "torch" not in sys.modules or "Sequential" not in source:
        return ""
    return (
        " A function without required parameters that returns a torch.nn.Sequential is judged as it is: give its parameters "
        "defaults, as def make(sizes=(2, 3, 1)), or wrap a model, as def make(): return model."
    )


def _imports(node: ast.Try) -> bool:
    inside = [*node.body, *node.orelse, *(statement for handler in node.handlers for statement in handler.body)]
    return all(isinstance(statement, ast.Import | ast.ImportFrom | ast.Assign | ast.Pass) for statement in inside)


def _syntax(error: SyntaxError, path: Path) -> str:
    own = error.filename is None or _same(error.filename, path)
    file = str(path) if own else f"{path} imports {error.filename}"
    where = f"{file}, line {error.lineno}" if error.lineno else file
    if "codec can't decode" in (error.msg or ""):
        return f"{where}: the file is not UTF-8 but in another encoding: save it as UTF-8"
    text = error.text or linecache.getline(error.filename or str(path), error.lineno or 0)
    hint = f". {_PYTHON_2}" if _PYTHON_2_SYNTAX.search(text) else ""
    return f"{where}: syntax error: {error.msg}{hint}" + (f"\n    {text.strip()}" if text.strip() else "")


def missing_module(name: str, folder: Path, importing: str = "") -> str:
    """A module that an import does not find: what to install, or which file was meant; importing: the file it stands in."""
    root, _, below = name.partition(".")
    if root in _PYTHON_2_MODULES:
        return f"there is no module {name!r}. {_PYTHON_2}"
    if below and _is_there(root):
        return f"{root!r} is installed, but has no {name!r}: another version of it may be needed"
    missing = f"the module {name!r} that it imports is not installed"
    if root in _PACKAGES:
        return f"{missing}: pip install {_PACKAGES[root]}"
    beside = [*(file.stem for file in folder.glob("*.py")), *(file.parent.name for file in folder.glob("*/__init__.py"))]
    if root in beside:
        return f"the module {name!r} that it imports is a file in {folder.resolve()}, which is not among the folders looked in"
    others = [file for file in beside if file != importing]
    close = get_close_matches(root, others, n=1) or get_close_matches(root, _PACKAGES, n=1, cutoff=0.75)
    hint = f": did you mean {close[0]!r}?" if close else ""
    return f"{missing}{hint}" if hint else f"{missing}, nor is it a file in {folder.resolve()}"


def lacking(modules: Sequence[str]) -> str:
    """The sentences about modules that are not there: what to install, and which are no packages that are known.

    A name that is none is not to be installed: what has it by now may be anybody's.
    """
    roots = list(dict.fromkeys(name.partition(".")[0] for name in modules))
    known = [root for root in roots if root in _PACKAGES]
    others = [root for root in roots if root not in _PACKAGES]
    told = f"Not installed: {', '.join(known)} (pip install {' '.join(_PACKAGES[root] for root in known)})." if known else ""
    files = ", ".join(f"{root}.py" for root in others)
    return f"{told} {f'Not there: {files}, to be put beside it.' if others else ''}".strip()


def near_modules(name: str) -> list[str]:
    """Modules whose names are near one that does not exist, best first."""
    parent, _, last = name.rpartition(".")
    try:
        found = find_spec(parent) if parent else None
    except (ImportError, ValueError):
        return []
    if parent and (found is None or found.submodule_search_locations is None):
        return []
    below: Iterable[str] | None = found.submodule_search_locations if found else None
    names = {module.name for module in pkgutil.iter_modules(None if below is None else list(below))}
    return [f"{parent}.{close}".lstrip(".") for close in get_close_matches(last, names, n=1, cutoff=0.65)]


def _advice(error: BaseException) -> str:
    if isinstance(error, NameError) and getattr(error, "name", None) in _PYTHON_2_NAMES:
        return _PYTHON_2
    if isinstance(error, SystemExit):
        return f"It exits when it is imported: {_UNDER_MAIN}"
    if isinstance(error, EOFError):
        return f"It asks for input when it is imported: {_UNDER_MAIN}"
    return ""


def _same(filename: str, path: Path) -> bool:
    try:
        return Path(filename).resolve() == path.resolve()
    except (OSError, ValueError):
        return False


def _short(filename: str) -> Path:
    """A file as seen from the current folder, where it is below it."""
    where = Path(filename)
    return where.relative_to(Path.cwd()) if where.is_relative_to(Path.cwd()) else where


def source_of(module: str) -> Path:
    """The file of a module, which need not be importable; its bare name where there is none to be found."""
    try:
        found = find_spec(module)
    except Exception:  # a parent package of it that cannot be imported either
        found = None
    return _short(found.origin) if found and found.origin else Path(module)


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
