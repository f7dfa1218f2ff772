"""A sample of `tox -e mutants`: the reference with one node of its syntax tree changed does not pass."""

from __future__ import annotations

import pytest

from mlp_conformance.checks import Settings, checks
from mlp_conformance.runner import run_check
from power.mutate import exactly_equal, killer
from power.mutation import Mutant, claims_of_all, mutants, reference

#: One of each sort, from every module: (beginning of the id, the change).
SAMPLE = (
    ("activations.sigmoid+", "-z → z"),
    ("activations.tanh_derivative+", "a * a → a"),
    ("activations.softmax_product+", "axis=1"),
    ("losses.slope+", "2 → 3"),
    ("losses.divisor+", "m * n → m"),
    ("losses.probability+", "→ p - network.conventions.log_epsilon"),
    ("mlp.output_error+", "if pair in FUSED and (not losses.smoothed(network)) → if True"),
    ("mlp.back_propagated+", "→ next_layer.weights"),
    ("mlp.bias_gradient+", "0 → 1"),
    ("mlp.updated_biases+", "learning_rate * gradient → gradient"),
)


def _mutant(beginning: str, change: str) -> Mutant:
    return next(mutant for mutant in mutants() if mutant.id.startswith(beginning) and change in mutant.id)


@pytest.mark.parametrize(("beginning", "change"), SAMPLE)
def test_a_mutant_is_killed(beginning: str, change: str) -> None:
    mutant = _mutant(beginning, change)
    assert killer(mutant, examples=15), f"{mutant.id} lives"


def test_exact_evaluation_tells_an_equivalent_mutant_from_another() -> None:
    assert exactly_equal(reference()).startswith("equal on")
    assert "differs" in exactly_equal(_mutant("losses.slope+", "2 → 3"))


@pytest.mark.parametrize("number", range(len(claims_of_all())))
def test_what_is_not_mutated_passes_the_fixed_vectors_under_every_convention(number: int) -> None:
    """A claimed epsilon changes the loss: what was derived without it says nothing about it."""
    subject = reference().subject(claims_of_all()[number])
    golden = [found for found in checks() if found.kind == "golden"]
    broken = [result.check for found in golden if (result := run_check(subject, found, Settings())).is_broken]
    assert not broken
