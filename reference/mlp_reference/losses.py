"""The four losses, their derivatives and the reductions (LOSS-1 to LOSS-10).

`terms` is the loss of every sample and output before the reduction, `slope` its derivative by the network's output, and
`fused_delta` its derivative by the last pre-activation for the two pairs in which that is simply a - y (BACK-8).
"""

from __future__ import annotations

from functools import singledispatch

import numpy as np

from mlp_reference.network import Array, Network


def terms(network: Network, z: Array, a: Array, y: Array) -> Array:
    """What each sample and output contributes to the loss, m by n_L.

    z: the last pre-activations, a: the outputs, y: the targets; all m by n_L.
    """
    match network.loss:
        case "half_squared_error":
            return (a - y) ** 2 / 2
        case "squared_error":
            return (a - y) ** 2
        case "cross_entropy" if not smoothed(network):
            return -y * log_softmax(z)
        case "cross_entropy":
            return -y * np.log(probability(network, a))
        case "binary_cross_entropy" if not smoothed(network):
            return y * softplus(-z) + (1 - y) * softplus(z)
        case "binary_cross_entropy":
            return -y * np.log(probability(network, a)) - (1 - y) * np.log(complement(a, network))
    raise ValueError(f"unknown loss {network.loss!r}")


def slope(network: Network, a: Array, y: Array) -> Array:
    """The derivative of the loss's terms by the outputs a, m by n_L (BACK-2)."""
    match network.loss:
        case "half_squared_error":
            return a - y
        case "squared_error":
            return 2 * (a - y)
        case "cross_entropy":
            return -y * log_slope(network, a)
        case "binary_cross_entropy":
            return -y * log_slope(network, a) + (1 - y) * log_slope(network, 1 - a)
    raise ValueError(f"unknown loss {network.loss!r}")


def slope_at_clipped(network: Network, a: Array, y: Array) -> Array:
    """The same of a cross-entropy whose probabilities are guarded before its derivative is taken (LOSS-10)."""
    slope = -y / probability(network, a)
    return slope + (1 - y) / complement(a, network) if network.loss == "binary_cross_entropy" else slope


@singledispatch
def fused_delta(a: Array, y: Array, loss: str) -> Array:
    """a - y: the derivative by z of cross-entropy after softmax, and of binary cross-entropy after sigmoid (BACK-8)."""
    return a - y


def divisor(network: Network, targets: Array) -> int:
    """What the reduction divides the sum of all terms by (LOSS-5, LOSS-6, LOSS-7)."""
    m, n = targets.shape
    return {"sum": 1, "mean_samples": m, "mean_elements": m * n}[network.reduction]


@singledispatch
def softplus(z: Array) -> Array:
    """log(1 + exp(z)) = -log(1 - sigmoid(z)), elementwise, finite for every z (LOSS-9)."""
    return np.logaddexp(0, z)


@singledispatch
def log_softmax(z: Array) -> Array:
    """log(softmax(z)) in each row, finite where softmax itself rounds to 0 (LOSS-9)."""
    shifted = z - np.max(z, axis=1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))


def smoothed(network: Network) -> bool:
    """Whether the logarithm's argument is changed by a claimed convention (LOSS-10)."""
    return bool(network.conventions.log_epsilon or network.conventions.probability_clip)


def probability(network: Network, p: Array) -> Array:
    """The logarithm's argument under the claimed conventions: p + epsilon, or p clipped to [epsilon, 1 - epsilon] (LOSS-10)."""
    clip = network.conventions.probability_clip
    if clip:
        return np.minimum(np.maximum(p, clip), 1 - clip)
    return p + network.conventions.log_epsilon


@singledispatch
def complement(a: Array, network: Network) -> Array:
    """The other logarithm's argument, of 1 - a; where it is clipped, 1 less the clipped a is the same (LOSS-10)."""
    return probability(network, 1 - a)


def log_slope(network: Network, p: Array) -> Array:
    """The derivative of log(probability(p)) by p: 0 where p is clipped (LOSS-10)."""
    clip = network.conventions.probability_clip
    if clip:
        return np.heaviside(p - clip, 1) * np.heaviside((1 - clip) - p, 1) / p
    return 1 / (p + network.conventions.log_epsilon)
