"""`mlp-conformance compare`: what changed from one report to another."""

from __future__ import annotations

from pathlib import Path

import click

from mlp_conformance.cli.options import fail
from mlp_conformance.gate import compare as comparing
from mlp_conformance.report.files import OutputError, check_writable


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the comparison as Markdown, too.")
@click.option("--force", is_flag=True, help="Overwrite the Markdown file even if it is not ours.")
def compare(old: Path, new: Path, markdown: Path | None, force: bool) -> None:
    """What got better, worse, new or less accurate from the JSON report OLD to NEW; exit 1 on regressions."""
    raise SystemExit(compare_command(old, new, markdown, force))


def compare_command(old: Path, new: Path, markdown: Path | None, force: bool) -> int:
    """Print what changed; 1 on regressions, 2 for what is no report."""
    try:
        if markdown is not None:
            check_writable({"markdown": markdown}, force)
        found = comparing.compare(comparing.read(old), comparing.read(new))
    except (comparing.CompareError, OutputError) as error:
        return fail(str(error))
    click.echo(found.text(), nl=False)
    if markdown is not None:
        markdown.write_text(found.markdown(), encoding="utf-8")
    return 1 if found.regressed else 0
