"""What a matrix is made of: implementations and commands, each with a name, typed by the user or listed in a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mlp_conformance.toml_text import TomlError, toml_document

_EXPECTED = '[[implementation]], and below it lines such as name = "mine" and implementation = "mine.py:Net"'


class EntryError(ValueError):
    """What was typed, or stands in a file, names no implementation: what, where, what was expected."""


@dataclass(frozen=True)
class Entry:
    """One implementation to judge.

    implementation: whatever `run` takes; or command: a program that speaks the protocol; the other is None.
    folder: where it is started, and what relative paths in it start from. install: the line that installs what it needs;
    build: the line that then builds its harness, in that folder.
    finding: the page about what is wrong with it, and cause: that in a few words, as it was proved by hand. light: installed
    within a minute.
    """

    name: str
    implementation: str | None = None
    command: str | None = None
    folder: Path = Path()
    install: str = ""
    build: str = ""
    finding: str = ""
    cause: str = ""
    light: bool = False

    @property
    def spec(self) -> str:
        """What `mlp-conformance run` takes to judge it alone."""
        return self.implementation if self.implementation is not None else f"--command {self.command}"


def entries(arguments: Sequence[str], commands: Sequence[str] = ()) -> list[Entry]:
    """Those that the user typed, in order: IMPLEMENTATION, NAME=IMPLEMENTATION or FILE.toml; and [NAME=]COMMAND.

    Raises EntryError: nothing, something empty, a damaged file, two of one name.
    """
    found: list[Entry] = []
    for argument in arguments:
        if argument.endswith(".toml") and "=" not in argument:
            found += listed(Path(argument))
        else:
            name, value = _named(argument, "an implementation")
            found.append(Entry(name, implementation=value))
    for argument in commands:
        name, value = _named(argument, "--command")
        found.append(Entry(name, command=value))
    if not found:
        raise EntryError("nothing to judge: name one IMPLEMENTATION or more, a FILE.toml that lists them, or give --command")
    _distinct(found)
    return found


def listed(path: Path) -> list[Entry]:
    """The entries of a file: tables [[implementation]] with a name, and an implementation or a command."""
    try:
        document = toml_document(path.read_text(encoding="utf-8"), str(path), _EXPECTED)
    except FileNotFoundError:
        raise EntryError(f"no such file: {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise EntryError(f"{path} cannot be read: {error}") from error
    except TomlError as error:
        raise EntryError(str(error)) from error
    _known(document, ["implementation"], str(path))
    tables = document.get("implementation", [])
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise EntryError(
            f"{path}: tables [[implementation]] were expected, each with a name and an implementation or a command"
        )
    found = [
        _entry(table, f"{path}, [[implementation]] number {number}", path.parent) for number, table in enumerate(tables, 1)
    ]
    _distinct(found)
    return found


def _entry(table: dict[str, Any], where: str, folder: Path) -> Entry:
    known = [field.name for field in fields(Entry) if field.name != "folder"]
    _known(table, known, where)
    for key, value in table.items():
        if not isinstance(value, bool if key == "light" else str):
            raise EntryError(f"{where}: {key} is {value!r}: {'true or false' if key == 'light' else 'a string'} was expected")
    if not table.get("name", "").strip():
        raise EntryError(f"{where}: a name was expected")
    if bool(table.get("implementation", "").strip()) == bool(table.get("command", "").strip()):
        raise EntryError(f"{where} ({table['name']}): an implementation or a command was expected, one of the two")
    return Entry(**table, folder=folder)


def _named(argument: str, what: str) -> tuple[str, str]:
    """NAME=VALUE, or a value that is its own name."""
    name, equals, value = argument.partition("=")
    if not equals or any(character in name for character in " \"'"):  # the sign belongs to the command
        name = value = argument
    if not name.strip() or not value.strip():
        raise EntryError(f"{what} is empty in {argument!r}: NAME=VALUE or VALUE was expected")
    return name.strip(), value.strip()


def _known(table: dict[str, Any], known: list[str], where: str) -> None:
    for key in table:
        if key not in known:
            close = get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
            raise EntryError(f"{where}: unknown key {key!r}: {hint}")


def _distinct(found: Iterable[Entry]) -> None:
    """A name is what a row, a file and a link are found by: two that differ only in signs count as equal."""
    seen: dict[str, Entry] = {}
    for entry in found:
        other = seen.setdefault(slug(entry.name), entry)
        if other is not entry:
            raise EntryError(
                f"two implementations have the name {entry.name!r}: {other.spec} and {entry.spec}. Call one NAME={entry.spec}"
            )


def slug(name: str) -> str:
    """The name as a file and an anchor can have it."""
    kept = "".join(character if character.isalnum() else "-" for character in name.lower())
    return "-".join(part for part in kept.split("-") if part) or "implementation"
