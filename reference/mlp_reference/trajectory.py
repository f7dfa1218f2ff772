"""Certified training: the exact parameters after thousands of epochs, and what a right float program may be off by (TRAIN-6).

Plain interval iteration explodes: every epoch wraps a turned box into an upright one. Here each epoch starts afresh at a
point, and what an epoch adds is carried on by the derivatives of the training map T(theta) = theta - eta grad E(theta):

    e_(k+1) <= |J_k e_k| + slack_k e_k + local_k

`local_k` is the radius of the ball epoch (for the exact trajectory) or the rounding bound of one epoch (for a float format);
J_k the Jacobian of T, and slack_k how far it may differ anywhere between the two trajectories (see `neighbourhood`), so
second-order effects are bounded, not dropped. Within a stretch of epochs the sum is taken in the Euclidean norm; at the end
of every stretch, and at checkpoints, an adjoint sweep gives each parameter its own bound: the sum over all earlier epochs j
of |J_(k-1) ... J_(j+1)| (local_j + slack_j e_j). The box for which slack was computed must hold the errors that follow from
it: where it does not, nothing is said from there on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

import mlp_reference.neighbourhood_functions  # noqa: F401 - registers the functions' rules
from mlp_reference.balls import BallArray, precision
from mlp_reference.formats import FLOAT64, Format
from mlp_reference.neighbourhood import UP, Neighbourhood
from mlp_reference.network import Case
from mlp_reference.options import check
from mlp_reference.progress import EVERY, Progress, Reached
from mlp_reference.training_map import TrainingMap

#: Epochs of a stretch: one evaluation of the algorithm over as many neighbourhoods.
STRETCH = 200
#: Bits of the ball epochs; doubled where 50 digits are not certain.
BITS = 320
#: Parameters beyond which a run is not certified: Jacobians have their square.
MOST_PARAMETERS = 120
#: The products of Jacobians are themselves rounded: this part of their norm covers it.
_PRODUCTS = 2.0**-20


class UncertifiedError(ValueError):
    """A run that is not certified: which, and why."""


class Trajectory:
    """The exact trajectory of a case, certified at `checkpoints` (numbers of updates, the last at most the case's epochs).

    progress: told the number of epochs done; record: keeps them, and has those that were done before. Raises
    UncertifiedError for what cannot be certified, ValueError for a checkpoint that the run does not reach or a learning rate
    that is no finite number of at least 0.
    """

    def __init__(
        self,
        case: Case,
        checkpoints: Sequence[int],
        bits: int = BITS,
        progress: Callable[[int], None] = lambda done: None,
        record: Progress | None = None,
    ) -> None:
        self.map = TrainingMap(case)
        self.flat = self.map.flat
        self.case, self.bits = case, bits
        self.checkpoints = tuple(sorted(set(checkpoints)))
        _check(case, self.checkpoints, self.map.size)
        self.epochs = max(self.checkpoints, default=0)
        self._run(progress, record)

    def _run(self, progress: Callable[[int], None], record: Progress | None) -> None:
        """Ball epochs, each from the midpoint of the one before; those that the record has are not computed again."""
        self.centres = np.empty((self.epochs + 1, self.map.size))
        self.radii = np.zeros(self.epochs)
        with precision(self.bits):
            case = self.case.map(BallArray.exact)
            balls = BallArray.exact(self.map.start()).balls
            start, middle, done = np.array([float(ball.rad()) for ball in balls]), _middle(balls), 0
            self.centres[0] = [float(x) for x in middle]
            kept = {0: middle} if 0 in self.checkpoints else {}
            for reached in record.begin(self.bits) if record else ():
                self.centres[done + 1 : reached.last + 1], self.radii[done : reached.last] = reached.centres, reached.radii
                kept, middle, done = kept | reached.kept, reached.middle, reached.last
                progress(done)
            written = done
            for k in range(done, self.epochs):
                balls = self.map.ball_epoch(case, middle, k)
                middle = _middle(balls)
                self.centres[k + 1] = [float(x) for x in middle]
                self.radii[k] = np.linalg.norm([float(ball.rad()) for ball in balls]) * UP
                if k + 1 in self.checkpoints:
                    kept[k + 1] = middle
                if record and (k + 1 - written == EVERY or k + 1 == self.epochs):
                    new = {epoch: numbers for epoch, numbers in kept.items() if epoch > written}
                    record.add(Reached(k + 1, self.centres[written + 1 : k + 2], self.radii[written : k + 1], middle, new))
                    written = k + 1
                progress(k + 1)
            certain = self._carry(FLOAT64, start, self.radii)
            self.exact = {k: _widened(middle, certain.get(k)) for k, middle in kept.items()}

    # ---- errors along the way

    def bounds(self, format: Format) -> dict[int, np.ndarray]:
        """Of every checkpoint at which something can be said, the bound of each parameter for a float program, P numbers."""
        arrives = Neighbourhood.constant(self.map.start(), format).rounding.ravel()
        return self._carry(format, arrives, None)

    def _carry(self, format: Format, start: np.ndarray, radii: np.ndarray | None) -> dict[int, np.ndarray]:
        """The error at every checkpoint, from that at the start and the local ones: `radii`, or the format's rounding."""
        error, found = start.astype(float), {}
        swept: list[_Stretch] = []
        ends = sorted({*range(0, self.epochs, STRETCH), *self.checkpoints, self.epochs})
        if 0 in self.checkpoints:
            found[0] = error
        for first, last in pairwise(ends):
            with np.errstate(over="ignore"):  # an error without a norm has no box either
                entering = float(np.linalg.norm(error)) * UP
            stretch = self._stretch(format, first, last, entering, radii)
            if stretch is None:
                break
            for earlier in swept:
                earlier.after = stretch.whole @ earlier.after
            swept.append(stretch)
            error = np.minimum(_swept(swept, start), stretch.reached) * UP
            if last in self.checkpoints:
                found[last] = error
        return found

    def _stretch(self, format: Format, first: int, last: int, error: float, radii: np.ndarray | None) -> _Stretch | None:
        """Epochs first to last, entered with an error of that norm; None where no box is found that holds what follows."""
        centres, basis = self.centres[first:last], self.map.basis
        least = error + float(np.max(np.abs(centres))) * format.unit_roundoff * (radii is None)
        box = np.full(last - first, 1.5 * least + 1e-300)
        for _ in range(6):
            with np.errstate(all="ignore"):
                jacobian, slack, local = self.map.epoch_at(format, centres, box[:, None] * basis.reach, range(first, last))
                if radii is not None:
                    local = np.repeat(radii[first:last, None], self.map.size, axis=1)
                if not (np.isfinite(jacobian).all() and np.isfinite(slack).all() and np.isfinite(local).all()):
                    return None
                norms, sizes = basis.stretching(jacobian, slack), basis.sizes(local)
            met = np.empty(last - first + 1)
            met[0] = error * basis.entering
            for k in range(last - first):
                met[k + 1] = (norms[k] * met[k] + sizes[k]) * UP
            if np.all(met[:-1] <= box):
                reached = float(met[-1]) * basis.reach
                return _Stretch(jacobian, local + np.einsum("kij,kj->ki", slack, met[:-1, None] * basis.reach), reached)
            box = np.maximum(box, met[:-1]) * 1.25
            if not np.isfinite(box).all() or np.max(box) > 1:
                return None
        return None

    # ---- what follows from the parameters

    def value(self, epoch: int, compute: Callable[[Case], Any]) -> np.ndarray:
        """Balls of whatever a formula gives at a checkpoint's exact parameters."""
        with precision(self.bits):
            case = self.case.map(BallArray.exact)
            parameters = [(BallArray(w), BallArray(b)) for w, b in self.map.parts(self.exact[epoch])[0]]
            found = compute(replace(case, network=case.network.with_parameters(parameters)))
            return np.asarray(found.balls, dtype=object)

    def value_bound(self, epoch: int, error: np.ndarray, format: Format, compute: Callable[[Case], Any]) -> np.ndarray:
        """The bound of what a float program gives for it, from parameters that are off by at most `error` (P numbers)."""
        found = compute(self.map.near(format, self.centres[epoch][None], error[None])[0])
        reach = np.einsum("kp...,p->k...", np.abs(found.slope) + found.slack, error)
        return (reach + found.rounding)[0] * UP


@dataclass
class _Stretch:
    """Some epochs: their Jacobians, what each adds (K x S), how large the error at their end is at most."""

    jacobian: np.ndarray
    added: np.ndarray
    reached: np.ndarray

    def __post_init__(self) -> None:
        count, p, _ = self.jacobian.shape
        self.rest = np.empty((count, p, p))
        product = np.eye(p)
        for k in reversed(range(count)):
            self.rest[k] = product
            product = product @ self.jacobian[k]
        self.whole = product
        self.after = np.eye(p)


def _swept(stretches: list[_Stretch], start: np.ndarray) -> np.ndarray:
    """Each parameter's bound at the end of the last stretch: the adjoint of what every epoch before has added."""
    found = _absolute(stretches[0].after @ stretches[0].whole) @ start
    for stretch in stretches:
        found = found + np.einsum("kij,kj->i", _absolute(stretch.after @ stretch.rest), stretch.added)
    return found * UP


def _absolute(products: np.ndarray) -> np.ndarray:
    norm = np.sqrt(np.sum(products**2, axis=(-2, -1), keepdims=True))
    return np.abs(products) + _PRODUCTS * norm


def _middle(balls: np.ndarray) -> np.ndarray:
    return np.array([ball.mid() for ball in balls], dtype=object)


def _widened(middle: np.ndarray, error: np.ndarray | None) -> np.ndarray:
    from flint import arb

    if error is None:
        raise UncertifiedError("the exact trajectory is too unstable to be certified: fewer epochs can be")
    balls = [m + arb(0, float(e) * UP + 5e-324) if e else m for m, e in zip(middle, error, strict=True)]
    return np.array(balls, dtype=object)


def _check(case: Case, checkpoints: tuple[int, ...], count: int) -> None:
    rate = float(case.learning_rate)
    if not (np.isfinite(rate) and rate >= 0):
        raise ValueError(f"the learning rate is {rate}: a finite number of at least 0 was expected")
    if case.epochs < 0:
        raise ValueError(f"epochs is {case.epochs}: a whole number of at least 0 was expected")
    for epoch in checkpoints:
        if not 0 <= epoch <= case.epochs:
            raise ValueError(f"checkpoint {epoch} lies outside the run, whose epochs are 0 to {case.epochs}")
    if case.options is not None:
        check(case.options, case.network.sizes, len(case.inputs), case.epochs)
        if case.options.masks is not None or len(set(case.options.order or ())) > 1:
            raise UncertifiedError(
                "masks, and rows in another order in every epoch: runs of a map that stays the same are certified"
            )
    if count > MOST_PARAMETERS:
        raise UncertifiedError(
            f"{count} parameters: runs of up to {MOST_PARAMETERS} are certified, whose Jacobians are carried along"
        )
