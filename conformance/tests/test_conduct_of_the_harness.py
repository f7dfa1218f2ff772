"""Whatever an adapter does is caught and reported against the check at hand; the run goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mlp_conformance.checks import Settings, checks, find
from mlp_conformance.claims import Claims, Unsupported
from mlp_conformance.loading import load
from mlp_conformance.results import Report, Result
from mlp_conformance.runner import finished, reproduction, run_check, run_checks, select
from mlp_conformance.subject import Subject
from mlp_reference import mlp
from mlp_reference.activations import activate

FAST = Settings(examples=4)


class Right:
    """The reference behind the adapter interface, for tests to spoil."""

    claims = Claims(name="right")

    def forward(self, network: Any, inputs: Any) -> Any:
        return mlp.forward(network, inputs)

    def loss(self, network: Any, inputs: Any, targets: Any) -> Any:
        return mlp.loss(network, inputs, targets)

    def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
        return mlp.gradients(network, inputs, targets)

    def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        return mlp.train(network, inputs, targets, learning_rate, epochs)


def spoiled(forward: Callable[..., Any]) -> type:
    return type("Spoiled", (Right,), {"forward": forward})


def judged(adapter: Any, pattern: str | None = "drawn/forward", settings: Settings = FAST) -> list[Result]:
    return list(run_checks(load(adapter), select(pattern), settings))


def report(adapter: Any, pattern: str | None = None, settings: Settings = FAST) -> Report:
    subject = load(adapter)
    return finished(subject, list(run_checks(subject, select(pattern), settings)), settings)


def _raise(error: BaseException) -> Any:
    raise error


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda *_: _raise(ValueError("no idea")), "ValueError: no idea"),
        (lambda *_: _raise(RecursionError("deep")), "RecursionError"),
        (lambda *_: sys.exit(3), "SystemExit"),
        (lambda *_: None, "forgotten"),
        (lambda *_: "text", "dtype"),
        (lambda *_: [[1, 2], [3]], "shape"),
        (lambda *_: object(), "no array"),
        (lambda _self, _network, x: np.zeros((len(x), 99)), "shape"),
        (lambda _self, network, x: mlp.forward(network, x)[-1].astype(complex), "complex"),
    ],
)
def test_mishaps_are_errors_of_that_check(answer: Callable[..., Any], says: str) -> None:
    for result in judged(spoiled(answer)):
        assert result.verdict == "error"
        assert says in result.message


def test_a_product_that_skips_zeros_swallows_no_nan() -> None:
    """As those of sparse matrices do: where a weight is 0 nothing is multiplied by it."""

    def product(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
        terms = [[[a * w for a, w in zip(row, column, strict=True) if w] for column in weights.T] for row in x]
        return np.array([[sum(found) for found in row] for row in terms], dtype=float)

    def forward(_s: Any, network: Any, inputs: Any) -> Any:
        a = inputs
        for layer in network.layers:
            a = activate(layer.activation, product(a, layer.weights) + layer.biases)
        return a

    (result,) = judged(spoiled(forward), "conduct/nan", Settings(examples=100))
    assert result.verdict == "passed", result.message


def test_a_nan_is_a_failure() -> None:
    (result,) = [r for r in judged(spoiled(lambda _s, n, x: mlp.forward(n, x)[-1] * np.nan)) if r.check == "drawn/forward"]
    assert result.verdict == "failed"
    assert result.got == "nan"


def test_lists_are_as_good_as_arrays_and_printing_is_swallowed(capsys: pytest.CaptureFixture[str]) -> None:
    def forward(_self: Any, network: Any, x: Any) -> Any:
        print("noise")
        return [a.tolist() for a in mlp.forward(network, x)]

    assert [r.verdict for r in judged(spoiled(forward))] == ["passed"]
    assert "noise" not in capsys.readouterr().out


def test_a_hanging_call_is_an_error_in_bounded_time() -> None:
    def forward(*_: Any) -> Any:
        while True:
            pass

    start = time.monotonic()
    (result,) = run_checks(load(spoiled(forward), timeout=0.3), [find("drawn/forward")], FAST)
    assert result.verdict == "error"
    assert "no answer within 0.3 s" in result.message
    assert time.monotonic() - start < 30


def test_one_bad_operation_leaves_the_others_judged() -> None:
    class NoLoss(Right):
        def loss(self, *_: Any) -> Any:
            raise ZeroDivisionError

    found = report(NoLoss)
    verdicts = {r.check: r.verdict for r in found.results}
    assert verdicts["drawn/forward"] == "passed"
    assert verdicts["drawn/loss"] == "error"
    assert not found.conforms


def test_changed_arguments_fail_their_own_check_only() -> None:
    class Grasping(Right):
        def forward(self, network: Any, inputs: Any) -> Any:
            result = mlp.forward(network, inputs)
            inputs *= 0
            return result

    found = report(Grasping)
    broken = [r.check for r in found.results if r.is_broken]
    assert broken == ["conduct/arguments"]
    assert "forward changed the inputs" in next(r.message for r in found.results if r.is_broken)


def test_what_refuses_everything_does_not_conform() -> None:
    class Shy:
        claims = Claims(name="shy")

        def forward(self, *_: Any) -> Any:
            raise Unsupported("not today")

        gradients = loss = train = forward

    found = report(Shy)
    assert not found.conforms
    assert found.summary["passed"] == 0
    assert next(r for r in found.results if r.check == "conduct/claims").verdict == "failed"


def test_a_class_with_few_checks_is_not_judged() -> None:
    found = report(Right, "golden/document-example-3")
    assert found.classes["forward"] == "unsupported"
    assert not found.conforms


def test_a_forward_only_implementation_conforms_in_forward_alone() -> None:
    class Forward:
        claims = Claims(name="forward only")

        def forward(self, network: Any, inputs: Any) -> Any:
            return mlp.forward(network, inputs)[-1]

    found = report(Forward)
    assert found.conforms
    assert found.classes == {"forward": "passed", "gradients": "unsupported", "training": "unsupported"}


def test_an_implementation_that_only_trains_is_judged_by_its_steps() -> None:
    class Trains:
        claims = Claims(name="trains")

        def train(self, network: Any, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
            return mlp.train(network, inputs, targets, learning_rate, epochs)[0]

    found = report(Trains)
    assert found.conforms
    assert found.classes == {"forward": "unsupported", "gradients": "passed", "training": "passed"}


def test_later_failures_say_what_they_follow_from() -> None:
    class Shifted(Right):
        def forward(self, network: Any, inputs: Any) -> Any:
            return mlp.forward(network, inputs)[-1] + 0.01

        def gradients(self, network: Any, inputs: Any, targets: Any) -> Any:
            return [(w + 0.01, b) for w, b in mlp.gradients(network, inputs, targets)]

    found = {r.check: r for r in report(Shifted).results}
    assert found["drawn/gradients"].follows_from is not None
    assert found["drawn/gradients"].follows_from in {r.check for r in found.values() if r.phase == "forward"}
    assert found["drawn/forward"].follows_from is None


def test_the_same_seed_gives_the_same_verdict_and_numbers() -> None:
    def numbers(seed: int) -> list[tuple[str, float | None]]:
        subject = load(Right)
        return [(r.check, r.error_over_bound) for r in run_checks(subject, select("drawn"), Settings(examples=6, seed=seed))]

    assert numbers(3) == numbers(3)
    assert numbers(3) != numbers(4)


def test_an_instance_is_used_as_it_is_and_a_class_anew_for_each_check() -> None:
    made: list[int] = []

    class Counting(Right):
        def __init__(self) -> None:
            made.append(1)

    judged(Counting, "drawn")
    assert len(made) > len(select("drawn"))
    made.clear()
    judged(Counting(), "drawn")
    assert len(made) == 1


def test_every_check_has_a_title_requirements_and_a_known_phase() -> None:
    for found in checks():
        assert found.title
        assert found.requirements
        assert found.phase in ("forward", "gradients", "training", "conduct")


def test_the_line_that_reproduces_a_failure_is_quoted_for_the_shell() -> None:
    subject = Subject(dict, "mein netz.py:Net")
    line = reproduction(subject, find("drawn/forward"), Settings())
    assert line == "mlp-conformance run 'mein netz.py:Net' --select drawn/forward"


def test_answers_may_be_arrays_of_objects() -> None:
    class Objects:
        claims = Claims()

        def forward(self, network: Any, inputs: np.ndarray) -> list[np.ndarray]:
            return [a.astype(object) for a in mlp.forward(network, inputs)]

    found = {result.check: result.verdict for result in judged(Objects(), "advice")}
    assert found["advice/aliasing"] == "passed"


def test_a_failure_ends_with_the_line_that_reproduces_it() -> None:
    subject = load("fault:bias-subtracted")
    result = run_check(subject, find("drawn/forward"), Settings(examples=4, seed=5))
    assert result.reproduce == "mlp-conformance run fault:bias-subtracted --select drawn/forward --examples 4 --seed 5"
