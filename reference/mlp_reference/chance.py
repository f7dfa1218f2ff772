"""Exact probabilities of counting: binomial tails as whole numbers, and the interval of Clopper and Pearson."""

from __future__ import annotations

from fractions import Fraction
from math import comb

#: Ends of intervals are multiples of this, rounded outwards.
_STEP = 2**20


def at_least(successes: int, count: int, probability: Fraction) -> Fraction:
    """P(X >= successes) of a binomial X, exactly."""
    a, whole = probability.numerator, probability.denominator
    terms = (comb(count, k) * a**k * (whole - a) ** (count - k) for k in range(successes, count + 1))
    return Fraction(sum(terms), whole**count)


def at_most(successes: int, count: int, probability: Fraction) -> Fraction:
    """P(X <= successes) of a binomial X, exactly."""
    return at_least(count - successes, count, 1 - probability)


def least_probability(successes: int, count: int, error: Fraction) -> Fraction:
    """The lower end of Clopper and Pearson: below it, so many successes have a probability of at most `error`."""
    low, high = 0, _STEP  # at `low` the probability is at most `error`, exactly
    if successes == 0:
        return Fraction(0)
    while high - low > 1:
        middle = (low + high) // 2
        if at_least(successes, count, Fraction(middle, _STEP)) <= error:
            low = middle
        else:
            high = middle
    return Fraction(low, _STEP)


def greatest_probability(successes: int, count: int, error: Fraction) -> Fraction:
    """The upper end of Clopper and Pearson: above it, so few successes have a probability of at most `error`."""
    return 1 - least_probability(count - successes, count, error)
