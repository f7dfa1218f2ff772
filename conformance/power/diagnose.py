"""The diagnosis measured: faults through each interface, pairs and mutants: what is named, and whether it is so."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from mlp_conformance.checks import Check, Settings, checks
from mlp_conformance.checks.drawing import run_drawn
from mlp_conformance.diagnosis import Evidence, diagnose
from mlp_conformance.diagnosis.hypotheses import ONLY_WHERE
from mlp_conformance.diagnosis.quantities import in_floats
from mlp_conformance.diagnosis.wording import NOWHERE_ELSE
from mlp_conformance.faults import FAULTS, UnknownFault, composable, compose, fault
from mlp_conformance.faults.variants import with_either_loss
from mlp_conformance.results import Finding, Report
from mlp_conformance.runner import finished, run_checks
from mlp_conformance.strategies import Scope, cases
from mlp_conformance.subject import Subject
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case
from power import named, records
from power.interfaces import INTERFACES, offered
from power.mutation import Mutant, claims_of_all, mutants

EXAMPLES = 12
PAIRS, MUTANTS = 200, 100
SEED = 5
#: Kinds of checks that are run: those whose cases are few and telling.
KINDS = ("golden", "drawn", "saturation", "training", "conduct")
#: The interface through which a fault of a phase shows least of itself, and does show.
HARDEST = {
    "forward": "gradients only",
    "loss": "forward and loss",
    "gradients": "train only",
    "update": "train only",
    "conduct": "all four",
}
#: Fresh networks on which what was named is compared with what is there.
COMPARED = 60
#: Bits that roundings in another order, and constants in floats, may cost.
_ROUNDINGS = 8

#: (what is measured, the ids of the faults or the mutant, the interface, the number of examples).
Task = tuple[str, str | Mutant, str, int]


def row(task: Task) -> tuple[str, dict[str, Any]]:
    """What is said of a fault, a pair or a mutant that shows itself through an interface."""
    kind, what, interface, examples = task
    if isinstance(what, Mutant):
        id, algorithm, subject = what.id, what.algorithm(), what.subject(claims_of_all()[0])
    else:
        id, algorithm, subject = what, compose(*map(fault, what.split("+")))(), offered(what, interface)
    report, seconds, of_diagnosis = judged(subject, examples)
    grade = named.grade(id, report)
    if grade == "wrong":
        complete = [finding for finding in report.diagnosis if finding.complete]
        grade = "same" if all(_same(algorithm, finding, subject) for finding in complete) else "wrong"
    found = {"kind": kind, "interface": interface, "grade": grade, "named": named.all_named(report)}
    return _id(task), found | {"seconds": seconds, "of them diagnosis": of_diagnosis}


def _id(task: Task) -> str:
    _, what, interface, _ = task
    return f"{what if isinstance(what, str) else what.id} | {interface}"


def _same(algorithm: Algorithm, finding: Finding, subject: Subject) -> bool:
    """Whether what was named computes the same, on fresh networks within the claims: nobody could tell the two apart.

    What is named under a condition, or in some operations, says that all else is right; and of a wrong activation it leaves
    open whether the loss is taken from the outputs.
    """
    try:
        faults = [fault(id) for id in finding.fault.split("+")]
    except UnknownFault:
        return False
    if any(known.kind == "arithmetic" for known in faults):
        return _same_floats(algorithm, compose(*faults)(), subject)
    versions = [compose(*version)() for version in product(*map(with_either_loss, faults))]
    right = [Algorithm()] if ONLY_WHERE in finding.title else []
    apart = NOWHERE_ELSE in finding.text
    return any(_agree(algorithm, [version, *(right or [Algorithm()] * apart)], subject, apart) for version in versions)


def _agree(algorithm: Algorithm, others: list[Algorithm], subject: Subject, apart: bool = False) -> bool:
    """Whether all answers on fresh networks are those of one of the others, but for a few roundings in the claimed format.

    apart: each operation's may be those of another one.
    Where it raises, as for shapes that do not fit, there is no number that could say otherwise.
    """
    found: list[bool] = []
    near = 2.0 ** (_ROUNDINGS - subject.format.precision)

    def test(case: Case) -> None:
        floats = in_floats(case)
        operations = sorted(subject.operations)
        for asked in [[name] for name in operations] if apart else [operations]:
            answers = [[_answer(each, name, floats) for name in asked] for each in (algorithm, *others)]
            found.append(any(_near(answers[0], other, near) for other in answers[1:]))

    with np.errstate(all="ignore"):
        run_drawn(test, cases(subject.claims, Scope(epochs=(1, 3), widest=4, batch=(1, 4))), COMPARED, 7, shrink=False)
    return all(found)


def _answer(algorithm: Algorithm, operation: str, case: Case) -> list[np.ndarray] | None:
    arguments: list[Any] = [case.network, case.inputs]
    arguments += [case.targets] if operation != "forward" else []
    arguments += [case.learning_rate, case.epochs] if operation == "train" else []
    try:
        return _flat(getattr(algorithm, operation)(*arguments))
    except (ValueError, TypeError, IndexError, ZeroDivisionError):
        return None


def _flat(answer: Any) -> list[np.ndarray]:
    if isinstance(answer, list | tuple):
        return [array for item in answer for array in _flat(item)]
    return [np.asarray(answer, np.float64)]


def _near(one: list[list[np.ndarray] | None], other: list[list[np.ndarray] | None], near: float) -> bool:
    """Whether all that was answered is the same in the other; near: relative to the largest number of an array."""

    def same(x: np.ndarray, y: np.ndarray) -> bool:
        return x.shape == y.shape and np.allclose(x, y, near, near * float(np.max(np.abs(y), initial=0.0)), equal_nan=True)

    return all(
        got is None or (wanted is not None and len(got) == len(wanted) and all(map(same, got, wanted)))
        for got, wanted in zip(one, other, strict=True)
    )


def _same_floats(algorithm: Algorithm, other: Algorithm, subject: Subject) -> bool:
    """The same of what is about floats alone: the very same numbers, on the networks of saturation too."""
    found: list[bool] = []

    def test(case: Case) -> None:
        layer = case.network.layers[-1]
        far = replace(layer, biases=layer.biases + np.linspace(-2e3, 2e3, case.targets.shape[1]))
        for network in (case.network, replace(case.network, layers=(*case.network.layers[:-1], far))):
            one, two = (each.forward(network, case.inputs)[-1] for each in (algorithm, other))
            found.append(np.array_equal(one, two, equal_nan=True))

    with np.errstate(all="ignore"):
        run_drawn(test, cases(subject.claims, Scope(widest=4)), COMPARED, 7, shrink=False)
    return all(found)


def _chosen_checks() -> list[Check]:
    return [found for found in checks() if found.kind in KINDS and "trajectory" not in found.id]


def judged(subject: Subject, examples: int) -> tuple[Report, float, float]:
    """The report, and the seconds of computing that the run and its diagnosis took."""
    settings, evidence = Settings(examples, 0, shrink=False), Evidence()
    start = time.process_time()
    results = list(run_checks(subject, _chosen_checks(), settings, evidence.add))
    ran = time.process_time()
    findings, statement = diagnose(subject, results, evidence, settings)
    report = finished(subject, results, settings, findings, statement)
    return report, round(time.process_time() - start, 1), round(time.process_time() - ran, 1)


def tasks(examples: int) -> list[Task]:
    """Every fault through every interface, pairs and mutants, in an order whose beginning says something of all.

    First each fault through the interface where it is hardest to name, then pairs, then mutants, then the other interfaces;
    each part in an order drawn once.
    """
    drawn = random.Random(SEED)
    formulas = [found for found in FAULTS.values() if found.kind == "formula"]
    pairs: list[str] = []
    while len(pairs) < PAIRS:
        a, b = drawn.sample(formulas, 2)
        if composable(a, b):
            pairs.append(f"{a.id}+{b.id}")
    hardest: list[Task] = [("fault", found.id, HARDEST[found.phase], examples) for found in FAULTS.values()]
    others: list[Task] = [
        ("fault", id, interface, examples)
        for interface in INTERFACES
        for id, found in FAULTS.items()
        if interface != HARDEST[found.phase]
    ]
    parts: list[list[Task]] = [
        hardest,
        [("pair", ids, "all four", examples) for ids in pairs],
        [("mutant", mutant, "all four", examples) for mutant in drawn.sample(mutants(), MUTANTS)],
        others,
    ]
    for part in parts:
        drawn.shuffle(part)
    return [task for part in parts for task in part]


def counts(rows: dict[str, Any], kind: str, interface: str) -> Counter[str]:
    """How many of a kind got which grade through an interface."""
    return Counter(row["grade"] for row in rows.values() if (row["kind"], row["interface"]) == (kind, interface))


def table(rows: dict[str, Any]) -> list[str]:
    """Markdown: a row an interface, a column a grade; then pairs and mutants."""
    lines = ["| what | measured | " + " | ".join(named.GRADES) + " |", "| --- | ---: |" + " ---: |" * len(named.GRADES)]
    kinds = [("fault", interface, f"faults, {interface}") for interface in INTERFACES]
    for kind, interface, words in [*kinds, ("pair", "all four", "pairs"), ("mutant", "all four", "mutants")]:
        found = counts(rows, kind, interface)
        lines.append(f"| {words} | {found.total()} | " + " | ".join(str(found[grade]) for grade in named.GRADES) + " |")
    return lines


def main() -> int:
    """Measure; 1 if a fault is named that is not there."""
    from power import page  # the page has all three measurements

    options = records.parser(__doc__ or "", in_parts=True, resumed=True)
    given = options.parse_args()
    examples = given.examples or EXAMPLES
    every = tasks(examples)
    start = time.perf_counter()
    before = records.read("diagnosis")
    known = before["rows"] if given.resume else {}
    chosen = [task for task in records.chosen(every, given, _id) if _id(task) not in known]
    rows = records.measured(row, chosen, given.workers, given.minutes)
    if given.add or given.resume or not (given.only or given.sample):
        kept = given.add or given.resume
        minutes = (time.perf_counter() - start) / 60 + (before["settings"].get("minutes", 0) if kept else 0)
        settings = {"examples": examples, "minutes": round(minutes, 1), "of": len(every)}
        both = records.added("diagnosis", rows, map(_id, every))[1] if kept else rows
        records.write("diagnosis", settings, both)
        page.write()
    print("\n".join(table(rows)))
    wrong = [f"{id}: {found['named']}" for id, found in rows.items() if found["grade"] == "wrong"]
    print("\n".join(["wrongly named:", *wrong] if wrong else ["none wrongly named"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
