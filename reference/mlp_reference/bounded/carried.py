"""Derivatives that are carried with a factor, as a complex step carries them: exact numbers are rounded on the way."""

from __future__ import annotations

import numpy as np

from mlp_reference.bounded.array import BoundedArray
from mlp_reference.mlp import Algorithm, FusedDelta, GuardedQuotients, SlopeAtClipped, Step
from mlp_reference.network import Array, Network


class Carried(Algorithm):
    """The algorithm whose deltas are never taken to be exact, unless they are 0: h times a number rounds, and so does its
    quotient by h. What is 0 stays 0, and what decides at a kink is untouched (ACC-1, "exact stays exact").
    """

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return rounded_twice(super().output_delta(network, output, targets))


#: The same of each other reading of the deltas that is as right (LOSS-10).
CARRIED: dict[type[Algorithm], type[Algorithm]] = {
    reading: type(f"Carried{reading.__name__}", (Carried, reading), {})
    for reading in (FusedDelta, SlopeAtClipped, GuardedQuotients)
}


def rounded_twice(delta: Array) -> Array:
    """Two roundings on top of a bound, and no claim to be exact; other arithmetics pass as they are."""
    if not isinstance(delta, BoundedArray):
        return delta
    exact_zero = (delta.value == 0) & (delta.bound == 0)
    error = delta.bound + 2 * delta.format.unit_roundoff * (1 + 4 * delta.format.unit_roundoff) * delta.magnitude
    return BoundedArray(
        delta.format,
        delta.value,
        np.where(exact_zero, 0.0, error),
        quantum=np.where(exact_zero, np.inf, 0.0),
    )
