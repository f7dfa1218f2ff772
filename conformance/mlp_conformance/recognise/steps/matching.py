"""Which readings explain the step that some calls take, and whether the calls are such that it tells anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from mlp_conformance.recognise.calling.layouts import has_inputs
from mlp_conformance.recognise.calling.mishaps import Kind, Mishap
from mlp_conformance.recognise.calling.rates import step_lengths
from mlp_conformance.recognise.numbers.readings import GradientReading, Parameters, agrees, factor, simplest
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.space import Forward
from mlp_reference.network import REDUCTIONS


def batches_for(forward: Forward, lines: list[str]) -> list[int | None]:
    if not forward.layout.single:
        return [None]
    return [None, 1] if has_inputs(lines) else [1]


def matching(
    taken: Parameters, known: Iterable[tuple[GradientReading, Parameters]], search: Search, lines: list[str]
) -> list[GradientReading]:
    """The readings that explain a step, the likeliest first; with learning rates that the program has made its own."""
    biases = search.has_biases
    exact = next((reading for reading, expected in known if search.is_step(taken, expected)), None)
    if exact is not None or "learning_rate" in " ".join([*lines, *search.plan.make]):
        return [exact] if exact is not None else []
    ratios = [(reading, factor(taken, expected, biases)) for reading, expected in known]
    fixed = [
        replace(reading, rate=simplest(ratio * search.asked.learning_rate)) for reading, ratio in ratios if ratio and ratio > 0
    ]
    constants = search.constants
    fixed = [r for r in fixed if r.rate in constants or r.rate == float(f"{r.rate:.4g}")]  # nobody chooses 0.0229192
    own = step_lengths(search.program.tree)
    return sorted(
        fixed,
        key=lambda r: (
            r.rate not in own,
            r.rate not in constants,
            abs(np.log(r.rate or 1.0)),
            REDUCTIONS.index(r.reduction),
        ),
    )


def plausible(reading: GradientReading, forward: Forward, search: Search) -> bool:
    """Whether the loss that a step descends is one that the program may mean.

    With sigmoid outputs, a - y is right for the binary cross-entropy and lacks a derivative for a squared error; with
    softmax, (a - y) a (1 - a) has one too many or half a Jacobian. What the program's text says its loss is decides.
    """
    if reading.loss == "binary_cross_entropy":
        return "squared" not in search.families or "log" in search.families
    if forward.reading.output in ("sigmoid", "softmax") and reading.loss.endswith("squared_error"):
        return "log" not in search.families or "squared" in search.families
    return True


def is_sound(search: Search, lines: list[str], batch: int | None, epochs: int, taken: Parameters) -> bool:
    """Whether the statements do the same again, and start from the parameters that they are given."""
    again = search.taken(lines, batch, epochs)
    if again is None:
        return False
    parts = [(x, y) for one, two in zip(taken, again[1], strict=True) for x, y in zip(one, two, strict=True)]
    if not all(
        np.array_equal(x, y, equal_nan=True) or agrees(x, y) for x, y in parts
    ):  # a batch in another order rounds otherwise
        again_said = "takes another step when it is asked the same again, as what draws, shuffles or remembers does"
        search.mishaps.add(Mishap(Kind.UNSTEADY, f"`{lines[-1]}` {again_said}"))
        return False
    moved = [(w * 1.01, b) for w, b in search.asked.parameters]
    other = replace(search, asked=replace(search.asked, parameters=moved)).taken(lines, batch, epochs)
    if other is None:
        return False
    before = [w - u for (w, _), (u, _) in zip(search.asked.parameters, taken, strict=True)]
    after = [w - u for (w, _), (u, _) in zip(moved, other[1], strict=True)]
    same = all(np.array_equal(x, y, equal_nan=True) for x, y in zip(before, after, strict=True))
    return not same or bool(np.isnan(before[0]).all())
