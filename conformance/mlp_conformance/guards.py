"""What keeps a drawn network where everything is defined and claimed: layers in range, rates that do not diverge, no biases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mlp_conformance.claims import Claims
from mlp_reference import mlp
from mlp_reference.formats import Format
from mlp_reference.network import Case, Layer, Network


def without_biases(claims: Claims, layers: Sequence[Layer]) -> list[Layer]:
    """The layers with those biases at 0 that are not claimed."""
    has_biases = zip(layers, claims.with_biases(len(layers)), strict=True)
    return [layer if has else replace(layer, biases=np.zeros_like(layer.biases)) for layer, has in has_biases]


def restrained(network: Network, inputs: np.ndarray, format: Format) -> Network:
    """The network with those layers scaled down, by powers of two, that would drive pre-activations out of range."""
    x, layers = inputs, []
    narrow = format.precision < 20
    for index, layer in enumerate(network.layers):
        is_last = index == len(network.layers) - 1
        if layer.activation in ("relu", "linear"):
            limit = 2.0**4 if narrow else 2.0**7
        elif is_last and network.loss in ("cross_entropy", "binary_cross_entropy"):
            limit = 4.0 if narrow else 8.0
        else:
            limit = 8.0 if narrow else 32.0
        z = x @ layer.weights + layer.biases
        largest = float(np.max(np.abs(z), initial=0.0))
        if largest > limit:
            factor = 2.0 ** -np.ceil(np.log2(largest / limit))
            layer = replace(
                layer,
                weights=format.nearest(layer.weights * factor),
                biases=format.nearest(layer.biases * factor),
            )
        layers.append(layer)
        x = mlp.forward(replace(network, layers=(layer,)), x)[-1]
    return replace(network, layers=tuple(layers))


def converging(case: Case, format: Format) -> Case:
    """The case with its learning rate halved until one step changes no parameter by more than about its own scale."""
    gradients = mlp.gradients(case.network, case.inputs, case.targets)
    steepest = max((float(np.max(np.abs(g), initial=0.0)) for pair in gradients for g in pair), default=0.0)
    rate: Any = case.learning_rate
    allowed = 1.0 if case.epochs > 1 else 8.0
    if rate * steepest > allowed:
        rate = float(format.nearest(rate * 2.0 ** -np.ceil(np.log2(rate * steepest / allowed))))
    return replace(case, learning_rate=rate)
