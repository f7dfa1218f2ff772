"""Whether the verdict depends on the seed: every fault under three, a right program under a hundred.

Each is judged as `mlp-conformance run` does by default, a fault until the first check that fails: those that killed it when
the kill matrix was measured are tried first. What was measured before is kept, so that the measurement can be done in parts.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from mlp_conformance.checks import Check, Settings, checks
from mlp_conformance.faults import FAULTS
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check
from power import page, records
from power.kill import advises_only

#: Seeds under which each fault has to be seen.
FAULT_SEEDS = (1, 2, 3)
#: Right programs, and under how many seeds they have to pass.
RIGHT = {"reference": 100, "reference-float32": 20, "reference-float16": 20}
NAME = "seeds"

Task = tuple[str, int]


def measured(task: Task) -> tuple[str, dict[str, Any]]:
    """The row of a program under a seed: for a fault the check that saw it, for a right one what spoke against it."""
    program, seed = task
    start = time.perf_counter()
    found = _against(program, seed)
    return row_id(task), {"against": found, "seconds": round(time.perf_counter() - start, 1)}


def row_id(task: Task) -> str:
    return f"{task[0]} {task[1]}"


def _against(program: str, seed: int) -> list[str]:
    """The checks that fail; of a fault the first alone."""
    subject, settings, found = load(program), Settings(seed=seed, shrink=False), []
    id = program.removeprefix("fault:")
    is_fault = id != program
    for check in _killers_first(id) if is_fault else checks():
        result = run_check(subject, check, settings)
        if result.is_broken or (is_fault and result.verdict == "advice" and advises_only(id)):
            found.append(check.id)
            if is_fault:
                break
    return found


def _killers_first(id: str) -> list[Check]:
    known = records.read("kill")["rows"].get(id, {"killers": []})["killers"]
    return sorted(checks(), key=lambda check: check.id not in known)


def tasks() -> list[Task]:
    """All that is to be measured: what says most about the suite first."""
    of_faults = [(f"fault:{id}", seed) for seed in FAULT_SEEDS for id in FAULTS]
    return [*of_faults, *((program, seed) for program, seeds in RIGHT.items() for seed in range(seeds))]


def section() -> str:
    """What the page says of it."""
    rows = records.read(NAME)["rows"]
    faults = {id: row for id, row in rows.items() if id.startswith("fault:")}
    missed = sorted(id for id, row in faults.items() if not row["against"])
    lines = [
        "## Other seeds",
        "",
        "With the default settings, as `tox -e seeds` measures; a part of it is kept and continued.",
        "",
        f"- Faults of the catalogue, {len(FAULTS)}, under seeds {', '.join(map(str, FAULT_SEEDS))}: "
        f"{len(faults)} of {len(FAULTS) * len(FAULT_SEEDS)} judged, {len(faults) - len(missed)} seen. "
        f"Not seen: {', '.join(f'`{id}`' for id in missed) or 'none'}.",
    ]
    for program, seeds in RIGHT.items():
        own = {seed: rows[id] for seed in range(seeds) if (id := row_id((program, seed))) in rows}
        alarms = sorted({check for row in own.values() for check in row["against"]})
        lines.append(
            f"- `{program}` under {len(own)} of {seeds} seeds: "
            f"{sum(not row['against'] for row in own.values())} times nothing fails. "
            f"Alarms: {', '.join(f'`{check}`' for check in alarms) or 'none'}."
        )
    return "\n".join(lines)


def main() -> int:
    """Measure what is missing, for so many minutes; 1 if anything so far is missed or accused."""
    options = records.parser(__doc__ or "", in_parts=True)
    options.add_argument("--again", action="store_true", help="measure everything anew")
    given = options.parse_args()
    before = {} if given.again else records.read(NAME)["rows"]
    left = [task for task in records.chosen(tasks(), given, row_id) if row_id(task) not in before]
    rows = before | records.measured(measured, left, given.workers, given.minutes)
    wanted = [row_id(task) for task in tasks()]
    rows = {id: rows[id] for id in wanted if id in rows}
    records.write(NAME, {"fault seeds": list(FAULT_SEEDS), "right": RIGHT}, rows)
    page.write()
    wrong = [id for id, row in rows.items() if bool(row["against"]) != id.startswith("fault:")]
    print(f"{len(rows)} of {len(wanted)} measured; {len(wrong)} with the wrong verdict: {', '.join(wrong) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
