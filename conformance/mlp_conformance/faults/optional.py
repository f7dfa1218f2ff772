"""Faults of the optional parts of training (OPT-1 to OPT-7): plain training is right, an option is not.

They are a list of their own: whoever claims no option cannot have them. `optional_gradients` has those of penalty, dropout
and clipping, `optional_steps` those of momentum, schedules and batches.
"""

from __future__ import annotations

from collections.abc import Callable

from mlp_conformance.faults.fault import FAULTS, Fault
from mlp_reference.descent import Descent

#: Every fault of an optional part, by id.
OPTION_FAULTS: dict[str, Fault] = {}


def optional_fault(
    id: str, title: str, requirement: str, *, right: str, wrong: str, mend: str, seen: str = "common"
) -> Callable[[type[Descent]], type[Descent]]:
    """Enter the decorated algorithm into `OPTION_FAULTS`; its docstring is the explanation."""

    def enter(algorithm: type[Descent]) -> type[Descent]:
        if id in FAULTS or id in OPTION_FAULTS:
            raise ValueError(f"two faults are called {id!r}")
        explanation = " ".join((algorithm.__doc__ or "").split())
        OPTION_FAULTS[id] = Fault(
            id, title, explanation, "update", (requirement,), right, wrong, mend, seen, algorithm, "formula"
        )
        return algorithm

    return enter
