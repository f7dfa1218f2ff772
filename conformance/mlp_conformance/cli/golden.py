"""`mlp-conformance golden`: exact expected values, generated, verified, derived for one's own network, exported."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

import click

from mlp_conformance.cli.options import fail

#: A derivation that is to take longer says so before it starts, in seconds.
LONG = 10.0
#: What `golden export` writes.
EXPORTED = {
    "c": "a header for C99 and C++ with a judge, no allocation.",
    "csv": "a row for each number.",
    "npz": "NumPy arrays, named as its array `names` says.",
    "javascript": "an ECMAScript module with a judge.",
    "r": "a file to source, with a judge.",
}


@click.group()
def golden() -> None:
    """Exact expected values: generate and verify the fixtures, derive those of your own network, export to other languages."""


@golden.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write; by default the fixtures' own place.",
)
def generate(output: Path | None) -> None:
    """Derive every example with SymPy and write the fixtures."""
    raise SystemExit(golden_generate(output))


@golden.command()
def verify() -> None:
    """Derive every example again and print what differs from the stored fixtures."""
    raise SystemExit(golden_verify())


@golden.command()
@click.argument("example", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
@click.option("--epochs", type=click.IntRange(0), help="A training run of so many epochs, certified at checkpoints.")
@click.option(
    "--checkpoint",
    "checkpoints",
    type=click.IntRange(0),
    multiple=True,
    help="With --epochs: after so many updates, instead of 0, 1, 2, 3, 5, 10, 30, 100, ...; again for more.",
)
@click.option(
    "--resume",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --epochs: keep what is done in this file, and go on from it where it is there already.",
)
@click.option("--force", is_flag=True, help="Overwrite the output file.")
def derive(
    example: Path, output: Path | None, epochs: int | None, checkpoints: tuple[int, ...], resume: Path | None, force: bool
) -> None:
    """Derive the exact values of your own network and batch, given as an example file.

    With --epochs they are those of a training run: its parameters, loss and mean squared error at checkpoints to 50
    digits, certified by ball arithmetic, and what a right program in each dtype may be off by there.
    """
    if epochs is not None:
        raise SystemExit(golden_certify(example, output, epochs, checkpoints, force, resume))
    if checkpoints or resume:
        raise SystemExit(fail(f"--{'checkpoint' if checkpoints else 'resume'} goes with --epochs"))
    raise SystemExit(golden_derive(example, output, force))


class _Format(click.Choice[str]):
    """A format of `golden export`; a typo is told with a suggestion."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in EXPORTED:
            return value
        close = get_close_matches(value.lower(), EXPORTED, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        self.fail(f"there is no format {value!r}.{hint} Formats: {', '.join(EXPORTED)}", param, ctx)


@golden.command(epilog="\b\nFormats:\n" + "\n".join(f"  {name:<12}{says}" for name, says in EXPORTED.items()))
@click.argument("format", type=_Format(EXPORTED))
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
@click.option(
    "--dtype",
    type=click.Choice(["float64", "float32", "float16", "bfloat16"]),
    default="float64",
    show_default=True,
    help="The precision of the program that is to be judged.",
)
@click.option("--select", metavar="PATTERN", help="Only examples whose id matches: a part of it, or a glob.")
@click.option("--force", is_flag=True, help="Overwrite the output file.")
def export(format: str, output: Path | None, dtype: str, select: str | None, force: bool) -> None:
    """Write examples, exact answers and bounds for a program that no harness can ask.

    The C header, the JavaScript module and the R file hold a judge, too: they need nothing of this package.
    """
    raise SystemExit(golden_export(format, output, dtype, select, force))


def golden_export(format: str, output: Path | None, dtype: str, select: str | None, force: bool) -> int:
    """Write the examples in a format; the exit code."""
    from mlp_conformance.export.formats import exported
    from mlp_conformance.export.vectors import SelectionError
    from mlp_reference.fixtures import FixtureError

    if output is not None and (problem := _unwritable(output, force)):
        return fail(problem)
    if output is None and format == "npz" and sys.stdout.isatty():
        return fail("npz is no text that a terminal shows: name a file with --output")
    try:
        written = exported(format, dtype, select)
    except (SelectionError, FixtureError) as error:
        return fail(str(error))
    if output is None:
        click.echo(written, nl=False)
        return 0
    try:
        output.write_bytes(written)
    except OSError as error:
        return fail(f"cannot write {output}: {error.strerror}")
    return 0


def golden_generate(output: Path | None) -> int:
    """Derive all fixtures; the exit code."""
    from mlp_reference import golden_files

    done, total = list[str](), golden_files.count()
    try:
        with _counted("deriving", total) as told:

            def each(file: str) -> None:
                done.append(file)
                told(file)

            written = golden_files.generate(output, each)
    except OSError as error:
        return fail(f"cannot write {error.filename or output}: {error.strerror}")
    except KeyboardInterrupt:
        click.echo(f"mlp-conformance: interrupted: {len(done)} of {total} fixtures written", err=True)
        return 130
    click.echo(f"{len(written)} fixtures written")
    return 0


def golden_verify() -> int:
    """Derive all fixtures again and say what differs from the stored ones; the exit code."""
    from mlp_reference import golden_files
    from mlp_reference.differences import Difference

    done, total = list[str](), golden_files.count()
    try:
        with _counted("verifying", total) as told:

            def each(file: str, found: list[Difference]) -> None:
                for difference in found:
                    click.echo(str(difference))
                if file:
                    done.append(file)
                    told(file)

            differences = golden_files.verify(None, each)
    except KeyboardInterrupt:
        click.echo(f"mlp-conformance: interrupted: {len(done)} of {total} fixtures verified", err=True)
        return 130
    click.echo("the fixtures are what the derivation gives" if not differences else f"{len(differences)} differences")
    return 1 if differences else 0


def golden_derive(example: Path, output: Path | None, force: bool) -> int:
    """Derive the fixture of one example file; the exit code. What it costs is said before, if that is much."""
    from mlp_reference import golden
    from mlp_reference.balls import UndecidedError
    from mlp_reference.decimals import UncertainError
    from mlp_reference.examples import ExampleError, load_example

    if output is not None and (problem := _unwritable(output, force)):
        return fail(problem)
    try:
        loaded = load_example(example)
        cost = golden.cost(loaded)
        if cost.seconds > LONG:
            click.echo(
                f"mlp-conformance: {example}: {cost}. Ctrl-C stops it and nothing is written; fewer weights, samples "
                "or epochs take less, and `run --case` judges large networks without this",
                err=True,
            )
        with _waiting(f"deriving {loaded.id}", cost.seconds):
            text = golden.fixture_text(loaded)
    except (ExampleError, OSError) as error:
        return fail(str(error))
    except (UndecidedError, UncertainError, ArithmeticError, ValueError) as error:
        return fail(f"{example}: cannot be derived: {error}. Numbers nearer to 1, or away from a kink of ReLU, can")
    except KeyboardInterrupt:
        click.echo(f"mlp-conformance: interrupted: {example} is not derived, nothing is written", err=True)
        return 130
    return _delivered(text, output)


def golden_certify(
    example: Path, output: Path | None, epochs: int, checkpoints: tuple[int, ...], force: bool, resume: Path | None = None
) -> int:
    """Certify a training run of one example file; the exit code. What it costs is said before, if that is much."""
    from mlp_reference.balls import UndecidedError
    from mlp_reference.decimals import UncertainError
    from mlp_reference.examples import ExampleError, load_example
    from mlp_reference.golden import duration
    from mlp_reference.options import OptionsError
    from mlp_reference.progress import ProgressError
    from mlp_reference.training import estimated_seconds, fixture_text, own_run, recorded
    from mlp_reference.trajectory import UncertifiedError

    if output is not None and (problem := _unwritable(output, force)):
        return fail(problem)
    try:
        run = own_run(load_example(example), epochs, checkpoints)
        record = recorded(run, resume) if resume else None
    except OptionsError as error:
        return fail(f"{example}: {error}")
    except (ExampleError, ProgressError, OSError, ValueError) as error:
        return fail(str(error))
    try:
        seconds = estimated_seconds(run)
        if seconds > LONG:
            says = f"{epochs:,} epochs: about {duration(seconds)}. {_stopped(resume)}"
            click.echo(f"mlp-conformance: {example}: {says}", err=True)
        with _counted(f"certifying {run.id}", epochs) as told:
            text = fixture_text(run, lambda done: told(f"epoch {done:,}"), record)
    except OSError as error:
        return fail(f"cannot write {error.filename or resume}: {error.strerror}. What was done before is kept")
    except UncertifiedError as error:
        return fail(f"{example}: this run is not certified: {error}")
    except (UndecidedError, UncertainError, ArithmeticError, ValueError) as error:
        return fail(f"{example}: this run is not certified: {error}. Numbers nearer to 1, or away from a kink of ReLU, can be")
    except KeyboardInterrupt:
        goes_on = f"`--resume {resume}` goes on from where it was" if resume else "nothing is written"
        click.echo(f"mlp-conformance: interrupted: {example} is not certified, {goes_on}", err=True)
        return 130
    return _delivered(text, output)


def _stopped(resume: Path | None) -> str:
    if resume:
        return "Ctrl-C stops it, and the same command goes on from there"
    return "Ctrl-C stops it and nothing is written; with --resume FILE it goes on from there"


def _delivered(text: str, output: Path | None) -> int:
    """Write a text to the file, or to standard output; the exit code."""
    if output is None:
        click.echo(text, nl=False)
        return 0
    whole = output.is_file() or not output.exists()
    written = output.with_name(f"{output.name}.part") if whole else output  # what was there stays until all is written
    try:
        written.write_text(text, encoding="utf-8")
        if whole:
            os.replace(written, output)
    except OSError as error:
        if whole:
            written.unlink(missing_ok=True)
        return fail(f"cannot write {output}: {error.strerror}")
    return 0


def _unwritable(output: Path, force: bool) -> str:
    """Why a file cannot or must not be written, known before the work; empty if it can."""
    if output.is_dir():
        return f"--output {output} is a directory: name a file in it"
    if not output.parent.is_dir():
        return f"--output {output}: there is no directory {output.parent}"
    if output.exists() and not force:
        return f"{output} exists already: name another file, or give --force to overwrite it"
    target = output if output.exists() else output.parent
    return "" if os.access(target, os.W_OK) else f"--output {output} cannot be written: no permission for {target}"


@contextmanager
def _counted(what: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar on standard error, if that is a terminal; what it yields is told each file that is done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(what, total=total)
        yield lambda file: progress.update(task, advance=1, description=f"{what} {file}")


@contextmanager
def _waiting(what: str, seconds: float) -> Iterator[None]:
    """How long it has taken, and is expected to take, on standard error, if that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), TextColumn(f"of about {seconds:.0f} s"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        progress.add_task(what, total=None)
        yield
