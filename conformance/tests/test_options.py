"""Training with options: SymPy, balls and the reference agree; faults are caught and named; what is always on is told apart."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from mlp_conformance import Claims
from mlp_conformance.adapters.reference import ReferenceAdapter
from mlp_conformance.casefile import case_text
from mlp_conformance.checks import Check, Settings, checks
from mlp_conformance.claims import ClaimsError
from mlp_conformance.diagnosis import diagnose
from mlp_conformance.diagnosis.evidence import Evidence
from mlp_conformance.faults import OPTION_FAULTS, FaultImplementation
from mlp_conformance.loading import load, load_command
from mlp_conformance.runner import run_check, select
from mlp_conformance.subject import Subject
from mlp_reference.data import fixtures_folder
from mlp_reference.descent import Descent
from mlp_reference.examples import ExampleError, parse_example, with_epochs
from mlp_reference.formats import FLOAT64
from mlp_reference.golden_options import fixture_text
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import Array, Network
from mlp_reference.optional import load_optional, optional_examples
from mlp_reference.options import OPTIONS, Options, OptionsError, check
from mlp_reference.oracle import Oracle
from mlp_reference.training import load_training, runs

OPTION_CHECKS = select("options/")
QUICK = Settings(examples=10, shrink=False)

#: The check that has to notice each fault.
KILLED_BY = {
    "l2-twice": "golden-l2",
    "l2-over-batch": "golden-l2",
    "l2-times-batch": "golden-l2",
    "l2-subtracted": "golden-l2",
    "l2-of-biases": "golden-l2",
    "l2-after-step": "golden-l2",
    "dropout-not-inverted": "golden-dropout",
    "dropout-divides-by-rate": "golden-dropout",
    "dropout-forward-only": "golden-dropout",
    "clip-each-array": "golden-clipping",
    "clip-stretches": "golden-clipping-not-met",
    "clip-epsilon": "golden-clipping",
    "momentum-other-rate": "golden-momentum-and-schedule",
    "momentum-with-dampening": "golden-momentum",
    "momentum-forgotten": "golden-momentum",
    "nesterov-is-classical": "golden-nesterov",
    "momentum-is-nesterov": "golden-momentum",
    "schedule-one-late": "golden-schedule",
    "schedule-one-early": "golden-schedule",
    "schedule-ignored": "golden-schedule",
    "last-batch-dropped": "golden-mini-batches",
    "last-batch-filled": "golden-mini-batches",
    "order-kept": "golden-order",
    "order-of-first-epoch": "golden-order",
    "last-batch-divided-as-whole": "golden-mini-batches",
    "batches-add-up": "golden-mini-batches",
}


def judged(subject: Subject, *ids: str) -> list[str]:
    """The verdicts of those option checks."""
    return [run_check(subject, found, QUICK).verdict for id in ids for found in select(f"options/{id}")]


@pytest.mark.parametrize("id", optional_examples())
def test_sympy_and_balls_agree(id: str) -> None:
    """The velocity written out as a sum, the loss differentiated by SymPy: the same numbers to 30 digits."""
    fixture, example = load_optional(id), optional_examples()[id]
    for epochs in example.epochs:
        balls = Oracle(example.case(epochs), FLOAT64).trained
        derived = [e for pair in fixture.parameters(epochs, "float64") for e in pair] + fixture.losses(epochs, "float64")
        for one, other in zip([e for pair in balls.parameters for e in pair] + balls.losses, derived, strict=True):
            assert np.all(np.abs((one.high - other.high) + (one.low - other.low)) <= 2.0**-95 * np.abs(one.high) + one.radius)


def test_nesterovs_own_form_makes_the_same_run() -> None:
    """The gradient at the point ahead: the libraries' parameters are that point (OPT-4)."""
    example = optional_examples()["nesterov"]
    case = example.case(4).map(lambda values: np.asarray(values, dtype=float))
    network, mu = case.network, 0.9
    velocity = [(np.zeros_like(w), np.zeros_like(b)) for w, b in network.parameters]
    for _ in range(4):
        ahead = [(w + mu * v, b + mu * c) for (w, b), (v, c) in zip(network.parameters, velocity, strict=True)]
        slope = Algorithm().gradients(network.with_parameters(ahead), case.inputs, case.targets)
        velocity = [
            (mu * v - case.learning_rate * g, mu * c - case.learning_rate * h)
            for (v, c), (g, h) in zip(velocity, slope, strict=True)
        ]
        network = network.with_parameters([(w + v, b + c) for (w, b), (v, c) in zip(network.parameters, velocity, strict=True)])
    ahead = [(w + mu * v, b + mu * c) for (w, b), (v, c) in zip(network.parameters, velocity, strict=True)]
    expected = load_optional("nesterov").parameters(4, "float64")
    for pair, known in zip(ahead, expected, strict=True):
        assert all(np.allclose(got, e.high, rtol=1e-13) for got, e in zip(pair, known, strict=True))


@pytest.mark.parametrize("dtype", ["float64", "float16"])
def test_the_reference_has_every_option(dtype: str) -> None:
    subject = Subject(lambda: ReferenceAdapter(dtype), "reference")
    found = {result.check: result for result in (run_check(subject, c, QUICK) for c in OPTION_CHECKS)}
    unsupported = {id for id, result in found.items() if result.verdict == "unsupported"}
    beyond = {f"options/golden-{id}" for id in ("clipping-with-epsilon", "momentum-and-schedule-inside", "l2-over-batch")}
    if dtype == "float16":  # the squares of ordinary gradients may be flushed, and their norm with them
        beyond |= {"options/clipping"}
    assert unsupported == beyond
    assert all(result.verdict == "passed" for id, result in found.items() if id not in unsupported)


def test_the_other_conventions_are_judged_exactly() -> None:
    def other() -> ReferenceAdapter:
        adapter = ReferenceAdapter()
        adapter.claims = replace(adapter.claims, l2_over_batch=True, rate_in_velocity=True, clip_epsilon=1e-6)
        return adapter

    claimed = Subject(other, "reference")
    assert judged(claimed, "golden-clipping-with", "golden-momentum-and-schedule-inside") == ["passed", "passed"]
    assert judged(claimed, "golden-l2-over-batch", "l2-and-batches") == ["passed", "passed"]
    assert "unsupported" in judged(claimed, "golden-l2")
    assert judged(claimed, "momentum-and-schedule", "clipping")[0] == "passed"
    assert "unsupported" in judged(claimed, "golden-clipping")


@pytest.mark.parametrize("id", OPTION_FAULTS)
def test_every_fault_of_an_option_is_noticed_and_named(id: str) -> None:
    subject, evidence = Subject(lambda: FaultImplementation(id), f"fault:{id}"), Evidence()
    results = [run_check(subject, found, QUICK, evidence.add) for found in select(f"options/{KILLED_BY[id]}")]
    assert any(result.verdict == "failed" for result in results)
    findings, _ = diagnose(subject, results, evidence, QUICK)
    assert id in [finding.fault for finding in findings if finding.complete]


class Plain:
    """The reference, with something switched on that no caller can switch off."""

    claims = Claims(name="mine", activations={"sigmoid", "tanh"})
    always: ClassVar[dict[str, Any]] = {}
    conventions: ClassVar[dict[str, Any]] = {}

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        return Algorithm().forward(network, inputs)

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        return Algorithm().gradients(network, inputs, targets)

    def train(self, network: Network, inputs: Array, targets: Array, rate: float, epochs: int) -> Parameters:
        return Descent().train(network, inputs, targets, rate, epochs, Options(**self.always, **self.conventions))[0]


OVER_BATCH = {"l2_over_batch": True}


@pytest.mark.parametrize(
    ("always", "conventions", "has_gradients", "words"),
    [
        ({"momentum": 0.8}, {}, True, "momentum 0.8"),
        ({"l2": 0.003}, {}, True, "an L2 penalty of 0.003"),
        ({"l2": 0.25}, OVER_BATCH, False, "an L2 penalty of 0.25, divided by the batch"),
        ({"batch_size": 2}, {}, True, "mini-batches of 2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_always_on_is_a_convention_to_claim(
    always: dict[str, Any], conventions: dict[str, Any], has_gradients: bool, words: str
) -> None:
    """Unclaimed it fails, and the diagnosis says what to claim; with that claim every number is right.

    Without gradients those that are judged are recovered from the steps.
    """
    parts = {"always": always, "conventions": conventions} | ({} if has_gradients else {"gradients": None})
    mine = type("Mine", (Plain,), parts)
    checks = [*select("golden/batch-two-outputs"), *select("training/large-batch"), *select("conduct/claims")]
    subject, evidence = Subject(mine, "mine.py"), Evidence()
    results = [run_check(subject, found, QUICK, evidence.add) for found in checks]
    assert any(result.verdict == "failed" for result in results)
    (finding,), _ = diagnose(subject, results, evidence, QUICK)
    assert finding.kind == "convention"
    assert finding.complete
    assert f"it conforms with {words}, which it does not claim" in finding.text
    assert all(f"{name}={value}" in finding.mend for name, value in {"always": always, **conventions}.items())
    claimed = type("Claimed", (mine,), {"claims": replace(Plain.claims, always=always, **conventions)})
    results = [run_check(Subject(claimed, "mine.py"), found, QUICK) for found in checks]
    assert not any(result.is_broken for result in results)
    assert any(result.verdict == "passed" and result.phase == "training" for result in results)
    wrong = type("Wrong", (Plain,), {"claims": replace(Plain.claims, always=always, **conventions)})
    assert any(run_check(Subject(wrong, "mine.py"), found, QUICK).is_broken for found in checks)


def test_nothing_that_is_not_claimed_is_sent() -> None:
    class Strict(Plain):
        pass

    assert set(judged(Subject(Strict, "mine.py"), "")) == {"unsupported"}


def test_options_travel_over_the_protocol(tmp_path: Path) -> None:
    """A program that reads lines: every option, with numbers as they are claimed."""
    harness = tmp_path / "harness.py"
    harness.write_text(HARNESS, encoding="utf-8")
    subject = load_command(f"{sys.executable} {harness}")
    try:
        assert judged(subject, "golden-all", "golden-nesterov", "order", "dropout") == ["passed"] * 4
    finally:
        subject.close()


HARNESS = """
import json, sys
import numpy as np
from mlp_reference.descent import Descent
from mlp_reference.network import Layer, Network
from mlp_reference.options import OPTIONS, of

for line in sys.stdin:
    asked = json.loads(line)
    if asked["cmd"] == "start":
        claims = {"name": "lines", "activations": ["sigmoid", "tanh"], "options": list(OPTIONS),
                  "output_activations": ["sigmoid", "linear"], "losses": ["half_squared_error", "binary_cross_entropy"],
                  "reductions": ["sum", "mean_samples"]}
        print(json.dumps({"protocol": 1, "claims": claims, "operations": ["train"]}), flush=True)
    elif asked["cmd"] == "run":
        given = asked["network"]
        layers = [Layer(np.array(x["weights"]), np.array(x["biases"]), x["activation"]) for x in given["layers"]]
        network = Network(tuple(layers), given["loss"], given["reduction"])
        options = asked.get("options", {})
        if "masks" in options:
            options["masks"] = [[np.array(mask) for mask in masks] for masks in options["masks"]]
        batch = np.array(asked["inputs"]), np.array(asked["targets"])
        after, losses = Descent().train(network, *batch, asked["learning_rate"], asked["epochs"], of(options))
        layers = [{"weights": w.tolist(), "biases": b.tolist()} for w, b in after]
        print(json.dumps({"seq": asked["seq"], "result": {"layers": layers, "losses": list(map(float, losses))}}), flush=True)
    else:
        break
"""


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (Options(l2=float("nan")), "l2 is nan: a finite number of at least 0"),
        (Options(momentum=1.0), "momentum is 1: a number from 0 to below 1"),
        (Options(nesterov=True), "nesterov is given without momentum"),
        (Options(learning_rates=[0.5]), "learning_rates has 1 numbers: one for each of 2 epochs"),
        (Options(learning_rates=[0.5, float("inf")]), r"learning_rates\[1\] is inf"),
        (Options(batch_size=0), "batch_size is 0: a whole number of at least 1"),
        (Options(batch_size=2, order=((0, 1, 1), (0, 1, 2))), r"order\[0\]: each of the rows 0 to 2, once"),
        (Options(order=((0, 1, 2), (0, 1, 2))), "order is given without batch_size"),
        (Options(clip_norm=0), "clip_norm is 0: a finite number above 0"),
        (Options(dropout=0.5, masks=((np.ones((3, 2)),), (np.ones((2, 2)),))), r"masks\[1\]\[0\] has shape \(2, 2\): \(3, 2\)"),
        (Options(dropout=0.5, masks=((np.full((3, 2), 0.5),),) * 2), "zeros and ones were expected"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_options_that_do_not_fit_are_named(options: Options, says: str) -> None:
    with pytest.raises(OptionsError, match=says):
        check(options, (2, 2, 1), 3, 2)


def test_bad_claims_and_examples_get_one_clear_message() -> None:
    for claims, says in (
        ({"options": {"momentun"}}, "did you mean 'momentum'"),
        ({"options": {"nesterov"}}, "'nesterov', which needs 'momentum'"),
        ({"always": {"momentum": 2}}, "momentum is 2: a number from 0 to below 1"),
        ({"always": {"clip_norm": 1}}, "always has 'clip_norm'"),
        ({"clip_epsilon": -1}, "clip_epsilon is -1"),
    ):
        with pytest.raises(ClaimsError, match=says):
            Claims(**claims).validate()
    text = case_text(optional_examples()["order"].case(2).map(lambda v: np.asarray(v, float)), "x/y", Claims(name="mine"))
    assert parse_example(text, "here").options == optional_examples()["order"].options
    with pytest.raises(ExampleError, match=r"here: options: order\[0\]: each of the rows"):
        parse_example(text.replace("[4, 2, 0, 1, 3]", "[4, 4, 0, 1, 3]"), "here")
    with pytest.raises(ExampleError, match="did you mean 'momentum'"):
        parse_example(text.replace('"batch_size"', '"momentun"'), "here")


def test_every_option_has_a_check() -> None:
    asked = {name for example in optional_examples().values() for name in (example.options or Options()).asked}
    assert asked == set(OPTIONS)
    assert {broken for fault in OPTION_FAULTS.values() for broken in fault.breaks} == {f"OPT-{k}" for k in range(1, 8)}


@pytest.mark.parametrize("id", ["clipping", "dropout", "momentum-and-schedule-inside"])
def test_a_fixture_is_derived_again_byte_for_byte(id: str) -> None:
    stored = (fixtures_folder() / "options" / f"{id}.json").read_text(encoding="utf-8")
    assert fixture_text(optional_examples()[id]) == stored


@pytest.mark.parametrize("id", ["momentum-xor", "nesterov-xor", "mini-batches", "l2", "schedule"])
def test_certified_runs_begin_as_sympy_has_them(id: str) -> None:
    """The first two epochs of a run on balls, and the same derived by SymPy: the same 50 digits."""
    derived = json.loads(fixture_text(with_epochs(runs()[id].example, (1, 2))))
    for after, epoch in zip(derived["training"], (1, 2), strict=True):
        certified = next(found for found in load_training(id).document["results"] if found["epoch"] == epoch)
        for one, other in zip(after["parameters"], certified["parameters"], strict=True):
            for part in ("weights", "biases"):
                digits = [[number["digits"] for number in layer[part]["numbers"]] for layer in (one, other)]
                assert digits[0] == digits[1]


@pytest.mark.parametrize("found", [found for found in checks() if found.kind == "options"], ids=lambda found: found.id)
def test_what_hardly_can_be_judged_in_a_format_is_held_against_nobody(found: Check) -> None:
    assert not run_check(load("reference-float16"), found, Settings()).is_broken
