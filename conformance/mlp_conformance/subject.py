"""An implementation under test: fresh instances, fresh arguments, every mishap caught, every answer kept."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from mlp_conformance import answers
from mlp_conformance.arguments import as_given, changed_arguments, copied
from mlp_conformance.claims import Claims, ClaimsError, Unsupported
from mlp_conformance.hints import ARGUMENTS, advice
from mlp_conformance.quiet import NoAnswer, quietly
from mlp_reference.formats import FORMATS, Format
from mlp_reference.network import Case

OPERATIONS = tuple(ARGUMENTS)
_T = TypeVar("_T")

#: Where this package's own code stands: an error's place is where in the user's code it came from.
_OWN = str(Path(__file__).parent)
#: The end of the path of what stands in for a module that is not there.
_STANDING_IN = ("unittest", "mock.py")

#: Calls without an answer in their time before an implementation is asked no more.
MOST_UNANSWERED = 3
#: Seconds for each answer, on average, from which on a program is slow: many times what any takes that computes with arrays.
SLOW = 5e-3


class SubjectError(Exception):
    """The implementation raised, exited, hung or answered something malformed: the check at hand is an error."""


class RaisedError(SubjectError):
    """The implementation raised or exited, in so many words a refusal, rather than answering something malformed."""


class Awaited(Exception):  # noqa: N818 - it says what happened
    """An answer that is not there, in a run whose answers come from files; `follows`: it depends on earlier answers."""

    def __init__(self, message: str, *, follows: bool) -> None:
        super().__init__(message)
        self.follows = follows


class Deferred:
    """An adapter whose answers come later than its questions; `follows` while what is asked depends on earlier answers."""

    follows = False

    def begin(self, case: bytes) -> None:
        """A drawn case begins, of that fingerprint: the same case is asked the same when it is drawn again."""


@dataclass(frozen=True)
class Call:
    """One call and its answer, in the form of `answers`; kept for the diagnosis. session: which instance was called."""

    operation: str
    case: Case
    answer: Any
    session: int = 0


@dataclass
class Subject:
    """What is judged: a factory of adapters, and what it claims.

    make: returns an adapter; called anew for each check, unless the user gave an instance.
    spec: what the user typed, or the name of an object.
    typed: what names it in a shell, for the line that reproduces a failure, where that is not `spec`; empty if nothing does.
    timeout: seconds that one call may take (None: no limit; only the main thread can be interrupted).
    case: the file of the only case that it is judged on, for that line too.
    remarks: what its author should be told besides the verdict, a line each.
    unanswered: how many calls had no answer in that time; after MOST_UNANSWERED no more are made.
    asking: called before each call.
    worked, answered: seconds of this process's time that the answers of the run have taken, in all its sessions, and how many.
    sought: seconds of this process's time that reading the program, with what it imports, and finding out how to drive it took.
    """

    make: Callable[[], Any]
    spec: str
    timeout: float | None = 60.0
    found: str = ""
    case: str = ""
    remarks: tuple[str, ...] = ()
    unanswered: int = 0
    asking: Callable[[], None] = lambda: None
    worked: float = 0.0
    answered: int = 0
    sought: float = 0.0
    typed: str | None = None
    _shared: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def instance(self) -> Any:
        """An instance to ask for claims and operations."""
        return quietly(self.make, self.timeout)

    @cached_property
    def claims(self) -> Claims:
        claims = getattr(self.instance, "claims", None)
        claims = claims() if callable(claims) and not isinstance(claims, Claims) else claims
        if claims is None:
            claims = Claims()
        if not isinstance(claims, Claims):
            raise ClaimsError(f"claims: expected a mlp_conformance.Claims, got {type(claims).__name__}")
        claims.validate()
        return claims if claims.name else replace(claims, name=self.spec)

    @cached_property
    def operations(self) -> frozenset[str]:
        return frozenset(name for name in OPERATIONS if callable(getattr(self.instance, name, None)))

    @property
    def format(self) -> Format:
        return FORMATS[self.claims.dtype]

    @property
    def spent(self) -> float:
        """Seconds that answers have taken, and where they are slow in coming those before, in which they were tried.

        A program whose answers come at once is asked as much on a slow machine as on a quick one.
        """
        return self.worked + (self.sought if self.worked > SLOW * self.answered else 0.0)

    def shared(self, key: Any, make: Callable[[], _T]) -> _T:
        """What several checks of it need and one of them has made: its cases, and what is certified of them."""
        if key not in self._shared:
            self._shared[key] = make()
        return self._shared[key]

    def session(self) -> Session:
        """A fresh instance, for one check."""
        try:
            return Session(self, self.within_time(self.make))
        except (Unsupported, SubjectError):
            raise
        except (Exception, SystemExit) as error:
            raise SubjectError(f"a new instance could not be made: {described_error(error)}") from error

    def within_time(self, call: Callable[[], Any]) -> Any:
        """What a call into the user's code gives. Raises SubjectError, after some calls without an answer at once.

        A process that the call has forked and that comes back from it ends here: two would go on, and fork again.
        """
        if self.unanswered >= MOST_UNANSWERED:
            raise SubjectError(f"not asked: {self.unanswered} calls before had no answer within {self.timeout:g} s (--timeout)")
        self.asking()
        process = os.getpid()
        try:
            return quietly(call, self.timeout)
        except NoAnswer as error:
            self.unanswered += 1
            raise SubjectError(str(error)) from error
        finally:
            if os.getpid() != process:
                os._exit(0)

    def close(self) -> None:
        """End what the implementation started, if anything."""
        close = getattr(self.instance, "close", None)
        if callable(close):
            with contextlib.suppress(Exception):
                close()


@dataclass
class Session:
    """One instance of the implementation, called for one check."""

    subject: Subject
    adapter: Any
    #: What calls have changed although it was not theirs to change (COND-1, COND-2).
    changed: list[str] = field(default_factory=list)
    #: Called with every call and its answer.
    log: Callable[[Call], None] | None = None
    #: Which session of this process it is: identities of objects are used again.
    number: int = field(default_factory=count(1).__next__)
    #: Seconds of this process's time that its answers have taken: what else the machine does is no matter.
    worked: float = 0.0

    @property
    def claims(self) -> Claims:
        return self.subject.claims

    @property
    def format(self) -> Format:
        return self.subject.format

    def can(self, operation: str) -> bool:
        return operation in self.subject.operations

    def forward(self, case: Case) -> list[np.ndarray]:
        """Activations of every layer, or of the output layer alone; m by n_l each."""
        return self._call(
            "forward",
            case,
            lambda result, given: answers.activations(result, given.network, len(given.inputs)),
        )

    def loss(self, case: Case) -> np.ndarray:
        """E, of shape ()."""
        return self._call("loss", case, lambda result, given: answers.loss(result))

    def gradients(self, case: Case) -> answers.Parameters:
        """(dE/dW, dE/db) of every layer."""
        return self._call(
            "gradients",
            case,
            lambda result, given: answers.parameters(result, given.network, "the gradients", self._has_biases(given)),
        )

    def train(self, case: Case) -> answers.Trained:
        """Parameters after the case's epochs at its learning rate, and the losses if reported."""
        return self._call(
            "train",
            case,
            lambda result, given: answers.trained(
                result, given.network, given.epochs, self._has_biases(given), _updates(given)
            ),
        )

    def _has_biases(self, case: Case) -> tuple[bool, ...]:
        return self.claims.with_biases(len(case.network.layers))

    def _call(self, operation: str, case: Case, read: Callable[[Any, Case], Any]) -> Any:
        if not self.can(operation):
            raise Unsupported(f"no operation {operation!r}")
        if outside := self.claims.outside(operation, case):
            raise Unsupported(outside)
        kept = self.given(case)
        given = copied(kept)
        arguments: list[Any] = [given.network, given.inputs]
        arguments += [given.targets] if operation != "forward" else []
        arguments += [given.learning_rate, given.epochs] if operation == "train" else []
        options = {} if operation != "train" or given.options is None else given.options.asked
        options = {name: value for name, value in options.items() if name not in self.claims.always}
        try:
            answer = read(self.raw(operation, *arguments, **options), kept)
        except answers.MalformedAnswer as error:
            if self.log and error.usable is not None:
                self.log(Call(operation, case, error.usable, self.number))
            raise SubjectError(f"{operation}: {error}") from error
        self.changed += changed_arguments(operation, given, kept)
        if self.log:
            self.log(Call(operation, case, answer, self.number))
        return answer

    def raw(self, operation: str, *arguments: Any, **options: Any) -> Any:
        """The plain result of one call, whatever its form; SubjectError if it raises or gives none in time."""
        start = time.process_time()
        try:
            return self.subject.within_time(lambda: getattr(self.adapter, operation)(*arguments, **options))
        except (Unsupported, Awaited, KeyboardInterrupt):
            raise
        except SubjectError as error:
            kind = RaisedError if isinstance(error, RaisedError) else SubjectError
            raise kind(f"{operation}: {error}") from error
        except BaseException as error:
            hint = advice(error, operation, getattr(self.adapter, operation), options)
            raise RaisedError(f"{operation} raised {described_error(error)}{hint}") from error
        finally:
            taken = time.process_time() - start
            self.worked += taken
            self.subject.worked += taken
            self.subject.answered += 1

    @contextlib.contextmanager
    def following(self) -> Iterator[None]:
        """What is asked in the block depends on earlier answers."""
        if isinstance(self.adapter, Deferred):
            self.adapter.follows = True
        try:
            yield
        finally:
            if isinstance(self.adapter, Deferred):
                self.adapter.follows = False

    def amiss(self) -> contextlib.AbstractContextManager[None]:
        """What is asked in the block has no right answer: a program of its own need not survive it."""
        kept: contextlib.AbstractContextManager[None] = getattr(self.adapter, "asked_amiss", contextlib.nullcontext)()
        return kept

    def given(self, case: Case) -> Case:
        """The case as the implementation gets it: fresh, writable arrays of the claimed dtype."""
        return as_given(case, self.claims)


def _updates(case: Case) -> int:
    """How many updates the case's training makes."""
    return case.epochs if case.options is None else case.options.updates(len(case.inputs), case.epochs)


def described_error(error: BaseException) -> str:
    """One line: the exception's type, its message and where in the user's code it came from."""
    message = " ".join(str(error).split())
    if len(message) > 300:
        message = message[:297] + "..."
    where = ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not name.startswith((_OWN, "<")) and Path(name).parts[-2:] != _STANDING_IN:
            where = f" ({name}, line {trace.tb_lineno})"
        trace = trace.tb_next
    return f"{type(error).__name__}: {message}{where}" if message else f"{type(error).__name__}{where}"
