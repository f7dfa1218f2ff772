"""Networks whose numbers of samples, inputs, units, outputs are 1, or equal to one another: where a wrong axis still fits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from mlp_conformance.checks.registry import Check, add
from mlp_conformance.checks.shapes import OPERATIONS, Operation
from mlp_conformance.checks.trial import Settings, Trial
from mlp_conformance.claims import Claims
from mlp_conformance.strategies import combination, combinations
from mlp_reference.oracle import Oracle

#: (inputs, hidden units, outputs, samples): each of them alone is 1; any two are equal; several are 1, or all equal.
_NUMBERS = (
    (3, 4, 1, 5),
    (3, 4, 2, 1),
    (4, 5, 3, 3),
    (3, 4, 2, 4),
    (4, 3, 2, 4),
    (1, 4, 2, 5),
    (3, 1, 2, 5),
    (3, 4, 1, 1),
    (3, 3, 2, 5),
    (2, 4, 4, 3),
    (3, 5, 3, 4),
    (3, 3, 3, 3),
    (1, 1, 1, 4),
    (2, 4, 1, 2),
    (2, 3, 1, 3),
    (3, 3, 1, 3),
    (1, 3, 1, 6),
    (2, 1, 2, 1),
)

_REQUIREMENTS = {
    "forward": ("NET-2", "NET-4", "FWD-2", "FWD-4"),
    "loss": ("NET-4", "LOSS-1", "LOSS-5"),
    "gradients": ("NET-4", "BACK-3", "BACK-4", "BACK-5"),
    "train": ("UPD-1", "UPD-2"),
}


def _shapes(claims: Claims) -> Iterator[tuple[int, int, int, int]]:
    """Those within the claims; where the sizes are given, every number of samples that is one of them."""
    if claims.sizes:
        n_in, *hidden, n_out = claims.sizes
        numbers = dict.fromkeys((1, n_out, *hidden, n_in, max(claims.sizes) + 1))
        shapes = [(n_in, hidden[0] if hidden else n_out, n_out, m) for m in numbers]
    else:
        shapes = list(_NUMBERS)
    for shape in shapes:
        _, _, n_out, m = shape
        if n_out <= (claims.max_outputs or n_out) and m <= (claims.max_batch or m):
            yield shape


def _networks(trial: Trial) -> list[Oracle]:
    """A network of each shape and what is certified of it, the claimed combinations in turn; with fewer examples a part.

    Softmax, whose outputs hang together, takes its turn and is asked of every shape besides.
    """
    claims, random = trial.claims, np.random.default_rng(trial.seed_of("drawn/equal-numbers"))
    every, found = combinations(claims), []
    step = max(1, round(Settings.examples / trial.settings.examples))
    for index, shape in enumerate(islice(_shapes(claims), 0, None, step)):
        fitting = [names for names in every if shape[2] > 1 or not (names[1] == "softmax" or claims.every_class)]
        if not fitting:
            continue
        softmax = [names for names in fitting if names[1] == "softmax"]
        chosen = [options[index % len(options)] for options in (fitting, softmax) if options]
        for names in dict.fromkeys(chosen):
            case = combination(claims, *names, random, shape)
            if not claims.every_class or case.targets.any(axis=0).all():
                found.append(trial.oracle(case))
    return found


def _judge(trial: Trial, operation: Operation) -> None:
    settings = trial.settings
    known = trial.session.subject.shared(("equal numbers", settings.seed, settings.examples), lambda: _networks(trial))
    operation.judge_all(trial, known)


def _register(operation: Operation) -> None:
    what = operation.what.replace("one or two epochs", "one epoch")
    add(
        Check(
            f"drawn/equal-numbers-{operation.name}",
            f"{what} {operation.verb} right where samples, inputs, units or outputs are one, or as many as one another",
            _REQUIREMENTS[operation.name],
            operation.phase,
            operation.needs,
            lambda trial: _judge(trial, operation),
        )
    )


for _operation in OPERATIONS:
    _register(_operation)
