"""The networks by which training without progress is judged: their loss rises in every epoch, as it was built to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fault_cases import case

from mlp_conformance.checks.stability import beyond_stability
from mlp_reference.formats import FLOAT64
from mlp_reference.mlp import Algorithm

_EPOCHS = 16


@pytest.mark.parametrize(
    ("hidden", "output", "loss"),
    [
        ("tanh", "linear", "half_squared_error"),
        ("sigmoid", "sigmoid", "binary_cross_entropy"),
        ("tanh", "softmax", "cross_entropy"),
        ("relu", "tanh", "squared_error"),
    ],
)
@pytest.mark.parametrize("sizes", [(2, 3, 2), (1, 1, 2), (3, 2, 2)])
def test_the_loss_rises_in_every_epoch_and_slowly(sizes: tuple[int, ...], hidden: str, output: str, loss: str) -> None:
    one = case(sizes, hidden, output, loss=loss, epochs=_EPOCHS)
    beyond = beyond_stability(one, FLOAT64)
    assert beyond is not None
    _, losses = Algorithm().train(beyond.network, beyond.inputs, beyond.targets, beyond.learning_rate, _EPOCHS)
    above = losses - Algorithm().loss(one.network, beyond.inputs, beyond.targets)  # the least that it can be
    assert np.all(np.diff(above) > 0)
    assert above[-1] < 4 * above[0]


def test_where_outputs_depend_on_nothing_there_is_none() -> None:
    one = case((2, 3, 2), "relu", "relu", epochs=2)
    off = [(weights, biases - 100.0) for weights, biases in one.network.parameters]
    assert beyond_stability(replace(one, network=one.network.with_parameters(off)), FLOAT64) is None
