"""Faults as implementations: judged, listed and compared like any other."""

from __future__ import annotations

from typing import Any

import mlp_reference
from mlp_conformance.claims import Claims
from mlp_conformance.faults.composition import compose
from mlp_conformance.faults.fault import Fault
from mlp_conformance.faults.lookup import fault
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS, Array, Network


class FaultImplementation:
    """One fault or several at once, on ndarrays of a dtype; everything is claimed."""

    def __init__(self, *faults: Fault | str, dtype: str = "float64") -> None:
        self.faults = tuple(fault(item) if isinstance(item, str) else item for item in faults)
        self.algorithm: Algorithm = compose(*self.faults)()
        self.claims = Claims(
            name="fault:" + "+".join(item.id for item in self.faults),
            version=mlp_reference.__version__,
            dtype=dtype,
            activations=set(HIDDEN_ACTIVATIONS),
            output_activations={*HIDDEN_ACTIVATIONS, "softmax"},
            losses=set(LOSSES),
            reductions=set(REDUCTIONS),
        )

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        return self.algorithm.forward(network, inputs)

    def loss(self, network: Network, inputs: Array, targets: Array) -> Array:
        return self.algorithm.loss(network, inputs, targets)

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        return self.algorithm.gradients(network, inputs, targets)

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Any, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        return self.algorithm.train(network, inputs, targets, learning_rate, epochs)
