"""What belongs to what: statements of the source document, requirements, errata, checks, examples and faults."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mlp_conformance.checks import Check, checks
from mlp_conformance.faults import EVERY_FAULT, Fault
from mlp_reference.examples import Example, examples
from mlp_reference.specification import Erratum, Requirement, Statement, errata, requirements, statements


def testing(ids: Iterable[str]) -> list[Check]:
    """The checks that test one of these requirements."""
    wanted = set(ids)
    return [found for found in checks() if wanted & set(found.requirements)]


def breaking(requirement: str) -> list[Fault]:
    """The faults that violate a requirement."""
    return [found for found in EVERY_FAULT.values() if requirement in found.breaks]


def becoming(requirement: str) -> list[Statement]:
    """The statements of the document that became a requirement."""
    return [found for found in statements().values() if requirement in found.becomes]


def decided_by(requirement: Requirement) -> list[Erratum]:
    """The errata that a requirement rests on, as its source names them."""
    named = re.findall(r"\bE\d+\b", requirement.source)
    return [found for found in errata().values() if found.id in named]


def resting_on(erratum: str) -> list[Requirement]:
    """The requirements that rest on an erratum."""
    return [found for found in requirements().values() if erratum in (each.id for each in decided_by(found))]


def doubted_in(erratum: str) -> list[Statement]:
    """The statements that an erratum is about."""
    return [found for found in statements().values() if erratum in found.errata]


def separating(fault: str) -> list[Example]:
    """The examples whose numbers tell a fault from right."""
    return [found for found in examples().values() if fault in found.separates]


def group(check: Check) -> str:
    """Checks that ask the same of every example are one group, `golden/*/forward`; others are their own."""
    kind, _, rest = check.id.partition("/")
    return f"golden/*/{rest.rpartition('/')[2]}" if kind == "golden" else check.id


def groups(found: Iterable[Check]) -> list[str]:
    """The groups of these checks, each once."""
    return list(dict.fromkeys(group(one) for one in found))


def asked_of(found: Iterable[Check]) -> list[str]:
    """The ids of the examples whose numbers these checks compare."""
    return sorted({one.id.split("/")[1] for one in found if one.kind == "golden"} & set(examples()))
