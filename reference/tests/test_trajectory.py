"""Certified trajectories: they meet SymPy and plain balls, the document's log, and no formulation exceeds their bounds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from formulations import Formulation

from mlp_reference import training
from mlp_reference.descent import Descent, same_steps, trained
from mlp_reference.examples import ExampleError
from mlp_reference.fixtures import FixtureError, load_fixture
from mlp_reference.formats import FLOAT16, FLOAT32, FLOAT64, FORMATS, Format
from mlp_reference.network import Case
from mlp_reference.optional import load_optional, optional_examples
from mlp_reference.options import Options
from mlp_reference.oracle import Expected, Oracle
from mlp_reference.training import load_training, runs
from mlp_reference.trajectory import Trajectory, UncertifiedError

Parameters = list[tuple[np.ndarray, np.ndarray]]


def _apart(one: Expected, other: Expected) -> bool:
    distance = np.abs((one.high - other.high) + (one.low - other.low))
    return bool(np.any(distance > one.radius + other.radius + 2.0**-100 * np.abs(one.high) + 5e-324))


@pytest.mark.parametrize("id", runs())
def test_the_first_epochs_are_those_of_plain_balls(id: str) -> None:
    example, fixture = runs()[id].example, load_training(id)
    for epochs in (1, 2) if id == "iris" else (1, 2, 3, 5, 10):
        exact = Oracle(example.case(epochs), FLOAT64).trained.parameters
        for pair, other in zip(fixture.parameters(epochs, "float64"), exact, strict=True):
            assert not any(map(_apart, pair, other))


def test_the_first_update_is_that_of_sympy() -> None:
    symbolic = load_fixture("document-xor-step")
    for epochs in symbolic.example.epochs:
        found = load_training("document-xor").parameters(epochs, "float64") if epochs in (1, 2, 3) else []
        for pair, other in zip(found, symbolic.parameters(epochs, "float64"), strict=False):
            assert not any(map(_apart, pair, other))


def test_the_documents_log_is_what_is_certified() -> None:
    """To 13 digits, which the program's own rounding leaves; the predictions to all that are printed."""
    run, fixture = runs()["document-xor"], load_training("document-xor")
    for epoch, printed in run.printed["losses"].items():
        expected = fixture.mean_squared_error(int(epoch), "float64")
        assert abs(printed - float(expected.high)) <= float(expected.bound)
        assert abs(printed / float(expected.high) - 1) < 1e-12
    outputs = fixture.outputs(10_000, "float64")
    for printed, exact, bound in zip(run.printed["predictions"], outputs.high.ravel(), outputs.bound.ravel(), strict=True):
        assert round(Decimal(float(exact)), 8) == round(Decimal(printed), 8)
        assert bound < 1e-9


def test_the_stuck_run_is_stuck() -> None:
    loss = load_training("xor-stuck").loss(5000, "float64")
    assert loss.high > 0.25
    assert loss.bound < 1e-12


#: name, format, how it trains.
Attack = tuple[str, Format, Callable[[Case], Parameters]]


def _numpy(format: Format) -> Callable[[Case], Parameters]:
    def train(case: Case) -> Parameters:
        given = case.map(lambda values: np.asarray(values, dtype=format.name))
        return trained(Descent(), given)[0]

    return train


def _other_form(format: Format) -> Callable[[Case], Parameters]:
    return lambda case: _numpy(format)(same_steps(case)[-1])


def _attacks() -> list[Attack]:
    found: list[Attack] = [(f"NumPy {f.name}", f, _numpy(f)) for f in (FLOAT64, FLOAT32, FLOAT16)]
    found += [(f"NumPy {f.name}, the other form of the velocity", f, _other_form(f)) for f in (FLOAT64, FLOAT32)]
    choices: list[dict[str, Any]] = [
        {"summation": "backward", "sigmoid": "tanh", "softmax": "log-domain"},
        {"summation": "pairwise", "sigmoid": "branches", "cross_entropy": "unfused"},
        {"summation": "fused", "derivative": "e/(1+e)^2", "softmax": "plain"},
        {"by_sample": True, "summation": "bias-first"},
        {"summation": "exact", "sigmoid": "tanh", "derivative": "e/(1+e)^2"},
        {"exp_error": 6.0, "cross_entropy": "unfused"},
        {"exp_error": -6.0, "derivative": "e/(1+e)^2"},
    ]
    for chosen in choices:
        for format in (FLOAT64, FLOAT32):
            found.append((str(Formulation(format, **chosen)), format, Formulation(format, **chosen).train))
    found.append(("float16 rounded", FLOAT16, Formulation(FLOAT16).train))
    found.append(("float16 backward", FLOAT16, Formulation(FLOAT16, summation="backward", sigmoid="tanh").train))
    return found


@pytest.mark.parametrize("id", runs())
def test_no_formulation_leaves_a_bound(id: str) -> None:
    """Up to 100 epochs each, and further for NumPy; the largest error by its bound is printed (pytest -s)."""
    run, fixture, largest = runs()[id], load_training(id), dict.fromkeys(FORMATS, 0.0)
    for name, format, train in _attacks():
        given = run.case.map(lambda values, f=format: f.nearest(values))  # type: ignore[misc]
        in_numpy, options = name.startswith("NumPy"), given.options
        if not in_numpy and (options is not None or id in ("iris", "xor-slow")):
            continue
        network, last, most = given.network, 0, 10_000 if in_numpy else 10 if id == "iris" else 100
        for epoch in (k for k in run.checkpoints if k <= most):
            expected = fixture.parameters(epoch, format.name)
            if not all(np.isfinite(e.bound).all() for pair in expected for e in pair):
                break
            if options is None:
                network = network.with_parameters(train(replace(given, network=network, epochs=epoch - last)))
            else:
                network = network.with_parameters(train(replace(given, epochs=epoch, options=options.first(epoch))))
            last = epoch
            for got, e in zip((a for p in network.parameters for a in p), (e for p in expected for e in p), strict=True):
                error = np.maximum(np.abs((np.asarray(got, dtype=np.float64) - e.high) - e.low) - e.radius, 0)
                ratio = float(np.max(np.where(error == 0, 0, error / np.where(e.bound > 0, e.bound, 5e-324))))
                assert ratio <= 1, f"{name}: {ratio} times its bound after {epoch} epochs"
                largest[format.name] = max(largest[format.name], ratio)
    print(id, largest)
    assert largest["float64"] > 1e-3 or id == "diverging", "the bounds are a thousand times too wide from the first epoch on"


def test_a_bound_over_a_box_holds_for_every_start_in_it() -> None:
    """The derivative over a box: images of random pairs in it differ by no more than slope and slack allow."""
    generator = np.random.default_rng(5)
    for run in runs().values():
        trajectory = Trajectory(run.case, (5,))
        centre, reach = trajectory.centres[3:4], 1e-3
        jacobian, slack, _ = trajectory.map.epoch_at(FLOAT64, centre, np.array([[reach]]))
        if not np.isfinite(slack).all() or trajectory.map.has_velocity:
            continue
        given = run.case.map(lambda values: FLOAT64.nearest(values))

        def image(place: np.ndarray, t: Trajectory = trajectory, c: Case = given) -> np.ndarray:
            network = c.network.with_parameters(t.flat.split(place))
            options = c.options and c.options.first(1)
            return t.flat.joined(_numpy(FLOAT64)(replace(c, network=network, epochs=1, options=options)))

        for _ in range(20):
            one, other = centre[0] + generator.uniform(-reach, reach, (2, centre.shape[1]))
            moved = image(one) - image(other) - jacobian[0] @ (one - other)
            assert np.all(np.abs(moved) <= slack[0] @ np.abs(one - other) + 1e-13)


def test_bad_input_gets_one_clear_message(tmp_path: Any) -> None:
    case = runs()["tanh-linear"].case
    with pytest.raises(ValueError, match="checkpoint 401 lies outside the run, whose epochs are 0 to 400"):
        Trajectory(case, (401,))
    for rate in (float("nan"), float("inf"), -1.0):
        with pytest.raises(ValueError, match="a finite number of at least 0"):
            Trajectory(replace(case, learning_rate=rate), (1,))
    with pytest.raises(ValueError, match="a whole number of at least 0"):
        Trajectory(replace(case, epochs=-1), ())
    wide = replace(case.network, layers=(replace(case.network.layers[0], weights=np.ones((20, 20), dtype=object)),))
    with pytest.raises(UncertifiedError, match="parameters: runs of up to"):
        Trajectory(replace(case, network=wide), (1,))
    start = Trajectory(case, (0,))
    assert [float(x.mid()) for x in start.exact[0]] == [float(x) for x in start.flat.joined(case.network.parameters)]
    with pytest.raises(FixtureError, match="has no checkpoint 7"):
        load_training("tanh-linear").parameters(7, "float64")
    document = json.loads((training.spec_folder() / "training" / "tanh-linear.json").read_text())
    (tmp_path / "mine.json").write_text(json.dumps(document | {"checkpoints": [-1, 3]}))
    with pytest.raises(ExampleError, match="ascending whole numbers"):
        training.load_run(tmp_path / "mine.json")


def test_a_fixture_is_certified_again_byte_for_byte() -> None:
    stored = (training.fixtures_folder() / "training" / "tanh-linear.json").read_text()
    assert training.fixture_text(runs()["tanh-linear"]) == stored


@pytest.mark.parametrize("id", ["dropout", "order", "all-together", "l2-over-batch"])
def test_masks_and_orders_of_each_epoch_are_certified_as_sympy_has_them(id: str) -> None:
    example = optional_examples()[id]
    trajectory = Trajectory(example.case(example.epochs[-1]), example.epochs)
    for epoch in example.epochs:
        exact = trajectory.map.parts(trajectory.exact[epoch])[0]
        for pair, derived in zip(exact, load_optional(id).parameters(epoch, "float64"), strict=True):
            for balls, expected in zip(pair, derived, strict=True):
                assert [float(ball.mid()) for ball in balls.ravel()] == expected.high.ravel().tolist()


@pytest.mark.parametrize("format", [FLOAT64, FLOAT32], ids=lambda format: format.name)
@pytest.mark.parametrize("parts", ["order", "masks", "both"])
def test_long_runs_with_masks_and_orders_lie_within_their_bounds(parts: str, format: Format) -> None:
    epochs, random, example = 70, np.random.default_rng(3), optional_examples()["order"]
    m, hidden = len(example.inputs), [layer.biases.size for layer in example.network.layers[:-1]]
    orders = tuple(tuple(random.permutation(m).tolist()) for _ in range(epochs))
    masks = tuple(tuple(random.integers(0, 2, (m, n)).astype(object) for n in hidden) for _ in range(epochs))
    options = {
        "order": Options(batch_size=2, order=orders),
        "masks": Options(dropout=Fraction(1, 2), masks=masks),
        "both": Options(batch_size=2, order=orders, dropout=Fraction(1, 2), masks=masks, momentum=Fraction(1, 2)),
    }[parts]
    case = replace(example.case(1), epochs=epochs, options=options, learning_rate=Fraction(1, 8))
    trajectory = Trajectory(case, (10, epochs))
    floats = case.map(lambda values: np.asarray(format.nearest(values), dtype=format.name))
    bounds = trajectory.bounds(format)
    assert epochs in bounds
    for epoch, bound in bounds.items():
        of_epochs = floats.options and floats.options.first(epoch)
        parameters, _ = trained(Descent(), replace(floats, epochs=epoch, options=of_epochs))
        got = trajectory.flat.joined(parameters).astype(float)
        exact = np.array([float(ball.mid()) for ball in trajectory.exact[epoch]])[: len(got)]
        assert np.all(np.abs(got - exact) <= bound[: len(got)] + 2.0**-53 * np.abs(exact))
        assert np.max(bound) < 2**20 * format.unit_roundoff
