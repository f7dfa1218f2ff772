"""Finds the constant of a family of faults from the numbers of one wrong answer, for the exact comparison to decide on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mlp_conformance.diagnosis.evidence import Sorted, match, size
from mlp_conformance.diagnosis.hypotheses import Hypothesis
from mlp_conformance.faults.families import FAMILIES, Family
from mlp_conformance.subject import Call
from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm

#: Where the search begins: every order of magnitude that constants in use have, more densely near 1.
_STARTS = [*(10.0**k for k in range(-16, -3)), *np.geomspace(1e-3, 1e3, 49), *-np.geomspace(1e-3, 10, 9)]
_REFINED = 3
_STEPS = 12
#: Wrong answers that are tried, the smallest of each operation first: on some a constant does not show.
_TRIED = 3


def members(evidence: Sorted, format: Format) -> list[Hypothesis]:
    """For each family the member whose constant reproduces a wrong answer, if there is one."""
    smallest = {call.operation: call for call in sorted(evidence.all_wrong, key=size, reverse=True)}
    calls = sorted(smallest.values(), key=size)[:_TRIED]
    found = []
    for family in FAMILIES:
        for call in calls:
            hypothesis = _member(family, call, format)
            if hypothesis is not None:
                found.append(hypothesis)
                break
    return found


def _member(family: Family, call: Call, format: Format) -> Hypothesis | None:
    got = _flat(call.answer, call.operation)
    right = _answered(Algorithm(), call)
    if right is None or got.shape != right.shape or not np.all(np.isfinite(got)):
        return None

    low, high = family.within

    def residual(constant: float) -> np.ndarray | None:
        if not low < constant < high:
            return None
        answer = _answered(family.build(constant)(), call)
        return None if answer is None or not np.all(np.isfinite(answer)) else answer - got

    for constant in _solved(residual):
        for candidate in _plain(constant, format):
            hypothesis = Hypothesis((family.member(candidate),))
            found = match(call, hypothesis.algorithm(), format)
            if found is not None and found.is_exact and found.judged:
                return hypothesis
    return None


def _solved(residual: Callable[[float], np.ndarray | None]) -> list[float]:
    """Constants of small residual: the best starts, each refined by Gauss and Newton's method."""
    started = [(float(np.linalg.norm(r)), c) for c in _STARTS if (r := residual(float(c))) is not None]
    found = []
    for norm, start in sorted(started)[:_REFINED]:
        constant, best = float(start), norm
        for _ in range(_STEPS):
            here = residual(constant)
            step = max(abs(constant) * 1e-6, 1e-300)
            ahead = residual(constant + step)
            if here is None or ahead is None:
                break
            slope = (ahead - here) / step
            square = float(slope @ slope)
            if square == 0 or not np.isfinite(square):
                break
            other = constant - float(slope @ here) / square
            after = residual(other)
            if after is None or not np.linalg.norm(after) < best:
                break
            constant, best = other, float(np.linalg.norm(after))
        found.append(constant)
    return found


def _plain(constant: float, format: Format) -> list[float]:
    """The constant as a person would have typed it, few digits first; then fractions of small numbers; then as it is."""
    digits = [float(f"{constant:.{k}e}") for k in range(5)]
    fractions = [n / d for d in range(2, 13) for n in [round(constant * d)] if n and abs(constant * d - n) < 1e-2]
    return list(dict.fromkeys([*digits, *fractions, float(format.nearest(np.array(constant)))]))


def _answered(algorithm: Algorithm, call: Call) -> np.ndarray | None:
    case = call.case.map(lambda array: np.asarray(array, np.float64))
    with np.errstate(all="ignore"):
        try:
            match call.operation:
                case "forward":
                    answer: Any = algorithm.forward(case.network, case.inputs)[-len(call.answer) :]
                case "loss":
                    answer = algorithm.loss(case.network, case.inputs, case.targets)
                case "gradients":
                    answer = algorithm.gradients(case.network, case.inputs, case.targets)
                case _:
                    answer, _ = algorithm.train(case.network, case.inputs, case.targets, case.learning_rate, case.epochs)
        except (ValueError, TypeError, ZeroDivisionError):
            return None
    return _flat(answer, call.operation)


def _flat(answer: Any, operation: str) -> np.ndarray:
    """The numbers of an answer in one row, as float64; of training the parameters."""
    parts = answer.parameters if hasattr(answer, "parameters") else answer
    if operation == "loss":
        return np.asarray(parts, np.float64).reshape(-1)
    arrays = [array for item in parts for array in (item if isinstance(item, tuple) else [item])]
    return np.concatenate([np.asarray(array, np.float64).reshape(-1) for array in arrays])
