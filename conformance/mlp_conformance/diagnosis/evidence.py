"""What an implementation answered in a run, and how an answer compares with an algorithm's exact ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mlp_conformance.answers import Withheld
from mlp_conformance.checks.drawing import fingerprint
from mlp_conformance.judgement import errors
from mlp_conformance.subject import OPERATIONS, Call
from mlp_reference.balls import UndecidedError
from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm
from mlp_reference.oracle import Expected, Oracle, PrecisionError

#: Larger cases than this many parameters and inputs, times epochs, are left out of the diagnosis.
_LARGEST = 2_000


@dataclass(frozen=True)
class Match:
    """How one answer compares with an algorithm's exact ones.

    judged: numbers with an informative bound; outside: those that the algorithm does not account for.
    """

    judged: int
    outside: int

    @property
    def is_exact(self) -> bool:
        return self.outside == 0


@dataclass
class Evidence:
    """The calls of a run with their answers, in order."""

    calls: list[Call] = field(default_factory=list)

    def add(self, call: Call) -> None:
        if size(call) <= _LARGEST:
            self.calls.append(call)

    def distinct(self, operation: str) -> list[Call]:
        """The calls of one operation, each case once, small ones first."""
        seen: dict[bytes, Call] = {}
        for call in self.calls:
            if call.operation == operation:
                seen.setdefault(fingerprint(call.case), call)
        return sorted(seen.values(), key=size)


@dataclass
class Sorted:
    """A manageable part of the evidence: for each operation, calls whose answers are wrong and calls whose are right."""

    wrong: dict[str, list[Call]]
    right: dict[str, list[Call]]
    differing: int

    @cached_property
    def all_wrong(self) -> list[Call]:
        return [call for operation in OPERATIONS for call in self.wrong[operation]]

    @cached_property
    def all_right(self) -> list[Call]:
        return [call for operation in OPERATIONS for call in self.right[operation]]

    @property
    def operations(self) -> list[str]:
        """Those with a wrong answer."""
        return [operation for operation in OPERATIONS if self.wrong[operation]]

    def of_wrong_operations(self) -> Sorted:
        """The evidence of the operations with a wrong answer alone; itself if these are all that were looked at."""
        wrong = self.operations
        if all(operation in wrong or not self.right[operation] for operation in OPERATIONS):
            return self
        right = {operation: self.right[operation] if operation in wrong else [] for operation in OPERATIONS}
        return Sorted(self.wrong, right, self.differing)


def size(call: Call) -> int:
    """How much there is to compute for a call."""
    case = call.case
    parameters = sum(weights.size + biases.size for weights, biases in case.network.parameters)
    epochs = max(1, case.epochs) if call.operation == "train" else 1
    return (parameters + case.inputs.size + case.targets.size) * epochs


def sort(evidence: Evidence, format: Format, most: int = 14) -> Sorted:
    """Up to `most` wrong and as many right calls of each operation: the smallest, and others spread over the rest.

    If these are all right, every call is looked at: what is wrong may be rare.
    """
    found = _sorted(lambda operation: _spread(evidence.distinct(operation), 6 * most), format, most)
    return found if found.all_wrong else _sorted(evidence.distinct, format, most)


def _sorted(calls: Callable[[str], list[Call]], format: Format, most: int) -> Sorted:
    wrong: dict[str, list[Call]] = {name: [] for name in OPERATIONS}
    right: dict[str, list[Call]] = {name: [] for name in OPERATIONS}
    differing = 0
    for operation in OPERATIONS:
        for call in calls(operation):
            found = match(call, Algorithm(), format)
            if found is None:
                continue
            sorted_calls = right[operation] if found.is_exact else wrong[operation]
            if len(sorted_calls) < most:
                sorted_calls.append(call)
                differing += found.outside
            if len(right[operation]) == len(wrong[operation]) == most:
                break
    return Sorted(wrong, right, differing)


def _spread(calls: list[Call], most: int) -> list[Call]:
    if len(calls) <= most:
        return calls
    half = most // 2
    rest = calls[half:]
    return calls[:half] + [rest[i * len(rest) // half] for i in range(half)]


def compared(call: Call, oracle: Oracle) -> list[tuple[str, np.ndarray, Expected]]:
    """(name, got, expected) for every array of the answer."""
    answer = call.answer
    match call.operation:
        case "forward":
            expected = oracle.activations[-len(answer) :]
            first = len(oracle.activations) - len(answer) + 1
            return [(f"a{i}", got, e) for i, (got, e) in enumerate(zip(answer, expected, strict=True), first)]
        case "loss":
            return [("E", answer, oracle.loss)]
        case "gradients":
            return [
                (f"{name}{i}", got, e)
                for i, (pair, known) in enumerate(zip(answer, oracle.gradients, strict=True), 1)
                for name, got, e in zip(("dE/dW", "dE/db"), pair, known, strict=True)
            ]
    trained = oracle.trained
    found = [
        (f"{name}{i}", got, e)
        for i, (pair, known) in enumerate(zip(answer.parameters, trained.parameters, strict=True), 1)
        for name, got, e in zip(("W", "b"), pair, known, strict=True)
    ]
    if answer.losses is not None:
        found += [(f"E{i}", loss, e) for i, (loss, e) in enumerate(zip(answer.losses, trained.losses, strict=True))]
    return found


def match(call: Call, algorithm: Algorithm, format: Format) -> Match | None:
    """How the answer compares with what the algorithm gives; None where the algorithm has no certain answer there."""
    try:
        triples = compared(call, Oracle(call.case, format, algorithm))
    except (UndecidedError, PrecisionError, ValueError, ZeroDivisionError, TypeError):
        return None
    judged = outside = 0
    for _, got, expected in triples:
        if isinstance(got, Withheld):
            continue
        if got.shape != expected.shape:
            return Match(got.size, got.size)
        informative = expected.informative & (np.abs(expected.high) <= format.largest)
        distance = errors(got, expected)
        judged += int(np.count_nonzero(informative))
        outside += int(np.count_nonzero(informative & (distance > expected.bound)))
    return Match(judged, outside)
