"""What an implementation answered in a run, and a manageable part of it: answers that are wrong, answers that are right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from mlp_conformance.claims import Claims
from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.selection import telling
from mlp_conformance.enclosures import fingerprint
from mlp_conformance.subject import OPERATIONS, Call
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case

#: Larger cases than this many parameters and inputs, times epochs, are left out of the diagnosis.
_LARGEST = 2_000
#: Of a network that can have one size alone: so many times as much, but no more than this many.
_OF_ONE_SIZE, _VAST = 4, 20_000


@dataclass
class Evidence:
    """The calls of a run with their answers, in order. gaps: sessions some of whose calls are left out; largest: see `reach`.

    What does not fit together, and was accepted all the same, has no right answer to compare with.
    """

    calls: list[Call] = field(default_factory=list)
    gaps: set[int] = field(default_factory=set)
    largest: int = _LARGEST

    def add(self, call: Call) -> None:
        if size(call) <= self.largest and _fits(call.case):
            self.calls.append(call)
        else:
            self.gaps.add(call.session)

    def only(self, holds: Callable[[Call], bool]) -> Evidence:
        """The calls for which that holds."""
        kept = [call for call in self.calls if holds(call)]
        left_out = {call.session for call in self.calls if not holds(call)}
        return Evidence(kept, self.gaps | left_out, self.largest)

    def distinct(self, operation: str) -> list[Call]:
        """The calls of one operation, each case once, small ones first."""
        seen: dict[bytes, Call] = {}
        for call in self.calls:
            if call.operation == operation:
                seen.setdefault(fingerprint(call.case), call)
        return sorted(seen.values(), key=size)


@dataclass(frozen=True, eq=False)
class Sorted:
    """For each operation, calls whose answers are wrong and calls whose are right.

    differing: how many numbers of the wrong answers are wrong.
    """

    wrong: dict[str, list[Call]]
    right: dict[str, list[Call]]
    differing: int

    @cached_property
    def all_wrong(self) -> list[Call]:
        return [call for operation in OPERATIONS for call in self.wrong[operation]]

    @cached_property
    def all_right(self) -> list[Call]:
        return [call for operation in OPERATIONS for call in self.right[operation]]

    @cached_property
    def smallest_wrong(self) -> list[Call]:
        return sorted(self.all_wrong, key=size)

    @property
    def operations(self) -> list[str]:
        """Those with a wrong answer."""
        return [operation for operation in OPERATIONS if self.wrong[operation]]

    def of_wrong_operations(self) -> Sorted:
        """The evidence of the operations with a wrong answer alone; itself if these are all that were looked at."""
        wrong = self.operations
        if all(operation in wrong or not self.right[operation] for operation in OPERATIONS):
            return self
        return replace(self, right={name: self.right[name] if name in wrong else [] for name in OPERATIONS})


def _fits(case: Case) -> bool:
    """Whether a network has units for the columns of its inputs and targets, and these as many rows."""
    inputs, targets = np.shape(case.inputs), np.shape(case.targets)
    return (*inputs[1:], *targets[1:]) == (case.network.sizes[0], case.network.sizes[-1]) and inputs[:1] == targets[:1]


def reach(claims: Claims) -> int:
    """How large a case may be, as `size` counts, that a diagnosis looks at: more where the network can have no smaller one."""
    own = sum((above + 1) * below for above, below in pairwise(claims.sizes or ()))
    return max(_LARGEST, min(_OF_ONE_SIZE * own, _VAST))


def size(call: Call) -> int:
    """How much there is to compute for a call."""
    case = call.case
    parameters = sum(weights.size + biases.size for weights, biases in case.network.parameters)
    epochs = max(1, case.epochs) if call.operation == "train" else 1
    return (parameters + case.inputs.size + case.targets.size) * epochs


def sort(evidence: Evidence, comparison: Comparison, most: int = 14) -> Sorted:
    """Up to `most` wrong and as many right calls of each operation: those that tell most.

    If these are all right, every call is looked at: what is wrong may be rare, and by little.
    """
    found = _sorted(lambda operation: _telling(evidence, comparison, operation, 3 * most), comparison, most)
    return found if found.all_wrong else _sorted(evidence.distinct, comparison, most)


def _telling(evidence: Evidence, comparison: Comparison, operation: str, most: int) -> list[Call]:
    """Up to `most` calls that seem wrong, and up to as many that do not: those of each that tell most come first."""
    return [call for part in _parts(evidence, comparison, operation) for call in telling(part, most, size)]


def _parts(evidence: Evidence, comparison: Comparison, operation: str) -> tuple[list[Call], list[Call]]:
    """The calls of an operation that seem wrong, if only a little where none does so more; and the others, small ones first."""
    calls = evidence.distinct(operation)
    wrong = {id(call) for call in calls if comparison.seems_wrong(call)}
    wrong = wrong or {id(call) for call in calls if comparison.seems_wrong(call, slightly=True)}
    return [call for call in calls if id(call) in wrong], [call for call in calls if id(call) not in wrong]


def parted(evidence: Evidence, comparison: Comparison, operation: str, most: int) -> list[Call]:
    """Up to `most` calls of an operation that seem wrong, and up to as many that do not, small ones first."""
    parts = _parts(evidence, comparison, operation)
    return sorted((call for part in parts for call in spread(part, most)), key=size)


def _sorted(calls: Callable[[str], list[Call]], comparison: Comparison, most: int) -> Sorted:
    wrong: dict[str, list[Call]] = {name: [] for name in OPERATIONS}
    right: dict[str, list[Call]] = {name: [] for name in OPERATIONS}
    differing = 0
    for operation in OPERATIONS:
        for call in calls(operation):
            if len(right[operation]) == len(wrong[operation]) == most:
                break
            found = comparison.match(call, Algorithm())
            if found is None:
                continue
            sorted_calls = right[operation] if found.is_exact else wrong[operation]
            if len(sorted_calls) < most:
                sorted_calls.append(call)
                differing += found.outside
        wrong[operation].sort(key=size)
        right[operation].sort(key=size)
    return Sorted(wrong, right, differing)


def spread(calls: list[Call], most: int) -> list[Call]:
    """The first half of `most`, and as many again evenly from the rest."""
    if len(calls) <= most:
        return calls
    half = most // 2
    rest = calls[half:]
    return calls[:half] + [rest[i * len(rest) // half] for i in range(half)]
