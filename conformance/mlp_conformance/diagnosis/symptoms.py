"""What can be said of an unknown fault from the numbers alone: where it begins, how wrong numbers stand to right ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import inf

import numpy as np

from mlp_conformance.answers import Withheld
from mlp_conformance.diagnosis.comparison import Comparison, is_outside
from mlp_conformance.diagnosis.conditions import divides
from mlp_conformance.diagnosis.evidence import Evidence, Sorted
from mlp_conformance.diagnosis.implied import implications
from mlp_conformance.diagnosis.relations import Wrong, relation
from mlp_conformance.judgement import errors
from mlp_conformance.subject import Call
from mlp_reference.formats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, Format
from mlp_reference.mlp import Algorithm
from mlp_reference.oracle import Expected

#: Kinds of arrays, in the order of the computation: (operation, name, of which layers, words, whether they are several).
_KINDS = (
    ("forward", "a", "hidden", "the activations of the hidden layers", True),
    ("forward", "a", "output", "the outputs", True),
    ("loss", "E", "", "the loss", False),
    ("gradients", "dE/db", "output", "the bias gradient of the output layer", False),
    ("gradients", "dE/dW", "output", "the weight gradient of the output layer", False),
    ("gradients", "dE/db", "hidden", "the bias gradients of the hidden layers", True),
    ("gradients", "dE/dW", "hidden", "the weight gradients of the hidden layers", True),
    ("train", "b", "output", "the steps of the output layer's biases", True),
    ("train", "W", "output", "the steps of the output layer's weights", True),
    ("train", "b", "hidden", "the steps of the hidden layers' biases", True),
    ("train", "W", "hidden", "the steps of the hidden layers' weights", True),
    ("train", "E", "", "the reported losses", True),
)
#: A narrower format explains wrong answers if this many times as many answers are wrong as it cannot explain.
_FEW = 4
#: Computing in a narrower format, half of the numbers are off by more than 0.1 to 0.7 of its unit roundoff, of the largest
#: number beside them, as measured; something else is at work where it is much less, or much more.
_UNITS = (2.0**-5, 2.0)
#: Answers are nearly right if half of them are off by no more than this part of their largest number, and all by no more
#: than that.
_NEARLY, _AT_MOST = 2.0**-16, 2.0**-10
#: Sentences beyond these would bury the first.
_MOST = 4


def sentences(evidence: Evidence, found: Sorted, comparison: Comparison, functions: Sequence[str] = ()) -> list[str]:
    """Short true statements about an unknown fault; the last one is the data flow. functions: what is known of these."""
    told = [*_operations(found), *_conditions(evidence, found, comparison)]
    nearly = _narrower(found, comparison) or _approximations(found, comparison)
    if nearly:
        told.append(nearly)
    else:
        told += [*functions, *implications(found, comparison)]
        told += list(_relations(found, comparison))[: max(1, _MOST - len(told))]
    flow = data_flow(found, comparison)
    return [*told, *([f"Where it goes wrong: {flow}"] if flow else [])]


def _operations(found: Sorted) -> Iterator[str]:
    right = [name for name, calls in found.right.items() if calls and not found.wrong[name]]
    if right and found.operations:
        yield f"All that was compared of {' and '.join(right)} is right; {' and '.join(found.operations)} {_is(found)} wrong."


def _narrower(found: Sorted, comparison: Comparison) -> str:
    """Where everything that is wrong is right for a narrower format, which one."""
    name = next((format.name for format in _sufficient(found, comparison)), "")
    return name and f"Every wrong number is right for {name}: something that these go through is computed or kept in {name}."


def _approximations(found: Sorted, comparison: Comparison) -> str:
    """Where everything that is wrong is wrong by little, how little that is; empty where anything is wrong by more."""
    off = sorted(_remoteness(call, comparison) for call in found.all_wrong)
    half, most = (off[len(off) // 2], off[-1]) if off else (inf, inf)
    if half > _NEARLY or most > _AT_MOST or comparison.format.precision < FLOAT64.precision:
        return ""
    return (
        f"The answers are off by {half:.1g} of the largest number in them, and by {most:.1g} at most: these are "
        "approximations, as difference quotients are and numbers in a narrower format, or a small term is one too many."
    )


def _remoteness(call: Call, comparison: Comparison) -> float:
    """How far the numbers of an answer are off, as a part of the largest that there should be; of parameters: of the steps."""
    off = largest = 0.0
    for label, got, expected in comparison.right(call) or []:
        name = label.rstrip("0123456789")
        if isinstance(got, Withheld) or got.shape != expected.shape or (call.operation == "train" and name == "E"):
            continue
        start = _start(call, name, int(label[len(name) :] or 1) - 1)
        should = expected.high if start is None else expected.high - start
        largest = max(largest, float(np.max(np.abs(should), initial=0.0)))
        off = max(off, float(np.max(errors(got, expected), initial=0.0)))
    return off / largest if largest and np.isfinite(off) else inf


def _is(found: Sorted) -> str:
    return "are" if len(found.operations) > 1 else "is"


def _conditions(evidence: Evidence, found: Sorted, comparison: Comparison) -> Iterator[str]:
    """Of the first wrong operations: what follows from a wrong forward pass is wrong wherever it shows."""
    first = [operation for operation in found.operations if operation in ("forward", "loss")] or found.operations
    for operation in first:
        sharpest = divides(evidence, comparison, operation)[:1]
        for parts in sharpest:
            in_all = f"{parts.wrong} of {parts.wrong + parts.spared}" if parts.spared else f"all {parts.wrong}"
            yield (
                f"{operation} is wrong only where {parts.condition.words}: in {in_all} such cases that were compared, and in "
                f"none of {parts.right} others."
            )
        if sharpest:
            return


def _relations(found: Sorted, comparison: Comparison) -> Iterator[str]:
    for operation, name, layers, words, plural in _KINDS:
        by_call = [list(_wrong_arrays(call, name, layers, comparison)) for call in _earliest(found.wrong[operation])]
        arrays = [wrong for part in by_call for wrong in part]
        said = relation(arrays, plural) if len(arrays) > 1 else ""
        words = _of_those(words, arrays) if layers == "hidden" else words
        if said:
            yield f"{words[0].upper()}{words[1:]} {said}."
            continue
        first = [part[0 if operation == "forward" else -1] for part in by_call if part]
        said = relation(first, plural) if layers == "hidden" and operation != "train" and 1 < len(first) < len(arrays) else ""
        if said:
            yield f"Where {words} first go wrong, they {said}."


def _of_those(words: str, arrays: list[Wrong]) -> str:
    """The words for arrays of hidden layers, with the numbers of these where only some of several are wrong."""
    there = {layer for wrong in arrays for layer in range(len(wrong.call.case.network.layers) - 1)}
    wrong_ones = sorted({wrong.layer + 1 for wrong in arrays})
    if len(wrong_ones) == len(there):
        return words
    numbers = f"layer {wrong_ones[0]}" if len(wrong_ones) == 1 else f"layers {', '.join(map(str, wrong_ones))}"
    return re.sub(r"the hidden layers(?=$|')", numbers, words)


def _earliest(calls: list[Call]) -> list[Call]:
    """Those of the fewest epochs, where there are several: what an epoch makes wrong, the next carries everywhere."""
    fewest = min((call.case.epochs for call in calls), default=0)
    first = [call for call in calls if call.case.epochs == fewest]
    return first if len(first) > 1 else calls


def _wrong_arrays(call: Call, name: str, layers: str, comparison: Comparison) -> Iterator[Wrong]:
    """The wrong arrays of that name in the answer, of the hidden layers or of the output layer."""
    depth = len(call.case.network.layers)
    for label, got, expected in comparison.right(call) or []:
        if label.rstrip("0123456789") != name:
            continue
        digits = label[len(name) :]
        layer = int(digits) - 1 if digits and layers else depth - 1
        if layers and (layer == depth - 1) is not (layers == "output"):
            continue
        if np.any(is_outside(got, expected)):
            yield Wrong(call, layer, got, expected, _start(call, name, layer))


def _start(call: Call, name: str, layer: int) -> np.ndarray | None:
    if call.operation != "train" or name == "E":
        return None
    weights, biases = call.case.network.parameters[layer]
    return np.asarray(weights if name == "W" else biases, np.float64)


def data_flow(evidence: Sorted, comparison: Comparison) -> str:
    """The computation as a line of text, right and wrong parts marked: a1 ✓ → a2 ✓ → E ✓ | dE/db2 ✓ → dE/dW2 ✗.

    Taken from cases with as many layers as the smallest wrong answer has; of training, from those of the fewest epochs.
    What is 0 whatever the deltas are, as the gradient behind an input of 0, is not called right.
    """
    if not evidence.all_wrong:
        return ""
    depth = len(evidence.all_wrong[0].case.network.layers)
    marks: dict[str, bool] = {}
    most = max((call.case.epochs for call in _earliest(evidence.wrong["train"])), default=1)
    for call in evidence.all_wrong + evidence.all_right:
        if len(call.case.network.layers) == depth and (call.operation != "train" or call.case.epochs <= most):
            for name, got, expected in comparison.right(call) or []:
                is_wrong = not isinstance(got, Withheld) and bool(np.any(is_outside(got, expected)))
                if isinstance(got, Withheld) or (not is_wrong and _is_idle(call, name, expected)):
                    continue
                marks[name] = marks.get(name, True) and not is_wrong
    forward = [f"a{i}" for i in range(1, depth + 1)] + ["E"]
    backward = [name for i in range(depth, 0, -1) for name in (f"dE/db{i}", f"dE/dW{i}")]
    after = [name for i in range(1, depth + 1) for name in (f"W{i}", f"b{i}")]
    lines = [
        " → ".join(f"{name} {'✓' if marks[name] else '✗'}" for name in names if name in marks)
        for names in (forward, backward, after)
    ]
    return " | ".join(line for line in lines if line)


def _is_idle(call: Call, name: str, expected: Expected) -> bool:
    """Whether it is a gradient that is 0 everywhere, or a parameter that should stay where it is."""
    kind = name.rstrip("0123456789")
    if kind not in ("dE/db", "dE/dW", "b", "W"):
        return False
    start = _start(call, kind, int(name[len(kind) :]) - 1)
    return not np.any(expected.high if start is None else expected.high - start)


def precision(evidence: Sorted, comparison: Comparison) -> str:
    """Whether the wrong answers are right for a narrower format, as those of a computation in that format are.

    They are then the rule and not the exception: answers that the narrower format could not have given are few. Every wrong
    number is one on which the narrower format's bound says something, and the numbers are off as rounding is: in either
    direction, and by as much.
    """
    return next((format.name for format in _sufficient(evidence, comparison) if _is_the_rule(evidence, comparison, format)), "")


def _sufficient(evidence: Sorted, comparison: Comparison) -> Iterator[Format]:
    """The narrower formats for which every wrong answer is right."""
    if not evidence.all_wrong or _is_one_sided(evidence, comparison):
        return
    wrong = [comparison.match(call, Algorithm()) for call in evidence.all_wrong]
    for format in (FLOAT32, FLOAT16, BFLOAT16):
        if format.precision < comparison.format.precision:
            narrower = Comparison(format)
            found = [narrower.match(call, Algorithm()) for call in evidence.all_wrong]
            accounted = all(n and w and n.is_exact and n.judged >= w.outside for n, w in zip(found, wrong, strict=True))
            if accounted and _UNITS[0] <= _units(evidence, comparison, format) <= _UNITS[1]:
                yield format


def _is_the_rule(evidence: Sorted, comparison: Comparison, format: Format) -> bool:
    """Whether few answers are right beyond what the narrower format could have given."""
    finer = {name: sum(_is_finer(call, format, comparison) for call in evidence.right[name]) for name in evidence.wrong}
    return all(_FEW * finer[name] <= len(evidence.wrong[name]) for name in evidence.operations)


def _units(evidence: Sorted, comparison: Comparison, narrower: Format) -> float:
    """By how many unit roundoffs of the narrower format, of the array's largest number, half of the wrong numbers are off."""
    found: list[float] = []
    for call in evidence.all_wrong:
        for _, got, expected in comparison.right(call) or []:
            off = is_outside(got, expected)
            largest = float(np.max(np.abs(expected.high), initial=0.0))
            if np.any(off) and largest:
                found += (errors(got, expected)[off] / (narrower.unit_roundoff * largest)).tolist()
    known = [units for units in found if not np.isnan(units)]  # an infinity that should be one is no measure
    return float(np.median(known)) if known else 0.0


def _is_finer(call: Call, format: Format, comparison: Comparison) -> bool:
    """Whether a right answer has numbers that are no numbers of that format, and further from them than its own bounds.

    Of trained parameters it is the steps that count: parameters may well be kept in more digits than they are updated with.
    """
    for name, _, expected in comparison.right(call) or []:
        kind = name.rstrip("0123456789")
        start = _start(call, kind, int(name[len(kind) :] or 0) - 1)
        high = expected.high.astype(np.float64)
        moved = high if start is None else (high - start) + expected.low
        off = np.abs(format.nearest(moved) - moved) > expected.bound + expected.radius
        if np.any(off & expected.informative):
            return True
    return False


def _is_one_sided(evidence: Sorted, comparison: Comparison) -> bool:
    """Whether the numbers of an operation are all off in one direction, which rounding does not do (chance: 2 to the -12)."""
    for calls in evidence.wrong.values():
        signs: list[float] = []
        for call in calls:
            for _, got, expected in comparison.right(call) or []:
                off = expected.informative & (errors(got, expected) > expected.bound) & np.isfinite(got)
                signs += list(np.sign(np.abs(np.asarray(got)[off], dtype=np.float64) - np.abs(expected.high[off])).ravel())
        if len(signs) > 12 and len(set(signs)) == 1:
            return True
    return False
