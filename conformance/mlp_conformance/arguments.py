"""What an implementation is handed: fresh arrays of the claimed dtype, and what a call has changed of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from mlp_conformance.claims import Claims
from mlp_reference.formats import FORMATS, Format
from mlp_reference.network import Case, Network
from mlp_reference.options import Options


def as_given(case: Case, claims: Claims) -> Case:
    """Fresh arrays of the claimed dtype (bfloat16: float32 arrays of bfloat16 numbers), a plain float learning rate."""
    format = FORMATS[claims.dtype]
    dtype = np.float32 if claims.dtype == "bfloat16" else np.dtype(claims.dtype)

    def fresh(values: Any) -> np.ndarray:
        return np.array(format.nearest(values), dtype=dtype)

    network: Network = replace(case.network.map(fresh), conventions=claims.conventions)
    return Case(
        network,
        fresh(case.inputs),
        fresh(case.targets),
        float(format.nearest(case.learning_rate)),
        case.epochs,
        None if case.options is None else _options_given(case.options, format, fresh),
    )


def copied(case: Case) -> Case:
    """The same with arrays of its own, for the implementation to do with what it likes."""
    return Case(
        case.network.map(np.copy),
        np.copy(case.inputs),
        np.copy(case.targets),
        case.learning_rate,
        case.epochs,
        copy.deepcopy(case.options),
    )


def _options_given(options: Options, format: Format, fresh: Callable[[Any], np.ndarray]) -> Options:
    """Masks as fresh arrays, numbers as plain floats, lists as lists."""

    def given(value: Any) -> Any:
        return fresh(value) if np.ndim(value) == 2 else np.asarray(format.nearest(value)).tolist()

    found = options.map(given)
    return replace(found, order=None if found.order is None else tuple(map(tuple, found.order)))


#: What a call may have changed that is not its own to change, and the fault that this is.
CHANGED = {"the inputs": "inputs-changed", "the targets": "targets-changed", "the network": "network-changed"}


def changed_arguments(operation: str, given: Case, kept: Case) -> list[str]:
    """What a call of the operation has changed although it was not its own to change (COND-1, COND-2)."""
    pairs = [("the inputs", given.inputs, kept.inputs), ("the targets", given.targets, kept.targets)]
    if operation != "train":
        for index, (now, before) in enumerate(zip(given.network.layers, kept.network.layers, strict=True), 1):
            pairs.append((f"the weights of layer {index} in the network passed in", now.weights, before.weights))
            pairs.append((f"the biases of layer {index} in the network passed in", now.biases, before.biases))
    return [f"{operation} changed {what}" for what, now, before in pairs if not _is_unchanged(now, before)]


def _is_unchanged(now: np.ndarray, before: np.ndarray) -> bool:
    if now.shape != before.shape:
        return False
    return now.tobytes() == before.tobytes() or np.array_equal(now, before, equal_nan=True)
