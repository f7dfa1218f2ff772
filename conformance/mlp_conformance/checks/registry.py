"""The list of all checks, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlp_conformance.checks.trial import Trial

PHASES = ("forward", "gradients", "training", "conduct")

#: Modules whose checks register themselves; the order within a phase.
_MODULES = (
    "golden",
    "drawn",
    "shapes",
    "equal_numbers",
    "wide",
    "approximation",
    "saturation",
    "magnitude",
    "symmetry",
    "additivity",
    "structure",
    "consistency",
    "training",
    "trajectory",
    "options",
    "conduct",
    "advice",
    "chance",
)


@dataclass(frozen=True)
class Check:
    """A check: id, the sentence that says what it tests, requirement ids, the class it counts for, operations it needs.

    A SHOULD check can at worst advise.
    """

    id: str
    title: str
    requirements: tuple[str, ...]
    phase: str
    needs: tuple[str, ...]
    run: Callable[[Trial], None]

    @property
    def kind(self) -> str:
        """golden, drawn, symmetry, ...: the part of the id before the slash."""
        return self.id.split("/")[0]


class UnknownCheckError(LookupError):
    """No check has that id."""


_registry: dict[str, Check] = {}


def check(
    id: str, title: str, *requirements: str, phase: str, needs: tuple[str, ...] = ()
) -> Callable[[Callable[[Trial], None]], Callable[[Trial], None]]:
    """Register the decorated function as a check; `needs` are the operations without which it is unsupported."""

    def register(run: Callable[[Trial], None]) -> Callable[[Trial], None]:
        add(Check(id, title, requirements, phase, needs, run))
        return run

    return register


def add(found: Check) -> None:
    if found.id in _registry:
        raise ValueError(f"two checks have the id {found.id}")
    _registry[found.id] = found


@cache
def checks() -> tuple[Check, ...]:
    """Every check: forward before gradients before training before conduct, golden before drawn."""
    for module in _MODULES:
        import_module(f"mlp_conformance.checks.{module}")
    return tuple(sorted(_registry.values(), key=lambda found: PHASES.index(found.phase)))


def find(id: str) -> Check:
    """The check of that id; UnknownCheckError with a suggestion if there is none."""
    for found in checks():
        if found.id == id:
            return found
    close = get_close_matches(id, [found.id for found in checks()], n=1)
    raise UnknownCheckError(f"no check {id!r}" + (f": did you mean {close[0]!r}?" if close else ""))
