"""The kill matrix: every fault of the catalogue against every check, in seconds, and what the diagnosis says."""

from __future__ import annotations

import sys
import time
from typing import Any

from mlp_conformance.checks import Settings, checks
from mlp_conformance.faults import EVERY_FAULT
from mlp_conformance.loading import load
from mlp_conformance.verdict import judge
from mlp_reference.specification import requirements
from power import named, reasons, records

#: Drawn networks a check: the default of `mlp-conformance run`.
EXAMPLES = 50


def advises_only(id: str) -> bool:
    """Whether the fault breaks nothing but a SHOULD: a check can then at worst advise, and advice counts as a kill."""
    return all(requirements()[broken].level == "SHOULD" for broken in EVERY_FAULT[id].breaks)


def row(task: tuple[str, str, int]) -> tuple[str, dict[str, Any]]:
    """The checks that kill a fault, in their order; how long it takes until the first and in all; and seconds of computing."""
    id, dtype, examples = task
    start, started = time.perf_counter(), time.process_time()
    checked = started
    until_killed: list[float] = []
    spec = f"fault:{id}" if dtype == "float64" else f"fault:{id}@{dtype}"
    killers: list[str] = []

    def each(result: Any) -> None:
        nonlocal checked
        checked = time.process_time()
        if result.is_broken or (result.verdict == "advice" and advises_only(id)):
            killers.append(result.check)
            until_killed.append(time.perf_counter() - start)

    report = judge(load(spec), list(checks()), Settings(examples, 0, shrink=False), each)
    return id, {
        "killers": killers,
        "errors": sum(result.verdict == "error" for result in report.results),
        "named": named.first_named(report),
        "grade": named.grade(id, report),
        "until killed": round(until_killed[0], 2) if until_killed else None,
        "seconds": round(time.perf_counter() - start, 1),
        "checking": round(checked - started, 1),
        "diagnosis": round(time.process_time() - checked, 1),
    }


def main() -> int:
    """Measure; 1 if a fault survives for which `power.reasons` has no reason."""
    from power import page  # the page has all three measurements

    options = records.parser(__doc__ or "", in_parts=True)
    options.add_argument("--dtype", default="float64", help="float64 (default, recorded), float32, float16")
    options.add_argument("--missing", action="store_true", help="only faults that have no row yet, or one without times")
    given = options.parse_args()
    examples = given.examples or EXAMPLES
    given.add = given.add or given.missing
    before = records.read("kill")["rows"] if given.missing else {}
    known = [id for id, found in before.items() if "checking" in found]
    tasks = [(id, given.dtype, examples) for id in records.chosen(EVERY_FAULT, given, str) if id not in known]
    tasks.sort(key=lambda task: task[0] in before)
    start = time.perf_counter()
    rows = records.measured(row, tasks, given.workers, given.minutes)
    survivors = [id for id, found in rows.items() if not found["killers"]]
    if given.dtype == "float64" and (given.add or not (given.only or given.sample)):
        every = [found.id for found in checks()]
        settings = {"examples": examples, "minutes": round((time.perf_counter() - start) / 60, 1), "checks": every}
        if given.add:
            settings_before, rows_by_now = records.added("kill", rows, EVERY_FAULT)
            killing = {killer for found in rows_by_now.values() for killer in found["killers"]}
            measured = [id for id in every if id in killing or id in settings_before["checks"]]
            records.write("kill", settings_before | {"checks": measured}, rows_by_now)
        else:
            records.write("kill", settings, rows)
        page.write()
    for id, found in rows.items():
        print(f"{id}: {len(found['killers'])} checks, first {(found['killers'] or ['none'])[0]}, says {found['named']}")
    print(f"{len(rows)} faults, {len(survivors)} survive: {', '.join(survivors) or 'none'}")
    return 1 if set(survivors) - set(reasons.FAULTS) else 0


if __name__ == "__main__":
    sys.exit(main())
