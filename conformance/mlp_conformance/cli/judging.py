"""From what was typed to a report: the implementation is judged in a process of its own where that is possible."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from mlp_conformance import supervision
from mlp_conformance.checks import Check, Settings, checks
from mlp_conformance.loading import LoadError, load, load_command
from mlp_conformance.results import Report, Result
from mlp_conformance.runner import described, planned, select
from mlp_conformance.subject import Subject
from mlp_conformance.supervision import Planned, Refused, Send, Sofar
from mlp_conformance.verdict import judge
from mlp_reference.fixtures import FixtureError


@dataclass(frozen=True)
class Request:
    """What is to be judged, and on what; implementation or command is None. accounts: see verdict.judge."""

    implementation: str | None
    command: str | None
    timeout: float
    select: str | None
    case_file: Path | None
    settings: Settings
    accounts: int = 0

    def subject(self) -> Subject:
        if self.command is not None:
            return load_command(self.command, self.timeout)
        return load(self.implementation, self.timeout)

    def work(self, send: Send, sofar: Sofar) -> None:
        """Load, and judge what is not judged yet."""
        try:
            chosen = chosen_checks(self.select, self.case_file)
            subject = self.subject()
            subject.case = str(self.case_file or "")
            subject.unanswered = sofar.unanswered
            send(Planned(described(subject), [planned(subject, found, self.settings) for found in chosen]))
        except (LoadError, ValueError, OSError) as error:
            send(Refused(str(error)))
            return
        try:
            send(judge(subject, chosen[len(sofar.results) :], self.settings, send, sofar.results, self.accounts))
        except FixtureError as error:
            send(Refused(str(error)))
        finally:
            subject.close()


def judged(request: Request) -> Report | Refused:
    """The report, with progress on a terminal. A program behind a command has a process of its own already."""
    with progress() as (told, each):
        if request.command is None and supervision.is_possible():
            return supervision.supervised(request.work, told, each)
        return supervision.unsupervised(request.work, told, each)


@contextmanager
def progress() -> Iterator[tuple[Callable[[Planned], None], Callable[[Result], None]]]:
    """A bar on standard error, if that is a terminal: what hears the plan, and what hears each result."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    # Refreshed by hand: no thread of ours may run while a process is forked.
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty(), auto_refresh=False
    ) as progress:
        task = progress.add_task("loading", total=None)

        def told(plan: Planned) -> None:
            progress.update(task, total=len(plan.results), refresh=True)

        def each(result: Result) -> None:
            progress.update(task, advance=1, description=result.check, refresh=True)

        yield told, each


def chosen_checks(pattern: str | None, case_file: Path | None = None) -> list[Check]:
    """The checks that were asked for; ValueError if there are none."""
    if case_file is not None:
        return _case(case_file)
    chosen = select(pattern)
    if not chosen:
        close = get_close_matches(pattern or "", _selectable(), n=1)
        hint = f": did you mean {close[0]!r}?" if close else ": see `mlp-conformance list checks`"
        raise ValueError(f"--select {pattern!r} matches no check{hint}")
    return chosen


def _case(name: Path) -> list[Check]:
    """The checks of the case that a file holds, or that DIRECTORY:NUMBER names of a campaign."""
    from mlp_conformance.campaign.replay import named_case, replayed
    from mlp_conformance.campaign.store import StoreError
    from mlp_conformance.checks.case import case_checks
    from mlp_conformance.poisoned import poisoned_case, poisoned_check

    of_campaign = named_case(name)
    if of_campaign is None:
        poisoned = poisoned_case(name)
        return case_checks(name) if poisoned is None else [poisoned_check(poisoned, f"the case in {name.name}")]
    try:
        return replayed(*of_campaign)
    except StoreError as error:
        raise ValueError(f"--case {name}: {error}") from error


def _selectable() -> list[str]:
    """What --select can name: checks, the parts of their ids, and requirements."""
    ids = [found.id for found in checks()]
    parts = {part for id in ids for part in id.split("/")}
    return [*ids, *sorted(parts), *sorted({name for found in checks() for name in found.requirements})]
