"""Consistency: an implementation's four operations agree with one another. No expected values are needed."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np

from mlp_conformance.checks.comparing import Failed
from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.judgement import Judgement, Number
from mlp_conformance.strategies import Scope
from mlp_reference import losses
from mlp_reference.balls import BallArray, precision
from mlp_reference.mlp import Algorithm, Step, right_deltas
from mlp_reference.network import Case, Network
from mlp_reference.oracle import Oracle

#: Central differences over 1 to 4 steps, exact for polynomials up to degree 8: sum of c_k (L(k h) - L(-k h)) / h.
_STENCIL = (4 / 5, -1 / 5, 4 / 105, -1 / 280)
#: What the eight products and sums of the quotient, which are taken here in float64, may lose.
_OWN = 2.0**-49
_SMOOTH = frozenset({"sigmoid", "tanh", "linear"})


@check(
    "consistency/gradient-of-own-loss",
    "the gradients are the derivatives of the implementation's own loss",
    "BACK-1",
    "LOSS-5",
    phase="gradients",
    needs=("loss",),
)
def gradient_of_own_loss(trial: Trial) -> None:
    """Along a drawn direction, a difference quotient of order 8 of the implementation's own loss.

    What the quotient may be off by is known: its truncation on the exact loss, found on balls, and the rounding of the
    eight losses, by their bounds; both in proportion to the implementation's own loss, in case that has another factor.
    """

    def test(case: Case) -> None:
        got, expected = trial.gradients(case)
        direction, h = _direction(case, trial)
        points = [(c, k * h) for k, c in enumerate(_STENCIL, 1)]
        slope = rounding = 0.0
        for c, step in points:
            for sign in (1, -1):
                moved = _moved(case, direction, sign * step)
                value, bound = float(trial.session.loss(moved)), float(Oracle(moved, trial.format).loss_bound)
                slope += sign * c * value / h
                rounding += abs(c) * (bound + _OWN * abs(value)) / h
        exact_slope, truncation = _exact_slope_and_truncation(case, direction, points, h)
        own, right = float(trial.session.loss(case)), float(trial.oracle(case).loss.high)
        factor = max(1.0, abs(own / right)) if right else 1.0
        claimed = _along(direction, got)
        propagated = _along([(np.abs(w), np.abs(b)) for w, b in direction], [(w.bound, b.bound) for w, b in expected])
        allowed = (
            factor * (rounding + 2 * truncation)
            + propagated
            + 2.0**-45 * abs(claimed)
            + _readings_apart(trial, case, direction)
        )
        if not np.isfinite(allowed) or allowed > 0.1 * abs(exact_slope):
            return
        error = abs(slope - claimed)
        number = Number(
            "dE along a direction",
            repr(slope),
            repr(claimed),
            error / trial.format.ulp(slope),
            error / allowed,
        )
        if not error <= allowed:
            ratio = claimed / slope if slope else float("inf")
            raise Failed(
                f"The gradient is not the derivative of the reported loss: along a direction it is {ratio:.6g} times it.",
                Judgement(1, 1, number),
                case,
            )
        trial.judgement += Judgement(1, 0, number)

    scope = Scope(hidden=_SMOOTH, outputs=_SMOOTH | {"softmax"}, layers=(1, 2), widest=4, batch=(1, 5))
    trial.for_each(scope, test, share=0.2)


def _direction(case: Case, trial: Trial) -> tuple[list[tuple[np.ndarray, np.ndarray]], float]:
    """Small multiples of a power of two for every parameter, and a step at which parameter + 4 steps stays representable."""
    random = trial.generator
    direction = [
        (
            random.integers(-2, 3, w.shape).astype(np.float64),
            random.integers(-2, 3, b.shape).astype(np.float64),
        )
        for w, b in case.network.parameters
    ]
    has_biases = trial.claims.with_biases(len(direction))
    direction = [(w, b if has else np.zeros_like(b)) for (w, b), has in zip(direction, has_biases, strict=True)]
    largest = max(float(np.max(np.abs(x), initial=1.0)) for x in (case.inputs, *(w for w, _ in case.network.parameters)))
    return direction, float(2.0 ** -np.ceil(np.log2(largest * 32 * max(1, case.inputs.shape[1]))))


def _moved(case: Case, direction: list[tuple[np.ndarray, np.ndarray]], step: float) -> Case:
    parameters = [(w + step * dw, b + step * db) for (w, b), (dw, db) in zip(case.network.parameters, direction, strict=True)]
    return replace(case, network=case.network.with_parameters(parameters))


def _along(direction: list[tuple[np.ndarray, np.ndarray]], gradients: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """The sum over all parameters; those that are withheld have a direction of 0, and count for nothing."""
    pairs = [part for pair in zip(direction, gradients, strict=True) for part in zip(*pair, strict=True)]
    return float(sum(np.sum(d * np.where(d == 0, 0.0, g)) for d, g in pairs))


def _exact_slope_and_truncation(
    case: Case, direction: list[tuple[np.ndarray, np.ndarray]], points: list[tuple[float, float]], h: float
) -> tuple[float, float]:
    """The exact derivative along the direction, and how far the same difference quotient of the exact loss is from it."""
    with precision(192):
        algorithm = Algorithm()

        def loss(moved: Case) -> BallArray:
            exact = moved.map(BallArray.exact)
            return algorithm.loss(exact.network, exact.inputs, exact.targets)

        quotient = BallArray.exact(0)
        for c, step in points:
            quotient = quotient + c / h * (loss(_moved(case, direction, step)) - loss(_moved(case, direction, -step)))
        exact = case.map(BallArray.exact)
        slope = BallArray.exact(0)
        for (w, b), (dw, db) in zip(algorithm.gradients(exact.network, exact.inputs, exact.targets), direction, strict=True):
            slope = slope + (w * dw).sum() + (b * db).sum()
        high, _, _ = slope.decompose()
        off, _, radius = (quotient - slope).decompose()
    return float(high), abs(float(off)) + float(radius)


def _readings_apart(trial: Trial, case: Case, direction: Any) -> float:
    """How far a right gradient may be from that of a loss whose logarithms are guarded by constants (LOSS-10)."""
    sizes = [(np.abs(w), np.abs(b)) for w, b in direction]

    def apart(reading: type[Algorithm]) -> float:
        other = Oracle(case, trial.format, reading()).gradients
        pairs = [
            tuple(np.abs(x.high - y.high) for x, y in zip(one, two, strict=True))
            for one, two in zip(other, trial.oracle(case).gradients, strict=True)
        ]
        return _along(sizes, pairs)

    return max(map(apart, right_deltas(case.network)), default=0.0)


@check(
    "consistency/loss-of-own-output",
    "the loss is that of the implementation's own outputs",
    "LOSS-1",
    "FWD-5",
    phase="forward",
    needs=("loss", "forward"),
)
def loss_of_own_output(trial: Trial) -> None:
    """For the squared errors: the exact loss of the outputs that `forward` gave, and how far their bounds can move it."""

    def test(case: Case) -> None:
        output, reported = trial.session.forward(case)[-1], trial.session.loss(case)
        oracle = trial.oracle(case)
        network = case.network
        with precision(192):
            a, y = BallArray.exact(output), BallArray.exact(case.targets)
            value = Algorithm().output_loss(network, Step(a, a, a), y)
            exact, _, _ = value.decompose()
        slopes = np.abs(losses.slope(network, output, case.targets)) + oracle.activations[-1].bound
        moved = float(np.sum(slopes * oracle.activations[-1].bound)) * 2 / losses.divisor(network, case.targets)
        trial.same(
            ("E", reported, exact, oracle.loss.bound + moved),
            case=case,
            says="The loss is not that of the outputs of `forward`.",
        )

    trial.for_each(
        Scope(losses=frozenset({"half_squared_error", "squared_error"}), widest=5, batch=(1, 5)),
        test,
        share=0.2,
    )


@check(
    "consistency/step-of-own-gradient",
    "one step of training is the parameters minus the learning rate times the own gradient",
    "UPD-1",
    "UPD-2",
    "BACK-7",
    phase="training",
    needs=("gradients", "train"),
)
def step_of_own_gradient(trial: Trial) -> None:
    def test(case: Case) -> None:
        gradients, stepped = trial.session.gradients(case), trial.session.train(case).parameters
        oracle = trial.oracle(case)
        pairs = []
        for i, (layer, got, after) in enumerate(zip(case.network.layers, gradients, stepped, strict=True)):
            for kind, name, before in ((0, "W", layer.weights), (1, "b", layer.biases)):
                bound = oracle.parameter_bounds[i][kind] + case.learning_rate * oracle.gradient_bounds[i][kind]
                own = 2.0**-50 * (np.abs(before) + case.learning_rate * np.abs(got[kind]))
                pairs.append((f"{name}{i + 1}", after[kind], before - case.learning_rate * got[kind], bound + own))
        trial.same(
            *pairs,
            case=case,
            says="The step is not the learning rate times the implementation's own gradient.",
        )

    trial.for_each(Scope(widest=5, batch=(1, 5)), test, share=0.2)


@check(
    "consistency/epochs-compose",
    "n epochs at once are n times one epoch",
    "TRAIN-1",
    "TRAIN-4",
    phase="training",
    needs=("train",),
)
def epochs_compose(trial: Trial) -> None:
    def test(case: Case) -> None:
        at_once = trial.session.train(case).parameters
        network = case.network.with_parameters(trial.session.train(replace(case, epochs=1)).parameters)
        with trial.session.following():
            for _ in range(1, case.epochs):
                network = network.with_parameters(
                    trial.session.train(replace(case, network=_rounded(network, trial), epochs=1)).parameters
                )
        bounds = trial.oracle(case).parameter_bounds
        trial.same(
            *(
                (f"{name}{i + 1}", at_once[i][kind], network.parameters[i][kind], 2 * bounds[i][kind])
                for i in range(len(at_once))
                for kind, name in ((0, "W"), (1, "b"))
            ),
            case=case,
            says=f"{case.epochs} epochs at once differ from {case.epochs} times one epoch.",
        )

    trial.for_each(Scope(epochs=(2, 5), widest=4, batch=(1, 4)), test, share=0.2)


def _rounded(network: Network, trial: Trial) -> Network:
    return network.map(trial.format.nearest)


@check(
    "consistency/reported-losses",
    "the losses that training reports are those of the parameters before each update",
    "TRAIN-2",
    phase="training",
    needs=("train", "loss"),
)
def reported_losses(trial: Trial) -> None:
    def test(case: Case) -> None:
        reported = trial.session.train(case).losses
        if reported is None:
            return
        bounds = trial.oracle(case).reported_loss_bounds
        shorter = [trial.session.train(replace(case, epochs=epoch)).parameters for epoch in range(1, len(reported))]
        networks = [case.network, *map(case.network.with_parameters, shorter)]
        for epoch, (value, bound, network) in enumerate(zip(reported, bounds, networks, strict=True)):
            with trial.session.following() if epoch else nullcontext():
                own = trial.session.loss(replace(case, network=_rounded(network, trial)))
            trial.same(
                (f"E before update {epoch + 1}", np.asarray(value), own, 2 * bound),
                case=case,
                says="A reported loss is not that of the parameters before its update.",
            )

    trial.for_each(Scope(epochs=(1, 4), widest=4, batch=(1, 4)), test, share=0.2)
