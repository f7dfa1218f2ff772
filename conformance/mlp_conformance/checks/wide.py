"""784-128-10 with a batch of 32: where kernels are blocked, fused and run in parallel, and errors of a narrow sum show.

It is reached in steps, each eight times the work of the one before, and each judged. Who computes number by number would
take minutes: what is foreseen to take longer than its time is left out, and the report says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Claims, Unsupported
from mlp_conformance.guards import restrained, without_biases
from mlp_conformance.strategies import combinations
from mlp_conformance.subject import RaisedError
from mlp_reference.formats import FORMATS
from mlp_reference.network import Case, Layer, Network
from mlp_reference.oracle import Oracle

#: Sizes and batch of each step; the work grows by eight. The first ones tell how long the others may take.
STEPS = (((24, 4, 10), 1), ((49, 8, 10), 2), ((98, 16, 10), 4), ((196, 32, 10), 8), ((392, 64, 10), 16), ((784, 128, 10), 32))
#: Seconds that a call may be foreseen to take: by default, and under --thorough.
USUAL, THOROUGH = 2.0, 120.0
#: What an implementation may raise for lack of room or time.
_TOO_MUCH = (RecursionError, MemoryError, TimeoutError)


@dataclass(frozen=True)
class _Wide:
    """One step's case in a format, its oracle shared by the checks of one run."""

    case: Case
    oracle: Oracle


@lru_cache(maxsize=4)
def _wide(
    names: tuple[str, str, str, str], sizes: tuple[int, ...], batch: int, has_biases: tuple[bool, bool], dtype: str, seed: int
) -> _Wide:
    """A wide network with those names, and standardised inputs of which half are 0, as in pictures."""
    hidden, output, loss, reduction = names
    claims, format = Claims(hidden_biases=has_biases[0], biases=has_biases[1]), FORMATS[dtype]
    random = np.random.default_rng(seed)
    layers = [
        Layer(format.nearest(random.normal(size=(a, b)) / np.sqrt(a)), format.nearest(random.normal(size=b) / 4), hidden)
        for a, b in pairwise(sizes)
    ]
    layers[-1] = Layer(layers[-1].weights, layers[-1].biases, output)
    inputs = format.nearest(random.normal(size=(batch, sizes[0])) * random.integers(0, 2, (batch, sizes[0])))
    network = Network(tuple(without_biases(claims, layers)), loss, reduction)
    targets = np.eye(sizes[-1])[random.integers(0, sizes[-1], batch)]
    case = Case(restrained(network, inputs, format), inputs, targets)
    return _Wide(case, Oracle(case, format))


def _climb(trial: Trial, wanted: Callable[[Oracle], Any], judge: Callable[[Case, Oracle], None]) -> None:
    """Judge each step as long as the next is not foreseen to take too long; what is wanted of the oracle is not timed.

    Where answers do not come at once there is no time to be foreseen, and what is asked may not depend on it: every step.
    """
    claims = trial.claims
    if claims.sizes or claims.max_hidden_layers == 0 or claims.min_hidden_layers > 1 or _guarded(claims):
        raise Unsupported("784-128-10 lies outside what is claimed")
    names = combinations(claims)
    chosen = names[np.random.default_rng(trial.settings.seed).integers(0, len(names))]
    limit = THOROUGH if trial.settings.thorough else USUAL
    spent = 0.0
    for (n_in, n_hidden, n_out), m in STEPS:
        sizes = (n_in, n_hidden, min(n_out, claims.max_outputs or n_out))
        batch = min(m, claims.max_batch or m)
        biases = claims.hidden_biases, claims.biases
        wide = _wide(chosen, sizes, batch, biases, claims.dtype, trial.settings.seed)
        wanted(wide.oracle)
        start = time.perf_counter()
        try:
            judge(wide.case, wide.oracle)
        except RaisedError as error:
            if not isinstance(error.__cause__, _TOO_MUCH):
                raise
            trial.note = f"{_named(sizes, batch)} left out: {type(error.__cause__).__name__}"
            break
        trial.answered += 1
        took = time.perf_counter() - start
        grown, spent = 8 * (took - spent) + took, took
        if trial.settings.live and grown > limit and sizes[0] < STEPS[-1][0][0]:
            trial.note = f"judged up to {_named(sizes, batch)}; what is wider would take too long: --thorough judges it"
            break
    if not trial.answered:
        raise Unsupported(trial.note)


def _named(sizes: tuple[int, ...], batch: int) -> str:
    return f"{'-'.join(map(str, sizes))} with a batch of {batch}"


def _guarded(claims: Claims) -> bool:
    """Whether cross-entropies come with constants, which drawn networks judge under both of their readings (LOSS-10)."""
    return bool(claims.log_epsilon or claims.probability_clip) and set(claims.losses) <= {
        "cross_entropy",
        "binary_cross_entropy",
    }


@check(
    "wide/forward",
    "the activations of 784-128-10 with a batch of 32 are right",
    "FWD-2",
    "NET-3",
    phase="forward",
    needs=("forward",),
)
def forward(trial: Trial) -> None:
    _climb(trial, lambda oracle: oracle.activations, trial.check_forward)


@check("wide/loss", "the loss of 784-128-10 with a batch of 32 is right", "LOSS-5", phase="forward", needs=("loss",))
def loss(trial: Trial) -> None:
    _climb(trial, lambda oracle: oracle.loss, trial.check_loss)


@check("wide/gradients", "the gradients of 784-128-10 with a batch of 32 are right", "BACK-4", "BACK-5", phase="gradients")
def gradients(trial: Trial) -> None:
    _climb(trial, lambda oracle: oracle.gradients, trial.check_gradients)
