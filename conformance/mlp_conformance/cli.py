"""The command line: `mlp-conformance run IMPLEMENTATION` and its companions.

Exit codes: 0 conforms, 1 does not conform, 2 wrong usage or the implementation could not be started, 130 interrupted.
"""

from __future__ import annotations

import math
import os
import sys
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from mlp_reference import __version__


class _Commands(click.Group):
    """A group that suggests a command for a typo, and ends without a traceback on a closed pipe and on Ctrl-C."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            with suppress(OSError, ValueError):  # what Python flushes when it exits has somewhere to go
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(141) from None
        except KeyboardInterrupt:
            click.echo("mlp-conformance: interrupted", err=True)
            raise SystemExit(130) from None
        return result

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None:
            close = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f" Did you mean {close[0]!r}?" if close else f" Commands: {', '.join(self.list_commands(ctx))}."
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


class _Seconds(click.FloatRange):
    """A finite number of seconds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = super().convert(value, param, ctx)
        if not math.isfinite(seconds):
            self.fail(f"{value!r} is not a number of seconds", param, ctx)
        return seconds


def fail(message: str) -> Any:
    """One clear message on standard error, exit 2."""
    click.echo(f"mlp-conformance: {message}", err=True)
    raise SystemExit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mlp-conformance")
def commands() -> None:
    """Does this multi-layer perceptron compute what the specification says?"""


@commands.command()
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
    default=50,
    show_default=True,
    help="Networks drawn for each check.",
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
    help="Judge on the network and batch of this file alone.",
)
@click.option(
    "--timeout",
    type=_Seconds(0.01),
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
@click.option("--thorough", is_flag=True, help="Long training runs to their end, however long they take.")
@click.option("--force", is_flag=True, help="Overwrite output files that are not reports of ours.")
@click.option("--watch", is_flag=True, help="Judge again whenever the file is saved; Ctrl-C ends it.")
@click.option("-v", "--verbose", is_flag=True, help="List every check.")
@click.option("-q", "--quiet", is_flag=True, help="Only the verdict.")
def run(implementation: str | None, command: str | None, **options: Any) -> None:
    """Judge IMPLEMENTATION.

    IMPLEMENTATION is the name of a bundled adapter (see `list implementations`), path/to/file.py:Name, path/to/file.py or a
    notebook (how its network is driven is found out, see `adapt`), package.module:Name, or fault:ID.
    """
    from mlp_conformance.running import run_command

    if options.pop("watch") and implementation:
        from mlp_conformance.adapting import watch_command

        path = Path(implementation.rpartition(":")[0] if ":" in implementation[2:] else implementation)
        if not path.is_file():
            fail(f"--watch needs a file: there is no {path}")
        arguments = [argument for argument in sys.argv[1:] if argument not in ("run", "--watch")]
        raise SystemExit(watch_command(path, arguments))
    raise SystemExit(run_command(implementation, command, **options))


@commands.command()
@click.argument("program")
@click.option("--output", type=click.Path(path_type=Path), help="Write to this new file instead of standard output.")
def adapt(program: str, output: Path | None) -> None:
    """Print the adapter that was found out for PROGRAM, path/to/file.py or path/to/file.py:Name, to keep and to change."""
    from mlp_conformance.adapting import adapt_command

    raise SystemExit(adapt_command(program, output))


@commands.command("list")
@click.argument("what", type=click.Choice(["requirements", "checks", "faults", "implementations", "examples"]))
def list_(what: str) -> None:
    """List requirements, checks, faults, bundled implementations or examples, one a line."""
    from mlp_conformance.explaining import listing

    width = max((len(id) for id, _ in listing(what)), default=0)
    for id, title in listing(what):
        click.echo(f"{id:<{width}}  {title}".rstrip())


@commands.command()
@click.argument("id")
def explain(id: str) -> None:
    """Explain a requirement, check, fault, example or erratum: its text, its formula, and what belongs to it."""
    from mlp_conformance.explaining import UnknownIdError, explanation

    try:
        click.echo(explanation(id))
    except UnknownIdError as error:
        fail(str(error))


@commands.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the comparison as Markdown, too.")
@click.option("--force", is_flag=True, help="Overwrite the Markdown file even if it is not ours.")
def compare(old: Path, new: Path, markdown: Path | None, force: bool) -> None:
    """What got better, worse, new or less accurate from the JSON report OLD to NEW; exit 1 on regressions."""
    from mlp_conformance.gating import compare_command

    raise SystemExit(compare_command(old, new, markdown, force))


@commands.group()
def golden() -> None:
    """Exact expected values: generate and verify the fixtures, derive those of your own network."""


@golden.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write; by default the fixtures' own place.",
)
def generate(output: Path | None) -> None:
    """Derive every example with SymPy and write the fixtures."""
    from mlp_conformance.deriving import golden_generate

    raise SystemExit(golden_generate(output))


@golden.command()
def verify() -> None:
    """Derive every example again and print what differs from the stored fixtures."""
    from mlp_conformance.deriving import golden_verify

    raise SystemExit(golden_verify())


@golden.command()
@click.argument("example", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
@click.option("--force", is_flag=True, help="Overwrite the output file.")
def derive(example: Path, output: Path | None, force: bool) -> None:
    """Derive the exact values of your own network and batch, given as an example file."""
    from mlp_conformance.deriving import golden_derive

    raise SystemExit(golden_derive(example, output, force))


def main() -> None:
    """The console script; a standard stream that the caller has closed takes everything and keeps nothing."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - as long as the process
    commands(prog_name="mlp-conformance")


if __name__ == "__main__":
    main()
