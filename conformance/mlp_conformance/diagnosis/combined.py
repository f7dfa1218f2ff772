"""Several faults at once: the singles that explain most, each with others that may do the rest."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import chain, islice, zip_longest

from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.constants import member_beside, members
from mlp_conformance.diagnosis.evidence import Sorted, size
from mlp_conformance.diagnosis.hypotheses import Hypothesis
from mlp_conformance.diagnosis.selection import telling
from mlp_conformance.faults import FAULTS, Fault, composable, compose, go_together
from mlp_conformance.faults.families import FAMILIES
from mlp_conformance.faults.placement import PLACES, is_placeable, placed
from mlp_conformance.faults.restriction import LOSS_KINDS, is_restrictable, restricted
from mlp_conformance.subject import OPERATIONS, Call
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Network

#: Singles that explain most are tried with every other fault: so many of them, on so many wrong answers.
_SEEDS, _CALLS = 16, 6
#: Singles that explain most are tried with families whose constants have to be found beside them: so many of them.
_SEEDS_BESIDE = 3
#: For three faults: so many singles to begin with, and pairs that are tried with every other fault.
_SEEDS_OF_PAIRS, _PAIRS = 6, 10
#: Of what two faults leave of all the evidence so many answers are looked at for a third.
_REST = 3
#: For a fault beside one that only some layers have, of which there are many: so many singles to begin with, by what they
#: leave of so many answers.
_SEEDS_IN_LAYERS, _CALLS_IN_LAYERS = 6, 3

#: For each of some answers the arrays with numbers that a hypothesis leaves unexplained, and how many.
Left = list[dict[str, int]]


def pairs(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis | None]:
    """Two faults of the catalogue that change different formulas."""
    combining = _combining(evidence, comparison)
    yield from combining.pairs(combining.catalogue)


def pairs_with_a_constant(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis | None]:
    """The same where one of the two, or both, is a member of a family."""
    combining = _combining(evidence, comparison)
    yield None  # finding the members takes its time
    for pair in combining.pairs(combining.faults):
        yield pair if pair is not None and any("=" in fault.id for fault in pair.faults) else None


def pairs_in_some_layers(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis | None]:
    """A fault everywhere, and another in some layers alone."""
    yield from _combining(evidence, comparison).pairs_in_some_layers()


def pairs_beside_a_fault(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis | None]:
    """A fault of the catalogue, and a member of a family with the constants that what it leaves asks for."""
    yield from _combining(evidence, comparison).pairs_beside()


def pairs_with_some_losses(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis | None]:
    """A fault with all losses, with a constant or without, and another with some of them alone."""
    yield from _combining(evidence, comparison).pairs_with_some_losses()


def triples(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis | None]:
    """Three faults that change different formulas: the pairs that leave least, each with a third."""
    combining = _combining(evidence, comparison)
    yield from combining.triples()
    yield from combining.nearly()


@lru_cache(maxsize=1)
def _combining(evidence: Sorted, comparison: Comparison) -> _Combining:
    return _Combining(evidence, comparison)


class _Combining:
    """What single faults leave far from the smallest wrong answers: another fault has to change all of that."""

    def __init__(self, evidence: Sorted, comparison: Comparison) -> None:
        self.evidence, self.comparison = evidence, comparison
        by_operation = (self._tame_first(evidence.wrong[name]) for name in evidence.operations)
        in_turn = chain.from_iterable(zip_longest(*by_operation))
        self.calls = list(islice((call for call in in_turn if call is not None), _CALLS))
        self._known: dict[tuple[str, int], tuple[dict[str, int], set[str]]] = {}

    def _tame_first(self, calls: list[Call]) -> list[Call]:
        """Those that tell most come first: one sample, or one loss, does not show every fault, and saturation hides it."""
        parts = [[call for call in calls if self.comparison.is_tame(call) is tame] for tame in (True, False)]
        return [call for part in parts for call in telling(part, _CALLS, size)]

    @cached_property
    def catalogue(self) -> list[Fault]:
        return [fault for fault in FAULTS.values() if fault.kind == "formula"]

    @cached_property
    def faults(self) -> list[Fault]:
        """The catalogue, and members of families that account for the smallest wrong answer of some operation."""
        found = list(self.catalogue)
        for operation in self.evidence.operations[:2]:
            wrong = {name: self.evidence.wrong[name] if name == operation else [] for name in OPERATIONS}
            part = Sorted(wrong, {name: [] for name in OPERATIONS}, 0)
            found += [hypothesis.faults[0] for hypothesis in members(part, self.comparison) if hypothesis]
        return list({fault.id: fault for fault in found}.values())

    def changed(self, fault: Fault) -> Iterator[set[str]]:
        """The arrays of each answer that a fault changes."""
        return (self._effect(fault, call)[1] for call in self.calls)

    def left(self, fault: Fault, calls: int = _CALLS) -> Left:
        """What a fault alone leaves, of so many answers."""
        return [self._effect(fault, call)[0] for call in self.calls[:calls]]

    def _effect(self, fault: Fault, call: Call) -> tuple[dict[str, int], set[str]]:
        key = (fault.id, id(call))
        if key not in self._known:
            self._known[key] = self.comparison.effect(call, fault.algorithm())
        return self._known[key]

    def seeds(self, faults: list[Fault], calls: int = _CALLS) -> list[Fault]:
        """The faults that explain something of so many answers, those that leave least first."""
        before, after = _total(self._left(Algorithm(), calls)), {fault.id: _total(self.left(fault, calls)) for fault in faults}
        return sorted((fault for fault in faults if after[fault.id] < before), key=lambda fault: after[fault.id])

    def _looking(self, faults: list[Fault], calls: int = _CALLS) -> Iterator[None]:
        """Work out what each leaves, one at a time: searches end between two of them."""
        for fault in faults:
            self.left(fault, calls)
            yield None

    def pairs(self, faults: list[Fault]) -> Iterator[Hypothesis | None]:
        yield from self._looking(faults)
        seen: set[frozenset[str]] = set()
        for seed in self.seeds(faults)[:_SEEDS]:
            for other in faults:
                ids = frozenset((seed.id, other.id))
                goes = ids not in seen and self._may_do(other, self.left(seed)) and composable(seed, other)
                if goes:
                    seen.add(ids)
                yield Hypothesis((seed, other)) if goes else None

    def pairs_beside(self) -> Iterator[Hypothesis | None]:
        yield from self._looking(self.catalogue)
        for seed in self.seeds(self.catalogue)[:_SEEDS_BESIDE]:
            left = self._left_in(seed)
            found = False
            for family in FAMILIES if left.operations else ():
                member = member_beside((seed,), family, left, self.comparison)
                found = found or member is not None
                yield None if member is None else Hypothesis((seed, member))
            if found:
                return

    def _left_in(self, seed: Fault) -> Sorted:
        """The wrong answers of which the fault alone leaves something, of the first operation that has any."""
        wrong: dict[str, list[Call]] = {name: [] for name in OPERATIONS}
        for name in self.evidence.operations:
            wrong[name] = [call for call in self.evidence.wrong[name] if self.comparison.far(call, seed.algorithm())]
            if wrong[name]:
                break
        return Sorted(wrong, {name: [] for name in OPERATIONS}, 0)

    def pairs_in_some_layers(self) -> Iterator[Hypothesis | None]:
        yield from self._pairs_of(self.catalogue, self.in_some_layers)

    def pairs_with_some_losses(self) -> Iterator[Hypothesis | None]:
        if self.with_some_losses:
            yield from self._pairs_of(self.faults, self.with_some_losses)

    def _pairs_of(self, everywhere: list[Fault], partial: list[Fault]) -> Iterator[Hypothesis | None]:
        """Of the two, either may be the one that explains more by itself."""
        for first, second in ((everywhere, partial), (partial, everywhere)):
            yield from self._looking(first, _CALLS_IN_LAYERS)
            for seed in self.seeds(first, _CALLS_IN_LAYERS)[:_SEEDS_IN_LAYERS]:
                for other in second:
                    goes = self._may_do(other, self.left(seed)) and composable(seed, other)
                    yield Hypothesis((seed, other)) if goes else None

    @cached_property
    def in_some_layers(self) -> list[Fault]:
        """Faults of single layers in some of them alone.

        What places come to is the sets of layers in the networks at hand: of several that are the same the first is tried.
        """
        networks = [call.case.network for call in self.calls]
        places = {tuple(place.layers(network) for network in networks): place for place in reversed(PLACES)}
        partial = [place for where, place in places.items() if any(where) and not _everywhere(where, networks)]
        return [placed(fault, place) for fault in FAULTS.values() if is_placeable(fault) for place in partial]

    @cached_property
    def with_some_losses(self) -> list[Fault]:
        """Faults with some losses alone, where the networks at hand have losses of both kinds."""
        kinds = [kind for kind in LOSS_KINDS if 0 < sum(kind.holds(call.case.network) for call in self.calls) < len(self.calls)]
        return [restricted(fault, kind) for fault in self.catalogue if is_restrictable(fault) for kind in kinds]

    def triples(self) -> Iterator[Hypothesis | None]:
        yield from self._looking(self.faults)
        partial: list[tuple[Left, tuple[Fault, Fault]]] = []
        for found in self._partial_pairs():
            partial += [found] if found else []
            yield None
        seen: set[frozenset[str]] = set()
        for left, pair in sorted(partial, key=lambda item: _total(item[0]))[:_PAIRS]:
            for third in self.faults:
                ids = frozenset((*(fault.id for fault in pair), third.id))
                if ids not in seen and self._may_do(third, left) and go_together(*pair, third):
                    seen.add(ids)
                    yield Hypothesis((*pair, third))

    def nearly(self) -> Iterator[Hypothesis | None]:
        """Two faults that explain all those calls and not all of the evidence, each with a third that shows in the rest."""
        tried: set[frozenset[str]] = set()
        enough = 0
        for pair in chain(self.pairs(self.faults), self.pairs_with_some_losses()):
            yield None
            ids = frozenset(fault.id for fault in pair.faults) if pair else frozenset()
            if pair is None or ids in tried:
                continue
            tried.add(ids)
            if not _total(self._left(compose(*pair.faults)())):
                yield from self._thirds(pair)
                enough += 1
            if enough == _SEEDS_OF_PAIRS:
                return

    def _thirds(self, pair: Hypothesis) -> Iterator[Hypothesis]:
        """The pair with each fault that changes what it leaves of all the evidence, where that is the lesser part."""
        left = [(call, self.comparison.far(call, compose(*pair.faults)())) for call in self.evidence.all_wrong]
        rest = [(call, names) for call, names in left if names]
        if not rest or 2 * len(rest) > len(left):
            return
        for third in [*self.faults, *self.with_some_losses]:
            together = go_together(*pair.faults, third)
            if together and all(names.keys() <= self._changed_on(call, third) for call, names in rest[:_REST]):
                yield Hypothesis((*pair.faults, third))

    def _changed_on(self, call: Call, fault: Fault) -> set[str]:
        return self.comparison.effect(call, fault.algorithm())[1]

    def _partial_pairs(self) -> Iterator[tuple[Left, tuple[Fault, Fault]] | None]:
        """Pairs that leave less than their first fault alone, and something for a third to do; None for each that does not."""
        seen: set[frozenset[str]] = set()
        for seed in self.seeds(self.faults)[:_SEEDS_OF_PAIRS]:
            before = self.left(seed)
            for other in self.faults:
                ids = frozenset((seed.id, other.id))
                touches = any(names.keys() & others for names, others in zip(before, self.changed(other), strict=True))
                left = self._left(compose(seed, other)()) if ids not in seen and touches and composable(seed, other) else []
                if 0 < _total(left) < _total(before):
                    seen.add(ids)
                    yield left, (seed, other)
                else:
                    yield None

    def _left(self, algorithm: Algorithm, calls: int = _CALLS) -> Left:
        return [self.comparison.far(call, algorithm) for call in self.calls[:calls]]

    def _may_do(self, fault: Fault, left: Left) -> bool:
        """Whether the fault changes every array that is left unexplained."""
        return all(names.keys() <= others for names, others in zip(left, self.changed(fault), strict=True))


def _total(left: Left) -> int:
    return sum(sum(names.values()) for names in left)


def _everywhere(where: tuple[frozenset[int], ...], networks: list[Network]) -> bool:
    return all(len(layers) == len(network.layers) for layers, network in zip(where, networks, strict=True))
