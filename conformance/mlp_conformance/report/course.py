"""The grades of a course as a page and as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mlp_conformance.course.grades import Grade, groups
from mlp_conformance.course.rubric import Item
from mlp_conformance.report.templating import page
from mlp_reference import __version__

_STYLES = {"conforms": "green", "does not conform": "red", "not judged": "magenta"}


def html(grades: Sequence[Grade], items: Sequence[Item]) -> str:
    """A self-contained page: equal mistakes together, then every submission."""
    outcomes = [one.outcome for one in grades]
    return page(
        "course.html",
        grades=grades,
        groups=groups(grades),
        places={one.name: number for number, one in enumerate(grades, 1)},
        items=items,
        most=sum(item.points for item in items),
        conforming=outcomes.count("conforms"),
        failing=outcomes.count("does not conform"),
        unjudged=outcomes.count("not judged"),
        version=__version__,
    )


def show(grades: Sequence[Grade], items: Sequence[Item], console: Console) -> None:
    """A table, and who made the same mistake."""
    most = sum(item.points for item in items)
    table = Table("submission", "verdict", "points", "what is wrong", box=None, pad_edge=False, expand=False)
    for one in grades:
        verdict = Text(one.outcome, style=_STYLES[one.outcome])
        table.add_row(Text(one.name), verdict, Text(f"{one.total:g}/{most:g}"), Text(one.says, overflow="fold"))
    console.print(table)
    for mistake, members in groups(grades):
        names = ", ".join(one.name for one in members)
        console.print(Text(f"\n{len(members)} made the same mistake: {mistake}", style="bold"))
        console.print(Text(f"  {names}"))
