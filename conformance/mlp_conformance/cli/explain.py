"""`mlp-conformance explain`: the text of one id."""

from __future__ import annotations

import click

from mlp_conformance.cli.options import fail
from mlp_conformance.explaining import UnknownIdError, explanation


@click.command()
@click.argument("id")
def explain(id: str) -> None:
    """Explain a requirement, check, fault, example or erratum: its text, its formula, and what belongs to it."""
    try:
        click.echo(explanation(id))
    except UnknownIdError as error:
        raise SystemExit(fail(str(error))) from None
