"""What a multi-layer perceptron is: layers, a loss, the conventions that go with them, and a batch (NET-1 to NET-5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mlp_reference.options import Options

ACTIVATIONS = ("sigmoid", "tanh", "relu", "linear", "softmax")
HIDDEN_ACTIVATIONS = ("sigmoid", "tanh", "relu", "linear")
LOSSES = ("half_squared_error", "squared_error", "cross_entropy", "binary_cross_entropy")
REDUCTIONS = ("sum", "mean_samples", "mean_elements")

#: The output activation that a loss takes for granted, where it does (LOSS-3, LOSS-4).
REQUIRED_OUTPUT = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}

#: An array of whatever arithmetic: ndarray, BallArray or BoundedArray.
Array = Any


@dataclass(frozen=True)
class Conventions:
    """Choices that the specification leaves to a claim.

    relu_at_zero: the derivative of ReLU at exactly 0, one of 0, 1/2 and 1 (ACT-9).
    log_epsilon: a constant added inside the logarithm of the cross-entropies (LOSS-10).
    probability_clip: probabilities are clipped to [ε, 1 − ε] before the logarithm (LOSS-10).
    """

    relu_at_zero: float = 0.0
    log_epsilon: float = 0.0
    probability_clip: float = 0.0


@dataclass(frozen=True)
class Layer:
    """One layer: `weights` (n_in rows, n_out columns), `biases` (n_out) and the name of its activation (NET-1)."""

    weights: Array
    biases: Array
    activation: str


@dataclass(frozen=True)
class Network:
    """Layers from the input side to the output side, and the loss with its reduction (NET-1, NET-2)."""

    layers: tuple[Layer, ...]
    loss: str = "half_squared_error"
    reduction: str = "sum"
    conventions: Conventions = field(default_factory=Conventions)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of units, the input's first: (n_0, ..., n_L)."""
        return (self.layers[0].weights.shape[0], *(layer.weights.shape[1] for layer in self.layers))

    @property
    def output_activation(self) -> str:
        return self.layers[-1].activation

    @property
    def parameters(self) -> list[tuple[Array, Array]]:
        """[(weights, biases), ...], a pair for each layer."""
        return [(layer.weights, layer.biases) for layer in self.layers]

    def with_parameters(self, parameters: list[tuple[Array, Array]]) -> Network:
        """The same network with other weights and biases, a pair for each layer."""
        layers = tuple(
            Layer(weights, biases, layer.activation) for layer, (weights, biases) in zip(self.layers, parameters, strict=True)
        )
        return Network(layers, self.loss, self.reduction, self.conventions)

    def map(self, convert: Callable[[Array], Array]) -> Network:
        """The same network with `convert` applied to every array: how a network changes its arithmetic."""
        return self.with_parameters([(convert(weights), convert(biases)) for weights, biases in self.parameters])


@dataclass(frozen=True, repr=False)
class Case:
    """A network, a batch and how to train on it: all that the four operations can be asked about.

    inputs is m by n_0, targets m by n_L; learning_rate and epochs belong to `train`, as do options, where there are any.
    """

    network: Network
    inputs: Array
    targets: Array
    learning_rate: Any = 0.5
    epochs: int = 1
    options: Options | None = None

    def __repr__(self) -> str:
        """Its shape in a few words: whoever prints a case hardly wants every number of it."""
        sizes, samples = "-".join(map(str, self.network.sizes)), len(self.inputs)
        return f"<Case {sizes}, {samples} samples, {self.network.loss}, {self.epochs} epochs>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The same for IPython and Hypothesis, which would print every field."""
        printer.text(repr(self))

    def map(self, convert: Callable[[Array], Array]) -> Case:
        """The same case with `convert` applied to every array and to the learning rate."""
        network, options = self.network.map(convert), self.options
        return Case(
            network,
            convert(self.inputs),
            convert(self.targets),
            convert(self.learning_rate),
            self.epochs,
            None if options is None else options.map(convert),
        )
