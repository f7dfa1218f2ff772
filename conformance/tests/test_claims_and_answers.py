"""What an implementation may claim, and the forms in which it may answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlp_conformance import answers
from mlp_conformance.answers import MalformedAnswer
from mlp_conformance.claims import Claims, ClaimsError, claims_from
from mlp_conformance.loading import load
from mlp_reference.network import Layer, Network

NETWORK = Network((Layer(np.ones((3, 2)), np.ones(2), "sigmoid"), Layer(np.ones((2, 1)), np.ones(1), "sigmoid")))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"dtype": "float65"}, "did you mean 'float64'"),
        ({"activations": {"sigmod"}}, "did you mean 'sigmoid'"),
        ({"activations": "sigmoid"}, "write a set of names"),
        ({"activations": {"softmax"}}, "output layer only"),
        ({"same_activation": "both"}, "'hidden'"),
        ({"same_activation": "all", "losses": {"cross_entropy"}}, "cannot have softmax"),
        ({"activations": {"sigmoid", "softmax"}, "output_activations": {"softmax"}}, "output layer only"),
        ({"layer_activations": "relu"}, "activation of every layer"),
        ({"layer_activations": ()}, "activation of every layer"),
        ({"layer_activations": ("rellu", "linear")}, "did you mean 'relu'"),
        ({"layer_activations": ("softmax", "linear")}, "before the last layer"),
        ({"layer_activations": ("relu", "tanh"), "activations": {"relu", "linear"}}, "leave activations out"),
        ({"layer_activations": ("relu", "tanh"), "max_hidden_layers": 2}, "leave max_hidden_layers out"),
        ({"layer_activations": ("relu", "tanh"), "same_activation": "hidden"}, "leave same_activation out"),
        ({"layer_activations": ("relu", "tanh"), "sizes": (2, 3)}, "take 3 numbers of units"),
        ({"layer_activations": ("relu", "tanh"), "losses": {"cross_entropy"}}, "no claimed output activation"),
        ({"losses": {"mse"}}, "losses has 'mse'"),
        ({"losses": set()}, "claim at least one"),
        ({"relu_at_zero": 2}, "0, 0.5 and 1"),
        ({"max_batch": 0}, "at least 1"),
        ({"log_epsilon": -1e-9}, "log_epsilon"),
        ({"actvations": {"relu"}}, "did you mean 'activations'"),
    ],
)
def test_claims_that_mean_nothing_are_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ClaimsError, match=says):
        claims_from(given)


def test_a_loss_brings_the_output_activation_that_it_takes_for_granted() -> None:
    claims = Claims(activations={"relu"}, losses={"cross_entropy"})
    assert claims.pairs() == [("softmax", "cross_entropy")]


def test_softmax_among_the_activations_is_an_output_activation() -> None:
    claims = Claims(activations={"tanh", "softmax"})
    claims.validate()
    assert claims.hidden == {"tanh"}
    assert ("softmax", "half_squared_error") in claims.pairs()


def test_activations_layer_by_layer_say_what_else_can_be_asked() -> None:
    claims = Claims(layer_activations=["relu", "tanh", "softmax"], losses={"cross_entropy", "half_squared_error"})
    claims.validate()
    assert claims.layer_activations == ("relu", "tanh", "softmax")
    assert (claims.hidden, claims.outputs) == ({"relu", "tanh"}, {"softmax"})
    assert (claims.min_hidden_layers, claims.max_hidden_layers) == (2, 2)
    assert claims.pairs() == [("softmax", "half_squared_error"), ("softmax", "cross_entropy")]
    replace(claims, dtype="float32").validate()  # what follows may stand beside it


def test_nothing_that_is_not_claimed_is_admitted() -> None:
    assert Claims(layer_activations=("sigmoid", "sigmoid")).admit(NETWORK, 4)
    assert not Claims(layer_activations=("tanh", "sigmoid")).admit(NETWORK, 4)
    assert not Claims(layer_activations=("sigmoid",)).admit(NETWORK, 4)
    assert Claims().admit(NETWORK, 4)
    assert not Claims(max_batch=3).admit(NETWORK, 4)
    assert not Claims(max_hidden_layers=0).admit(NETWORK, 4)
    assert not Claims(hidden_biases=False).admit(NETWORK, 4)
    assert not Claims(activations={"tanh"}).admit(NETWORK, 4)
    assert not Claims(reductions={"mean_samples"}).admit(NETWORK, 4)


class LikeTorch:
    """What looks like a tensor: detach, cpu, double, numpy."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values)

    def detach(self) -> LikeTorch:
        return self

    cpu = detach

    def double(self) -> LikeTorch:
        return self

    def numpy(self) -> np.ndarray:
        return self.values


@pytest.mark.parametrize(
    "value",
    [
        np.ones((4, 1)),
        np.ones((4, 1), dtype=np.float16),
        np.ones((4, 1), dtype=int),
        [[1.0]] * 4,
        [1.0] * 4,
        np.ones(4),
        LikeTorch(np.ones((4, 1))),
        [np.ones((4, 2)), np.ones((4, 1))],
        (np.ones((4, 2)).tolist(), np.ones((4, 1)).tolist()),
        np.ones((1, 4, 1)),
    ],
)
def test_forms_of_an_output(value: Any) -> None:
    assert np.array_equal(answers.activations(value, NETWORK, 4)[-1], np.ones((4, 1)))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "forgotten"),
        ("0.5", "dtype"),
        (np.ones((1, 4)), "shape"),
        (np.ones((4, 2)), "shape"),
        (np.ones((4, 1), dtype=complex), "complex"),
        ([[1.0], [1.0, 2.0], [1.0], [1.0]], "no array"),
        (np.array([[None]] * 4), "no array"),
        ({"output": 1}, "no array"),
        ([np.ones((4, 3)), np.ones((4, 1))], "layer 1"),
        (np.ones((4, 1), dtype=bool), "bool"),
    ],
)
def test_malformed_outputs_are_named(value: Any, says: str) -> None:
    with pytest.raises(MalformedAnswer, match=says):
        answers.activations(value, NETWORK, 4)


def test_forms_of_parameters() -> None:
    w1, b1, w2, b2 = np.ones((3, 2)), np.ones(2), np.ones((2, 1)), np.ones(1)
    pairs = [(w1, b1), (w2, b2)]
    for value in (
        pairs,
        [(w1, b1[None, :]), (w2, b2[:, None])],
        NETWORK.layers,
        [{"weights": w1, "biases": b1}, {"weights": w2, "biases": b2}],
        [[w1.tolist(), b1.tolist()], [w2.tolist(), b2.tolist()]],
    ):
        found = answers.parameters(value, NETWORK, "the gradients")
        assert all(
            np.array_equal(a, b) for pair, other in zip(found, pairs, strict=True) for a, b in zip(pair, other, strict=True)
        )


@pytest.mark.parametrize(
    "losses",
    [[0.5, 0.25, 0.1], np.array([0.5, 0.25, 0.1]), np.array([[0.5], [0.25], [0.1]]), (0.5, np.float64(0.25), np.array([0.1]))],
)
def test_training_may_report_losses(losses: Any) -> None:
    pairs = [(np.ones((3, 2)), np.ones(2)), (np.ones((2, 1)), np.ones(1))]
    assert answers.trained(pairs, NETWORK, 3).losses is None
    found = answers.trained((pairs, losses), NETWORK, 3).losses
    assert found is not None
    assert found.tolist() == [0.5, 0.25, 0.1]


@pytest.mark.parametrize(
    ("losses", "usable"),
    [
        ([0.5, 0.25], [0.5, 0.25]),
        (np.array([0.5]), [0.5]),
        ([[0.5], [0.25, 0.1]], None),
        ([0.5, "high"], None),
        (np.array(0.5), None),
        (np.ones((2, 2)), None),
        ([0.5, 0.25, 0.1, 0.1], None),
    ],
)
def test_of_losses_that_are_not_as_many_as_epochs_fewer_can_be_looked_at(losses: Any, usable: list[float] | None) -> None:
    pairs = [(np.ones((3, 2)), np.ones(2)), (np.ones((2, 1)), np.ones(1))]
    with pytest.raises(MalformedAnswer) as refused:
        answers.trained((pairs, losses), NETWORK, 3)
    found = refused.value.usable.losses
    assert (None if found is None else found.tolist()) == usable


def test_a_bias_gradient_that_was_not_summed_is_named() -> None:
    with pytest.raises(
        MalformedAnswer, match=r"the biases of layer 1 has shape \(4, 2\), biases for each sample by itself: their sum"
    ):
        answers.parameters([(np.ones((3, 2)), np.ones((4, 2))), (np.ones((2, 1)), np.ones(1))], NETWORK, "the gradients")


def test_a_function_of_a_file_that_knows_the_suite_makes_the_adapter(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from mlp_conformance import Claims\n"
        "from mlp_reference import mlp\n"
        "class Mine:\n"
        "    def __init__(self, dtype):\n"
        "        self.claims = Claims(name='mine', dtype=dtype)\n"
        "    def forward(self, network, inputs):\n"
        "        return mlp.forward(network, inputs)\n"
        "def single():\n"
        "    return Mine('float32')\n"
    )
    subject = load(f"{tmp_path / 'mine.py'}:single")
    assert (subject.claims.name, subject.claims.dtype) == ("mine", "float32")
