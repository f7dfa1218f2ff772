"""The bounds are trusted because they are attacked: unlike formulations on random networks never exceed them, and come near."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from drawing import random_case
from formulations import formulations

from mlp_reference import mlp
from mlp_reference.bounded import BoundedArray
from mlp_reference.formats import FLOAT16, FLOAT64, FORMATS, Format
from mlp_reference.network import Case, Conventions, Layer, Network
from mlp_reference.oracle import Expected, Oracle, as_judged

NETWORKS = 120


def _ratios(got: np.ndarray, expected: Expected) -> np.ndarray:
    error = np.maximum(np.abs((got - expected.high) - expected.low) - expected.radius, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(error == 0, 0.0, error / expected.bound)
    return np.atleast_1d(ratio)[np.atleast_1d(np.isfinite(expected.bound))]


@pytest.mark.parametrize("format", FORMATS.values(), ids=lambda f: f.name)
def test_no_formulation_exceeds_a_bound_and_some_come_near(format: Format) -> None:
    generator = np.random.default_rng(20261124)
    every = formulations(format)
    largest: dict[str, float] = defaultdict(float)
    for number in range(NETWORKS):
        case = random_case(generator, format)
        oracle = Oracle(case, format)
        if max(float(np.max(np.abs(z))) for _, z, _ in every[0].forward(case)) > 20:
            continue  # softmax without its shift has a safe range
        for index in range(number % 3, len(every), 3):
            formulation = every[index]
            with np.errstate(all="ignore"):
                answers = {
                    "activations": [(a, e) for (_, _, a), e in zip(formulation.forward(case), oracle.activations, strict=True)],
                    "loss": [(np.asarray(formulation.loss(case)), oracle.loss)],
                    "gradients": [
                        pair
                        for got, expected in zip(formulation.gradients(case), oracle.gradients, strict=True)
                        for pair in zip(got, expected, strict=True)
                    ],
                    "parameters": [
                        pair
                        for got, expected in zip(formulation.train(case), oracle.trained.parameters, strict=True)
                        for pair in zip(got, expected, strict=True)
                    ],
                }
            for kind, pairs in answers.items():
                for got, expected in pairs:
                    ratio = float(np.max(_ratios(got, expected), initial=0.0))
                    assert ratio <= 1, f"{formulation}: {kind} is {ratio} times its bound, network {number}"
                    largest[kind] = max(largest[kind], ratio)
    for kind, ratio in largest.items():
        assert ratio > 0.01, f"the bounds of {kind} are a hundred times too wide"


def _bound(array: BoundedArray) -> np.ndarray:
    return array.bound


def test_a_dead_unit_has_a_bound_of_zero() -> None:
    given = lambda values: BoundedArray.given(np.array(values), FLOAT64)  # noqa: E731
    network = Network((Layer(given([[0.1]]), given([-1.0]), "relu"), Layer(given([[0.3]]), given([0.1]), "linear")))
    with np.errstate(all="ignore"):
        (weights, biases), _ = mlp.gradients(network, given([[0.7]]), given([[0.2]]))
    assert _bound(weights) == 0
    assert _bound(biases) == 0


@pytest.mark.parametrize("format", FORMATS.values(), ids=lambda f: f.name)
def test_dyadic_numbers_are_exact_in_every_order(format: Format) -> None:
    x = BoundedArray.given(np.array([[1.0, 2.0, -0.5]]), format)
    w = BoundedArray.given(np.array([[0.5], [-0.5], [-1.0]]), format)
    z = x @ w + BoundedArray.given(np.array([0.0]), format)
    assert z.value == 0
    assert z.bound == 0
    assert np.heaviside(z, 0.5).bound == 0


def test_a_sum_that_rounds_in_some_order_is_not_exact() -> None:
    x = BoundedArray.given(np.array([[2048.0, 1.0, -2048.0]]), FLOAT16)
    z = x @ BoundedArray.given(np.ones((3, 1)), FLOAT16)
    assert z.value == 1
    assert z.bound > 0  # 2048 + 1 is a tie in float16


def test_a_number_that_is_not_representable_arrives_rounded() -> None:
    from fractions import Fraction

    tenth = BoundedArray.given(np.array([Fraction(1, 10), Fraction(1, 2)], dtype=object), FLOAT16)
    assert tenth.bound[0] >= abs(float(np.float16(0.1)) - 0.1)
    assert tenth.bound[1] == 0


def test_relu_at_zero_follows_the_convention() -> None:
    for at_zero in (0.0, 0.5, 1.0):
        network = Network(
            (
                Layer(np.array([[1.0]]), np.array([-1.0]), "relu"),
                Layer(np.array([[2.0]]), np.array([0.5]), "linear"),
            ),
            conventions=Conventions(relu_at_zero=at_zero),
        )
        oracle = Oracle(Case(network, np.array([[1.0]]), np.array([[0.0]])), FLOAT64)
        assert oracle.gradients[0][1].high == 0.5 * 2.0 * at_zero
        assert oracle.gradients[0][1].bound == 0


def test_what_is_not_known_is_infinite_not_nan() -> None:
    network = Network((Layer(np.array([[100.0]]), np.array([0.0]), "sigmoid"),), "binary_cross_entropy")
    oracle = Oracle(Case(network, np.array([[1.0]]), np.array([[0.0]])), FLOAT64)
    assert not np.isnan(oracle.loss.bound)
    assert not oracle.loss.informative


def test_a_sum_of_squares_may_be_the_square_of_a_norm() -> None:
    """Errors that are powers of two have an exact sum of squares, which a norm misses by its roundings."""
    network = Network((Layer(np.zeros((1, 3)), np.array([0.25, 0.125, 0.125]), "linear"),))
    case = Case(network, np.ones((1, 1)), np.zeros((1, 3)))
    expected = as_judged(Oracle(case, FORMATS["float64"]).loss, case, FORMATS["float64"])
    through_a_norm = np.linalg.norm(network.layers[0].biases) ** 2 / 2
    assert expected.high == 3 / 64 != through_a_norm
    assert abs(through_a_norm - expected.high) <= expected.bound < 1e-15


@pytest.mark.parametrize("format", FORMATS.values(), ids=lambda f: f.name)
def test_what_may_be_below_the_smallest_normal_number_may_be_flushed(format: Format) -> None:
    """The exact result is below it; only its bound reaches above (ACC-3)."""
    tiny = format.smallest_normal
    a = BoundedArray(format, np.array([[1.25 * tiny]]), np.array([[0.5 * tiny]]))
    b = BoundedArray.given(np.array([[0.75]]), format)
    for name, result in {"product": a * b, "scaled": a * 0.75, "scaled sum": (a + a) * 0.375, "sum of products": a @ b}.items():
        bound = result.bound.item()
        assert bound >= 0.9375 * tiny, f"a {name} of {0.9375 * tiny} flushed to 0 is beyond {bound}"


def test_no_half_precision_program_that_flushes_exceeds_a_bound() -> None:
    """Graphics processors may: what is below 2^-14 becomes 0 after each operation."""
    generator = np.random.default_rng(3)

    def flushed(values: np.ndarray) -> np.ndarray:
        rounded = FLOAT16.nearest(values)
        return np.where(np.abs(rounded) < FLOAT16.smallest_normal, 0.0, rounded)

    for _ in range(200):
        n, k = generator.integers(1, 8, 2)
        w = FLOAT16.nearest(generator.normal(size=(k, n)))
        x = FLOAT16.nearest(generator.normal(size=(1, k)) * 2.0 ** -float(generator.integers(9, 15)))
        y = FLOAT16.nearest(generator.normal(size=(1, n)))
        case = Case(Network((Layer(w, np.zeros(n), "linear"),), "half_squared_error"), x, y)
        gradients = flushed(x.T @ flushed(flushed(x @ w) - y))
        assert np.max(_ratios(gradients, Oracle(case, FLOAT16).gradients[0][0])) <= 1
