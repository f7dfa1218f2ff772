"""Gradient descent at the edge of stability: where a step is a little too long, and the loss rises, slowly.

Beside a minimum, an error along the direction of the largest curvature (the sharpness: Cohen et al., 2021, arXiv:2103.00065)
is multiplied by 1 - learning rate x sharpness in every epoch. A little beyond 2 / sharpness it grows, by as much as one
likes; and so little does it grow that rounding errors, which grow as it does, still leave every number certain.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case, Network

#: How far from the minimum training begins, relative to all parameters: so near that what is off only grows, whatever the
#: activations; and the growth of it in an epoch.
_OFF, _GROWTH = 2.0**-13, 1 + 2.0**-5
#: Steps of power iteration, which finds the sharpness; and of a difference quotient, relative to all parameters.
_ITERATIONS, _DIFFERENCE = 50, 2.0**-17


def beyond_stability(case: Case, format: Format) -> Case | None:
    """The network beside a minimum of its own, with a learning rate at which the loss rises in every epoch.

    Its targets are its outputs, but for what it is off; so the loss cannot be lower than where it is 0, or the entropy of the
    targets. None where the outputs do not depend on the parameters.
    """
    floats = case.map(lambda array: np.asarray(array, np.float64))
    with np.errstate(all="ignore"):
        minimum = replace(floats, targets=Algorithm().forward(floats.network, floats.inputs)[-1])
        sharpness, direction = _sharpest(minimum)
        if not sharpness > 0 or not np.isfinite(sharpness):
            return None
        off = _moved(floats.network, _OFF * direction)
    rate = (1 + _GROWTH) / sharpness
    return replace(minimum, network=off, learning_rate=np.float64(rate)).map(format.nearest)


def _sharpest(case: Case) -> tuple[float, np.ndarray]:
    """The largest curvature of the loss at these parameters, and its direction, as long as all parameters are."""
    size = float(np.linalg.norm(_flat(case.network.parameters))) or 1.0
    direction = np.cos(np.arange(1.0, 1 + len(_flat(case.network.parameters))))
    sharpness = 0.0
    for _ in range(_ITERATIONS):
        direction *= size / np.linalg.norm(direction)
        ahead, behind = (_gradient(case, sign * _DIFFERENCE * direction) for sign in (1, -1))
        product = (ahead - behind) / (2 * _DIFFERENCE)
        sharpness = float(np.linalg.norm(product)) / size
        if not sharpness > 0 or not np.isfinite(sharpness):
            break
        direction = product
    return sharpness, direction * size / (np.linalg.norm(direction) or 1.0)


def _gradient(case: Case, by: np.ndarray) -> np.ndarray:
    return _flat(Algorithm().gradients(_moved(case.network, by), case.inputs, case.targets))


def _moved(network: Network, by: np.ndarray) -> Network:
    """With that added to its parameters, in the order in which they are."""
    moved, start = [], 0
    for pair in network.parameters:
        arrays = []
        for array in pair:
            arrays.append(array + by[start : start + array.size].reshape(array.shape))
            start += array.size
        moved.append((arrays[0], arrays[1]))
    return network.with_parameters(moved)


def _flat(parameters: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    return np.concatenate([np.ravel(array) for pair in parameters for array in pair])
