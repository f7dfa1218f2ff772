"""`mlp-conformance list`: what there is, one a line."""

from __future__ import annotations

import click

from mlp_conformance.explaining import listing


@click.command("list")
@click.argument("what", type=click.Choice(["requirements", "checks", "faults", "implementations", "examples"]))
def list(what: str) -> None:
    """List requirements, checks, faults, bundled implementations or examples, one a line."""
    width = max((len(id) for id, _ in listing(what)), default=0)
    for id, title in listing(what):
        click.echo(f"{id:<{width}}  {title}".rstrip())
