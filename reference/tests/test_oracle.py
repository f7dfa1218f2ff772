"""The oracle: its enclosures contain mpmath's values, agree with finite differences, and a flipped sign in it is noticed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawing import random_case
from hypothesis.vendor.pretty import pretty

from mlp_reference.balls import BallArray, UndecidedError, precision
from mlp_reference.formats import FLOAT32, FLOAT64
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Case, Layer, Network
from mlp_reference.oracle import Oracle

mpmath = pytest.importorskip("mpmath", reason="pip install mpmath")


def _scalar_loss(case: Case) -> object:
    """The loss by mpmath, number by number, sharing nothing with the reference."""
    mp = mpmath
    total = mp.mpf(0)
    for x, y in zip(case.inputs.tolist(), case.targets.tolist(), strict=True):
        a = [mp.mpf(v) for v in x]
        for layer in case.network.layers:
            z = [
                mp.fsum(mp.mpf(w) * v for w, v in zip(column, a, strict=True)) + mp.mpf(b)
                for column, b in zip(layer.weights.T.tolist(), layer.biases.tolist(), strict=True)
            ]
            match layer.activation:
                case "sigmoid":
                    a = [1 / (1 + mp.exp(-v)) for v in z]
                case "tanh":
                    a = [mp.tanh(v) for v in z]
                case "relu":
                    a = [max(v, mp.mpf(0)) for v in z]
                case "linear":
                    a = z
                case "softmax":
                    s = mp.fsum(mp.exp(v) for v in z)
                    a = [mp.exp(v) / s for v in z]
        for p, t in zip(a, y, strict=True):
            t = mp.mpf(t)
            match case.network.loss:
                case "half_squared_error":
                    total += (p - t) ** 2 / 2
                case "squared_error":
                    total += (p - t) ** 2
                case "cross_entropy":
                    total -= t * mp.log(p)
                case "binary_cross_entropy":
                    total -= t * mp.log(p) + (1 - t) * mp.log(1 - p)
    m, n = case.targets.shape
    return total / {"sum": 1, "mean_samples": m, "mean_elements": m * n}[case.network.reduction]


def _cases(count: int) -> list[Case]:
    generator = np.random.default_rng(7)
    return [random_case(generator, FLOAT64) for _ in range(count)]


@pytest.mark.parametrize("case", _cases(25), ids=range(25))
def test_the_loss_is_mpmaths(case: Case) -> None:
    with mpmath.workdps(60):
        expected = Oracle(case, FLOAT64).loss
        exact = _scalar_loss(case)
        distance = abs(exact - mpmath.mpf(float(expected.high)) - mpmath.mpf(float(expected.low)))
        assert distance <= expected.radius + 1e-45


@pytest.mark.parametrize("case", _cases(10), ids=range(10))
def test_the_gradients_are_finite_differences_of_mpmaths_loss(case: Case) -> None:
    with mpmath.workdps(60):
        h = mpmath.mpf(10) ** -20
        for k, (expected_weights, _) in enumerate(Oracle(case, FLOAT64).gradients):
            moved = []
            for sign in (1, -1):
                layer = case.network.layers[k]
                weights = layer.weights.astype(object)
                weights[0, 0] = mpmath.mpf(float(weights[0, 0])) + sign * h
                layers = list(case.network.layers)
                layers[k] = replace(layer, weights=weights)
                moved.append(_scalar_loss(replace(case, network=replace(case.network, layers=tuple(layers)))))
            slope = (moved[0] - moved[1]) / (2 * h)
            high, low = float(expected_weights.high[0, 0]), float(expected_weights.low[0, 0])
            assert abs(slope - high - mpmath.mpf(low)) < mpmath.mpf(10) ** -28


class SignFlipped(Algorithm):
    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return -(step.x.T @ delta)


class HiddenDerivativeMissing(Algorithm):
    def hidden_delta(self, network: Network, index: int, steps: list[Step], next_delta: Array) -> Array:
        return self.back_propagated(network, network.layers[index + 1], next_delta)


@pytest.mark.parametrize("broken", [SignFlipped, HiddenDerivativeMissing])
def test_a_broken_oracle_is_noticed(broken: type[Algorithm]) -> None:
    differing = 0
    for case in _cases(10):
        right, wrong = Oracle(case, FLOAT64).gradients, Oracle(case, FLOAT64, broken()).gradients
        for (a, _), (b, _) in zip(right, wrong, strict=True):
            differing += int(np.count_nonzero(np.abs(a.high - b.high) > a.bound + b.bound))
    assert differing > 0


def test_precision_is_raised_until_a_kink_is_decided() -> None:
    """z = 2^-200 > 0 out of a sum of thirds: 128 bits cannot see on which side of 0 it lies."""
    weights = np.array([[1.0], [-1.0], [2.0**-200]])
    network = Network((Layer(weights, np.zeros(1), "relu"),))
    oracle = Oracle(Case(network, np.array([[1 / 3, 1 / 3, 1.0]]), np.array([[-1.0]])), FLOAT64)
    assert oracle.gradients[0][1].high == 1


@pytest.mark.parametrize("case", _cases(10), ids=range(10))
def test_enclosures_are_much_narrower_than_bounds(case: Case) -> None:
    for expected in Oracle(case, FLOAT64).activations:
        assert np.all(expected.radius <= 1e-3 * np.maximum(expected.bound, 1e-300) + 1e-30 * np.abs(expected.high))


def test_what_no_precision_decides_is_said() -> None:
    """sigmoid(1) - sigmoid(1) is exactly 0, which no enclosure can show."""
    hidden = Layer(np.array([[1.0, 1.0]]), np.zeros(2), "sigmoid")
    kink = Layer(np.array([[1.0], [-1.0]]), np.zeros(1), "relu")
    case = Case(Network((hidden, kink)), np.array([[1.0]]), np.array([[1.0]]))
    with pytest.raises(UndecidedError, match="side of 0"):
        _ = Oracle(case, FLOAT64).gradients


def test_balls_contain_the_exact_rational() -> None:
    with precision(64):
        third = BallArray.exact(np.array([1.0])) / 3
        high, low, radius = third.decompose()
    assert abs(high[0] + low[0] - 1 / 3) <= radius[0] + 2.0**-54
    assert radius[0] > 0


def test_float32_bounds_are_wider_than_float64s() -> None:
    case = random_case(np.random.default_rng(3), FLOAT32)
    assert np.all(Oracle(case, FLOAT32).loss.bound > 1e6 * Oracle(case, FLOAT64).loss.bound)


def _parameters(algorithm: Algorithm, case: Case) -> Parameters:
    return algorithm.train(case.network, case.inputs, case.targets, case.learning_rate, case.epochs)[0]


@pytest.mark.parametrize("case", _cases(5), ids=range(5))
def test_training_is_repeated_stepping(case: Case) -> None:
    algorithm, network = Algorithm(), case.network
    for _ in range(case.epochs):
        network = network.with_parameters(_parameters(algorithm, replace(case, network=network, epochs=1)))
    for (w, b), (v, c) in zip(network.parameters, _parameters(algorithm, case), strict=True):
        assert np.array_equal(w, v)
        assert np.array_equal(b, c)


def test_a_case_is_shown_in_a_few_words() -> None:
    network = Network((Layer(np.ones((784, 2)), np.zeros(2), "sigmoid"),), "half_squared_error")
    case = Case(network, np.ones((32, 784)), np.zeros((32, 2)))
    assert repr(case) == pretty(case) == "<Case 784-2, 32 samples, half_squared_error, 1 epochs>"
