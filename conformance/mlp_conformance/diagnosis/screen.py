"""A screen: an answer and what is right, all arrays end to end, so that floats of many algorithms are soon dismissed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from mlp_conformance.answers import Withheld
from mlp_conformance.judgement import errors
from mlp_reference.formats import Format
from mlp_reference.oracle import Expected

#: What is off by up to so many bounds of the right algorithm passes: a fault's own may be wider.
_SCREENED = 16.0

Triple = tuple[str, np.ndarray, Expected]


class Screen:
    """One answer of an implementation: which of its numbers are far from what an algorithm computes in float64.

    Far is beyond half the digits of the format and many times what rounding may do to the right answer: no rounding error of
    a right evaluation of the algorithm is so large.
    """

    def __init__(self, known: Sequence[Triple], format: Format) -> None:
        self._known = [(name, got, expected) for name, got, expected in known if got.size]
        self._half = 2.0 ** -(format.precision // 2)
        self._smallest = format.smallest_normal
        self._fits = all(got.shape == expected.shape for _, got, expected in self._known)

    @cached_property
    def _ends(self) -> list[int]:
        return np.cumsum([0, *(got.size for _, got, _ in self._known)]).tolist()

    @cached_property
    def _got(self) -> np.ndarray:
        return _end_to_end([got for _, got, _ in self._known])

    @cached_property
    def _bounds(self) -> np.ndarray:
        return _end_to_end([expected.bound for _, _, expected in self._known])

    @cached_property
    def _judged(self) -> np.ndarray:
        """Where there is a bound, and the implementation has answered."""
        answered = [np.full(got.shape, not isinstance(got, Withheld)) for _, got, _ in self._known]
        return _end_to_end(answered) & np.isfinite(self._bounds)

    def far(self, answer: Sequence[np.ndarray] | None, beside_the_largest: bool = False) -> dict[str, int]:
        """How many numbers of which arrays are far from an algorithm's answer; all of them where some array does not fit.

        beside_the_largest: what cancels is left with the rounding errors of larger numbers, so nothing is far which is small
        beside the largest number of the answer.
        """
        own = [array for array in answer or () if array.size]
        if not own or not self._known:
            return {}
        pairs = list(zip(own, self._known, strict=False))
        if not self._fits or any(array.shape != got.shape for array, (_, got, _) in pairs):
            return {name: got.size for name, got, _ in self._known if not isinstance(got, Withheld)}
        ends = self._ends[: len(pairs) + 1]
        numbers = _end_to_end([array for array, _ in pairs])
        finite = np.isfinite(numbers)
        sizes = np.maximum.reduceat(np.where(finite, np.abs(numbers), 0.0), ends[:-1])
        if beside_the_largest:
            sizes[:] = np.max(sizes)
        with np.errstate(invalid="ignore", over="ignore"):
            allowed = np.repeat(self._half * sizes, np.diff(ends)) + _SCREENED * self._bounds[: ends[-1]] + self._smallest
            near = np.abs(numbers - self._got[: ends[-1]]) <= allowed
        return self._counted(~near & finite & self._judged[: ends[-1]], ends)

    def wrong_by_far(self) -> list[np.ndarray] | None:
        """Which numbers, array by array, are wrong in the first half of the digits; None where an array does not fit."""
        if not self._fits:
            return None
        found = []
        for _, got, expected in self._known:
            size = np.max(np.abs(expected.high), initial=0.0, where=np.isfinite(expected.high))
            near = errors(got, expected) <= self._half * size + _SCREENED * expected.bound
            found.append(~near & expected.informative & (not isinstance(got, Withheld)))
        return found

    def changed(self, right: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> set[str]:
        """The arrays in which two answers of as many arrays are not the same floats."""
        pairs = [(one, two) for one, two in zip(right, other, strict=True) if one.size or two.size]
        if any(one.shape != two.shape for one, two in pairs) or len(pairs) != len(self._known):
            every = zip(self._known, pairs, strict=False)
            return {name for (name, _, _), (one, two) in every if not np.array_equal(one, two)}
        one, two = (_end_to_end(arrays) for arrays in zip(*pairs, strict=True))
        return set(self._counted(one != two, self._ends))

    def _counted(self, mask: np.ndarray, ends: list[int]) -> dict[str, int]:
        """How many are true of which arrays."""
        if not mask.any():
            return {}
        found = {}
        for (name, _, _), (start, end) in zip(self._known, pairwise(ends), strict=False):
            number = int(np.count_nonzero(mask[start:end]))
            if number:
                found[name] = number
        return found


def _end_to_end(arrays: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in arrays])
