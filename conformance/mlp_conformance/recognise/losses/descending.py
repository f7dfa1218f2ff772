"""Steps along the gradients of a program that takes none itself: what a penalty does shows in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mlp_reference.network import Network


def descended(network: Network, learning_rate: float, epochs: int, gradients: Callable[[Network], Any]) -> Any:
    """The (weights, biases) of each layer after so many steps along the gradients, which are asked for at each network."""
    for _ in range(epochs):
        pairs = zip(network.parameters, gradients(network), strict=True)
        network = network.with_parameters(
            [(w - learning_rate * np.asarray(u), b - learning_rate * np.ravel(v)) for (w, b), (u, v) in pairs]
        )
    return network.parameters
