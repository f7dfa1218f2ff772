"""The programs written by hand, and the mistakes in them: each applies, a right program conforms, some are named every day."""

from __future__ import annotations

import pytest

from mlp_conformance.checks import Settings, checks
from mlp_conformance.diagnosis import Evidence, diagnose
from mlp_conformance.results import Finding
from mlp_conformance.runner import run_checks
from mlp_conformance.subject import Subject
from power.handwritten import subject, text
from power.mistakes import MISTAKES, PROGRAMS, TRUE_OF

EVERY = [(program, mistake) for program, mistakes in MISTAKES.items() for mistake in mistakes]
SETTINGS = Settings(examples=5, shrink=False)
#: A program each, in which something else is wrong; and a mistake that nobody has made into a formula.
NAMED = (
    ("lecture_columns", "second-term-of-cost-missing"),
    ("per_sample_lists", "last-unit-left-out"),
    ("layer_objects", "exact-gelu-for-relu"),
    ("book_vectors", "clip-of-exponent"),  # its constant shows in a few answers, far out
    ("book_vectors", "eta-of-first-layer-smaller"),
    ("book_vectors", "zip-shortens-the-sums"),  # a factor of exactly 0
)


def _judged(found: Subject) -> tuple[bool, list[Finding]]:
    """Whether golden and drawn checks pass, and what the diagnosis says."""
    evidence = Evidence()
    chosen = [check for check in checks() if check.kind in ("golden", "drawn") and "trajectory" not in check.id]
    results = list(run_checks(found, chosen, SETTINGS, evidence.add))
    return not any(result.is_broken for result in results), diagnose(found, results, evidence, SETTINGS)[0]


def test_there_is_a_program_for_all_mistakes_and_a_mistake_for_every_name() -> None:
    assert {path.stem for path in PROGRAMS.glob("*.py")} == set(MISTAKES)
    assert set(TRUE_OF) <= {f"{program}: {mistake}" for program, mistake in EVERY}


@pytest.mark.parametrize(("program", "mistake"), EVERY)
def test_a_mistake_changes_the_program_into_another_one(program: str, mistake: str) -> None:
    found = text(program, mistake)
    assert found != text(program)
    compile(found, mistake, "exec")


@pytest.mark.parametrize("program", MISTAKES)
def test_the_programs_are_right(program: str) -> None:
    conforms, findings = _judged(subject(program))
    assert conforms
    assert not findings


@pytest.mark.parametrize(("program", "mistake"), NAMED)
def test_what_is_wrong_with_a_program_is_named(program: str, mistake: str) -> None:
    conforms, findings = _judged(subject(program, mistake))
    assert not conforms
    assert {found.fault for found in findings if found.complete} & set(TRUE_OF[f"{program}: {mistake}"])
