"""Pages of documentation as something to do: blocks that are saved, commands that are typed, lines that are to be seen.

A block of a page is one of these, by what stands after its opening fence:

- `LANGUAGE NAME`: the file NAME, written as it stands (again: written anew).
- `console`: commands after `$ `, typed in the page's folder, each with lines that it shows in this order; `...` stands for
  lines that are left out, `[exit N]` for a status other than 0.
- `sh`: how a package or a program is installed; such a line is not typed, but is what a missing one is told with.
- `diff`: a change of the files in the folder, applied with `patch -p1`.
- `text`, `math`: shown, no more.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Published packages for Node.js, as `tox -e matrix` installs them.
_NODE_MODULES = ROOT / "conformance" / "implementations" / "node_modules"

_BLOCK = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INSTALLS = re.compile(
    r"(\S*/)?(python3? -m (pip|venv)|pip3? install|npm install|apt-get install|dask |mlp-conformance campaign)"
)


#: What Python, Node.js, R, a C compiler and a shell say where something is not installed.
_ABSENT = re.compile(
    r"No module named '.*'|Cannot find module '.*'|there is no package called .*|\S+\.h: No such file|\S+: command not found"
)


class AbsentError(Exception):
    """Something that a page needs is not installed."""


@dataclass(frozen=True)
class Block:
    """kind: the first word after the fence; name: the second, a file's name, or empty."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """A typed line, the lines that it shows, and its exit status."""

    line: str
    shown: tuple[str, ...]
    status: int


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page."""
    found = []
    for words, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        kind, _, name = words.strip().partition(" ")
        found.append(Block(kind, name.strip(), text))
    return found


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, *shown = part.rstrip("\n").split("\n")
        status = 0
        if shown and (found := re.fullmatch(r"\[exit (\d+)\]", shown[-1])):
            status = int(found.group(1))
            shown.pop()
        yield Command(line, tuple(text for text in shown if text.strip() not in ("", "...")), status)


def unaccounted(page: Path) -> Iterator[str]:
    """The first line of every block that is neither run nor says why it is not."""
    for block in blocks(page):
        first = block.text.split("\n")[0]
        if block.kind == "sh":
            if not all(_INSTALLS.match(line) for line in block.text.splitlines() if line):
                yield first
        elif not (block.name or block.kind in ("console", "diff", "text", "math")):
            yield first


def follow(page: Path, folder: Path, **settings: str) -> None:
    """Do in a folder what the page says. settings: of the environment.

    AssertionError where something else is seen; AbsentError, with the page's line that installs it, where something is missing.
    """
    installing = " and ".join(line for block in blocks(page) if block.kind == "sh" for line in block.text.splitlines())
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GATE": str(ROOT / "examples" / "gate"),
        "COLUMNS": "80",
        "NODE_PATH": str(_NODE_MODULES),
        "PYTHONWARNINGS": "ignore",
        **settings,
    }
    for block in blocks(page):
        if block.name:
            (folder / block.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.name).write_text(block.text, encoding="utf-8")
        elif block.kind == "diff":
            apply(block, folder)
        elif block.kind == "console":
            for command in commands(block):
                try:
                    _type(command, folder, environment)
                except AbsentError as absent:
                    raise AbsentError(f"{absent}: {installing}") from None


def apply(block: Block, folder: Path) -> None:
    """Apply a diff; AssertionError if it does not fit exactly."""
    command = ["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch"]
    found = subprocess.run(command, cwd=folder, input=block.text, capture_output=True, text=True, check=False)
    assert found.returncode == 0, f"{found.stdout}{found.stderr}\n{block.text}"


def _type(command: Command, folder: Path, environment: dict[str, str]) -> None:
    found = subprocess.run(
        ["bash", "-c", command.line],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if found.returncode != command.status and (absent := _ABSENT.search(found.stdout)):
        raise AbsentError(absent.group())
    assert found.returncode == command.status, f"$ {command.line}\n{found.stdout}"
    rest = found.stdout
    for line in command.shown:
        assert line in rest, f"$ {command.line}\nshows no more {line!r} in\n{found.stdout}"
        rest = rest[rest.index(line) + len(line) :]
