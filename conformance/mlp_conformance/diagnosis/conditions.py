"""Where it goes wrong: what the wrong cases have in common and the right ones have not, such as a batch of more than 7."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.evidence import Evidence, parted
from mlp_reference.mlp import Algorithm
from mlp_reference.network import ACTIVATIONS, LOSSES, REDUCTIONS, Case

#: Answers of each kind that are looked at, how many in all and of each kind say more than chance.
_LOOKED_AT, _ENOUGH, _FEWEST = 40, 12, 4


@dataclass(frozen=True)
class Condition:
    """Something that is so in every wrong case and in no right one. words: as a sentence goes on behind "only where".

    spared, others: which part of the wrong cases may be right in spite of it, and how many have to be right without it:
    stricter where the limit could lie anywhere.
    """

    words: str
    of: Callable[[Case], bool]
    spared: float = 0.34
    others: int = 4

    def holds(self, case: Case) -> bool:
        return self.of(_in_floats(case))


@dataclass(frozen=True)
class _Measure:
    """A number of a case; above and below: the words where it is at least, or at most, so much (`{}`).

    Without words for it a limit is not looked for.
    """

    of: Callable[[Case], float]
    above: str
    below: str


def _largest_preactivation(case: Case) -> float:
    with np.errstate(all="ignore"):
        return max(float(np.max(np.abs(step.z))) for step in Algorithm().forward_pass(case.network, case.inputs))


def _in_floats(case: Case) -> Case:
    return case.map(lambda array: np.asarray(array, np.float64))


_MEASURES: tuple[_Measure, ...] = (
    _Measure(lambda case: len(case.inputs), "a batch has {} samples or more", "a batch has {} samples or fewer"),
    _Measure(lambda case: case.targets.shape[1], "there are {} outputs or more", "there are {} outputs or fewer"),
    _Measure(
        lambda case: len(case.network.layers) - 1, "there are {} hidden layers or more", "there are {} hidden layers or fewer"
    ),
    _Measure(lambda case: case.inputs.shape[1], "there are {} inputs or more", "there are {} inputs or fewer"),
    _Measure(
        lambda case: max(case.network.sizes[1:-1], default=0),
        "a hidden layer has {} units or more",
        "no hidden layer has more than {} units",
    ),
    _Measure(
        lambda case: max(case.network.sizes[1:]), "a layer has {} units or more", "no layer has more than {} units"
    ),
    _Measure(_largest_preactivation, "some pre-activation reaches {} in size", ""),
    _Measure(lambda case: float(np.max(np.abs(case.inputs))), "some input reaches {} in size", "no input is beyond {}"),
    _Measure(lambda case: float(np.max(np.abs(case.targets))), "some target reaches {} in size", "no target is beyond {}"),
)  # fmt: skip
_OF_TRAINING: tuple[_Measure, ...] = (
    _Measure(lambda case: case.epochs, "training has {} epochs or more", "training has {} epochs or fewer"),
    _Measure(lambda case: float(case.learning_rate), "the learning rate is {} or more", "the learning rate is {} or less"),
)


#: The optional parts of training, and what is said where they are asked for, and where they are not.
_PARTS = {
    "l2": ("a penalty is asked for", "no penalty is asked for"),
    "momentum": ("momentum is asked for", "no momentum is asked for"),
    "dropout": ("dropout is asked for", "no dropout is asked for"),
    "clip_norm": ("clipping is asked for", "no clipping is asked for"),
    "batch_size": ("smaller batches are asked for", "the whole batch is asked for"),
    "learning_rates": ("a rate for each epoch is asked for", "one rate is asked for"),
}


def _parts() -> Iterator[tuple[Condition, Condition]]:
    """Whether training is asked for an optional part: told before what differs with it by chance, epochs and rates."""
    for option, words in _PARTS.items():
        yield _fact(*words, lambda case, option=option: case.options is not None and getattr(case.options, option) is not None)


def _facts() -> Iterator[tuple[Condition, Condition]]:
    """What is so or not: each with its opposite."""
    for name in LOSSES:
        yield _fact(f"the loss is {name}", f"the loss is not {name}", lambda case, name=name: case.network.loss == name)
    for name in REDUCTIONS:
        yield _fact(
            f"the reduction is {name}", f"the reduction is not {name}", lambda case, name=name: case.network.reduction == name
        )
    for name in ACTIVATIONS:
        yield _fact(
            f"the output layer is {name}",
            f"the output layer is not {name}",
            lambda case, name=name: case.network.output_activation == name,
        )
        yield _fact(
            f"a hidden layer is {name}",
            f"no hidden layer is {name}",
            lambda case, name=name: any(layer.activation == name for layer in case.network.layers[:-1]),
        )
        yield _fact(
            f"some layer is {name}",
            f"no layer is {name}",
            lambda case, name=name: any(layer.activation == name for layer in case.network.layers),
        )
    yield _fact("some input is negative", "no input is negative", lambda case: bool(np.any(case.inputs < 0)))
    yield _fact("some input is 0", "no input is 0", lambda case: bool(np.any(case.inputs == 0)))
    yield _fact("some target is exactly 0", "no target is 0", lambda case: bool(np.any(case.targets == 0)))
    yield _fact("some target is exactly 1", "no target is 1", lambda case: bool(np.any(case.targets == 1)))
    yield _fact(
        "some weight matrix is square",
        "no weight matrix is square",
        lambda case: any(w.shape[0] == w.shape[1] for w, _ in case.network.parameters),
    )
    yield _fact(
        "hidden layers have unlike activations",
        "all hidden layers have one activation",
        lambda case: len({layer.activation for layer in case.network.layers[:-1]}) > 1,
    )
    yield _fact(
        "a hidden layer has more units than there are inputs",
        "no hidden layer has more units than there are inputs",
        lambda case: max(case.network.sizes[:-1]) > case.network.sizes[0],
    )
    yield _fact(
        "two samples of a batch are the same",
        "all samples of a batch differ",
        lambda case: len(np.unique(case.inputs, axis=0)) < len(case.inputs),
    )
    yield _fact(
        "a batch has as many samples as there are outputs",
        "a batch has not as many samples as there are outputs",
        lambda case: len(case.inputs) == case.targets.shape[1],
    )
    yield _fact(
        "a batch has as many samples as some layer has units",
        "a batch has as many samples as no layer has units",
        lambda case: len(case.inputs) in case.network.sizes[1:],
    )
    yield _fact(
        "a batch has as many samples as there are inputs",
        "a batch has not as many samples as there are inputs",
        lambda case: len(case.inputs) == case.inputs.shape[1],
    )
    yield _fact("the batch is odd", "the batch is even", lambda case: len(case.inputs) % 2 == 1)


def _fact(words: str, opposite: str, holds: Callable[..., bool]) -> tuple[Condition, Condition]:
    return Condition(words, holds), Condition(opposite, lambda case: not holds(case))


@dataclass(frozen=True)
class Divide:
    """A condition that every wrong case meets, and hardly a right one does.

    wrong: how many cases are wrong; spared: how many meet it and are right all the same; right: how many do not meet it.
    """

    condition: Condition
    wrong: int
    spared: int
    right: int


def divides(evidence: Evidence, comparison: Comparison, operation: str) -> list[Divide]:
    """What parts the wrong answers of an operation from its right ones beyond chance, the sharpest first."""
    steps = evidence.only(lambda call: call.operation != "train" or _moves(call.case))
    calls = parted(steps, comparison, operation, _LOOKED_AT)
    judged = [(_in_floats(call.case), comparison.is_right(call)) for call in calls]
    wrong = [case for case, is_right in judged if is_right is False]
    right = [case for case, is_right in judged if is_right]
    if len(wrong) + len(right) < _ENOUGH or min(len(wrong), len(right)) < _FEWEST:
        return []
    found = []
    for condition in _met(wrong, right, operation):
        spared = sum(map(condition.of, right))
        if spared <= condition.spared * len(wrong) and len(right) - spared >= condition.others:
            found.append(Divide(condition, len(wrong), spared, len(right) - spared))
    return sorted(found, key=lambda divide: divide.spared)


def _moves(case: Case) -> bool:
    """Whether there is a step at all: without one all training is right."""
    return case.epochs > 0 and float(case.learning_rate) != 0


def _met(wrong: list[Case], right: list[Case], operation: str) -> Iterator[Condition]:
    """Conditions that all the wrong cases meet and not all the right ones, by the narrowest limit."""
    for pair in _parts():
        yield from (condition for condition in pair if all(map(condition.of, wrong)))
    for measure in (*_MEASURES, *(_OF_TRAINING if operation == "train" else ())):
        numbers, others = [measure.of(case) for case in wrong], [measure.of(case) for case in right]
        if min(others) < min(numbers):
            yield _threshold(measure, measure.above, min(numbers), lambda number, limit: number >= limit)
        if measure.below and max(others) > max(numbers):
            yield _threshold(measure, measure.below, max(numbers), lambda number, limit: number <= limit)
    for pair in _facts():
        yield from (condition for condition in pair if all(map(condition.of, wrong)))


def _threshold(measure: _Measure, words: str, limit: float, compare: Callable[[float, float], bool]) -> Condition:
    told = words.format(f"{limit:.4g}")
    if limit == 1 and words.endswith("s or fewer"):
        told = words.format("one").removesuffix("s or fewer").replace("are one", "is one")
    elif limit == 1 and words.endswith("s or more"):
        told = words.format("one").removesuffix("s or more").replace("are one", "is one") + " or more"
    spared, others = (0.34, 4) if float(limit).is_integer() else (0.05, 12)
    return Condition(told, lambda case: compare(measure.of(case), limit), spared, others)
