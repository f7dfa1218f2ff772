"""`mlp-conformance matrix`: judge many implementations side by side, show the table, write what was asked for."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from mlp_conformance.cli.judging import chosen_checks
from mlp_conformance.cli.options import Seconds, fail
from mlp_conformance.matrix.entries import EntryError, entries
from mlp_conformance.matrix.pool import Limits, Step, judge_all
from mlp_conformance.matrix.rows import Row, RowError, key, write_row
from mlp_conformance.report.files import OutputError, check_writable


@click.command()
@click.argument("implementation", nargs=-1)
@click.option("--command", "commands", metavar="[NAME=]COMMAND", multiple=True, help="A program that speaks the protocol.")
@click.option("--html", "html_file", type=click.Path(path_type=Path), help="Write the matrix as one self-contained page.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the matrix as JSON.")
@click.option("--markdown", "markdown_file", type=click.Path(path_type=Path), help="Write the matrix as Markdown.")
@click.option("--select", metavar="PATTERN", help="Only checks whose id matches: a part of it, a glob, or a requirement.")
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default="cores", help="Judged at a time."
)
@click.option(
    "--examples", type=click.IntRange(1, 100_000), default=50, show_default=True, help="Networks drawn for each check."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed draws the same networks.")
@click.option("--timeout", type=Seconds(0.01), default=60.0, show_default=True, help="Seconds that one call may take.")
@click.option("--limit", type=Seconds(1), default=1200.0, show_default=True, help="Seconds that one implementation may take.")
@click.option("--memory", type=click.IntRange(256), default=4096, show_default=True, help="MiB that one process may take.")
@click.option("--output", "output", type=click.Path(path_type=Path), help="Keep each result in a file in this new directory.")
@click.option("--resume", "resume", type=click.Path(path_type=Path), help="As --output, and judge only what is missing there.")
@click.option("--force", is_flag=True, help="Overwrite output files that are not of ours.")
@click.option("-q", "--quiet", is_flag=True, help="Only how many conform.")
def matrix(implementation: tuple[str, ...], commands: tuple[str, ...], **options: Any) -> None:
    """Judge many: each IMPLEMENTATION in processes of its own, --jobs at a time.

    IMPLEMENTATION is whatever `run` takes, also as NAME=IMPLEMENTATION, or FILE.toml with tables [[implementation]] that have
    a name and an implementation or a command (relative to the file). Exit codes: 0 all
    conform, 1 not all, 2 none could be judged.
    """
    raise SystemExit(matrix_command(implementation, commands, **options))


def matrix_command(
    arguments: tuple[str, ...],
    commands: tuple[str, ...],
    *,
    select: str | None,
    jobs: int,
    examples: int,
    seed: int,
    timeout: float,
    limit: float,
    memory: int,
    output: Path | None,
    resume: Path | None,
    force: bool,
    quiet: bool,
    **outputs: Path | None,
) -> int:
    """Judge, show, write; the exit code."""
    wanted = {name.removesuffix("_file"): path for name, path in outputs.items() if path is not None}
    settings: dict[str, Any] = {"examples": examples, "seed": seed} | ({"select": select} if select else {})
    try:
        check_writable(wanted, force)
        chosen_checks(select)
        chosen = entries(arguments, commands)
        folder, known = _folder(output, resume)
    except (EntryError, RowError, ValueError, OSError) as error:
        return fail(str(error))
    done = {
        entry.name: known[entry.name]
        for entry in chosen
        if entry.name in known and known[entry.name].verdict != "not judged" and known[entry.name].key == key(entry, settings)
    }
    left = [entry for entry in chosen if entry.name not in done]
    if done:
        click.echo(f"{len(done)} of {len(chosen)} are judged already, {len(left)} are left", err=True)
    interrupted = False
    limits = Limits(jobs, timeout, limit, memory << 20)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: with the processes that were started
    with _progress(len(left)) as told:
        rows = judge_all(left, settings, limits, told)
        try:
            for row in rows:
                done[row.name] = row
                if folder is not None:
                    write_row(row, folder)
        except KeyboardInterrupt:
            interrupted = True
        except OSError as error:
            return fail(f"cannot write to {folder}: {error.strerror}")
        finally:
            rows.close()
    found = [done[entry.name] for entry in chosen if entry.name in done]
    try:
        _write(found, settings, wanted)
    except OSError as error:
        return fail(f"cannot write {error.filename}: {error.strerror}")
    _show(found, quiet)
    if interrupted:
        again = f"; go on with --resume {folder}" if folder is not None else ""
        click.echo(f"mlp-conformance: interrupted after {len(found)} of {len(chosen)}{again}", err=True)
        return 130
    if all(row.verdict == "not judged" for row in found):
        return 2
    return 0 if all(row.verdict == "conforms" for row in found) else 1


def _folder(output: Path | None, resume: Path | None) -> tuple[Path | None, dict[str, Row]]:
    """Where results are kept, and those that are there."""
    from mlp_conformance.matrix.document import kept

    if output is not None and resume is not None:
        raise OutputError("--output starts anew and --resume goes on: give one of the two")
    folder = output if output is not None else resume
    if folder is None:
        return None, {}
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file: a directory was expected")
    if resume is not None and not resume.is_dir():
        raise OutputError(f"--resume {resume}: there is no such directory; --output makes one")
    if output is not None and output.is_dir() and any(output.iterdir()):
        raise OutputError(f"--output {output} is not empty: name another directory, or go on with --resume {output}")
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise OutputError(f"{folder} cannot be written: no permission")
    return folder, {row.name: row for row in kept(folder)}


def _write(rows: list[Row], settings: dict[str, Any], wanted: dict[str, Path]) -> None:
    from mlp_conformance.matrix import document, markdown, page

    writers = {
        "json": lambda: document.text(rows, settings),
        "html": lambda: page.text(rows),
        "markdown": lambda: markdown.text(rows),
    }
    for name, path in wanted.items():
        path.write_text(writers[name](), encoding="utf-8", errors="backslashreplace")


def _show(rows: list[Row], quiet: bool) -> None:
    from mlp_conformance.matrix import terminal

    if quiet:
        click.echo(terminal.summary(rows))
    elif sys.stdout.isatty():
        from rich.console import Console

        console = Console(highlight=False)
        console.print(terminal.table(rows))
        console.print(f"\n{terminal.summary(rows)}")
    else:
        click.echo(terminal.as_text(rows), nl=False)


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """A bar for each that is being judged, on a terminal; else a line for each that is finished."""
    if not sys.stderr.isatty():
        lock, finished = threading.Lock(), [0]

        def line(step: Step) -> None:
            if step.row is not None:
                with lock:
                    finished[0] += 1
                    click.echo(f"[{finished[0]}/{total}] {step.entry.name}: {step.row.verdict}", err=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        whole = progress.add_task("implementations", total=total)
        tasks: dict[str, Any] = {}

        def bar(step: Step) -> None:
            name = step.entry.name
            if step.row is not None:
                progress.remove_task(tasks.pop(name))
                progress.update(whole, advance=1)
            elif name not in tasks:
                tasks[name] = progress.add_task(name, total=None)
            else:
                progress.update(tasks[name], completed=step.done, total=step.planned)

        yield bar
