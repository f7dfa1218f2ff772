"""Networks whose numbers are one or equal: what they show that no other check does, and what each of them catches."""

from __future__ import annotations

from typing import Any

import pytest

from mlp_conformance.checks import Settings, checks, find
from mlp_conformance.claims import Claims
from mlp_conformance.faults import FaultImplementation
from mlp_conformance.runner import run_check
from mlp_conformance.subject import Subject
from mlp_reference import mlp

REGRESSION = Claims(
    activations={"tanh", "relu"},
    output_activations={"linear"},
    losses={"squared_error", "half_squared_error"},
    reductions={"mean_samples", "mean_elements"},
    same_activation="hidden",
)
CLASSES = Claims(
    activations={"tanh", "relu"}, output_activations={"softmax"}, losses={"cross_entropy"}, reductions={"mean_samples"}
)


def subject_of(fault: str, claims: Claims) -> Subject:
    made = FaultImplementation(fault)
    made.claims = claims
    return Subject(lambda: made, f"fault:{fault}")


def test_a_loss_that_broadcasts_shows_here_alone() -> None:
    """One output and several samples: of 50 drawn networks of these claims not one has both."""
    subject = subject_of("reported-targets-broadcast-summed", REGRESSION)
    of_the_loss = [found for found in checks() if "loss" in found.id and found.kind in ("drawn", "golden", "consistency")]
    results = [run_check(subject, found, Settings()) for found in of_the_loss]
    assert [result.check for result in results if result.verdict == "failed"] == ["drawn/equal-numbers-loss"]


@pytest.mark.parametrize(
    ("operation", "fault", "claims"),
    [
        ("forward", "softmax-of-other-samples-where-square", CLASSES),
        ("loss", "reported-targets-broadcast", REGRESSION),
        ("gradients", "bias-sum-over-units-where-square", REGRESSION),
        ("train", "bias-gradient-of-next-layer", REGRESSION),
    ],
)
def test_each_catches_what_a_wrong_axis_does(operation: str, fault: str, claims: Claims) -> None:
    check = find(f"drawn/equal-numbers-{operation}")
    assert run_check(subject_of(fault, claims), check, Settings(shrink=False)).verdict == "failed"
    right = Subject(lambda: _right(claims), "right")
    assert run_check(right, check, Settings()).verdict == "passed"


def _right(claims: Claims) -> Any:
    functions = {name: staticmethod(getattr(mlp, name)) for name in ("forward", "loss", "gradients", "train")}
    return type("Right", (), {"claims": claims, **functions})()
