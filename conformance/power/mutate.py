"""Mutation of the reference: which of its mutants the suite kills, with what, and what is to be said of those that live."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from mlp_conformance.checks import Check, Settings, checks
from mlp_conformance.checks.drawing import run_drawn
from mlp_conformance.claims import Claims
from mlp_conformance.results import Result
from mlp_conformance.runner import run_check
from mlp_conformance.strategies import Scope, cases
from mlp_conformance.subject import OPERATIONS
from mlp_reference.balls import BallArray, UndecidedError, precision
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case
from power import records
from power.mutation import Mutant, claims_of_all, mutants

EXAMPLES = 50

#: Cheap kinds first: most mutants then die in milliseconds.
_ORDER = ("golden", "drawn", "training", "consistency", "saturation", "structure", "symmetry", "additivity", "conduct")

#: Kinds that are tried under all claims before the next.
Stages = tuple[tuple[str, ...], ...]
STAGES: Stages = (("golden",), ("drawn",), _ORDER[2:])
#: The check and the claims.
Killer = tuple[str, str] | None

#: Cases on which a survivor's exact answers are compared with the right ones, under each of the claims.
COMPARED = 40


@cache
def _ordered() -> list[Check]:
    return sorted(
        (found for found in checks() if found.kind in _ORDER),
        key=lambda found: _ORDER.index(found.kind),
    )


def killer(mutant: Mutant, examples: int = EXAMPLES, stages: Stages = STAGES, every: list[Claims] | None = None) -> Killer:
    """The first check that fails and the claims under which it does; None for a survivor.

    Fixed vectors under all the claims come first, then drawn networks under all of them, then the other kinds, so that
    what only a convention reaches dies early too. The conventions get a share of the examples.
    """
    subjects = [(claims, mutant.subject(claims)) for claims in every or claims_of_all()]
    for stage in stages:
        for number, (claims, subject) in enumerate(subjects):
            settings = Settings(examples if number == 0 else max(8, examples // 3), 0, shrink=False)
            for found in _ordered():
                if found.kind in stage and _is_noticed(run_check(subject, found, settings)):
                    return found.id, _words(claims)
    return None


def _is_noticed(result: Result) -> bool:
    """Whether the check fails, or advises against a breach of a SHOULD."""
    return result.is_broken or result.verdict == "advice"


def _words(claims: Claims) -> str:
    plain, changed = claims_of_all()[0], []
    for field in ("log_epsilon", "probability_clip", "relu_at_zero", "dtype"):
        if getattr(claims, field) != getattr(plain, field):
            changed.append(f"{field} {getattr(claims, field)}")
    return ", ".join(changed)


def exactly_equal(mutant: Mutant) -> str:
    """Compare the mutant with the reference on balls of 256 bits: "equal on N cases", or where it differs.

    Not a proof for all cases, but a certified statement about those, free of rounding: each pair of enclosures overlaps
    and is narrow. Constants in the logarithm show in the cross-entropies alone: under these claims others are not drawn.
    """
    plain, *guarded, at_zero = claims_of_all()[:4]
    entropies = [replace(claims, losses={"cross_entropy", "binary_cross_entropy"}) for claims in guarded]
    return compared(mutant.algorithm(), (Algorithm(),), COMPARED, [plain, *entropies, at_zero])


def compared(
    algorithm: Algorithm,
    rights: Sequence[Algorithm],
    examples: int,
    every: list[Claims],
    operations: tuple[str, ...] = OPERATIONS,
) -> str:
    """ "equal on N cases" drawn within each of the claims, each time to one of the rights; or where it differs or raises."""
    count, differs = 0, ""

    def test(case: Case) -> None:
        nonlocal count, differs
        if differs:
            return
        found = [_difference(algorithm, right, case, operations) for right in rights]
        if all(found):
            differs = f"{found[0]} differs, {'-'.join(map(str, case.network.sizes))}, {case.network.loss}"
        count += 1

    scope = Scope(epochs=(1, 3), widest=4, batch=(1, 4))
    for claims in every:
        try:
            run_drawn(test, cases(claims, scope), examples, 7, shrink=False)
        except Exception as error:
            return f"raises {type(error).__name__} on balls"
    return differs or f"equal on {count} cases"


def _difference(algorithm: Algorithm, right: Algorithm, case: Case, operations: tuple[str, ...]) -> str:
    """The first operation whose answers are others; empty if none is."""
    answers = _answers(algorithm, right, case, operations)
    return next((name for name, got, expected in answers if not _overlap(got, expected)), "")


def _answers(algorithm: Algorithm, right: Algorithm, case: Case, operations: tuple[str, ...]) -> Iterator[tuple[str, Any, Any]]:
    with precision(256):
        exact = case.map(BallArray.exact)
        try:
            for name in operations:
                arguments = [exact.network, exact.inputs]
                arguments += [exact.targets] if name != "forward" else []
                arguments += [exact.learning_rate, exact.epochs] if name == "train" else []
                pair = [_flat(getattr(found, name)(*arguments)) for found in (algorithm, right)]
                yield from ((name, one, other) for one, other in zip(*pair, strict=True))
        except UndecidedError:
            return


def _flat(answer: Any) -> list[Any]:
    if isinstance(answer, list | tuple):
        return [array for item in answer for array in _flat(item)]
    return [answer]


def _overlap(one: Any, other: Any) -> bool:
    (high, low, radius), (high2, low2, radius2) = one.decompose(), other.decompose()
    apart = np.abs((high - high2) + (low - low2))
    scale = np.maximum(np.abs(high), np.abs(high2))
    return bool(np.all((apart <= radius + radius2 + 2.0**-100 * scale) & (radius + radius2 <= 2.0**-90 * scale + 2.0**-150)))


def row(task: tuple[Mutant, int]) -> tuple[str, dict[str, Any]]:
    """What kills a mutant, or what exact evaluation says of the survivor.

    One that is right but for rounding on what was drawn is judged further under the plain claims, and far out under all.
    """
    mutant, examples = task
    start, exact = time.perf_counter(), ""
    found = killer(mutant, examples, STAGES[:1])
    if found is None:
        exact = exactly_equal(mutant)
        plain, *others = claims_of_all()
        if exact.startswith("equal"):
            found = killer(mutant, examples, STAGES[1:], [plain]) or killer(mutant, examples, (("saturation",),), others)
        else:
            found = killer(mutant, examples, STAGES[1:])
    seconds = round(time.perf_counter() - start, 1)
    if found is not None:
        return mutant.id, {"killer": found[0], "claims": found[1], "seconds": seconds}
    return mutant.id, {"killer": None, "exact": exact, "seconds": seconds}


def main() -> int:
    """Measure; 1 if a mutant lives for which `power.reasons` has no reason."""
    from power import page  # the page has all three measurements
    from power.reasons import reason

    given = records.parser(__doc__ or "", in_parts=True, resumed=True).parse_args()
    examples = given.examples or EXAMPLES
    known = records.read("mutants")["rows"] if given.resume else {}
    chosen = [mutant for mutant in records.chosen(mutants(), given, lambda mutant: mutant.id) if mutant.id not in known]
    rows = records.measured(row, [(mutant, examples) for mutant in chosen], given.workers, given.minutes)
    if given.add or given.resume or not (given.only or given.sample):
        every = [mutant.id for mutant in mutants()]
        rows = records.added("mutants", rows, every)[1] if given.add or given.resume else rows
        records.write("mutants", {"examples": examples, "of": len(every)}, rows)
        page.write()
    living = {id: found for id, found in rows.items() if found["killer"] is None}
    unexplained = [id for id in living if not reason(id)]
    for id, found in living.items():
        print(f"lives: {id} ({found['exact']}): {reason(id) or 'UNEXPLAINED'}")
    print(f"{len(rows)} mutants, {len(living)} live, {len(unexplained)} of them unexplained")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
