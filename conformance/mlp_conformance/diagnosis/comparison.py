"""How an answer compares with what an algorithm gives: a screen in floats dismisses, the exact comparison decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from mlp_conformance.answers import Withheld
from mlp_conformance.diagnosis.quantities import certified, computed, in_floats, named, reports_as_many
from mlp_conformance.diagnosis.screen import Screen, Triple
from mlp_conformance.enclosures import ENCLOSURES
from mlp_conformance.judgement import errors
from mlp_conformance.subject import Call
from mlp_reference.balls import UndecidedError
from mlp_reference.formats import Format
from mlp_reference.mlp import LEAST_DIVISOR, Algorithm, GuardedQuotient, has_quotient, right_deltas
from mlp_reference.network import Case
from mlp_reference.oracle import Expected, Oracle, PrecisionError

#: The screen looks at cases alone whose pre-activations are no larger: beyond, logarithms and derivatives cancel in floats.
_TAME = 8.0
#: Bits that rounding may change in an ordinary answer: one with more of them wrong is worth a look.
_LAST_BITS = 6
#: Floats that differ by less than this part of their size may be one number, rounded in two ways.
_ROUNDED = 1e-12


@dataclass(frozen=True)
class Match:
    """How one answer compares with an algorithm's exact ones.

    judged: numbers with an informative bound; outside: those that the algorithm does not account for; telling: those of
    the judged numbers that are not right.
    """

    judged: int
    outside: int
    telling: int = 0

    @property
    def is_exact(self) -> bool:
        return self.outside == 0

    @property
    def explains(self) -> bool:
        """An uninformative comparison is no explanation."""
        return self.is_exact and self.judged > 0


def match(call: Call, algorithm: Algorithm, format: Format) -> Match | None:
    """How the answer compares with what the algorithm gives; None where the algorithm has no certain answer there."""
    if not reports_as_many(call, algorithm):
        return Match(1, 1)
    versions = (triples(call, version, format) for version in with_either_delta(call, algorithm))
    results = [None if found is None else matched(found, format) for found in versions]
    return next((result for result in results if result is not None and result.is_exact), results[0])


def with_either_delta(call: Call, algorithm: Algorithm) -> Iterator[Algorithm]:
    """The algorithm, and the same on another output delta that is as right on that call, or in wide use (LOSS-10)."""
    yield algorithm
    if call.operation not in ("gradients", "train"):
        return
    others: tuple[Any, ...] = right_deltas(call.case.network)
    if not others and _shows_a_guard(call.case):
        others = (GuardedQuotient,)
    for other in others:
        if not isinstance(algorithm, other):
            kind: Any = type(algorithm)
            variant: Algorithm = object.__new__(_on_other_delta(kind, other))
            vars(variant).update(vars(algorithm))
            yield variant


@lru_cache(1024)
def _on_other_delta(algorithm: Any, other: Any) -> type[Algorithm]:
    bases = (other,) if algorithm is Algorithm else (algorithm, other)
    return type(f"{algorithm.__name__}On{other.__name__}", bases, {})


def _shows_a_guard(case: Case) -> bool:
    """Whether the guard of a quotient shows: some probability is that small."""
    if not has_quotient(case.network):
        return False
    case = in_floats(case)
    with np.errstate(all="ignore"):
        a = Algorithm().forward_pass(case.network, case.inputs)[-1].a
        return bool(np.any(a * (1 - a) < LEAST_DIVISOR))


def triples(call: Call, algorithm: Algorithm, format: Format) -> list[Triple] | None:
    """(name, got, expected) for every array of the answer; None where the algorithm has no certain answer there.

    A fault that makes fewer updates than there are epochs has fewer losses to report: those are compared.
    """
    try:
        is_right = type(algorithm) is Algorithm
        oracle = ENCLOSURES.of(call.case, format) if is_right else Oracle(call.case, format, algorithm)
        expected = certified(call, oracle)
    except (UndecidedError, PrecisionError, ValueError, ZeroDivisionError, TypeError, IndexError):
        return None
    return [(name, got, e) for (name, got), e in zip(named(call), expected, strict=False)]


def is_outside(got: np.ndarray, expected: Expected) -> np.ndarray:
    """Which numbers are surely wrong; none of those that an implementation does not have."""
    if isinstance(got, Withheld):
        return np.zeros(got.shape, bool)
    return np.asarray(expected.informative & (errors(got, expected) > expected.bound))


def matched(found: Iterable[Triple], format: Format) -> Match:
    """The count of numbers judged, and of those that lie outside their bounds.

    Where something overflows in the format, what an answer has that is no number may have come of it: nothing is said of that.
    """
    compared = [(got, expected) for _, got, expected in found if not isinstance(got, Withheld)]
    overflows = any(bool(np.any(np.abs(expected.high) > format.largest)) for _, expected in compared)
    judged = outside = 0
    for got, expected in compared:
        if got.shape != expected.shape:
            return Match(got.size, got.size)
        informative = expected.informative & (np.abs(expected.high) <= format.largest)
        if overflows:
            informative &= np.isfinite(got)
        judged += int(np.count_nonzero(informative))
        outside += int(np.count_nonzero(informative & (errors(got, expected) > expected.bound)))
    return Match(judged, outside)


@dataclass(eq=False)
class Comparison:
    """Compares the answers of one diagnosis in one format; what is right is worked out once a call."""

    format: Format
    #: Constants that were solved for, by family, place and call: `constants` keeps them here.
    solved: dict[tuple[str, str, int], tuple[Call, list[tuple[float, ...]] | None]] = field(default_factory=dict)
    _expected: dict[tuple[str, int, int, type], tuple[Case, list[Expected] | None]] = field(default_factory=dict)
    _tame: dict[int, tuple[Case, bool]] = field(default_factory=dict)
    _floats: dict[int, tuple[Case, Case]] = field(default_factory=dict)
    _right: dict[int, tuple[Call, list[np.ndarray] | None]] = field(default_factory=dict)
    _known: dict[int, tuple[Call, list[Triple] | None]] = field(default_factory=dict)
    _seems: dict[tuple[int, bool], tuple[Call, bool]] = field(default_factory=dict)
    _screens: dict[int, tuple[Call, Screen]] = field(default_factory=dict)

    def right(self, call: Call) -> list[Triple] | None:
        """(name, got, expected) of the right algorithm; of either delta that is right, the one that the answer has."""
        if id(call) not in self._known:
            found = [self._read(call, reading) for reading in with_either_delta(call, Algorithm())]
            exact = (one for one in found if one is not None and matched(one, self.format).is_exact)
            self._known[id(call)] = (call, next(exact, found[0]))
        return self._known[id(call)][1]

    def _read(self, call: Call, reading: Algorithm) -> list[Triple] | None:
        got = named(call)
        key = (call.operation, id(call.case), len(got), type(reading))
        if key not in self._expected:
            found = triples(call, reading, self.format)
            self._expected[key] = (call.case, None if found is None else [expected for _, _, expected in found])
        expected = self._expected[key][1]
        return None if expected is None else [(name, array, e) for (name, array), e in zip(got, expected, strict=True)]

    def is_right(self, call: Call) -> bool | None:
        """Whether the answer is right; None where nothing can be said."""
        found = self.right(call)
        return None if found is None else matched(found, self.format).is_exact

    def seems_wrong(self, call: Call, slightly: bool = False) -> bool:
        """A glance in floats, to find what is rare among many answers; it decides nothing. slightly: or a little off."""
        key = (id(call), slightly)
        if key not in self._seems:
            self._seems[key] = (call, self._glance(call, slightly))
        return self._seems[key][1]

    def _glance(self, call: Call, slightly: bool) -> bool:
        own = self.computed(call, Algorithm())
        if own is None:
            return False
        allowed = 2.0 ** -(self.format.precision - _LAST_BITS if slightly else self.format.precision // 2)
        with np.errstate(invalid="ignore", over="ignore"):
            return any(
                not np.all(np.abs(got - one) <= allowed * np.max(np.abs(one), initial=0.0))
                for (_, got), one in zip(named(call), own, strict=True)
                if got.size and not isinstance(got, Withheld)
            )

    def match(self, call: Call, algorithm: Algorithm) -> Match | None:
        """As the function of that name, and sooner where the algorithm's floats are far from the answer."""
        if type(algorithm) is Algorithm:
            found = self.right(call)
            return None if found is None else matched(found, self.format)
        versions = [self._match(call, version) for version in with_either_delta(call, algorithm)]
        return next((found for found in versions if found is not None and found.is_exact), versions[0])

    def _match(self, call: Call, algorithm: Algorithm) -> Match | None:
        off = self.distant(call, algorithm) if self.is_tame(call) else 0
        if off:
            return Match(off, off)
        if not reports_as_many(call, algorithm):
            return Match(1, 1)
        found = triples(call, algorithm, self.format)
        if found is None:
            return self._undefined(call, algorithm)
        result = replace(matched(found, self.format), telling=self._telling(call, found))
        says = result.telling or (result.judged and self.is_right(call))
        return result if says else self._undefined(call, algorithm)

    def _telling(self, call: Call, found: list[Triple]) -> int:
        """How many wrong numbers of the answer the algorithm has something to say of."""
        wrong = zip(self.right(call) or [], found, strict=False)
        return sum(
            int(np.count_nonzero(is_outside(got, right) & expected.informative))
            for (_, got, right), (_, _, expected) in wrong
            if not isinstance(got, Withheld) and got.shape == right.shape == expected.shape
        )

    def _undefined(self, call: Call, algorithm: Algorithm) -> Match | None:
        """Where the algorithm has no certain answer: its floats overflow, or are undefined, where the answer does and is.

        Where they are all finite they say something if the answer is near to them, and not to what is right.
        """
        own = self.computed(call, algorithm)
        if own is None:
            return None
        shown = [
            (np.isfinite(got[~np.isfinite(one)]))
            for (_, got), one in zip(named(call), own, strict=False)
            if got.shape == one.shape and not isinstance(got, Withheld)
        ]
        count, finite = sum(part.size for part in shown), sum(int(np.count_nonzero(part)) for part in shown)
        if count:
            return Match(count, finite, count)
        off = self.distant(call, Algorithm()) if self.is_tame(call) else 0
        return Match(off, 0, off) if off and self.distant(call, algorithm) == 0 else None

    def in_floats(self, call: Call) -> Case:
        """The case of a call in float64."""
        if id(call.case) not in self._floats:
            self._floats[id(call.case)] = (call.case, in_floats(call.case))
        return self._floats[id(call.case)][1]

    def computed(self, call: Call, algorithm: Algorithm) -> list[np.ndarray] | None:
        """The algorithm's own answer in float64; None where it has none. What is right is worked out once a call."""
        if type(algorithm) is not Algorithm:
            return computed(call, algorithm, self.in_floats(call))
        if id(call) not in self._right:
            self._right[id(call)] = (call, computed(call, algorithm, self.in_floats(call)))
        return self._right[id(call)][1]

    def makes_a_difference(self, call: Call, algorithm: Algorithm) -> bool:
        """Whether the algorithm's floats are others than the right ones on that call, by more than rounding."""
        right, own = self.computed(call, Algorithm()), self.computed(call, algorithm)
        if right is None or own is None or len(right) != len(own):
            return right is not None  # of what does not fit together nothing is right
        return not all(
            one.shape == two.shape and np.allclose(one, two, rtol=_ROUNDED, atol=0, equal_nan=True)
            for one, two in zip(right, own, strict=True)
        )

    def is_near(self, call: Call, algorithm: Algorithm) -> bool:
        """Whether floats do not dismiss the algorithm on that call."""
        versions = with_either_delta(call, algorithm)
        return not self.is_tame(call) or any(self.distant(call, version) == 0 for version in versions)

    def is_tame(self, call: Call) -> bool:
        """Whether floats can dismiss a hypothesis on that call."""
        if id(call.case) not in self._tame:
            case = self.in_floats(call)
            with np.errstate(all="ignore"):
                steps = Algorithm().forward_pass(case.network, case.inputs)
            self._tame[id(call.case)] = (call.case, all(bool(np.all(np.abs(step.z) <= _TAME)) for step in steps))
        return self._tame[id(call.case)][1]

    def distant(self, call: Call, algorithm: Algorithm) -> int:
        """How many numbers are so far from the algorithm's answer in float64 that it certainly does not explain them."""
        return sum(self._screen(call).far(self.computed(call, algorithm), beside_the_largest=True).values())

    def far(self, call: Call, algorithm: Algorithm) -> dict[str, int]:
        """The numbers that are far from the algorithm's own, counted array by array: of those that have such numbers."""
        return self._screen(call).far(self.computed(call, algorithm))

    def wrong_by_far(self, call: Call) -> list[np.ndarray] | None:
        """The numbers of an answer that are wrong in the first half of the digits; None where nothing can be said."""
        return None if self.right(call) is None else self._screen(call).wrong_by_far()

    def effect(self, call: Call, algorithm: Algorithm) -> tuple[dict[str, int], set[str]]:
        """What `far` says; and the arrays in which the algorithm's floats are not the right ones, all where that is unclear."""
        right, own, screen = self.computed(call, Algorithm()), self.computed(call, algorithm), self._screen(call)
        far = screen.far(own)
        if right is None or own is None or len(right) != len(own):
            return far, {name for name, _ in named(call)}
        return far, screen.changed(right, own)

    def _screen(self, call: Call) -> Screen:
        if id(call) not in self._screens:
            self._screens[id(call)] = (call, Screen(self.right(call) or [], self.format))
        return self._screens[id(call)][1]
