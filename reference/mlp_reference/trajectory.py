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
from mlp_reference.mlp import Algorithm
from mlp_reference.neighbourhood import OWN, UP, Neighbourhood
from mlp_reference.network import Case, Network

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


class Flat:
    """The parameters of a network as one vector, layer after layer, weights row by row before biases."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.shapes = [np.shape(array) for pair in network.parameters for array in pair]
        self.sizes = [int(np.prod(shape)) for shape in self.shapes]
        self.count = sum(self.sizes)

    def split(self, vector: Any) -> list[tuple[Any, Any]]:
        """(weights, biases) of every layer from a vector whose last axis has P numbers."""
        ends = np.cumsum([0, *self.sizes])
        parts = [
            vector[..., a:b].reshape(vector.shape[:-1] + shape)
            for a, b, shape in zip(ends, ends[1:], self.shapes, strict=False)
        ]
        return list(zip(parts[::2], parts[1::2], strict=True))

    def joined(self, parameters: Any) -> np.ndarray:
        return np.concatenate([np.asarray(array).ravel() for pair in parameters for array in pair])


@dataclass(frozen=True)
class Checkpoint:
    """The exact parameters after `epoch` updates: balls whose radius is certified."""

    epoch: int
    parameters: np.ndarray


class Trajectory:
    """The exact trajectory of a case, certified at `checkpoints` (numbers of updates, the last at most the case's epochs).

    progress: told the number of epochs done. Raises UncertifiedError for what cannot be certified, ValueError for a
    checkpoint that the run does not reach or a learning rate that is no finite number of at least 0.
    """

    def __init__(
        self,
        case: Case,
        checkpoints: Sequence[int],
        bits: int = BITS,
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:
        self.flat = Flat(case.network)
        self.case, self.bits = case, bits
        self.checkpoints = tuple(sorted(set(checkpoints)))
        _check(case, self.checkpoints, self.flat.count)
        self.epochs = max(self.checkpoints, default=0)
        self._run(progress)

    def _run(self, progress: Callable[[int], None]) -> None:
        """Ball epochs, each from the midpoint of the one before."""
        algorithm, kept = Algorithm(), {}
        self.centres = np.empty((self.epochs + 1, self.flat.count))
        self.radii = np.zeros(self.epochs)
        with precision(self.bits):
            case = self.case.map(BallArray.exact)
            network = case.network
            for k in range(self.epochs + 1):
                balls = np.concatenate([a.balls.ravel() for pair in network.parameters for a in pair])
                middle = np.array([ball.mid() for ball in balls], dtype=object)
                self.centres[k] = [float(x) for x in middle]
                if k:
                    self.radii[k - 1] = np.linalg.norm([float(ball.rad()) for ball in balls]) * UP
                else:
                    start = np.array([float(ball.rad()) for ball in balls])
                if k in self.checkpoints:
                    kept[k] = middle
                if k == self.epochs:
                    break
                network = network.with_parameters([(BallArray(w), BallArray(b)) for w, b in self.flat.split(middle)])
                network, _ = algorithm.epoch(network, case.inputs, case.targets, case.learning_rate, k)
                progress(k + 1)
            certain = self._carry(FLOAT64, start, self.radii)
            self.exact = {k: _widened(middle, certain.get(k)) for k, middle in kept.items()}

    # ---- errors along the way

    def bounds(self, format: Format) -> dict[int, np.ndarray]:
        """Of every checkpoint at which something can be said, the bound of each parameter for a float program, P numbers."""
        exact = self.flat.joined(self.case.network.parameters)
        arrives = Neighbourhood.constant(exact, format).rounding.ravel()
        return self._carry(format, arrives, None)

    def _carry(self, format: Format, start: np.ndarray, radii: np.ndarray | None) -> dict[int, np.ndarray]:
        """The error at every checkpoint, from that at the start and the local ones: `radii`, or the format's rounding."""
        error, found = start.astype(float), {}
        swept: list[_Stretch] = []
        ends = sorted({*range(0, self.epochs, STRETCH), *self.checkpoints, self.epochs})
        if 0 in self.checkpoints:
            found[0] = error
        for first, last in pairwise(ends):
            stretch = self._stretch(format, first, last, float(np.linalg.norm(error)) * UP, radii)
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
        centres = self.centres[first:last]
        least = error + float(np.max(np.abs(centres))) * format.unit_roundoff * (radii is None)
        box = np.full(last - first, 1.5 * least + 1e-300)
        for _ in range(6):
            with np.errstate(all="ignore"):
                jacobian, slack, local = self.epoch_at(format, centres, box)
                if radii is not None:
                    local = np.repeat(radii[first:last, None], self.flat.count, axis=1)
                if not (np.isfinite(jacobian).all() and np.isfinite(slack).all() and np.isfinite(local).all()):
                    return None
                norms = np.linalg.norm(jacobian, 2, axis=(1, 2)) * UP + np.linalg.norm(slack, axis=(1, 2))
                sizes = np.linalg.norm(local, axis=1)
            met = np.empty(last - first + 1)
            met[0] = error
            for k in range(last - first):
                met[k + 1] = (norms[k] * met[k] + sizes[k]) * UP
            if np.all(met[:-1] <= box):
                return _Stretch(jacobian, local + np.einsum("kij,k->ki", slack, met[:-1]), float(met[-1]))
            box = np.maximum(box, met[:-1]) * 1.25
            if not np.isfinite(box).all() or np.max(box) > 1:
                return None
        return None

    def epoch_at(self, format: Format, centres: np.ndarray, box: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Jacobian and its slack (K x P x P), and rounding (K x P), of one epoch from boxes around K centres."""
        given = self.near(format, centres, box[:, None])
        after, _ = Algorithm().epoch(given.network, given.inputs, given.targets, given.learning_rate, 0)
        arrays = [array for pair in after.parameters for array in pair]
        count, p = centres.shape
        jacobian, slack = (
            np.concatenate([getattr(a, name).reshape(count, p, -1) for a in arrays], axis=2).swapaxes(1, 2)
            for name in ("slope", "slack")
        )
        return jacobian, slack, np.concatenate([a.rounding.reshape(count, -1) for a in arrays], axis=1)

    def near(self, format: Format, centres: np.ndarray, box: np.ndarray) -> Case:
        """The case at K places (K x P), whose boxes reach so far (K x P or K x 1), in the arithmetic of neighbourhoods."""
        p = self.flat.count
        radius = np.broadcast_to(box, centres.shape) + OWN * np.abs(centres)
        parts = zip(self.flat.split(centres), self.flat.split(radius), self.flat.split(np.eye(p)[None]), strict=True)

        def number(c: Any, r: Any, s: Any) -> Neighbourhood:
            if c.ndim == 2:  # biases
                c, r, s = c[:, None], r[:, None], s[:, :, None]
            return Neighbourhood(format, c, r, s, np.zeros_like(s), np.zeros_like(c))

        network = self.case.network.with_parameters([(number(c[0], r[0], s[0]), number(c[1], r[1], s[1])) for c, r, s in parts])

        def given(values: Any) -> Neighbourhood:
            return Neighbourhood.constant(values, format)

        case = self.case
        return replace(
            case,
            network=network,
            inputs=given(case.inputs),
            targets=given(case.targets),
            learning_rate=given(case.learning_rate),
        )

    # ---- what follows from the parameters

    def value(self, epoch: int, compute: Callable[[Case], Any]) -> np.ndarray:
        """Balls of whatever a formula gives at a checkpoint's exact parameters."""
        with precision(self.bits):
            case = self.case.map(BallArray.exact)
            parameters = [(BallArray(w), BallArray(b)) for w, b in self.flat.split(self.exact[epoch])]
            found = compute(replace(case, network=case.network.with_parameters(parameters)))
            return np.asarray(found.balls, dtype=object)

    def value_bound(self, epoch: int, error: np.ndarray, format: Format, compute: Callable[[Case], Any]) -> np.ndarray:
        """The bound of what a float program gives for it, from parameters that are off by at most `error` (P numbers)."""
        found = compute(self.near(format, self.centres[epoch][None], error[None]))
        reach = np.einsum("kp...,p->k...", np.abs(found.slope) + found.slack, error)
        return (reach + found.rounding)[0] * UP


@dataclass
class _Stretch:
    """Some epochs: their Jacobians, what each adds (K x P), the norm of the error at their end."""

    jacobian: np.ndarray
    added: np.ndarray
    reached: float

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
    if count > MOST_PARAMETERS:
        raise UncertifiedError(
            f"{count} parameters: runs of up to {MOST_PARAMETERS} are certified, whose Jacobians are carried along"
        )
