"""Each check of magnitudes sees what the same operation, asked with ordinary numbers, does not show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.checks import Settings, checks, find
from mlp_conformance.faults.families import FAMILIES
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check

FAMILY = {family.id: family for family in FAMILIES}
#: The check, the operation that is wrong, all others being right, and the mistake.
SEEN_ALONE = (
    ("near-kink-forward", "forward", "relu-threshold", 1e-6),
    ("near-kink", "gradients", "relu-derivative-threshold", 1e-6),
    ("activations-forward", "forward", "activation-cut", 30.0),
    ("activations-forward", "forward", "relu-limit", 1e6),
    ("activations", "gradients", "activation-cut", 30.0),
    ("errors-loss", "loss", "loss-limit", 1e6),
    ("errors", "gradients", "delta-limit", 1e5),
    ("unlikely-loss", "loss", "probability-limit", 1e-7),
    ("unlikely", "gradients", "smoothing", 1e-20),
    ("inputs", "forward", "input-limit", 1e4),
    ("inputs-gradients", "gradients", "input-limit", 1e4),
    ("train", "train", "error-tolerance", 1e-20),
)
ORDINARY = ("golden", "drawn", "saturation")


def wrong_in(operation: str, family: str, constant: float) -> type[ReferenceAdapter]:
    class Program(ReferenceAdapter):
        def __init__(self) -> None:
            super().__init__()
            self.claims = replace(self.claims, options=frozenset())

    setattr(Program, operation, staticmethod(getattr(FAMILY[family].build(constant)(), operation)))
    return Program


@pytest.mark.parametrize(("check", "operation", "family", "constant"), SEEN_ALONE)
def test_what_is_wrong_far_from_1_shows_there(check: str, operation: str, family: str, constant: float) -> None:
    subject: Any = load(wrong_in(operation, family, constant))
    assert run_check(subject, find(f"magnitude/{check}"), Settings(shrink=False)).verdict == "failed"
    asked = [c for c in checks() if c.kind in ORDINARY and c.id.endswith(f"/{operation}")]
    assert asked
    assert not [c.id for c in asked if run_check(subject, c, Settings(shrink=False)).is_broken]


@pytest.mark.parametrize(("check", "operation", "family", "constant"), [row for row in SEEN_ALONE if "unlikely" in row[0]])
def test_limits_of_probabilities_are_seen_there_alone(check: str, operation: str, family: str, constant: float) -> None:
    program: Any = wrong_in(operation, family, constant)

    class OfProbabilities(program):
        def __init__(self) -> None:
            super().__init__()
            self.claims = replace(self.claims, losses={"cross_entropy", "binary_cross_entropy"})

    subject: Any = load(OfProbabilities)
    broken = [found.id for found in checks() if run_check(subject, found, Settings(shrink=False)).is_broken]
    assert broken == [f"magnitude/{check}"]


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_what_is_right_is_right_at_every_magnitude(dtype: str) -> None:
    for found in checks():
        if found.kind == "magnitude":
            subject = load(lambda: ReferenceAdapter(dtype))
            assert run_check(subject, found, Settings()).verdict == "passed", (found.id, dtype)
