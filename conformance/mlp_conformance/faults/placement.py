"""A fault in some layers alone: the same mistake in an unusual place, such as the first layer's derivative only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from mlp_conformance.faults.composition import overridden
from mlp_conformance.faults.fault import Fault
from mlp_conformance.faults.variants import OtherActivation
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import ACTIVATIONS, Array, Layer, Network


@dataclass(frozen=True)
class Place:
    """Some of a network's layers. words: as a title ends; holds: of which layers, by index."""

    id: str
    words: str
    holds: Callable[[Network, int], bool]

    def layers(self, network: Network) -> frozenset[int]:
        """The indices of the network's layers that are there."""
        return frozenset(index for index in range(len(network.layers)) if self.holds(network, index))


def _of_activation(name: str) -> Place:
    shown = "ReLU" if name == "relu" else name
    return Place(f"{name}-layers", f"in {shown} layers alone", lambda network, i: network.layers[i].activation == name)


#: The plainest first: of two that cannot be told apart it is the one that is named.
PLACES: tuple[Place, ...] = (
    Place("output-layer", "in the output layer alone", lambda network, i: i == len(network.layers) - 1),
    Place("hidden-layers", "in the hidden layers alone", lambda network, i: i < len(network.layers) - 1),
    Place("first-layer", "in the first layer alone", lambda network, i: i == 0),
    Place("later-layers", "in all layers but the first", lambda network, i: i > 0),
    *(_of_activation(name) for name in ACTIVATIONS),
    Place("second-layer", "in the second layer alone", lambda network, i: i == 1),
    Place("third-layer", "in the third layer alone", lambda network, i: i == 2),
    Place("last-hidden-layer", "in the last hidden layer alone", lambda network, i: i == len(network.layers) - 2),
)


#: Faults with a constant are without number: those of one search are kept.
_KEPT = 8192
#: The places that are about where a layer stands.
POSITIONS = PLACES[:4]


@dataclass(frozen=True)
class _PlacedStep(Step):
    """A step that knows whose it is."""

    index: int = 0


def _index_of(network: Network, layer: Layer) -> int:
    """Which layer it is; one that another fault gave another activation is told by its weights."""
    return _index_of_parameter(network, layer.weights)


def _index_of_parameter(network: Network, parameter: Array) -> int:
    """Raises ValueError for what is none of the network's, as where another fault computes with other weights."""
    for index, layer in enumerate(network.layers):
        if layer.weights is parameter or layer.biases is parameter:
            return index
    raise ValueError("these parameters are not the network's")


#: The formulas that are about one layer, and which one, by their arguments.
_LAYER_OF: dict[str, Callable[..., int]] = {
    "pre_activation": lambda network, layer, x: _index_of(network, layer),
    "activation": lambda network, layer, z: _index_of(network, layer),
    "derivative": lambda network, layer, step: _index_of(network, layer),
    "back_propagated": lambda network, next_layer, next_delta: _index_of(network, next_layer) - 1,
    "hidden_delta": lambda network, index, steps, next_delta: index,
    "weight_gradient": lambda network, step, delta: step.index,
    "bias_gradient": lambda network, step, delta: step.index,
    "updated_weights": lambda network, weights, gradient, rate: _index_of_parameter(network, weights),
    "updated_biases": lambda network, biases, gradient, rate: _index_of_parameter(network, biases),
}
#: What a skeleton of `variants` adds that is only ever asked by a formula about one layer.
_BENEATH = {"function", "slope", "output_loss"}


def is_placeable(fault: Fault) -> bool:
    """Whether all that the fault changes are formulas about one layer."""
    changed = overridden(fault)
    return fault.kind == "formula" and bool(changed & set(_LAYER_OF)) and changed <= set(_LAYER_OF) | _BENEATH


@lru_cache(_KEPT)
def placed(fault: Fault, place: Place) -> Fault:
    """The fault in those layers alone, as a fault of its own; its id says so: `bias-subtracted/first-layer`."""
    return replace(
        fault,
        id=f"{fault.id}/{place.id}",
        title=f"{fault.title}, {place.words}",
        wrong=f"{fault.wrong}   ({place.words})",
        algorithm=_placed_algorithm(fault.algorithm, place),
    )


#: How an id ends of an activation that is replaced where it is computed, and not where it is differentiated.
FORWARD_ALONE = "forward-pass"


def has_slope(fault: Fault) -> bool:
    """Whether the fault is another activation with a derivative of its own."""
    return issubclass(fault.algorithm, OtherActivation) and fault.algorithm.slope is not OtherActivation.slope


@lru_cache(_KEPT)
def in_forward_pass(fault: Fault) -> Fault:
    """The fault in the forward pass alone: the right activation's derivative is taken of the wrong activation."""
    return replace(
        fault,
        id=f"{fault.id}/{FORWARD_ALONE}",
        title=f"{fault.title}, in the forward pass alone",
        wrong=f"{fault.wrong.split(', σ′')[0]}   (σ′ as before, in terms of this a)",
        algorithm=type(f"{fault.algorithm.__name__}Forward", (fault.algorithm,), {"slope": OtherActivation.slope}),
    )


def _placed_algorithm(faulty: type[Algorithm], place: Place) -> type[Algorithm]:
    def dispatched(name: str) -> Callable[..., Any]:
        def method(self: Algorithm, network: Network, *arguments: Any) -> Any:
            is_there = place.holds(network, _LAYER_OF[name](network, *arguments))
            return getattr(faulty if is_there else Algorithm, name)(self, network, *arguments)

        return method

    def forward_pass(self: Algorithm, network: Network, inputs: Array) -> list[Step]:
        steps = faulty.forward_pass(self, network, inputs)
        return [_PlacedStep(step.x, step.z, step.a, index) for index, step in enumerate(steps)]

    changed = [name for name in _LAYER_OF if getattr(faulty, name) is not getattr(Algorithm, name)]
    methods: dict[str, Any] = {name: dispatched(name) for name in changed}
    return type(f"{faulty.__name__}InSomeLayers", (faulty,), {**methods, "forward_pass": forward_pass})
