"""Faults whose forward and backward pass agree with each other: their gradients are the derivatives of their own loss."""

from __future__ import annotations

import numpy as np
import pytest
from fault_cases import case

from mlp_conformance.faults import fault
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case

STEP = 1e-6
AGREEING = (
    ("exact-gelu-for-relu", "relu"),
    ("selu-for-relu", "relu"),
    ("mish-for-relu", "relu"),
    ("hard-swish-for-relu", "relu"),
    ("elu=0.3", "relu"),
    ("swish=1.7", "relu"),
    ("hard-tanh", "tanh"),
    ("hard-sigmoid-by-six", "sigmoid"),
    ("batch-normalisation", "tanh"),
    ("layer-normalisation", "sigmoid"),
    ("first-output-weight=3", "tanh"),
    ("last-sample-weight=0.2", "tanh"),
)


def _by_differences(algorithm: Algorithm, found: Case, layer: int, which: int) -> np.ndarray:
    """The derivatives of the algorithm's loss by a layer's weights (0) or biases (1), to about 1e-8."""
    slopes = np.zeros_like(found.network.parameters[layer][which])
    for index in np.ndindex(slopes.shape):
        losses = []
        for step in (STEP, -STEP):
            moved = [[array.copy() for array in pair] for pair in found.network.parameters]
            moved[layer][which][index] += step
            network = found.network.with_parameters([(weights, biases) for weights, biases in moved])
            losses.append(float(algorithm.loss(network, found.inputs, found.targets)))
        slopes[index] = (losses[0] - losses[1]) / (2 * STEP)
    return slopes


@pytest.mark.parametrize(("id", "activation"), AGREEING)
def test_the_gradients_are_those_of_the_loss(id: str, activation: str) -> None:
    algorithm, found = fault(id).algorithm(), case((3, 4, 3, 2), activation, activation, "linear", m=4)
    gradients = algorithm.gradients(found.network, found.inputs, found.targets)
    for layer, pair in enumerate(gradients):
        for which, gradient in enumerate(pair):
            np.testing.assert_allclose(gradient, _by_differences(algorithm, found, layer, which), rtol=1e-5, atol=1e-7)


def test_weights_of_a_positive_class_agree_with_their_loss() -> None:
    algorithm, found = fault("positive-weight=3").algorithm(), case((3, 2), "sigmoid", loss="binary_cross_entropy")
    gradients = algorithm.gradients(found.network, found.inputs, found.targets)
    np.testing.assert_allclose(gradients[0][0], _by_differences(algorithm, found, 0, 0), rtol=1e-5, atol=1e-7)
