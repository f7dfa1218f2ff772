"""A diagnosis of answers that have no right ones beside them: to what does not fit together, and what a mask keeps finite."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fault_cases import CASES, case
from test_diagnosis import answered

import mlp_conformance
from mlp_conformance import Claims
from mlp_conformance.checks import Settings
from mlp_conformance.diagnosis.comparison import Comparison
from mlp_conformance.diagnosis.evidence import Evidence, sort
from mlp_conformance.diagnosis.investigation import Investigation
from mlp_conformance.diagnosis.symptoms import sentences
from mlp_conformance.subject import Call, Subject, SubjectError
from mlp_reference import mlp
from mlp_reference.formats import FLOAT64
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Network


class AnyShape:
    """Takes samples of any width, and has no gradients to speak of."""

    claims = Claims(
        name="any shape", output_activations={"sigmoid"}, activations={"sigmoid"}, losses={"binary_cross_entropy"}, max_batch=64
    )

    def forward(self, network: Any, inputs: Any) -> Any:
        found = []
        for x in inputs:
            for layer in network.layers:
                sums = [sum(a * w for a, w in zip(x, column, strict=False)) for column in layer.weights.T]
                x = [1 / (1 + np.exp(-(z + b))) for z, b in zip(sums, layer.biases, strict=True)]
            found.append(x)
        return np.array(found)

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        return [(np.ones(layer.weights.shape), np.ones(layer.biases.shape)) for layer in network.layers]


def test_what_was_accepted_in_a_wrong_shape_does_not_end_the_diagnosis() -> None:
    report = mlp_conformance.run(AnyShape())
    assert not report.conforms
    assert "failed" not in report.statement
    assert report.diagnosis or report.statement


class Masked:
    """Softmax without its shift, in training alone; what ReLU's mask leaves out is set to 0, infinities as well."""

    claims = Claims(name="masked", activations={"relu"}, output_activations={"softmax"}, losses={"cross_entropy"})

    def __init__(self, masks: bool = True) -> None:
        self.masks = masks

    def forward(self, network: Any, inputs: Any) -> Any:
        return self._pass(network, inputs, shift=True)[-1]

    def _pass(self, network: Any, inputs: Any, shift: bool) -> list[Any]:
        found = [inputs]
        for layer in network.layers:
            z = found[-1] @ layer.weights + layer.biases
            if layer is network.layers[-1]:
                e = np.exp(z - z.max(axis=1, keepdims=True) if shift else z)
                found.append(e / e.sum(axis=1, keepdims=True))
            else:
                found.append(np.maximum(z, 0))
        return found

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        with np.errstate(all="ignore"):
            a = self._pass(network, inputs, shift=False)
            totals = targets.sum(axis=1, keepdims=True)
            delta = a[-1] * totals - targets
            divisor = {"sum": 1, "mean_samples": len(inputs), "mean_elements": targets.size}[network.reduction]
            delta, found = delta / divisor, []
            for layer, before in zip(reversed(network.layers), reversed(a[:-1]), strict=True):
                found.append((before.T @ delta, delta.sum(axis=0)))
                delta = delta @ layer.weights.T
                if self.masks:
                    delta[before <= 0] = 0
                else:
                    delta = delta * (before > 0)
            return found[::-1]


@pytest.mark.parametrize("masks", [True, False])
def test_an_exponential_that_overflows_is_named_whatever_masks_keep_of_it(masks: bool) -> None:
    report = mlp_conformance.run(Masked(masks))
    assert [finding.fault for finding in report.diagnosis] == ["softmax-unshifted"]
    assert report.diagnosis[0].complete


class Unsteady(Algorithm):
    """In the first layer alone, and by a number that is no fault's."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        found = super().weight_gradient(network, step, delta)
        return 1.37 * found if found.shape == network.layers[0].weights.shape else found


def test_the_layer_that_is_wrong_is_told_where_others_are_right() -> None:
    cases = [case((n, 3, 2, 4), "tanh", "tanh", "linear", epochs=1) for n in (5, 6, 7)]
    found = sort(Evidence([answered(Unsteady(), "gradients", one) for one in cases]), Comparison(FLOAT64))
    told = sentences(Evidence(found.all_wrong), found, Comparison(FLOAT64))
    assert "The weight gradients of layer 1 are 1.37 times what they should be." in told


class Overflowing:
    """Right, but that it computes the loss after a step as well, to show it; where Python says that an exponential overflows.

    always: it says so of everything that is drawn, and not of networks that lie far out alone.
    """

    claims = Claims(name="overflowing", activations={"sigmoid"}, output_activations={"sigmoid"}, losses={"half_squared_error"})

    def __init__(self, always: bool = False) -> None:
        self.always = always

    def forward(self, network: Any, inputs: Any) -> Any:
        return mlp.forward(network, inputs)

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        found = mlp.gradients(network, inputs, targets)
        after = [(w - dw, b - db) for (w, b), (dw, db) in zip(network.parameters, found, strict=True)]
        for step in Algorithm().forward_pass(network.with_parameters(after), inputs):
            for z in step.z.ravel().tolist():
                math.exp(1e4 if self.always else -z)
        return found


def test_an_overflow_that_is_said_of_a_network_far_out_is_advised() -> None:
    report = mlp_conformance.run(Overflowing(), select="gradients")
    results = {result.check: result for result in report.results}
    assert results["magnitude/inputs-gradients"].verdict == "advice"
    assert results["magnitude/inputs-gradients"].judged
    assert report.conforms


def test_who_says_that_everything_overflows_does_not_conform() -> None:
    report = mlp_conformance.run(Overflowing(always=True), select="drawn/gradients")
    assert [result.verdict for result in report.results] == ["error"]


def test_a_program_that_gives_no_more_answers_is_not_said_to_vary() -> None:
    """Such as one that has ended so often that it is not started again: nobody knows what it would answer."""

    class GivenUp:
        def forward(self, network: Network, inputs: Array) -> Array:
            raise SubjectError("it is given up")

    evidence = Evidence([answered(Algorithm(), "forward", CASES["square"])])
    evidence.calls[0] = replace(evidence.calls[0], answer=[2 * a for a in evidence.calls[0].answer])
    given = Investigation(Subject(GivenUp, "given up"), [], evidence, Settings())
    assert given.found.all_wrong
    assert not given.varies


def _sentences(answers: list[Call]) -> list[str]:
    evidence, comparison = Evidence(answers), Comparison(FLOAT64)
    return sentences(evidence, sort(evidence, comparison), comparison)


def test_what_is_no_number_is_no_approximation() -> None:
    call = answered(Algorithm(), "gradients", CASES["square"])
    nowhere = [(weights + np.nan, biases) for weights, biases in call.answer]
    assert "approximation" not in " ".join(_sentences([replace(call, answer=nowhere)]))


def test_the_format_in_which_a_part_is_computed_is_said_although_others_are_finer() -> None:
    """As an exponential in float32 under one of the activations: outputs of others are right in float64."""
    cases = [CASES[name] for name in ("square", "deep", "binary")]
    right = [answered(Algorithm(), "forward", each) for each in cases]
    narrow = [replace(call, answer=[np.float32(a).astype(np.float64) for a in call.answer]) for call in right[:2]]
    assert any("right for float32" in said for said in _sentences([*narrow, *right[2:]]))
    assert not any("right for float32" in said for said in _sentences(right))
