"""Several faults at once: the singles that explain most, each with others that may do the rest."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.constants import members
from mlp_conformance.diagnosis.evidence import Sorted
from mlp_conformance.diagnosis.hypotheses import Hypothesis
from mlp_conformance.faults import FAULTS, Fault, composable, compose
from mlp_conformance.subject import OPERATIONS
from mlp_reference.mlp import Algorithm

#: Singles that explain most are tried with every other fault: so many of them, on so many wrong answers.
_SEEDS, _CALLS = 16, 6
#: For three faults: so many singles to begin with, and pairs that are tried with every other fault.
_SEEDS_OF_PAIRS, _PAIRS = 6, 10

#: For each of some answers the arrays with numbers that a hypothesis leaves unexplained, and how many.
Left = list[dict[str, int]]


def pairs(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis]:
    """Two faults that change different formulas."""
    yield from _Combining(evidence, comparison).pairs()


def triples(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis]:
    """Three faults that change different formulas: the pairs that leave least, each with a third."""
    yield from _Combining(evidence, comparison).triples()


class _Combining:
    """What single faults leave far from the smallest wrong answers: another fault has to change all of that."""

    def __init__(self, evidence: Sorted, comparison: Comparison) -> None:
        self.evidence, self.comparison = evidence, comparison
        tame = [call for call in evidence.smallest_wrong if comparison.is_tame(call)]  # saturation hides what a fault changes
        self.calls = (tame or evidence.smallest_wrong)[:_CALLS]

    @cached_property
    def faults(self) -> list[Fault]:
        """The catalogue, and members of families that account for the smallest wrong answer of some operation."""
        found = [fault for fault in FAULTS.values() if fault.kind == "formula"]
        for operation in self.evidence.operations[:2]:
            wrong = {name: self.evidence.wrong[name] if name == operation else [] for name in OPERATIONS}
            part = Sorted(wrong, {name: [] for name in OPERATIONS}, 0)
            found += [hypothesis.faults[0] for hypothesis in members(part, self.comparison)]
        return list({fault.id: fault for fault in found}.values())

    @cached_property
    def changed(self) -> dict[str, list[set[str]]]:
        """The arrays of each answer that a fault changes."""
        return {fault.id: [self.comparison.changed(call, fault.algorithm()) for call in self.calls] for fault in self.faults}

    @cached_property
    def left(self) -> dict[str, Left]:
        return {fault.id: self._left(fault.algorithm()) for fault in self.faults}

    @cached_property
    def seeds(self) -> list[Fault]:
        """The faults that explain something, those that leave least first."""
        before, after = _total(self._left(Algorithm())), {id: _total(left) for id, left in self.left.items()}
        return sorted((fault for fault in self.faults if after[fault.id] < before), key=lambda fault: after[fault.id])

    def pairs(self) -> Iterator[Hypothesis]:
        seen: set[frozenset[str]] = set()
        for seed in self.seeds[:_SEEDS]:
            for other in self.faults:
                ids = frozenset((seed.id, other.id))
                if ids not in seen and self._may_do(other, self.left[seed.id]) and composable(seed, other):
                    seen.add(ids)
                    yield Hypothesis((seed, other))

    def triples(self) -> Iterator[Hypothesis]:
        seen: set[frozenset[str]] = set()
        for left, pair in sorted(self._partial_pairs(), key=lambda item: _total(item[0]))[:_PAIRS]:
            for third in self.faults:
                ids = frozenset((*(fault.id for fault in pair), third.id))
                if ids not in seen and self._may_do(third, left) and all(composable(fault, third) for fault in pair):
                    seen.add(ids)
                    if _can_be_composed(*pair, third):
                        yield Hypothesis((*pair, third))

    def _partial_pairs(self) -> Iterator[tuple[Left, tuple[Fault, Fault]]]:
        """Pairs that leave less than their first fault alone, and something for a third to do."""
        for seed in self.seeds[:_SEEDS_OF_PAIRS]:
            before = self.left[seed.id]
            for other in self.faults:
                touches = any(names.keys() & others for names, others in zip(before, self.changed[other.id], strict=True))
                if touches and composable(seed, other):
                    left = self._left(compose(seed, other)())
                    if 0 < _total(left) < _total(before):
                        yield left, (seed, other)

    def _left(self, algorithm: Algorithm) -> Left:
        return [self.comparison.far(call, algorithm) for call in self.calls]

    def _may_do(self, fault: Fault, left: Left) -> bool:
        """Whether the fault changes every array that is left unexplained."""
        return all(names.keys() <= others for names, others in zip(left, self.changed[fault.id], strict=True))


def _total(left: Left) -> int:
    return sum(sum(names.values()) for names in left)


def _can_be_composed(*faults: Fault) -> bool:
    try:
        return bool(compose(*faults))
    except TypeError:  # there is no order in which all their changes would hold
        return False
