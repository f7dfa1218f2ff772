"""Golden checks: the specification's examples, number by number, against the fixtures that the SymPy derivation wrote."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from mlp_conformance.checks.comparing import Advice, Failed
from mlp_conformance.checks.refusals import overflow_is_advice
from mlp_conformance.checks.registry import Check, add
from mlp_conformance.checks.trial import Trial
from mlp_conformance.checks.triples import gradient_triples
from mlp_conformance.claims import Unsupported
from mlp_conformance.subject import SubjectError
from mlp_reference.examples import Example, examples
from mlp_reference.fixtures import Fixture, load_fixture
from mlp_reference.network import Case
from mlp_reference.oracle import Trained, as_judged
from mlp_reference.specification import ACTIVATION, DERIVATIVE, LOSS, REDUCTION


def _admitted(trial: Trial, id: str, epochs: int | None = None, *, loss: bool = True) -> tuple[Fixture, Case]:
    fixture = load_fixture(id)
    case = fixture.example.case(epochs or fixture.example.epochs[0])
    if not trial.claims.admit(case.network, len(case.inputs)):
        raise Unsupported("the example lies outside what is claimed")
    if loss and _logarithm_changed(trial, case):
        raise Unsupported("the example's logarithm has no epsilon and is not clipped, as is claimed")
    return fixture, case


def _logarithm_changed(trial: Trial, case: Case) -> bool:
    """Whether a claimed convention changes the loss that the fixture is derived from (LOSS-10)."""
    claimed = trial.claims.log_epsilon or trial.claims.probability_clip
    return bool(claimed) and case.network.loss in ("cross_entropy", "binary_cross_entropy")


def _overflowing(id: str) -> contextlib.AbstractContextManager[None]:
    """What says so where the exponential overflows is advised, whichever operation computes it (ACT-6)."""
    return overflow_is_advice("that saturate") if id.startswith("saturated-") else contextlib.nullcontext()


def _forward(trial: Trial, id: str) -> None:
    fixture, case = _admitted(trial, id, loss=False)
    with _overflowing(id):
        got = trial.session.forward(case)
    expected = fixture.activations(trial.claims.dtype)[-len(got) :]
    first = len(case.network.layers) - len(got) + 1
    trial.compare(*((f"a{i}", a, e) for i, (a, e) in enumerate(zip(got, expected, strict=True), first)))


def _loss(trial: Trial, id: str) -> None:
    fixture, case = _admitted(trial, id)
    known = as_judged(fixture.loss(trial.claims.dtype), case, trial.format)
    with _overflowing(id):
        got = trial.session.loss(case)
    trial.compare(("E", got, known))


def _gradients(trial: Trial, id: str) -> None:
    fixture, case = _admitted(trial, id)
    with _overflowing(id):
        if trial.session.can("gradients"):
            trial.check_gradients_against(case, fixture.gradients(trial.claims.dtype))
        else:
            got, expected = trial.gradients(case)
            trial.compare(*gradient_triples(got, expected))


def _train(trial: Trial, id: str) -> None:
    format = trial.claims.dtype
    for epochs in load_fixture(id).example.epochs:
        fixture, case = _admitted(trial, id, epochs)
        known = Trained(fixture.parameters(epochs, format), fixture.losses(epochs, format))
        with _overflowing(id):
            trial.check_train_against(case, known, says=f"After {epochs} epoch{'s' if epochs > 1 else ''}:")


def _advising(run: Callable[[Trial, str], None]) -> Callable[[Trial, str], None]:
    """What needs the logarithm of a probability that rounds to 0 is a SHOULD (LOSS-9): it can at worst advise."""

    def advise(trial: Trial, id: str) -> None:
        try:
            run(trial, id)
        except (Failed, SubjectError) as failure:
            worst = getattr(failure, "judgement", None) and failure.judgement.worst  # type: ignore[union-attr]
            numbers = f" {worst.quantity}: expected {worst.expected}, got {worst.got}." if worst else ""
            raise Advice(f"{failure}{numbers}".strip()) from failure

    return advise


def _requirements(example: Example, operation: str) -> tuple[str, ...]:
    names = [layer.activation for layer in example.network.layers]
    if operation == "forward":
        found = ["FWD-2", "FWD-3", *(ACTIVATION[name] for name in names)]
    elif operation == "loss":
        found = [LOSS[example.network.loss], REDUCTION[example.network.reduction]]
    elif operation == "gradients":
        found = ["BACK-1", "BACK-2", "BACK-3", "BACK-4", "BACK-5", *(DERIVATIVE[name] for name in names)]
    else:
        found = ["UPD-1", "UPD-2", "TRAIN-1", "TRAIN-2"]
    return (*dict.fromkeys(found), "ACC-1")


def needs_log_of_zero(example: Example) -> bool:
    """Whether all but the activations of an example are a SHOULD (LOSS-9)."""
    return example.id.startswith("saturated-") and "cross_entropy" in example.network.loss


def _register(example: Example) -> None:
    kinds: tuple[tuple[str, str, str, tuple[str, ...], Callable[[Trial, str], None]], ...] = (
        ("forward", "forward", "the activations", ("forward",), _forward),
        ("loss", "forward", "the loss", ("loss",), _loss),
        ("gradients", "gradients", "the gradients", (), _gradients),
        ("train", "training", "the parameters after training", ("train",), _train),
    )
    for operation, phase, what, needs, run in kinds:
        if needs_log_of_zero(example) and operation != "forward":
            run = _advising(run)
        title = (
            f"{what} of the example {example.id} are right"
            if what != "the loss"
            else f"the loss of the example {example.id} is right"
        )
        bound = _bind(run, example.id)
        add(
            Check(
                f"golden/{example.id}/{operation}",
                title,
                _requirements(example, operation),
                phase,
                needs,
                bound,
            )
        )


def _bind(run: Callable[[Trial, str], None], id: str) -> Callable[[Trial], None]:
    def judge(trial: Trial) -> None:
        try:
            run(trial, id)
        except Failed as failure:
            failure.case = None  # an example is known by its name
            raise

    return judge


for _example in examples().values():
    _register(_example)
