"""`mlp-conformance adapt`: the adapter that was found out for a program, as text to keep."""

from __future__ import annotations

from pathlib import Path

import click

from mlp_conformance.adapting import driven_from
from mlp_conformance.cli.options import fail
from mlp_conformance.loading import LoadError


@click.command()
@click.argument("program")
@click.option("--output", type=click.Path(path_type=Path), help="Write to this new file instead of standard output.")
def adapt(program: str, output: Path | None) -> None:
    """Print the adapter that was found out for PROGRAM, path/to/file.py[:Name] or package[.module:Name]."""
    raise SystemExit(adapt_command(program, output))


def adapt_command(spec: str, output: Path | None) -> int:
    """Print, or write to a new file, the adapter of the program that `spec` names; the exit code."""
    try:
        plan = driven_from(spec)
    except LoadError as error:
        return fail(str(error))
    if output is None:
        click.echo(plan.source(), nl=False)
        return 0
    if output.exists():
        return fail(f"{output} exists already, and is not overwritten: name another file")
    try:
        output.write_text(plan.beside(output).source(), encoding="utf-8")
    except OSError as error:
        return fail(f"cannot write {output}: {error.strerror}")
    click.echo(f"{output} written: judge it with `mlp-conformance run {output}:Adapter`")
    return 0
