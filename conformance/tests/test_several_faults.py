"""Two and three faults at once, a fault beside an overflow, and what no fault can be said to explain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from fault_cases import CASES
from test_diagnosis import answered

from mlp_conformance.answers import MalformedAnswer, Trained, trained
from mlp_conformance.diagnosis.combined import pairs_with_a_constant, triples
from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.evidence import Evidence, Sorted, sort
from mlp_conformance.diagnosis.exceptions import Exceptions, leaving
from mlp_conformance.diagnosis.hypotheses import Hypothesis, explaining, singles, sparing
from mlp_conformance.diagnosis.implied import implications
from mlp_conformance.diagnosis.patience import Patience
from mlp_conformance.faults import compose, fault
from mlp_conformance.results import Finding, Result
from mlp_conformance.subject import OPERATIONS, Call
from mlp_reference.formats import FLOAT64
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network
from power.diagnose import judged
from power.interfaces import offered

Kind = Callable[[Sorted, Comparison], object]


def _evidence(algorithm: Algorithm, *names: str, operations: tuple[str, ...] = OPERATIONS) -> Evidence:
    return Evidence([answered(algorithm, operation, CASES[name]) for name in names for operation in operations])


def _named(kind: Kind, evidence: Evidence) -> list[str]:
    comparison = Comparison(FLOAT64)
    found = sort(evidence, comparison)
    candidates: list[Hypothesis] = list(kind(found, comparison))  # type: ignore[call-overload]
    return [known.id for known in sparing(explaining(candidates, found, comparison), found, comparison)]


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        (pairs_with_a_constant, ("no-half", "leak=0.001")),
        (triples, ("output-derivative-missing", "hidden-sees-updated-weights", "relu-derivative-one-below")),
    ],
)
def test_several_faults_are_found_together(kind: Kind, ids: tuple[str, ...]) -> None:
    algorithm = compose(*map(fault, ids))()
    found = _named(kind, _evidence(algorithm, "square", "deep", "tied", "mean of elements", "binary"))
    plainer = {frozenset(fault(part).like or part for part in id.split("+")) for id in found}
    assert plainer == {frozenset(fault(id).like or id for id in ids)}


class LogOfOneMore(Algorithm):
    """−Σ y log(1 + a): finite where the catalogue's −Σ a log y is not."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return self.reduce(network, -targets * np.log1p(output.a), targets)


def test_what_is_finite_is_not_explained_by_what_is_not() -> None:
    hardened = replace(CASES["classes"], targets=np.eye(3), epochs=1)
    calls = [answered(LogOfOneMore(), operation, hardened) for operation in ("loss", "train")]
    assert "cross-entropy-swapped" not in _named(singles, Evidence(calls))
    swapped = fault("cross-entropy-swapped").algorithm()
    assert "cross-entropy-swapped" in _named(singles, Evidence([answered(swapped, "loss", hardened)]))


def test_an_overflow_is_set_aside() -> None:
    calls = _evidence(fault("bias-mean").algorithm(), "deep", "mean of squares", "square").calls
    broken = answered(Algorithm(), "forward", CASES["classes"])
    broken = Call("forward", broken.case, [np.full_like(a, np.nan) for a in broken.answer])
    exceptions = Exceptions(Evidence([*calls, broken]), Comparison(FLOAT64))
    assert len(exceptions.ordinary.calls) == len(calls)
    assert _named(singles, exceptions.ordinary) == ["bias-mean"]
    told = leaving(Finding("bias-mean", "", (), True, "It is so."), exceptions.found)
    assert told.text.startswith("It is so. It leaves 1 answer that is not finite")
    assert not told.complete


def test_parameters_are_looked_at_though_the_number_of_losses_is_wrong() -> None:
    parameters = CASES["binary"].network.parameters
    with pytest.raises(MalformedAnswer, match="one for each of 2 epochs") as raised:
        trained((parameters, [0.3, 0.2, 0.1]), CASES["binary"].network, 2)
    assert isinstance(raised.value.usable, Trained)


class LaterSamplesMore(Algorithm):
    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().weight_gradient(network, step, _weighted(delta))

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().bias_gradient(network, step, _weighted(delta))


def _weighted(delta: Array) -> Array:
    return delta * np.arange(1.0, len(delta) + 1)[:, np.newaxis]


class HalfOfTheEpochs(Algorithm):
    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        return super().train(network, inputs, targets, learning_rate, epochs // 2)


@pytest.mark.parametrize(
    ("algorithm", "operation", "says"),
    [
        (LaterSamplesMore(), "gradients", ["their weights are 1, 2, 3"]),
        (HalfOfTheEpochs(), "train", ["than there are epochs", "1 of 3", "6 of 12"]),
    ],
)
def test_an_unknown_fault_is_told_by_what_its_numbers_imply(algorithm: Algorithm, operation: str, says: list[str]) -> None:
    names = ("square", "mean of squares", "many epochs", "binary")
    comparison = Comparison(FLOAT64)
    evidence = _evidence(algorithm, *names, operations=(operation,))
    assert any(all(part in sentence for part in says) for sentence in implications(sort(evidence, comparison), comparison))


def test_a_search_ends_with_its_time() -> None:
    patience = Patience([Result("a", "", (), "forward", "failed", seconds=20.0)])
    assert list(patience.of([1, 2])) == [1, 2]
    assert not patience.statement
    patience._until = 0
    assert not list(patience.of([1, 2]))
    assert "after 20 s" in patience.statement


def test_two_faults_that_overflow_together_explain_what_is_not_finite() -> None:
    report, _, _ = judged(offered("relu-absolute+bias-rate-one", "all four"), 4)
    assert [(found.fault, found.complete) for found in report.diagnosis] == [("relu-absolute+bias-rate-one", True)]


def test_what_is_off_by_little_more_than_its_bound_is_not_explained_by_faults_that_leave_it_right() -> None:
    report, _, _ = judged(offered("expanded-square", "forward and loss"), 12)
    assert [found.fault for found in report.diagnosis] == ["expanded-square"], report.text()
