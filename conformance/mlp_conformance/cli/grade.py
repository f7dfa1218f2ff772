"""`mlp-conformance grade`: many submissions side by side."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from mlp_conformance.cli.options import Seconds, fail
from mlp_conformance.report.files import OutputError, check_writable


@click.command()
@click.argument("directories", metavar="DIRECTORY...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write a table for a spreadsheet.")
@click.option("--html", "html_file", type=click.Path(path_type=Path), help="Write an overview as a page.")
@click.option("--rubric", type=click.Path(path_type=Path), help="Points for requirements and classes, as TOML.")
@click.option("--jobs", type=click.IntRange(1, 256), default=2, show_default=True, help="Submissions judged at a time.")
@click.option(
    "--timeout", type=Seconds(1.0), default=120.0, show_default=True, help="Seconds that one submission may take altogether."
)
@click.option(
    "--memory", type=click.IntRange(256), default=2048, show_default=True, help="Megabytes that each of its processes may have."
)
@click.option("--examples", type=click.IntRange(1, 1000), default=20, show_default=True, help="Networks drawn for each check.")
@click.option("--force", is_flag=True, help="Overwrite output files that are not of our making.")
def grade(
    directories: Sequence[Path],
    csv_file: Path | None,
    html_file: Path | None,
    rubric: Path | None,
    jobs: int,
    timeout: float,
    memory: int,
    examples: int,
    force: bool,
) -> None:
    """Grade submissions: every Python file, notebook and folder in DIRECTORY.

    Each is judged in a process of its own, in a private folder, with limits of time and memory, and without network where the
    system offers that. This is no security sandbox: what was handed in runs with your rights.
    """
    raise SystemExit(grade_command(directories, csv_file, html_file, rubric, jobs, timeout, memory, examples, force))


def grade_command(
    directories: Sequence[Path],
    csv_file: Path | None,
    html_file: Path | None,
    rubric_file: Path | None,
    jobs: int,
    timeout: float,
    memory: int,
    examples: int,
    force: bool,
) -> int:
    """Judge, show the table, write what was asked for; the exit code: 0 whatever the grades are."""
    from mlp_conformance.course import rubric
    from mlp_conformance.course.grades import Grade, as_csv
    from mlp_conformance.course.grades import grade as graded
    from mlp_conformance.course.judging import Judged, Limits, judge
    from mlp_conformance.course.submissions import SubmissionsError, submissions
    from mlp_conformance.report.course import html, show

    wanted = {name: path for name, path in (("csv", csv_file), ("html", html_file)) if path is not None}
    try:
        check_writable(wanted, force)
        items = rubric.read(rubric_file) if rubric_file else rubric.DEFAULT
        found = submissions(directories)
    except (OutputError, rubric.RubricError, SubmissionsError, OSError) as error:
        return fail(str(error))
    stop, limits = threading.Event(), Limits(timeout, memory, examples)
    grades: dict[str, Grade] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with progress, ThreadPoolExecutor(jobs) as pool:
        task = progress.add_task("submissions", total=len(found))

        def done(judged: Judged) -> None:
            grades[judged.submission.name] = graded(judged, items)
            progress.update(task, advance=1, description=judged.submission.name)

        waiting = [pool.submit(lambda one=one: done(judge(one, limits, stop))) for one in found]  # type: ignore[misc]
        try:
            for each in waiting:
                each.result()
        except KeyboardInterrupt:
            stop.set()
            for each in waiting:
                each.cancel()
    in_order = [grades[one.name] for one in found if one.name in grades]
    show(in_order, items, Console(highlight=False) if sys.stdout.isatty() else Console(width=120, highlight=False))
    try:
        for name, path in wanted.items():
            text = as_csv(in_order, items) if name == "csv" else html(in_order, items)
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        return fail(f"cannot write {path}: {error.strerror}")
    return 130 if stop.is_set() else 0
