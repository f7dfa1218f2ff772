"""What causes the answers that were set aside, beside the faults that explain all others: a fault of their own requirements.

What is no formula, such as an exponential that overflows, is compared in the floats of the claimed dtype: it has to be
infinite, or no number, in the very places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mlp_conformance.diagnosis.comparison import Comparison, is_outside
from mlp_conformance.diagnosis.constants import member_beside
from mlp_conformance.diagnosis.evidence import Evidence, Sorted, size
from mlp_conformance.diagnosis.exceptions import GIVEN_NO_NUMBERS, SetAside
from mlp_conformance.diagnosis.hypotheses import Hypothesis
from mlp_conformance.diagnosis.quantities import named
from mlp_conformance.diagnosis.replay import answered_by
from mlp_conformance.faults import FAULTS, Fault, go_together
from mlp_conformance.faults.families import FAMILIES
from mlp_conformance.faults.family import Family
from mlp_conformance.subject import OPERATIONS, Call

#: Answers that are looked at, wrong ones and right ones.
_LOOKED_AT = 14


@dataclass(frozen=True)
class Causes:
    """Looks for the cause of what was set aside of a run. ordinary: the evidence without it; dtype: as it is claimed."""

    ordinary: Evidence
    comparison: Comparison
    dtype: str

    def of(self, aside: SetAside, base: Hypothesis | None) -> list[tuple[Fault, ...]]:
        """What explains those answers, beside the hypothesis that explains the others (None: they are right).

        An empty tuple: the hypothesis does. Without any they are not explained.
        """
        if base is not None and self._explains(base, aside):
            return [()]
        known = () if base is None else base.faults
        is_plain = base is None or base.condition is None
        if not is_plain or any(fault.kind != "formula" for fault in known):
            return []
        found = [cause for cause in self._single(aside, known) if self._suffices((*known, cause), aside)]
        if known and found and self._same_for_all(known, aside):
            return [()]  # what is added changes nothing there
        plain = [cause for cause in found if "=" not in cause.id] or found
        return [(cause,) for cause in plain]

    def _single(self, aside: SetAside, base: tuple[Fault, ...]) -> Iterator[Fault]:
        """Faults that break the requirements at stake and go with the others."""
        known = (
            fault for fault in FAULTS.values() if fault.kind != "conduct" and aside.kind.at_stake.intersection(fault.breaks)
        )
        yield from (fault for fault in known if go_together(*base, fault))
        for family in FAMILIES:
            if aside.kind.at_stake.intersection(family.breaks):
                yield from self._member(family, aside, base)

    def _member(self, family: Family, aside: SetAside, base: tuple[Fault, ...]) -> Iterator[Fault]:
        """With the constants that those answers ask for beside the others."""
        wrong = {name: [call for call in self._smallest(aside.wrong) if call.operation == name] for name in OPERATIONS}
        part = Sorted(wrong, {name: [] for name in OPERATIONS}, 0)
        found = member_beside(base, family, part, self.comparison)
        if found is not None:
            yield found

    def _suffices(self, faults: tuple[Fault, ...], aside: SetAside) -> bool:
        """Whether they explain those answers, and change nothing of the others where what is added is no formula.

        An operation all of whose answers are right may be computed in another way.
        """
        if all(fault.kind == "formula" for fault in faults):
            return self._explains(Hypothesis(faults), aside)
        return self._same_for_all(faults, aside) and not any(
            self._breaks(faults, call)
            for operation in sorted({call.operation for call in aside.wrong})
            for call in self.ordinary.distinct(operation)
            if not GIVEN_NO_NUMBERS.holds(call, self.comparison)
        )

    def _same_for_all(self, faults: tuple[Fault, ...], aside: SetAside) -> bool:
        """Whether the faults' floats are those answers, and the right ones beside them."""
        operations = {call.operation for call in aside.wrong}
        right = [call for call in aside.right if call.operation in operations]
        return all(self._same_in_floats(faults, call) for call in [*self._smallest(aside.wrong), *self._smallest(right)])

    def _explains(self, hypothesis: Hypothesis, aside: SetAside) -> bool:
        wrong = [self.comparison.match(call, hypothesis.algorithm(call)) for call in self._smallest(aside.wrong)]
        right = [self.comparison.match(call, hypothesis.algorithm(call)) for call in self._smallest(aside.right)]
        return all(found is not None and found.explains for found in wrong) and all(
            found is None or found.is_exact for found in right
        )

    def _same_in_floats(self, faults: tuple[Fault, ...], call: Call) -> bool:
        """Whether the answer is as near to the faults' floats as floats can tell, and not finite where these are not.

        There it may be right instead: whoever sets what a mask leaves out to 0 has that in place of 0 times infinity.
        """
        own = answered_by(faults, call, self.dtype)
        right = {name: expected for name, _, expected in self.comparison.right(call) or []}
        half = 2.0 ** -(self.comparison.format.precision // 2)
        told = [(name, got, own[name]) for name, got in named(call) if name in own]  # fewer updates have fewer losses
        for name, got, one in told:
            if one.shape != got.shape:
                return False
            finite, lost = np.isfinite(got), ~np.isfinite(one)
            if np.array_equal(~finite, lost):
                lost = np.zeros(got.shape, bool)
            elif name not in right or np.any(~finite & ~lost) or np.any(finite & lost & is_outside(got, right[name])):
                return False
            allowed = half * np.max(np.abs(one), initial=0.0, where=finite & ~lost)
            allowed += right[name].bound if name in right else 0.0
            if np.any(np.abs(one - got, where=finite & ~lost, out=np.zeros(got.shape)) > allowed):
                return False
        return bool(told)

    def _breaks(self, faults: tuple[Fault, ...], call: Call) -> bool:
        """Whether the faults' floats are not finite where the answer is."""
        own = answered_by(faults, call, self.dtype)
        pairs = ((got, own[name]) for name, got in named(call) if name in own)
        return any(one.shape == got.shape and bool(np.any(np.isfinite(got) & ~np.isfinite(one))) for got, one in pairs)

    def _smallest(self, calls: Sequence[Call]) -> list[Call]:
        return sorted(calls, key=size)[:_LOOKED_AT]
