"""The text of a program as it stands in its file: a module's, or that of a notebook's cells; and its syntax tree."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from mlp_conformance.recognise.source.command_line import nothing_typed
from mlp_conformance.recognise.source.siblings import Together, python_text, together

#: A cell that is no Python; `%%time`, `%%timeit`, `%%capture` and the like are.
_OTHER_LANGUAGE = re.compile(r"\s*%%(?!time|capture|prun|script python|python|memit|mprun|debug)")


class ProgramError(Exception):
    """The file cannot be read as a program: which file, which line, what is wrong."""


def program_text(path: Path, beside: bool = False) -> Together:
    """The statements and the text of a program; beside: with those of the files beside it that it imports."""
    source = program_source(path)
    tree = parsed(source, path)
    return (together(path, tree, source) if beside else None) or Together(tree, source, {})


def program_source(path: Path) -> str:
    """The text of a Python file, or of a notebook's code cells without their magics."""
    try:
        text = python_text(path)
    except UnicodeDecodeError as error:
        raise ProgramError(f"{path}: not a text file in UTF-8 ({error.reason} at byte {error.start})") from error
    except OSError as error:
        raise ProgramError(f"{path}: cannot be read: {error.strerror}") from error
    if path.suffix != ".ipynb":
        return text
    try:
        cells = json.loads(text)["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError) as error:
        raise ProgramError(f"{path}: not a Jupyter notebook of version 4 ({error})") from error
    return "\n\n".join(_without_magics(cell) for cell in code if not _OTHER_LANGUAGE.match(cell))


def _without_magics(cell: str) -> str:
    lines = [line for line in cell.splitlines() if not line.lstrip().startswith(("%", "!"))]
    return "\n".join(line[:-1] if line.endswith("?") and not line.lstrip().startswith("#") else line for line in lines)


def parsed(source: str, path: Path) -> ast.Module:
    """The syntax tree; ProgramError with the line for what is no Python 3."""
    try:
        return nothing_typed(ast.parse(source, str(path)), str(path))
    except (SyntaxError, ValueError) as error:
        line = (getattr(error, "text", None) or "").strip()
        number = getattr(error, "lineno", None)
        message = getattr(error, "msg", None) or str(error)
        old = "print" in line and "parenthes" in message
        hint = ". This is Python 2: convert it first, as with `2to3 -w`" if old else ""
        raise ProgramError(f"{path}, line {number}: syntax error: {message}{hint}\n    {line}") from error
