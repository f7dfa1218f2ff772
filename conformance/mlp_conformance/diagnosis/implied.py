"""What wrong numbers imply about an unknown fault: which samples and outputs count, which epochs, which layers move."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlp_conformance.diagnosis.comparison import Comparison, is_outside
from mlp_conformance.diagnosis.evidence import Sorted
from mlp_conformance.subject import Call
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case

#: How near numbers have to be, relative to the largest, to be called the same.
_SAME = 1e-9
#: Weightings that are told as examples.
_SHOWN = 3


def implications(found: Sorted, comparison: Comparison) -> Iterator[str]:
    """Sentences, each true of every wrong answer that it is about."""
    train = found.wrong["train"]
    gradients = found.wrong["gradients"]
    told = (
        _epochs_made(train),
        _rates_taken(train, comparison),
        _layers_left(train, comparison),
        _samples_counted(gradients),
        _outputs_counted(gradients),
    )
    yield from filter(None, told)


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


def _rates_taken(calls: list[Call], comparison: Comparison) -> str:
    """Whether every wrong step is the right one but for its length, as with other learning rates, and with which."""
    told: list[tuple[float, float]] = []
    for call in calls:
        case = _floats(call)
        if call.operation != "train" or case.epochs != 1 or not float(case.learning_rate):
            continue
        start, got = _flat(case.network.parameters), _flat(call.answer.parameters)
        known = {name: expected for name, _, expected in comparison.right(call) or []}
        labels = [f"{kind}{layer}" for layer in range(1, len(case.network.layers) + 1) for kind in "Wb"]
        if not all(label in known for label in labels):
            return ""
        right = np.concatenate([known[label].high.ravel() for label in labels]) - start
        close = np.concatenate([np.broadcast_to(known[label].bound, known[label].high.shape).ravel() for label in labels])
        length = float(np.sum(right * right))
        ratio = float(np.sum((got - start) * right)) / length if length else 1.0
        allowed = (8 + abs(ratio)) * close + _SAME * np.abs(right)
        if not np.all(np.isfinite(got)) or np.any(np.abs(got - start - ratio * right) > allowed):
            return ""
        told.append((ratio * float(case.learning_rate), float(case.learning_rate)))
    if len(told) < 2 or len({round(taken / given, 6) for taken, given in told}) == 1:
        return ""
    shown = "; ".join(f"{taken:.6g} in place of {given:.6g}" for taken, given in [*dict.fromkeys(told)][:_SHOWN])
    return f"Steps are right but for their length, as with other learning rates: {shown}."


def _layers_left(calls: list[Call], comparison: Comparison) -> str:
    """Whether every wrong training leaves some of the layers as they were, and which; the others it moves."""
    told = []
    for call in calls:
        depth, still = len(call.case.network.layers), []
        known = {name: (got, expected) for name, got, expected in comparison.right(call) or []}
        for layer, parameters in enumerate(_floats(call).network.parameters, 1):
            pairs = [(known[f"{kind}{layer}"], start) for kind, start in zip("Wb", parameters, strict=True)]
            has_to_move = any(bool(np.any(is_outside(start, expected))) for (_, expected), start in pairs)
            if has_to_move and all(np.array_equal(got, start) for (got, _), start in pairs):
                still.append(str(layer))
        if not still or len(still) == depth:
            return ""
        told.append(f"{' and '.join(still)} of {depth}")
    return f"Layers that training leaves as they were: {'; '.join(sorted(set(told)))}." if len(told) > 1 else ""


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
        if not _is_same(matrix @ weights, got) or not _is_simple(weights):
            return ""  # weights that are no small numbers come of a wrong error, which differs from sample to sample
        told.append(_listed(weights))
    return _unlike("samples", told)


def _outputs_counted(calls: list[Call]) -> str:
    """Whether, in each wrong gradient, outputs have the right delta times a number of their own, and which."""
    told: list[str] = []
    for call in calls:
        case = _floats(call)
        with np.errstate(all="ignore"):
            right = np.vstack(Algorithm().gradients(case.network, case.inputs, case.targets)[-1])
            got = np.vstack([np.asarray(array, np.float64) for array in call.answer[-1]])
            weights = np.sum(got * right, axis=0) / np.sum(right * right, axis=0)
        if not np.all(np.isfinite(weights)) or not _is_same(right * weights, got) or not _is_simple(weights):
            return ""
        told.append(_listed(weights))
    return _unlike("outputs", [weights for weights in told if "," in weights])


def _is_simple(weights: np.ndarray) -> bool:
    """Whether they are multiples of a half, or 0 and one number besides."""
    others = weights[np.abs(weights) > _SAME]
    return _is_same(weights, np.round(2 * weights) / 2) or (
        others.size > 0 and _is_same(others, np.full_like(others, others[0]))
    )


def _listed(weights: np.ndarray) -> str:
    return ", ".join(f"{weight:.4g}" for weight in (np.round(weights, 9) + 0.0).tolist())


def _unlike(what: str, told: list[str]) -> str:
    """The sentence, if there is more than one example and not all of them are of one number."""
    if len(told) < 2 or all(len(set(weights.split(", "))) == 1 for weights in told):
        return ""
    shown = "; ".join([*dict.fromkeys(told)][:_SHOWN])
    return f"The gradients are sums over {what} that do not count alike: their weights are {shown}."
