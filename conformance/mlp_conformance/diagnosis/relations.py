"""How wrong numbers stand to the right ones: a factor, a sign, a transposition, another order, a limit, a term too many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from mlp_conformance.subject import Call
from mlp_reference.oracle import Expected


@dataclass(frozen=True)
class Wrong:
    """A wrong array: which it is of the call's, what was got, what was expected. start: the parameter before training."""

    call: Call
    layer: int
    got: np.ndarray
    expected: Expected
    start: np.ndarray | None = None

    @property
    def samples(self) -> int:
        return len(self.call.case.inputs)

    @property
    def outputs(self) -> int:
        return int(self.call.case.targets.shape[1])

    @property
    def inputs(self) -> int:
        """Of the layer."""
        return int(self.call.case.network.layers[self.layer].weights.shape[0])

    @property
    def units(self) -> int:
        """Of the layer."""
        return int(self.call.case.network.layers[self.layer].weights.shape[1])

    @property
    def close(self) -> np.ndarray:
        """How near a number has to come to be called equal: a few bounds, or what printing loses."""
        return 8 * self.expected.bound + 1e-9 * np.abs(self.expected.high)

    def equals(self, other: np.ndarray) -> bool:
        return other.shape == self.got.shape and bool(np.all(np.abs(self.got - other) <= self.close))


#: What a constant factor may be made of; m samples, n outputs.
FACTORS: dict[str, Callable[[Wrong], float]] = {
    "-1": lambda wrong: -1.0,
    "2": lambda wrong: 2.0,
    "1/2": lambda wrong: 0.5,
    "4": lambda wrong: 4.0,
    "1/4": lambda wrong: 0.25,
    "m (the number of samples)": lambda wrong: float(wrong.samples),
    "1/m (m the number of samples)": lambda wrong: 1 / wrong.samples,
    "n (the number of outputs)": lambda wrong: float(wrong.outputs),
    "1/n (n the number of outputs)": lambda wrong: 1 / wrong.outputs,
    "m n (samples times outputs)": lambda wrong: float(wrong.samples * wrong.outputs),
    "1/(m n) (samples times outputs)": lambda wrong: 1 / (wrong.samples * wrong.outputs),
    "1/√m (m the number of samples)": lambda wrong: wrong.samples**-0.5,
    "√m (m the number of samples)": lambda wrong: wrong.samples**0.5,
    "2/m": lambda wrong: 2 / wrong.samples,
    "2/(m n)": lambda wrong: 2 / (wrong.samples * wrong.outputs),
    "m/2": lambda wrong: wrong.samples / 2,
    "m/(m + 1)": lambda wrong: wrong.samples / (wrong.samples + 1),
    "m/(m − 1)": lambda wrong: wrong.samples / (wrong.samples - 1) if wrong.samples > 1 else inf,
    "the learning rate": lambda wrong: float(wrong.call.case.learning_rate),
    "the number of the network's inputs": lambda wrong: float(wrong.call.case.inputs.shape[1]),
    "1/(the number of the network's inputs)": lambda wrong: 1 / wrong.call.case.inputs.shape[1],
    "the number of layers": lambda wrong: float(len(wrong.call.case.network.layers)),
    "1/(the number of layers)": lambda wrong: 1 / len(wrong.call.case.network.layers),
    "the number of the layer's units": lambda wrong: float(wrong.units),
    "1/(the number of the layer's units)": lambda wrong: 1 / wrong.units,
    "the number of the layer's inputs": lambda wrong: float(wrong.inputs),
    "1/(the number of the layer's inputs)": lambda wrong: 1 / wrong.inputs,
    "1/√(the number of the layer's inputs)": lambda wrong: wrong.inputs**-0.5,
}

#: Numbers with so many digits after the point, or more, may have them by chance.
_FEW_DIGITS = 9


def relation(arrays: list[Wrong], plural: bool) -> str:
    """What is so of all those arrays, as a sentence goes on behind their name; empty if nothing is."""
    is_, they = ("are", "they") if plural else ("is", "it")
    if all(bool(np.any(~np.isfinite(wrong.got))) for wrong in arrays):
        return f"{is_} not finite"
    if not all(bool(np.all(np.isfinite(wrong.got) & np.isfinite(wrong.expected.bound))) for wrong in arrays):
        return ""
    if all(np.array_equal(wrong.got, 0 * wrong.got if wrong.start is None else wrong.start) for wrong in arrays):
        return f"{is_} 0"
    factor = _factor(arrays)
    if factor:
        return f"{is_} {factor} times what {they} should be"
    if _all_several(arrays, lambda wrong: wrong.expected.high.T):
        return f"{is_} transposed"
    if _all_several(arrays, lambda wrong: wrong.expected.high[::-1]):
        return f"{is_} in reverse order"
    if all(wrong.got.ndim == 2 for wrong in arrays) and _all_several(arrays, lambda wrong: wrong.expected.high[:, ::-1]):
        return f"{is_} right with the columns in reverse order"
    if all(wrong.got.size > 1 and _is_reordered(wrong) for wrong in arrays):
        return f"{is_} in another order"
    number = _one_number(arrays)
    if number:
        return f"{is_} one number in all units of a layer: {number}"
    digits = _digits_kept(arrays)
    if digits is not None:
        return f"{is_} rounded to {digits} digits after the point"
    if all(np.array_equal(wrong.got, np.trunc(wrong.expected.high)) for wrong in arrays):
        return f"{is_} cut to whole numbers"
    limit = _limit(arrays)
    if limit:
        return f"{is_} cut off at {limit:.6g} in size"
    norm = _norm_kept(arrays)
    if norm:
        return f"{is_} scaled down to a norm of {norm:.6g}, where {they} should be longer"
    shift = _constant_added(arrays)
    if shift:
        return f"{is_} too {'large' if shift > 0 else 'small'} by {abs(shift):.4g} everywhere"
    term = _weights_added(arrays)
    if term:
        return f"{is_} too large by {term:.4g} times the weights"
    return _agreement(arrays, is_)


def _all_several(arrays: list[Wrong], changed: Callable[[Wrong], np.ndarray]) -> bool:
    return all(wrong.got.size > 1 and wrong.equals(changed(wrong)) for wrong in arrays)


def _factor(arrays: list[Wrong]) -> str:
    """The one factor of all the arrays: by name, or its digits if it is the same number everywhere."""
    ratios = [_ratio(wrong) for wrong in arrays]
    found = [(wrong, ratio) for wrong, ratio in zip(arrays, ratios, strict=True) if ratio is not None]
    if len(found) < len(arrays) or all(abs(ratio - 1) <= slack for _, (ratio, slack) in found):
        return ""
    for name, of in FACTORS.items():
        if all(abs(of(wrong) - ratio) <= slack for wrong, (ratio, slack) in found):
            return name
    ratio, slack = min((r for _, r in found), key=lambda item: item[1])
    if slack < 1e-4 and all(abs(other - ratio) <= slack + other_slack for _, (other, other_slack) in found):
        digits = 5 if abs(ratio - 1) > 1e-4 else min(17, int(4 - np.log10(abs(ratio - 1))))
        return f"{ratio:.{digits}g}" if abs(ratio) > slack else "0"
    return ""


def _ratio(wrong: Wrong) -> tuple[float, float] | None:
    """The one ratio of got to expected in an array, and how certain it is; None if there is none.

    Of trained parameters it is that of the steps, from the start to the end.
    """
    start = 0.0 if wrong.start is None else wrong.start
    got, right = wrong.got - start, (wrong.expected.high - start) + wrong.expected.low
    usable = np.abs(right) > 100 * wrong.expected.bound
    if not np.any(usable) or np.any(np.abs(got[~usable]) > 1e4 * wrong.expected.bound[~usable] + 1e-300):
        return None
    ratios = (got[usable] / right[usable]).ravel()
    slacks = (1 + np.abs(ratios)) * (4 * wrong.expected.bound[usable] / np.abs(right[usable])).ravel() + 1e-12
    best = int(np.argmin(slacks))
    if np.any(np.abs(ratios - ratios[best]) > slacks + slacks[best]):
        return None
    return float(ratios[best]), float(slacks[best])


def _is_reordered(wrong: Wrong) -> bool:
    """Whether the numbers are the right ones, and not in their places."""
    near = np.max(wrong.close)
    got, right = np.sort(wrong.got, axis=None), np.sort(wrong.expected.high, axis=None)
    displaced = np.any(np.abs(wrong.got - wrong.expected.high) > near)
    return bool(displaced and np.all(np.abs(got - right) <= near))


def _digits_kept(arrays: list[Wrong]) -> int | None:
    """To how many digits after the point all numbers are the right ones rounded; None if to none, or to nearly all."""
    for digits in range(_FEW_DIGITS):
        half = 0.5 * 10.0**-digits
        if all(
            np.array_equal(wrong.got, np.round(wrong.got, digits))
            and bool(np.all(np.abs(wrong.got - wrong.expected.high) <= half + wrong.close))
            for wrong in arrays
        ):
            return digits
    return None


def _limit(arrays: list[Wrong]) -> float:
    """The size beyond which numbers are cut off, where the largest is the same everywhere; 0 if there is none."""
    largest = [float(np.max(np.abs(wrong.got))) for wrong in arrays]
    limit = largest[0]
    if len(arrays) < 2 or limit == 0 or any(abs(other - limit) > 1e-9 * limit for other in largest):
        return 0.0
    return limit if all(wrong.equals(np.clip(wrong.expected.high, -limit, limit)) for wrong in arrays) else 0.0


def _one_number(arrays: list[Wrong]) -> str:
    """Where what should differ from unit to unit is one number, which of the right ones it is; of parameters: of the steps."""
    several = [wrong for wrong in arrays if wrong.got.ndim == 1 and wrong.got.size > 1]
    if len(several) < len(arrays):
        return ""
    steps = [(wrong.got - _from(wrong), wrong.expected.high - _from(wrong), wrong.close) for wrong in several]
    if any(np.ptp(got) > np.max(close) for got, _, close in steps):
        return ""
    choices: dict[str, Callable[[np.ndarray], np.floating[Any]]] = {
        "the mean of the right ones": np.mean,
        "the sum of the right ones": np.sum,
        "the first of the right ones": lambda right: right[0],
        "the last of the right ones": lambda right: right[-1],
    }
    for words, of in choices.items():
        if all(abs(got[0] - of(right)) <= right.size * np.max(close) for got, right, close in steps):
            return words
    return "none of the right ones, their mean or their sum"


def _from(wrong: Wrong) -> np.ndarray:
    return np.zeros_like(wrong.got) if wrong.start is None else wrong.start


def _norm_kept(arrays: list[Wrong]) -> float:
    """The norm that all arrays have, each along the right one, which is longer; 0 if there is none."""
    norms = []
    for wrong in arrays:
        got, right = wrong.got - _from(wrong), wrong.expected.high - _from(wrong)
        norm, longer = float(np.linalg.norm(got)), float(np.linalg.norm(right))
        if wrong.start is not None or not norm < longer or np.any(np.abs(got - right * norm / longer) > wrong.close):
            return 0.0
        norms.append(norm)
    slack = min((float(np.linalg.norm(wrong.close)) for wrong in arrays), default=0.0)
    return norms[0] if norms and np.ptp(norms) <= slack else 0.0


def _constant_added(arrays: list[Wrong]) -> float:
    """c where every number of every array is off by c; 0 if there is none."""
    off = np.concatenate([(wrong.got - wrong.expected.high).ravel() for wrong in arrays])
    slack = np.concatenate([np.broadcast_to(wrong.close, wrong.got.shape).ravel() for wrong in arrays])
    c = float(off[np.argmin(slack)])
    is_told = off.size > 2 and abs(c) > 100 * np.min(slack) and bool(np.all(np.abs(off - c) <= slack + np.min(slack)))
    return c if is_told else 0.0


def _weights_added(arrays: list[Wrong]) -> float:
    """c where each array is off by c times the layer's weights; 0 if there is none."""
    found = []
    for wrong in arrays:
        weights = np.asarray(wrong.call.case.network.layers[wrong.layer].weights, np.float64)
        off = wrong.got - wrong.expected.high
        square = float(np.sum(weights * weights))
        if wrong.start is not None or weights.shape != off.shape or square == 0:
            return 0.0
        c = float(np.sum(off * weights)) / square
        if np.any(np.abs(off - c * weights) > wrong.close + 1e-6 * np.abs(off)):
            return 0.0
        found.append(c)
    return found[0] if all(abs(c - found[0]) <= 1e-4 * abs(found[0]) for c in found) else 0.0


def _agreement(arrays: list[Wrong], is_: str) -> str:
    """How many digits are right, where that is three or more of every array's largest number."""
    off = [
        float(np.max(np.abs(wrong.got - wrong.expected.high)) / max(float(np.max(np.abs(wrong.expected.high))), 1e-300))
        for wrong in arrays
    ]
    digits = int(-np.log10(max(off)))
    return f"{is_} right to {digits} digits and no further" if digits >= 3 else ""
