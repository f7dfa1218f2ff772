"""What wrong numbers imply about an unknown fault: which samples count, after how many epochs, which function, which slope."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlp_conformance.diagnosis.comparison import Comparison, is_outside
from mlp_conformance.diagnosis.evidence import Sorted
from mlp_conformance.subject import Call
from mlp_reference import losses
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Case
from mlp_reference.oracle import Expected

#: How near numbers have to be, relative to the largest, to be called the same.
_SAME = 1e-9
#: A wrong derivative or function value is told if it is off by so much, and what it is divided by is no smaller.
_OFF, _LEAST = 1e-6, 1e-3
#: Values of a function that are told as examples.
_SHOWN = 3


def implications(found: Sorted, comparison: Comparison) -> Iterator[str]:
    """Sentences, each true of every wrong answer that it is about."""
    for sentence in (
        _epochs_made(found.wrong["train"]),
        _samples_counted(found.wrong["gradients"]),
        _function_computed(found.wrong["forward"], comparison),
        _slope_used(found.wrong["gradients"], comparison) if not (found.wrong["forward"] or found.wrong["loss"]) else "",
    ):
        if sentence:
            yield sentence


def _floats(call: Call) -> Case:
    return call.case.map(lambda array: np.asarray(array, np.float64))


def _flat(parameters: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    return np.concatenate([np.asarray(array, np.float64).ravel() for pair in parameters for array in pair])


def _is_same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool(np.all(np.abs(one - other) <= _SAME * (1 + np.max(np.abs(other), initial=0.0))))


def _epochs_made(calls: list[Call]) -> str:
    """Whether every wrong training ended with the parameters of another epoch, and of which."""
    made = []
    for call in calls:
        case, got = _floats(call), _flat(call.answer.parameters)
        network, after = case.network, []
        with np.errstate(all="ignore"):
            for number in range(case.epochs + 2):
                after.append(_flat(network.parameters))
                network, _ = Algorithm().epoch(network, case.inputs, case.targets, case.learning_rate, number)
        ended = [number for number, right in enumerate(after) if _is_same(got, right)]
        if not ended:
            return ""
        if case.epochs not in ended:
            made.append((ended[-1], case.epochs))
    if len(made) < 2:
        return ""
    told = ", ".join(f"{number} of {of}" for number, of in dict.fromkeys(made))
    return f"Training makes another number of updates than there are epochs: {told}."


def _samples_counted(calls: list[Call]) -> str:
    """Whether each wrong gradient is a sum of the samples' gradients with other weights, and with which."""
    told: list[str] = []
    for call in calls:
        case, got = _floats(call), _flat(call.answer)
        m = len(case.inputs)
        if m < 2 or got.size < m + 2:
            continue
        with np.errstate(all="ignore"):
            steps = Algorithm().forward_pass(case.network, case.inputs)
            deltas = Algorithm().deltas(case.network, steps, case.targets)
        parts = [
            _flat([(step.x[s : s + 1].T @ d[s : s + 1], d[s]) for step, d in zip(steps, deltas, strict=True)]) for s in range(m)
        ]
        matrix = np.stack(parts, axis=1)
        if not np.all(np.isfinite(matrix)) or not np.all(np.isfinite(got)) or np.linalg.matrix_rank(matrix) < m:
            continue
        weights: np.ndarray = np.linalg.lstsq(matrix, got, rcond=None)[0]
        if not _is_same(matrix @ weights, got) or not _is_same(weights, np.round(2 * weights) / 2):
            return ""  # weights that are no small numbers come of a wrong error, which differs from sample to sample
        told.append(", ".join(f"{weight:.4g}" for weight in (np.round(weights, 9) + 0.0).tolist()))
    if len(told) < 2 or all(len(set(weights.split(", "))) == 1 for weights in told):
        return ""
    shown = "; ".join([*dict.fromkeys(told)][:_SHOWN])
    return f"The gradients are sums over samples that do not count alike: their weights are {shown}."


def _function_computed(calls: list[Call], comparison: Comparison) -> str:
    """Values of the function that takes the place of an activation, where the first layer is the first that is wrong."""
    values: dict[str, dict[float, float]] = {}
    for call in calls:
        case, known = _floats(call), comparison.right(call) or []
        if len(known) != len(case.network.layers):
            continue
        _, got, expected = known[0]
        name = case.network.layers[0].activation
        if name != "softmax":
            z = Algorithm().pre_activation(case.network, case.network.layers[0], case.inputs)
            for at, value in zip(z[is_outside(got, expected)], got[is_outside(got, expected)], strict=True):
                values.setdefault(name, {})[float(at)] = float(value)
    told = []
    for name, known_values in values.items():
        order = sorted(known_values)
        steps = np.diff([known_values[z] for z in order])
        if len(order) >= _SHOWN and (np.all(steps >= 0) or np.all(steps <= 0)):  # else it may be no function of z at all
            shown = [order[round(i * (len(order) - 1) / (_SHOWN - 1))] for i in range(_SHOWN)]
            told.append(f"{name} gives " + ", ".join(f"{known_values[z]:.4g} at {z:.4g}" for z in shown))
    return f"In the first layer {'; '.join(told)}." if told else ""


def _slope_used(calls: list[Call], comparison: Comparison) -> str:
    """The derivative that a single sample's delta implies, where all that comes before it is right."""
    for call in calls:
        case = _floats(call)
        if len(case.inputs) != 1:
            continue
        known = {name: (got, expected) for name, got, expected in comparison.right(call) or []}
        with np.errstate(all="ignore"):
            steps = Algorithm().forward_pass(case.network, case.inputs)
            error = _error_above(case, steps, known)
        if error is None:
            continue
        index, errors = error
        got, expected = known[f"dE/db{index + 1}"]
        layer, step = case.network.layers[index], steps[index]
        right = Algorithm().derivative(case.network, layer, step)[0]
        for z, e, gradient, slope, wrong in zip(step.z[0], errors, got, right, is_outside(got, expected), strict=True):
            if wrong and abs(e) > _LEAST and abs(gradient / e - slope) > _OFF:
                used = gradient / e + 0.0  # -0 is 0
                return f"As if the derivative of {layer.activation} at {z:.6g} were {used:.6g}; it is {slope:.6g}."
    return ""


def _error_above(case: Case, steps: list[Step], known: dict[str, tuple[np.ndarray, Expected]]) -> tuple[int, np.ndarray] | None:
    """The last layer whose bias gradient is wrong, and the right error that it is to be multiplied with."""
    layers = case.network.layers
    for index in reversed(range(len(layers))):
        got, expected = known[f"dE/db{index + 1}"]
        if not np.any(is_outside(got, expected)):
            continue
        if index < len(layers) - 1:
            above, _ = known[f"dE/db{index + 2}"]
            return index, layers[index + 1].weights @ above
        if case.network.loss.endswith("squared_error") and layers[-1].activation != "softmax":
            slope = losses.slope(case.network, steps[-1].a, case.targets) / losses.divisor(case.network, case.targets)
            return index, slope[0]
        return None
    return None
