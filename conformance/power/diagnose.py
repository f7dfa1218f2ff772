"""The diagnosis measured: every fault through each interface, and mutants: what is named, and whether it is so."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from typing import Any

from mlp_conformance.checks import Settings, checks
from mlp_conformance.claims import Claims
from mlp_conformance.faults import FAULTS, FaultImplementation
from mlp_conformance.results import Report
from mlp_conformance.subject import Subject
from mlp_conformance.verdict import judge
from power import named, records
from power.mutate import same_as_faults
from power.mutation import Mutant, claims_of_all, mutants

EXAMPLES = 15
MUTANTS = 100
SEED = 5

#: What an implementation offers.
INTERFACES: dict[str, tuple[str, ...]] = {
    "all four": ("forward", "loss", "gradients", "train"),
    "gradients only": ("gradients",),
    "train only": ("train",),
    "forward only": ("forward",),
}


class Behind:
    """An adapter behind an interface: only some of its operations can be seen."""

    def __init__(self, adapter: Any, operations: tuple[str, ...]) -> None:
        self.claims: Claims = adapter.claims
        for name in operations:
            setattr(self, name, getattr(adapter, name))


def fault_row(task: tuple[str, str, int]) -> tuple[str, dict[str, Any]]:
    """What is said of a fault that shows itself through one interface."""
    id, interface, examples = task
    operations = INTERFACES[interface]
    subject = Subject(lambda: Behind(FaultImplementation(id), operations), f"fault:{id}")
    found = _judged(subject, examples)
    return f"{id} | {interface}", {"grade": named.grade(id, found[0]), "named": named.all_named(found[0]), "seconds": found[1]}


def mutant_row(task: tuple[Mutant, int]) -> tuple[str, dict[str, Any]]:
    """What is said of a mutant; a fault that is claimed to be complete is compared with it on fresh networks."""
    mutant, examples = task
    report, seconds = _judged(mutant.subject(claims_of_all()[0]), examples)
    complete = [finding.fault for finding in report.diagnosis if finding.complete and finding.kind == "fault"]
    grade = named.grade("", report)
    if complete:
        grade = "wrong" if any(same_as_faults(mutant, id) is False for id in complete) else "is a fault"
    return mutant.id, {"grade": grade, "named": named.all_named(report), "seconds": seconds}


def _judged(subject: Subject, examples: int) -> tuple[Report, float]:
    start = time.perf_counter()
    report = judge(subject, list(checks()), Settings(examples, 0, shrink=False))
    return report, round(time.perf_counter() - start, 1)


def table(rows: dict[str, Any]) -> list[str]:
    """Markdown: a row an interface, a column a grade; then the mutants."""
    lines = ["| interface | " + " | ".join(named.GRADES) + " |", "| --- |" + " ---: |" * len(named.GRADES)]
    for interface in INTERFACES:
        counts = Counter(row["grade"] for id, row in rows.items() if id.endswith(f" | {interface}"))
        lines.append(f"| {interface} | " + " | ".join(str(counts[grade]) for grade in named.GRADES) + " |")
    return lines


def mutant_counts(rows: dict[str, Any]) -> Counter[str]:
    """How many mutants got which grade."""
    return Counter(row["grade"] for id, row in rows.items() if " | " not in id)


def main() -> int:
    """Measure; 1 if a fault is named that is not there."""
    from power import page  # the page has all three measurements

    given = records.parser(__doc__ or "").parse_args()
    examples = given.examples or EXAMPLES
    start = time.perf_counter()
    tasks = [(id, interface, examples) for interface in INTERFACES for id in records.chosen(FAULTS, given, str)]
    rows = records.measured(fault_row, tasks, given.workers)
    drawn = random.Random(SEED).sample(mutants(), MUTANTS)
    rows |= records.measured(mutant_row, [(m, examples) for m in records.chosen(drawn, given, lambda m: m.id)], given.workers)
    if not given.only and not given.sample:
        settings = {"examples": examples, "minutes": round((time.perf_counter() - start) / 60, 1)}
        records.write("diagnosis", settings, rows)
        page.write()
    print("\n".join(table(rows)))
    print("mutants: " + ", ".join(f"{count} {grade}" for grade, count in sorted(mutant_counts(rows).items())))
    wrong = [f"{id}: {row['named']}" for id, row in rows.items() if row["grade"] == "wrong"]
    print("\n".join(["wrongly named:", *wrong] if wrong else ["none wrongly named"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
