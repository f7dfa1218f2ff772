"""From how many random starts XOR training converges, certified start by start (RAND-3); `python -m mlp_reference.starts`.

A start has the document's law: weights uniform on [0, 1), here multiples of 2^-53 from a seeded PCG64, and biases 0. Each is
trained for 3,000 epochs at the document's learning rate by an ordinary float64 program. Around its parameters the errors of
two programs are carried along (see `carrying`), so that the exact run and every right float64 program, whatever its order of
summation, lies within what comes out; the outputs of all these parameters, on balls, say whether all of them converge, none
does, or neither is certain. What is stored are the counts, and the interval of Clopper and Pearson that follows.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mlp_reference.activations import sigmoid
from mlp_reference.balls import BallArray, precision
from mlp_reference.carrying import Epochs
from mlp_reference.chance import greatest_probability, least_probability
from mlp_reference.data import fixtures_folder
from mlp_reference.fixtures import digest, unchanged
from mlp_reference.formats import FLOAT64
from mlp_reference.layout import laid_out
from mlp_reference.mlp import Algorithm, Parameters
from mlp_reference.network import Case
from mlp_reference.specification import version
from mlp_reference.training import runs
from mlp_reference.training_map import TrainingMap

#: The sample that is stored, and the probability that its interval misses the proportion.
SEED, COUNT, ERROR = 1986, 500, Fraction(1, 5 * 10**9)
#: After so many epochs a start has converged or not; the document's 10,000 free few of the others.
EPOCHS = 3_000
#: Every output lies on its target's side of 1/2, and this far from it, so that rounding decides nothing.
_APART = Fraction(1, 100)
#: Starts that are trained side by side.
_TOGETHER = 20

_NOTES = {
    "sample": "weight k of start s is the number 6 s + k of PCG64(seed).random_raw, shifted right by 11 bits, times 2^-53: "
    "W1 row by row, then W2; biases are 0",
    "stuck": "the starts from which the exact run and every right float64 program has an output on the wrong side of 1/2 "
    "after the last epoch; from all others but those undecided every one of them has all four on the right side",
    "interval": "of Clopper and Pearson, exactly, rounded outwards to 20 bits: the probability that a right program "
    "converges from a random start, but for the probability `error` that this sample misleads",
}


def start(number: int, seed: int = SEED) -> Parameters:
    """(weights, biases) of both layers, float64."""
    generator = np.random.PCG64(seed)
    generator.advance(6 * number)
    drawn = (generator.random_raw(6) >> np.uint64(11)) * 2.0**-53
    return [(drawn[:4].reshape(2, 2), np.zeros(2)), (drawn[4:].reshape(2, 1), np.zeros(1))]


def xor() -> Case:
    """The first epochs of the document's run: XOR at 1/2. Its start is replaced."""
    return replace(runs()["document-xor"].case, epochs=EPOCHS)


def trained(starts: list[Parameters], epochs: int) -> np.ndarray:
    """The parameters of every start after each epoch, N x (epochs + 1) x 9: W1 row by row, b1, W2, b2.

    An ordinary program in float64, for all starts at once.
    """
    case = xor().map(lambda values: np.array(values, dtype=float))
    x, y, rate = case.inputs, case.targets, float(case.learning_rate)
    w1, b1, w2, b2 = (np.stack([pair[layer][part] for pair in starts]) for layer in (0, 1) for part in (0, 1))
    b1, b2 = b1[:, None], b2[:, None]
    found = np.empty((len(starts), epochs + 1, 9))
    for k in range(epochs + 1):
        found[:, k] = np.concatenate([part.reshape(len(starts), -1) for part in (w1, b1, w2, b2)], axis=1)
        hidden = sigmoid(x @ w1 + b1)
        output = sigmoid(hidden @ w2 + b2)
        delta = (output - y) * (output * (1 - output))
        before = (delta @ w2.swapaxes(1, 2)) * (hidden * (1 - hidden))
        w2, b2 = w2 - rate * (hidden.swapaxes(1, 2) @ delta), b2 - rate * delta.sum(axis=1, keepdims=True)
        w1, b1 = w1 - rate * (x.T @ before), b1 - rate * before.sum(axis=1, keepdims=True)
    return found


def outcome(parameters: Parameters, centres: np.ndarray) -> str:
    """ "converged", "stuck" or "undecided", of the exact run and of every right float64 program; centres: one such run."""
    given = xor()
    case = replace(given, network=given.network.with_parameters(parameters), epochs=len(centres) - 1)
    steps = TrainingMap(case)
    epochs = Epochs(steps, centres, (case.epochs,), FLOAT64, lambda rounding, first, last: 2 * rounding)
    error = epochs.errors(np.zeros(9)).get(case.epochs)
    return "undecided" if error is None else _side(case, steps, centres[-1], error)


def _side(case: Case, steps: TrainingMap, centre: np.ndarray, error: np.ndarray) -> str:
    from flint import arb

    with precision(64):
        balls = np.array([arb(c, e) for c, e in zip(centre.tolist(), error.tolist(), strict=True)], dtype=object)
        layers = [(BallArray(w), BallArray(b)) for w, b in steps.parts(balls)[0]]
        exact = case.map(BallArray.exact)
        output = Algorithm().forward(exact.network.with_parameters(layers), exact.inputs)[-1]
        off = np.abs(output.balls - exact.targets.balls).ravel()
    nearer, farther = (arb(side.numerator) / side.denominator for side in (Fraction(1, 2) - _APART, Fraction(1, 2) + _APART))
    if all(distance < nearer for distance in off):
        return "converged"
    return "stuck" if any(distance > farther for distance in off) else "undecided"


def outcomes(first: int, last: int, seed: int = SEED) -> Iterator[str]:
    """The outcome of every start from `first` to before `last`; half a second each."""
    epochs = xor().epochs
    for begin in range(first, last, _TOGETHER):
        drawn = [start(number, seed) for number in range(begin, min(begin + _TOGETHER, last))]
        for parameters, centres in zip(drawn, trained(drawn, epochs), strict=True):
            yield outcome(parameters, centres)


@dataclass(frozen=True)
class Proportion:
    """What a sample of starts says: how many of them converge, and between what the probability lies."""

    count: int
    stuck: tuple[int, ...]
    undecided: tuple[int, ...]
    low: Fraction
    high: Fraction
    error: Fraction

    @property
    def converged(self) -> int:
        return self.count - len(self.stuck) - len(self.undecided)


def proportion(found: list[str], error: Fraction = ERROR) -> Proportion:
    """The exact interval; what is undecided counts as stuck for its lower end, as converged for its upper one."""
    stuck, undecided = (tuple(k for k, said in enumerate(found) if said == which) for which in ("stuck", "undecided"))
    count, converged = len(found), len(found) - len(stuck) - len(undecided)
    low = least_probability(converged, count, error / 2)
    high = greatest_probability(count - len(stuck), count, error / 2)
    return Proportion(count, stuck, undecided, low, high, error)


@cache
def certified() -> Proportion:
    """The stored proportion. Raises FixtureError if its file is missing, or not as it was written."""
    document = unchanged(_path())
    ends = document["interval"]
    return Proportion(
        document["sample"]["starts"],
        tuple(document["stuck"]),
        tuple(document["undecided"]),
        Fraction(ends["low"]),
        Fraction(ends["high"]),
        Fraction(ends["error"]),
    )


def text(found: list[str], seed: int = SEED) -> str:
    """The stored file's text."""
    said = proportion(found)
    document: dict[str, Any] = {
        "suite": "mlp-conformance",
        "specification": version(),
        "notes": _NOTES,
        "sample": {"generator": "PCG64", "seed": seed, "starts": said.count, "epochs": xor().epochs, "learning_rate": "1/2"},
        "converged": said.converged,
        "stuck": list(said.stuck),
        "undecided": list(said.undecided),
        "interval": {"error": str(said.error), "low": str(said.low), "high": str(said.high)},
    }
    return laid_out({"digest": digest(document), **document})


def _path() -> Path:
    return fixtures_folder() / "statistics" / "xor-starts.json"


def main() -> int:
    """Certify the starts of the stored sample, and write its file; or say whether it is the same (--check)."""
    given = argparse.ArgumentParser(description=main.__doc__)
    given.add_argument("--keep", type=Path, help="keep outcomes in this file, and go on from it where it is there already")
    given.add_argument("--minutes", type=float, default=0, help="stop after so long; --keep goes on (default: to the end)")
    given.add_argument("--check", action="store_true", help="write nothing: 1 if the stored file says otherwise")
    options = given.parse_args()
    began = time.perf_counter()
    found: list[str] = json.loads(options.keep.read_text()) if options.keep and options.keep.exists() else []
    for said in outcomes(len(found), COUNT):
        found.append(said)
        if options.keep:
            options.keep.write_text(json.dumps(found))
        if len(found) % 20 == 0:
            print(f"{len(found)} of {COUNT} starts, {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        if options.minutes and time.perf_counter() - began > 60 * options.minutes:
            break
    if len(found) < COUNT:
        return 1
    if options.check:
        return int(_path().read_text(encoding="utf-8") != text(found))
    _path().parent.mkdir(exist_ok=True)
    _path().write_text(text(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
