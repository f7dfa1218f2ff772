"""One network and batch from a campaign's seed, a stratum and the case's number: a pure function, in any process.

A counter-based generator (Philox) has a stream of its own for each number, so nothing has to be drawn before. The guards of
`strategies` keep what is drawn away from overflow and undefined logarithms.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np

from mlp_conformance.campaign.strata import WIDTHS, Stratum
from mlp_conformance.claims import Claims
from mlp_conformance.guards import converging, restrained, without_biases
from mlp_reference import mlp
from mlp_reference.formats import FORMATS, Format
from mlp_reference.network import Case, Layer, Network

_RATES = (0.5, 0.1, 1.0, 0.01, 3.0, 1e-3, 10.0)
_EPOCHS = (1, 1, 1, 2)
_LARGEST_BATCH = 8
_T = TypeVar("_T")


def generator_of(seed: int, number: int) -> np.random.Generator:
    """The stream of random numbers that belongs to a case: 2^128 of them before the next case's begin."""
    counter = np.array([0, 0, number, 0], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=np.array([seed, 0xCA5E], dtype=np.uint64), counter=counter))


def draw(stratum: Stratum, claims: Claims, generator: np.random.Generator) -> Case:
    """A case of the stratum, within the claims; every number is representable in the claimed dtype."""
    numbers = _Numbers(generator, FORMATS[claims.dtype], stratum.regime)
    depth = int(generator.integers(stratum.depth, stratum.deepest + 1))
    if claims.max_hidden_layers is not None:
        depth = min(depth, claims.max_hidden_layers)
    sizes = list(claims.sizes) if claims.sizes else _sizes(stratum, claims, generator, depth)
    names = _hidden(stratum, claims, numbers, len(sizes) - 2)
    m = int(generator.integers(1, min(_LARGEST_BATCH, claims.max_batch or _LARGEST_BATCH) + 1))
    layers = [
        Layer(numbers.weights(n_in, n_out), numbers.biases(n_out), activation)
        for (n_in, n_out), activation in zip(pairwise(sizes), [*names, stratum.output], strict=True)
    ]
    layers = without_biases(claims, layers)
    inputs = numbers.inputs(m, sizes[0])
    network = Network(tuple(layers), stratum.loss, stratum.reduction, claims.conventions)
    return _guarded(network, inputs, numbers, claims, m)


def _hidden(stratum: Stratum, claims: Claims, numbers: _Numbers, depth: int) -> list[str]:
    """The activations of the hidden layers."""
    if claims.layer_activations is not None:
        return list(claims.layer_activations[:-1])
    return [numbers.one_of(sorted(claims.hidden)) if stratum.hidden == "mixed" else stratum.hidden for _ in range(depth)]


def mutate(case: Case, claims: Claims, generator: np.random.Generator) -> Case:
    """A case near to another: a layer, the inputs or the batch changed a little, the rest as it was."""
    format = FORMATS[claims.dtype]
    layers = list(case.network.layers)
    index = int(generator.integers(len(layers)))
    inputs = case.inputs
    match int(generator.integers(4)):
        case 0:
            layers[index] = replace(layers[index], weights=_jittered(layers[index].weights, format, generator))
        case 1:
            layers[index] = replace(layers[index], weights=format.nearest(layers[index].weights * generator.choice([0.5, 2.0])))
        case 2:
            inputs = _jittered(inputs, format, generator)
        case _:
            kept = int(generator.integers(len(inputs)))
            inputs = inputs[: kept + 1]
    numbers = _Numbers(generator, format, "ordinary")
    network = replace(case.network, layers=tuple(layers))
    if len(inputs) == len(case.inputs):
        found = replace(case, network=restrained(network, inputs, format), inputs=inputs)
        return found if claims.learning_rate else converging(found, format)
    return _guarded(network, inputs, numbers, claims, len(inputs))


def _jittered(values: np.ndarray, format: Format, generator: np.random.Generator) -> np.ndarray:
    """About a third of the numbers changed by up to an eighth."""
    changed = generator.random(values.shape) < 1 / 3
    return format.nearest(np.where(changed, values * (1 + generator.uniform(-1 / 8, 1 / 8, values.shape)), values))


def _sizes(stratum: Stratum, claims: Claims, generator: np.random.Generator, depth: int) -> list[int]:
    """(n_0, ..., n_L); a softmax of one unit is 1 whatever it is given, so it has two at least."""
    low, high = WIDTHS[stratum.width]
    sizes = [int(n) for n in generator.integers(low, high + 1, depth + 2)]
    if depth and generator.integers(4) == 0:
        sizes = [sizes[0]] * len(sizes)  # a transposed square matrix still has the right shape
    sizes[-1] = min(sizes[-1], claims.max_outputs or sizes[-1])
    if stratum.output == "softmax":
        sizes[-1] = max(2, sizes[-1])
    return sizes


def _guarded(network: Network, inputs: np.ndarray, numbers: _Numbers, claims: Claims, m: int) -> Case:
    """The case with its layers kept in range, targets for its outputs, and a learning rate that does not make it diverge."""
    format = numbers.format
    network = restrained(network, inputs, format)
    targets = numbers.targets(network, inputs, claims.one_hot, m)
    rate = float(format.nearest(claims.learning_rate or numbers.one_of(_RATES)))
    options = claims.optional() if claims.always else None
    epochs = int(numbers.one_of(_EPOCHS))
    case = Case(network, inputs, targets, rate, epochs if all(claims.with_biases(len(network.layers))) else 1, options)
    return case if claims.learning_rate else converging(case, format)


@dataclass(frozen=True)
class _Numbers:
    """Draws what a regime makes of weights, inputs and targets."""

    generator: np.random.Generator
    format: Format
    regime: str

    def one_of(self, among: tuple[_T, ...] | list[_T]) -> _T:
        return among[int(self.generator.integers(len(among)))]

    def normal(self, *shape: int) -> np.ndarray:
        return self.format.nearest(self.generator.normal(size=shape))

    def grid(self, *shape: int) -> np.ndarray:
        """Small multiples of 1/4: sums of their products are exact in any order."""
        return self.generator.integers(-4, 5, shape) * 0.25

    def weights(self, n_in: int, n_out: int) -> np.ndarray:
        scale = 2.0 ** -round(np.log2(n_in) / 2)
        match self.regime:
            case "saturated":
                return self.normal(n_in, n_out) * 8
            case "kink":
                return self.grid(n_in, n_out)
            case "tiny":
                return self.normal(n_in, n_out) * scale * 2.0 ** -float(self.generator.integers(0, 4))
            case "near-cancelling":
                return self._cancelling(self.normal(n_in, n_out) * scale)
        return self.normal(n_in, n_out) * scale

    def _cancelling(self, weights: np.ndarray) -> np.ndarray:
        """Rows in pairs that are nearly each other's negatives."""
        half = len(weights) // 2
        off = 2.0 ** -float(self.generator.integers(2, max(3, self.format.precision // 2)))
        weights[half : 2 * half] = self.format.nearest(-weights[:half] * (1 + off))
        return weights

    def biases(self, n: int) -> np.ndarray:
        match self.regime:
            case "kink":
                return self.grid(n) * self.generator.integers(0, 2, n)
            case "near-cancelling":
                return self.normal(n) * 2.0**-6
        return self.normal(n)

    def inputs(self, m: int, n: int) -> np.ndarray:
        match self.regime:
            case "kink":
                x = self.grid(m, n)
                return np.where(self.generator.integers(0, 8, (m, n)) == 0, self.normal(m, n), x)
            case "tiny":
                return self.normal(m, n) * 2.0 ** -float(self.generator.integers(4, 8 if self.format.precision < 20 else 20))
            case "huge":
                return self.normal(m, n) * 2.0 ** float(self.generator.integers(3, 6 if self.format.precision < 20 else 10))
            case "near-cancelling":
                x = self.normal(m, n)
                x[:, n // 2 : 2 * (n // 2)] = x[:, : n // 2]
                return x
        return self.normal(m, n)

    def targets(self, network: Network, inputs: np.ndarray, one_hot: bool, m: int) -> np.ndarray:
        n, loss = network.sizes[-1], network.loss
        if one_hot or loss == "cross_entropy" or (network.output_activation == "softmax" and self.generator.integers(2)):
            y = np.eye(n)[self.generator.integers(0, n, m)]
            if one_hot or self.generator.integers(2):
                return y
            return 0.75 * y + 0.25 * np.eye(n)[self.generator.integers(0, n, m)]
        if loss == "binary_cross_entropy":
            return self.generator.integers(0, 9, (m, n)) / 8
        if self.regime == "near-cancelling":
            output = mlp.forward(network, inputs)[-1]
            off = 2.0 ** -float(self.generator.integers(1, max(2, self.format.precision // 2)))
            return self.format.nearest(output * (1 + off * self.generator.normal(size=(m, n))))
        return self.normal(m, n) if self.generator.integers(2) else self.generator.integers(0, 2, (m, n)).astype(np.float64)
