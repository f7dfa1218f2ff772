"""`mlp-conformance new`: a working harness in another language, to put one's own network into."""

from __future__ import annotations

from pathlib import Path

import click

from mlp_conformance.cli.options import fail
from mlp_conformance.harnesses import HARNESSES, HarnessError, next_commands, write_harness


@click.command()
@click.argument("language", metavar="LANGUAGE")
@click.argument("directory", type=click.Path(path_type=Path))
def new(language: str, directory: Path) -> None:
    """Write a harness that conforms as it stands into DIRECTORY, to put your own network into.

    DIRECTORY is made; if it exists it has to be empty.
    """
    raise SystemExit(new_command(language, directory))


def new_command(language: str, directory: Path) -> int:
    """Write the harness and say what to type next; 2 for an unknown language or a directory that cannot take it."""
    try:
        harness, written = write_harness(language, directory)
    except HarnessError as error:
        return fail(str(error))
    for path in written:
        click.echo(directory / path)
    click.echo(f"\nYour network goes in {directory / harness.network}, where it says so. Build, try and judge:\n")
    for line in next_commands(harness, directory):
        click.echo(f"  {line}")
    return 0


new.epilog = f"LANGUAGE is one of {', '.join(HARNESSES)}."
