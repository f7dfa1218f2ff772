"""Trying out a program whose ways in are not known yet: what it would open, write or delete for its user is not.

What it writes is kept in memory, where it reads it again; files below the folder for temporary ones are its own affair.
"""

from __future__ import annotations

import builtins
import io
import os
import shutil  # noqa: F401 - what it has is replaced
import sys
import tempfile
import webbrowser  # noqa: F401
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

#: Functions by their modules that show something or start something, and what they return here.
_SHOWING: dict[str, dict[str, Any]] = {
    "webbrowser": {"open": False},
    "os": {"system": 0, "startfile": None},
    "PIL.ImageShow": {"show": True},
}
#: Those that change what is on the disk.
_CHANGING: dict[str, dict[str, Any]] = {
    "os": dict.fromkeys(("remove", "unlink", "rmdir", "rename", "replace", "mkdir", "truncate")),
    "shutil": {"rmtree": None, "move": None},
}
#: What says where windows are opened.
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


@contextmanager
def harmless() -> Iterator[None]:
    """In the block nothing is shown, no other program is started by the shell, and no file is written or deleted."""
    opening = _opening(builtins.open)
    _temporary()  # looks for a folder where it can write, once
    with unseen(), _put({"builtins": {"open": opening}, "io": {"open": opening}}), _put(_each(_CHANGING, _on_temporary)):
        yield


@contextmanager
def unseen() -> Iterator[None]:
    """In the block nothing is shown, and no other program is started by the shell: imports may keep what they like."""
    screens = {name: os.environ.pop(name) for name in _SCREENS if name in os.environ}
    try:
        with _put(_each(_SHOWING, _returning)):
            yield
    finally:
        os.environ.update(screens)


@contextmanager
def _put(functions: dict[str, dict[str, Callable[..., Any]]]) -> Iterator[None]:
    """Other functions in the place of those of modules, as far as these are imported and have them."""
    with ExitStack() as stack:
        for home, named in functions.items():
            for name, put in named.items() if home in sys.modules else ():
                stack.enter_context(mock.patch.object(sys.modules[home], name, put))
        yield


def _each(
    returned: dict[str, dict[str, Any]], instead: Callable[[Callable[..., Any], Any], Callable[..., Any]]
) -> dict[str, dict[str, Callable[..., Any]]]:
    """What stands in for functions that are there, each made of it and of what it returns."""
    modules = {home: sys.modules[home] for home in returned if home in sys.modules}
    return {
        home: {name: instead(getattr(module, name), value) for name, value in returned[home].items() if hasattr(module, name)}
        for home, module in modules.items()
    }


def _returning(own: Callable[..., Any], value: Any) -> Callable[..., Any]:
    return lambda *given, **named: value


def _on_temporary(own: Callable[..., Any], value: Any) -> Callable[..., Any]:
    """A function that does its work on temporary files alone, as libraries have them that compile."""

    def called(file: Any, *given: Any, **named: Any) -> Any:
        path = _path(file)
        return own(file, *given, **named) if path is not None and _is_temporary(path) else value

    return called


def _opening(own: Callable[..., Any]) -> Callable[..., Any]:
    """`open`, with what is written kept in memory."""
    kept: dict[Path, bytes] = {}

    def opening(file: Any, mode: str = "r", buffering: int = -1, *given: Any, **named: Any) -> Any:
        path = _path(file)
        writes = any(letter in mode for letter in "wax+")
        if path is None or _is_temporary(path) or not (writes or path in kept):
            return own(file, mode, buffering, *given, **named)
        if "r" in mode or "a" in mode:
            content = kept[path] if path in kept else _content(own, path, must_be="r" in mode)
        else:
            content = b""
        return _in_memory(_Kept(kept, path, content), mode, *given, **named)

    return opening


def _content(own: Callable[..., Any], path: Path, must_be: bool) -> bytes:
    if not must_be and not path.exists():
        return b""
    with own(path, "rb") as file:
        return bytes(file.read())


class _Kept(io.BytesIO):
    """A file in memory that is there again, under its name, once it is closed."""

    def __init__(self, kept: dict[Path, bytes], path: Path, content: bytes) -> None:
        super().__init__(content)
        self.name, self._kept, self._path = str(path), kept, path

    def close(self) -> None:
        if not self.closed:
            self._kept[self._path] = self.getvalue()
        super().close()


def _in_memory(
    file: _Kept, mode: str, encoding: str | None = None, errors: str | None = None, newline: str | None = None, **named: Any
) -> Any:
    """Such a file as a mode has it: at its end where that appends, of text where that is not binary."""
    if "a" in mode:
        file.seek(0, io.SEEK_END)
    return file if "b" in mode else io.TextIOWrapper(file, encoding or "utf-8", errors, newline)


def _path(file: Any) -> Path | None:
    """The file that is named; None where it is one that is open already."""
    try:
        return Path(os.path.abspath(os.fsdecode(file)))
    except TypeError:
        return None


def _is_temporary(path: Path) -> bool:
    """Whether a file is a temporary one, or a device, and none of the current folder."""
    return path.parts[:2] == ("/", "dev") or (path.is_relative_to(_temporary()) and not path.is_relative_to(Path.cwd()))


@cache
def _temporary() -> Path:
    """The folder for temporary files."""
    return Path(tempfile.gettempdir()).resolve()
