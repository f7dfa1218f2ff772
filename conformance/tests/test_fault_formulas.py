"""Faults as formulas: certified on every arithmetic, and different from right somewhere."""

from __future__ import annotations

import numpy as np
import pytest
from fault_cases import CASES, EXTREMES, FORMULAS, OPERATIONS, answered, case, numbers, right

from mlp_conformance.faults import FAULTS, Fault, FaultImplementation, fault
from mlp_reference.balls import UndecidedError
from mlp_reference.formats import FLOAT64
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case, Layer, Network
from mlp_reference.oracle import Expected, Oracle

#: The document's third example.
EXAMPLE_3 = Case(
    Network(
        (
            Layer(np.array([[0.1, -0.2]]), np.array([0.0, 0.1]), "sigmoid"),
            Layer(np.array([[0.3], [0.3]]), np.array([-0.1]), "sigmoid"),
        )
    ),
    np.array([[3.0]]),
    np.array([[1.0]]),
)


def disjoint(a: Expected, b: Expected) -> bool:
    """Whether some number of the one lies beyond both bounds of the other."""
    if a.shape != b.shape:
        return True
    apart = np.abs((a.high - b.high) + (a.low - b.low)) - a.radius - b.radius
    return bool(np.any(apart > a.bound + b.bound))


def differs(known: Fault, name: str, operation: str) -> bool:
    try:
        theirs = numbers(Oracle(CASES[name], FLOAT64, known.algorithm()), operation)
    except UndecidedError:
        return False
    ours = numbers(right(name), operation)
    return len(theirs) != len(ours) or any(map(disjoint, theirs, ours))


@pytest.mark.parametrize("known", FORMULAS, ids=lambda known: known.id)
def test_a_formula_has_certified_values_that_differ_from_right_somewhere(known: Fault) -> None:
    assert any(differs(known, name, operation) for name in CASES for operation in OPERATIONS)


@pytest.mark.parametrize("known", FORMULAS, ids=lambda known: known.id)
def test_a_formula_in_floats_lies_within_its_own_bounds(known: Fault) -> None:
    for name in ("deep", "square", "mean of squares", "classes"):
        oracle = Oracle(CASES[name], FLOAT64, known.algorithm())
        for operation in OPERATIONS:
            with np.errstate(all="ignore"):
                found = answered(FaultImplementation(known), CASES[name], operation)
            expected = numbers(oracle, operation)
            assert len(found) == len(expected)
            for number, certified in zip(found, expected, strict=True):
                finite = np.isfinite(certified.bound)
                error = np.abs(number - certified.high - certified.low) - certified.radius
                assert number.shape == certified.shape
                assert np.all(error[finite] <= certified.bound[finite]), (name, operation)


@pytest.mark.parametrize("known", [x for x in FAULTS.values() if x.kind == "arithmetic"], ids=lambda known: known.id)
def test_bad_arithmetic_leaves_the_bounds_of_right_somewhere(known: Fault) -> None:
    def leaves(asked: Case, name: str, operation: str) -> bool:
        with np.errstate(all="ignore"):
            found = answered(FaultImplementation(known), asked, operation)
        return any(
            np.any(np.isfinite(expected.high) & ~np.isfinite(number))
            or np.any((np.abs(number - expected.high) > expected.bound + expected.radius) & expected.informative)
            for number, expected in zip(found, numbers(right(name), operation), strict=True)
        )

    cases = {**CASES, **EXTREMES}.items()
    assert any(leaves(asked, name, operation) for name, asked in cases for operation in OPERATIONS)


@pytest.mark.parametrize("known", [x for x in FAULTS.values() if x.kind == "conduct"], ids=lambda known: known.id)
def test_bad_conduct_shows_in_a_series_of_calls(known: Fault) -> None:
    """Calls one after the other, whose answers and arguments are kept: not the right algorithm's story."""
    with np.errstate(all="ignore"):
        assert story(known.algorithm()) != story(Algorithm())


def story(algorithm: Algorithm) -> list[str]:
    told: list[str] = []
    views: list[np.ndarray] = []
    for asked in (CASES["mean of squares"], case((3, 2, 2), "relu", "linear", m=9)):
        x = asked.inputs
        special = [
            np.where(x > 0, np.nan, x),
            np.where(x > 0, np.inf, x),
            np.asfortranarray(x),
            x[:1] + 1,
            x[:, :1],
        ]
        for inputs in [x.copy(), x + 1, *special]:
            targets = asked.targets[: len(inputs)].copy()
            network = asked.network.map(np.copy)
            try:
                views += algorithm.forward(network, inputs)
                gradients = algorithm.gradients(network, inputs, targets)
                parameters, losses = algorithm.train(network, inputs, targets, 0.5, 2)
            except ValueError:
                told.append("refused")
                continue
            kept = [array for pair in [*network.parameters, *gradients, *parameters] for array in pair]
            told += [repr(np.asarray(array).tolist()) for array in [*views, inputs, targets, *kept, *losses]]
    return told


@pytest.mark.parametrize(
    ("id", "ratios"),
    [
        ("output-derivative-missing", [4.0345, 4.0345, 4.0345, 4.0345]),
        ("hidden-sees-updated-weights", [1.10767, 1.07077, 1, 1]),
        ("extra-activation-factor", [0.5463, 0.5463, 0.5463, 0.5463]),
        ("error-function-swapped", [2.15718, 2.15718, 2.15718, 2.15718]),
        ("error-sign", [-1, -1, -1, -1]),
        ("bias-untrained", [1, 1, 1, 1]),
        ("no-half", [2, 2, 2, 2]),
    ],
)
def test_the_third_example_shows_the_ratios_measured_in_published_packages(id: str, ratios: list[float]) -> None:
    def step(algorithm: Algorithm) -> np.ndarray:
        parameters, _ = algorithm.train(EXAMPLE_3.network, EXAMPLE_3.inputs, EXAMPLE_3.targets, 0.5, 1)
        before = EXAMPLE_3.network.parameters
        return np.concatenate([(a - b).ravel() for (a, _), (b, _) in zip(parameters, before, strict=True)])

    np.testing.assert_allclose(step(fault(id).algorithm()) / step(Algorithm()), ratios, rtol=1e-4)
