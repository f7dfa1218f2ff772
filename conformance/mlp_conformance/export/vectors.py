"""What is exported: of every example the case, and of each number of each answer its rounding, what is left, and its bound.

In are the examples' activations, losses, gradients and trained parameters, and of the training runs the parameters at those
checkpoints, reached from the start, that the format can be judged at. A number is judged where the suite would judge it: its
bound says something, and it fits the format (ACC-4). Answers that need the logarithm of a probability that rounds to 0 are
left out, since they are a SHOULD (LOSS-9); so are the losses, outputs and printed numbers along the training runs.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

import numpy as np

from mlp_conformance.arguments import as_given
from mlp_conformance.checks.golden import needs_log_of_zero
from mlp_conformance.claims import Claims
from mlp_reference.examples import examples
from mlp_reference.fixtures import expected, load_fixture
from mlp_reference.formats import FORMATS, Format
from mlp_reference.network import Case
from mlp_reference.training import load_training, runs

Document = dict[str, Any]


class SelectionError(ValueError):
    """A pattern that no example matches that could be judged."""


@dataclass(frozen=True)
class Quantity:
    """One array of an answer, such as dE/dW1; flat, row by row.

    digits: each number to 50 significant digits; value: rounded to the format; rest: the exact number minus value; bound: how
    far a right program's number may be from the exact one; judged: where there is a judgement.
    """

    name: str
    shape: tuple[int, ...]
    digits: tuple[str, ...]
    value: np.ndarray
    rest: np.ndarray
    bound: np.ndarray
    judged: np.ndarray

    @property
    def is_optional(self) -> bool:
        """Whether an answer may leave it out: the losses that training reports."""
        return self.name.startswith("E before")

    @property
    def places(self) -> list[tuple[int, ...]]:
        """The index of each number in the array."""
        return list(np.ndindex(self.shape))


@dataclass(frozen=True)
class Question:
    """One operation on a vector's case, and the right answer; epochs is 0 for all but `train`."""

    operation: str
    epochs: int
    answer: tuple[Quantity, ...]


@dataclass(frozen=True)
class Vector:
    """An example: its case, in numbers of the format, and the questions with their answers."""

    id: str
    title: str
    case: Case
    questions: tuple[Question, ...]


def vectors(dtype: str, pattern: str | None = None) -> list[Vector]:
    """Every example and training run whose id matches (a glob, or a part of it). Raises SelectionError if none does."""
    ids = [*examples(), *(f"training/{id}" for id, run in runs().items() if run.example.options is None)]
    chosen = [id for id in ids if not pattern or fnmatch.fnmatchcase(id, pattern) or pattern in id]
    if not chosen:
        close = get_close_matches(pattern or "", ids, n=1, cutoff=0.4)
        hint = f": did you mean {close[0]!r}?" if close else ": see `mlp-conformance list examples`"
        raise SelectionError(f"--select {pattern!r} matches no example{hint}")
    found = [_run(id.partition("/")[2], dtype) if id.startswith("training/") else _example(id, dtype) for id in chosen]
    if not any(vector.questions for vector in found):
        raise SelectionError(f"--select {pattern!r}: in {dtype} there is nothing to judge in {', '.join(chosen)}")
    return [vector for vector in found if vector.questions]


def _example(id: str, dtype: str) -> Vector:
    fixture = load_fixture(id)
    example, results = fixture.example, fixture.document["results"]
    quantity = _reader(FORMATS[dtype])
    questions = [Question("forward", 0, tuple(quantity(f"a{i}", a) for i, a in enumerate(results["activations"], 1)))]
    if not needs_log_of_zero(example):
        questions.append(Question("loss", 0, (quantity("E", results["loss"]),)))
        questions.append(Question("gradients", 0, _parameters(quantity, "dE/dW{}", "dE/db{}", results["gradients"])))
        for trained in results["training"]:
            losses = tuple(quantity(f"E before update {i}", loss) for i, loss in enumerate(trained["losses"], 1))
            answer = _parameters(quantity, "W{}", "b{}", trained["parameters"])
            questions.append(Question("train", trained["epochs"], answer + losses))
    return Vector(id, example.title, _given(example.case(1), dtype), tuple(questions))


def _run(id: str, dtype: str) -> Vector:
    fixture = load_training(id)
    run, quantity = fixture.run, _reader(FORMATS[dtype])
    questions = [
        Question("train", found["epoch"], _parameters(quantity, "W{}", "b{}", found["parameters"]))
        for found in fixture.document["results"]
        if found["epoch"]
    ]
    informative = tuple(question for question in questions if any(q.judged.any() for q in question.answer))
    return Vector(f"training/{id}", run.example.title, _given(run.case, dtype), informative)


def _given(case: Case, dtype: str) -> Case:
    return as_given(case, Claims(dtype=dtype))


def _parameters(quantity: Any, weights: str, biases: str, layers: list[Document]) -> tuple[Quantity, ...]:
    return tuple(
        quantity(name.format(i), layer[part])
        for i, layer in enumerate(layers, 1)
        for name, part in ((weights, "weights"), (biases, "biases"))
    )


def _reader(format: Format) -> Callable[[str, Document], Quantity]:
    """Reads arrays of a fixture as quantities in a format."""

    def quantity(name: str, array: Document) -> Quantity:
        numbers = array["numbers"]
        known = expected(array, format.name)
        judged = known.informative & (np.abs(known.high) <= format.largest)
        value = np.array([np.nan if n[format.name] is None else n[format.name] for n in numbers], dtype=np.float64)
        exact = [Fraction(number.get("exact", number["digits"])) for number in numbers]
        rest = [float(e - Fraction(v)) if np.isfinite(v) else 0.0 for e, v in zip(exact, value.tolist(), strict=True)]
        return Quantity(
            name,
            tuple(array["shape"]),
            tuple(number["digits"] for number in numbers),
            value,
            np.array(rest, dtype=np.float64),
            known.bound.ravel(),
            judged.ravel(),
        )

    return quantity


def number_note(dtype: str) -> str:
    """A word on the numbers, for those who write a program in a language that has not that format."""
    wider = ", in a wider type" if dtype in ("float16", "bfloat16") else ""
    return f"Every number given is a {dtype}, and each answer must be one{wider}."


def given_arrays(case: Case) -> Iterator[tuple[str, np.ndarray]]:
    """What a program is given, by name: W1, b1, ..., x, y."""
    for i, (weights, biases) in enumerate(case.network.parameters, 1):
        yield f"W{i}", weights
        yield f"b{i}", biases
    yield "x", case.inputs
    yield "y", case.targets
