"""One case of a campaign alone: drawn again from the plan and what was searched, without reading any result."""

from __future__ import annotations

import re
from pathlib import Path

from mlp_conformance.campaign.identity import suite, suite_difference
from mlp_conformance.campaign.store import StoreError, read_manifest, searches_in
from mlp_conformance.checks import Check
from mlp_conformance.checks.case import checks_on
from mlp_reference.network import Case

_NAMED = re.compile(r"(?P<folder>.+):(?P<number>\d+)")


def named_case(name: Path) -> tuple[Path, int] | None:
    """The campaign's directory and the case that DIRECTORY:NUMBER names; None if the name is of another form."""
    found = _NAMED.fullmatch(str(name))
    return (Path(found["folder"]), int(found["number"])) if found and not name.exists() else None


def drawn(folder: Path, number: int) -> Case:
    """The case of that number. Raises StoreError if there is no such campaign or case, or another suite drew it."""
    kept = read_manifest(folder)
    plan = kept.plan
    if number >= plan.cases:
        raise StoreError(f"{folder} has {plan.cases} cases, numbered from 0 on: there is no case {number}")
    difference = suite_difference(kept.suite, suite())
    if difference:
        raise StoreError(f"{folder} was begun with another suite, which drew other cases: {difference}")
    searches = searches_in(folder)
    generation = plan.generation(number // plan.chunk_size)
    if generation >= 2 and plan.is_search(number) and generation not in searches:
        raise StoreError(f"{folder} has not come to case {number} yet, and what it searches there depends on earlier cases")
    return plan.case(number, searches)[0]


def replayed(folder: Path, number: int) -> list[Check]:
    """The checks of every operation on that case."""
    return checks_on(drawn(folder, number), f"case {number} of {folder.name}")
