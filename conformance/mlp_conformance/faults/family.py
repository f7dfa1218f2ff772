"""What a family of faults is: the same mistake with a constant that nobody can know beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from mlp_conformance.faults.fault import Fault, Phase
from mlp_reference.mlp import Algorithm


@dataclass(frozen=True)
class Family:
    """Faults that differ in one constant c; `{c}` stands for it in title and wrong formula.

    within: where the constant makes sense. everywhere: whether it is a fault of its own in all layers at once, and not
    another family's. starts: where to look for it, if not at every order of magnitude.
    """

    id: str
    title: str
    phase: Phase
    breaks: tuple[str, ...]
    right: str
    wrong: str
    mend: str
    build: Callable[[float], type[Algorithm]]
    within: tuple[float, float] = (-inf, inf)
    everywhere: bool = True
    starts: tuple[float, ...] = ()

    def member(self, constant: float) -> Fault:
        """The fault with that constant."""
        c = _written(constant)
        return Fault(
            id=f"{self.id}={c}",
            title=self.title.format(c=c),
            explanation="The constant was found from the numbers.",
            phase=self.phase,
            breaks=self.breaks,
            right=self.right,
            wrong=self.wrong.format(c=c),
            mend=self.mend,
            seen="found by its numbers",
            algorithm=self.build(constant),
            kind="formula",
        )


def _written(constant: float) -> str:
    """Four digits, and as many more as tell it from 1: a factor of 0.99999 is no factor of 1."""
    digits = next(k for k in range(4, 18) if abs(float(f"{constant:.{k}g}") - constant) <= 1e-3 * abs(constant - 1))
    return f"{constant:.{digits}g}"
