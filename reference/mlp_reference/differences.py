"""In what a stored fixture differs from the one that is derived, number by number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlp_reference.fixtures import digest


@dataclass(frozen=True)
class Difference:
    """Something in a stored fixture that the derivation does not give."""

    file: str
    place: str
    stored: str
    derived: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: stored {self.stored}, derived {self.derived}"


def differences(file: str, stored: str, derived: str) -> list[Difference]:
    """What differs, number by number; the first line that differs where the form itself does."""
    try:
        old, new = json.loads(stored), json.loads(derived)
    except json.JSONDecodeError as error:
        return [Difference(file, f"line {error.lineno}", "no JSON", "a fixture")]
    found = list(_compare(file, old, new, ""))
    if isinstance(old, dict) and old.get("digest") != digest(old):
        found.insert(0, Difference(file, "the digest", "one that does not fit: the file was changed by hand", new["digest"]))
    return found or [Difference(file, "the layout", "other blanks", "the same values")]


def _compare(file: str, old: Any, new: Any, place: str) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _compare(file, old.get(key), new.get(key), f"{place}.{key}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _compare(file, a, b, f"{place}[{index}]")
    elif old != new:
        yield Difference(file, place, json.dumps(old)[:80], json.dumps(new)[:80])
