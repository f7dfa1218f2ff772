"""The suite's power: every fault is killed with the default settings, and what breaks is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlp_conformance.checks import Settings, checks, find
from mlp_conformance.faults import FAULTS, compose, fault
from mlp_conformance.loading import load
from mlp_conformance.results import Finding
from mlp_conformance.runner import run_check
from mlp_conformance.verdict import judge
from mlp_reference.specification import requirements
from power import diagnose, soundness
from power.interfaces import offered

CLASSIC = (
    "output-derivative-missing", "hidden-derivative-missing", "derivative-of-preactivation", "hidden-sees-updated-weights",
    "error-sign", "bias-untrained", "last-sample-only", "mean-for-sum", "weights-transposed", "relu-derivative-one-below",
    "softmax-over-batch", "bias-rate-one",
)  # fmt: skip

#: What breaks a SHOULD only is advised, not failed.
_SHOULD = {found.id for found in requirements().values() if found.level == "SHOULD"}
ADVISED = {id for id, known in FAULTS.items() if set(known.breaks) <= _SHOULD}


#: The checks that killed each fault when the kill matrix was measured: they are tried first.
_RECORDED = json.loads((Path(__file__).parents[1] / "power" / "kill.json").read_text(encoding="utf-8"))["rows"]


def _killers(id: str, settings: Settings) -> list[str]:
    subject, recorded = load(f"fault:{id}"), _RECORDED.get(id, {}).get("killers", [])
    kinds = ["golden", "drawn", "training", "saturation", "conduct"]
    for found in sorted(checks(), key=lambda c: (c.id not in recorded, kinds.index(c.kind) if c.kind in kinds else 9)):
        result = run_check(subject, found, settings)
        if result.is_broken or (result.verdict == "advice" and id in ADVISED):
            return [found.id]
    return []


@pytest.mark.parametrize("id", sorted(FAULTS))
def test_every_fault_is_killed(id: str) -> None:
    assert _killers(id, Settings(shrink=False)), f"{id} survives every check"


@pytest.mark.parametrize("id", CLASSIC)
def test_fixed_vectors_alone_kill_the_classic_bugs(id: str) -> None:
    golden = [found for found in checks() if found.kind == "golden"]
    assert any(run_check(load(f"fault:{id}"), found, Settings()).is_broken for found in golden)


@pytest.mark.parametrize("id", CLASSIC)
def test_the_classic_bugs_are_named(id: str) -> None:
    chosen = [found for found in checks() if found.kind in ("golden", "drawn")]
    report = judge(load(f"fault:{id}"), chosen, Settings(examples=15, shrink=False))
    assert not report.conforms
    assert report.diagnosis[0].complete
    assert id in [finding.fault for finding in report.diagnosis]


@pytest.mark.parametrize("conduct", ["inputs-changed", "targets-changed", "network-changed", "nan-swallowed"])
def test_conduct_that_alone_is_wrong_is_named(conduct: str) -> None:
    (finding,) = diagnose.judged(offered(conduct, "all four"), 4)[0].diagnosis
    assert (finding.fault, finding.complete) == (conduct, True)
    assert finding.mend


def test_of_two_arguments_that_are_changed_neither_is_all() -> None:
    report, _, _ = diagnose.judged(offered("inputs-changed+targets-changed", "all four"), 4)
    assert [(finding.fault, finding.complete) for finding in report.diagnosis] == [
        ("inputs-changed", False),
        ("targets-changed", False),
    ]


@pytest.mark.parametrize(
    ("id", "interface"),
    [
        ("bias-not-summed", "train only"),  # parameters beside losses: what is wrong with the parameters is said
        ("bias-not-summed", "document's class"),
        ("error-function-swapped", "float32"),  # a limit that is a float32 number or not
        ("hidden-bias-from-outputs", "float32"),  # what is left where everything cancels
        ("layer-normalisation", "float32"),
        ("tanh-derivative-of-preactivation", "float32"),  # training that overflows
    ],
)
def test_rounding_and_overflow_of_a_fault_do_not_hide_it(id: str, interface: str) -> None:
    report, _, _ = diagnose.judged(offered(id, interface), diagnose.EXAMPLES)
    assert [finding.fault for finding in report.diagnosis] == [id], report.text()


@pytest.mark.parametrize("interface", ["all four", "train only"])
def test_losses_that_are_not_there_tell_faults_apart(interface: str) -> None:
    """Who returns one update too early and reports its loss has one loss more than who makes one epoch less."""
    (finding,) = diagnose.judged(offered("one-epoch-short", interface), diagnose.EXAMPLES)[0].diagnosis
    assert (finding.fault, finding.complete) == ("one-epoch-short", True)


def test_no_constant_is_named_beside_others_that_does_nothing() -> None:
    there = "error-through-last-unit+hidden-weights-without-derivative"
    (finding,) = diagnose.judged(offered(there, "all four"), diagnose.EXAMPLES)[0].diagnosis
    assert (finding.fault, finding.complete) == (there, True)


def test_the_soundness_of_right_programs_is_measured_in_parts_that_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer at its bound is counted beyond all others, and accused from there on; two parts give both their counts."""
    monkeypatch.setattr(soundness, "PART", 4)
    monkeypatch.setattr(soundness, "checks", lambda: [find(f"drawn/{name}") for name in ("forward", "loss", "train")])
    _, rows = soundness.measured(("float64", 1, ("einsum",)))
    row = rows["einsum"]
    assert row["numbers"] > 100
    assert not row["alarms"]
    twice = soundness.added(soundness.added(None, row), row)
    assert (twice["parts"], twice["numbers"]) == (2, 2 * row["numbers"])
    assert all(
        twice["arrays"][quantity][key] == 2 * n for quantity in row["arrays"] for key, n in row["arrays"][quantity].items()
    )
    with monkeypatch.context() as patch:
        patch.setattr("mlp_conformance.judgement.errors", lambda got, expected: 1.25 * expected.bound)
        _, accused = soundness.measured(("float64", 1, ("einsum",)))
    assert accused["einsum"]["alarms"]
    assert {key for classes in accused["einsum"]["arrays"].values() for key in classes} <= {"-2", str(soundness._FINEST)}


@pytest.mark.parametrize(
    ("there", "named", "is_same"),
    [
        ("weights-mean+bias-mean", "gradient-over-batch=1", True),
        ("weights-mean+bias-mean", "gradient-over-batch=1.0001", False),
        ("weights-mean+bias-mean", "weights-mean", False),
        ("softmax-over-batch", "softmax-over-batch", True),
    ],
)
def test_what_was_named_is_compared_with_what_is_there(there: str, named: str, is_same: bool) -> None:
    """A constant in floats is the number that it stands for, but for its rounding; another number is not."""
    algorithm, subject = compose(*map(fault, there.split("+")))(), offered(there, "all four")
    assert diagnose._same(algorithm, Finding(named, "", (), complete=True), subject) is is_same
