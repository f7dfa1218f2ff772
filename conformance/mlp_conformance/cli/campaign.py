"""`mlp-conformance campaign`: any number of networks, spread over strata, on this machine's cores or on a cluster."""

from __future__ import annotations

import os
import re
import shlex
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlp_conformance.cli.options import Seconds, fail

if TYPE_CHECKING:
    from mlp_conformance.campaign.conduct import Progress
    from mlp_conformance.campaign.local import Executor
    from mlp_conformance.campaign.plan import Plan
    from mlp_conformance.campaign.store import Store

#: Where a campaign goes that is given no directory.
_FOLDER = Path(".mlp-conformance/campaign")

#: What is asked about before it is begun: hours, and gigabytes.
_HOURS, _GIGABYTES = 12.0, 10.0

#: Bytes that a row takes, in tables and index: measured (docs/campaigns.md).
_BYTES = 41


class Duration(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A time such as 90s, 30m, 8h or 2d; a plain number is seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", str(value).strip())
        if found is None or not float(found[1]):
            raise click.BadParameter(f"{value!r} is no time: write 90s, 30m, 8h or 2d", ctx, param)
        return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]


class Count(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A whole number of at least 1, also as 1e6 or 100_000."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = float(str(value).replace("_", "")) if "e" in str(value).lower() else int(str(value))
        except ValueError:
            self.fail(f"{value!r} is no whole number", param, ctx)
        if number != int(number) or not 1 <= number < 2**62:
            self.fail(f"{value} is not in the range x>=1 of whole numbers", param, ctx)
        return int(number)


@click.command()
@click.argument("implementations", nargs=-1, metavar="IMPLEMENTATION...")
@click.option(
    "--command", "commands", multiple=True, metavar="COMMAND", help="A program that speaks the protocol; several times."
)
@click.option("--cases", type=Count(), help="How many networks; 1e6 is understood.")
@click.option("--output", type=click.Path(path_type=Path), help=f"The campaign's directory; {_FOLDER} if not given.")
@click.option("--resume", type=click.Path(path_type=Path), help="Go on with the campaign of this directory.")
@click.option("--scheduler", metavar="ADDRESS", help="Run on the cluster of this Dask scheduler, such as tcp://host:8786.")
@click.option("--jobs", type=click.IntRange(1, 1024), help="Processes on this machine; as many as cores if not given.")
@click.option("--time", "seconds", type=Duration(), help="Stop after 90s, 30m, 8h or 2d; --resume goes on.")
@click.option("--seed", type=click.IntRange(0, 2**62), default=0, show_default=True, help="The same seed, the same campaign.")
@click.option("--timeout", type=Seconds(0.01), default=60.0, show_default=True, help="Seconds that one call may take.")
@click.option("--memory", type=click.IntRange(64), default=2048, show_default=True, help="MiB that a process may grow by.")
@click.option("--yes", is_flag=True, help="Begin however long it takes.")
def campaign(implementations: tuple[str, ...], commands: tuple[str, ...], **options: Any) -> None:
    """Judge IMPLEMENTATIONs on any number of networks, spread over strata, and keep every verdict.

    An IMPLEMENTATION is named as for `run`. Those that claim the same are judged on the same networks. A campaign that was
    interrupted, however harshly, goes on with --resume and ends as if it had not been. Exit codes: 0 no violation, 1 a
    violation was found, 2 it could not be begun or had to stop, 130 interrupted.
    """
    specs = [absolute(name) for name in implementations] + [absolute_command(command) for command in commands]
    raise SystemExit(campaign_command(specs, **options))


def absolute(name: str) -> str:
    """The name with the path of a file in full, so that it means the same wherever a worker runs."""
    path, separator, rest = name.rpartition(":") if ":" in name[2:] else (name, "", "")
    return f"{Path(path).resolve()}{separator}{rest}" if Path(path).is_file() else name


def absolute_command(command: str) -> str:
    """How a plan names a program; files among its words in full."""
    try:
        words = shlex.split(command)
    except ValueError:
        return f"--command {command}"
    return "--command " + shlex.join([str(Path(word).resolve()) if Path(word).is_file() else word for word in words])


def campaign_command(
    specs: list[str],
    *,
    cases: int | None,
    output: Path | None,
    resume: Path | None,
    scheduler: str | None,
    jobs: int | None,
    seconds: float | None,
    seed: int,
    timeout: float,
    memory: int,
    yes: bool,
) -> int:
    """Begin or resume a campaign and conduct it; the exit code."""
    from mlp_conformance.campaign.cluster import ClusterError
    from mlp_conformance.campaign.conduct import Stopped
    from mlp_conformance.campaign.room import RoomError
    from mlp_conformance.campaign.store import Store, StoreError
    from mlp_conformance.campaign.tables import MissingPart, need_pyarrow
    from mlp_conformance.loading import LoadError

    if resume is not None and output is not None:
        return fail("--resume names the campaign's directory: leave --output out")
    if scheduler is not None and jobs is not None:
        return fail("--jobs is for this machine's cores: with --scheduler, the cluster's workers decide")
    try:
        need_pyarrow()
        if resume is not None:
            opened: Callable[[], Store] = lambda: _resumed(resume, specs, cases)  # noqa: E731
        else:
            if cases is None or not specs:
                return fail("name one or more IMPLEMENTATIONs and how many --cases, or a campaign to --resume")
            plan = _planned(specs, cases, seed, timeout, memory)
            if not yes and (question := _dear(plan, jobs)) and not _agreed(question):
                return fail(
                    "not begun: --yes begins it without asking" if sys.stdin.isatty() else f"{question} --yes begins it"
                )
            opened = lambda: Store.create(output or _FOLDER, plan)  # noqa: E731
        with opened() as store:
            return _conducted(store, scheduler, jobs or os.cpu_count() or 1, seconds, resume is None)
    except (LoadError, StoreError, MissingPart, RoomError, ClusterError, Stopped) as error:
        return fail(str(error))


def _planned(specs: list[str], cases: int, seed: int, timeout: float, memory: int) -> Plan:
    from mlp_conformance.campaign.identity import identity_of, subject_of
    from mlp_conformance.campaign.plan import Plan

    identities = []
    for spec in dict.fromkeys(specs):
        subject = subject_of(spec, timeout)
        try:
            identities.append(identity_of(spec, subject))
        finally:
            subject.close()
    return Plan(seed, cases, tuple(identities), timeout, memory)


def _resumed(folder: Path, specs: list[str], cases: int | None) -> Store:
    """The store of a campaign that was begun, if what is asked for is that campaign, by the same implementations."""
    from mlp_conformance.campaign import store as stores
    from mlp_conformance.campaign.identity import identity_of, subject_of

    plan = stores.read_manifest(folder).plan
    if specs and set(specs) != {identity.spec for identity in plan.implementations}:
        names = ", ".join(identity.label for identity in plan.implementations)
        raise stores.StoreError(f"{folder} is a campaign of {names}: leave the implementations out, or begin another")
    if cases is not None and cases != plan.cases:
        raise stores.StoreError(f"{folder} is a campaign of {plan.cases} cases: leave --cases out, or begin another")
    store = stores.Store.resume(folder)
    try:
        for identity in plan.implementations:
            subject = subject_of(identity.spec, plan.timeout)
            try:
                difference = identity.difference(identity_of(identity.spec, subject))
            finally:
                subject.close()
            if difference:
                raise stores.StoreError(
                    f"{identity.label} is not what {folder} was begun with: {difference}. Verdicts on two implementations "
                    "do not make one campaign: begin a new one"
                )
    except BaseException:
        store.__exit__()
        raise
    return store


def _dear(plan: Plan, jobs: int | None) -> str:
    """What a campaign would take, if it is more than one begins without a thought; measured on a few of its own cases."""
    from mlp_conformance.campaign.identity import suite
    from mlp_conformance.campaign.room import Room

    if plan.cases < 20_000:
        return ""
    room = Room(plan, suite())
    try:
        numbers = tuple(n for n in range(40) if not plan.is_search(n))
        room.judge_cases(numbers[:5], {})
        began = time.perf_counter()
        rows = room.judge_cases(numbers[5:], {}).rows
        each = (time.perf_counter() - began) / len(numbers[5:])
    finally:
        room.shut()
    hours = each * plan.cases / 3600
    wall = hours / (jobs or os.cpu_count() or 1)
    gigabytes = _BYTES * len(rows) / len(numbers[5:]) * plan.cases / 1e9
    if wall < _HOURS and gigabytes < _GIGABYTES:
        return ""
    return (
        f"{plan.cases:,} cases take about {_long(hours)} of one core, {_long(wall)} here, and {gigabytes:,.1f} GB of disk "
        f"({1e3 * each:.0f} ms a case, measured)."
    )


def _long(hours: float) -> str:
    for unit, size in (("years", 8766.0), ("days", 24.0)):
        if hours >= 2 * size:
            return f"{hours / size:,.0f} {unit}"
    return f"{hours:,.1f} hours"


def _agreed(question: str) -> bool:
    return sys.stdin.isatty() and click.confirm(f"{question} Begin?", err=True)


def _executor(store: Store, scheduler: str | None, jobs: int) -> Executor:
    from mlp_conformance.campaign.cluster import ClusterExecutor
    from mlp_conformance.campaign.local import LocalExecutor

    if scheduler is None:
        return LocalExecutor(store.plan, dict(store.suite), jobs)
    cluster = ClusterExecutor(store.plan, dict(store.suite), scheduler)
    try:
        click.echo(f"Dask's live page: {cluster.dashboard}", err=True)
    except BaseException:
        cluster.close()
        raise
    return cluster


def _conducted(store: Store, scheduler: str | None, jobs: int, seconds: float | None, is_new: bool) -> int:
    from mlp_conformance.campaign import summary
    from mlp_conformance.campaign.cluster import ClusterError
    from mlp_conformance.campaign.conduct import Campaign
    from mlp_conformance.campaign.room import RoomError

    shown = Shown(store.plan)
    campaign = Campaign(store, shown.show)
    interrupted = False
    try:
        with closing(_executor(store, scheduler, jobs)) as executor, shown:
            campaign.run(executor, seconds)
    except KeyboardInterrupt:
        interrupted = True
    except (ClusterError, RoomError):
        if is_new and not campaign.progress.finished:
            store.discard()  # the same line, put right, is to work
        raise
    progress = campaign.progress
    try:
        failures = [] if interrupted else summary.failure_groups(progress, store)
    except KeyboardInterrupt:
        failures, interrupted = [], True
    found = summary.write(progress, store, failures)
    click.echo(summary.text(found, store.folder), nl=False)
    if interrupted:
        return 130
    return 1 if progress.tally.broken else 0


class Shown:
    """The progress on standard error: a bar on a terminal, a line a minute elsewhere."""

    def __init__(self, plan: Plan) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._is_bar = sys.stderr.isatty()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not self._is_bar,
        )
        self._task = self._bar.add_task("cases", total=plan.cases)
        self._began = self._told = time.monotonic()
        self._first: int | None = None

    def __enter__(self) -> Shown:
        self._bar.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._bar.stop()

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = progress.begun * progress.plan.chunk_size
        rate = (progress.cases - self._first) / max(now - self._began, 1e-9)
        broken = sum(progress.tally.broken.values())
        says = f"{rate:,.0f} cases/s, {broken:,} violations"
        self._bar.update(self._task, completed=progress.cases, description=says)
        if not self._is_bar and now - self._told > 60 and rate:
            self._told = now
            left = (progress.plan.cases - progress.cases) / rate
            click.echo(f"{progress.cases:,} of {progress.plan.cases:,} cases, {says}, {left / 60:,.0f} minutes left", err=True)
