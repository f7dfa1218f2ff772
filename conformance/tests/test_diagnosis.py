"""The parts of the diagnosis: what floats may dismiss, faults in some layers alone, conditions, relations of numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fault_cases import CASES, FORMULAS

import mlp_conformance
from mlp_conformance import Claims
from mlp_conformance.answers import Trained
from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.conditions import divides
from mlp_conformance.diagnosis.constants import members
from mlp_conformance.diagnosis.evidence import Evidence, sort
from mlp_conformance.diagnosis.hypotheses import explaining, sparing
from mlp_conformance.diagnosis.relations import Wrong, relation
from mlp_conformance.diagnosis.symptoms import sentences
from mlp_conformance.faults import FAULTS, UnknownFault, fault
from mlp_conformance.faults.placement import PLACES, is_placeable, placed
from mlp_conformance.subject import OPERATIONS, Call
from mlp_reference.formats import FLOAT64
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import Case, Network
from mlp_reference.oracle import Oracle


def answered(algorithm: Algorithm, operation: str, case: Case) -> Call:
    """The call and its answer, as a program would give it in float64."""
    with np.errstate(all="ignore"):
        match operation:
            case "forward":
                answer: Any = algorithm.forward(case.network, case.inputs)
            case "train":
                parameters, losses = algorithm.train(case.network, case.inputs, case.targets, case.learning_rate, case.epochs)
                answer = Trained(parameters, np.array(losses) if len(losses) == case.epochs else None)
            case _:
                answer = getattr(algorithm, operation)(case.network, case.inputs, case.targets)
    return Call(operation, case, answer if operation != "loss" else np.asarray(answer))


SCREENED = ("deep", "mean of squares", "classes")


def test_floats_dismiss_no_fault_whose_own_answer_it_is() -> None:
    comparison = Comparison(FLOAT64)
    dismissed = []
    for known in FORMULAS:
        for name in SCREENED:
            for operation in OPERATIONS:
                call = answered(known.algorithm(), operation, CASES[name])
                if any(got.shape != e.shape for _, got, e in comparison.right(call) or []):
                    continue  # no answer of that shape is taken
                if comparison.is_tame(call) and comparison.distant(call, known.algorithm()):
                    dismissed.append((known.id, name, operation))
    assert not dismissed


def test_a_fault_in_some_layers_alone_is_right_elsewhere() -> None:
    deep = CASES["deep"]
    first = placed(fault("bias-subtracted"), next(place for place in PLACES if place.id == "first-layer"))
    got = first.algorithm().forward_pass(deep.network, deep.inputs)
    layers = deep.network.layers
    np.testing.assert_allclose(got[0].z, deep.inputs @ layers[0].weights - layers[0].biases)
    np.testing.assert_allclose(got[1].z, got[0].a @ layers[1].weights + layers[1].biases)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.id)
def test_a_placed_fault_has_certified_values(place: Any) -> None:
    for id in ("derivative-of-preactivation", "bias-untrained", "hidden-error-sign", "biases-frozen", "no-hidden-bias"):
        found = placed(fault(id), place)
        assert is_placeable(fault(id))
        assert fault(found.id) == found
        assert Oracle(CASES["deep"], FLOAT64, found.algorithm()).trained.parameters


def test_what_is_changed_beyond_single_layers_cannot_be_placed() -> None:
    assert not is_placeable(FAULTS["momentum-on"])
    with pytest.raises(UnknownFault, match="single layers"):
        fault("momentum-on/first-layer")


@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("momentum=fast", "a number was expected"),
        ("momentum=nan", "a number was expected"),
        ("smoothing=3", "between 0 and 1"),
        ("momentun=0.5", "did you mean 'momentum'"),
        ("momentum", "momentum=CONSTANT"),
        ("bias-subtracted/first-layr", "did you mean 'first-layer'"),
        ("bias-substracted/first-layer", "did you mean 'bias-subtracted'"),
    ],
)
def test_an_id_that_is_almost_one_gets_a_suggestion(id: str, says: str) -> None:
    with pytest.raises(UnknownFault, match=says):
        fault(id)


def test_a_member_of_a_family_is_found_by_its_id() -> None:
    assert fault("momentum=0.37").title == "a momentum of 0.37 is active"


@pytest.mark.parametrize(
    "id",
    ["gradient-limit=0.15", "gradient-norm-limit=0.4", "preactivation-limit=0.7", "relu-limit=0.3", "probability-limit=0.3"],
)
def test_a_limit_is_found_by_its_numbers(id: str) -> None:
    evidence, comparison = Evidence(), Comparison(FLOAT64)
    for name in ("deep", "square", "classes", "binary", "mean of squares"):
        for operation in OPERATIONS[:3]:
            evidence.add(answered(fault(id).algorithm(), operation, CASES[name]))
    found = sort(evidence, comparison)
    accounting = explaining(members(found, comparison), found, comparison)
    assert {known.id for known in sparing(accounting, found, comparison)} == {id}


def _evidence(is_wrong: Callable[[Case], bool]) -> Evidence:
    """Forward answers for batches of 1 to 9 samples, those of some cases wrong."""
    evidence = Evidence()
    for number in range(30):
        case = CASES["deep"]
        m = 1 + number % 9
        inputs = np.random.default_rng(number).normal(size=(m, case.inputs.shape[1]))
        case = replace(case, inputs=inputs, targets=np.full((m, case.targets.shape[1]), 0.5))
        call = answered(Algorithm(), "forward", case)
        wrong = [a + 0.5 for a in call.answer] if is_wrong(case) else call.answer
        evidence.add(replace(call, answer=wrong))
    return evidence


def test_a_threshold_of_the_batch_is_found() -> None:
    found = divides(_evidence(lambda case: len(case.inputs) > 6), Comparison(FLOAT64), "forward")
    assert found[0].condition.words == "a batch has 7 samples or more"
    assert (found[0].spared, found[0].wrong, found[0].right) == (0, 9, 21)


def test_what_is_wrong_at_random_has_no_condition() -> None:
    random = np.random.default_rng(1)
    assert not divides(_evidence(lambda case: random.random() < 0.5), Comparison(FLOAT64), "forward")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda g: 2 * g, "are 2 times what they should be"),
        (lambda g: -g, "are -1 times what they should be"),
        (lambda g: 3 * g, "are m (the number of samples) times what they should be"),
        (lambda g: 1.37 * g, "are 1.37 times what they should be"),
        (lambda g: 0 * g, "are 0"),
        (lambda g: -1e-14 * g, "are 0 times what they should be"),
        (lambda g: np.sqrt(3) * g, "are √m (m the number of samples) times what they should be"),
        (lambda g: g.T, "are transposed"),
        (lambda g: g[::-1], "are in reverse order"),
        (lambda g: g + np.nan, "are not finite"),
        (lambda g: np.round(g, 3), "are rounded to 3 digits after the point"),
        (lambda g: g * (1 + 1e-6 * np.sign(g) * np.arange(4).reshape(2, 2)), "are right to 5 digits and no further"),
        (lambda g: g**2 + 0.3, ""),
    ],
)
def test_a_relation_is_put_into_words(change: Callable[[np.ndarray], np.ndarray], says: str) -> None:
    case = CASES["square"]
    call = answered(Algorithm(), "gradients", case)
    expected = [weights for weights, _ in Oracle(case, FLOAT64).gradients]
    arrays = [Wrong(call, i, change(e.high), e) for i, e in enumerate(expected)]
    assert relation(arrays, plural=True) == says


def test_biases_that_are_not_summed_are_named_by_their_shape() -> None:
    report = mlp_conformance.run("fault:bias-not-summed", select="golden/batch-*", examples=4)
    assert [finding.fault for finding in report.diagnosis] == ["bias-not-summed"], report.text()
    assert not report.conforms


@pytest.mark.parametrize("id", ["state-left-over", "batch-size-stale"])
def test_what_depends_on_earlier_calls_is_named(id: str) -> None:
    report = mlp_conformance.run(f"fault:{id}", select="[cd]*", examples=4)
    assert [finding.fault for finding in report.diagnosis] == [id], report.text()


def test_what_is_off_by_little_is_called_an_approximation() -> None:
    class Nearly:
        claims = Claims(activations=frozenset({"tanh"}), output_activations=frozenset({"sigmoid"}), max_hidden_layers=1)

        def gradients(self, network: Network, inputs: np.ndarray, targets: np.ndarray) -> Parameters:
            found = Algorithm().gradients(network, inputs, targets)
            return [tuple(g * (1 + 3e-6 * np.cos(np.arange(g.size)).reshape(g.shape)) for g in pair) for pair in found]  # type: ignore[misc]

    report = mlp_conformance.run(Nearly, select="drawn/*gradients", examples=8)
    assert not report.conforms
    assert "by 3e-06 at most: these are approximations" in report.statement, report.text()
    assert "in another order" not in report.statement


def test_what_is_no_number_is_no_approximation() -> None:
    evidence, comparison = Evidence(), Comparison(FLOAT64)
    for case in ("square", "deep"):
        call = answered(Algorithm(), "forward", CASES[case])
        evidence.add(replace(call, answer=[a * np.nan for a in call.answer]))
    said = sentences(evidence, sort(evidence, comparison), comparison)
    assert "The outputs are not finite." in said
    assert not [sentence for sentence in said if "approximations" in sentence]


def test_a_fault_of_a_network_that_is_large_alone_is_named() -> None:
    class Large:
        claims = Claims(
            activations=frozenset({"tanh"}), output_activations=frozenset({"softmax"}), max_hidden_layers=1, sizes=(40, 50, 6)
        )

        def gradients(self, network: Network, inputs: np.ndarray, targets: np.ndarray) -> Parameters:
            return FAULTS["hidden-derivative-missing"].algorithm().gradients(network, inputs, targets)

    report = mlp_conformance.run(Large, select="drawn/gradients", examples=4)
    assert [finding.fault for finding in report.diagnosis] == ["hidden-derivative-missing"], report.text()
