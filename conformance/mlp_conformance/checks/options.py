"""The optional parts of training, each where it is claimed: regularisation, momentum, schedules, batches, clipping, dropout."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from mlp_conformance.checks.comparing import Failed
from mlp_conformance.checks.registry import Check, add
from mlp_conformance.checks.trial import Trial
from mlp_conformance.checks.triples import parameter_triples
from mlp_conformance.claims import Unsupported
from mlp_conformance.strategies import Scope
from mlp_reference.examples import Example
from mlp_reference.optional import load_optional, optional_examples

#: id, what it tests, the requirement, the parts that must be claimed.
_PARTS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("l2", "training with L2 regularisation is right", "OPT-1", ("l2",)),
    ("dropout", "training with inverted dropout of given masks is right", "OPT-2", ("dropout",)),
    ("momentum", "training with momentum is right", "OPT-3", ("momentum",)),
    ("nesterov", "training with Nesterov's momentum is right", "OPT-4", ("nesterov",)),
    ("schedule", "training with a learning rate for each epoch is right", "OPT-5", ("learning_rates",)),
    ("batches", "training in mini-batches, the last of them smaller, is right", "OPT-6", ("batch_size",)),
    ("order", "training in mini-batches of a given order is right", "OPT-6", ("order",)),
    ("clipping", "training with clipped gradients is right", "OPT-7", ("clip_norm",)),
    ("momentum-and-schedule", "momentum under a schedule is right", "OPT-3", ("momentum", "learning_rates")),
    (
        "momentum-and-batches",
        "momentum goes on from batch to batch and from epoch to epoch",
        "OPT-3",
        ("momentum", "batch_size"),
    ),
    ("l2-and-batches", "the whole penalty belongs to each batch", "OPT-1", ("l2", "batch_size")),
)
_REQUIREMENT = {
    "l2": "OPT-1",
    "dropout": "OPT-2",
    "momentum": "OPT-3",
    "nesterov": "OPT-4",
    "learning_rates": "OPT-5",
    "batch_size": "OPT-6",
    "clip_norm": "OPT-7",
}
#: A format whose smallest normal number is larger keeps no square of a gradient of 1e-3.
_SQUARES_SURVIVE = 1e-6
_SCOPE = Scope(epochs=(2, 3), layers=(1, 2), widest=4, batch=(2, 7))


def _register(name: str, title: str, requirement: str, parts: tuple[str, ...]) -> None:
    def run(trial: Trial) -> None:
        _claimed(trial, parts)
        if "clip_norm" in parts and trial.format.smallest_normal > _SQUARES_SURVIVE:
            raise Unsupported(
                f"in {trial.format.name} the squares of ordinary gradients may be flushed, and their norm with them"
            )
        trial.for_each_optional(_SCOPE, parts, trial.check_train, share=0.2)

    add(Check(f"options/{name}", title, (requirement, "ACC-1"), "training", ("train",), run))


def _claimed(trial: Trial, parts: tuple[str, ...]) -> None:
    missing = [part for part in parts if part not in trial.claims.options and part not in trial.claims.always]
    if missing:
        raise Unsupported(f"{' and '.join(missing)} not claimed")


def _golden(trial: Trial, example: Example) -> None:
    """The example's training against its fixture, or under another reading of it that is right."""
    asked = example.options
    assert asked is not None
    _claimed(trial, tuple(asked.asked))
    own = trial.claims.optional(asked)
    if own.clip_epsilon != float(asked.clip_epsilon) and asked.clip_norm is not None:
        raise Unsupported(f"the example's norm has {float(asked.clip_epsilon):g} added to it, otherwise than is claimed")
    if own.l2_over_batch != asked.l2_over_batch and asked.l2 is not None:
        raise Unsupported("the example's penalty and the rows of a batch go together otherwise than is claimed")
    if own.rate_in_velocity != asked.rate_in_velocity and asked.momentum is not None and asked.learning_rates is not None:
        raise Unsupported("the example's velocity and its learning rates go together otherwise than is claimed")
    if not trial.claims.admit(example.network, len(example.inputs)):
        raise Unsupported("the example lies outside what is claimed")
    fixture, dtype = load_optional(example.id), trial.claims.dtype
    for epochs in example.epochs:
        case = trial.as_claimed(example.case(epochs))
        got = trial.session.train(case)
        triples = parameter_triples(got.parameters, fixture.parameters(epochs, dtype))
        if got.losses is not None:
            losses = zip(got.losses, fixture.losses(epochs, dtype), strict=True)
            triples += [(f"E before update {i}", loss, e) for i, (loss, e) in enumerate(losses, 1)]
        try:
            trial.compare(*triples, says=f"After {epochs} epoch{'s' if epochs > 1 else ''}:")
        except Failed:
            with contextlib.suppress(Failed):
                trial.check_train(replace(case, network=replace(case.network, conventions=trial.claims.conventions)))
                continue
            raise


def _register_example(example: Example) -> None:
    add(
        Check(
            f"options/golden-{example.id}",
            f"the training of the example options/{example.id} is right",
            (*dict.fromkeys(_REQUIREMENT[name] for name in example.options.asked if name in _REQUIREMENT), "ACC-1"),  # type: ignore[union-attr]
            "training",
            ("train",),
            lambda trial: _golden(trial, example),
        )
    )


for _example in optional_examples().values():
    _register_example(_example)
for _part in _PARTS:
    _register(*_part)
