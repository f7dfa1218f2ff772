"""What a campaign says: coverage, how near errors came to their bounds, failures by kind, and the statement it entitles to."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mlp_conformance.campaign.conduct import Progress
from mlp_conformance.campaign.failures import Explanation
from mlp_conformance.campaign.judging import QUANTITIES, VERDICTS, hangs
from mlp_conformance.campaign.room import Room
from mlp_conformance.campaign.store import Store, write_whole
from mlp_conformance.campaign.strata import AXES

#: Kinds of failure of one implementation that are explained; the others are counted.
_EXPLAINED = 6


@dataclass(frozen=True)
class FailureGroup:
    """Failures of one kind. symptoms: what they show; cases: how many; file: the case file of the smallest found."""

    implementation: str
    symptoms: tuple[str, ...]
    cases: int
    diagnosis: str
    faults: tuple[str, ...]
    example: int
    quantity: str
    message: str
    error_over_bound: float
    file: str


def failure_groups(progress: Progress, store: Store) -> list[FailureGroup]:
    """Failures grouped by diagnosis, or by symptom where there is none; a case file is kept for each group."""
    found = progress.tally.failures
    if not found:
        return []
    room = Room(store.plan, store.suite)
    try:
        return [group for index in sorted({who for who, _ in found}) for group in _groups_of(index, progress, store, room)]
    finally:
        room.shut()


def _groups_of(index: int, progress: Progress, store: Store, room: Room) -> list[FailureGroup]:
    label = store.plan.implementations[index].label
    mine = {symptom: found for (who, symptom), found in progress.tally.failures.items() if who == index}
    merged: dict[tuple[str, ...], list[tuple[str, int, int, Explanation | None]]] = defaultdict(list)
    for rank, (symptom, (count, examples)) in enumerate(sorted(mine.items(), key=lambda item: (-item[1][0], item[0]))):
        numbers = tuple(case for _, case in examples)
        ends = symptom.startswith("process:") or hangs(symptom)  # what kills or hangs is not asked hundreds of times more
        explanation = room.explain(index, numbers, progress.searches) if rank < _EXPLAINED and not ends else None
        key = explanation.faults if explanation and explanation.faults else (symptom,)
        merged[key].append((symptom, count, numbers[0], explanation))
    return [_group(label, parts, store) for parts in merged.values()]


def _group(label: str, parts: Sequence[tuple[str, int, int, Explanation | None]], store: Store) -> FailureGroup:
    symptom, _, number, explanation = min(parts, key=lambda part: (part[3] is None, len(part[3].text) if part[3] else 0))
    file = ""
    if explanation is not None:
        name = "".join(c if c.isalnum() else "-" for c in f"{label}-{symptom.split(':')[0]}-{explanation.number}")[-80:].strip(
            "-"
        )
        file = f"failures/{name}.json"
        (store.folder / "failures").mkdir(exist_ok=True)
        write_whole(store.folder / file, explanation.text.encode())
    row = explanation.row if explanation else None
    return FailureGroup(
        label,
        tuple(part[0] for part in parts),
        sum(part[1] for part in parts),
        explanation.diagnosis if explanation else "",
        explanation.faults if explanation else (),
        explanation.number if explanation else number,
        row.worst or row.quantity if row else symptom.split(":")[0],
        row.message if row else symptom.partition(": ")[2],
        row.over_bound if row else 0.0,
        file,
    )


def document(progress: Progress, store: Store, failures: Sequence[FailureGroup]) -> dict[str, Any]:
    """The summary as JSON has it."""
    plan, tally = progress.plan, progress.tally
    return {
        "suite": dict(store.suite),
        "campaign": {
            "seed": plan.seed,
            "cases": plan.cases,
            "finished": progress.cases,
            "complete": progress.is_complete,
            "numbers judged": tally.numbers,
        },
        "implementations": [_implementation(index, progress) for index in range(len(plan.implementations))],
        "strata": {
            "all": plan.strata,
            "met": int(np.count_nonzero(progress.standing.cases)),
            "judged": int(np.count_nonzero(progress.standing.ratio.max(axis=1))),
            "axes": by_axis(progress),
        },
        "nearest": [
            {
                "error_over_bound": near.ratio,
                "case": near.case,
                "implementation": plan.implementations[near.implementation].label,
                "quantity": near.worst or near.quantity,
                "stratum": _words(progress, near.case),
            }
            for near in tally.nearest
        ],
        "failures": [asdict(group) for group in failures],
    }


def _implementation(index: int, progress: Progress) -> dict[str, Any]:
    tally, identity = progress.tally, progress.plan.implementations[index]
    verdicts = {
        quantity: {verdict: count for verdict in VERDICTS if (count := tally.verdicts[index, quantity, verdict])}
        for quantity in QUANTITIES
    }
    return {
        "implementation": identity.label,
        "name": identity.claims.name,
        "version": identity.claims.version,
        "dtype": identity.claims.dtype,
        "spread": tally.spread[index],
        "searched": tally.searched[index],
        "violations": tally.broken[index],
        "verdicts": {quantity: counts for quantity, counts in verdicts.items() if counts},
        "largest error over bound": {q: tally.largest[index, q] for q in QUANTITIES if (index, q) in tally.largest},
        "statement": statement(tally.spread[index], tally.searched[index], tally.broken[index]),
    }


def statement(spread: int, searched: int, broken: int) -> str:
    """What so many cases without a violation, or with some, entitle one to say."""
    if not spread + searched:
        return "Nothing was judged, and nothing can be said."
    total = f"{spread + searched:,} networks were judged"
    if broken:
        return f"{total}, and {broken:,} of them show a violation ({100 * broken / (spread + searched):.3g} %)."
    if not spread:
        return f"{total}, with no violation; all of them were searched for, so that nothing follows for a rate."
    rate = -math.expm1(math.log(0.05) / spread)
    return (
        f"{total}, with no violation. N = {spread:,} of them are spread evenly over the strata: the rate of violations under "
        f"this distribution is below 3/N = {rate:.2g} at 95 % confidence."
    )


def by_axis(progress: Progress) -> dict[str, dict[str, dict[str, Any]]]:
    """For each value on each axis: the cases, and the largest error over bound of each quantity."""
    return {axis: _grouped(progress, [axis]) for axis in AXES}


def _grouped(progress: Progress, axes: Sequence[str]) -> dict[str, dict[str, Any]]:
    standing = progress.standing
    rows: dict[str, list[int]] = defaultdict(list)
    for index in np.flatnonzero(standing.cases):
        stratum = progress.plan.stratum(int(index))
        rows[" ".join(stratum.on(axis) for axis in axes)].append(int(index))
    return {
        name: {
            "cases": int(standing.cases[indices].sum()),
            **{q: _finite(float(standing.ratio[indices, i].max())) for i, q in enumerate(QUANTITIES)},
        }
        for name, indices in sorted(rows.items())
    }


def _finite(ratio: float) -> float | None:
    return ratio if math.isfinite(ratio) else None


def _words(progress: Progress, case: int) -> str:
    _, stratum, parent = progress.plan.origin(case, progress.searches)
    words = ", ".join(f"{axis} {progress.plan.stratum(stratum).on(axis)}" for axis in AXES)
    return words if parent is None else f"{words}; a change of case {parent}"


def write(progress: Progress, store: Store, failures: Sequence[FailureGroup]) -> dict[str, Any]:
    """Write summary.json and summary.html into the campaign's directory; the document."""
    from mlp_conformance.campaign.page import page

    found = document(progress, store, failures)
    text = json.dumps(_without_infinities(found), indent=1, ensure_ascii=False, allow_nan=False)
    write_whole(store.folder / "summary.json", text.encode() + b"\n")
    write_whole(store.folder / "summary.html", page(progress, found).encode())
    return found


def _without_infinities(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without_infinities(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_without_infinities(value) for value in part]
    return None if isinstance(part, float) and not math.isfinite(part) else part


def text(found: dict[str, Any], folder: Path) -> str:
    """The summary for a terminal."""
    campaign, strata = found["campaign"], found["strata"]
    head = (
        f"{campaign['finished']:,} of {campaign['cases']:,} cases"
        if not campaign["complete"]
        else f"{campaign['cases']:,} cases"
    )
    lines = [
        f"{head}, {campaign['numbers judged']:,} numbers, seed {campaign['seed']}; "
        f"{strata['met']:,} of {strata['all']:,} strata met.",
        "One network in four is the search's, which goes where errors came nearest to their bounds, and counts for no rate.",
        "",
    ]
    for one in found["implementations"]:
        largest = ", ".join(f"{quantity} {ratio:.3f}" for quantity, ratio in one["largest error over bound"].items())
        sign = "✗" if one["violations"] else "✓" if one["spread"] + one["searched"] else "–"
        lines += [f"{sign} {one['implementation']} ({one['dtype']}): {one['statement']}"]
        lines += [f"  largest error over bound of what passed: {largest}"] if largest else []
    for group in found["failures"]:
        lines += ["", f"✗ {group['implementation']}: {group['cases']:,} cases: {'; '.join(group['symptoms'][:3])}"]
        lines += [f"  {group['diagnosis']}"] if group["diagnosis"] else [f"  {group['message']}"] if group["message"] else []
        lines.append(f"  $ mlp-conformance run {group['implementation']} --case {folder}:{group['example']}")
        lines += [f"  $ mlp-conformance run {group['implementation']} --case {folder / group['file']}"] if group["file"] else []
    if not campaign["complete"]:
        lines += ["", f"Not complete: go on by `mlp-conformance campaign --resume {folder}`."]
    lines += ["", f"{folder / 'summary.html'}, {folder / 'summary.json'}"]
    return "\n".join(lines) + "\n"
