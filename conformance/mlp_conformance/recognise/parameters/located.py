"""Where gradients stand whose values are known: expressions for each layer's weights and biases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mlp_conformance.recognise.numbers.readings import Parameters, agrees
from mlp_conformance.recognise.parameters.slots import Slot
from mlp_conformance.recognise.parameters.tensors import Tensor


def located(standing: list[tuple[Tensor, Any]], expected: Parameters, slots: Sequence[Slot]) -> list[tuple[str, str]] | None:
    """Expressions for gradients among arrays with their values, each layer's; those of thresholds have the other sign."""
    pairs, bare = [], any(slot.bias is None and not slot.joined for slot in slots)
    signed = [-b if slot.negative and slot.bias is not None else b for (_, b), slot in zip(expected, slots, strict=True)]
    exact = [None if bare else _as_they_are(standing, b) for b in signed]
    for k, ((w, _), slot) in enumerate(zip(expected, slots, strict=True)):
        weights = next((t.read for t, value in standing if agrees(value, w)), None)
        weights = weights or next((f"{t.read}.T" for t, value in standing if value.ndim == 2 and agrees(value.T, w)), None)
        if weights is None:
            return None
        if bare:
            pairs.append((weights, ""))
            continue
        biases = exact[k] or _one_for_all(standing, signed[k], k, [text for text in exact if text])
        if biases is None:
            return None
        pairs.append((weights, f"-{biases}" if slot.negative and slot.bias is not None else biases))
    return pairs


def _as_they_are(standing: list[tuple[Tensor, Any]], b: np.ndarray) -> str | None:
    """An expression for the gradients of one layer's biases."""
    return next((t.read for t, value in standing if value.size == b.size and agrees(value.ravel(), b)), None)


def _one_for_all(standing: list[tuple[Tensor, Any]], b: np.ndarray, k: int, others: Sequence[str]) -> str | None:
    """One number for all units of a layer, which is not what stands there for the units of another one."""
    single = [
        (t.read, np.full(b.shape, value.ravel()[0]))
        for t, value in standing
        if value.size == 1 and np.any(b) and t.read not in others
    ]
    alone = [text for text, value in single if agrees(value, b)]
    return f"np.full(network.sizes[{k + 1}], {alone[0]})" if alone else None
