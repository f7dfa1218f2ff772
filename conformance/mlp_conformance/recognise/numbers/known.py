"""Outputs of all readings, kept so that the one that a program's numbers are is found without a comparison with each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from mlp_conformance.recognise.numbers.readings import ForwardReading, agrees

#: Much more than what `agrees` allows, relative to the largest number of an output, and more than the least that it takes.
_APART = 0.01


class Known(list[tuple[ForwardReading, np.ndarray]]):
    """Readings with their outputs. Almost all differ from what a program gives in the first number already."""

    def __init__(self, readings: Iterable[tuple[ForwardReading, np.ndarray]]) -> None:
        super().__init__(readings)

    @cached_property
    def _firsts(self) -> np.ndarray:
        """The first number of each output, and the largest: whatever is further off than that is not compared at all."""
        empty = np.zeros(1)
        parts = [expected.ravel() if expected.size else empty for _, expected in self]
        return np.array([(part[0], np.max(np.abs(part))) for part in parts]).reshape(-1, 2)

    def of(self, values: np.ndarray) -> ForwardReading | None:
        """The first reading whose output these values are; None if they are no reading's."""
        if not values.size or not self:
            return None
        first, largest = self._firsts.T
        with np.errstate(all="ignore"):
            near = np.flatnonzero(np.abs(first - values.ravel()[0]) <= _APART * np.maximum(largest, _APART))
        return next((self[k][0] for k in near if agrees(values, self[k][1])), None)


def distance(values: np.ndarray, expected: np.ndarray) -> float:
    """The mean difference between numbers, where there are any."""
    apart = np.abs(values - expected)
    known = np.isfinite(apart)
    return float(np.mean(apart[known])) if np.any(known) else np.inf
