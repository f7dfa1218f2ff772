"""Finds the constants of a family of faults from the numbers of a wrong answer, for the exact comparison to decide on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.evidence import Sorted
from mlp_conformance.diagnosis.hypotheses import Hypothesis, sparing
from mlp_conformance.diagnosis.quantities import named
from mlp_conformance.diagnosis.solving import SPREAD, STARTS, Constants, Residual, Search, plain
from mlp_conformance.faults import Fault, compose, go_together
from mlp_conformance.faults.families import FAMILIES
from mlp_conformance.faults.family import Family
from mlp_conformance.faults.placement import PLACES, Place, is_placeable, placed
from mlp_conformance.faults.variants import with_either_loss
from mlp_conformance.subject import Call
from mlp_reference.mlp import Algorithm

#: Wrong answers that constants have to reproduce before all are looked at.
_TOLD = 4
#: After so many epochs every constant of an optimiser shows.
_SEVERAL = 3

Member = Callable[..., Fault]


def members(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis | None]:
    """For each family the member whose constants reproduce the smallest wrong answer; None where there is none.

    So whoever asks can stop the search after any of them.
    """
    for family in FAMILIES:
        constants = constants_of(family.member, family, evidence, comparison, STARTS) if family.everywhere else None
        if constants is None:
            yield None
        else:
            yield from (Hypothesis((variant,)) for variant in with_either_loss(family.member(*constants)))


def members_in_some_layers(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis | None]:
    """The same of the families that are about single layers, in some of them alone."""
    network = evidence.smallest_wrong[0].case.network
    for family in FAMILIES:
        if not is_placeable(family.member(*family.example)):
            continue
        solved: dict[frozenset[int], Constants | None] = {}
        for place in PLACES:
            where = place.layers(network)
            if where and where not in solved:
                solved[where] = constants_of(partial(_placed_member, family, place), family, evidence, comparison, (), place.id)
            constants = solved.get(where)
            yield None if constants is None else Hypothesis((_placed_member(family, place, *constants),))


def _placed_member(family: Family, place: Place, *constants: float) -> Fault:
    return placed(family.member(*constants), place)


def member_beside(base: tuple[Fault, ...], family: Family, evidence: Sorted, comparison: Comparison) -> Fault | None:
    """With the constants that the wrong answers ask for beside other faults; None if there are none."""
    if not go_together(*base, family.member(*family.example)):
        return None

    def beside(*constants: float) -> Fault:
        member = family.member(*constants)
        return replace(member, algorithm=compose(*base, member))

    place = "beside " + "+".join(fault.id for fault in base)
    constants = constants_of(beside, family, evidence, comparison, STARTS, place)
    return None if constants is None else family.member(*constants)


def constants_of(
    member: Member,
    family: Family,
    evidence: Sorted,
    comparison: Comparison,
    starts: tuple[Constants, ...],
    place: str = "",
) -> Constants | None:
    """With which a few small wrong answers are reproduced, each of them; None if there are none.

    starts: where the search begins, too, if it does not find them at once. place: the id of the layers that they are about,
    or of the faults beside which the family is looked at.

    One answer alone may leave a constant open: a limit that is not reached, a rate that only the second epoch shows. Networks
    are of one depth, in which several places are the same layers.
    """
    calls = _telling(evidence, family)

    def explains(constants: Constants, call: Call) -> bool:
        found = comparison.match(call, member(*constants).algorithm())
        return found is not None and found.explains

    def is_near(constants: Constants, call: Call) -> bool:
        return comparison.is_near(call, member(*constants).algorithm())

    def shows(constants: Constants, call: Call) -> bool:
        """A limit that is not reached leaves what is right, and the answer is wrong."""
        own, right = comparison.computed(call, member(*constants).algorithm()), comparison.computed(call, Algorithm())
        if own is None or right is None or len(own) != len(right):
            return True
        return any(one.tobytes() != other.tobytes() for one, other in zip(own, right, strict=True))

    def is_spared(constants: Constants) -> bool:
        return bool(sparing([Hypothesis((member(*constants),))], evidence, comparison))

    def changes(call: Call) -> bool:
        return any(shows(start, call) for start in family.starts or SPREAD if family.holds(start))

    first_of_others = (evidence.wrong[name][0] for name in evidence.operations if name != calls[0].operation)
    if not all(changes(call) for call in first_of_others):
        return None
    for call in calls:
        key = (family.id, place, id(call))
        if key not in comparison.solved:
            comparison.solved[key] = (call, _solutions(member, family, call, comparison, starts))
        solutions = comparison.solved[key][1]
        if solutions is None:
            return None
        solving = [found for found in solutions if shows(found, call) and is_near(found, call)]
        forms = dict.fromkeys(form for found in solving for form in plain(found, comparison.format))
        fitting = [form for form in forms if family.holds(form) and is_near(form, call)]
        near = [form for form in fitting if all(is_near(form, other) for other in calls)]  # floats first: they cost least
        alike = _alike(near, lambda form: [comparison.computed(one, member(*form).algorithm()) for one in calls])
        found = [form for forms in alike if all(explains(forms[0], one) for one in calls) for form in forms]
        if len(found) > 1:  # a threshold that could lie anywhere below: where right answers do not contradict it
            return next(filter(is_spared, found), found[0])
        if found:
            return found[0]
        if solutions and not fitting:
            return None
    return None


def _alike(forms: list[Constants], answers: Callable[[Constants], list[list[np.ndarray] | None]]) -> list[list[Constants]]:
    """Those that give the same answers are looked at together: a limit that is not reached could lie anywhere beyond."""
    alike: dict[bytes, list[Constants]] = {}
    for form in forms:
        given = b"".join(array.tobytes() for answer in answers(form) for array in answer or ())
        alike.setdefault(given, []).append(form)
    return list(alike.values())


def _solutions(
    member: Member, family: Family, call: Call, comparison: Comparison, more: tuple[Constants, ...]
) -> list[Constants] | None:
    """Constants that leave little of an answer; empty if they do not show in it; None if no constant can explain it.

    A number that is wrong, and that the family leaves as it is whatever its constant, is some other mistake's.
    """
    residual = _residual(member, family, call, comparison)
    if residual is None:
        return []
    right, wrong = residual.right, residual.wrong
    search = Search(residual.of, comparison.format)
    for starts in (family.starts,) if family.starts else (SPREAD, more):
        search.start(starts)
        if search.left and bool(np.any(wrong & np.all([left == right for left in search.left], axis=0))):
            return None
        if starts is more and search.misses(2.0 ** -(comparison.format.precision // 2)):
            return None
        if not search.shows:
            return []
        if search.is_straight or search.is_solved:
            break
    return search.solutions()


class _Residual:
    """An answer, and how far members of a family are from it.

    right: how far the right algorithm is; wrong: the numbers that are surely not right.
    """

    def __init__(self, of: Residual, right: np.ndarray, wrong: np.ndarray) -> None:
        self.of, self.right, self.wrong = of, right, wrong


def _residual(member: Member, family: Family, call: Call, comparison: Comparison) -> _Residual | None:
    """How far the member of a constant is from the answer, in every number, beside the largest; None if it cannot be said."""
    got = _row([array for _, array in named(call)])
    right = comparison.computed(call, Algorithm())
    if right is None or got.shape != _row(right).shape or not np.all(np.isfinite(got)):
        return None
    scale = max(1.0, float(np.max(np.abs(got), initial=0.0)))  # numbers may be as large as 2^256, and are squared

    def residual(constants: Constants) -> np.ndarray | None:
        if not family.holds(constants):
            return None
        answer = comparison.computed(call, member(*constants).algorithm())
        if answer is None:
            return None
        row = _row(answer)
        return (row - got) / scale if row.shape == got.shape and np.all(np.isfinite(row)) else None

    masks = comparison.wrong_by_far(call)
    wrong = np.zeros(got.shape, bool) if masks is None else _row(masks)
    return _Residual(residual, (_row(right) - got) / scale, wrong)


def _telling(evidence: Sorted, family: Family) -> list[Call]:
    """The smallest wrong answers, and the smallest after several epochs, for constants that do not show in one; and one of
    several samples and units, for those of what is normalised.

    Several constants show in none that is after one epoch: those after several come first.
    """
    told = evidence.smallest_wrong[0]
    if told.operation == "train":  # networks of a depth in which several epochs were asked for
        told = next((call for call in evidence.wrong["train"] if call.case.epochs >= _SEVERAL), told)
    smallest = [call for call in evidence.smallest_wrong if len(call.case.network.layers) == len(told.case.network.layers)]
    first = smallest[0]
    epochs = {id(call): call.case.epochs if call.operation == "train" else 0 for call in smallest}
    later = sorted((call for call in smallest if epochs[id(call)] > 1), key=lambda call: epochs[id(call)] < _SEVERAL)[:1]
    opening = [*later, first] if family.more and first.operation == "train" else [first, *later]
    several = [call for call in smallest if len(call.case.inputs) > 1 and min(call.case.network.sizes[1:-1], default=0) > 1]
    return list({id(call): call for call in [*opening, *smallest[1:_TOLD], *several[:1]]}.values())


def _row(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([array.reshape(-1) for array in arrays])
