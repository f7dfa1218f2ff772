"""The report for a person at a terminal: the verdict first, then what explains it, then each failure with its numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mlp_conformance.results import Finding, Report, Result

MARKS = {"passed": "✓", "failed": "✗", "error": "!", "unsupported": "–", "advice": "i"}
_STYLES = {
    "passed": "green",
    "failed": "bold red",
    "error": "bold magenta",
    "unsupported": "dim",
    "advice": "cyan",
}
#: Controls (but tab and line feed), marks of direction, surrogates and noncharacters.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
#: Columns of a wider terminal stay empty.
WIDEST = 100
#: Failures shown in full; so many others are one line each.
IN_FULL, LISTED = 6, 200


def as_text(report: Report, width: int = 80, color: bool = False, verbose: bool = False, quiet: bool = False) -> str:
    """The report as text, without trailing blanks."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=color,
        force_jupyter=False,  # the text is asked for, not a display of it
        color_system="standard" if color else None,
        highlight=False,
    )
    show(report, console, verbose, quiet)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def show(report: Report, console: Console, verbose: bool = False, quiet: bool = False) -> None:
    """Print the report, no wider than one reads; lines that are to be copied are never broken."""
    console.width = min(console.width, WIDEST)
    console.print(_verdict(report))
    gate = [] if report.gate is None else report.gate.lines()
    if quiet:
        for line in gate[:1]:
            console.print(Text(printable(line), style="bold"))
        return
    console.print(_classes(report))
    for remark in report.remarks:
        console.print(Padding(Text(f"Note: {printable(remark)}", style="yellow"), (0, 0, 0, 2)))
    for finding in report.diagnosis:
        console.print(_finding(finding))
    if report.statement:
        console.print(Padding(Text(printable(report.statement)), (1, 0, 0, 2)))
    _show_broken(report, console)
    _show_others(report, console, verbose)
    console.print(Text(_counts(report), style="dim"))
    if gate:
        console.print(Text("\n" + printable("\n".join(gate)), style="bold"))


def printable(text: str) -> str:
    """Text that steers nothing: no control characters, no marks that turn the writing around, nothing that is no character."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def verdict_text(report: Report) -> str:
    """The verdict in one sentence, without the name."""
    if report.conforms:
        return f"conforms in {_listed([name for name, verdict in report.classes.items() if verdict == 'passed'])}"
    if report.interrupted:
        return "interrupted, no verdict"
    if any(result.is_broken for result in report.results):
        return "does not conform"
    return "too few checks could be run for a verdict, so it does not conform"


def _verdict(report: Report) -> RenderableType:
    name = " ".join(str(report.implementation[key]) for key in ("name", "version") if report.implementation.get(key))
    name = printable(f"{name} ({report.implementation['dtype']})")
    if report.conforms:
        judged = [name for name, verdict in report.classes.items() if verdict == "passed"]
        line = Text.assemble((f"{name} conforms", "bold green"), f" in {_listed(judged)}.")
    elif report.interrupted:
        line = Text.assemble((f"{name}: interrupted", "bold yellow"), ", no verdict. What was found until then:")
    elif any(result.is_broken for result in report.results):
        line = Text(f"{name} does not conform.", style="bold red")
    else:
        line = Text(f"{name}: too few checks could be run for a verdict, so it does not conform.", style="bold red")
    found = report.implementation.get("found")
    return Group(line, Text(f"Taken for {printable(found)}.", style="dim")) if found else line


def _classes(report: Report) -> RenderableType:
    shown = [
        Text(f"{MARKS[verdict]} {name} {report.outcome(name)}", style=_STYLES[verdict])
        for name, verdict in report.classes.items()
    ]
    return Text("  ").append_text(Text("   ").join(shown))


def _finding(finding: Finding) -> RenderableType:
    lines: list[RenderableType] = [
        Text(""),
        Text(printable(finding.text or finding.title), style="bold yellow"),
    ]
    if finding.wrong:
        table = Table.grid(padding=(0, 2))
        table.add_row(Text("  wrong", style="red"), Text(printable(finding.wrong)))
        table.add_row(Text("  right", style="green"), Text(printable(finding.right)))
        lines.append(table)
    if finding.mend:
        lines.append(Padding(Text(printable(finding.mend)), (0, 0, 0, 2)))
    return Group(*lines)


def _show_broken(report: Report, console: Console) -> None:
    broken = [result for result in report.results if result.is_broken]
    first = sorted(broken, key=lambda result: result.follows_from is not None)
    for result in first[:IN_FULL]:
        console.print(_failure(result, console.width), crop=False)
    rest = first[IN_FULL:]
    if rest:
        console.print(Text(f"\n{len(rest)} more:", style="bold"))
        for result in rest[:LISTED]:
            console.print(
                Text(f"  {MARKS[result.verdict]} {result.check}", style="dim"),
                overflow="ellipsis",
                no_wrap=True,
            )
        if len(rest) > LISTED:
            console.print(Text(f"  and {len(rest) - LISTED} others", style="dim"))


def _failure(result: Result, width: int) -> RenderableType:
    title = f"{MARKS[result.verdict]} {result.check}"
    head = Text.assemble((title, _STYLES[result.verdict]), f"  {_fitting(result.requirements, width - len(title) - 2)}")
    lines: list[RenderableType] = [Text(""), head]
    lines.append(Padding(Text(printable(result.says)), (0, 0, 0, 2)))
    if result.quantity and result.expected is not None:
        table = Table.grid(padding=(0, 2))
        table.add_row(Text(f"  {result.quantity}", style="bold"), "expected", Text(_short(printable(result.expected))))
        table.add_row("", "got", Text(printable(result.got or ""), style="red"))
        table.add_row(
            "",
            "error",
            Text(f"{as_number(result.error_ulps)} ulp, {as_number(result.error_over_bound)} times its bound"),
        )
        if result.judged > 1:
            table.add_row("", "", Text(f"{result.wrong} of {result.judged} numbers are wrong", style="dim"))
        lines.append(table)
    if result.follows_from:
        lines.append(Text(f"  may follow from {result.follows_from}", style="dim"))
    if result.reproduce:
        lines.append(Text(f"  $ {printable(result.reproduce)}", style="dim", no_wrap=True, overflow="ignore"))
    return Group(*lines)


def _fitting(ids: Sequence[str], width: int) -> str:
    """As many ids as fit on the line."""
    shown = [", ".join([*ids[:count], *(["…"] if count < len(ids) else [])]) for count in range(len(ids), 0, -1)]
    return next((text for text in shown if len(text) <= width), "")


def _show_others(report: Report, console: Console, verbose: bool) -> None:
    advice = [result for result in report.results if result.verdict == "advice"]
    if advice:
        console.print(Text("\nAdvice (nothing that the specification demands):", style="bold cyan"))
        for result in advice:
            console.print(Padding(Text(f"{result.check}: {printable(result.message)}"), (0, 0, 0, 2)))
    log = [result.message for result in report.results if result.verdict == "passed" and "the document's log" in result.message]
    if log and not verbose:
        console.print(Padding(Text(f"{log[0][0].upper()}{log[0][1:]}.", style="dim"), (1, 0, 0, 2)))
    if verbose:
        console.print()
        for result in report.results:
            bound = f"  {as_number(result.error_over_bound)} of the bound" if result.error_over_bound is not None else ""
            line = f"{MARKS[result.verdict]} {result.check}{bound}"
            console.print(Text(line, style=_STYLES[result.verdict]))
            if result.verdict == "unsupported" or (result.verdict == "passed" and result.message):
                console.print(Padding(Text(printable(result.message), style="dim"), (0, 0, 0, 4)))


def _counts(report: Report) -> str:
    counts = [f"{number} {verdict}" for verdict, number in report.summary.items() if number]
    numbers = sum(result.judged for result in report.results)
    seconds = sum(result.seconds for result in report.results)
    found = f"\n{', '.join(counts) or 'nothing was run'}: {numbers} numbers judged in {seconds:.1f} s"
    most = report.settings.get("examples")  # an interrupted run may not have them
    if most and (shortened := sum(result.shortened for result in report.results)):
        checks = "one check" if shortened == 1 else f"{shortened} checks"
        found += f"\nIts answers take long, so {checks} ended with a part of the networks: --examples {most} draws all."
    return found


def as_number(value: float | None) -> str:
    """A measure of an error, short."""
    if value is None:
        return "?"
    return f"{value:.3g}" if value < 1e5 else f"{value:.2e}"


def _short(expected: str) -> str:
    return expected if len(expected) <= 26 else expected[:26]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
