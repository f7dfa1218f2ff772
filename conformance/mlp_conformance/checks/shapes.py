"""Drawn networks of shapes that ordinary ones seldom have: deep, wide, of large batches; and every claimed combination."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlp_conformance.checks.refusals import no_hidden_layer_is_advice
from mlp_conformance.checks.registry import Check, add
from mlp_conformance.checks.trial import Settings, Trial
from mlp_conformance.claims import Unsupported
from mlp_conformance.strategies import Scope, combination, combinations
from mlp_reference.network import Case
from mlp_reference.oracle import Oracle


@dataclass(frozen=True)
class Operation:
    """What is asked of each network: its name in check ids, the phase, what has to be right, and what it needs."""

    name: str
    phase: str
    what: str
    needs: tuple[str, ...]

    @property
    def verb(self) -> str:
        return "is" if self.name == "loss" else "are"

    def judge(self, trial: Trial, case: Case, oracle: Oracle | None = None) -> None:
        judge: Callable[[Case, Oracle | None], None] = getattr(trial, f"check_{self.name}")
        judge(case, oracle)

    def judge_all(self, trial: Trial, known: Sequence[Oracle]) -> None:
        """The same of cases of which it is known what is right."""
        oracles = {id(oracle.case): oracle for oracle in known}
        trial.for_all([oracle.case for oracle in known], lambda case: self.judge(trial, case, oracles[id(case)]))


OPERATIONS = (
    Operation("forward", "forward", "the activations", ("forward",)),
    Operation("loss", "forward", "the loss", ("loss",)),
    Operation("gradients", "gradients", "the gradients", ()),
    Operation("train", "training", "the parameters and reported losses after one or two epochs", ("train",)),
)


@dataclass(frozen=True)
class Shape:
    """A kind of network, drawn in a part of the usual number; `requirements` of each operation that is asked of it."""

    name: str
    says: str
    scope: Scope
    requirements: dict[str, tuple[str, ...]]
    share: float = 0.1


SHAPES = (
    Shape(
        "no-hidden-layer",
        "of networks without a hidden layer",
        Scope(layers=(0, 0), widest=5, batch=(1, 5)),
        {"forward": ("NET-3", "FWD-1"), "loss": ("NET-3",), "gradients": ("NET-3", "BACK-2"), "train": ("NET-3", "UPD-1")},
    ),
    Shape(
        "deep",
        "of networks with four to six hidden layers",
        Scope(layers=(4, 6), widest=5, batch=(1, 4)),
        {"forward": ("NET-3", "FWD-1"), "loss": ("NET-3",), "gradients": ("NET-3", "BACK-3"), "train": ("NET-3", "UPD-1")},
    ),
    Shape(
        "very-deep",
        "of networks with ten hidden layers or more, where layers are counted in two digits,",
        Scope(layers=(10, 11), widest=3, batch=(1, 3)),
        {"forward": ("NET-3", "FWD-1"), "gradients": ("NET-3", "BACK-3"), "train": ("NET-3", "UPD-1")},
        share=0.04,
    ),
    Shape(
        "large-batch",
        "of large batches",
        Scope(layers=(1, 1), widest=4, batch=(33, 300)),
        {"forward": ("FWD-4", "NET-4"), "loss": ("NET-4",), "gradients": ("BACK-6",)},
    ),
    Shape(
        "wide",
        "of networks with up to 32 units in a layer",
        Scope(layers=(1, 2), widest=32, batch=(10, 20)),
        {"forward": ("FWD-2", "NET-2"), "loss": ("NET-2",), "gradients": ("BACK-3", "BACK-4"), "train": ("UPD-1", "UPD-2")},
    ),
)


def _register(shape: Shape, operation: Operation, requirements: tuple[str, ...]) -> None:
    scope = replace(shape.scope, epochs=(1, 2)) if operation.name == "train" else shape.scope

    def judge(trial: Trial, case: Case) -> None:
        with no_hidden_layer_is_advice(case.network):
            operation.judge(trial, case)

    add(
        Check(
            f"drawn/{shape.name}-{operation.name}",
            f"{operation.what} {shape.says} {operation.verb} right",
            requirements,
            operation.phase,
            operation.needs,
            lambda trial: trial.for_each(scope, lambda case: judge(trial, case), share=shape.share),
        )
    )


for _shape in SHAPES:
    for _operation in OPERATIONS:
        if _operation.name in _shape.requirements:
            _register(_shape, _operation, _shape.requirements[_operation.name])


def _each_combination(trial: Trial, operation: Operation) -> None:
    """Every claimed hidden activation, output activation, loss and reduction together, once; never left to chance.

    With fewer examples than usual, a part of them.
    """
    settings, asked = trial.settings, dict[tuple[str, ...], Oracle]()
    shared = trial.session.subject.shared(("combinations", settings.seed, settings.examples), lambda: _combined(trial))
    for names, oracle in shared.items():
        asked.setdefault(names[:2] if operation.name == "forward" else names, oracle)
    operation.judge_all(trial, list(asked.values()))
    if not trial.answered:
        raise Unsupported("the implementation refused every combination")


def _combined(trial: Trial) -> dict[tuple[str, str, str, str], Oracle]:
    """A case of each combination, and what is certified of it: the checks of one run ask about the same."""
    random = np.random.default_rng(trial.seed_of("drawn/combinations"))
    every = combinations(trial.claims)[:: max(1, round(Settings.examples / trial.settings.examples))]
    return {names: trial.oracle(combination(trial.claims, *names, random)) for names in every}


_COMBINED = {
    "forward": ("FWD-3", "ACT-1", "ACT-2", "ACT-3", "ACT-4", "ACT-5"),
    "loss": ("LOSS-1", "LOSS-2", "LOSS-3", "LOSS-4", "LOSS-5", "LOSS-6", "LOSS-7"),
    "gradients": ("BACK-1", "BACK-2", "BACK-6", "BACK-8"),
    "train": ("UPD-1", "UPD-2", "TRAIN-2"),
}


def _register_combinations(operation: Operation) -> None:
    what = operation.what.replace("one or two epochs", "one epoch")
    add(
        Check(
            f"drawn/combinations-{operation.name}",
            f"{what} {operation.verb} right in every claimed combination of activations, loss and reduction",
            _COMBINED[operation.name],
            operation.phase,
            operation.needs,
            lambda trial: _each_combination(trial, operation),
        )
    )


for _operation in OPERATIONS:
    _register_combinations(_operation)
