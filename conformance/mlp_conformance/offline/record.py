"""Writes down the requests of a run, by doing it with right answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mlp_conformance.checks import Check
from mlp_conformance.diagnosis import Evidence
from mlp_conformance.diagnosis.investigation import Investigation
from mlp_conformance.offline.deferred import Recorder
from mlp_conformance.offline.identity import Identity
from mlp_conformance.results import Result
from mlp_conformance.runner import described, planned, run_checks
from mlp_conformance.supervision import Planned


@dataclass(frozen=True)
class Recorded:
    """The lines of all requests that can be known before any answer, and the checks that may need more."""

    lines: list[bytes]
    incomplete: list[str]


def recorded(
    identity: Identity, chosen: Sequence[Check], told: Callable[[Planned], None], each: Callable[[Result], None]
) -> Recorded:
    """The requests of the checks, in the order of a run, and of what confirms a diagnosis; progress is told as in a run."""
    book = Recorder(identity)
    subject = book.subject("")
    told(Planned(described(subject), [planned(subject, found, identity.settings) for found in chosen]))
    incomplete = []
    for result in run_checks(subject, book.checks(chosen), identity.settings):
        each(result)
        if result.is_broken:
            incomplete.append(result.check)
    Investigation(subject, [], Evidence(), identity.settings).fresh(lambda call: None)
    return Recorded(list(book.requests.values()), incomplete)
