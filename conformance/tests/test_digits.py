"""What digits show: numbers that were cut, gradients that are differences of two losses, errors of a rounding alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.checks import Settings, checks
from mlp_conformance.diagnosis.digits import _Rounding
from mlp_conformance.explaining import explanation
from mlp_conformance.loading import load
from mlp_conformance.results import Report
from mlp_conformance.verdict import judge
from mlp_reference import mlp
from mlp_reference.network import Network
from mlp_reference.oracle import Expected

pytestmark = pytest.mark.usefixtures("narrow")

Numbers = Callable[[Any], Any]


def _significant(x: Any) -> Any:
    return np.vectorize(lambda number: float(f"{number:.6g}"))(x)


def _kept_by_a_language(digits: int) -> Numbers:
    return np.vectorize(lambda number: float(f"{number:.{digits}g}"))


def _printed(x: Any) -> Any:
    return np.vectorize(lambda number: float(f"{number:.5f}"))(x)


class Written(ReferenceAdapter):
    """Right, but that numbers are written down on the way out: those of the operations named."""

    def __init__(self, written: Numbers, operations: tuple[str, ...]) -> None:
        super().__init__()
        self.claims = replace(self.claims, options=frozenset())
        self._written, self._operations = written, operations

    def _told(self, operation: str, answer: Any) -> Any:
        if operation not in self._operations:
            return answer
        if operation == "loss":
            return self._written(answer)
        return [tuple(map(self._written, part)) if isinstance(part, tuple) else self._written(part) for part in answer]

    def forward(self, network: Network, inputs: Any) -> Any:
        return self._told("forward", mlp.forward(network, inputs))

    def loss(self, network: Network, inputs: Any, targets: Any) -> Any:
        return self._told("loss", mlp.loss(network, inputs, targets))

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        return self._told("gradients", mlp.gradients(network, inputs, targets))


def judged(make: Callable[[], Any]) -> Report:
    """By all but what trains: none of these changes how."""
    chosen = [found for found in checks() if found.phase != "training"]
    return judge(load(make), chosen, Settings(examples=12, shrink=False))


@pytest.mark.parametrize(
    ("written", "operations", "says"),
    [
        (lambda x: np.round(x, 6), ("forward",), "activations are rounded to 6 digits after the point"),
        (lambda x: np.round(x, 3), ("loss",), "losses are rounded to 3 digits after the point"),
        (_significant, ("gradients",), "gradients are rounded to 6 significant digits"),
        (_kept_by_a_language(14), ("forward", "loss"), "activations and losses are rounded to 14 significant digits"),
        (
            _kept_by_a_language(15),
            ("forward", "gradients"),
            "activations and gradients are rounded to 15 significant digits",
        ),
        (
            _printed,
            ("forward", "loss", "gradients"),
            "activations, losses and gradients are rounded to 5 digits after the point",
        ),
    ],
)
def test_digits_that_were_cut_are_counted(written: Numbers, operations: tuple[str, ...], says: str) -> None:
    report = judged(lambda: Written(written, operations))
    assert [finding.title for finding in report.diagnosis] == [says]
    assert report.diagnosis[0].complete
    assert "rounded" in explanation(report.diagnosis[0].fault)


@pytest.mark.parametrize(("written", "is_so"), [(0.5351563, True), (0.5351562, True), (0.5351564, False)])
def test_what_lies_in_the_middle_may_be_rounded_either_way(written: float, is_so: bool) -> None:
    """JavaScript's toPrecision(7) goes up, Python goes to an even digit."""
    none = np.zeros(1)
    expected = Expected(np.array([0.53515625]), none, none, none)
    assert _Rounding(7, significant=True).makes(np.array([written]), expected) is is_so


@pytest.mark.parametrize("operations", [("forward", "loss", "gradients"), ("gradients",)])
def test_numbers_of_float32_are_taken_neither_for_cut_digits_nor_for_differences(operations: tuple[str, ...]) -> None:
    """They are whole numbers of small units, as differences of losses are, and end before their digits do."""
    report = judged(lambda: Written(lambda x: np.float32(x).astype(np.float64), operations))
    assert "float32" in report.diagnosis[0].title


class Differences(ReferenceAdapter):
    """Gradients from two losses, as they are checked with."""

    def __init__(self, step: float, central: bool) -> None:
        super().__init__()
        self.step, self.central = step, central

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        def loss() -> float:
            return float(mlp.loss(network, inputs, targets))

        def slope(array: Any, place: Any) -> float:
            kept = array[place]
            array[place] = kept + self.step
            ahead = loss()
            array[place] = kept - self.step if self.central else kept
            behind = loss()
            array[place] = kept
            return (ahead - behind) / (2 * self.step if self.central else self.step)

        def slopes(array: Any) -> Any:
            return np.array([slope(array, place) for place in np.ndindex(array.shape)]).reshape(array.shape)

        return [(slopes(weights), slopes(biases)) for weights, biases in network.parameters]


@pytest.mark.parametrize(("step", "central"), [(1e-5, True), (1e-4, True), (1e-8, False), (2.0**-20, True)])
def test_difference_quotients_are_recognised_with_their_step(step: float, central: bool) -> None:
    report = judged(lambda: Differences(step, central))
    (finding,) = report.diagnosis
    assert finding.fault == "difference-quotients"
    assert "half of the digits" in explanation(finding.fault)
    assert f"step of {step:.3g}" in finding.title
    assert ("E(w − h)" in finding.wrong) is central


def test_an_error_of_one_rounding_is_no_fault_with_a_constant() -> None:
    """Derivatives at a kink are exact in every order of summation: what is off there by two units is not."""
    report = judged(lambda: Written(lambda x: x * (1 + 2.0**-51), ("gradients",)))
    assert not report.conforms
    assert not report.diagnosis
    assert "units in the last place" in report.statement
    assert "reading of decimals" in report.statement
