"""Parameters and gradients as lists of what is compared: (name, got, expected)."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlp_reference.oracle import Expected


def gradient_triples(got: Any, expected: list[tuple[Expected, Expected]]) -> list[tuple[str, np.ndarray, Expected]]:
    """(name, got, expected) for dE/dW and dE/db of every layer, the last layer first: the order of the computation."""
    return [
        triple
        for index in reversed(range(len(expected)))
        for triple in (
            (f"dE/dW{index + 1}", got[index][0], expected[index][0]),
            (f"dE/db{index + 1}", got[index][1], expected[index][1]),
        )
    ]


def parameter_triples(got: Any, expected: list[tuple[Expected, Expected]]) -> list[tuple[str, np.ndarray, Expected]]:
    """(name, got, expected) for the weights and biases of every layer."""
    return [
        triple
        for index, (pair, (weights, biases)) in enumerate(zip(got, expected, strict=True), 1)
        for triple in ((f"W{index}", pair[0], weights), (f"b{index}", pair[1], biases))
    ]
