"""What a training step has subtracted from parameters, and whether it has moved any."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlp_conformance.recognise.numbers.readings import Parameters

#: Weights and biases as a network gives them, None where it gives no array.
Given = Sequence[tuple[np.ndarray | None, np.ndarray | None]]


def subtracted(after: Given, before: Parameters, samples: int) -> Parameters | None:
    """Before minus after; None where there is no array of the right shape.

    NaN stands for parameters that a fault keeps apart for each of the samples.
    """
    found = []
    for (weights, biases), (first, bias) in zip(after, before, strict=True):
        if weights is None or biases is None:
            return None
        if weights.shape != first.shape or biases.shape != bias.shape:
            if weights.size not in (first.size, first.size * samples) or biases.size not in (bias.size, bias.size * samples):
                return None
            weights, biases = np.full_like(first, np.nan), np.full_like(bias, np.nan)
        found.append((first - weights, bias - biases))
    return found


def is_moved(after: Given, held: Given, before: Parameters) -> bool:
    """Whether weights are others than they were.

    held: as the network kept them, which may be in float32; before: as they were given, where it does not show them yet.
    """
    for (weights, _), (kept, _), (first, _) in zip(after, held, before, strict=True):
        start = kept if kept is not None else first
        if weights is not None and (weights.shape != start.shape or not np.all(np.abs(start - weights) <= 1e-12)):
            return True
    return False
