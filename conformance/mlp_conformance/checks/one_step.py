"""The gradients of an implementation that only trains, as one step shows them: (w - w') / rate, and their bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlp_conformance.answers import Parameters
from mlp_conformance.subject import Session
from mlp_reference.bounded import BoundedArray
from mlp_reference.formats import Format
from mlp_reference.network import Case
from mlp_reference.oracle import Oracle

#: What dividing by the rate rounds, and more.
_ROUNDED = 1 + 2.0**-40

Bounds = list[tuple[np.ndarray, np.ndarray]]


def one_step(case: Case, rate: float | None) -> Case:
    """The case with one epoch at learning rate 1, or at the only one that is claimed."""
    return replace(case, learning_rate=rate or 1.0, epochs=1)


def shown_gradients(session: Session, step: Case) -> Parameters:
    """What the step moves each parameter by, divided by its learning rate; in float64."""
    after = session.train(step).parameters
    before = session.given(step).network.parameters
    return [
        tuple((start.astype(np.float64) - end) / step.learning_rate for start, end in zip(pair, ends, strict=True))
        for pair, ends in zip(before, after, strict=True)
    ]


def shown_bounds(oracle: Oracle, step: Case, format: Format) -> Bounds:
    """How far they may be off: as far as the trained parameters may, and those from which the step starts."""
    return [
        tuple((end.bound + _arrival(start, format)) / step.learning_rate * _ROUNDED for end, start in zip(*pair, strict=True))
        for pair in zip(oracle.trained.parameters, step.network.parameters, strict=True)
    ]


def _arrival(exact: np.ndarray, format: Format) -> np.ndarray:
    """What parameters that are not representable lose on the way to the implementation, where the step starts."""
    return BoundedArray.given(exact, format).bound
