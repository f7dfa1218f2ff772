"""A fault in one part of the computation alone: in the loss that is reported, or in the gradients that are descended."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from mlp_conformance.faults.composition import overridden
from mlp_conformance.faults.fault import Fault
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Network

#: Formulas that the loss is made of, and those behind the loss by which gradients come.
_OF_LOSS = {"activation", "function", "reduce", "output_loss", "other"}
_OF_GRADIENTS = {"activation", "function", "output_error", "output_delta", "other"}


def is_separable(fault: Fault) -> bool:
    """Whether the fault is one of the loss and of its gradient, which a program can have in one of them alone."""
    changed = overridden(fault)
    return fault.kind == "formula" and bool(changed & _OF_LOSS) and bool(changed & _OF_GRADIENTS)


@lru_cache(1024)
def in_loss_alone(fault: Fault) -> Fault:
    """The fault in the reported loss, everything else being right."""
    faulty = fault.algorithm

    class InLossAlone(Algorithm):
        def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
            wrong = faulty()
            layer = network.layers[-1]
            return wrong.output_loss(network, replace(output, a=wrong.activation(network, layer, output.z)), targets)

    return _in_part(fault, "loss-alone", "in the reported loss alone", InLossAlone)


@lru_cache(1024)
def in_gradients_alone(fault: Fault) -> Fault:
    """The fault in the gradients and the steps along them, activations and losses being right."""
    faulty: Any = fault.algorithm

    class InGradientsAlone(faulty):  # type: ignore[misc]  # the class is an argument
        def forward(self, network: Network, inputs: Array) -> list[Array]:
            return Algorithm().forward(network, inputs)

        def loss(self, network: Network, inputs: Array, targets: Array) -> Array:
            return Algorithm().loss(network, inputs, targets)

        def epoch(
            self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
        ) -> tuple[Network, Array]:
            after, _ = super().epoch(network, inputs, targets, learning_rate, number)
            return after, self.loss(network, inputs, targets)

    return _in_part(fault, "gradients-alone", "in the gradients alone", InGradientsAlone)


def _in_part(fault: Fault, part: str, words: str, algorithm: type[Algorithm]) -> Fault:
    return replace(
        fault,
        id=f"{fault.id}/{part}",
        title=f"{fault.title}, {words}",
        wrong=f"{fault.wrong}   ({words})",
        algorithm=algorithm,
    )
