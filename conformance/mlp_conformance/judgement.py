"""Whether a number is right: within its derived bound of some point of its enclosure, or surely not (ACC-1, ACC-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlp_reference.formats import Format
from mlp_reference.oracle import Expected, joined


@dataclass(frozen=True)
class Number:
    """One number of an answer, with all that is known of it.

    quantity: its array's name with the place, such as dE/dW1[0, 2]; expected: to 17 digits or more;
    ulps: its error in units in the last place of the expected value, in the claimed format; over_bound: as a multiple
    of its bound.
    """

    quantity: str
    expected: str
    got: str
    ulps: float
    over_bound: float


@dataclass(frozen=True)
class Judgement:
    """What comparing one array, or several, gave.

    judged: how many numbers had an informative bound; wrong: how many of them lie outside it; worst: the one that lies
    furthest outside (or, if none does, nearest to its bound).
    """

    judged: int = 0
    wrong: int = 0
    worst: Number | None = None

    def __add__(self, other: Judgement) -> Judgement:
        candidates = [number for number in (self.worst, other.worst) if number is not None]
        worst = max(candidates, key=lambda number: number.over_bound, default=None)
        return Judgement(self.judged + other.judged, self.wrong + other.wrong, worst)


def errors(got: np.ndarray, expected: Expected) -> np.ndarray:
    """The distance of each number from its enclosure; NaN and infinities are infinitely far."""
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.maximum(np.abs((got - expected.high) - expected.low) - expected.radius, 0.0)
    return np.where(np.isnan(distance), np.inf, distance)


def judge(compared: Sequence[tuple[str, np.ndarray, Expected]], format: Format) -> Judgement:
    """Compare arrays, each with its name, with their expected values, number by number.

    Where the exact number does not fit the format, or the bound says nothing, there is no judgement. The arrays are laid end
    to end, since ten small ones cost ten times what one does.
    """
    compared = [each for each in compared if each[1].size]
    if not compared:
        return Judgement()
    lengths = [got.size for _, got, _ in compared]
    got = np.concatenate([array.ravel() for _, array, _ in compared])
    expected = joined([expected for _, _, expected in compared])
    informative = expected.informative_within(lengths) & (np.abs(expected.high) <= format.largest)
    judged = int(np.count_nonzero(informative))
    if not judged:
        return Judgement()
    distance = errors(got, expected)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(distance == 0, 0.0, distance / expected.bound)
    ratio = np.where(informative, ratio, -1.0)
    worst = int(np.argmax(ratio))
    index, start = 0, 0
    while start + lengths[index] <= worst:
        index, start = index + 1, start + lengths[index]
    name, array, _ = compared[index]
    place = tuple(map(int, np.unravel_index(worst - start, array.shape))) if array.ndim else ()
    wrong, high = int(np.count_nonzero(ratio > 1)), float(expected.high[worst])
    return Judgement(
        judged,
        wrong,
        Number(
            name + (f"[{', '.join(map(str, place))}]" if place else ""),
            digits(high, float(expected.low[worst])) if wrong else repr(high),
            repr(float(got[worst])),
            float(distance[worst]) / format.ulp(high),
            float(ratio[worst]),
        ),
    )


def digits(high: float, low: float, count: int = 20) -> str:
    """The exact number high + low to so many significant digits."""
    from flint import arb

    from mlp_reference.balls import precision

    if not np.isfinite(high):
        return repr(high)
    with precision(160):
        return str((arb(high) + arb(low)).str(count, radius=False))
