"""The catalogue of faults: complete, explained, and each an implementation like any other."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from fault_cases import CASES, FORMULAS, OPERATIONS, answered

from mlp_conformance.faults import FAULTS, Fault, FaultImplementation, UnknownFault, fault, overridden
from mlp_reference.mlp import Algorithm

LISTED = """
    no-hidden-bias no-output-bias bias-after-activation bias-subtracted layer-shared-bias weights-transposed
    input-reaches-every-layer hidden-linear output-linear activation-ignored steep-sigmoid sigmoid-table
    sigmoid-clipped relu-inverted softmax-over-batch softmax-twice softmax-unshifted sigmoid-overflow
    silent-float32 first-sample-only no-half mean-for-sum sum-for-mean root-of-loss loss-gradient-mismatch
    cross-entropy-half cross-entropy-nan rounded-loss output-derivative-missing hidden-derivative-missing
    derivative-of-preactivation derivative-of-activation-twice wrong-layer-derivative extra-activation-factor
    always-sigmoid-derivative hidden-sees-updated-weights weights-not-transposed error-sign
    input-factor-missing wrong-input-factor outer-product-transposed bias-untrained bias-mean
    bias-first-sample batch-divided-twice last-sample-only outputs-error-summed tied-first-term-only
    relu-derivative-one-below relu-derivative-is-output tanh-derivative-unsquared softmax-jacobian-diagonal
    fused-delta-times-derivative only-last-two-layers stale-activations gradient-clipped
    error-function-swapped bias-not-summed batch-size-stale fused-delta-any-output derivative-in-place
    softmax-derivative-missing bias-rate-one rate-over-batch online-for-batch one-epoch-short
    gradients-accumulate momentum-on weight-decay-on decay-on-bias rate-decays shuffled-last-batch-dropped
    stops-early loss-after-update rate-decay-compounds dropout-per-feature inputs-changed network-changed
    state-left-over answer-varies nan-swallowed shape-broadcast
"""


def test_every_fault_of_the_list_is_in_the_catalogue() -> None:
    assert set(LISTED.split()) <= set(FAULTS)


@pytest.mark.parametrize("known", FAULTS.values(), ids=lambda known: known.id)
def test_a_fault_explains_itself(known: Fault) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", known.id)
    assert known.title[0].islower() or known.title.split()[0] in ("ReLU", "Adam", "Nesterov's")
    assert not known.title.endswith(".")
    assert len(known.explanation) > 20
    assert known.explanation.endswith(".")
    assert known.mend.endswith(".")
    assert known.right
    assert known.wrong
    assert known.right != known.wrong
    assert known.seen
    assert known.breaks
    assert all(re.fullmatch(r"(NET|FWD|ACT|LOSS|BACK|UPD|TRAIN|ACC|COND)-\d+", name) for name in known.breaks)


@pytest.mark.parametrize("known", FAULTS.values(), ids=lambda known: known.id)
def test_a_fault_changes_few_methods_of_the_right_algorithm(known: Fault) -> None:
    assert issubclass(known.algorithm, Algorithm)
    assert 1 <= len(overridden(known)) <= 6


def test_every_fault_has_an_algorithm_of_its_own() -> None:
    assert len({known.algorithm for known in FAULTS.values()}) == len(FAULTS)


@pytest.mark.parametrize("known", FAULTS.values(), ids=lambda known: known.id)
def test_a_fault_answers_every_operation_as_an_implementation(known: Fault) -> None:
    implementation = FaultImplementation(known.id)
    assert implementation.claims.name == f"fault:{known.id}"
    implementation.claims.validate()
    for operation in OPERATIONS:
        asked = CASES["deep"]
        asked = replace(asked, inputs=asked.inputs.copy(), targets=asked.targets.copy())
        found = answered(implementation, asked, operation)
        assert all(isinstance(array, np.ndarray | np.floating) for array in found)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_answers_have_the_claimed_dtype(dtype: str) -> None:
    asked = CASES["deep"].map(lambda array: np.asarray(array, dtype=dtype))
    for known in FORMULAS:
        implementation = FaultImplementation(known, dtype=dtype)
        (weights, biases), *_ = implementation.gradients(asked.network, asked.inputs, asked.targets)
        assert (weights.dtype, biases.dtype) == (dtype, dtype), known.id


def test_an_unknown_fault_is_answered_with_suggestions() -> None:
    with pytest.raises(UnknownFault, match="output-derivative-missing"):
        fault("output-derivative-mising")
    with pytest.raises(UnknownFault, match="list faults"):
        fault("zzzzzz")
    assert fault("fault:no-half") is fault("no-half")
