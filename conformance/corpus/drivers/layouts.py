"""Parameters from one layout into another: rows and columns, pairs of weights and biases, names."""

from __future__ import annotations

from typing import Any

import numpy as np


def columns(biases: list[Any]) -> list[Any]:
    return [b.reshape(-1, 1).copy() for b in biases]


def rows(biases: list[Any]) -> list[Any]:
    return [b.reshape(1, -1).copy() for b in biases]


def turned(weights: list[Any]) -> list[Any]:
    return [w.T.copy() for w in weights]


def pairs(weights: Any, biases: Any, transposed: bool = False) -> list[tuple[Any, Any]]:
    return [
        (np.asarray(w).T if transposed else np.asarray(w), np.ravel(np.transpose(b)))
        for w, b in zip(weights, biases, strict=True)
    ]


def column_samples(p: Any) -> list[tuple[Any, Any]]:
    return [(x.reshape(-1, 1), y.reshape(-1, 1)) for x, y in zip(p.X, p.Y, strict=True)]


def total(each: list[list[tuple[Any, Any]]]) -> list[tuple[Any, Any]]:
    """The sum over samples of gradients."""
    return [(sum(w for w, _ in layer), sum(b for _, b in layer)) for layer in zip(*each, strict=True)]


def mean(each: list[list[tuple[Any, Any]]]) -> list[tuple[Any, Any]]:
    return [(w / len(each), b / len(each)) for w, b in total(each)]


def named(values: Any, weights: str, biases: str, count: int, first: int = 1, transposed: bool = False) -> Any:
    """Pairs from a dictionary with numbered keys."""
    layers = range(first, first + count)
    return pairs([values[weights % n] for n in layers], [values[biases % n] for n in layers], transposed)


def column_dictionary(p: Any) -> dict[str, Any]:
    found = {}
    for n, (w, b) in enumerate(zip(turned(p.W), columns(p.b), strict=True), 1):
        found |= {f"W{n}": w, f"b{n}": b}
    return found
