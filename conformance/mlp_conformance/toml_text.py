"""Configuration in TOML: a mistake in its syntax is told with the line, its text, and what was expected."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


class TomlError(ValueError):
    """A text that is no TOML: the file, the line, what was expected."""


def toml_document(text: str, where: str, expected: str) -> dict[str, Any]:
    """The document in a text. where: the file in words; expected: what such a file consists of, as an example.

    Raises TomlError.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, lines = str(error), text.splitlines()
        place = _PLACE.search(message)
        number = int(place[1]) if place and place[1] else len(lines)
        line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
        at = f"column {place[2]}" if place and place[2] else "its end"
        said = f"{_PLACE.sub('', message)} at {at} of {line[:60]!r}"
        raise TomlError(f"{where}, line {number}, is not TOML: {said}; expected is {expected}") from None
