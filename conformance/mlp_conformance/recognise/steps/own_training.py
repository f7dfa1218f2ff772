"""The training of a program whose gradients, or single steps, are right, where no reading explains the way it trains."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlp_conformance.recognise.numbers.readings import GradientReading, Parameters, agrees, likeness, steps
from mlp_conformance.recognise.source.signatures import code_in
from mlp_conformance.recognise.space import Forward, Rival, Step

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: Steps that point this much in the direction of the gradient are meant to descend it: the cosine between both.
_ALIKE = 0.3
#: Words of programs whose later steps are others by choice: optimisers, schedules, early ends, batches in some order.
CHOSEN = re.compile(
    r"momentum|velocit|decay|adam|rms_?prop|nesterov|adagrad|adadelta|anneal|schedul|warm_?up|\bbeta|early|patience|\bstop|toleran"
    r"|\btol\b|converg|\bbest|plateau|batch_?size|mini_?batch|shuffl|permut|choice\(|sample\(|clip_?(norm|grad|val)|dropout|noise|\breg\b|lambda_|\blam(?!bda\b)"
    r"|\bl[12]\b|regulari|penal|\bwd\b",
    re.I,
)
#: Ways through all epochs that are compared with one step that is right.
_WHOLES = 8


def instead_of(single: Step, wholes: Sequence[Rival], explaining: Callable[[Rival], list[GradientReading]]) -> Step:
    """What is judged where one step is right: the program's own way through all epochs, if a fault explains that one.

    explaining: the readings with a fault that explain a way. What somebody may choose, such as momentum, is no fault there,
    nor is what cannot be told from it.
    """
    assert single.reading is not None
    for rival in wholes[:_WHOLES]:
        one_by_one = rival.batch is not None
        found = [
            reading
            for reading in explaining(rival)
            if reading.loss == single.reading.loss and (one_by_one or reading.reduction == single.reading.reduction)
        ]
        if found and not any(reading.fault is not None and reading.fault.choice for reading in found):
            return replace(rival.step, reading=found[0], alone=one_by_one)
    return replace(single, rivals=wholes)


def judge_training(settled: Settled, rivals: Sequence[Rival]) -> None:
    """Calls that step along the program's own gradients are its training, right or wrong; others are named, not judged.

    Along them: each array of parameters moves by a multiple of its gradient, one of them by rate times it, and not all do.
    Where the program has no words of what may change its steps, or end them, all may move by one multiple, and some otherwise.
    Or an array is set to its step, whatever else the program has.
    """
    assert settled.step is not None
    same = [rival for rival in rivals if _same_samples(rival.forward, settled.forward)]
    for rival in same:
        is_given = "learning_rate" in " ".join([*rival.step.lines, *settled.search.plan.make])
        given = settled.search.asked.learning_rate
        for rate in [given] if is_given else sorted(settled.search.constants):
            if _along_gradients(settled, rival, rate / given):
                settled.plan.step, settled.plan.whole = rival.step.lines, rival.step.whole
                settled.plan.rate = None if is_given else rate
                return
    _say_unjudged(settled, same)


def say_unjudged(settled: Settled) -> None:
    """Where single steps are right and judged: which call that trains for all epochs takes others."""
    step = settled.step
    if step is None or step.reading is None or step.whole:
        return
    before = len(settled.plan.notes)
    _say_unjudged(settled, step.rivals)
    if still := settled.search.mishaps.still if len(settled.plan.notes) == before else "":
        count = len(settled.search.asked.inputs)
        settled.plan.notes.append(f"Its single steps are judged: {still}, with {count} samples.")


def _say_unjudged(settled: Settled, rivals: Sequence[Rival]) -> None:
    judged = (settled.plan.step or settled.plan.gradient)[-1:]  # as a way through all epochs it may take a single one
    trying = [(r.step, _direction(settled, r)) for r in rivals if r.step.whole and r.step.lines[-1:] != judged]
    step, likest = max(trying, key=lambda pair: pair[1], default=(None, 0.0))
    if step is not None and likest >= _ALIKE:
        what = "gradients are" if settled.plan.gradients else "single steps are"
        settled.plan.notes.append(
            f"Its {what} judged, `{'; '.join(step.lines)}` is not: that takes other steps than w - rate * gradient of all "
            "samples."
        )


def _direction(settled: Settled, rival: Rival) -> float:
    """The cosine between the first epoch of a way to train and a step along the gradient."""
    found = settled.search.taken(rival.step.lines, rival.batch)
    return 0.0 if found is None else likeness(found[1], _expected(settled, rival))


def _same_samples(one: Forward, other: Forward) -> bool:
    return one.layout.single == other.layout.single and one.layout.labels == other.layout.labels


def _along_gradients(settled: Settled, rival: Rival, rate: float) -> bool:
    """Whether calls step along the gradients, wrongly. rate: of how much of them they should be, in parts of that asked for."""
    search = settled.search
    found = search.taken(rival.step.lines, rival.batch)
    if found is None:
        return False
    expected = _expected(settled, rival)
    if rate == 1 and _overwrites(found[1], expected, search.answered(rival.batch).parameters):
        return True  # at the rate that is asked for: calls without one may return the gradients
    factors = _factors(found[1], expected, search.has_biases)
    is_free = bool(CHOSEN.search(code_in(search.program.tree)))
    ones = [factor is not None and agrees([factor], np.full(1, rate)) for factor in factors]
    if any(ones) and not all(ones):
        return None not in factors or not is_free
    if factors.count(None) not in (0, len(factors)) and not is_free:
        return True
    alike = all(factor is not None and agrees([factor], np.full(1, factors[0])) for factor in factors)
    return alike and bool(factors[0]) and not is_free and (rate == 1 or all(ones))


def _expected(settled: Settled, rival: Rival) -> Parameters:
    """The step along the gradient that was found to be right."""
    search, reading, step = settled.search, settled.forward.reading, settled.step
    assert step is not None
    assert step.reading is not None
    known = steps(search.answered(rival.batch), reading.hidden, reading.output, [step.reading.loss])
    return next(taken for other, taken in known if other.reduction == step.reading.reduction)


def _overwrites(found: Parameters, expected: Parameters, before: Parameters) -> bool:
    """Whether an array is set to its step, or to the opposite of it, instead of moved by it: no optimiser does that."""
    arrays = (
        (old - moved, step)
        for pairs in zip(found, expected, before, strict=True)
        for moved, step, old in zip(*pairs, strict=True)
    )
    return any(bool(np.any(step)) and (agrees(after, step) or agrees(after, -step)) for after, step in arrays)


def _factors(found: Parameters, expected: Parameters, biases: bool) -> list[float | None]:
    """For each array the number by which the expected one is multiplied; None where there is none."""
    factors: list[float | None] = []
    for pair, other in zip(found, expected, strict=True):
        for x, y in list(zip(pair, other, strict=True))[: 2 if biases else 1]:
            square = float(np.sum(y * y))
            factor = float(np.sum(x * y)) / square if square else 0.0
            factors.append(factor if agrees(x, factor * y) else None)
    return factors
