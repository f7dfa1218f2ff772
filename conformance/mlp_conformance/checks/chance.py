"""What an implementation draws itself, judged in distribution with an exact error probability (RAND-1 to RAND-4)."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, log
from typing import Any

import numpy as np

from mlp_conformance import chance
from mlp_conformance.answers import MalformedAnswer, Parameters, Withheld, parameters, real_array, shaped
from mlp_conformance.checks.comparing import Failed
from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Claims, Unsupported
from mlp_conformance.subject import Session, SubjectError
from mlp_reference.network import Case, Layer, Network
from mlp_reference.starts import certified, xor

#: The document's law: uniform on [0, 1).
DOCUMENT = (0.0, 1.0)
#: Weights of the smallest layer that are drawn, in at most so many networks.
_WEIGHTS, _NETWORKS = 3_000, 400
#: Starts that are trained at most, and the seconds that they may take.
_STARTS, _SECONDS = 400, 120.0
#: A mask's samples and units, and how many are drawn of each.
_MASK, _MASKS = (24, 32), 12


@dataclass(frozen=True)
class _Draws:
    """A session that is asked for what it draws: with another seed each time, where seeds are claimed."""

    trial: Trial

    @property
    def claims(self) -> Claims:
        return self.trial.claims

    def initial(self, sizes: tuple[int, ...], seed: int, session: Session | None = None) -> Parameters:
        """(weights, biases) of every layer; SubjectError for an answer of another form."""
        session = session or self.trial.session
        layers = [Layer(np.zeros((m, n)), np.zeros(n), "sigmoid") for m, n in pairwise(sizes)]
        answer = session.raw("initial", sizes, **self._seeded(seed))
        try:
            return parameters(answer, Network(tuple(layers)), "the initial parameters", self.claims.with_biases(len(layers)))
        except MalformedAnswer as error:
            raise SubjectError(f"initial: {error}") from error

    def mask(self, shape: tuple[int, int], dropout: float, seed: int) -> np.ndarray:
        answer = self.trial.session.raw("mask", *shape, dropout, **self._seeded(seed))
        try:
            found = shaped(real_array(answer, "the mask"), shape, "the mask")
        except MalformedAnswer as error:
            raise SubjectError(f"mask: {error}") from error
        if not np.isin(found, (0, 1)).all():
            raise Failed("A mask has numbers other than 0 and 1.")
        return found

    def _seeded(self, seed: int) -> dict[str, int]:
        return {"seed": seed} if self.claims.seeds else {}


def _draws(trial: Trial, operation: str) -> _Draws:
    if not callable(getattr(trial.session.adapter, operation, None)):
        raise Unsupported(f"the implementation has no {operation}")
    return _Draws(trial)


@contextlib.contextmanager
def _same_chance(seed: int) -> Iterator[None]:
    """NumPy's and Python's global generators at a seed, and afterwards as they were: same seed, same verdict."""
    kept = np.random.get_state(), random.getstate()
    np.random.seed(seed % 2**32)
    random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(kept[0])
        random.setstate(kept[1])


# ---- initial weights


@check(
    "random/initial-weights",
    "initial weights are independent and uniform between the ends that are claimed, and initial biases are 0",
    "RAND-1",
    phase="conduct",
)
def initial_weights(trial: Trial) -> None:
    """Where nothing is claimed, whether they are the document's is told, and nothing is held against anyone."""
    draws = _draws(trial, "initial")
    with _same_chance(trial.seed):
        if trial.claims.initial_weights is not None:
            trial.note = _judged(draws, trial.claims.initial_weights)
            return
        try:
            trial.note = f"as in the document's program: {_judged(draws, DOCUMENT)}"
        except Failed as failure:
            message = str(failure)
            raise Unsupported(
                "nothing is claimed of the initial weights (claim initial_weights), and they are not those of the document's "
                f"program: {message[0].lower()}{message[1:]}"
            ) from failure


def _judged(draws: _Draws, ends: tuple[float, float]) -> str:
    """What was found, in a line; Failed if it cannot be."""
    low, high = map(float, ends)
    sizes = _sizes(draws.claims)
    smallest = min(m * n for m, n in pairwise(sizes))
    count = max(8, min(_NETWORKS, ceil(_WEIGHTS / smallest)))
    drawn = [draws.initial(sizes, seed) for seed in _seeds(draws.trial, count)]
    if all(_equal(drawn[0], other) for other in drawn[1:]):
        raise Failed(f"All of {count} networks start with the same weights.")
    between = f"[{low:g}, {high:g})"
    rounding = 4 * draws.trial.format.unit_roundoff * (abs(low) + abs(high))
    layers = [np.stack([pairs[k][0] for pairs in drawn]) for k in range(len(sizes) - 1)]
    for k, (weights, (_, biases)) in enumerate(zip(layers, drawn[0], strict=True), 1):
        outside = ~((weights >= low - rounding) & (weights <= high + rounding))
        if outside.any():
            raise Failed(f"Initial weights of layer {k} lie outside {between}, such as {weights[outside][0]:g}.")
        if any(np.any(pairs[k - 1][1] != 0) and not isinstance(pairs[k - 1][1], Withheld) for pairs in drawn):
            raise Failed(f"Initial biases of layer {k} are not 0, such as {np.ravel(biases)[0]:g}.")
    grid = 2 * (chance.GRID + rounding / (high - low))
    uniform = [(weights - low) / (high - low) for weights in layers]
    tests = dict(_numbers(uniform))
    for words, numbers in tests.items():
        found = chance.distance(numbers, grid)
        if found.log_probability <= log(chance.STARTS / len(tests)):
            how = words.format(between)
            raise Failed(
                f"{how}: their distribution is {found.value:.3g} off over {found.count:,} numbers, which has a probability of "
                f"at most {chance.said(found.log_probability)} (Kolmogorov-Smirnov)."
            )
    fewest = min(weights.size for weights in uniform)
    apart = chance.seen(fewest, chance.STARTS / len(tests), 1e-3, grid)
    total = sum(weights.size for weights in uniform)
    return (
        f"{total:,} weights of {len(drawn)} networks are compatible with {between}; of a law that is {apart:.2g} off, 999 in "
        "1,000 samples would not be"
    )


def _numbers(layers: list[np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """Numbers that are all independent and uniform on [0, 1) if the weights are: these, and sums and differences modulo 1.

    layers: for each the weights of every network, K x n_in x n_out.
    """
    for k, weights in enumerate(layers, 1):
        yield f"The initial weights of layer {k} are not uniform on {{}}", weights
        for along, flat in (("row", weights), ("column", weights.swapaxes(1, 2))):
            flat = flat.reshape(len(flat), -1)
            if flat.shape[1] > 1:
                how = f"The initial weights of layer {k} depend on those beside them, {along} by {along}"
                yield f"{how}, by their difference", np.diff(flat, axis=1) % 1
                yield f"{how}, by their sum", (flat[:, 1:] + flat[:, :-1]) % 1
        again = f"The initial weights of layer {k} depend on those of the network before"
        yield f"{again}, by their difference", np.diff(weights, axis=0) % 1
        yield f"{again}, by their sum", (weights[1:] + weights[:-1]) % 1
    for k, (one, other) in enumerate(pairwise(layers), 1):
        shared = min(one[0].size, other[0].size)
        pair = [weights.reshape(len(weights), -1)[:, :shared] for weights in (one, other)]
        how = f"The initial weights of layers {k} and {k + 1} depend on each other"
        yield f"{how}, by their difference", (pair[1] - pair[0]) % 1
        yield f"{how}, by their sum", (pair[1] + pair[0]) % 1


def _seeds(trial: Trial, count: int) -> list[int]:
    """Seeds far apart: those of simple generators give numbers alike where they are neighbours."""
    return [int(seed) for seed in trial.generator.integers(2**31, size=count)]


def _sizes(claims: Claims) -> tuple[int, ...]:
    if claims.sizes is not None:
        return tuple(claims.sizes)
    depth = 0 if claims.max_hidden_layers == 0 else max(1, claims.min_hidden_layers)
    return (24, *[32] * depth, min(16, claims.max_outputs or 16))


# ---- seeds


@check("random/seed", "the same seed gives the same start, another seed another one", "RAND-2", phase="conduct")
def seed(trial: Trial) -> None:
    draws = _draws(trial, "initial")
    if not trial.claims.seeds:
        raise Unsupported("seeds are not claimed")
    sizes = _sizes(trial.claims)
    starts = {seed: draws.initial(sizes, seed) for seed in (7, 8, 9)}
    fresh = trial.session.subject.session()
    for seed, where in ((7, trial.session), (8, fresh), (7, fresh)):
        again = draws.initial(sizes, seed, where)
        if not _equal(starts[seed], again):
            raise Failed(f"The seed {seed} gave other initial weights the second time.")
    count = sum(m * n for m, n in pairwise(sizes))
    if chance.GRID**count <= chance.SEEDS / 3 and any(_equal(starts[a], starts[b]) for a, b in ((7, 8), (8, 9), (7, 9))):
        raise Failed(f"Two seeds gave the same {count:,} initial weights.")
    trial.note = f"{count:,} weights, bit for bit"


def _equal(one: Parameters, other: Parameters) -> bool:
    pairs = zip(one, other, strict=True)
    return all(np.array_equal(a, b, equal_nan=True) for pair in pairs for a, b in zip(*pair, strict=True))


# ---- starts that converge


@check(
    "random/convergence",
    "XOR training converges from as many random starts as is certified",
    "RAND-3",
    phase="conduct",
    needs=("train", "forward"),
)
def convergence(trial: Trial) -> None:
    """3,000 epochs from every start: a tenth of a second each, so under --thorough alone."""
    draws, case = _draws(trial, "initial"), xor()
    if trial.claims.initial_weights is None or tuple(trial.claims.initial_weights) != DOCUMENT:
        raise Unsupported("the proportion is certified for initial weights that are claimed to be uniform on [0, 1)")
    if trial.claims.dtype != "float64" or trial.claims.always:
        raise Unsupported("the proportion is certified for plain training in float64")
    if not trial.claims.admit(case.network, len(case.inputs)):
        raise Unsupported("the document's XOR network lies outside what is claimed")
    if not trial.settings.thorough:
        raise Unsupported("some hundred starts of 3,000 epochs take too long: --thorough judges them")
    known, began = certified(), time.perf_counter()
    test = chance.Counted(known.low, known.high, chance.CONVERGENCE)
    with _same_chance(trial.seed):
        for seed in _seeds(trial, _STARTS):
            if test.is_rejected or time.perf_counter() - began > _SECONDS:
                break
            test.add(int(_converges(trial, draws, case, seed)), 1)
    says = (
        f"{test.successes} of {test.count} starts converge; certified of {known.count} starts is a proportion from "
        f"{float(known.low):.3f} to {float(known.high):.3f}"
    )
    if test.is_rejected:
        raise Failed(f"{says}, with which that is compatible with a probability of at most {test.probability}.")
    trial.note = says


def _converges(trial: Trial, draws: _Draws, case: Case, seed: int) -> bool:
    start = case.network.with_parameters(draws.initial(case.network.sizes, seed))
    kept, trial.session.log = trial.session.log, None  # no hypothesis is tried on thousands of epochs
    try:
        given: Any = replace(case, network=start).map(lambda values: np.array(values, dtype=np.float64))
        got = trial.session.train(given)
        output = trial.session.forward(replace(given, network=start.with_parameters(got.parameters)))[-1]
    finally:
        trial.session.log = kept
    return bool(np.all(np.abs(output - given.targets) < 0.5))


# ---- dropout masks


@check(
    "random/masks",
    "dropout masks have as many zeros as is asked for, independent of each other",
    "RAND-4",
    phase="conduct",
)
def masks(trial: Trial) -> None:
    draws = _draws(trial, "mask")
    asked = (0.25, 0.5)
    with _same_chance(trial.seed):
        seeds = _seeds(trial, _MASKS)
        counted = [_counted_masks(draws, p, chance.MASKS / (4 * len(asked)), seeds) for p in asked]
    trial.note = f"{sum(counted):,} numbers of masks"


def _counted_masks(draws: _Draws, p: float, error: float, seeds: list[int]) -> int:
    """Numbers counted, in masks of probability p of a 0; Failed if they cannot be right."""
    unlike = 2 * p * (1 - p)
    tests = {
        "zeros": chance.Counted(p, p, error),
        "zeros beside ones of the sample before": chance.Counted(unlike, unlike, error),
        "zeros beside ones of the unit before": chance.Counted(unlike, unlike, error),
        "zeros where the mask before has ones, or ones where it has zeros": chance.Counted(unlike, unlike, error),
    }
    for two in zip(seeds[::2], seeds[1::2], strict=True):
        pair = np.stack([draws.mask(_MASK, p, seed) for seed in two])
        counted = (1 - pair, *(_unlike(pair, axis) for axis in (1, 2, 0)))
        for (words, test), found in zip(tests.items(), counted, strict=True):
            test.add(int(found.sum()), found.size)
            if test.is_rejected:
                raise Failed(
                    f"Masks of dropout {p:g} have {test.successes} {words} among {test.count}, expected are about "
                    f"{test.low * test.count:.0f}: the probability is at most {test.probability}."
                )
    return next(iter(tests.values())).count


def _unlike(masks: np.ndarray, axis: int) -> np.ndarray:
    """Whether numbers 0 and 1, 2 and 3, ... along an axis differ."""
    one, other = (np.take(masks, range(first, masks.shape[axis], 2), axis) for first in (0, 1))
    return np.asarray(one != other)
