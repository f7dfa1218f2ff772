"""Two faults at once: which go together, and what they then compute."""

from __future__ import annotations

import gc
from itertools import combinations, islice
from random import Random
from weakref import ref

import numpy as np
import pytest
from fault_cases import CASES, FORMULAS, numbers

from mlp_conformance.faults import FAULTS, composable, compose, fault
from mlp_reference.formats import FLOAT64
from mlp_reference.oracle import Oracle, PrecisionError


def test_what_is_composable_is_defined_on_every_arithmetic() -> None:
    drawn = Random(0).sample(list(combinations(FORMULAS, 2)), 4000)
    pairs = [pair for pair in drawn if composable(*pair)]
    assert len(pairs) > 1000
    without = 0
    for a, b in pairs[:40]:
        both = compose(a, b)
        assert both is compose(a, b)
        for name in ("deep", "classes"):
            try:
                assert numbers(Oracle(CASES[name], FLOAT64, both()), "trained")
            except PrecisionError:  # Adam's root of deltas that cancel exactly, as those of softmax do, encloses too much
                without += 1
    assert without < 4


def test_pairs_that_were_tried_are_forgotten() -> None:
    """A diagnosis tries thousands, each a class: a process that makes many diagnoses must not keep them all."""
    every = (pair for pair in combinations(FORMULAS, 2) if composable(*pair))
    first = ref(compose(*next(every)))
    for pair in islice(every, 1500):
        compose(*pair)
    gc.collect()
    assert first() is None


def test_a_pair_has_both_faults() -> None:
    pair = compose(fault("no-half"), fault("hidden-derivative-missing"))()
    asked = CASES["deep"]
    doubled = pair.gradients(asked.network, asked.inputs, asked.targets)
    single = fault("hidden-derivative-missing").algorithm().gradients(asked.network, asked.inputs, asked.targets)
    for (w2, b2), (w1, b1) in zip(doubled, single, strict=True):
        np.testing.assert_array_equal(w2, 2 * w1)
        np.testing.assert_array_equal(b2, 2 * b1)


@pytest.mark.parametrize(
    ("a", "b", "together"),
    [
        ("no-half", "hidden-derivative-missing", True),
        ("steep-sigmoid", "no-half", True),
        ("momentum-on", "one-epoch-short", True),
        ("momentum-on", "gradients-accumulate", False),
        ("momentum-on", "rate-decays", False),
        ("error-sign", "no-half", False),
        ("hidden-derivative-missing", "hidden-derivative-twice", False),
        ("bias-mean", "weights-mean", True),
        ("silent-float32", "silent-float16", False),
        ("silent-float32", "no-half", True),
        ("answer-varies", "answer-cached", False),
    ],
)
def test_two_faults_compose_when_neither_hides_the_other(a: str, b: str, together: bool) -> None:
    assert composable(fault(a), fault(b)) is together
    assert composable(fault(b), fault(a)) is together


def test_of_any_two_faults_it_is_known_whether_they_compose() -> None:
    for a, b in Random(1).sample(list(combinations(FAULTS.values(), 2)), 4000):
        if composable(a, b):
            assert issubclass(compose(a, b), a.algorithm)
    assert not any(composable(known, known) for known in FAULTS.values())
