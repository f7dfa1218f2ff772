"""Which known faults account for the evidence: exactly, on every answer, by comparing with the fault's own certified values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mlp_conformance.diagnosis.comparison import Comparison, match
from mlp_conformance.diagnosis.conditions import Condition
from mlp_conformance.diagnosis.evidence import Sorted, size
from mlp_conformance.faults import FAULTS, Fault, composable, compose
from mlp_conformance.faults.placement import placements
from mlp_conformance.subject import Call
from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm

#: Singles that explain most are tried together with every other fault: so many of them, on so many wrong answers.
_PAIR_SEEDS, _PAIR_CALLS = 16, 6
#: Wrong answers, and as many right ones, by which partial explanations are measured.
_PARTIAL = 16


@dataclass(frozen=True)
class Hypothesis:
    """One fault, or two at once; where there is a condition, the right algorithm wherever it does not hold."""

    faults: tuple[Fault, ...]
    condition: Condition | None = None

    @property
    def id(self) -> str:
        return "+".join(fault.id for fault in self.faults)

    @property
    def title(self) -> str:
        title = " and ".join(fault.title.rstrip(".") for fault in self.faults)
        return f"{title}, but only where {self.condition.words}" if self.condition else title

    def algorithm(self, call: Call) -> Algorithm:
        """What is computed on that call."""
        if self.condition is not None and not self.condition.holds(call.case):
            return Algorithm()
        return compose(*self.faults)()


def singles() -> Iterator[Hypothesis]:
    """Every fault that has certified values of its own."""
    return (Hypothesis((fault,)) for fault in FAULTS.values() if fault.kind == "formula")


def singles_in_some_layers() -> Iterator[Hypothesis]:
    """Every fault of single layers, in some of them alone."""
    return (Hypothesis((fault,)) for fault in placements())


def explaining(candidates: Iterable[Hypothesis], evidence: Sorted, comparison: Comparison) -> list[Hypothesis]:
    """Those that reproduce every answer, wrong and right; most are dismissed by the first small wrong answer.

    One that says nothing of most wrong answers, as its own values are undefined there, explains nothing.
    """
    order = [*sorted(evidence.all_wrong, key=lambda call: (not comparison.is_tame(call), size(call)))]
    order += sorted(evidence.all_right, key=size)
    wrong = {id(call) for call in evidence.all_wrong}
    found = []
    for candidate in candidates:
        silent = 0
        for call in order:
            result = comparison.match(call, candidate.algorithm(call))
            if result is None or result.judged == 0:
                silent += id(call) in wrong
            elif not result.is_exact:
                break
        else:
            if 2 * silent <= len(evidence.all_wrong):
                found.append(candidate)
    return found


def pairs(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis]:
    """Two faults that change different formulas: the singles that explain most, each with every other."""
    calls = evidence.smallest_wrong[:_PAIR_CALLS]
    every = [hypothesis.faults[0] for hypothesis in singles()]
    right = [_outside(call, Algorithm(), comparison) for call in calls]

    def explained(fault: Fault) -> int:
        return sum(r - _outside(call, fault.algorithm(), comparison) for call, r in zip(calls, right, strict=True))

    scores = {fault.id: explained(fault) for fault in every}
    seeds = sorted((fault for fault in every if scores[fault.id] > 0), key=lambda fault: -scores[fault.id])[:_PAIR_SEEDS]
    seen: set[frozenset[str]] = set()
    for seed in seeds:
        for other in every:
            ids = frozenset((seed.id, other.id))
            if ids not in seen and composable(seed, other):
                seen.add(ids)
                yield Hypothesis((seed, other))


def _outside(call: Call, algorithm: Algorithm, comparison: Comparison) -> int:
    found = comparison.match(call, algorithm)
    return 0 if found is None else found.outside


def partial(evidence: Sorted, comparison: Comparison) -> list[tuple[Hypothesis, int, int]]:
    """Singles that account for whole wrong answers, though not for all: (hypothesis, answers explained, of how many).

    One that would spoil a right answer is left out: it is not even a part of the truth.
    """
    wrong = [call for call in evidence.smallest_wrong if comparison.is_tame(call)][:_PARTIAL]
    right = evidence.all_right[:_PARTIAL]

    def explains(hypothesis: Hypothesis, call: Call) -> bool:
        found = comparison.match(call, hypothesis.algorithm(call))
        return found is not None and found.explains

    found = []
    for hypothesis in singles():
        explained = sum(explains(hypothesis, call) for call in wrong)
        if 2 * explained > len(wrong) and all(explains(hypothesis, call) for call in right):
            found.append((hypothesis, explained, len(wrong)))
    return sorted(found, key=lambda item: -item[1])


def told_apart(
    hypotheses: list[Hypothesis],
    draw: Callable[[Callable[[Call], None]], None],
    format: Format,
) -> list[Hypothesis]:
    """The hypotheses that fresh cases leave standing: asked for until one is left, or the cases are used up."""
    standing = list(hypotheses)

    def ask(call: Call) -> None:
        nonlocal standing
        kept = []
        for hypothesis in standing:
            found = match(call, hypothesis.algorithm(call), format)
            if found is None or found.is_exact:
                kept.append(hypothesis)
        standing = kept

    draw(ask)
    return standing
