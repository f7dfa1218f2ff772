"""What a known fault is: the right algorithm with one formula changed, and what to say about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from mlp_reference.mlp import Algorithm

Phase = Literal["forward", "loss", "gradients", "update", "conduct"]
Kind = Literal["formula", "arithmetic", "conduct"]
PHASES: tuple[Phase, ...] = ("forward", "loss", "gradients", "update", "conduct")

_Class = TypeVar("_Class", bound=type[Algorithm])


@dataclass(frozen=True)
class Fault:
    """A known way to get it wrong.

    title: what is wrong, in one short sentence; explanation: why it matters and how to notice it. phase:
    where in the computation; breaks: the requirements that it violates. right, wrong: the formula as it
    should be and as it is; mend: what to do; seen: where it has been found. algorithm: the right algorithm
    with that formula changed. kind: "formula" runs on floats, balls and bounded values alike; "arithmetic" is
    the right formula evaluated badly, or one that decides by computed numbers, and runs on floats only;
    "conduct" depends on other calls or on chance, or changes what is not its own, and runs on floats only. choice:
    whether somebody may want it: another way to descend, a schedule, an option. It is wrong where plain training is claimed.
    like: the id of a plainer fault, which is named where nothing that is claimed tells the two apart.
    """

    id: str
    title: str
    explanation: str
    phase: Phase
    breaks: tuple[str, ...]
    right: str
    wrong: str
    mend: str
    seen: str
    algorithm: type[Algorithm]
    kind: Kind
    choice: bool = False
    like: str = ""


class UnknownFault(LookupError):  # noqa: N818 - it says what happened
    """No fault has that id."""


#: Every fault, by id, in the order of definition: by phase, see the package's modules.
FAULTS: dict[str, Fault] = {}


def known(
    id: str,
    title: str,
    *breaks: str,
    phase: Phase,
    right: str,
    wrong: str,
    mend: str,
    seen: str = "common",
    kind: Kind = "formula",
    choice: bool = False,
    like: str = "",
) -> Callable[[_Class], _Class]:
    """Enter the decorated algorithm into `FAULTS`; its docstring is the explanation."""

    def enter(algorithm: _Class) -> _Class:
        if id in FAULTS:
            raise ValueError(f"two faults are called {id!r}")
        explanation = " ".join((algorithm.__doc__ or "").split())
        FAULTS[id] = Fault(id, title, explanation, phase, breaks, right, wrong, mend, seen, algorithm, kind, choice, like)
        return algorithm

    return enter
