"""Certified training: the exact parameters after thousands of epochs, and what a right float program may be off by (TRAIN-6).

Each epoch starts afresh at a point, on balls; how far these and a float program's errors have come at a checkpoint,
`carrying` says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mlp_reference.balls import BallArray, precision
from mlp_reference.carrying import Epochs
from mlp_reference.formats import FLOAT64, Format
from mlp_reference.neighbourhood import UP, Neighbourhood
from mlp_reference.network import Case
from mlp_reference.options import check
from mlp_reference.progress import EVERY, Progress, Reached
from mlp_reference.training_map import TrainingMap

#: Bits of the ball epochs; doubled where 50 digits are not certain.
BITS = 320
#: Parameters beyond which a run is not certified: Jacobians have their square.
MOST_PARAMETERS = 120


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
            exact = Epochs(self.map, self.centres, self.checkpoints, FLOAT64, self._ball_errors)
            certain = exact.errors(start)
            self.exact = {k: _widened(middle, certain.get(k)) for k, middle in kept.items()}

    # ---- errors along the way

    def bounds(self, format: Format) -> dict[int, np.ndarray]:
        """Of every checkpoint at which something can be said, the bound of each parameter for a float program, P numbers."""
        arrives = Neighbourhood.constant(self.map.start(), format).rounding.ravel()
        return Epochs(self.map, self.centres, self.checkpoints, format).errors(arrives)

    def _ball_errors(self, rounding: np.ndarray, first: int, last: int) -> np.ndarray:
        """What the balls of those epochs may be off by, in place of a format's rounding."""
        return np.repeat(self.radii[first:last, None], self.map.size, axis=1)

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
    if count > MOST_PARAMETERS:
        raise UncertifiedError(
            f"{count} parameters: runs of up to {MOST_PARAMETERS} are certified, whose Jacobians are carried along"
        )
