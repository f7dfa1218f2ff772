"""The symmetries of a multi-layer perceptron: a case changed in a way that changes its results in a known way.

Each maps a case to a related one, and the answers to the related one back. None where a case has no related one that is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mlp_reference.formats import Format
from mlp_reference.network import Case, Layer

Pairs = list[tuple[np.ndarray, np.ndarray]]


def _same_output(a: np.ndarray) -> np.ndarray:
    return a


def _same_gradients(gradients: Pairs) -> Pairs:
    return gradients


@dataclass(frozen=True)
class Related:
    """A case related to another; `output` and `gradients` turn its answers into those of the other one.

    The other one is the case given, unless `base` replaces it.

    They are linear up to a constant, so they turn bounds into bounds as well when applied to the bounds' absolute form,
    which `bound_output` and `bound_gradients` are (by default the same functions).
    """

    case: Case
    output: Callable[[np.ndarray], np.ndarray] = _same_output
    gradients: Callable[[Pairs], Pairs] = _same_gradients
    bound_output: Callable[[np.ndarray], np.ndarray] = _same_output
    bound_gradients: Callable[[Pairs], Pairs] | None = None
    base: Case | None = None


Symmetry = Callable[[Case, np.random.Generator, Format], "Related | None"]


def _with_layers(case: Case, layers: list[Layer], **changes: Any) -> Case:
    return replace(case, network=replace(case.network, layers=tuple(layers)), **changes)


def _changed(pairs: Pairs, index: int, change: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]) -> Pairs:
    return [change(*pair) if i == index else pair for i, pair in enumerate(pairs)]


def hidden_units_permuted(case: Case, random: np.random.Generator, format: Format) -> Related | None:
    layers = list(case.network.layers)
    k = int(random.integers(0, len(layers) - 1))
    p = random.permutation(len(layers[k].biases))
    layers[k] = replace(layers[k], weights=layers[k].weights[:, p], biases=layers[k].biases[p])
    layers[k + 1] = replace(layers[k + 1], weights=layers[k + 1].weights[p])
    back = np.argsort(p)

    def gradients(pairs: Pairs) -> Pairs:
        pairs = _changed(pairs, k, lambda w, b: (w[:, back], b[back]))
        return _changed(pairs, k + 1, lambda w, b: (w[back], b))

    return Related(_with_layers(case, layers), gradients=gradients)


def samples_permuted(case: Case, random: np.random.Generator, format: Format) -> Related | None:
    p = random.permutation(len(case.inputs))
    back = np.argsort(p)
    return Related(
        replace(case, inputs=case.inputs[p], targets=case.targets[p]),
        lambda a: a[back],
        bound_output=lambda a: a[back],
    )


def features_permuted(case: Case, random: np.random.Generator, format: Format) -> Related | None:
    layers = list(case.network.layers)
    p = random.permutation(case.inputs.shape[1])
    back = np.argsort(p)
    layers[0] = replace(layers[0], weights=layers[0].weights[p])
    return Related(
        _with_layers(case, layers, inputs=case.inputs[:, p]),
        gradients=lambda pairs: _changed(pairs, 0, lambda w, b: (w[back], b)),
    )


def outputs_permuted(case: Case, random: np.random.Generator, format: Format) -> Related | None:
    layers = list(case.network.layers)
    p = random.permutation(case.targets.shape[1])
    back = np.argsort(p)
    layers[-1] = replace(layers[-1], weights=layers[-1].weights[:, p], biases=layers[-1].biases[p])
    last = len(layers) - 1
    return Related(
        _with_layers(case, layers, targets=case.targets[:, p]),
        lambda a: a[:, back],
        lambda pairs: _changed(pairs, last, lambda w, b: (w[:, back], b[back])),
        lambda a: a[:, back],
    )


def tanh_unit_flipped(case: Case, random: np.random.Generator, format: Format) -> Related | None:
    layers = list(case.network.layers)
    k = int(random.choice([i for i, layer in enumerate(layers[:-1]) if layer.activation == "tanh"]))
    sign = random.choice([-1.0, 1.0], len(layers[k].biases))
    layers[k] = replace(layers[k], weights=layers[k].weights * sign, biases=layers[k].biases * sign)
    layers[k + 1] = replace(layers[k + 1], weights=layers[k + 1].weights * sign[:, None])

    def gradients(pairs: Pairs) -> Pairs:
        pairs = _changed(pairs, k, lambda w, b: (w * sign, b * sign))
        return _changed(pairs, k + 1, lambda w, b: (w * sign[:, None], b))

    def bounds(pairs: Pairs) -> Pairs:
        return pairs

    return Related(_with_layers(case, layers), gradients=gradients, bound_gradients=bounds)


def sigmoid_complemented(case: Case, random: np.random.Generator, format: Format) -> Related | None:
    layers = list(case.network.layers)
    layers[-1] = replace(layers[-1], weights=-layers[-1].weights, biases=-layers[-1].biases)
    targets = 1 - case.targets
    if not np.array_equal(1 - targets, case.targets) or not np.array_equal(format.nearest(targets), targets):
        return None
    last = len(layers) - 1
    return Related(
        _with_layers(case, layers, targets=targets),
        lambda a: 1 - a,
        lambda pairs: _changed(pairs, last, lambda w, b: (-w, -b)),
        _same_output,
        _same_gradients,
    )


def relu_unit_scaled(case: Case, random: np.random.Generator, format: Format) -> Related | None:
    layers = list(case.network.layers)
    k = int(random.choice([i for i, layer in enumerate(layers[:-1]) if layer.activation == "relu"]))
    scale = 2.0 ** random.integers(-2, 3, len(layers[k].biases))
    layers[k] = replace(layers[k], weights=layers[k].weights * scale, biases=layers[k].biases * scale)
    layers[k + 1] = replace(layers[k + 1], weights=layers[k + 1].weights / scale[:, None])

    def gradients(pairs: Pairs) -> Pairs:
        pairs = _changed(pairs, k, lambda w, b: (w * scale, b * scale))
        return _changed(pairs, k + 1, lambda w, b: (w / scale[:, None], b))

    return Related(_with_layers(case, layers), gradients=gradients)


def inputs_rescaled(case: Case, random: np.random.Generator, format: Format) -> Related | None:
    """x' = s x + c with W1' = W1 / s and b1' = b1 - c W1': exact for powers of two s and where c W1' is representable."""
    layers = list(case.network.layers)
    scale = 2.0 ** random.integers(-2, 3, case.inputs.shape[1])
    shift = random.integers(-1, 2, case.inputs.shape[1]).astype(np.float64)
    weights = layers[0].weights / scale[:, None]
    inputs, biases = case.inputs * scale + shift, layers[0].biases - shift @ weights
    grid = 2.0**-6
    exact = all(
        np.all(np.abs(values) < 2.0 ** (format.precision - 7)) and np.array_equal(np.round(values / grid) * grid, values)
        for values in (case.inputs * scale, layers[0].biases, weights)
    )
    if not exact or not _has_biases(case):
        shift = np.zeros_like(shift)
        inputs, biases = case.inputs * scale, layers[0].biases
    layers[0] = replace(layers[0], weights=weights, biases=biases)

    def gradients(pairs: Pairs) -> Pairs:
        return _changed(pairs, 0, lambda w, b: ((w - shift[:, None] * b) / scale[:, None], b))

    def bounds(pairs: Pairs) -> Pairs:
        return _changed(pairs, 0, lambda w, b: ((w + np.abs(shift)[:, None] * b) / scale[:, None], b))

    return Related(_with_layers(case, layers, inputs=inputs), gradients=gradients, bound_gradients=bounds)


def _has_biases(case: Case) -> bool:
    """Whether the first layer may have a bias at all: it has one already, or it is the output layer."""
    return bool(np.any(case.network.layers[0].biases)) or len(case.network.layers) == 1


def logits_shifted(case: Case, random: np.random.Generator, format: Format) -> Related | None:
    """The last biases on a coarse grid, so that the shift is exact; then 1/2 more on each."""
    layers = list(case.network.layers)
    biases = np.clip(np.round(layers[-1].biases * 4) / 4, -8, 8)
    layers[-1] = replace(layers[-1], biases=biases)
    base = _with_layers(case, layers)
    layers[-1] = replace(layers[-1], biases=biases + 0.5)
    return Related(_with_layers(case, layers), base=base)
