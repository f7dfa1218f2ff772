"""The project's own NumPy reference, judged like any other implementation."""

from __future__ import annotations

from typing import Any

import mlp_reference
from mlp_conformance.claims import Claims
from mlp_reference import mlp
from mlp_reference.descent import Descent
from mlp_reference.drawing import Drawing, Sizes
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS, Array, Network
from mlp_reference.options import OPTIONS, of


class ReferenceAdapter:
    """The reference in float64, or in another of NumPy's dtypes."""

    def __init__(self, dtype: str = "float64") -> None:
        self.claims = Claims(
            name="mlp-reference",
            version=mlp_reference.__version__,
            dtype=dtype,
            activations=set(HIDDEN_ACTIVATIONS),
            output_activations={*HIDDEN_ACTIVATIONS, "softmax"},
            losses=set(LOSSES),
            reductions=set(REDUCTIONS),
            options=set(OPTIONS),
            initial_weights=(0, 1),
            seeds=True,
        )

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        return mlp.forward(network, inputs)

    def loss(self, network: Network, inputs: Array, targets: Array) -> Array:
        return mlp.loss(network, inputs, targets)

    def gradients(self, network: Network, inputs: Array, targets: Array) -> mlp.Parameters:
        return mlp.gradients(network, inputs, targets)

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: float, epochs: int, **options: Any
    ) -> tuple[mlp.Parameters, list[Array]]:
        if not options and not self.claims.always:
            return mlp.train(network, inputs, targets, learning_rate, epochs)
        return Descent().train(network, inputs, targets, learning_rate, epochs, self.claims.optional(of(options)))

    def initial(self, sizes: Sizes, seed: int | None = None) -> mlp.Parameters:
        return Drawing().initial(sizes, seed)

    def mask(self, samples: int, units: int, dropout: float, seed: int | None = None) -> Array:
        return Drawing().mask(samples, units, dropout, seed)


def float32() -> ReferenceAdapter:
    return ReferenceAdapter("float32")


def float16() -> ReferenceAdapter:
    return ReferenceAdapter("float16")
