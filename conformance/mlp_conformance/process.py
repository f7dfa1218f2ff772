"""An adapter that asks a program in lines of JSON (`spec/protocol.md`)."""

from __future__ import annotations

import contextlib
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from mlp_conformance.child_process import ChildProcess, Misbehaviour, Silence, printable, shown
from mlp_conformance.claims import Claims, Unsupported
from mlp_conformance.json_lines import Array, ProtocolError
from mlp_conformance.protocol import (
    ANSWER_BYTES,
    OPERATIONS,
    START,
    STOP,
    Parameters,
    Run,
    Started,
    read_answer,
    read_started,
)
from mlp_conformance.subject import RaisedError, SubjectError
from mlp_reference.network import Network

__all__ = ["ProcessError", "ProcessImplementation", "ReportedError", "StartError"]

_TAIL_LINES = 10
#: The commonest cause of a program's silence from the start.
_HELD_BACK = (
    ": does it read a single line, end its answer with a line feed, and flush that? Most languages hold back what goes to a "
    "pipe, and some what comes from one (spec/protocol.md, Lines)"
)
#: Seconds that a question is waited for which no program need answer.
_AMISS_SECONDS = 5.0


class _WithStandardError(Exception):
    """What went wrong, and the last lines that the program wrote to standard error."""

    def __init__(self, message: str, stderr_tail: str = "") -> None:
        super().__init__(message, stderr_tail)
        self.message = message
        self.stderr_tail = stderr_tail

    def __str__(self) -> str:
        lines = [line[:200] for line in self.stderr_tail.splitlines()[-_TAIL_LINES:]]
        return "\n  ".join([f"{self.message}; last on standard error:", *lines]) if lines else self.message


class StartError(_WithStandardError):
    """The program cannot be started, or says nothing valid when it is: nothing can be judged."""


class ProcessError(_WithStandardError, SubjectError):
    """The program misbehaved. It costs the check at hand; the next call starts the program again."""


class ReportedError(ProcessError, RaisedError):
    """The program itself answered with an error, properly: it costs the check, and the program runs on."""


class ProcessImplementation:
    """A program as an adapter: `claims`, and methods for exactly those operations that the program announced.

    command: a line that is split as a shell would, or its words; no shell runs it. timeout: seconds for each
    request. start_timeout: seconds for a start, at least 30 if not given. A program that misbehaves is ended,
    and started again at the next call: at most `max_restarts` times, which take `max_restart_seconds`
    altogether, with the time for which it was waited for in vain; after that every call raises ProcessError at once.

    Raises StartError. It is a context manager and has `close()`; the program also ends with the interpreter.
    """

    def __init__(
        self,
        command: str | Sequence[str],
        timeout: float = 30.0,
        *,
        start_timeout: float | None = None,
        max_restarts: int = 20,
        max_restart_seconds: float = 120.0,
    ) -> None:
        self.command = _words(command)
        self.timeout = timeout
        self.start_timeout = max(timeout, 30.0) if start_timeout is None else start_timeout
        self._restarts_left = max_restarts
        self._restart_seconds_left = max_restart_seconds
        self._seq = 0
        self._amiss = self._fails_amiss = False
        self._child: ChildProcess | None = None
        self._started: Started | None = None
        self.start()

    @property
    def claims(self) -> Claims:
        """What the program claimed when it was started."""
        assert self._started is not None
        return self._started.claims

    @property
    def operations(self) -> frozenset[str]:
        """The operations that the program announced: the methods that this adapter has."""
        assert self._started is not None
        return self._started.operations

    def __getattr__(self, name: str) -> Callable[..., Any]:
        started = self.__dict__.get("_started")
        if name in OPERATIONS and started is not None and name in started.operations:
            operation: Callable[..., Any] = getattr(self, f"_{name}")
            return operation
        raise AttributeError(f"{type(self).__name__} {shlex.join(self.command)!r} has no {name!r}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({shlex.join(self.command)!r})"

    def start(self) -> None:
        """Start the program and hear its claims, unless it runs already. Raises StartError."""
        if self._child is None:
            self._started = self._start(self.start_timeout)

    def never_give_up(self) -> None:
        """Start the program again however often that has to be: among any number of cases, some may be its end."""
        self._restarts_left = sys.maxsize
        self._restart_seconds_left = float("inf")

    @contextlib.contextmanager
    def asked_amiss(self) -> Iterator[None]:
        """What is asked in the block has no right answer, such as shapes that do not fit together.

        A program may well end of it, or never answer. It is not waited for long then, the start that follows is not counted,
        and nothing more of the kind is asked: that raises ProcessError at once.
        """
        self._amiss = True
        try:
            yield
        finally:
            self._amiss = False

    def close(self) -> None:
        """Tell the program to stop and end it, with its children. A later call would start it again."""
        child, self._child = self._child, None
        if child is not None:
            child.end(STOP)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _forward(self, network: Network, inputs: Any) -> list[Array] | Array:
        result: list[Array] | Array = self._run("forward", network, inputs)
        return result

    def _loss(self, network: Network, inputs: Any, targets: Any) -> float:
        result: float = self._run("loss", network, inputs, targets)
        return result

    def _gradients(self, network: Network, inputs: Any, targets: Any) -> Parameters:
        result: Parameters = self._run("gradients", network, inputs, targets)
        return result

    def _train(
        self, network: Network, inputs: Any, targets: Any, learning_rate: float, epochs: int, **options: Any
    ) -> Parameters | tuple[Parameters, list[float]]:
        result: Parameters | tuple[Parameters, list[float]] = self._run(
            "train", network, inputs, targets, learning_rate, epochs, options
        )
        return result

    def _run(self, *question: Any) -> Any:
        """Ask the program for the result of an operation. Raises Unsupported and ProcessError."""
        if self._amiss and self._fails_amiss:
            raise ProcessError("not asked: a question that had no right answer, either, left the program without one")
        timeout = min(self.timeout, _AMISS_SECONDS) if self._amiss else self.timeout
        self._restart()
        assert self._child is not None
        self._seq += 1
        run = Run(self._seq, *question)
        line = run.line(self.claims.dtype)
        try:
            answer = read_answer(self._child.exchange(line, run.answer_bytes(), timeout), run, self.claims.dtype)
        except (Misbehaviour, ProtocolError) as error:
            if self._amiss:
                self._fails_amiss = True
                self._restarts_left += 1
            elif isinstance(error, Silence):
                self._restart_seconds_left -= timeout
            message = f"asked for {run.operation} (seq {run.seq}), the program {_did(error)}"
            raise ProcessError(message, self._end()) from None
        except BaseException:  # KeyboardInterrupt above all: the conversation cannot go on in the middle
            self._end()
            raise
        if answer.unsupported is not None:
            raise Unsupported(printable(answer.unsupported))
        if answer.error is not None:
            message = f"the program reports an error: {shown(answer.error, 1000)}"
            raise ReportedError(message, self._child.stderr_tail())
        return answer.result

    def _start(self, timeout: float) -> Started:
        line = shlex.join(self.command)
        try:
            self._child = ChildProcess(self.command)
        except FileNotFoundError:
            raise StartError(f"cannot start {line!r}: there is no program {self.command[0]!r}") from None
        except (OSError, ValueError) as error:
            raise StartError(f"cannot start {line!r}: {error}") from None
        try:
            return read_started(self._child.exchange(START, ANSWER_BYTES, timeout))
        except (Misbehaviour, ProtocolError) as error:
            why = _HELD_BACK if isinstance(error, Silence) else ""
            raise StartError(f"asked to start, {line!r} {_did(error)}{why}", self._end()) from None
        except BaseException:
            self._end()
            raise

    def _restart(self) -> None:
        """Start the program where it does not run, within what is left of restarts and of time for them."""
        if self._child is not None:
            return
        if self._restarts_left <= 0 or self._restart_seconds_left <= 0:
            raise ProcessError(
                "the program had to be started again too often or too slowly, or did not answer for too long: it is given up"
            )
        self._restarts_left -= 1
        began = time.monotonic()
        try:
            started = self._start(min(self.start_timeout, self._restart_seconds_left))
        except StartError as error:
            raise ProcessError(f"started again: {error.message}", error.stderr_tail) from None
        finally:
            self._restart_seconds_left -= time.monotonic() - began
        if started != self._started:
            raise ProcessError("started again, the program claims something else than at first", self._end())

    def _end(self) -> str:
        """End the program; what it last said on standard error."""
        child, self._child = self._child, None
        if child is None:
            return ""
        try:
            return child.stderr_tail()
        finally:
            child.end()


def _words(command: str | Sequence[str]) -> tuple[str, ...]:
    if isinstance(command, str):
        try:
            words = tuple(shlex.split(command))
        except ValueError as error:
            raise StartError(f"the command {command!r} cannot be split into words: {error}") from None
    else:
        words = tuple(command)
    if not (words and words[0]):
        raise StartError("the command is empty: expected a program and its arguments")
    return words


def _did(error: Misbehaviour | ProtocolError) -> str:
    return str(error) if isinstance(error, Misbehaviour) else f"answered what is no message: {error}"
