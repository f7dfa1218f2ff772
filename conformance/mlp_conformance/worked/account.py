"""An account of a failure: what the implementation answered on the smallest case, beside what is right, number by number."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from mlp_conformance.answers import Withheld
from mlp_conformance.checks import Settings, Trial
from mlp_conformance.checks.triples import gradient_triples, parameter_triples
from mlp_conformance.judgement import digits as exact_digits
from mlp_conformance.judgement import errors
from mlp_conformance.results import Result
from mlp_conformance.subject import OPERATIONS, Subject, SubjectError
from mlp_conformance.worked.sections import TooLargeError, Worked
from mlp_conformance.worked.steps import size, worked
from mlp_reference.balls import UndecidedError
from mlp_reference.examples import ExampleError, examples, parse_example
from mlp_reference.formats import Format
from mlp_reference.mlp import Algorithm, right_deltas
from mlp_reference.network import Case
from mlp_reference.oracle import Expected, Oracle, PrecisionError

#: Seconds that accounts may take altogether; what is begun is finished.
_SECONDS = 8.0
#: Samples of a batch that are tried alone.
_ALONE = 6
#: Significant digits of the numbers put into formulas.
DIGITS = 10

_UNDECIDED = (UndecidedError, PrecisionError, OverflowError)


@dataclass(frozen=True)
class Mark:
    """One number of the implementation beside the right one: over_bound is its error as a multiple of its bound.

    implied: it was not answered, but follows from an answer (with one sample, delta is the gradient of the bias).
    """

    got: str
    expected: str
    over_bound: float
    ulps: float
    implied: bool = False

    @property
    def wrong(self) -> bool:
        return self.over_bound > 1


@dataclass
class Account:
    """The answers of an implementation on one case, by operation, in the form of `answers`."""

    check: str
    case: Case
    format: Format
    answers: dict[str, list[tuple[str, np.ndarray, Expected]]] = field(default_factory=dict)

    @cached_property
    def marks(self) -> dict[str, Mark]:
        """Every number that can be judged, by the key of its line."""
        found = {key: mark for triples in self.answers.values() for key, mark in _marks(triples, self.format)}
        return {**found, **self._implied(found)}

    @property
    def has_wrong(self) -> bool:
        return any(mark.wrong for mark in self.marks.values())

    @cached_property
    def worked(self) -> Worked | None:
        """The case worked through, in the epoch whose update is wrong; None if it is too large or too near a kink."""
        try:
            return worked(self.case, DIGITS, self.case.epochs)
        except (TooLargeError, *_UNDECIDED):
            return None

    @property
    def order(self) -> Iterator[str]:
        """The keys of the lines, in the order of the computation."""
        return (line.key for section in (self.worked.sections if self.worked else ()) for line in section.lines)

    @property
    def parting(self) -> str | None:
        """The first number, in the order of the computation, that is wrong."""
        return next((key for key in self.order if key in self.marks and self.marks[key].wrong), None)

    def under(self, algorithm: Algorithm, key: str) -> tuple[str, bool] | None:
        """What another algorithm, such as that of a known fault, gives for an answered number, and whether that is the answer.

        None if it says nothing. A number that is implied is taken from the answer that implies it.
        """
        got = float(self.marks[key].got)
        key = _implying(key) if self.marks[key].implied else key
        oracle = Oracle(self.case, self.format, algorithm)
        try:
            operation = next(op for op, triples in self.answers.items() if any(key in _keys(*t[:2]) for t in triples))
            expected = _expected(operation, oracle, self.case)
        except (*_UNDECIDED, StopIteration, ValueError, IndexError):
            return None
        for name, values in expected:
            for other, place in _keys(name, values.high).items():
                if other == key:
                    same = float(errors(np.full(values.shape, got), values)[place]) <= float(values.bound[place])
                    return exact_digits(float(values.high[place]), float(values.low[place])), same
        return None

    def _implied(self, found: dict[str, Mark]) -> dict[str, Mark]:
        """With one sample, dE/db is delta; it is taken for wrong where the weights' gradients say so, too."""
        if len(self.case.inputs) != 1 or (self.case.epochs != 1 and "gradients" not in self.answers):
            return {}
        implied = {}
        for index, layer in enumerate(self.case.network.layers, 1):
            for j in range(layer.weights.shape[1]):
                mark = found.get(f"dE/db{index}[{j}]")
                weights = [found.get(f"dE/dW{index}[{i}, {j}]") for i in range(layer.weights.shape[0])]
                if mark is not None and (not mark.wrong or any(w is not None and w.wrong for w in weights)):
                    implied[f"δ{index}[0, {j}]"] = replace(mark, implied=True)
        return implied


def _implying(key: str) -> str:
    """The answered number behind an implied one: dE/db1[2] for δ1[0, 2]."""
    layer, _, rest = key.removeprefix("δ").partition("[")
    return f"dE/db{layer}[{rest.rpartition(', ')[2]}"


def accounts(subject: Subject, results: Sequence[Result], most: int) -> dict[str, Account]:
    """Accounts of failed checks, the earliest in the computation and the smallest first; it never raises.

    Each asks the implementation a few questions more; an operation that fails to answer is not asked again. Of the checks of
    one example only the first has an account.
    """
    deadline = time.monotonic() + _SECONDS
    failing = [(result, case) for result in results if result.verdict == "failed" if (case := _case(result, subject))]
    failing.sort(key=lambda pair: (pair[0].follows_from is not None, size(pair[1])))
    asked = _Asked(subject)
    found: dict[str, Account] = {}
    told: set[str] = set()
    for result, case in failing:
        if len(found) >= most or time.monotonic() > deadline:
            break
        example = result.check.rpartition("/")[0] if result.check.startswith("golden/") else result.check
        if example in told:  # that account has the answers to every operation
            continue
        account = asked.smallest(result, case)
        if account is not None:
            found[result.check] = account
            told |= {example} if account.has_wrong else set()
    return found


def _case(result: Result, subject: Subject) -> Case | None:
    """The case of a failed check: the one that it kept, or its example."""
    kind, _, rest = result.check.partition("/")
    try:
        if result.case is not None:
            example = parse_example(result.case, result.check)
        elif kind == "golden":
            example = examples()[rest.split("/")[0]]
        else:
            return None
    except (ExampleError, KeyError):
        return None
    case = example.case(example.epochs[-1])
    if case.options is not None:
        return None  # what is worked through is plain training
    return replace(case, network=replace(case.network, conventions=subject.claims.conventions))


@dataclass
class _Asked:
    """Asks an implementation, in a fresh instance for each case, and gives up on an operation that does not answer."""

    subject: Subject
    silent: set[str] = field(default_factory=set)

    def smallest(self, result: Result, case: Case) -> Account | None:
        """The account of the smallest part of the case that is wrong: one sample, few epochs; else of the whole case."""
        first = {"forward": OPERATIONS[:2], "gradients": ("gradients",), "training": ("train",)}.get(result.phase, OPERATIONS)
        for part in _parts(case, trains="train" in first):
            account = self.account(result, part, first)
            if account is not None and account.has_wrong:
                return self.account(result, part, OPERATIONS) if part.epochs == 1 else account
        return self.account(result, replace(case, epochs=1), OPERATIONS)

    def account(self, result: Result, case: Case, operations: Iterable[str]) -> Account | None:
        found = Account(result.check, case, self.subject.format)
        for operation in operations:
            if operation in self.silent or (operation != "gradients" and operation not in self.subject.operations):
                continue
            try:
                trial = Trial(self.subject.session(), Settings(), result.check)
                if trial.claims.admit(case.network, len(case.inputs)):
                    found.answers[operation] = _answered(trial, operation, case)
            except (SubjectError, *_UNDECIDED):
                self.silent.add(operation)
            except Exception:  # refused, or not to be compared: then there is no account of it
                continue
        return found if found.answers else None


def _parts(case: Case, trains: bool) -> Iterator[Case]:
    """The case by the parts that may show the failure, small ones first."""
    epochs = sorted({1, 2, case.epochs}) if trains else [1]
    samples = [slice(s, s + 1) for s in range(min(_ALONE, len(case.inputs)))] if len(case.inputs) > 1 else []
    for number in epochs:
        if number > case.epochs:
            continue
        for sample in [*samples, slice(None)]:
            yield replace(case, inputs=case.inputs[sample], targets=case.targets[sample], epochs=number)


def _answered(trial: Trial, operation: str, case: Case) -> list[tuple[str, np.ndarray, Expected]]:
    """(name, got, expected) of every array of one answer."""
    oracle = trial.oracle(case)
    if operation == "gradients":
        got, expected = trial.gradients(case)
        triples = gradient_triples(got, expected)
        for reading in right_deltas(case.network) if _any_wrong(triples, trial.format) else ():  # as right (LOSS-10)
            other = gradient_triples(got, trial.expected_gradients(case, Oracle(case, trial.format, reading())))
            if not _any_wrong(other, trial.format):
                return other
        return triples
    if operation == "train":
        got = trial.session.train(case)
        return parameter_triples(got.parameters, oracle.trained.parameters)
    answer = getattr(trial.session, operation)(case)
    if operation == "loss":
        return [("E", answer, oracle.loss)]
    first = len(case.network.layers) - len(answer) + 1
    return [(f"a{i}", a, e) for i, (a, e) in enumerate(zip(answer, oracle.activations[-len(answer) :], strict=True), first)]


def _expected(operation: str, oracle: Oracle, case: Case) -> list[tuple[str, Expected]]:
    match operation:
        case "forward":
            return [(f"a{i}", expected) for i, expected in enumerate(oracle.activations, 1)]
        case "loss":
            return [("E", oracle.loss)]
        case "gradients":
            pairs, names = oracle.gradients, ("dE/dW", "dE/db")
        case _:
            pairs, names = oracle.trained.parameters, ("W", "b")
    return [(f"{name}{i}", part) for i, pair in enumerate(pairs, 1) for name, part in zip(names, pair, strict=True)]


def _any_wrong(triples: list[tuple[str, np.ndarray, Expected]], format: Format) -> bool:
    return any(mark.wrong for _, mark in _marks(triples, format))


def _marks(triples: list[tuple[str, np.ndarray, Expected]], format: Format) -> Iterator[tuple[str, Mark]]:
    """(key, mark) of every number whose bound says something."""
    for name, got, expected in triples:
        if isinstance(got, Withheld) or isinstance(expected.high, Withheld):
            continue
        informative = expected.informative & (np.abs(expected.high) <= format.largest)
        distance = errors(got, expected)
        for key, place in _keys(name, got).items():
            if not informative[place]:
                continue
            off, bound, high = float(distance[place]), float(expected.bound[place]), float(expected.high[place])
            over = 0.0 if off == 0 else off / bound if bound else float("inf")
            text = exact_digits(high, float(expected.low[place]))
            yield key, Mark(repr(float(got[place])), text, over, off / format.ulp(high))


def _keys(name: str, values: np.ndarray) -> dict[str, tuple[int, ...]]:
    return {(f"{name}[{', '.join(map(str, place))}]" if place else name): place for place in np.ndindex(np.shape(values))}
