"""Pages that nobody writes: checks, faults, examples, commands and statements, out of what `explain` and `list` read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import click

from mlp_conformance import crosslinks
from mlp_conformance.checks import Check, checks
from mlp_conformance.cli import COMMANDS, commands
from mlp_conformance.explaining import listing, numeric_example
from mlp_conformance.faults import CHANCE_FAULTS, FAULTS, OPTION_FAULTS, Fault
from mlp_conformance.faults.fault import PHASES
from mlp_conformance.report.example import WorkedExample
from mlp_conformance.report.markdown import escaped
from mlp_conformance.worked.sections import TooLargeError
from mlp_conformance.worked.steps import worked
from mlp_reference.examples import Example, examples
from mlp_reference.specification import errata, requirements, statements

#: Significant digits of the worked examples.
DIGITS = 20


def target(id: str) -> str | None:
    """Where an id that stands in prose leads; None if it is no requirement and no erratum."""
    return id if id in requirements() or id in errata() else None


def belonging(id: str) -> str:
    """What belongs to a requirement or an erratum, each with a link."""
    if id not in requirements() and id not in errata():
        return ""
    if id in errata():
        parts = [("Requirements", [_to(r.id) for r in crosslinks.resting_on(id)])]
        about = [s.id for s in crosslinks.doubted_in(id)]
    else:
        tests = crosslinks.testing([id])
        compared = crosslinks.asked_of(tests)
        everything = len(compared) == len(examples())
        parts = [
            ("Tested by", [_to_check(group) for group in crosslinks.groups(tests)]),
            ("With the numbers of", ["[all examples](#all-examples)"] if everything else [_to_example(e) for e in compared]),
            ("Broken by", [_to_fault(fault.id) for fault in crosslinks.breaking(id)]),
            ("Errata", [_to(erratum.id) for erratum in crosslinks.decided_by(requirements()[id])]),
        ]
        about = [s.id for s in crosslinks.becoming(id)]
    parts.append(("The document's statements", [f"[{each}](#statement-{each.replace('.', '-').lower()})" for each in about]))
    lines = list(_lines(parts))
    return "\n".join([":::{container} belonging", *lines, ":::"]) if lines else ""


def _lines(parts: list[tuple[str, list[str]]]) -> Iterator[str]:
    for label, links in parts:
        if links:
            yield f"**{label}**: {', '.join(links)}"
            yield ""


def all_pages() -> Iterator[tuple[str, str]]:
    """(path without ending, text) of every page."""
    yield "reference/checks", _checks()
    for part, faults in _parts().items():
        yield f"reference/faults/{part}", _faults(part, faults)
    yield "reference/faults/index", _faults_index()
    for example in examples().values():
        yield f"reference/examples/{example.id}", _example(example)
    yield "reference/examples/index", _examples_index()
    yield "reference/statements", _statements()
    yield "reference/commands", _commands()
    yield "reference/implementations", _implementations()
    yield "reference/api", _api()


def all_worked() -> Iterator[tuple[str, str]]:
    """(id, page) of every example that is small enough to be written out."""
    for example in examples().values():
        try:
            found = worked(example.case(1), DIGITS)
        except TooLargeError:
            continue
        yield example.id, WorkedExample(example.title, example.description, found, DIGITS).html()


# ---- links


def _to(id: str) -> str:
    return f"[{id}](#{id})"


def _to_check(group: str) -> str:
    return f"[{group.replace('*', chr(92) + '*')}](#{check_anchor(group)})"


def _to_fault(id: str) -> str:
    return f"[{id}](#fault-{id})"


def _to_example(id: str) -> str:
    return f"[{id}](#example-{id})"


def check_anchor(group: str) -> str:
    """The target of a check, or of a group of them, on the page of checks."""
    return "check-" + re.sub(r"[^a-z0-9]+", "-", group.lower())


# ---- pages


def _checks() -> str:
    lines = [
        "# Checks",
        "",
        f"All {len(checks())} checks, by what they are made of. A golden check exists for every example; it is listed once. "
        "`mlp-conformance run IMPLEMENTATION --select ID` runs one.",
        "",
    ]
    kinds: dict[str, dict[str, Check]] = {}
    for found in checks():
        kinds.setdefault(found.kind, {}).setdefault(crosslinks.group(found), found)
    for kind, members in kinds.items():
        lines += [f"## {kind}", ""]
        for group, found in members.items():
            title = re.sub(r" (of|in|for) .*", "", found.title) if kind == "golden" else found.title
            lines += [
                f"({check_anchor(group)})=",
                f"### {group.replace('*', chr(92) + '*')}",
                "",
                f"{escaped(title)[0].upper()}{escaped(title)[1:]}. Counts for: {found.phase}."
                + (f" Needs {', '.join(found.needs)}." if found.needs else ""),
                "",
                *_lines([("Tests", [f"{_to(id)} {requirements()[id].title}" for id in found.requirements])]),
            ]
    return "\n".join(lines)


def _parts() -> dict[str, list[Fault]]:
    """The faults by the part of the computation that they are in; optional training and what is drawn by themselves."""
    parts: dict[str, list[Fault]] = {phase: [f for f in FAULTS.values() if f.phase == phase] for phase in PHASES}
    return parts | {"options": list(OPTION_FAULTS.values()), "chance": list(CHANCE_FAULTS.values())}


def _faults_index() -> str:
    parts = _parts()
    return "\n".join(
        [
            "# Known faults",
            "",
            f"{sum(map(len, parts.values()))} known ways to get it wrong, each the right algorithm with one formula changed: "
            "what is wrong, what is right, how to mend it, and the number that tells them apart. "
            "`mlp-conformance run fault:ID` judges one.",
            "",
            *(f"- [{part}]({part}.md): {len(faults)}" for part, faults in parts.items()),
            "",
            *_toctree(parts),
        ]
    )


def _faults(part: str, faults: list[Fault]) -> str:
    return "\n".join([f"# Faults: {part}", "", *(line for fault in faults for line in _fault(fault))])


def _fault(fault: Fault) -> Iterable[str]:
    # a formula may hold what Markdown would read, and several lines
    def block(text: str) -> list[str]:
        return ["```text", *text.splitlines(), "```", ""]

    separating = [_to_example(example.id) for example in crosslinks.separating(fault.id)]
    every = len(separating) > len(examples()) // 2
    return [
        f"(fault-{fault.id})=",
        f"## {fault.id}",
        "",
        f"**{escaped(fault.title[0].upper() + fault.title[1:])}.** {escaped(fault.explanation)}",
        "",
        *block(f"wrong  {fault.wrong}\nright  {fault.right}"),
        escaped(numeric_example(fault)),
        "",
        f"To mend it: {escaped(fault.mend)} Seen: {escaped(fault.seen)}.",
        "",
        *_lines(
            [
                ("Breaks", [_to(id) for id in fault.breaks]),
                ("Told from right by", [f"{len(separating)} of [the examples](#all-examples)"] if every else separating),
            ]
        ),
    ]


def _examples_index() -> str:
    rows = [
        f"| {_to_example(e.id)} | {escaped(e.title)} | {'-'.join(map(str, e.network.sizes))} |" for e in examples().values()
    ]
    return "\n".join(
        [
            "(all-examples)=",
            "# Examples",
            "",
            "Networks with exact inputs; every number of their answers is derived. `mlp-conformance explain --example ID` "
            "writes one out.",
            "",
            "| example | what it is | units |",
            "| --- | --- | --- |",
            *rows,
            "",
            *_toctree(examples()),
        ]
    )


def _example(found: Example) -> str:
    network = found.network
    tests = crosslinks.groups(check for check in checks() if check.id.startswith(f"golden/{found.id}/"))
    layers = ", ".join(layer.activation for layer in network.layers)
    try:
        worked(found.case(1), 5)
        written = f'<p><a href="../../worked/{found.id}.html">Every number of it, written out</a></p>'
    except TooLargeError:
        written = ""
    return "\n".join(
        [
            f"(example-{found.id})=",
            f"# {found.id}",
            "",
            f"**{escaped(found.title)}.** {escaped(found.description)}",
            "",
            f"Units {'-'.join(map(str, network.sizes))} ({layers}); {network.loss.replace('_', ' ')}, "
            f"{network.reduction.replace('_', ' ')}; {len(found.inputs)} samples; learning rate {found.learning_rate}; "
            f"epochs {', '.join(map(str, found.epochs))}.",
            "",
            *(["```{raw} html", written, "```", ""] if written else []),
            *_lines(
                [
                    ("Checked by", [_to_check(group) for group in tests]),
                    ("Tells from right", [_to_fault(id) for id in found.separates]),
                ]
            ),
        ]
    )


def _statements() -> str:
    lines = [
        "# Statements of the source document",
        "",
        "In our own words, with what became of each. The whole of it as data: `spec/statements.json`.",
        "",
    ]
    for found in statements().values():
        lines += [
            f"(statement-{found.id.replace('.', '-').lower()})=",
            f"## {found.id}",
            "",
            f"{escaped(found.says)} ({escaped(found.where)})",
            "",
            *_lines([("Became", [_to(id) for id in found.becomes]), ("Errata", [_to(id) for id in found.errata])]),
        ]
    return "\n".join(lines)


def _commands() -> str:
    lines = ["# The command line", "", "What each command says of itself with `--help`.", ""]
    context = click.Context(commands, info_name="mlp-conformance")
    for name in COMMANDS:
        command = commands.get_command(context, name)
        assert command is not None
        lines += [f"## {name}", "", *_help(command, name)]
        if isinstance(command, click.Group):
            for part in command.commands:
                lines += [f"### {name} {part}", "", *_help(command.commands[part], f"{name} {part}")]
    return "\n".join(lines)


def _help(command: click.Command, name: str) -> list[str]:
    context = click.Context(command, info_name=f"mlp-conformance {name}", max_content_width=90, terminal_width=90)
    return ["```text", command.get_help(context), "```", ""]


def _implementations() -> str:
    rows = [f"| `{name}` | {escaped(what)} |" for name, what in listing("implementations")]
    return "\n".join(["# Bundled adapters", "", "| name | |", "| --- | --- |", *rows, ""])


#: What the API reference describes: a heading, and directives of Sphinx that read the docstrings.
API = {
    "Judging": (
        "autofunction:: mlp_conformance.run",
        "autoclass:: mlp_conformance.Report",
        "autoclass:: mlp_conformance.results.Result",
        "autoclass:: mlp_conformance.results.Finding",
        "autofunction:: mlp_conformance.parametrize_with_checks",
    ),
    "Adapters": (
        "autoclass:: mlp_conformance.Claims",
        "autoexception:: mlp_conformance.Unsupported",
    ),
    "Adapters that were found out": (
        "autofunction:: mlp_conformance.definitions",
        "autofunction:: mlp_conformance.loop_body",
        "autofunction:: mlp_conformance.loop_setup",
    ),
    "Checks and faults": (
        "automodule:: mlp_conformance.checks.registry",
        "automodule:: mlp_conformance.faults.fault",
        "automodule:: mlp_conformance.crosslinks",
    ),
    "The reference: networks and the algorithm": (
        "automodule:: mlp_reference.network",
        "automodule:: mlp_reference.mlp",
        "automodule:: mlp_reference.activations",
        "automodule:: mlp_reference.losses",
    ),
    "The reference: exact values and bounds": (
        "automodule:: mlp_reference.examples",
        "automodule:: mlp_reference.fixtures",
        "automodule:: mlp_reference.formats",
        "automodule:: mlp_reference.oracle",
        "automodule:: mlp_reference.balls",
        "automodule:: mlp_reference.symbolic",
        "automodule:: mlp_reference.specification",
    ),
}


def _api() -> str:
    lines = [
        "# Python API",
        "",
        "Out of the docstrings. The contract of an adapter's methods is in [adapters](../docs/adapters.md).",
        "",
    ]
    for heading, directives in API.items():
        lines += [f"## {heading}", "", "```{eval-rst}"]
        for directive in directives:
            lines += [f".. {directive}", *([] if "function" in directive else ["   :members:"]), ""]
        lines += ["```", ""]
    return "\n".join(lines)


def _toctree(pages: Iterable[str]) -> list[str]:
    return ["```{toctree}", ":hidden:", "", *pages, "```"]
