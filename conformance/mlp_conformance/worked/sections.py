"""A worked example as data: sections in the order of the computation, a line for each number."""

from __future__ import annotations

from dataclasses import dataclass

from mlp_conformance.worked.formula import Formula, Number
from mlp_reference.network import Case

#: A page with more lines than this is no longer read.
MOST_LINES = 3_000


class TooLargeError(ValueError):
    """There are more numbers than anybody reads."""


@dataclass(frozen=True)
class Line:
    """One number: key names it as the checks do (a1[0, 2], dE/dW1[0, 2]), symbol is its name as typeset.

    numbers is the formula with its numbers put in.
    """

    key: str
    symbol: Formula
    numbers: Formula
    value: Number


@dataclass(frozen=True)
class Section:
    """The numbers that one formula gives: phase is one of forward, loss, backward, update."""

    title: str
    phase: str
    requirements: tuple[str, ...]
    symbol: Formula
    formula: Formula
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Worked:
    """A worked example: the case with exact numbers, an epoch's sections, and the number of that epoch."""

    case: Case
    sections: tuple[Section, ...]
    epoch: int = 1

    def line(self, key: str) -> Line | None:
        """The line of that key."""
        return next((line for section in self.sections for line in section.lines if line.key == key), None)
