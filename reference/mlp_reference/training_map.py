"""One epoch as a map of a vector: of the parameters, and of the velocity where there is momentum (TRAIN-4, OPT-3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from mlp_reference.balls import BallArray
from mlp_reference.descent import Descent, same_steps
from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm
from mlp_reference.neighbourhood import OWN, UP, Neighbourhood
from mlp_reference.network import Case, Network
from mlp_reference.options import Options


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
class Basis:
    """Coordinates for errors, `there` and `back`; None where they are those of the state.

    reach: of every coordinate of the state, the most that an error of norm 1 in these coordinates may be. entering: the most
    that the norm of an error grows by on the way into them.
    """

    there: np.ndarray | None
    back: np.ndarray | None
    reach: np.ndarray
    entering: float

    def stretching(self, jacobian: np.ndarray, slack: np.ndarray) -> np.ndarray:
        """How much each epoch stretches an error at most (K), from derivatives and their slack (K x S x S)."""
        if self.there is None or self.back is None:
            return np.linalg.norm(jacobian, 2, axis=(1, 2)) * UP + np.linalg.norm(slack, axis=(1, 2))
        there, back = np.abs(self.there), np.abs(self.back)
        own = OWN * len(there) * (there @ np.abs(jacobian) @ back)  # of the two products
        inner = self.there @ jacobian @ self.back
        return np.linalg.norm(inner, 2, axis=(1, 2)) * UP + np.linalg.norm((there @ slack @ back + own) * UP, axis=(1, 2))

    def sizes(self, local: np.ndarray) -> np.ndarray:
        """The norm of what each epoch adds (K), from what it adds to each coordinate of the state (K x S)."""
        return np.linalg.norm(local if self.there is None else local @ np.abs(self.there).T * UP, axis=1)


@dataclass(frozen=True)
class TrainingMap:
    """The epochs of a case. A state has P numbers, the parameters; 2 P with momentum, the velocities behind them."""

    case: Case

    @cached_property
    def flat(self) -> Flat:
        return Flat(self.case.network)

    @property
    def options(self) -> Options | None:
        return self.case.options

    @property
    def has_velocity(self) -> bool:
        return self.options is not None and self.options.momentum is not None

    @property
    def size(self) -> int:
        return self.flat.count * (2 if self.has_velocity else 1)

    def parts(self, state: Any) -> list[Any]:
        """Parameters, and velocities where there are any, from a state in the last axis."""
        p = self.flat.count
        return [self.flat.split(state[..., i : i + p]) for i in range(0, self.size, p)]

    @cached_property
    def basis(self) -> Basis:
        """Coordinates in which an epoch stretches errors little.

        With momentum these are where the parameters would come to rest, were the gradient 0, and the velocity's own steps.
        """
        options, p = self.options, self.flat.count
        if options is None or not self.has_velocity:
            return Basis(None, None, np.ones(1), 1.0)
        mu = float(options.momentum)
        rate = float(options.rate(self.case.learning_rate, 0)) or 1.0
        ahead = mu / (1 - mu) * (mu if options.nesterov else 1.0)
        shift, scale = (-ahead, 1.0) if options.rate_in_velocity else (rate * ahead, rate)
        one, nothing = np.eye(p), np.zeros((p, p))
        there = np.block([[one, -shift * one], [nothing, scale * one]])
        back = np.block([[one, shift / scale * one], [nothing, one / scale]])
        reach = np.linalg.norm(back, axis=1) * UP
        return Basis(there, back, reach, float(np.linalg.norm(there, 2)) * UP)

    # ---- on balls

    def start(self) -> np.ndarray:
        """The state before training, exactly; an object array."""
        parameters = self.flat.joined(self.case.network.parameters)
        return np.concatenate([parameters, np.zeros(self.size - self.flat.count, dtype=int)])

    def ball_epoch(self, given: Case, state: np.ndarray, number: int) -> np.ndarray:
        """The balls of the state after an epoch; given: the case in balls."""
        parts = [[(BallArray(w), BallArray(b)) for w, b in part] for part in self.parts(state)]
        network = given.network.with_parameters(parts[0])
        if given.options is None:
            after, _ = Algorithm().epoch(network, given.inputs, given.targets, given.learning_rate, number)
            velocity: Any = []
        else:
            after, velocity, _ = Descent().descent_epoch(
                network, parts[-1], given.inputs, given.targets, given.learning_rate, number, given.options
            )
        found = [after.parameters, velocity] if self.has_velocity else [after.parameters]
        return np.concatenate([array.balls.ravel() for part in found for pair in part for array in pair])

    # ---- over neighbourhoods

    def epoch_at(
        self, format: Format, centres: np.ndarray, box: np.ndarray, numbers: range | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Jacobian and its slack (K x S x S), and rounding (K x S), of one epoch each from boxes around K centres.

        box: K x 1 or K x S, how far a coordinate may be off; numbers: which epochs they are, for a schedule. The rounding is
        the larger one where two forms of the velocity make the same steps.
        """
        jacobian, slack, rounding = self._epoch_at(self.case, format, centres, box, numbers)
        rate = float(self.case.learning_rate)
        for other in same_steps(self.case)[1:] if rate else ():
            sign = -rate if self.options is not None and not self.options.rate_in_velocity else -1 / rate
            scale = np.concatenate([np.ones(self.flat.count), np.full(self.size - self.flat.count, sign)])
            found = self._epoch_at(other, format, centres * scale, box * np.abs(scale), numbers)[2]
            rounding = np.maximum(rounding, found / np.abs(scale))
        return jacobian, slack, rounding

    def _epoch_at(
        self, case: Case, format: Format, centres: np.ndarray, box: np.ndarray, numbers: range | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        given, velocity = self.near(format, centres, box, case, numbers)
        if given.options is None:
            after, _ = Algorithm().epoch(given.network, given.inputs, given.targets, given.learning_rate, 0)
            states = [after.parameters]
        else:
            after, moved, _ = Descent().descent_epoch(
                given.network, velocity, given.inputs, given.targets, given.learning_rate, 0, given.options
            )
            states = [after.parameters, moved] if self.has_velocity else [after.parameters]
        arrays = [array for state in states for pair in state for array in pair]
        count, p = centres.shape
        jacobian, slack = (
            np.concatenate([_everywhere(getattr(a, name), count).reshape(count, p, -1) for a in arrays], axis=2).swapaxes(1, 2)
            for name in ("slope", "slack")
        )
        roundings = [_everywhere(a.rounding, count).reshape(count, -1) for a in arrays]
        return jacobian, slack, np.concatenate(roundings, axis=1)

    def near(
        self, format: Format, centres: np.ndarray, box: np.ndarray, case: Case | None = None, numbers: range | None = None
    ) -> tuple[Case, list[tuple[Any, Any]]]:
        """The case at K places (K x S), whose boxes reach so far (K x S or K x 1), and the velocities there."""
        case, s = case or self.case, self.size
        radius = np.broadcast_to(box, centres.shape) + OWN * np.abs(centres)

        def number(c: Any, r: Any, slope: Any) -> Neighbourhood:
            if c.ndim == 2:  # biases
                c, r, slope = c[:, None], r[:, None], slope[:, :, None]
            return Neighbourhood(format, c, r, slope, np.zeros_like(slope), np.zeros_like(c))

        states = [
            [(number(c[0], r[0], e[0]), number(c[1], r[1], e[1])) for c, r, e in zip(*part, strict=True)]
            for part in zip(self.parts(centres), self.parts(radius), self.parts(np.eye(s)[None]), strict=True)
        ]

        return replace(
            _side_by_side(case, format, numbers),
            network=case.network.with_parameters(states[0]),
            learning_rate=Neighbourhood.constant(case.learning_rate, format),
        ), states[-1]


def _side_by_side(case: Case, format: Format, numbers: range | None) -> Case:
    """Batch and options of those epochs as of an epoch number 0, K x m x n where an epoch has its own: rates, masks, rows.

    Rows that come in another order in every epoch are put into it beforehand. Without numbers: the batch as it is given.
    """

    def given(values: Any) -> Neighbourhood:
        return Neighbourhood.constant(values, format)

    def in_order(rows: Any, number: int) -> Any:
        return np.asarray(rows, dtype=object)[list(orders[number])] if orders else np.asarray(rows, dtype=object)

    options, which = case.options, range(1) if numbers is None else numbers
    if options is None:
        return replace(case, inputs=given(case.inputs), targets=given(case.targets))
    orders = options.order if options.order and len({options.order[k] for k in which}) > 1 else None
    order = options.order and (tuple(range(len(case.inputs))) if orders else options.order[which[0]],)
    found = replace(options, learning_rates=None, masks=None, order=order).map(given)
    if options.learning_rates is not None:
        rates = np.array([options.learning_rates[k] for k in which], dtype=object)
        found = replace(found, learning_rates=[given(rates.reshape(-1, 1, 1))])
    if options.masks is not None:
        layers = range(len(options.masks[0]))
        masks = tuple(given(np.stack([in_order(options.masks[k][layer], k) for k in which])) for layer in layers)
        found = replace(found, masks=(masks,))
    batch = [np.stack([in_order(rows, k) for k in which]) if orders else rows for rows in (case.inputs, case.targets)]
    return replace(case, inputs=given(batch[0]), targets=given(batch[1]), options=found)


def _everywhere(part: np.ndarray, count: int) -> np.ndarray:
    """Of something that is the same at all places, as the derivatives of a linear network are, a copy for each."""
    return np.broadcast_to(part, (count, *part.shape[1:]))
