"""What can be said of an unknown fault from the numbers alone: where it begins, which factor, sign or precision it shows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mlp_conformance.diagnosis.evidence import Sorted, compared, match
from mlp_conformance.judgement import errors
from mlp_conformance.subject import Call
from mlp_reference.balls import UndecidedError
from mlp_reference.formats import BFLOAT16, FLOAT16, FLOAT32, Format
from mlp_reference.mlp import Algorithm
from mlp_reference.oracle import Oracle, PrecisionError

#: What a constant factor may be made of; m samples, n outputs, learning rate eta.
_FACTORS: dict[str, Callable[[Call], float]] = {
    "-1": lambda call: -1.0,
    "2": lambda call: 2.0,
    "1/2": lambda call: 0.5,
    "4": lambda call: 4.0,
    "1/4": lambda call: 0.25,
    "m (the number of samples)": lambda call: float(len(call.case.inputs)),
    "1/m (m the number of samples)": lambda call: 1 / len(call.case.inputs),
    "n (the number of outputs)": lambda call: float(call.case.targets.shape[1]),
    "1/n (n the number of outputs)": lambda call: 1 / call.case.targets.shape[1],
    "m n (samples times outputs)": lambda call: float(call.case.targets.size),
    "1/(m n) (samples times outputs)": lambda call: 1 / call.case.targets.size,
    "2/m": lambda call: 2 / len(call.case.inputs),
    "2/(m n)": lambda call: 2 / call.case.targets.size,
    "m/2": lambda call: len(call.case.inputs) / 2,
}


def data_flow(evidence: Sorted, format: Format) -> str:
    """The computation as a line of text, right and wrong parts marked: a1 ✓ → a2 ✓ → E ✓ | δ2 ✓ → δ1 ✗.

    Taken from cases with as many layers as the smallest wrong answer has.
    """
    calls = evidence.all_wrong + evidence.all_right
    if not evidence.all_wrong:
        return ""
    depth = len(evidence.all_wrong[0].case.network.layers)
    marks: dict[str, bool] = {}
    for call in calls:
        if len(call.case.network.layers) != depth:
            continue
        for name, is_right in _parts(call, format):
            marks[name] = marks.get(name, True) and is_right
    forward = [f"a{i}" for i in range(1, depth + 1)] + ["E"]
    backward = [name for i in range(depth, 0, -1) for name in (f"dE/db{i}", f"dE/dW{i}")]
    after = [name for i in range(1, depth + 1) for name in (f"W{i}", f"b{i}")]
    lines = [
        " → ".join(f"{name} {'✓' if marks[name] else '✗'}" for name in names if name in marks)
        for names in (forward, backward, after)
    ]
    return " | ".join(line for line in lines if line)


def _parts(call: Call, format: Format) -> list[tuple[str, bool]]:
    try:
        triples = compared(call, Oracle(call.case, format))
    except (UndecidedError, PrecisionError):
        return []
    found = []
    for name, got, expected in triples:
        informative = expected.informative
        found.append((name, not np.any(informative & (errors(got, expected) > expected.bound))))
    return found


def factor(evidence: Sorted, format: Format) -> str:
    """ "the gradients are 2 times what they should be", where every wrong number of an operation shows one such factor."""
    for operation, what in (
        ("gradients", "the gradients are"),
        ("loss", "the loss is"),
        ("forward", "the activations are"),
    ):
        calls = evidence.wrong[operation]
        candidates = dict(_FACTORS)
        for call in calls:
            ratio = _ratio(call, format)
            if ratio is None:
                candidates = {}
                break
            candidates = {name: f for name, f in candidates.items() if abs(f(call) - ratio[0]) <= ratio[1]}
        if calls and candidates:
            return f"{what} {next(iter(candidates))} times what they should be.".replace(
                "they", "it" if operation == "loss" else "they"
            )
    return ""


def _ratio(call: Call, format: Format) -> tuple[float, float] | None:
    """The one ratio of got to expected over all numbers of an answer, and how certain it is; None if there is none."""
    try:
        triples = compared(call, Oracle(call.case, format))
    except (UndecidedError, PrecisionError):
        return None
    ratios, slacks = [], []
    for _, got, expected in triples:
        usable = expected.informative & (np.abs(expected.high) > 100 * expected.bound) & np.isfinite(got)
        ratios += list((got[usable] / expected.high[usable]).ravel())
        slacks += list((4 * expected.bound[usable] / np.abs(expected.high[usable])).ravel())
    if not ratios:
        return None
    middle = ratios[int(np.argmin(slacks))]
    slack = (1 + abs(middle)) * np.array(slacks)
    if np.any(np.abs(np.array(ratios) - middle) > slack + slack.min()):
        return None
    return float(middle), float(2 * slack.min() + 1e-12)


def precision(evidence: Sorted, format: Format) -> str:
    """Whether the wrong answers are right for a narrower format, as those of a computation in that format are.

    They are then the rule and not the exception, every wrong number is one on which the narrower format's bound says
    something, and the numbers are off as rounding is: in either direction.
    """
    if any(2 * len(evidence.wrong[name]) < len(evidence.right[name]) for name in evidence.operations):
        return ""
    if _is_one_sided(evidence, format):
        return ""
    for narrower in (FLOAT32, FLOAT16, BFLOAT16):
        if narrower.precision < format.precision and evidence.all_wrong:
            found = [match(call, Algorithm(), narrower) for call in evidence.all_wrong]
            wrong = [match(call, Algorithm(), format) for call in evidence.all_wrong]
            if all(n and w and n.is_exact and n.judged >= w.outside for n, w in zip(found, wrong, strict=True)):
                return narrower.name
    return ""


def _is_one_sided(evidence: Sorted, format: Format) -> bool:
    """Whether so many numbers are all off in one direction that rounding cannot be the cause (chance: 2 to the -8)."""
    signs: list[float] = []
    for call in evidence.all_wrong:
        try:
            triples = compared(call, Oracle(call.case, format))
        except (UndecidedError, PrecisionError):
            continue
        for _, got, expected in triples:
            off = expected.informative & (errors(got, expected) > expected.bound) & np.isfinite(got)
            signs += list(np.sign(np.abs(np.asarray(got)[off], dtype=np.float64) - np.abs(expected.high[off])).ravel())
    return len(signs) > 8 and len(set(signs)) == 1
