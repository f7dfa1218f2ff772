"""A program in several files: what it imports from beside itself is read as a part of it, as if it stood there.

Files that give one name two meanings are left alone: in one namespace one of them would be lost.
"""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

#: Files, and characters in each, that are read at most: more of them are a library.
_FILES, _LONGEST = 20, 200_000
#: What is taken from a file that is imported; what runs, or shows, is its own affair.
_TAKEN = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


def python_text(path: Path) -> str:
    """The text of a file: in the encoding that a Python file declares in its first two lines, else in UTF-8."""
    encoding = "utf-8-sig"
    if path.suffix == ".py":
        with path.open("rb") as file, suppress(SyntaxError):  # one that does not exist, or that the file has not
            encoding, _ = tokenize.detect_encoding(file.readline)
    return path.read_text(encoding=encoding)


@dataclass
class Together:
    """The statements of several files in one order, which file each is from, and the text of all, the first file's first."""

    tree: ast.Module
    text: str
    files: dict[ast.stmt, Path]


class _Apart(Exception):  # noqa: N818 - it says what is the case
    """The files cannot be read as one."""


def together(path: Path, tree: ast.Module, source: str) -> Together | None:
    """A program with what it imports from beside itself; None if there is nothing, or nothing that goes together."""
    reading = _Reading(path.resolve().parent)
    try:
        body = list(reading.inlined(path, tree))
    except (_Apart, OSError, SyntaxError, ValueError):
        return None
    if not reading.texts:
        return None
    whole = ast.Module(body, [])
    return Together(ast.fix_missing_locations(whole), "\n\n".join([source, *reading.texts.values()]), reading.files)


@dataclass
class _Reading:
    folder: Path
    texts: dict[Path, str] = field(default_factory=dict)
    files: dict[ast.stmt, Path] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)

    def inlined(self, path: Path, tree: ast.Module) -> Iterator[ast.stmt]:
        """The statements of a file, those of others in the places of their imports."""
        for node in tree.body:
            found = list(self._beside(path, node))
            if not found:
                self._bind(path, node)
                self.files[node] = path
                yield node
            for other, lines in found:
                if other not in self.texts:
                    text = python_text(other)
                    self.texts[other] = text
                    if len(self.texts) > _FILES or len(text) > _LONGEST:
                        raise _Apart
                    taken = [part for part in ast.parse(text, str(other)).body if _is_taken(part)]
                    yield from self.inlined(other, ast.Module(taken, []))
                for line in lines:
                    added = ast.copy_location(ast.parse(line).body[0], node)
                    self._bind(path, added)
                    self.files[added] = path
                    yield added

    def _bind(self, path: Path, node: ast.stmt) -> None:
        """Note what a statement gives names to. Raises _Apart where another file does so otherwise."""
        for name, meaning in _bindings(path, node):
            if self.bound.setdefault(name, meaning) != meaning:
                raise _Apart

    def _beside(self, path: Path, node: ast.stmt) -> Iterator[tuple[Path, list[str]]]:
        """The files beside a program that a statement imports, and lines that give their things the names which it wants."""
        if isinstance(node, ast.ImportFrom):
            base = self.folder if not node.level else path.resolve().parents[node.level - 1]
            parts = node.module.split(".") if node.module else []
            file = _module(base.joinpath(*parts))
            for alias in node.names:
                inner = _module(base.joinpath(*parts, alias.name)) if alias.name != "*" else None
                name = alias.asname or alias.name
                if inner is not None and (file is None or alias.name not in python_text(file)):
                    yield inner, [_itself(name)]
                elif file is not None and parts:
                    yield file, [f"{name} = {alias.name}"] if name not in ("*", alias.name) else []
        elif isinstance(node, ast.Import):
            for alias in node.names:
                file = _module(self.folder.joinpath(*alias.name.split(".")))
                if file is None:
                    continue
                if len(node.names) > 1 or ("." in alias.name and not alias.asname):
                    raise _Apart
                yield file, [_itself(alias.asname or alias.name)]


def is_beside(path: Path, node: ast.ImportFrom) -> bool:
    """Whether a statement imports from beside a program, which is read together with that."""
    return bool(node.level) or _module(path.resolve().parent / (node.module or "").partition(".")[0]) is not None


def _itself(name: str) -> str:
    """The line that makes a name that of the namespace in which everything stands."""
    return f"{name} = __import__('sys').modules[__name__]"


def _module(place: Path) -> Path | None:
    """The file of a module or a package at that place."""
    file, package = place.with_name(f"{place.name}.py"), place / "__init__.py"
    return file if file.is_file() else package if package.is_file() else None


def _is_taken(node: ast.stmt) -> bool:
    named = node.name.lower() if isinstance(node, ast.FunctionDef) else ""
    return isinstance(node, _TAKEN) and "main" not in named


def _bindings(path: Path, node: ast.stmt) -> Iterator[tuple[str, str]]:
    """The names that a statement binds, each with what it means: the same import means the same in every file."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        origin = ("." * node.level) + (node.module or "") if isinstance(node, ast.ImportFrom) else "import"
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0], f"{origin} {alias.name}"
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name, str(path)
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                is_itself = isinstance(node, ast.Assign) and "modules[__name__]" in ast.unparse(node.value)
                yield inner.id, "itself" if is_itself else str(path)
