"""No false alarm: a gallery of right implementations in unlike formulations and dtypes, on drawn networks, every day."""

from __future__ import annotations

import pytest
from gallery import GALLERY

from mlp_conformance.checks import Settings
from mlp_conformance.loading import load
from mlp_conformance.runner import run_checks


@pytest.mark.parametrize("name", GALLERY)
def test_a_right_implementation_passes_every_check(name: str) -> None:
    """100 networks for each of the drawn checks but the dear ones, which have their share of it."""
    broken = [
        f"{r.check}: {r.quantity} expected {r.expected} got {r.got} ({r.error_over_bound} times its bound) {r.message}"
        for r in run_checks(load(GALLERY[name]), None, Settings(examples=25, seed=11))
        if r.is_broken
    ]
    assert not broken, "\n".join(broken)
