"""Implementations that can do little are judged on that little: claims that restrict what is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import mlp_conformance
from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.checks import Settings
from mlp_conformance.claims import Claims
from mlp_conformance.loading import load
from mlp_conformance.runner import run_checks, select
from mlp_conformance.verdict import judge
from mlp_reference import losses, mlp
from mlp_reference.network import Array, Conventions, Network

pytestmark = pytest.mark.usefixtures("narrow")

_SOFTMAX: dict[str, Any] = {"output_activations": {"softmax"}, "losses": {"cross_entropy"}}
RESTRICTIONS: list[dict[str, Any]] = [
    {"biases": False},
    {"sizes": (2, 4, 1)},
    {"learning_rate": 0.25, "same_activation": "all", "activations": {"relu", "tanh"}},
    {"min_hidden_layers": 2},
    {"max_hidden_layers": 0},
    {"max_hidden_layers": 0, "max_outputs": 1, "output_activations": {"sigmoid"}, "losses": {"binary_cross_entropy"}},
    {"sizes": (5, 3)},
    {"one_hot": True, **_SOFTMAX},
    {"sizes": (3, 4, 2), "learning_rate": 1.0, "biases": False},
    {"log_epsilon": 1e-8, **_SOFTMAX},
    {"probability_clip": 1e-7, **_SOFTMAX},
    {"layer_activations": ("relu", "sigmoid", "softmax"), "losses": {"cross_entropy"}},
    {"layer_activations": ("tanh", "relu", "linear", "sigmoid"), "losses": {"half_squared_error", "binary_cross_entropy"}},
    {"layer_activations": ("linear", "tanh", "linear"), "sizes": (2, 3, 2, 2), "max_batch": 1},
    {"layer_activations": ("relu", "linear")},
    {"layer_activations": ("sigmoid",)},
]


class Little:
    """The plain reference, whose gradients beside a guarded logarithm are the fused ones."""

    def __init__(self, fields: dict[str, Any], wrong: bool = False) -> None:
        self.claims = Claims(name="little", **fields)
        self.wrong = wrong

    def forward(self, network: Any, inputs: Any) -> Any:
        return mlp.forward(network, inputs)

    def loss(self, network: Any, inputs: Any, targets: Any) -> Any:
        return mlp.loss(network, inputs, targets)

    def _answer(self, pairs: Any) -> Any:
        return pairs if self.claims.biases else [(weights, None) for weights, _ in pairs]

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        found = mlp.gradients(replace(network, conventions=Conventions()), inputs, targets)
        return self._answer([(2 * weights, biases) for weights, biases in found] if self.wrong else found)

    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        plain = replace(network, conventions=Conventions())
        parameters, _ = mlp.train(plain, inputs, targets, learning_rate, epochs)
        return self._answer(parameters)


@pytest.mark.parametrize("fields", RESTRICTIONS, ids=lambda fields: "+".join(fields))
def test_what_is_right_within_its_claims_conforms(fields: dict[str, Any]) -> None:
    report = judge(load(Little(fields)), select(None), Settings(examples=12))
    assert report.conforms, report.text()
    assert report.classes["gradients"] == "passed"


class OnlyTraining(Little):
    gradients = None  # type: ignore[assignment]


@pytest.mark.parametrize("guard", ["log_epsilon", "probability_clip"])
@pytest.mark.parametrize("epsilon", [1e-12, 1e-3])
@pytest.mark.parametrize(("output", "loss"), [("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy")])
def test_a_fused_delta_beside_a_guarded_logarithm_is_right_where_one_step_shows_it(
    guard: str, epsilon: float, output: str, loss: str
) -> None:
    fields: dict[str, Any] = {guard: epsilon, "output_activations": {output}, "losses": {loss}}
    chosen = [one for part in ("saturation/*", "additivity/*", "symmetry/*", "structure/*") for one in select(part)]
    report = judge(load(OnlyTraining(fields)), chosen, Settings(examples=4))
    assert not [result for result in report.results if result.is_broken], report.text()
    assert "saturation/cross-entropy" in {result.check for result in report.results if result.verdict == "passed"}


@pytest.mark.parametrize("fields", RESTRICTIONS, ids=lambda fields: "+".join(fields))
def test_what_is_wrong_within_its_claims_does_not(fields: dict[str, Any]) -> None:
    (result,) = run_checks(load(Little(fields, wrong=True)), select("drawn/gradients"), Settings(examples=12))
    assert result.verdict == "failed"


@pytest.mark.parametrize(("same", "most"), [(None, 3), ("hidden", 2), ("all", 1)])
def test_nothing_is_sent_that_has_more_activations_than_claimed(same: str | None, most: int) -> None:
    met = set()

    class Noting(Little):
        def forward(self, network: Any, inputs: Any) -> Any:
            met.add(len({layer.activation for layer in network.layers}))
            hidden = {layer.activation for layer in network.layers[:-1]}
            assert same is None or len(hidden) < 2
            return super().forward(network, inputs)

    implementation = Noting({"same_activation": same, "activations": {"sigmoid", "tanh", "linear"}})
    (drawn, *others) = run_checks(load(implementation), select("*forward*"), Settings(examples=30))
    assert drawn.verdict == "passed"
    assert not [result for result in others if result.is_broken]
    assert max(met) == most


#: Checks of what only some networks have, by the activations of such a network that has it somewhere.
SOMEWHERE = {
    ("relu", "sigmoid", "softmax"): {
        "structure/dead-unit",
        "symmetry/relu-scale",
        "magnitude/near-kink",
        "advice/nan-through-relu",
    },
    ("sigmoid", "tanh", "linear"): {"symmetry/tanh-sign", "magnitude/errors", "magnitude/activations", "advice/infinities"},
    ("relu", "linear"): {"wide/gradients", "approximation/functions", "structure/dead-unit", "magnitude/near-kink"},
}


@pytest.mark.parametrize("layers", SOMEWHERE, ids="-".join)
def test_of_activations_claimed_layer_by_layer_all_is_asked_and_nothing_else_is_sent(layers: tuple[str, ...]) -> None:
    met = set()

    class Noting(Little):
        def forward(self, network: Any, inputs: Any) -> Any:
            met.add(tuple(layer.activation for layer in network.layers))
            return super().forward(network, inputs)

        def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
            met.add(tuple(layer.activation for layer in network.layers))
            return super().gradients(network, inputs, targets)

    losses = {"cross_entropy" if layers[-1] == "softmax" else "half_squared_error"}
    implementation = Noting({"layer_activations": layers, "losses": losses, "options": {"momentum", "dropout", "masks"}})
    implementation.train = None  # type: ignore[assignment,method-assign]
    report = judge(load(implementation), select(None), Settings(examples=8))
    assert report.conforms, report.text()
    assert met == {layers}
    assert {result.check for result in report.results if result.verdict == "passed"} >= SOMEWHERE[layers]


def test_a_saturated_cross_entropy_is_asked_of_the_networks_that_are_claimed() -> None:
    """One unit, no hidden layer, one output: neither more layers nor more outputs are sent to it."""

    class Neuron:
        claims = Claims(
            activations={"sigmoid"}, losses={"binary_cross_entropy"}, max_outputs=1, max_hidden_layers=0, min_hidden_layers=0
        )

        def loss(self, network: Any, inputs: Any, targets: Any) -> float:
            (layer,) = network.layers
            (z,) = (inputs @ layer.weights + layer.biases).T
            return float(np.mean(np.logaddexp(0, z) - targets[:, 0] * z))

    (result,) = mlp_conformance.run(Neuron, select="saturation/cross-entropy").results
    assert result.verdict == "passed", result.message


class Guarded(ReferenceAdapter):
    """The cross-entropies as they are written with a clip: log(p) and log(1 − p) of what is clipped, rounded limits and all."""

    lowest, highest = 1e-7, 1 - 1e-7

    def __init__(self, **claims: Any) -> None:
        super().__init__()
        losses = {"cross_entropy", "binary_cross_entropy"}
        self.claims = replace(self.claims, losses=losses, probability_clip=1e-7, **claims)

    def loss(self, network: Network, inputs: Array, targets: Array) -> Any:
        p = np.clip(np.asarray(self.forward(network, inputs)[-1]), self.lowest, self.highest)
        terms = -targets * np.log(p)
        if network.loss == "binary_cross_entropy":
            terms = terms - (1 - targets) * np.log(1 - p)
        return np.sum(terms) / losses.divisor(network, targets)


class GuardedFromBelow(Guarded):
    highest = 1.0


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_a_clip_is_asked_for_on_both_sides(output: str) -> None:
    for implementation, verdict in ((Guarded, "passed"), (GuardedFromBelow, "failed")):
        chosen = select("saturation/cross-entropy")
        (result,) = run_checks(load(implementation(output_activations={output})), chosen, Settings())
        assert result.verdict == verdict, result.message


def test_who_has_one_learning_rate_is_asked_for_no_other() -> None:
    """Training without progress needs a rate of its own for every network."""
    (result,) = run_checks(load(Little({"learning_rate": 0.25})), select("training/no-progress"), Settings())
    assert (result.verdict, result.message) == ("unsupported", "it has one learning rate alone")
