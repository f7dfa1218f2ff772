"""The checks of one case file: every operation on that network and batch, against certified values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mlp_conformance.checks.registry import Check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Unsupported
from mlp_reference.examples import load_example
from mlp_reference.network import Case


def case_checks(path: Path) -> list[Check]:
    """Four checks, of forward, loss, gradients and train on the case in the file.

    Raises mlp_reference.examples.ExampleError if the file is not a valid example.
    """
    example = load_example(path)
    return checks_on(example.case(example.epochs[-1]), f"the case in {path.name}")


def checks_on(case: Case, what: str, id: str = "case") -> list[Check]:
    """Four checks on a case; what: the case in words."""
    kinds: tuple[tuple[str, str, tuple[str, ...], Callable[[Trial, Case], None]], ...] = (
        ("forward", "forward", ("forward",), Trial.check_forward),
        ("loss", "forward", ("loss",), Trial.check_loss),
        ("gradients", "gradients", (), Trial.check_gradients),
        ("train", "training", ("train",), Trial.check_train),
    )
    return [
        Check(f"{id}/{operation}", f"{operation} is right on {what}", ("ACC-1",), phase, needs, _runs(judge, case))
        for operation, phase, needs, judge in kinds
    ]


def _runs(judge: Callable[[Trial, Case], None], case: Case) -> Callable[[Trial], None]:
    def run(trial: Trial) -> None:
        network = replace(case.network, conventions=trial.claims.conventions)
        if not trial.claims.admit(network, len(case.inputs)):
            raise Unsupported("the case lies outside what is claimed")
        judge(trial, replace(case, network=network))

    return run
