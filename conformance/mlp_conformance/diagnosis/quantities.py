"""An answer as a list of named arrays, and the same list of an algorithm: in floats, or certified."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlp_conformance.subject import Call
from mlp_reference.descent import trained
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case
from mlp_reference.oracle import Expected, Oracle

#: What the oracle calls what an operation answers.
_CERTIFIED = {"forward": "activations", "loss": "loss", "gradients": "gradients", "train": "trained"}


def named(call: Call) -> list[tuple[str, np.ndarray]]:
    """Every array of the answer with its name: a1, E, dE/dW1, W1, E0 (before the first update)."""
    layers = range(1, len(call.case.network.layers) + 1)
    arrays = _flat(call.operation, call.answer)
    match call.operation:
        case "forward":
            names = [f"a{i}" for i in layers][-len(arrays) :]
        case "loss":
            names = ["E"]
        case "gradients":
            names = [f"{name}{i}" for i in layers for name in ("dE/dW", "dE/db")]
        case _:
            names = [f"{name}{i}" for i in layers for name in ("W", "b")]
            names += [f"E{k}" for k in range(len(arrays) - len(names))]
    return list(zip(names, arrays, strict=True))


def certified(call: Call, oracle: Oracle) -> list[Expected]:
    """The certified values of those arrays.

    Raises what the oracle raises, and whatever a fault's own formulas raise where they are undefined.
    """
    return _answered(call, getattr(oracle, _CERTIFIED[call.operation]))


def in_floats(case: Case) -> Case:
    """The case in float64."""
    return case.map(lambda array: np.asarray(array, np.float64))


def computed(call: Call, algorithm: Algorithm, case: Case | None = None) -> list[np.ndarray] | None:
    """The algorithm's own answer in float64; None where it has none. case: that of the call in floats, if it is at hand."""
    case = in_floats(call.case) if case is None else case
    with np.errstate(all="ignore"):
        try:
            answer = _asked(call.operation, algorithm, case)
        except (ValueError, TypeError, ZeroDivisionError, IndexError):
            return None
        return [np.asarray(array, np.float64) for array in _answered(call, answer)]


def reports_as_many(call: Call, algorithm: Algorithm) -> bool:
    """Whether the algorithm reports as many losses as the answer has, where that has fewer than there are epochs."""
    losses = call.answer.losses if call.operation == "train" else None
    if losses is None or len(losses) >= call.case.epochs:
        return True
    with np.errstate(all="ignore"):
        try:
            return len(trained(algorithm, in_floats(call.case))[1]) == len(losses)
        except (ValueError, TypeError, ZeroDivisionError, IndexError):
            return True


def _asked(operation: str, algorithm: Algorithm, case: Case) -> Any:
    match operation:
        case "forward":
            return algorithm.forward(case.network, case.inputs)
        case "train":
            return trained(algorithm, case)
    return getattr(algorithm, operation)(case.network, case.inputs, case.targets)


def _answered(call: Call, answer: Any) -> list[Any]:
    """Of all that an algorithm answers the arrays that the implementation answered, too."""
    arrays, count = _flat(call.operation, answer), len(_flat(call.operation, call.answer))
    return arrays[-count:] if call.operation == "forward" else arrays[:count]


def _flat(operation: str, answer: Any) -> list[Any]:
    match operation:
        case "forward":
            return list(answer)
        case "loss":
            return [answer]
        case "gradients":
            return [array for pair in answer for array in pair]
    parameters, losses = answer if isinstance(answer, tuple) else (answer.parameters, answer.losses)
    return [*(array for pair in parameters for array in pair), *(() if losses is None else losses)]
