"""No false alarm, measured: every right program of the tests' gallery on thousands of drawn networks, and how near it comes.

A part of the measurement is what everyday tests do: 25 networks for each of the four checks that ask for every kind of number,
a few for the others. Some programs of one format are asked about the same networks together, so that what is certified of them
is found once. What was measured before is kept, so that parts add up.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Any
from unittest.mock import patch

import numpy as np

from mlp_conformance.checks import Check, Settings, Trial, checks, comparing
from mlp_conformance.enclosures import fingerprint
from mlp_conformance.judgement import Judgement, judge
from mlp_conformance.loading import load
from mlp_conformance.results import Result
from mlp_conformance.runner import run_check
from mlp_reference.formats import FORMATS, Format
from mlp_reference.network import Case
from mlp_reference.oracle import Expected, Oracle
from power import page, records
from power.right import gallery

NAME = "soundness"
#: The four checks that ask for every kind of number, whose networks are counted.
FOUR = ("drawn/forward", "drawn/loss", "drawn/gradients", "drawn/train")
#: Networks that a program is judged on in all; those of each of the four in a part; those of the others, before their share.
NETWORKS, PART, OTHERS = 2000, 25, 5
#: Programs that are judged together.
TOGETHER = 6
#: Errors over bounds are counted in classes: four to each power of two, down to 2^-20; 0 has one of its own.
_FINEST = 80
#: Larger than any error that is measured: where a bound is 0, which nothing that is not exact is within.
_BEYOND = 2.0**64
#: Activations, loss, gradients and trained parameters, of whatever layer: what is compared with certified values.
_QUANTITY = re.compile(r"(a|E|dE/dW|dE/db|W|b)\d*$")
_QUANTITIES = ("a", "E", "dE/dW", "dE/db", "W", "b")
#: Checks that ask the same whatever the seed: one part of the measurement is enough for them.
_FIXED = ("golden/", "options/golden-", "training/trajectory-", "approximation/", "wide/")

#: The format, the number of the part, and the programs that are to be judged in it.
Task = tuple[str, int, tuple[str, ...]]


def settings(found: Check, seed: int) -> Settings:
    """How a check is run in a part, and every day."""
    return Settings(PART if found.id in FOUR else OTHERS, seed)


def programs() -> dict[str, Any]:
    """What can be loaded here: the whole gallery, and those bundled adapters whose libraries are installed."""
    installed = {name: name for name, module in gallery.LIBRARIES.items() if find_spec(module) is not None}
    return {**gallery.WHOLE_GALLERY, **installed}


def measured(task: Task) -> tuple[str, dict[str, Any]]:
    """For each program of a part: the numbers judged, what spoke against it, and its errors over bounds in classes."""
    format, part, names = task
    known: dict[tuple[Any, ...], Oracle] = {}
    noted: list[tuple[str, float]] = []

    def oracle(asking: Trial, case: Case) -> Oracle:
        key = (asking.claims.conventions, fingerprint(case))
        return known.setdefault(key, Oracle(case, asking.format))

    def noting(compared: Sequence[tuple[str, np.ndarray, Expected]], format: Format) -> Judgement:
        for each in compared:
            worst, kind = judge([each], format).worst, _QUANTITY.match(each[0])
            if worst is not None and kind:
                noted.append((kind[1], worst.over_bound))
        return judge(compared, format)

    subjects = {name: load(programs()[name]) for name in names}
    rows: dict[str, dict[str, Any]] = {name: {"numbers": 0, "alarms": [], "arrays": {}} for name in names}
    with patch.object(Trial, "oracle", oracle), patch.object(comparing, "judge", noting):
        for found in (found for found in checks() if not part or not found.id.startswith(_FIXED)):
            for name, subject in subjects.items():
                result = run_check(subject, found, replace(settings(found, part), shrink=False))
                _note(rows[name], result, part, noted)
                noted.clear()
            known.clear()
    return f"{format}, part {part}: {names[0]} and {len(names) - 1} more", rows


def _note(row: dict[str, Any], result: Result, part: int, noted: list[tuple[str, float]]) -> None:
    """Add a check's result to a program's row."""
    row["numbers"] += result.judged
    if result.is_broken:
        row["alarms"].append(f"{result.check}, seed {part}: {result.quantity} {result.error_over_bound} {result.message}")
    for quantity, ratio in noted:
        classes = row["arrays"].setdefault(quantity, {})
        classes[str(_class(ratio))] = classes.get(str(_class(ratio)), 0) + 1


def _class(ratio: float) -> int:
    """The class of an error over bound: -4 log2 of it, rounded down, so that class 0 is just below 1; negative beyond 1."""
    return _FINEST if ratio <= 2.0 ** (-_FINEST / 4) else math.floor(-4 * math.log2(min(ratio, _BEYOND)))


def _upper(number: int) -> float:
    """No ratio of the class is larger."""
    return 2.0 ** (-number / 4) if number < _FINEST else 2.0 ** (-_FINEST / 4)


def added(before: dict[str, Any] | None, row: dict[str, Any]) -> dict[str, Any]:
    """A program's row with one part more."""
    if before is None:
        return {"parts": 1, **row}
    arrays = defaultdict(Counter, {quantity: Counter(classes) for quantity, classes in before["arrays"].items()})
    for quantity, classes in row["arrays"].items():
        arrays[quantity] += Counter(classes)
    return {
        "parts": before["parts"] + 1,
        "numbers": before["numbers"] + row["numbers"],
        "alarms": before["alarms"] + row["alarms"],
        "arrays": {quantity: dict(classes) for quantity, classes in arrays.items()},
    }


def tasks(rows: dict[str, Any], wanted: Callable[[str], bool]) -> list[Task]:
    """What is left to be measured, the parts that are furthest behind first."""
    formats: dict[str, list[str]] = defaultdict(list)
    for name, program in programs().items():
        if wanted(name):
            formats[load(program).claims.dtype].append(name)
    done = {name: rows.get(name, {"parts": 0})["parts"] for names in formats.values() for name in names}
    found: list[Task] = []
    for part in range(NETWORKS // (len(FOUR) * PART)):
        for format in (name for name in FORMATS if name in formats):
            names = [name for name in formats[format] if done[name] <= part]
            found += [(format, part, tuple(names[i : i + TOGETHER])) for i in range(0, len(names), TOGETHER)]
    return found


def section() -> str:
    """What the page says of it."""
    rows = records.read(NAME)["rows"]
    if not rows:
        return "## Right programs\n\nNot measured yet: `tox -e soundness`."
    networks = sorted(row["parts"] * len(FOUR) * PART for row in rows.values())
    alarms = [f"- {name}: {alarm}" for name, row in rows.items() for alarm in row["alarms"]]
    lines = [
        "## Right programs",
        "",
        f"Right programs in unlike formulations, as `tox -e soundness` judges them: so far {len(rows)} of the "
        f"{len(gallery.WHOLE_GALLERY) + len(gallery.LIBRARIES)}, on at least {networks[0]:,} and at most {networks[-1]:,} of",
        f"{NETWORKS:,} networks for the four checks that ask for every kind of number, a quarter of them each, and a "
        f"fifth of that for the others; {sum(row['numbers'] for row in rows.values()):,} numbers. "
        f"**{sum(bool(row['alarms']) for row in rows.values())} with alarms.**",
        "The largest error of an array over its bound, by quantity; each share of the arrays lies below the number given,",
        "which is the upper end of a class a quarter of a power of two wide. Near 1 a right program is nearly accused, far",
        "below it a wrong one may hide.",
        "",
        *alarms,
        *([""] if alarms else []),
        "| quantity | format | arrays | exact | median | 90 % | 99 % | largest |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    formats = records.read(NAME)["settings"]["formats"]
    for quantity in _QUANTITIES:
        for format in FORMATS:
            classes: Counter[int] = Counter()
            for name, row in rows.items():
                if formats[name] == format:
                    classes += Counter({int(key): n for key, n in row["arrays"].get(quantity, {}).items()})
            if classes:
                lines.append(f"| {quantity} | {format} | {_distribution(classes)} |")
    return "\n".join(lines)


def _distribution(classes: Counter[int]) -> str:
    """How many arrays, the share that is exact or nearly so, and upper ends of quantiles."""
    total, shown = sum(classes.values()), []
    for share in (0.5, 0.9, 0.99, 1.0):
        below = 0
        for number in sorted(classes, reverse=True):
            below += classes[number]
            if below >= share * total:
                shown.append(f"{_upper(number):.2g}")
                break
    return " | ".join([f"{total:,}", f"{classes[_FINEST] / total:.0%}", *shown])


def main() -> int:
    """Measure what is missing, for so many minutes; 1 if a right program is accused."""
    options = records.parser(__doc__ or "", in_parts=True)
    options.add_argument("--again", action="store_true", help="measure everything anew")
    given = options.parse_args()
    rows = {} if given.again else records.read(NAME)["rows"]
    left = tasks(rows, lambda name: given.only in name)
    for found in records.measured(measured, left, given.workers, given.minutes).values():
        for name, row in found.items():
            rows[name] = added(rows.get(name), row)
    every = programs()
    rows = {name: rows[name] for name in [*every, *(name for name in rows if name not in every)] if name in rows}
    formats = records.read(NAME)["settings"].get("formats", {}) | {n: load(p).claims.dtype for n, p in every.items()}
    records.write(NAME, {"formats": formats}, rows)
    page.write()
    alarmed = [name for name, row in rows.items() if row["alarms"]]
    fewest = min((row["parts"] * len(FOUR) * PART for row in rows.values()), default=0)
    print(f"{len(rows)} programs on {fewest:,} networks or more; with alarms: {', '.join(alarmed) or 'none'}")
    return 1 if alarmed else 0


if __name__ == "__main__":
    sys.exit(main())
