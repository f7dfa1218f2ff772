"""What is said of an unknown fault: nothing that holds in small answers alone; and faults in one part alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fault_cases import CASES, case
from test_diagnosis import answered

import mlp_conformance
from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.checks import Settings
from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.conditions import divides
from mlp_conformance.diagnosis.constants import members
from mlp_conformance.diagnosis.evidence import Evidence, Sorted, sort
from mlp_conformance.diagnosis.hypotheses import explaining, partial, singles, singles_in_one_part, sparing
from mlp_conformance.diagnosis.implied import implications
from mlp_conformance.diagnosis.investigation import Investigation
from mlp_conformance.diagnosis.naming import one_under_a_condition
from mlp_conformance.diagnosis.relations import Wrong, relation
from mlp_conformance.diagnosis.symptoms import data_flow, sentences
from mlp_conformance.faults import FAULTS, FaultImplementation, fault
from mlp_conformance.faults.parts import in_gradients_alone, in_loss_alone, is_separable
from mlp_conformance.subject import OPERATIONS, Subject
from mlp_reference.formats import FLOAT64
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Case, Layer, Network
from mlp_reference.oracle import Oracle

COMPARISON = Comparison(FLOAT64)


def _of(algorithm: Algorithm, *cases: Case, operations: tuple[str, ...] = OPERATIONS) -> Evidence:
    return Evidence([answered(algorithm, operation, one) for operation in operations for one in cases])


def _found(algorithm: Algorithm, *cases: Case, operations: tuple[str, ...] = OPERATIONS) -> Sorted:
    return sort(_of(algorithm, *cases, operations=operations), COMPARISON)


class LastHiddenUnitForgotten(Algorithm):
    """No error reaches the last unit of a hidden layer: where there is one unit, no error reaches the layer."""

    def back_propagated(self, network: Network, next_layer: object, next_delta: Array) -> Array:
        found = super().back_propagated(network, next_layer, next_delta)  # type: ignore[arg-type]
        return np.concatenate([found[:, :-1], 0 * found[:, -1:]], axis=1)


def _one_unit(count: int) -> list[Case]:
    return [case((2, 1, 2), "tanh", "linear", epochs=1, seed=seed) for seed in range(count)]


def test_a_formula_that_explains_the_smallest_answers_alone_is_no_part_of_the_truth() -> None:
    larger = [case((2, 3, 2), "tanh", "linear", epochs=1, seed=seed) for seed in range(4)]
    forgetful = LastHiddenUnitForgotten()
    told = partial(_found(forgetful, *_one_unit(9), *larger, operations=("gradients",)), COMPARISON)
    assert "only-output-layer" not in {hypothesis.id for hypothesis, _, _ in told}
    told = partial(_found(forgetful, *_one_unit(9), operations=("gradients",)), COMPARISON)
    assert "only-output-layer" in {hypothesis.id for hypothesis, _, _ in told}


class DividedByOutputs(Algorithm):
    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(network, output, targets) / network.sizes[-1]


def test_a_formula_that_right_answers_of_the_same_operation_contradict_is_no_part_of_the_truth() -> None:
    """Of two outputs half the gradient, and right ones of one output: the factor 2 is not missing."""
    two = [case((2, n, 2), "tanh", "linear", loss="squared_error") for n in (1, 2, 3, 4)]
    one = [case((2, n, 1), "tanh", "linear", loss="squared_error") for n in (1, 2)]
    told = partial(_found(DividedByOutputs(), *two, *one), COMPARISON)
    assert "factor-two-missing" not in {hypothesis.id for hypothesis, _, _ in told}


@pytest.mark.parametrize("part", [in_loss_alone, in_gradients_alone])
@pytest.mark.parametrize("id", ["targets-hardened", "targets-thresholded", "softmax-over-shifted-batch"])
def test_a_fault_in_the_loss_or_in_the_gradients_alone_is_found(id: str, part: object) -> None:
    wrong = part(FAULTS[id])  # type: ignore[operator]
    found = _found(wrong.algorithm(), *(CASES[name] for name in ("classes", "binary", "deep")))
    assert not sparing(explaining(singles(found, COMPARISON), found, COMPARISON), found, COMPARISON)
    named = sparing(explaining(singles_in_one_part(found, COMPARISON), found, COMPARISON), found, COMPARISON)
    assert wrong.id in {hypothesis.id for hypothesis in named}


def test_what_is_right_besides_the_part_is_right() -> None:
    one = CASES["classes"]
    for known in filter(is_separable, FAULTS.values()):
        in_loss, in_gradients = in_loss_alone(known).algorithm(), in_gradients_alone(known).algorithm()
        for algorithm, operation in ((in_loss, "forward"), (in_loss, "gradients"), (in_gradients, "loss")):
            assert COMPARISON.is_right(answered(algorithm, operation, one)), known.id


class BiasMeanOfMeans(Algorithm):
    """The biases' gradient is divided by the samples once more, where the reduction has done so."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return super().bias_gradient(network, step, delta) / (len(delta) if network.reduction == "mean_samples" else 1)


def test_a_condition_is_looked_for_where_the_fault_would_make_a_difference() -> None:
    """A single sample is right with either reduction, and says nothing against the condition."""
    cases = [
        case((2, n, 2), "tanh", "linear", reduction=reduction, m=m, epochs=1)
        for n in (1, 2, 3, 4)
        for reduction in ("sum", "mean_samples")
        for m in (1, 1, 1, 2, 3)
    ]
    wrong = BiasMeanOfMeans()

    class Offered:
        claims = replace(
            ReferenceAdapter().claims, options=frozenset(), reductions={"sum", "mean_samples"}, losses={"half_squared_error"}
        )
        gradients = staticmethod(wrong.gradients)

    evidence = _of(wrong, *cases, operations=("gradients",))
    given = Investigation(Subject(Offered, "offered"), [], evidence, Settings())
    said = one_under_a_condition(given)
    assert said is not None
    assert [finding.fault for finding in said[0]] == ["bias-mean"]
    assert said[0][0].title.endswith("but only where the reduction is not sum")


def test_training_without_a_step_tells_nothing() -> None:
    class Drifting(Algorithm):
        def updated_biases(self, network: Network, biases: Array, gradient: Array, learning_rate: Array) -> Array:
            return super().updated_biases(network, biases, gradient + 1, learning_rate)

    cases = [case((2, n, 2), "tanh", "linear", epochs=epochs) for n in range(1, 9) for epochs in (0, 1, 2)]
    assert not divides(_of(Drifting(), *cases, operations=("train",)), COMPARISON, "train")


def test_a_gradient_behind_inputs_of_0_is_not_called_right() -> None:
    plain = case((2, 2), "tanh", epochs=1)
    found = _found(FAULTS["error-sign"].algorithm(), replace(plain, inputs=np.zeros((3, 2))), operations=("gradients", "train"))
    assert data_flow(found, COMPARISON) == "dE/db1 ✗ | b1 ✗"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda g: np.full_like(g, np.mean(g)), "are one number in all units of a layer: the mean of the right ones"),
        (lambda g: np.full_like(g, g[-1]), "are one number in all units of a layer: the last of the right ones"),
        (
            lambda g: np.full_like(g, 0.37),
            "are one number in all units of a layer: none of the right ones, their mean or their sum",
        ),
        (lambda g: 0.01 * g / np.linalg.norm(g), "are scaled down to a norm of 0.01, where they should be longer"),
    ],
)
def test_one_number_for_all_units_and_one_norm_are_told(change: object, says: str) -> None:
    one = CASES["square"]
    call = answered(Algorithm(), "gradients", one)
    expected = [biases for _, biases in Oracle(one, FLOAT64).gradients]
    assert relation([Wrong(call, i, change(e.high), e) for i, e in enumerate(expected)], plural=True) == says  # type: ignore[operator]


def test_other_learning_rates_are_told() -> None:
    class RoundedRate(Algorithm):
        def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
            return super().update(network, gradients, np.round(learning_rate, 1))

    cases = [case((2, 3, 2), "tanh", "linear", epochs=1, rate=rate) for rate in (0.25, 0.125, 0.375)]
    told = " ".join(implications(_found(RoundedRate(), *cases), COMPARISON))
    assert "as with other learning rates: 0.2 in place of 0.25; 0.1 in place of 0.125; 0.4 in place of 0.375" in told


@pytest.mark.parametrize("id", ["array-norm-limit=0.4", "weights-norm-limit=0.3", "back-propagated-limit=0.15"])
def test_a_limit_is_found_by_its_numbers(id: str) -> None:
    cases = [CASES[name] for name in ("deep", "square", "classes", "binary", "mean of squares")]
    found = _found(fault(id).algorithm(), *cases, operations=OPERATIONS[:3])
    accounting = explaining(members(found, COMPARISON), found, COMPARISON)
    assert {known.id for known in sparing(accounting, found, COMPARISON)} == {id}


def test_where_hidden_layers_first_go_wrong_is_told_apart_from_what_follows() -> None:
    class Whole(Algorithm):
        def activation(self, network: Network, layer: Layer, z: Array) -> Array:
            found = super().activation(network, layer, z)
            return np.trunc(found) if layer is network.layers[0] else found

    cases = [case((2, n, 3, 2), "relu", "tanh", "linear", scale=2.0, epochs=1) for n in (2, 3, 4)]
    found = _found(Whole(), *cases, operations=("forward",))
    told = sentences(_of(Whole(), *cases, operations=("forward",)), found, COMPARISON)
    assert "Where the activations of the hidden layers first go wrong, they are cut to whole numbers." in told


@pytest.mark.parametrize("id", ["stops-without-progress", "rate-cut-without-progress"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_who_waits_for_a_lower_loss_is_noticed_by_one_check_alone(id: str, seed: int) -> None:
    """Early stopping with patience is right wherever the loss falls, as it does in every other training."""
    for check, verdict in (("training/no-progress", "failed"), ("training/many-epochs", "passed")):
        found = mlp_conformance.run(FaultImplementation(id), select=check, seed=seed)
        assert [result.verdict for result in found.results] == [verdict]
        assert [finding.fault for finding in found.diagnosis] == [id] * (verdict == "failed")


def test_what_does_not_fit_together_tells_nothing_of_a_fault_that_takes_it() -> None:
    """A call with more inputs than the network has, as a check of refusals makes it."""
    one = case((1, 2, 1), "tanh", "linear", epochs=1)
    wrong = fault("sum-over-number-of-inputs").algorithm()
    call = answered(wrong, "forward", replace(one, inputs=np.ones((3, 2))))
    assert not COMPARISON.makes_a_difference(call, wrong)
