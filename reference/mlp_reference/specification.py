"""The specification's own text as data: requirements and errata, read out of `spec/mlp.md` and `spec/errata.md`.

The text is the only list: an id that does not stand there does not exist.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

from mlp_reference.data import spec_folder

LEVELS = ("MUST", "SHOULD", "MAY")

#: The requirement of each name: of an activation, its derivative, a loss, and a reduction.
ACTIVATION = {"sigmoid": "ACT-1", "tanh": "ACT-2", "relu": "ACT-3", "linear": "ACT-4", "softmax": "ACT-5"}
DERIVATIVE = {"sigmoid": "ACT-7", "tanh": "ACT-8", "relu": "ACT-9", "linear": "ACT-10", "softmax": "ACT-11"}
LOSS = {"half_squared_error": "LOSS-1", "squared_error": "LOSS-2", "cross_entropy": "LOSS-3", "binary_cross_entropy": "LOSS-4"}
REDUCTION = {"sum": "LOSS-5", "mean_samples": "LOSS-6", "mean_elements": "LOSS-7"}

_HEADING = re.compile(r"^### ([A-Z]+-?\d+): (.+)$", re.MULTILINE)
_LEVEL = re.compile(r"^\*\*(MUST|SHOULD|MAY)\.\*\*\s*", re.MULTILINE)
_VERSION = re.compile(r"^Specification version: (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Requirement:
    """A numbered normative statement: its level, its text in Markdown, the formula in LaTeX and plainly, and its source."""

    id: str
    title: str
    level: str
    text: str
    latex: str
    formula: str
    source: str


@dataclass(frozen=True)
class Erratum:
    """An ambiguity or error of the source document, and what the specification decides."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Statement:
    """A statement of the source document and the requirements or errata that it becomes."""

    id: str
    where: str
    says: str
    becomes: tuple[str, ...]
    kind: str
    errata: tuple[str, ...]


@cache
def version() -> str:
    """The specification's version, as its first lines state it."""
    found = _VERSION.search((spec_folder() / "mlp.md").read_text(encoding="utf-8"))
    if not found:
        raise ValueError("spec/mlp.md has no line 'Specification version: ...'")
    return found.group(1)


@cache
def requirements() -> dict[str, Requirement]:
    """Every requirement by id, in the order of the text."""
    return {id: _requirement(id, title, body) for id, title, body in blocks("mlp.md")}


@cache
def errata() -> dict[str, Erratum]:
    """Every erratum by id, in the order of the text."""
    return {id: Erratum(id, title, body.strip()) for id, title, body in blocks("errata.md")}


@cache
def statements() -> dict[str, Statement]:
    """Every statement of the source document by id."""
    found = json.loads((spec_folder() / "statements.json").read_text(encoding="utf-8"))
    items = found["statements"] if isinstance(found, dict) else found
    return {
        item["id"]: Statement(
            item["id"],
            item["where"],
            item["says"],
            tuple(item["becomes"]),
            item["kind"],
            tuple(item.get("errata", ())),
        )
        for item in items
    }


def blocks(name: str) -> list[tuple[str, str, str]]:
    """(id, title, body) of each third-level heading that opens with an id; a body ends at the next heading."""
    text = (spec_folder() / name).read_text(encoding="utf-8")
    found = []
    for match in _HEADING.finditer(text):
        rest = text[match.end() :]
        end = re.search(r"^#{2,3} ", rest, re.MULTILINE)
        found.append((match.group(1), match.group(2).strip(), rest[: end.start()] if end else rest))
    return found


def _requirement(id: str, title: str, body: str) -> Requirement:
    level = _LEVEL.search(body)
    if not level:
        raise ValueError(f"spec/mlp.md: {id} has no level: a line that begins with **MUST.**, **SHOULD.** or **MAY.**")
    latex = "\n".join(part.strip() for part in re.findall(r"\$\$(.+?)\$\$", body, re.DOTALL))
    formula = "\n".join(line[4:] for line in body.splitlines() if line.startswith("    "))
    source = re.search(r"^Source: (.+?)(?:\n\n|\Z)", body, re.MULTILINE | re.DOTALL)
    text = body.strip()
    return Requirement(id, title, level.group(1), text, latex, formula, source.group(1).strip() if source else "")
