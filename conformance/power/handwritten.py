"""Programs written by hand, with mistakes that people make: which are caught, and what is said of them."""

from __future__ import annotations

import sys
import types
import zlib
from collections import Counter
from typing import Any

from mlp_conformance.results import Report
from mlp_conformance.subject import Subject
from power import diagnose, records
from power.mistakes import MISTAKES, PROGRAMS, TRUE_OF

EXAMPLES = 12

#: From best to worst.
GRADES = ("named", "symptom", "wrong", "missed")
MEANING = {
    "named": "what is said to explain every number is what is wrong with the program",
    "symptom": "no fault is said to explain every number; where it goes wrong is told",
    "wrong": "something else is said to explain every number",
    "missed": "no check fails",
}

#: (the program, the mistake in it; "" for none, the number of examples).
Task = tuple[str, str, int]


def text(program: str, mistake: str = "") -> str:
    """The program with that mistake. Raises ValueError if what is to be replaced does not stand in it exactly once."""
    found = (PROGRAMS / f"{program}.py").read_text(encoding="utf-8")
    for old, new in MISTAKES[program][mistake] if mistake else ():
        if found.count(old) != 1:
            raise ValueError(f"{program}, {mistake}: {old!r} stands {found.count(old)} times in the program, not once")
        found = found.replace(old, new)
    return found


def subject(program: str, mistake: str = "") -> Subject:
    """The program with that mistake, to be judged."""
    module = types.ModuleType(program)
    exec(compile(text(program, mistake), f"{program}.py, {mistake or 'right'}", "exec"), module.__dict__)
    return Subject(module.Program, f"{program}: {mistake}")


def row(task: Task) -> tuple[str, dict[str, Any]]:
    """What is said of a program with a mistake."""
    program, mistake, examples = task
    report, seconds, of_diagnosis = diagnose.judged(subject(program, mistake), examples)
    named = [found.fault for found in report.diagnosis if found.complete]
    found = {"grade": grade(_id(task), report), "named": named, "statement": report.statement}
    return _id(task), found | {"seconds": seconds, "of them diagnosis": of_diagnosis}


def grade(id: str, report: Report) -> str:
    """One of GRADES."""
    if not any(result.is_broken for result in report.results):
        return "missed"
    named = {found.fault for found in report.diagnosis if found.complete}
    if not named:
        return "symptom"
    return "named" if named & set(TRUE_OF.get(id, ())) else "wrong"


def _id(task: Task) -> str:
    return f"{task[0]}: {task[1]}"


def tasks(examples: int) -> list[Task]:
    """Every mistake, in an order that says nothing: whatever part is measured stands for the whole."""
    every = [(program, mistake, examples) for program, mistakes in MISTAKES.items() for mistake in mistakes]
    return sorted(every, key=lambda task: zlib.crc32(_id(task).encode()))


def section() -> str:
    """The part of docs/power.md, from the record."""
    record = records.read("handwritten")
    rows, every = record["rows"], len(tasks(0))
    if not rows:
        return "## Mistakes in programs written by hand\n\nNot measured yet: `python -m power.handwritten`."
    grades = Counter(found["grade"] for found in rows.values())
    lines = [
        "## Mistakes in programs written by hand",
        "",
        f"Six programs in `conformance/handwritten`, unlike the reference and right, and {every} mistakes in them that people",
        "make. The first hundred were written down before the catalogue of faults was looked at, the others to find what it",
        "lacks. Which names are true of a mistake was written down afterwards, and where the first answers were symptoms",
        "formulas were added: when they were first measured, 59 of the first hundred and two thirds of the others were named.",
        f"Measured: {len(rows)}, in an order that is drawn, with {record['settings'].get('examples')} networks a check.",
        "",
        "| " + " | ".join(GRADES) + " |",
        "|" + " ---: |" * len(GRADES),
        "| " + " | ".join(str(grades[name]) for name in GRADES) + " |",
        "",
        *(f"- *{name}*: {meaning}" for name, meaning in MEANING.items()),
        "",
        "| program: mistake | so | named |",
        "| --- | --- | --- |",
        *(f"| {id} | {found['grade']} | {', '.join(found['named']) or '—'} |" for id, found in rows.items()),
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure; 1 if a mistake is not noticed, or a fault is named that is not there."""
    from power import page  # the page has all measurements

    options = records.parser(__doc__ or "", in_parts=True, resumed=True)
    given = options.parse_args()
    examples = given.examples or EXAMPLES
    every = tasks(examples)
    known = records.read("handwritten")["rows"] if given.resume else {}
    chosen = [task for task in records.chosen(every, given, _id) if _id(task) not in known]
    rows = records.measured(row, chosen, given.workers, given.minutes)
    if given.add or given.resume or not (given.only or given.sample):
        both = records.added("handwritten", rows, map(_id, every))[1] if given.add or given.resume else rows
        records.write("handwritten", {"examples": examples}, both)
        page.write()
    bad = [f"{id}: {found['grade']}: {found['named']}" for id, found in rows.items() if found["grade"] in ("missed", "wrong")]
    print("\n".join([f"{len(rows)} mistakes", *(bad or ["all noticed, none wrongly named"])]))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
