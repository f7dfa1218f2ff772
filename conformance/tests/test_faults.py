"""The catalogue of faults: complete, certified on every arithmetic, and different from right somewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import combinations
from random import Random

import numpy as np
import pytest

from mlp_conformance.faults import (
    FAULTS,
    Fault,
    FaultImplementation,
    UnknownFault,
    composable,
    compose,
    fault,
    overridden,
)
from mlp_reference.balls import UndecidedError
from mlp_reference.formats import FLOAT64
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case, Layer, Network
from mlp_reference.oracle import Expected, Oracle

FORMULAS = [known for known in FAULTS.values() if known.kind == "formula"]
OPERATIONS = ("activations", "loss", "gradients", "trained")


def case(
    sizes: tuple[int, ...],
    *activations: str,
    loss: str = "half_squared_error",
    reduction: str = "sum",
    m: int = 3,
    scale: float = 1.0,
    epochs: int = 3,
    rate: float = 0.25,
    seed: int = 1,
) -> Case:
    """A drawn case, asymmetric in all its numbers."""
    random = np.random.default_rng(seed)
    layers = tuple(
        Layer(random.normal(size=(n_in, n_out)) * scale, random.normal(size=n_out), activation)
        for n_in, n_out, activation in zip(sizes, sizes[1:], activations, strict=False)
    )
    targets = random.uniform(0.1, 0.9, (m, sizes[-1]))
    if loss == "cross_entropy":
        targets = targets / targets.sum(axis=1, keepdims=True)
    return Case(Network(layers, loss, reduction), random.normal(size=(m, sizes[0])), targets, rate, epochs)


def at_the_kink() -> Case:
    """ReLU units whose pre-activation is exactly 0."""
    found = case((2, 2, 2), "relu", "linear", epochs=1)
    hidden, output = found.network.layers
    hidden = replace(hidden, biases=np.zeros(2))
    return replace(found, inputs=np.zeros((3, 2)), network=replace(found.network, layers=(hidden, output)))


def forward(found: Case) -> np.ndarray:
    """The outputs of the right algorithm."""
    return np.asarray(Algorithm().forward(found.network, found.inputs)[-1])


def faint() -> Case:
    """Pre-activations of about 1e-7, and outputs as close to their targets."""
    found = case((2, 3, 2), "relu", "linear", epochs=1)
    layers = [replace(layer, weights=layer.weights * 2.0**-12, biases=layer.biases * 0) for layer in found.network.layers]
    return replace(
        found, network=replace(found.network, layers=tuple(layers)), inputs=found.inputs * 2.0**-12, targets=found.targets * 0
    )


def outlying() -> Case:
    """Inputs of thousands, with weights to go with them."""
    found = case((2, 3, 2), "tanh", "linear", epochs=1)
    hidden, output = found.network.layers
    hidden = replace(hidden, weights=hidden.weights * 2.0**-12)
    return replace(found, network=replace(found.network, layers=(hidden, output)), inputs=found.inputs * 2.0**12)


def tied() -> Case:
    """The document's third example: two output weights of the same value."""
    found = case((2, 2, 1), "sigmoid", "sigmoid", epochs=1)
    hidden, output = found.network.layers
    return replace(
        found,
        network=replace(found.network, layers=(hidden, replace(output, weights=np.full((2, 1), 0.3)))),
    )


CASES: dict[str, Case] = {
    "deep": case((2, 2, 3, 2), "sigmoid", "tanh", "sigmoid"),
    "square": case((2, 2, 2, 2), "tanh", "relu", "linear"),
    "mean of squares": case((3, 2, 2), "tanh", "sigmoid", loss="squared_error", reduction="mean_samples"),
    "mean of elements": case((2, 3, 2), "relu", "linear", reduction="mean_elements", loss="squared_error"),
    "classes": case((2, 3, 3), "sigmoid", "softmax", loss="cross_entropy"),
    "classes, squared": case((2, 2, 3), "relu", "softmax"),
    "binary": case((3, 2, 2), "tanh", "sigmoid", loss="binary_cross_entropy", reduction="mean_samples"),
    "steep": case((2, 3, 2), "sigmoid", "sigmoid", scale=9.0, epochs=1),
    "large": case((2, 3, 2), "relu", "linear", scale=9.0, epochs=1, rate=2.0**-9),
    "sure": case((2, 2), "softmax", loss="cross_entropy", scale=9.0, epochs=1),
    "kink": at_the_kink(),
    "tied": tied(),
    "faint": faint(),
    "outlying": outlying(),
    "no epoch": case((2, 2, 1), "sigmoid", "sigmoid", epochs=0),
    "no rate": case((2, 2, 1), "sigmoid", "sigmoid", epochs=2, rate=0.0),
    "many epochs": case((1, 1), "sigmoid", epochs=12, m=1),
}

#: Where float arithmetic gives out: exponentials overflow, probabilities round to 0, training stands still.
EXTREMES: dict[str, Case] = {
    "saturated": case((2, 3, 2), "sigmoid", "tanh", scale=900.0, seed=2),
    "certain": case((2, 3), "softmax", loss="cross_entropy", scale=300.0, epochs=1),
    "near": replace(case((2, 2), "linear"), targets=forward(case((2, 2), "linear")) + 2.0**-30),
    "slow": case((2, 2), "sigmoid", rate=1e-6, epochs=5),
    "tenth": case((2, 2), "sigmoid", rate=0.1, epochs=1),
}


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


@cache
def right(name: str) -> Oracle:
    return Oracle({**CASES, **EXTREMES}[name], FLOAT64)


def numbers(oracle: Oracle, operation: str) -> list[Expected]:
    """All arrays that one operation answers."""
    found = getattr(oracle, operation)
    if operation == "activations":
        return list(found)
    if operation == "loss":
        return [found]
    if operation == "gradients":
        return [array for pair in found for array in pair]
    return [*(array for pair in found.parameters for array in pair), *found.losses]


def answered(implementation: FaultImplementation, asked: Case, operation: str) -> list[np.ndarray]:
    """The same arrays, as floats."""
    network = asked.network.map(np.array)
    match operation:
        case "activations":
            return list(implementation.forward(network, asked.inputs))
        case "loss":
            return [implementation.loss(network, asked.inputs, asked.targets)]
        case "gradients":
            found = implementation.gradients(network, asked.inputs, asked.targets)
            return [array for pair in found for array in pair]
    parameters, losses = implementation.train(network, asked.inputs, asked.targets, asked.learning_rate, asked.epochs)
    return [*(array for pair in parameters for array in pair), *losses]


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
    assert 1 <= len(overridden(known)) <= 5


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


def test_what_is_composable_is_defined_on_every_arithmetic() -> None:
    pairs = [pair for pair in combinations(FORMULAS, 2) if composable(*pair)]
    assert len(pairs) > 1000
    for a, b in Random(0).sample(pairs, 40):
        both = compose(a, b)
        assert both is compose(a, b)
        for name in ("deep", "classes"):
            assert numbers(Oracle(CASES[name], FLOAT64, both()), "trained")


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
    for a, b in combinations(FAULTS.values(), 2):
        if composable(a, b):
            assert issubclass(compose(a, b), a.algorithm)
    assert not any(composable(known, known) for known in FAULTS.values())


def test_an_unknown_fault_is_answered_with_suggestions() -> None:
    with pytest.raises(UnknownFault, match="output-derivative-missing"):
        fault("output-derivative-mising")
    with pytest.raises(UnknownFault, match="list faults"):
        fault("zzzzzz")
    assert fault("fault:no-half") is fault("no-half")
