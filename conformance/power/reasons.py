"""Why a survivor survives: mutants that compute the same function, and faults that only break what nothing can demand."""

from __future__ import annotations

#: (beginning of a mutant's id, a part of the change, why it is equivalent); the first that fits is the reason.
_EQUIVALENT: tuple[tuple[str, str, str], ...] = ()

#: Fault ids and why no check of the suite can see them.
FAULTS: dict[str, str] = {}


def reason(mutant: str) -> str:
    """Why that mutant cannot be told from the reference; empty if nobody has said why."""
    for beginning, part, why in _EQUIVALENT:
        if mutant.startswith(beginning) and part in mutant:
            return why
    return ""
