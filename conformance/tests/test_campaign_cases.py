"""The cases of a campaign: each a function of the seed and its number, every stratum in its turn, within what is claimed."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest
from campaigning import plan

from mlp_conformance import Claims
from mlp_conformance.campaign.drawing import draw, generator_of
from mlp_conformance.campaign.identity import Identity, alike
from mlp_conformance.campaign.judging import OnePass
from mlp_conformance.campaign.plan import Plan, Work
from mlp_conformance.campaign.strata import Strata
from mlp_conformance.campaign.tally import NEAR, Standing, together
from mlp_conformance.enclosures import fingerprint
from mlp_reference.formats import FORMATS
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS
from mlp_reference.oracle import Oracle

EVERYTHING: dict[str, Any] = {
    "activations": set(HIDDEN_ACTIVATIONS),
    "output_activations": {*HIDDEN_ACTIVATIONS, "softmax"},
    "losses": set(LOSSES),
    "reductions": set(REDUCTIONS),
}
ALL = Claims(name="all", **EVERYTHING)


def test_a_case_is_a_function_of_the_seed_and_its_number() -> None:
    numbers = [3, 0, 60, 31, 2]
    one, other = plan(), plan()
    forth = {n: fingerprint(one.case(n, {})[0]) for n in numbers}
    back = {n: fingerprint(other.case(n, {})[0]) for n in reversed(numbers)}
    assert forth == back
    assert len(set(forth.values())) == len(numbers)
    assert fingerprint(Plan(6, 64, one.implementations).case(3, {})[0]) != forth[3]


def test_every_stratum_has_its_turn() -> None:
    strata = Strata(Claims(losses={"half_squared_error", "cross_entropy"}, reductions={"sum"}))
    assert {strata.spread(1, turn) for turn in range(len(strata))} == set(range(len(strata)))
    assert len(Strata(alike(ALL))) == 9720


@pytest.mark.parametrize(
    "claimed",
    [
        {"always": {"momentum": 0.9}, "options": ["l2"], "sizes": (3, 2), **EVERYTHING},
        {"layer_activations": ["tanh", "relu", "linear"], "initial_weights": [-1, 1]},
    ],
    ids=["everything", "in an order"],
)
def test_what_is_claimed_is_the_same_read_from_the_manifest(claimed: dict[str, Any]) -> None:
    claims = Claims(name="mine", **claimed)
    kept = json.loads(json.dumps(Identity("mine", claims, ("train",), "").document()))
    read = Identity.of(kept)
    assert read.document() == kept
    assert not read.difference(Identity.of(kept))
    assert alike(read.claims) == alike(claims)
    assert read.claims.layer_activations == claims.layer_activations
    assert read.claims.initial_weights == (claims.initial_weights and tuple(claims.initial_weights))


@pytest.mark.parametrize(
    "claims",
    [
        ALL,
        Claims(dtype="bfloat16", **EVERYTHING),
        Claims(same_activation="all", activations={"tanh", "relu"}),
        Claims(sizes=(3, 4, 2), max_batch=2, learning_rate=0.25, one_hot=True, losses={"cross_entropy"}),
        Claims(max_hidden_layers=1, min_hidden_layers=1, max_outputs=1, hidden_biases=False),
        Claims(biases=False, max_hidden_layers=0),
        Claims(always={"momentum": 0.9}, options={"l2"}, rate_in_velocity=True),
        Claims(layer_activations=("relu", "sigmoid", "tanh", "tanh", "softmax"), losses={"cross_entropy"}),
    ],
    ids=["everything", "bfloat16", "one activation", "one shape", "one output", "no biases", "momentum", "layer by layer"],
)
def test_what_is_drawn_lies_within_the_claims_and_the_format(claims: Claims) -> None:
    claims = alike(claims)
    strata, format = Strata(claims), FORMATS[claims.dtype]
    for number in range(60):
        stratum = strata.all[strata.spread(0, number)]
        case = draw(stratum, claims, generator_of(0, number))
        assert claims.admit(case.network, len(case.inputs)), stratum
        assert not claims.outside("gradients", case), stratum
        assert not claims.outside("train", case), stratum
        assert stratum.depth <= len(case.network.layers) - 1 <= stratum.deepest
        for array in (case.inputs, case.targets, *(a for pair in case.network.parameters for a in pair)):
            assert np.isfinite(array).all()
            if array is not case.targets:
                assert np.array_equal(array, format.nearest(array))


def test_what_is_sent_for_a_chunk_is_short() -> None:
    sent = Plan(0, 10**6, (Identity("all", ALL, ("train",), ""),))
    short = len(pickle.dumps(Work(sent, 0)))
    assert sent.strata == 9720
    assert len(pickle.dumps(Work(sent, 0))) == short
    read = pickle.loads(pickle.dumps(Work(sent, 7))).plan
    assert read == sent
    assert read.stratum(5000) == sent.stratum(5000)


def test_chunks_counted_together_are_as_counted_one_by_one() -> None:
    random, parts, alone = np.random.default_rng(1), [], Standing(30)
    for chunk in range(40):
        near = np.zeros(int(random.integers(1, 12)), NEAR)
        near["stratum"] = np.sort(random.choice(30, len(near), replace=False))
        near["cases"] = random.integers(1, 4, len(near))
        near["case"] = 100 * chunk + random.permutation(100)[: len(near)]
        near["ratio"] = random.integers(0, 3, near["ratio"].shape) / 2  # many equals: of them the earliest case stays
        near["ratio"][0, 0] = random.choice([1, np.inf])
        parts.append(near)
        alone.add(near)
    at_once = Standing(30)
    for some in (parts[25:], parts[:1], [], parts[1:25]):
        at_once.add(together(some))
    assert at_once.records().tobytes() == alone.records().tobytes()


def test_one_pass_gives_what_the_oracle_gives() -> None:
    strata, seen = Strata(alike(ALL)), 0
    for number in range(12):
        case = draw(strata.all[strata.spread(3, number)], ALL, generator_of(3, number))
        if case.epochs > 1:
            continue
        one, other = OnePass(case, FORMATS["float64"]), Oracle(case, FORMATS["float64"])
        pairs = [
            *zip(one.activations, other.activations, strict=True),
            (one.loss, other.loss),
            *((a, b) for p, q in zip(one.gradients, other.gradients, strict=True) for a, b in zip(p, q, strict=True)),
            *(
                (a, b)
                for p, q in zip(one.trained.parameters, other.trained.parameters, strict=True)
                for a, b in zip(p, q, strict=True)
            ),
        ]
        for a, b in pairs:
            assert np.array_equal(a.bound, b.bound, equal_nan=True)
            assert np.array_equal(a.high, b.high, equal_nan=True)
        seen += 1
    assert seen > 5
