"""Targets that meet the inputs of other samples, now these, now those: found by trying every order of a few targets."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.investigation import Investigation
from mlp_conformance.faults import FAULTS
from mlp_conformance.results import Finding
from mlp_conformance.subject import Call
from mlp_reference.mlp import Algorithm

#: Samples of which every order is tried, and the fewest answers of which all have to be right in one.
_SAMPLES, _FEWEST = (2, 4), 5


def shuffled_apart(given: Investigation) -> Finding | None:
    """The fault, if every answer about a few samples is right for some order of their targets."""
    calls = [call for operation in ("gradients", "train") for call in given.evidence.distinct(operation)]
    few = [call for call in calls if _SAMPLES[0] <= len(call.case.inputs) <= _SAMPLES[1] and _is_one_step(call)]
    few.sort(key=lambda call: not given.comparison.seems_wrong(call))
    wrong = sum(given.comparison.seems_wrong(call) and given.comparison.is_right(call) is False for call in few)
    elsewhere = set(given.found.operations) - {"gradients", "train"}
    if wrong < _FEWEST or elsewhere or not all(_is_right_in_some_order(call, given.comparison) for call in few):
        return None
    fault = FAULTS["targets-misaligned"]
    title = "targets are put into another order than the inputs"
    return Finding(
        fault.id,
        title,
        given.failed,
        complete=False,
        text=f"{title[0].upper()}{title[1:]}: all {len(few)} answers about {_SAMPLES[0]} to {_SAMPLES[1]} samples are right, "
        "exactly, for some order of the targets.",
        right=fault.right,
        wrong="sample s is compared with target p(s), in an order p of its own",
        mend="Shuffle inputs and targets by the same permutation, or not at all.",
    )


def _is_one_step(call: Call) -> bool:
    return call.operation == "gradients" or (call.case.epochs == 1 and call.case.options is None)


def _is_right_in_some_order(call: Call, comparison: Comparison) -> bool:
    for order in permutations(range(len(call.case.inputs))):
        other = replace(call, case=replace(call.case, targets=call.case.targets[list(order)]))
        found = comparison.match(other, Algorithm())
        if found is None or found.is_exact:
            return True
    return False
