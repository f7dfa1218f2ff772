"""What a family of faults is: the same mistake with constants that nobody can know beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from mlp_conformance.faults.fault import Fault, Phase
from mlp_reference.mlp import Algorithm


@dataclass(frozen=True)
class Family:
    """Faults that differ in a constant c, or in several; `{c}`, `{d}`, `{e}` stand for them in title and wrong formula.

    within: where the constant makes sense; more: the same of the others. everywhere: whether it is a fault of its own in all
    layers at once, and not another family's. starts: where to look, if not at every order of magnitude: for several
    constants always given.
    """

    id: str
    title: str
    phase: Phase
    breaks: tuple[str, ...]
    right: str
    wrong: str
    mend: str
    build: Callable[..., type[Algorithm]]
    within: tuple[float, float] = (-inf, inf)
    everywhere: bool = True
    starts: tuple[tuple[float, ...], ...] = ()
    more: tuple[tuple[float, float], ...] = ()

    @property
    def example(self) -> tuple[float, ...]:
        """Constants that make sense, for those who want any member."""
        return self.starts[0] if self.starts else (0.5,)

    def holds(self, constants: Sequence[float]) -> bool:
        """Whether there are as many as the family has, and they make sense."""
        limits = (self.within, *self.more)
        return len(constants) == len(limits) and all(
            low < constant < high for constant, (low, high) in zip(constants, limits, strict=True)
        )

    def member(self, *constants: float) -> Fault:
        """The fault with those constants."""
        words = dict(zip("cde", map(_written, constants), strict=False))
        return Fault(
            id=f"{self.id}={','.join(words.values())}",
            title=self.title.format(**words),
            explanation=f"The constant{'s were' if self.more else ' was'} found from the numbers.",
            phase=self.phase,
            breaks=self.breaks,
            right=self.right,
            wrong=self.wrong.format(**words),
            mend=self.mend,
            seen="found by its numbers",
            algorithm=self.build(*constants),
            kind="formula",
        )


def _written(constant: float) -> str:
    """Four digits, and as many more as tell it from 1: a factor of 0.99999 is no factor of 1."""
    digits = next(k for k in range(4, 18) if abs(float(f"{constant:.{k}g}") - constant) <= 1e-3 * abs(constant - 1))
    return f"{constant:.{digits}g}"
