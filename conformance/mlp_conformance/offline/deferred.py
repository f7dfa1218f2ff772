"""Adapters without a program behind them: one writes down what is asked, one answers from what was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.checks import Check, Trial
from mlp_conformance.child_process import printable, shown
from mlp_conformance.claims import Unsupported
from mlp_conformance.json_lines import ProtocolError
from mlp_conformance.offline.identity import Identity
from mlp_conformance.process import ProcessError, ReportedError
from mlp_conformance.protocol import Run, read_answer
from mlp_conformance.subject import OPERATIONS, Awaited, Deferred, Subject

#: The place of requests that confirm a diagnosis: there the same question has the same answer, however often it is asked.
_DIAGNOSIS = "diagnosis"


class OfflineAdapter(Deferred):
    """An adapter with the operations of a run's identity, whose answers come from a book of requests."""

    def __init__(self, book: Book) -> None:
        self.claims = book.identity.claims
        self._book = book

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in OPERATIONS and name in self._book.identity.operations:
            return partial(self._book.asked, self, name)
        raise AttributeError(name)

    def begin(self, case: bytes) -> None:
        self._book.enter(self._book.check, case)


@dataclass
class Book:
    """The requests of a run, each with its number; shared by the adapters of all checks.

    A request's number follows from the check, the drawn case, its content, and how often it was asked there before.
    """

    identity: Identity
    check: str = _DIAGNOSIS
    case: bytes = b""
    counts: Counter[bytes] = field(default_factory=Counter)

    def subject(self, spec: str) -> Subject:
        return Subject(lambda: OfflineAdapter(self), spec, None, typed=spec)

    def checks(self, chosen: Iterable[Check]) -> list[Check]:
        """The checks, each of which tells the book where it is."""
        return [replace(found, run=partial(self._running, found)) for found in chosen]

    def _running(self, found: Check, trial: Trial) -> None:
        self.enter(found.id, b"")
        try:
            found.run(trial)
        finally:
            self.enter(_DIAGNOSIS, b"")

    def enter(self, check: str, case: bytes) -> None:
        self.check, self.case = check, case
        self.counts.clear()

    def asked(self, adapter: Deferred, operation: str, *arguments: Any, **options: Any) -> Any:
        dtype = self.identity.claims.dtype
        content = replace(Run(0, operation, *arguments), options=options).line(dtype)
        occurrence = 0 if self.check == _DIAGNOSIS else self.counts[content]
        self.counts[content] += 1
        number = self.identity.number(self.check.encode(), self.case, content, str(occurrence).encode())
        return self.answer(replace(Run(number, operation, *arguments), options=options), adapter.follows)

    def answer(self, run: Run, follows: bool) -> Any:
        raise NotImplementedError


@dataclass
class Recorder(Book):
    """Keeps the line of every request. What it answers is right, so that the checks go on to their end."""

    requests: dict[int, bytes] = field(default_factory=dict)

    def answer(self, run: Run, follows: bool) -> Any:
        if follows:
            raise Awaited("this request depends on earlier answers", follows=True)
        claims = self.identity.claims
        self.requests[run.seq] = run.line(claims.dtype)
        arguments = [run.network, run.inputs, run.targets, run.learning_rate, run.epochs]
        taken = {"forward": 2, "train": 5}.get(run.operation, 3)
        right = ReferenceAdapter(claims.dtype)
        right.claims = claims
        answer = getattr(right, run.operation)(*arguments[:taken], **(run.options or {}))
        if all(claims.with_biases(len(run.network.layers))) or run.operation not in ("gradients", "train"):
            return answer
        pairs = answer[0] if run.operation == "train" else answer
        has_biases = claims.with_biases(len(pairs))
        return [(weights, biases if has else None) for (weights, biases), has in zip(pairs, has_biases, strict=True)]


@dataclass
class Answered(Book):
    """Answers what was answered; `wanted` are the lines of requests that a further round has to ask."""

    answers: dict[int, bytes] = field(default_factory=dict)
    wanted: dict[int, bytes] = field(default_factory=dict)

    def answer(self, run: Run, follows: bool) -> Any:
        line = self.answers.get(run.seq)
        if line is None:
            if follows or self.check == _DIAGNOSIS:
                self.wanted[run.seq] = run.line(self.identity.claims.dtype)
                raise Awaited("its requests depend on earlier answers: --record writes them for another round", follows=True)
            raise Awaited(f"request {run.seq} ({run.operation}) has no answer", follows=False)
        try:
            answer = read_answer(line, run, self.identity.claims.dtype)
        except ProtocolError as error:
            message = f"asked for {run.operation} (seq {run.seq}), the program answered what is no message: {error}"
            raise ProcessError(message) from None
        if answer.unsupported is not None:
            raise Unsupported(printable(answer.unsupported))
        if answer.error is not None:
            raise ReportedError(f"the program reports an error: {shown(answer.error, 1000)}")
        return answer.result
