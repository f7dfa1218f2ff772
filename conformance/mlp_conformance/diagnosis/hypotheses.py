"""Which known faults account for the evidence: exactly, on every answer, by comparing with the fault's own certified values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mlp_conformance.diagnosis.comparison import Comparison, match
from mlp_conformance.diagnosis.conditions import Condition
from mlp_conformance.diagnosis.evidence import Sorted, size
from mlp_conformance.faults import FAULTS, Fault, compose
from mlp_conformance.faults.parts import in_gradients_alone, in_loss_alone, is_separable
from mlp_conformance.faults.placement import PLACES, has_slope, in_forward_pass, is_placeable, placed
from mlp_conformance.faults.variants import with_either_loss
from mlp_conformance.subject import Call
from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm

#: Wrong answers, and as many right ones, by which partial explanations are measured.
_PARTIAL = 16
#: The largest wrong answers of an operation, of which a partial explanation has to account for one.
_LARGEST = 4
#: In a title: what follows is the condition of the fault.
ONLY_WHERE = ", but only where "


@dataclass(frozen=True)
class Hypothesis:
    """One fault, or several at once; where there is a condition, the right algorithm wherever it does not hold."""

    faults: tuple[Fault, ...]
    condition: Condition | None = None

    @property
    def id(self) -> str:
        return "+".join(fault.id for fault in self.faults)

    @property
    def title(self) -> str:
        *others, last = (fault.title.rstrip(".") for fault in self.faults)
        title = f"{', '.join(others)} and {last}" if others else last
        return f"{title}{ONLY_WHERE}{self.condition.words}" if self.condition else title

    def algorithm(self, call: Call) -> Algorithm:
        """What is computed on that call."""
        if self.condition is not None and not self.condition.holds(call.case):
            return Algorithm()
        return compose(*self.faults)()


def singles(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis]:
    """Every fault that has certified values of its own; with both ways to compute a loss, where it matters.

    Then activations that are replaced in the forward pass alone.
    """
    formulas = [known for known in FAULTS.values() if known.kind == "formula"]
    for known in (*formulas, *map(in_forward_pass, filter(has_slope, formulas))):
        yield from (Hypothesis((variant,)) for variant in with_either_loss(known))


def singles_in_one_part(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis]:
    """Faults of a loss and its gradient, in one of the two alone."""
    for known in filter(is_separable, FAULTS.values()):
        yield Hypothesis((in_loss_alone(known),))
        yield Hypothesis((in_gradients_alone(known),))


def singles_in_some_layers(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis]:
    """Faults of single layers, in some of them alone: those that are near the smallest wrong answer.

    What a place comes to is the set of the network's layers that are there: it is looked at once, whatever its words.
    """
    call = next(filter(comparison.is_tame, evidence.smallest_wrong), evidence.smallest_wrong[0])
    for known in filter(is_placeable, FAULTS.values()):
        near: dict[frozenset[int], bool] = {}
        for place in PLACES:
            where = place.layers(call.case.network)
            if where not in near:
                near[where] = bool(where) and comparison.is_near(call, placed(known, place).algorithm())
            if near[where]:
                yield Hypothesis((placed(known, place),))


def explaining(candidates: Iterable[Hypothesis | None], evidence: Sorted, comparison: Comparison) -> list[Hypothesis]:
    """Those that reproduce every wrong answer (None is no candidate); most are dismissed by their floats, on a small one.

    One that says nothing of most wrong answers, as its own values are undefined there, explains nothing.
    """
    order = sorted(evidence.all_wrong, key=lambda call: (not comparison.is_tame(call), size(call)))
    found = []
    for candidate in filter(None, candidates):
        if not all(comparison.is_near(call, candidate.algorithm(call)) for call in order):
            continue
        silent = 0
        for call in order:
            result = comparison.match(call, candidate.algorithm(call))
            if result is None or result.telling == 0:
                silent += 1
            elif not result.is_exact:
                break
        else:
            if 2 * silent <= len(order):
                found.append(candidate)
    return found


def sparing(candidates: Iterable[Hypothesis], evidence: Sorted, comparison: Comparison) -> list[Hypothesis]:
    """Those that reproduce every right answer, too."""
    order = sorted(evidence.all_right, key=size)

    def spares(candidate: Hypothesis) -> bool:
        if not all(comparison.is_near(call, candidate.algorithm(call)) for call in order):
            return False
        matches = (comparison.match(call, candidate.algorithm(call)) for call in order)
        return all(found is None or found.is_exact for found in matches)

    return [candidate for candidate in candidates if spares(candidate)]


def partial(evidence: Sorted, comparison: Comparison) -> list[tuple[Hypothesis, int, int]]:
    """Singles that account for whole wrong answers, though not for all: (hypothesis, answers explained, of how many).

    One that would spoil a right answer is left out: it is not even a part of the truth. So is one that explains small
    answers alone: in those of one sample or one unit many formulas come to the same.
    """
    wrong = [call for call in evidence.smallest_wrong if comparison.is_tame(call)][:_PARTIAL]
    larger = [call for calls in evidence.wrong.values() for call in calls[-_LARGEST:]]

    def explains(hypothesis: Hypothesis, call: Call) -> bool:
        found = comparison.match(call, hypothesis.algorithm(call))
        return found is not None and found.explains

    def explained_by(hypothesis: Hypothesis) -> int:
        """How many of the wrong answers; 0 once it cannot be most of them."""
        explained = 0
        for index, call in enumerate(wrong):
            explained += explains(hypothesis, call)
            if 2 * (explained + len(wrong) - index - 1) <= len(wrong):
                return 0
        return explained

    found = []
    for hypothesis in {hypothesis.id: hypothesis for hypothesis in singles(evidence, comparison)}.values():
        explained = explained_by(hypothesis)
        if explained and any(explains(hypothesis, call) for call in larger) and sparing((hypothesis,), evidence, comparison):
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
