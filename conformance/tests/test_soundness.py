"""No false alarm: a gallery of right implementations in unlike formulations and dtypes, on drawn networks, every day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from gallery import GALLERY

from mlp_conformance.checks import Settings, checks, find, trajectory
from mlp_conformance.checks.trial import Trial
from mlp_conformance.enclosures import fingerprint
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check
from mlp_reference.network import Case
from mlp_reference.oracle import Oracle
from power.soundness import settings

#: Of a part of `tox -e soundness`, which has twenty: 100 networks for the checks that ask for every kind of number.
_SEED = 1011


@pytest.fixture(scope="module", autouse=True)
def _certified_once() -> Iterator[None]:
    """Programs with the same claims are asked about the same networks: what is certified of one holds for all."""
    known: dict[tuple[object, ...], Oracle] = {}

    def oracle(trial: Trial, case: Case) -> Oracle:
        key = (trial.format, case.network.conventions, fingerprint(case))
        return known.setdefault(key, Oracle(case, trial.format))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trial, "oracle", oracle)
        patch.setattr(trajectory, "DOCUMENT", trajectory.OTHER)  # the document's long run is no network that is drawn
        yield


@pytest.mark.parametrize("name", GALLERY)
def test_a_right_implementation_passes_every_check(name: str) -> None:
    subject = load(GALLERY[name])
    chosen = [found for found in checks() if not found.id.startswith("wide/")]
    results = [run_check(subject, found, replace(settings(found, _SEED), shrink=False)) for found in chosen]
    broken = [
        f"{r.check}: {r.quantity} expected {r.expected} got {r.got} ({r.error_over_bound} times its bound) {r.message}"
        for r in results
        if r.is_broken
    ]
    assert not broken, "\n".join(broken)
    assert not [r.check for r in results if "hardly a network" in r.message], "drawn networks have to be fit to be judged"


def test_a_loss_whose_sum_overflows_before_it_is_halved_is_no_failure() -> None:
    """Training that diverges: the loss is 1.9e38, and the sum of squares that is halved more than float32 has."""
    assert run_check(load(GALLERY["float32"]), find("drawn/train"), Settings(25, 12, shrink=False)).verdict == "passed"
