"""`mlp-conformance run`: judge one implementation, show the report, write what was asked for."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from mlp_conformance.checks import Settings
from mlp_conformance.cli.gating import annotation_lines, exit_code, opened
from mlp_conformance.cli.judging import Request, judged
from mlp_conformance.cli.offline import Files, OfflineError, OfflineRun
from mlp_conformance.cli.offline import record as record_requests
from mlp_conformance.cli.options import Seconds, fail
from mlp_conformance.cli.watching import watch
from mlp_conformance.report.files import OutputError, check_writable, write_report
from mlp_conformance.report.statement import NoStatementError
from mlp_conformance.results import Report, Result
from mlp_conformance.supervision import Refused

#: Failures of which the HTML report gives an account, number by number; Markdown does of the first.
ACCOUNTS = 40


@click.command()
@click.argument("implementation", required=False)
@click.option(
    "--command",
    metavar="COMMAND",
    help="Judge a program that speaks the protocol on its standard input and output.",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the report as JSON.")
@click.option(
    "--html",
    "html_file",
    type=click.Path(path_type=Path),
    help="Write the report as one self-contained page.",
)
@click.option("--markdown", "markdown_file", type=click.Path(path_type=Path), help="Write the report as Markdown.")
@click.option("--junit", "junit_file", type=click.Path(path_type=Path), help="Write the results as JUnit XML.")
@click.option("--badge", "badge_file", type=click.Path(path_type=Path), help="Write the verdict as a badge: SVG, or .json.")
@click.option(
    "--statement",
    "statement_file",
    type=click.Path(path_type=Path),
    help="Write a conformance statement to publish, if it conforms.",
)
@click.option("--baseline", type=click.Path(path_type=Path), help="Expected failures, each with a reason: only new ones fail.")
@click.option("--update-baseline", is_flag=True, help="Add what fails now to the baseline, its reasons to be filled in.")
@click.option("--strict", is_flag=True, help="With --baseline: an expected failure that passes now fails, too.")
@click.option(
    "--select",
    metavar="PATTERN",
    help="Only checks whose id matches: a part of it, a glob, or a requirement.",
)
@click.option(
    "--examples",
    type=click.IntRange(1, 100_000),
    help="Networks drawn for each check.  [default: 50, or a part of them where answers take long]",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="The same seed draws the same networks.",
)
@click.option(
    "--case",
    "case_file",
    type=click.Path(path_type=Path),
    help="Judge on the network and batch of this file alone, or on one case of a campaign: DIRECTORY:NUMBER.",
)
@click.option(
    "--timeout",
    type=Seconds(0.01),
    default=60.0,
    show_default=True,
    help="Seconds that one call may take.",
)
@click.option(
    "--cases",
    "cases_folder",
    type=click.Path(path_type=Path),
    default=Path(".mlp-conformance/cases"),
    show_default=True,
    help="Where to keep the cases that fail.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    help="Write every request of the run to this file and judge nothing; with --answers, those that are still wanted.",
)
@click.option(
    "--answers",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Judge the answers in this file to requests of --record; again for more.",
)
@click.option(
    "--claims",
    type=click.Path(path_type=Path),
    help="For --record and --answers: the program's answer to `start`, where it cannot be asked.",
)
@click.option("--thorough", is_flag=True, help="Long training runs to their end, however long they take.")
@click.option("--force", is_flag=True, help="Overwrite output files that are not reports of ours.")
@click.option("--watch", is_flag=True, help="Judge again whenever the file is saved; Ctrl-C ends it.")
@click.option("-v", "--verbose", is_flag=True, help="List every check.")
@click.option("-q", "--quiet", is_flag=True, help="Only the verdict.")
def run(implementation: str | None, command: str | None, **options: Any) -> None:
    """Judge IMPLEMENTATION.

    IMPLEMENTATION is the name of a bundled adapter (see `list implementations`), path/to/file.py:Name, path/to/file.py or a
    notebook (how its network is driven is found out, see `adapt`), package.module:Name or a package, whose network is put
    together from what its modules have, or fault:ID.
    """
    if options.pop("watch") and implementation:
        path = Path(implementation.rpartition(":")[0] if ":" in implementation[2:] else implementation)
        if not path.is_file():
            raise SystemExit(fail(f"--watch needs a file: there is no {path}"))
        arguments = [argument for argument in sys.argv[1:] if argument not in ("run", "--watch")]
        raise SystemExit(watch(path, arguments))
    raise SystemExit(run_command(implementation, command, **options))


def run_command(
    implementation: str | None,
    command: str | None,
    *,
    select: str | None,
    examples: int | None,
    seed: int,
    thorough: bool,
    case_file: Path | None,
    timeout: float,
    cases_folder: Path,
    force: bool,
    verbose: bool,
    quiet: bool,
    baseline: Path | None = None,
    update_baseline: bool = False,
    strict: bool = False,
    record: Path | None = None,
    answers: tuple[Path, ...] = (),
    claims: Path | None = None,
    **outputs: Path | None,
) -> int:
    """Judge one implementation, show the report, write what was asked for; the exit code."""
    files = Files(record, answers, claims)
    is_offline = files != Files(None, (), None)
    if (implementation is None) == (command is None) and not (is_offline and command is None):
        return fail("name an IMPLEMENTATION or give --command, one of the two: see `mlp-conformance run --help`")
    wanted = {name.removesuffix("_file"): path for name, path in outputs.items() if path is not None}
    gate = None
    if "statement" in wanted and (select or case_file):
        return fail("--statement is about a whole run: leave out --select and --case")
    try:
        check_writable(wanted, force)
        gate = opened(baseline, update_baseline, strict, wanted.values())
    except (OutputError, ValueError, OSError) as error:
        return fail(str(error))
    hurried = examples is None and not thorough and not is_offline
    settings = Settings(Settings.examples if examples is None else examples, seed, thorough=thorough, hurried=hurried)
    accounts = ACCOUNTS if "html" in wanted else int("markdown" in wanted)
    request = Request(implementation, command, timeout, select, case_file, settings, accounts)
    offline = OfflineRun(request, files)
    try:
        if is_offline:
            files.check(request, force)
            if not answers:
                return record_requests(request, files)
        report = offline.judged() if is_offline else judged(request)
        if isinstance(report, Report):
            offline.finish()
    except OfflineError as error:
        return fail(str(error))
    if isinstance(report, Refused):
        return fail(report.message)
    report.settings["command"] = command_line(implementation, command, settings, select, case_file, files)
    if gate is not None:
        try:
            report = gate.applied(report)
        except (OSError, ValueError) as error:
            return fail(f"the baseline {baseline} cannot be written: {error}")
    _show(report, verbose, quiet)
    for line in annotation_lines(report, implementation):
        click.echo(line)
    kept = keep_cases(report.results, cases_folder)
    if kept and not quiet:
        click.echo(f"Cases that fail are kept in {cases_folder}: replay one with --case FILE", err=True)
    try:
        for name, path in sorted(wanted.items(), key=lambda item: item[0] == "statement"):
            write_report(report, name, path)
    except NoStatementError as error:
        click.echo(f"mlp-conformance: no {path} is written: {error}", err=True)
    except OSError as error:
        return fail(f"cannot write {path}: {error.strerror}")
    if report.interrupted:
        return 130
    return exit_code(report)


def command_line(
    implementation: str | None,
    command: str | None,
    settings: Settings,
    select: str | None,
    case_file: Path | None,
    files: Files,
) -> str:
    """What has to be typed for the same run again."""
    defaults = Settings()
    words = [
        "mlp-conformance",
        "run",
        *(["--command", command] if command is not None else [implementation] if implementation else []),
    ]
    words += [word for path in files.answers for word in ("--answers", str(path))]
    words += ["--claims", str(files.claims)] if files.claims else []
    words += ["--select", select] if select else []
    words += ["--case", str(case_file)] if case_file else []
    words += ["--examples", str(settings.examples)] if settings.examples != defaults.examples else []
    words += ["--seed", str(settings.seed)] if settings.seed != defaults.seed else []
    words += ["--thorough"] if settings.thorough else []
    return shlex.join(words)


def _show(report: Report, verbose: bool, quiet: bool) -> None:
    """In colour on a terminal (NO_COLOR is respected); plain, at 80 columns, when piped."""
    from mlp_conformance.report.terminal import as_text, printable, show

    if quiet or not sys.stdout.isatty():  # else they are seen in the report
        for remark in report.remarks:
            click.echo(f"mlp-conformance: note: {printable(remark)}", err=True)
    if sys.stdout.isatty():
        show(report, Console(highlight=False), verbose, quiet)
    else:
        click.echo(as_text(report, verbose=verbose, quiet=quiet), nl=False)


def keep_cases(results: list[Result], folder: Path) -> list[Path]:
    """Write each failing case to a file of its own, never over another; what cannot be written is not an error."""
    kept: list[Path] = []
    for result in results:
        if result.case is None:
            continue
        import hashlib

        name = f"{result.check.replace('/', '-')}-{hashlib.sha256(result.case.encode()).hexdigest()[:8]}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(result.case, encoding="utf-8")
        except OSError:
            return kept
        kept.append(folder / name)
    return kept
