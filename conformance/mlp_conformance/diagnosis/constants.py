"""Finds the constant of a family of faults from the numbers of a wrong answer, for the exact comparison to decide on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.evidence import Sorted
from mlp_conformance.diagnosis.hypotheses import Hypothesis
from mlp_conformance.diagnosis.quantities import computed, in_floats, named
from mlp_conformance.faults import Fault
from mlp_conformance.faults.families import FAMILIES
from mlp_conformance.faults.family import Family
from mlp_conformance.faults.placement import PLACES, Place, is_placeable, placed
from mlp_conformance.faults.variants import with_either_loss
from mlp_conformance.subject import Call
from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm

#: Where the search begins: every order of magnitude that constants in use have, more densely near 1.
_STARTS = [*(10.0**k for k in range(-16, -3)), *np.geomspace(1e-3, 1e3, 49), *-np.geomspace(1e-3, 10, 9)]
#: Some of unlike size, the first to be looked at: where they all give the same the constant does not show.
_SPREAD = (1e-12, 1e-3, 0.2, 0.45, 0.9, 2.0, 30.0, -0.7)
_REFINED = 3
#: Wrong answers that a constant has to reproduce before all are looked at.
_TOLD = 4
_STEPS = 12

Residual = Callable[[float], "np.ndarray | None"]


def members(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis]:
    """For each family the member whose constant reproduces the smallest wrong answer, if there is one."""
    for family in FAMILIES:
        constant = _constant(family.member, family, evidence, comparison) if family.everywhere else None
        if constant is not None:
            yield from (Hypothesis((variant,)) for variant in with_either_loss(family.member(constant)))


def members_in_some_layers(evidence: Sorted, comparison: Comparison) -> Iterator[Hypothesis]:
    """The same of the families that are about single layers, in some of them alone."""
    network = evidence.smallest_wrong[0].case.network
    for family in FAMILIES:
        if not is_placeable(family.member(0.5)):
            continue
        solved: dict[frozenset[int], float | None] = {}
        for place in PLACES:
            where = place.layers(network)
            if where and where not in solved:
                solved[where] = _constant(partial(_placed_member, family, place), family, evidence, comparison)
            constant = solved.get(where)
            if constant is not None:
                yield Hypothesis((_placed_member(family, place, constant),))


def _placed_member(family: Family, place: Place, constant: float) -> Fault:
    return placed(family.member(constant), place)


def _constant(member: Callable[[float], Fault], family: Family, evidence: Sorted, comparison: Comparison) -> float | None:
    """With which a few small wrong answers are reproduced, each of them; None if there is none.

    One answer alone may leave a constant open: a limit that is not reached, a rate that only the second epoch shows. Networks
    are of one depth, in which several places are the same layers.
    """
    calls = _telling(evidence)

    def explains(constant: float, call: Call) -> bool:
        found = comparison.match(call, member(constant).algorithm())
        return found is not None and found.explains

    for call in calls:
        residual = _residual(member, family.within, call)
        constants = [] if residual is None else _solved(residual, family.starts)
        plain = dict.fromkeys(c for constant in constants for c in _plain(constant, comparison.format))
        fitting = [c for c in plain if family.within[0] < c < family.within[1] and explains(c, call)]
        for candidate in fitting:
            if all(explains(candidate, other) for other in calls if other is not call):
                return candidate
        if constants and not fitting:
            return None
    return None


def _telling(evidence: Sorted) -> list[Call]:
    """The smallest wrong answers, and the smallest after several epochs, for constants that do not show in one."""
    first = evidence.smallest_wrong[0]
    smallest = [call for call in evidence.smallest_wrong if len(call.case.network.layers) == len(first.case.network.layers)]
    after_several = [call for call in smallest if call.operation == "train" and call.case.epochs > 1]
    return list({id(call): call for call in [first, *after_several[:1], *smallest[1:_TOLD]]}.values())


def _residual(member: Callable[[float], Fault], within: tuple[float, float], call: Call) -> Residual | None:
    """How far the member of a constant is from the answer, in every number, beside the largest; None if it cannot be said."""
    got = _row([array for _, array in named(call)])
    case = in_floats(call.case)
    right = computed(call, Algorithm(), case)
    if right is None or got.shape != _row(right).shape or not np.all(np.isfinite(got)):
        return None
    scale = max(1.0, float(np.max(np.abs(got), initial=0.0)))  # numbers may be as large as 2^256, and are squared

    def residual(constant: float) -> np.ndarray | None:
        if not within[0] < constant < within[1]:
            return None
        answer = computed(call, member(constant).algorithm(), case)
        if answer is None:
            return None
        row = _row(answer)
        return (row - got) / scale if row.shape == got.shape and np.all(np.isfinite(row)) else None

    return residual


def _row(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([array.reshape(-1) for array in arrays])


def _size(residual: np.ndarray) -> float:
    """Its Euclidean norm; infinite where the squares are."""
    with np.errstate(over="ignore"):
        return float(np.linalg.norm(residual))


def _solved(residual: Residual, known: tuple[float, ...] = ()) -> list[float]:
    """Constants of small residual: the best starts, each refined by Gauss and Newton's method."""
    started: dict[float, float] = {}
    last: dict[float, float] = {}
    for starts in (known,) if known else (_SPREAD, _STARTS):
        for start in starts:
            found = residual(float(start))
            if found is not None:
                size, constant = _size(found), float(start)
                started.setdefault(size, constant)  # where nothing changes, as beside a threshold, the first and the last
                last[size] = constant
        if len(started) < 2:
            return []  # the constant does not show here
    return [*(_refined(residual, start, size) for size, start in sorted(started.items())[:_REFINED]), last[min(last)]]


def _refined(residual: Residual, constant: float, best: float) -> float:
    for _ in range(_STEPS):
        here = residual(constant)
        step = max(abs(constant) * 1e-6, 1e-300)
        ahead = residual(constant + step)
        if here is None or ahead is None:
            break
        slope = (ahead - here) / step
        with np.errstate(over="ignore"):
            square = float(slope @ slope)
        if square == 0 or not np.isfinite(square):
            break
        other = constant - float(slope @ here) / square
        after = residual(other)
        if after is None or not _size(after) < best:
            break
        constant, best = other, _size(after)
    return constant


def _plain(constant: float, format: Format) -> list[float]:
    """The constant as a person would have typed it, few digits first; then fractions of small numbers; then as it is."""
    digits = [float(f"{constant:.{k}e}") for k in range(5)]
    fractions = [n / d for d in range(2, 13) for n in [round(constant * d)] if n and abs(constant * d - n) < 1e-2]
    whole = round(1 / constant) if 1e-6 < abs(constant) < 1 else 0
    parts = [1 / whole] if whole and abs(1 / constant - whole) < 1e-6 * abs(whole) else []
    return list(dict.fromkeys([*digits, *fractions, *parts, float(format.nearest(np.array(constant)))]))
