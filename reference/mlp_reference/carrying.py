"""Errors along a training run: what every epoch adds, carried on to checkpoints by derivatives of the training map (TRAIN-6).

Plain interval iteration explodes: every epoch wraps a turned box into an upright one. Here each epoch starts afresh at a
point, and what an epoch adds is carried on by the derivatives of the training map T(theta) = theta - eta grad E(theta):

    e_(k+1) <= |J_k e_k| + slack_k e_k + local_k

`local_k` is the radius of the ball epoch (for the exact trajectory) or the rounding bound of one epoch (for a float format);
J_k the Jacobian of T, and slack_k how far it may differ anywhere between the two trajectories (see `neighbourhood`), so
second-order effects are bounded, not dropped. Within a stretch of epochs the sum is taken in the Euclidean norm; at the end
of every stretch, and at checkpoints, an adjoint sweep gives each parameter its own bound: the sum over all earlier epochs j
of |J_(k-1) ... J_(j+1)| (local_j + slack_j e_j). The box for which slack was computed must hold the errors that follow from
it: where it does not, nothing is said from there on. All this holds of any two runs whose epochs differ by `local_k`, with
the centres of either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

import mlp_reference.neighbourhood_functions  # noqa: F401 - registers the functions' rules
from mlp_reference.formats import Format
from mlp_reference.neighbourhood import UP
from mlp_reference.training_map import TrainingMap

#: Epochs of a stretch: one evaluation of the algorithm over as many neighbourhoods.
STRETCH = 200
#: The products of Jacobians are themselves rounded: this part of their norm covers it.
_PRODUCTS = 2.0**-20

#: What epochs first to last add (K x S), given the rounding of a format there.
Local = Callable[[np.ndarray, int, int], np.ndarray]


@dataclass(frozen=True)
class Epochs:
    """The epochs of a run with S numbers in its state, around centres ((epochs + 1) x S), in a format.

    local: what each epoch adds to the error; None: one rounding of the format.
    """

    map: TrainingMap
    centres: np.ndarray
    checkpoints: Sequence[int]
    format: Format
    local: Local | None = None

    @property
    def count(self) -> int:
        return len(self.centres) - 1

    def errors(self, start: np.ndarray) -> dict[int, np.ndarray]:
        """Of every checkpoint at which something can be said, the error of each number, from that at the start."""
        error, found = start.astype(float), {}
        swept: list[_Stretch] = []
        ends = sorted({*range(0, self.count, STRETCH), *self.checkpoints, self.count})
        if 0 in self.checkpoints:
            found[0] = error
        for first, last in pairwise(ends):
            with np.errstate(over="ignore"):  # an error without a norm has no box either
                entering = float(np.linalg.norm(error)) * UP
            stretch = self._stretch(first, last, entering)
            if stretch is None:
                break
            for earlier in swept:
                earlier.after = stretch.whole @ earlier.after
            swept.append(stretch)
            error = np.minimum(_swept(swept, start), stretch.reached) * UP
            if last in self.checkpoints:
                found[last] = error
        return found

    def _stretch(self, first: int, last: int, error: float) -> _Stretch | None:
        """Epochs first to last, entered with an error of that norm; None where no box is found that holds what follows."""
        format, centres, basis = self.format, self.centres[first:last], self.map.basis
        least = error + float(np.max(np.abs(centres))) * format.unit_roundoff * (self.local is None)
        box = np.full(last - first, 1.5 * least + 1e-300)
        for _ in range(6):
            with np.errstate(all="ignore"):
                jacobian, slack, local = self.map.epoch_at(format, centres, box[:, None] * basis.reach, range(first, last))
                if self.local is not None:
                    local = self.local(local, first, last)
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
