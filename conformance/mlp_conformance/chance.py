"""Tests of what is random, each with an exact probability that it rejects what is right (RAND-1 to RAND-4).

Nothing here is asymptotic. The tail of the Kolmogorov-Smirnov distance is at most 2 exp(-2 n D^2) for every n and every law
(Massart 1990, the tight constant of Dvoretzky, Kiefer and Wolfowitz); a sequential test rejects when a mixture of likelihoods
has grown 1 / error times as large as the best of what is right, which by Ville's inequality happens with probability `error`
at most, however long it goes on and for whatever reason it is ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import exp, lgamma, log, sqrt

import numpy as np

#: What all tests of a run may wrongly reject with, together, and its parts. RAND-3 has twice its part: half is the sample's.
TOTAL = 1e-9
STARTS, SEEDS, CONVERGENCE, MASKS = 4e-10, 1e-10, 2e-10, 1e-10
#: Generators in honest use have this grid or a finer one (C's rand may have no more than 15 bits).
GRID = 2.0**-15
#: Steps k / n, and their differences from numbers of [0, 1), are rounded.
_STEPS = 2 * float(np.finfo(np.float64).eps)
#: The logarithms of a likelihood are rounded: this covers it.
_ROUNDED = 1e-6


@dataclass(frozen=True)
class Distance:
    """The largest distance of n numbers' distribution from the uniform one, less what their grid may account for."""

    value: float
    count: int

    @property
    def log_probability(self) -> float:
        """The logarithm of a bound on the probability of such a distance, or a larger one, where all is right."""
        return min(0.0, log(2) - 2 * self.count * self.value**2)


def distance(numbers: np.ndarray, grid: float) -> Distance:
    """Of numbers that are to be uniform on [0, 1], none moved by more than `grid`."""
    x = np.sort(np.asarray(numbers, dtype=np.float64).ravel())
    steps = np.arange(len(x) + 1) / len(x)
    largest = max(float(np.max(steps[1:] - x)), float(np.max(x - steps[:-1])))
    return Distance(max(0.0, largest - grid - _STEPS), len(x))


def seen(count: int, error: float, missed: float, grid: float = 0.0) -> float:
    """The distance of a law from the uniform one at which n numbers are rejected but for a probability of `missed`."""
    return grid + sqrt(log(2 / error) / (2 * count)) + sqrt(log(2 / missed) / (2 * count))


class Counted:
    """A sequential test of a probability that lies in [low, high]: successes are counted until it is rejected."""

    def __init__(self, low: float | Fraction, high: float | Fraction, error: float) -> None:
        self.low, self.high, self.error = float(low), float(high), error
        self.count = self.successes = 0

    def add(self, successes: int, count: int) -> None:
        self.successes += successes
        self.count += count

    @property
    def log_evidence(self) -> float:
        """The logarithm of the mixture's likelihood, over Beta(1/2, 1/2), to the largest of what is right."""
        k, n = self.successes, self.count
        if n == 0:
            return 0.0
        best = min(max(k / n, self.low), self.high)
        if (k and best == 0) or (k < n and best == 1):
            return float("inf")
        right = (k * log(best) if k else 0.0) + ((n - k) * log(1 - best) if k < n else 0.0)
        mixed = lgamma(k + 0.5) + lgamma(n - k + 0.5) - lgamma(n + 1) - 2 * lgamma(0.5)
        return mixed - right

    @property
    def is_rejected(self) -> bool:
        return self.log_evidence >= log(1 / self.error) + _ROUNDED

    @property
    def probability(self) -> str:
        """A bound on the probability of such evidence where all is right, in words."""
        return said(-self.log_evidence)


def said(log_probability: float) -> str:
    """A probability from its logarithm, which may be far too small for a float."""
    if log_probability > -690:
        return f"{min(1.0, exp(log_probability)):.1g}"
    return f"10^{round(log_probability / log(10))}" if np.isfinite(log_probability) else "0"
