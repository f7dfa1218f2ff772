"""Solves for the constants with which an algorithm's floats reproduce an answer: many starts, Gauss and Newton's method."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice, product

import numpy as np

from mlp_reference.formats import Format

#: The constants of a family, in its order.
Constants = tuple[float, ...]
#: How far the answer with those constants is from the one given, in every number; None where it cannot be said.
Residual = Callable[[Constants], "np.ndarray | None"]

#: Where the search begins: every order of magnitude that constants in use have, more densely near 1.
STARTS: tuple[Constants, ...] = tuple(
    (float(c),) for c in (*(10.0**k for k in range(-16, -3)), *np.geomspace(1e-3, 1e3, 25), *-np.geomspace(1e-3, 10, 5))
)
#: Some of unlike size, the first to be looked at: where they all give the same the constant does not show.
SPREAD: tuple[Constants, ...] = ((1e-12,), (1e-3,), (0.2,), (0.45,), (0.9,), (2.0,), (30.0,), (-0.7,))
_REFINED, _STEPS = 3, 12
#: A step that would leave, or leaves, more than this part of what there was before it leads nowhere: there is no solution near.
_NOWHERE = 0.99
#: Where a whole step leads too far, or where the constants make no sense, a part of it.
_PARTS = (1.0, 0.3, 0.05)
#: Sizes of residuals that differ by less than this part are those of one answer, rounded in two ways.
_ROUNDED = 1e-12
#: Bits that rounding may change on the way to an answer: with the constants that it was computed with no more is left.
_LAST_BITS = 8
#: Slopes between starts that differ by less than this part of the largest are those of a straight line.
_STRAIGHT = 1e-7
#: Plain forms of each constant that are tried with those of the others.
_FORMS = {1: 40, 2: 6, 3: 3}


class Search:
    """The constants that were tried on one answer, with the sizes of what they leave."""

    def __init__(self, residual: Residual, format: Format) -> None:
        self.residual = residual
        self.rounding = max(_ROUNDED, 2.0 ** (_LAST_BITS - format.precision))
        self.left: list[np.ndarray] = []
        self._sizes: list[tuple[float, Constants]] = []
        self._found: dict[Constants, tuple[Constants, float]] = {}

    def start(self, starts: Iterable[Constants]) -> None:
        for constants in starts:
            found = self.residual(constants)
            if found is not None:
                self.left.append(found)
                self._sizes.append((_size(found), constants))

    @property
    def shows(self) -> bool:
        """Whether the constants make a difference to this answer."""
        sizes = [size for size, _ in self._sizes]
        return len(sizes) > 1 and max(sizes) - min(sizes) > _ROUNDED * max(sizes)

    def misses(self, far: float) -> bool:
        """Whether some number is that far from the answer's, and is what it is whatever the constants."""
        if len(self.left) < 3:
            return False
        first, *others = self.left
        return bool(np.any((np.abs(first) > far) & np.all([left == first for left in others], axis=0)))

    @property
    def is_straight(self) -> bool:
        """Whether the residual is a straight line in a single constant: one step of Newton's then finds the only solution."""
        if len(self.left) < 3 or len(self._sizes[0][1]) != 1:
            return False
        first, start = self.left[0], self._sizes[0][1][0]
        every = zip(self.left, self._sizes, strict=True)
        slopes = [(left - first) / (c - start) for left, (_, (c,)) in every if c != start]
        scale = max(float(np.max(np.abs(slope))) for slope in slopes)
        return scale > 0 and all(bool(np.all(np.abs(slope - slopes[-1]) <= _STRAIGHT * scale)) for slope in slopes)

    @property
    def is_solved(self) -> bool:
        """Whether one of the starts, refined, leaves nothing but rounding."""
        return self._refined(*min(self._sizes))[1] <= self.rounding

    def solutions(self) -> list[Constants]:
        """The best starts, each refined; and those that leave least, the last of them first.

        Where nothing changes, as beside a threshold, the starts of a plateau are alike here, and other answers tell them apart.
        """
        first: dict[float, Constants] = {}
        for size, constants in self._sizes:
            first.setdefault(size, constants)
        best = sorted(first.items(), key=lambda item: item[0])[:_REFINED]
        plateau = [constants for size, constants in self._sizes if size == min(first)]
        return list(dict.fromkeys([*(self._refined(size, constants)[0] for size, constants in best), *plateau[::-1]]))

    def _refined(self, size: float, constants: Constants) -> tuple[Constants, float]:
        if constants not in self._found:
            self._found[constants] = _refined(self.residual, constants, size, self.rounding)
        return self._found[constants]


def _size(residual: np.ndarray) -> float:
    """Its Euclidean norm; infinite where the squares are."""
    with np.errstate(over="ignore"):
        return float(np.linalg.norm(residual))


def _refined(residual: Residual, constants: Constants, best: float, rounding: float) -> tuple[Constants, float]:
    """Constants that leave less, as far as steps lead to some, and how much that is."""
    here = residual(constants)
    for _ in range(_STEPS):
        slopes = None if here is None or best == 0 else _slopes(residual, constants, here)
        if here is None or slopes is None or not np.all(np.isfinite(slopes)) or not np.any(slopes):
            break
        with np.errstate(over="ignore", invalid="ignore"):
            change = np.linalg.lstsq(slopes, here, rcond=None)[0]
            expected = _size(here - slopes @ change)
        if expected > _NOWHERE * best > rounding:
            break
        before = best
        for part in _PARTS:
            other = tuple(float(c - part * by) for c, by in zip(constants, change, strict=True))
            after = residual(other)
            if after is not None and _size(after) < best:
                constants, here, best = other, after, _size(after)
                break
        if best > _NOWHERE * before:
            break
    return constants, best


def _slopes(residual: Residual, constants: Constants, here: np.ndarray) -> np.ndarray | None:
    """How the residual changes with each constant: a column each."""
    columns = []
    for index, constant in enumerate(constants):
        step = max(abs(constant) * 1e-6, 1e-300)
        ahead = residual((*constants[:index], constant + step, *constants[index + 1 :]))
        if ahead is None:
            return None
        columns.append((ahead - here) / step)
    return np.stack(columns, axis=1)


def plain(constants: Constants, format: Format) -> list[Constants]:
    """The constants as a person would have typed them, few digits first; then fractions of small numbers; then as they are."""
    each = [_plain(constant, format)[: _FORMS[len(constants)]] for constant in constants]
    found = list(islice(product(*each), 40))
    return list(dict.fromkeys([*found, *((constants,) if len(constants) > 1 else ())]))


def _plain(constant: float, format: Format) -> list[float]:
    zero = [0.0] if abs(constant) < format.unit_roundoff else []  # Newton's method comes near to it and no further
    digits = [float(f"{constant:.{k}e}") for k in range(5)]
    fractions = [n / d for d in range(2, 13) for n in [round(constant * d)] if n and abs(constant * d - n) < 1e-2]
    whole = round(1 / constant) if 1e-6 < abs(constant) < 1 else 0
    parts = [1 / whole] if whole and abs(1 / constant - whole) < 1e-6 * abs(whole) else []
    return list(dict.fromkeys([*zero, *digits, *fractions, *parts, float(format.nearest(np.array(constant)))]))
