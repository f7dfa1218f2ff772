"""Faults as implementations: judged, listed and compared like any other."""

from __future__ import annotations

from typing import Any

import mlp_reference
from mlp_conformance.claims import Claims
from mlp_conformance.faults.composition import compose
from mlp_conformance.faults.fault import Fault
from mlp_conformance.faults.lookup import fault
from mlp_reference.descent import Descent
from mlp_reference.drawing import Drawing
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS, Array, Network
from mlp_reference.options import OPTIONS, of


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
            options=set(OPTIONS) if isinstance(self.algorithm, Descent) else frozenset(),
            initial_weights=(0, 1) if isinstance(self.algorithm, Drawing) else None,
            seeds=isinstance(self.algorithm, Drawing),
        )
        if isinstance(self.algorithm, Drawing):
            self.initial, self.mask = self.algorithm.initial, self.algorithm.mask

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        return self.algorithm.forward(network, inputs)

    def loss(self, network: Network, inputs: Array, targets: Array) -> Array:
        return self.algorithm.loss(network, inputs, targets)

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        return self.algorithm.gradients(network, inputs, targets)

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Any, epochs: int, **options: Any
    ) -> tuple[Parameters, list[Array] | None]:
        if isinstance(self.algorithm, Descent):
            asked = self.claims.optional(of(options))
            parameters, reported = self.algorithm.train(network, inputs, targets, learning_rate, epochs, asked)
            return parameters, reported if len(reported) == asked.updates(len(inputs), epochs) else None
        return self.algorithm.train(network, inputs, targets, learning_rate, epochs)
