"""`mlp-conformance run --record` and `--answers`: every request to a file, and answers judged whenever they come."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from mlp_conformance.checks import Settings
from mlp_conformance.cli.judging import Request, chosen_checks, progress
from mlp_conformance.loading import LoadError
from mlp_conformance.offline.answer_files import AnswersError, read_answers, read_claims
from mlp_conformance.offline.deferred import Answered
from mlp_conformance.offline.identity import Identity
from mlp_conformance.protocol import Started
from mlp_conformance.results import Report
from mlp_conformance.runner import described, planned
from mlp_conformance.supervision import Planned, Refused, Send, Sofar, unsupervised
from mlp_conformance.verdict import judge
from mlp_reference.fixtures import FixtureError

#: Of the notes on files of answers, so many are shown.
_SHOWN = 5


class OfflineError(ValueError):
    """A recording that cannot be made or judged: one message."""


@dataclass(frozen=True)
class Files:
    """The files of an offline run, as typed."""

    record: Path | None
    answers: tuple[Path, ...]
    claims: Path | None

    def check(self, request: Request, force: bool) -> None:
        """Raises OfflineError for what does not go together, or would overwrite a file."""
        named = request.implementation is not None or request.command is not None
        if self.answers and named:
            raise OfflineError("--answers judges answers in files: name no IMPLEMENTATION and no --command with it")
        if self.claims is not None and named:
            raise OfflineError("--claims says what a program claims that cannot be asked: name no IMPLEMENTATION with it")
        if not self.answers and self.claims is None and not named:
            raise OfflineError("--record needs to know what is claimed: give --claims FILE, --command or an IMPLEMENTATION")
        if not self.answers and self.record is None:
            raise OfflineError("--claims goes with --record or --answers")
        path = self.record
        if path is None:
            return
        if path.is_dir():
            raise OfflineError(f"--record {path} is a directory: name a file in it")
        if not path.parent.is_dir():
            raise OfflineError(f"--record {path}: there is no directory {path.parent}")
        if path in (*self.answers, self.claims):
            raise OfflineError(f"--record {path} is one of the files to read: name another")
        if path.exists() and not force:
            raise OfflineError(f"--record {path} exists already: name another file, or give --force to overwrite it")


def record(request: Request, files: Files) -> int:
    """Write the requests of a run; the exit code. Raises OfflineError."""
    from mlp_conformance.offline.record import recorded  # which knows every fault

    assert files.record is not None
    try:
        chosen = chosen_checks(request.select, request.case_file)
        if files.claims is not None:
            identity = _identity(read_claims(files.claims), request.settings)
        else:
            subject = request.subject()
            identity = _identity(Started(subject.claims, subject.operations), request.settings)
            subject.close()
        with progress() as (told, each):
            found = recorded(identity, chosen, told, each)
        lines = [identity.start(len(found.lines)), *found.lines]
        files.record.write_bytes(b"".join(line + b"\n" for line in lines))
    except (LoadError, ValueError, FixtureError) as error:
        raise OfflineError(str(error)) from error
    except OSError as error:
        raise OfflineError(f"cannot write {files.record}: {error.strerror}") from error
    for check in found.incomplete:
        click.echo(f"mlp-conformance: {check} is not recorded to its end: it will lack answers", err=True)
    click.echo(f"{len(found.lines):,} requests written to {files.record}. A program that speaks the protocol answers them with")
    click.echo(f"  PROGRAM < {files.record} > answers.jsonl")
    click.echo("then judge with --answers answers.jsonl and the same options.")
    return 0


@dataclass
class OfflineRun:
    """A run on answers that are there; `wanted`: the lines of requests that a further round has to ask."""

    request: Request
    files: Files
    identity: Identity | None = None
    wanted: Sequence[bytes] = ()

    def judged(self) -> Report | Refused:
        """The report, with progress on a terminal."""
        with progress() as (told, each):
            return unsupervised(self.work, told, each)

    def work(self, send: Send, sofar: Sofar) -> None:
        """As the work of a live run."""
        try:
            chosen = chosen_checks(self.request.select, self.request.case_file)
            book = self._book()
            subject = book.subject(" ".join(f"--answers {shlex.quote(str(path))}" for path in self.files.answers))
            subject.claims  # noqa: B018 - validated when first asked for
            send(Planned(described(subject), [planned(subject, found, book.identity.settings) for found in chosen]))
        except (ValueError, OSError) as error:
            send(Refused(str(error)))
            return
        try:
            send(judge(subject, book.checks(chosen), book.identity.settings, send, accounts=0))
        except FixtureError as error:
            send(Refused(str(error)))
        self.wanted = list(book.wanted.values())

    def _book(self) -> Answered:
        found = read_answers(self.files.answers)
        for note in found.notes[:_SHOWN]:
            click.echo(f"mlp-conformance: {note}", err=True)
        if len(found.notes) > _SHOWN:
            click.echo(f"mlp-conformance: and {len(found.notes) - _SHOWN} lines more that are no answers", err=True)
        started = read_claims(self.files.claims) if self.files.claims is not None else found.started
        if started is None:
            raise AnswersError(
                "there is no answer to `start` in the files of answers: add that line, or give it in a file with --claims"
            )
        self.identity = _identity(started, self.request.settings)
        if found.started is not None and _identity(found.started, self.request.settings).digest != self.identity.digest:
            raise AnswersError(f"--claims {self.files.claims} says something else than the answer to `start` in the answers")
        return Answered(self.identity, answers=found.of(self.identity))

    def finish(self) -> None:
        """Write what a further round has to ask, or say that there is something. Raises OfflineError."""
        path = self.files.record
        if not self.wanted or self.identity is None:
            if path is not None:
                click.echo(f"No further request is needed: {path} is not written.", err=True)
            return
        if path is None:
            click.echo(f"{len(self.wanted)} more requests depend on these answers: --record FILE writes them.", err=True)
            return
        try:
            path.write_bytes(b"".join(line + b"\n" for line in [self.identity.start(len(self.wanted)), *self.wanted]))
        except OSError as error:
            raise OfflineError(f"cannot write {path}: {error.strerror}") from error
        click.echo(f"{len(self.wanted)} more requests written to {path}: judge with another --answers for theirs.", err=True)


def _identity(started: Started, settings: Settings) -> Identity:
    started.claims.validate()
    return Identity(started.claims, started.operations, replace(settings, live=False, shrink=False))
