"""Faults with a constant that nobody typed into the catalogue: found from the numbers, and never where it is not so."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mlp_conformance
from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.faults.families import FAMILIES
from mlp_conformance.results import Finding, Report
from mlp_reference.mlp import Algorithm

FAMILY = {family.id: family for family in FAMILIES}
#: Constants that stand in no fault of the catalogue.
CONSTANTS: dict[str, float | tuple[float, ...]] = {
    "gradient-factor": 3.7,
    "weights-gradient-factor": 1.4,
    "biases-gradient-factor": 0.35,
    "hidden-delta-factor": 1.6,
    "weights-rate-factor": 0.45,
    "biases-rate-factor": 2.2,
    "rate-factor": 0.31,
    "rate-decay-at-once": 0.93,
    "targets-standardised": 1e-6,
    "targets-standardised-by-output": 1e-4,
    "loss-factor": 7.0,
    "momentum": 0.8,
    "running-mean": 0.65,
    "weight-decay": 3e-3,
    "detached-decay": 2e-5,
    "decay-of-all": 7e-4,
    "penalty": 0.02,
    "rate-decay": 0.97,
    "rate-over-time": 0.013,
    "log-epsilon": 3e-9,
    "smoothing": 0.17,
    "leak": 0.2,
    "steepness": 1.3,
    "hidden-scale": 0.7,
    "flat-spot": 0.06,
    "target-scale": 0.9,
    "gradient-limit": 0.15,
    "gradient-norm-limit": 0.4,
    "preactivation-limit": 2.5,
    "sigmoid-limit": 1.5,
    "relu-limit": 1.7,
    "probability-limit": 0.02,
    "quotient-plus": 2e-8,
    "quotient-limit": 0.07,
    "slope-epsilon": 4e-7,
    "input-scale": 0.3,
    "steepness-forward": 0.9,
    "leak-forward": 0.15,
    "leak-back": 0.05,
    "softmax-temperature": 0.6,
    "derivative-floor": 0.15,
    "derivative-top": 0.97,
    "penalty-over-batch": 0.3,
    "penalty-of-all": 0.01,
    "penalty-of-all-over-batch": 0.3,
    "loss-penalty": 0.05,
    "loss-penalty-over-batch": 0.4,
    "regularisation": 0.06,
    "regularisation-over-batch": 0.2,
    "absolute-decay": 0.03,
    "bias-decay": 0.04,
    "weights-momentum": 0.7,
    "biases-momentum": 0.55,
    "rmsprop": 0.8,
    "adagrad": 1e-5,
    "adam": 0.7,
    "adam-uncorrected": 0.75,
    "first-step-factor": 0.3,
    "skipped-epoch": 4,
    "missed-epoch": 3,
    "batch-size": 3,
    "whole-batch-size": 3,
    "smoothed-losses": 0.4,
    "parameter-limit": 0.7,
    "norm-limit": 0.9,
    "delta-limit": 0.05,
    "array-norm-limit": 0.3,
    "weights-norm-limit": 0.25,
    "back-propagated-limit": 0.04,
    "error-limit": 0.2,
    "relu-threshold": 1e-3,
    "relu-derivative-threshold": 1e-3,
    "error-tolerance": 1e-3,
    "input-limit": 123.0,
    "weight-limit": 55.0,
    "loss-limit": 0.3,
    "nesterov": 0.6,
    "penalised-objective": 0.05,
    "elu": 0.3,
    "swish": 1.7,
    "batch-normalised": 2e-3,
    "layer-normalised": 7e-4,
    "first-output-weight": 3.0,
    "first-output-error-weight": 0.3,
    "last-output-weight": 2.5,
    "last-output-error-weight": 0.6,
    "first-sample-weight": 1.5,
    "first-sample-error-weight": 0.7,
    "last-sample-weight": 0.2,
    "last-sample-error-weight": 4.0,
    "positive-weight": 3.5,
    "rate-by-depth": 0.6,
    "rate-by-layer": 0.7,
    "softmax-epsilon": 3e-3,
    "hidden-scale-forward": 0.8,
    "weights-gradient-limit": 0.12,
    "activation-cut": 1.5,
    "inputs-standardised-with": 0.02,
    "stops-below": 0.1,
    "rate-limit": 0.7,
    "rate-floor": 0.04,
    "rate-changes": (0.3, 3),
    "adam-both": (0.8, 0.97),
    "rmsprop-both": (0.8, 3e-3),
    "adam-all": (0.85, 0.95, 2e-3),
    "mean-from-the-first": 0.7,
    "norm-limit-by-torch": 0.3,
    "log-epsilon-of-ones": 2e-3,
    "zero-epochs": 3.0,
    "zero-rate": 0.02,
    "loss-over-batch": 3.5,
    "loss-times-batch": 3.5,
    "loss-over-outputs": 3.5,
    "loss-times-outputs": 3.5,
    "loss-over-elements": 3.5,
    "loss-times-elements": 3.5,
    "gradient-over-batch": 0.7,
    "gradient-times-batch": 0.7,
    "gradient-over-outputs": 0.7,
    "gradient-times-outputs": 0.7,
    "gradient-over-elements": 0.7,
    "gradient-times-elements": 0.7,
}
EVERYDAY = ("log-epsilon", "adam-both")


def _of(id: str) -> tuple[float, ...]:
    """The constants of a family's member."""
    found = CONSTANTS[id]
    return found if isinstance(found, tuple) else (found,)


def _judged(algorithm: Algorithm, select: str = "[gdmt][ora][lag]*", **changed: Callable[..., Any]) -> Report:
    class Program(ReferenceAdapter):
        forward = staticmethod(algorithm.forward)
        loss = staticmethod(algorithm.loss)
        gradients = staticmethod(algorithm.gradients)
        train = staticmethod(algorithm.train)

    for name, method in changed.items():
        setattr(Program, name, staticmethod(method))
    return mlp_conformance.run(Program, examples=12, select=select)


def _first(report: Report) -> Finding:
    assert not report.conforms
    assert report.diagnosis, report.statement
    return report.diagnosis[0]


@pytest.fixture
def _everyday(request: pytest.FixtureRequest) -> None:
    if request.node.callspec.params["id"] not in EVERYDAY and not os.environ.get("MLP_EVERY_FAMILY"):
        pytest.skip("a few families are enough for every day: tox -e diagnosis tries them all")


def test_every_family_has_a_constant_here() -> None:
    assert set(CONSTANTS) == {id for id, family in FAMILY.items() if family.everywhere}


@pytest.mark.parametrize("id", CONSTANTS)
@pytest.mark.usefixtures("_everyday")
def test_the_constant_is_found(id: str) -> None:
    """Also by a part of the checks: Adam's first step does not depend on its constants, later ones do."""
    expected = FAMILY[id].member(*_of(id))
    found = _first(_judged(expected.algorithm()))
    # where a probability rounds to 0 this one's own loss is infinite: that is told beside it
    assert found.complete or id == "softmax-epsilon"
    assert (found.fault, found.title) == (expected.id, expected.title)


def test_a_fault_of_one_operation_alone_is_said_to_be_there_alone() -> None:
    right = Algorithm()
    wrong = FAMILY["gradient-factor"].build(3.7)()
    found = _first(_judged(right, gradients=wrong.gradients))
    assert found.complete
    assert "3.7 times" in found.text
    assert "in what gradients answers, and nowhere else" in found.text


def test_a_fault_of_one_layer_alone_is_said_to_be_there_alone() -> None:
    right = Algorithm()

    def gradients(network: Any, inputs: Any, targets: Any) -> Any:
        return [(w * 1.01 if i == 0 else w, b) for i, (w, b) in enumerate(right.gradients(network, inputs, targets))]

    found = _first(_judged(right, gradients=gradients))
    assert found.complete
    assert found.fault == "weights-gradient-factor=1.01/first-layer"
    assert "in the first layer alone" in found.text


def test_what_is_random_is_said_to_be_random() -> None:
    right, chance = Algorithm(), np.random.default_rng(3)

    def gradients(network: Any, inputs: Any, targets: Any) -> Any:
        factor = chance.uniform(0.4, 0.6)
        return [(w * factor if i == 0 else w, b) for i, (w, b) in enumerate(right.gradients(network, inputs, targets))]

    report = _judged(right, gradients=gradients)
    assert not any(finding.complete for finding in report.diagnosis)
    assert "another answer when it is asked again" in report.statement


def test_what_no_constant_explains_is_not_named() -> None:
    right = Algorithm()

    def gradients(network: Any, inputs: Any, targets: Any) -> Any:
        return [(w * (1 + 0.01 * w) if i == 0 else w, b) for i, (w, b) in enumerate(right.gradients(network, inputs, targets))]

    report = _judged(right, gradients=gradients)
    assert not report.conforms
    assert not any(finding.complete for finding in report.diagnosis)


def test_a_loss_that_is_always_a_little_low_is_not_taken_for_float32() -> None:
    right = Algorithm()
    report = _judged(right, loss=lambda *case: right.loss(*case) * (1 - 3e-8) - 1e-9)
    assert not any("float32" in finding.title for finding in report.diagnosis)


def test_a_library_that_stops_where_training_diverges_conforms() -> None:
    """Beyond the format's range nothing is demanded, and some libraries raise there."""

    def train(*arguments: Any, **options: Any) -> Any:
        with np.errstate(all="ignore"):
            parameters, losses = ReferenceAdapter().train(*arguments, **options)
        if not all(np.all(np.isfinite(array)) for pair in parameters for array in pair):
            raise ValueError("non-finite parameters")
        return parameters, losses

    class Careful(ReferenceAdapter):
        pass

    Careful.train = staticmethod(train)  # type: ignore[method-assign, assignment]
    for seed in range(3):
        report = mlp_conformance.run(Careful, select="training/", seed=seed)
        assert report.summary["error"] == 0, report.text()


def test_a_limit_far_out_is_not_taken_for_a_nearer_one() -> None:
    """Right answers between 15 and 30 contradict the catalogue's cut at 15, whichever of them the search is tried on."""
    algorithm = FAMILY["activation-cut"].build(30.0)()
    report = _judged(algorithm, "magnitude/activations*")
    assert not report.conforms
    assert [finding.fault for finding in report.diagnosis if "sigmoid-cut" in finding.fault] == []
    assert report.diagnosis[0].fault.startswith("activation-cut=")
    assert 28 < float(report.diagnosis[0].fault.partition("=")[2]) < 32


@pytest.mark.parametrize("id", ["bias-subtracted+momentum=0.8", "output-derivative-missing+weight-decay=0.003"])
def test_a_constant_is_found_beside_another_fault(id: str) -> None:
    """Neither explains any answer of training alone: the constant is what the other leaves."""
    report = mlp_conformance.run(f"fault:{id}", examples=12, select="[gdmt][ora][lag]*")
    assert _first(report).fault == id
    assert _first(report).complete
