"""`mlp-conformance explain`: the text of one id, or an example of one's own written out with every number put in."""

from __future__ import annotations

from pathlib import Path

import click

from mlp_conformance.cli.options import fail
from mlp_conformance.explaining import UnknownIdError, explanation
from mlp_conformance.report.files import OutputError, check_writable


@click.command()
@click.argument("id", required=False)
@click.option(
    "--example",
    type=click.Path(path_type=Path),
    help="Write out forward pass, deltas, gradients and update of the network in this example file, or of an example's id.",
)
@click.option("--html", "html_file", type=click.Path(path_type=Path), help="With --example: write it as a page.")
@click.option("--markdown", "markdown_file", type=click.Path(path_type=Path), help="With --example: write it as Markdown.")
@click.option("--latex", "latex_file", type=click.Path(path_type=Path), help="With --example: write it as LaTeX.")
@click.option(
    "--digits",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="With --example: significant digits, all of them certain.",
)
@click.option("--epoch", type=click.IntRange(1, 100), default=1, show_default=True, help="With --example: which epoch.")
@click.option("--force", is_flag=True, help="Overwrite output files that are not of our making.")
def explain(
    id: str | None,
    example: Path | None,
    html_file: Path | None,
    markdown_file: Path | None,
    latex_file: Path | None,
    digits: int,
    epoch: int,
    force: bool,
) -> None:
    """Explain a requirement, check, fault, example or erratum: its text, its formula, and what belongs to it.

    With --example, work a network through instead, step by step.
    """
    outputs = {"html": html_file, "markdown": markdown_file, "latex": latex_file}
    wanted = {name: path for name, path in outputs.items() if path is not None}
    if (id is None) == (example is None):
        raise SystemExit(fail("name an ID or give --example FILE.json, one of the two: see `mlp-conformance explain --help`"))
    if example is not None:
        raise SystemExit(explain_example(example, wanted, digits, epoch, force))
    if wanted:
        raise SystemExit(fail(f"--{next(iter(wanted))} goes with --example FILE.json"))
    try:
        click.echo(explanation(id or ""))
    except UnknownIdError as error:
        raise SystemExit(fail(str(error))) from None


def explain_example(file: Path, wanted: dict[str, Path], digits: int, epoch: int, force: bool) -> int:
    """Write out one example in the forms that are wanted, or as text on standard output; the exit code."""
    from mlp_conformance.report.example import WorkedExample
    from mlp_conformance.worked.sections import TooLargeError
    from mlp_conformance.worked.steps import worked
    from mlp_reference.examples import ExampleError, examples, load_example

    try:
        check_writable(wanted, force)
        known = None if file.suffix or file.exists() else examples().get(str(file))
        loaded = known or load_example(file)
        found = worked(loaded.case(epoch), digits, epoch)
    except (OutputError, ExampleError, OSError) as error:
        return fail(str(error))
    except TooLargeError as error:
        return fail(f"{file}: {error}. `mlp-conformance golden derive` writes the numbers of networks of any size")
    except ArithmeticError as error:
        return fail(f"{file}: cannot be written out: {error}")
    written = WorkedExample(loaded.title or loaded.id, loaded.description, found, digits)
    try:
        for name, path in wanted.items():
            path.write_text(getattr(written, name)(), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        return fail(f"cannot write {path}: {error.strerror}")
    if not wanted:
        click.echo(written.text(), nl=False)
    return 0
