"""Structure: relations between numbers of one answer, or between networks with a part added. No expected values are needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Unsupported
from mlp_conformance.strategies import Scope
from mlp_reference.network import Case, Layer


@check("structure/softmax-rows", "every row of a softmax sums to 1", "ACT-5", phase="forward", needs=("forward",))
def softmax_rows(trial: Trial) -> None:
    def test(case: Case) -> None:
        rows, bound = trial.session.forward(case)[-1], trial.oracle(case).activation_bounds[-1]
        total = rows.sum(axis=1)
        own = 2.0**-50 * rows.shape[1]
        trial.same(("the sum of a row", total, np.ones_like(total), bound.sum(axis=1) + own), case=case)

    trial.for_each(Scope(outputs=frozenset({"softmax"}), widest=6, batch=(1, 6)), test, share=0.3)


@check(
    "structure/dead-unit",
    "a ReLU unit that is off for every sample gets no gradient and gives none",
    "ACT-9",
    phase="gradients",
)
def dead_unit(trial: Trial) -> None:
    """The first unit of a ReLU layer is driven far below 0; its row and column of gradients must be exactly 0."""

    def test(case: Case) -> None:
        layers = list(case.network.layers)
        k = next(i for i, layer in enumerate(layers[:-1]) if layer.activation == "relu")
        weights, biases = layers[k].weights.copy(), layers[k].biases.copy()
        if trial.claims.hidden_biases:
            weights[:, 0], biases[0] = 0.0, -1.0
        else:
            return
        layers[k] = replace(layers[k], weights=weights, biases=biases)
        dead = replace(case, network=replace(case.network, layers=tuple(layers)))
        got, expected = trial.gradients_and_bounds(dead)
        zeros = [
            (f"dE/dW{k + 1}", got[k][0][:, 0], expected[k][0][:, 0]),
            (f"dE/db{k + 1}", got[k][1][:1], expected[k][1][:1]),
            (f"dE/dW{k + 2}", got[k + 1][0][0], expected[k + 1][0][0]),
        ]
        trial.same(
            *((name, part, np.zeros_like(part), bound) for name, part, bound in zeros),
            case=dead,
            says="The unit is off for every sample, so these gradients are 0.",
        )

    if not trial.claims.hidden_biases:
        raise Unsupported("a unit that is off for certain needs a hidden bias")
    trial.for_each(Scope(hidden=frozenset({"relu"}), somewhere=True, widest=4, batch=(1, 4)), test, share=0.2)


@check(
    "structure/bias-as-weight",
    "the gradient of the first layer's biases is that of weights from a constant input of 1",
    "BACK-5",
    phase="gradients",
)
def bias_as_weight(trial: Trial) -> None:
    def test(case: Case) -> None:
        first = case.network.layers[0]
        if len(case.network.layers) > 1 and not trial.claims.hidden_biases:
            raise Unsupported("no hidden biases")
        layer = Layer(np.vstack([first.weights, first.biases]), np.zeros_like(first.biases), first.activation)
        inputs = np.hstack([case.inputs, np.ones((len(case.inputs), 1))])
        wider = replace(case, network=replace(case.network, layers=(layer, *case.network.layers[1:])), inputs=inputs)
        (got, expected), (other, expected_other) = trial.gradients_and_bounds(case), trial.gradients_and_bounds(wider)
        trial.same(
            ("dE/db1", got[0][1], other[0][0][-1], expected[0][1] + expected_other[0][0][-1]),
            (
                "dE/db1",
                other[0][1],
                other[0][0][-1],
                expected_other[0][1] + expected_other[0][0][-1],
            ),
            case=case,
            says="The bias gradient differs from that of a weight whose input is always 1.",
        )

    trial.for_each(Scope(widest=5, batch=(1, 5)), test, share=0.2)


@check(
    "structure/identity-layer",
    "inserting a linear layer that passes everything on changes nothing",
    "ACT-4",
    "FWD-1",
    "NET-3",
    phase="forward",
    needs=("forward",),
)
def identity_layer(trial: Trial) -> None:
    def test(case: Case) -> None:
        longer, _ = _with_identity(case)
        one, other = trial.session.forward(case)[-1], trial.session.forward(longer)[-1]
        bound = trial.oracle(case).activation_bounds[-1] + trial.oracle(longer).activation_bounds[-1]
        trial.same(("the output", one, other, bound), case=case, says="An identity layer changed the output.")

    trial.for_each(_room_for_identity(trial), test, share=0.2)


@check(
    "structure/identity-layer-gradients",
    "inserting a linear layer that passes everything on changes no other layer's gradient",
    "ACT-10",
    "BACK-3",
    phase="gradients",
)
def identity_layer_gradients(trial: Trial) -> None:
    def test(case: Case) -> None:
        longer, at = _with_identity(case)
        (got, expected), (other, expected_other) = trial.gradients_and_bounds(case), trial.gradients_and_bounds(longer)
        other, expected_other = other[:at] + other[at + 1 :], expected_other[:at] + expected_other[at + 1 :]
        trial.same(
            *(
                (
                    f"{name}{i + 1}",
                    got[i][kind],
                    other[i][kind],
                    expected[i][kind] + expected_other[i][kind],
                )
                for i in range(len(got))
                for kind, name in ((0, "dE/dW"), (1, "dE/db"))
            ),
            case=case,
            says="An identity layer changed the gradients of the others.",
        )

    trial.for_each(_room_for_identity(trial), test, share=0.2)


def _room_for_identity(trial: Trial) -> Scope:
    claims = trial.claims
    if "linear" not in claims.hidden:
        raise Unsupported("no linear hidden layers claimed")
    most = 2 if claims.max_hidden_layers is None else claims.max_hidden_layers - 1
    if most < max(1, claims.min_hidden_layers):
        raise Unsupported("no room for one more hidden layer")
    hidden = frozenset({"linear"}) if claims.same_activation else None
    return Scope(hidden=hidden, layers=(1, min(2, most)), widest=4, batch=(1, 4))


def _with_identity(case: Case) -> tuple[Case, int]:
    """The case with an identity layer behind its first layer, and the place of that layer."""
    n = case.network.layers[0].biases.shape[0]
    identity = Layer(np.eye(n), np.zeros(n), "linear")
    layers = (case.network.layers[0], identity, *case.network.layers[1:])
    return replace(case, network=replace(case.network, layers=layers)), 1
