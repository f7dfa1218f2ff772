"""Cases on which faults are compared with what is right, and the numbers that an algorithm answers there."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from mlp_conformance.faults import FAULTS, FaultImplementation
from mlp_reference.formats import FLOAT64
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case, Layer, Network
from mlp_reference.oracle import Expected, Oracle

FORMULAS = [known for known in FAULTS.values() if known.kind == "formula"]
OPERATIONS = ("activations", "loss", "gradients", "trained")


def case(
    sizes: tuple[int, ...],
    *activations: str,
    loss: str = "half_squared_error",
    reduction: str = "sum",
    m: int = 3,
    scale: float = 1.0,
    epochs: int = 3,
    rate: float = 0.25,
    seed: int = 1,
) -> Case:
    """A drawn case, asymmetric in all its numbers."""
    random = np.random.default_rng(seed)
    layers = tuple(
        Layer(random.normal(size=(n_in, n_out)) * scale, random.normal(size=n_out), activation)
        for n_in, n_out, activation in zip(sizes, sizes[1:], activations, strict=False)
    )
    targets = random.uniform(0.1, 0.9, (m, sizes[-1]))
    if loss == "cross_entropy":
        targets = targets / targets.sum(axis=1, keepdims=True)
    return Case(Network(layers, loss, reduction), random.normal(size=(m, sizes[0])), targets, rate, epochs)


def at_the_kink() -> Case:
    """ReLU units whose pre-activation is exactly 0."""
    found = case((2, 2, 2), "relu", "linear", epochs=1)
    hidden, output = found.network.layers
    hidden = replace(hidden, biases=np.zeros(2))
    return replace(found, inputs=np.zeros((3, 2)), network=replace(found.network, layers=(hidden, output)))


def forward(found: Case) -> np.ndarray:
    """The outputs of the right algorithm."""
    return np.asarray(Algorithm().forward(found.network, found.inputs)[-1])


def faint() -> Case:
    """Pre-activations of about 1e-7, and outputs as close to their targets."""
    found = case((2, 3, 2), "relu", "linear", epochs=1)
    layers = [replace(layer, weights=layer.weights * 2.0**-12, biases=layer.biases * 0) for layer in found.network.layers]
    return replace(
        found, network=replace(found.network, layers=tuple(layers)), inputs=found.inputs * 2.0**-12, targets=found.targets * 0
    )


def outlying() -> Case:
    """Inputs of thousands, with weights to go with them."""
    found = case((2, 3, 2), "tanh", "linear", epochs=1)
    hidden, output = found.network.layers
    hidden = replace(hidden, weights=hidden.weights * 2.0**-12)
    return replace(found, network=replace(found.network, layers=(hidden, output)), inputs=found.inputs * 2.0**12)


def tied() -> Case:
    """The document's third example: two output weights of the same value."""
    found = case((2, 2, 1), "sigmoid", "sigmoid", epochs=1)
    hidden, output = found.network.layers
    return replace(
        found,
        network=replace(found.network, layers=(hidden, replace(output, weights=np.full((2, 1), 0.3)))),
    )


CASES: dict[str, Case] = {
    "deep": case((2, 2, 3, 2), "sigmoid", "tanh", "sigmoid"),
    "square": case((2, 2, 2, 2), "tanh", "relu", "linear"),
    "mean of squares": case((3, 2, 2), "tanh", "sigmoid", loss="squared_error", reduction="mean_samples"),
    "mean of elements": case((2, 3, 2), "relu", "linear", reduction="mean_elements", loss="squared_error"),
    "classes": case((2, 3, 3), "sigmoid", "softmax", loss="cross_entropy"),
    "classes, squared": case((2, 2, 3), "relu", "softmax"),
    "binary": case((3, 2, 2), "tanh", "sigmoid", loss="binary_cross_entropy", reduction="mean_samples", m=4),
    "steep": case((2, 3, 2), "sigmoid", "sigmoid", scale=9.0, epochs=1),
    "large": case((2, 3, 2), "relu", "linear", scale=9.0, epochs=1, rate=2.0**-9),
    "sure": case((2, 2), "softmax", loss="cross_entropy", scale=9.0, epochs=1),
    "kink": at_the_kink(),
    "tied": tied(),
    "faint": faint(),
    "outlying": outlying(),
    "no epoch": case((2, 2, 1), "sigmoid", "sigmoid", epochs=0),
    "no rate": case((2, 2, 1), "sigmoid", "sigmoid", epochs=2, rate=0.0),
    "one sample": case((2, 3, 2), "tanh", "linear", reduction="mean_samples", m=1),
    "many epochs": case((1, 1), "sigmoid", epochs=12, m=1),
    "no progress": replace(case((1, 1), "linear", epochs=14, m=1, rate=1.0625), inputs=np.ones((1, 1))),
    "ten layers": case((2,) * 11, *["tanh"] * 10, epochs=1),
    "diverging": case((2, 2), "linear", rate=4.0),
    "beyond 1": replace(case((2, 2), "linear", epochs=1), targets=np.array([[2.5, -1.5], [0.5, 3.0], [-0.25, 0.75]])),
}

#: Where float arithmetic gives out: exponentials overflow, probabilities round to 0, training stands still.
EXTREMES: dict[str, Case] = {
    "saturated": case((2, 3, 2), "sigmoid", "tanh", scale=900.0, seed=2),
    "certain": case((2, 3), "softmax", loss="cross_entropy", scale=300.0, epochs=1),
    "rows apart": replace(case((1, 2), "softmax", m=2, epochs=1), inputs=np.array([[1.0], [4096.0]])),
    "near": replace(case((2, 2), "linear"), targets=forward(case((2, 2), "linear")) + 2.0**-30),
    "slow": case((2, 2), "sigmoid", rate=1e-6, epochs=5),
    "tenth": case((2, 2), "sigmoid", rate=0.1, epochs=1),
}


@cache
def right(name: str) -> Oracle:
    return Oracle({**CASES, **EXTREMES}[name], FLOAT64)


def numbers(oracle: Oracle, operation: str) -> list[Expected]:
    """All arrays that one operation answers."""
    found = getattr(oracle, operation)
    if operation == "activations":
        return list(found)
    if operation == "loss":
        return [found]
    if operation == "gradients":
        return [array for pair in found for array in pair]
    return [*(array for pair in found.parameters for array in pair), *found.losses]


def answered(implementation: FaultImplementation, asked: Case, operation: str) -> list[np.ndarray]:
    """The same arrays, as floats."""
    network = asked.network.map(np.array)
    match operation:
        case "activations":
            return list(implementation.forward(network, asked.inputs))
        case "loss":
            return [implementation.loss(network, asked.inputs, asked.targets)]
        case "gradients":
            found = implementation.gradients(network, asked.inputs, asked.targets)
            return [array for pair in found for array in pair]
    parameters, losses = implementation.train(network, asked.inputs, asked.targets, asked.learning_rate, asked.epochs)
    return [*(array for pair in parameters for array in pair), *losses]
