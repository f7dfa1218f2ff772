"""Demonstrations of what the source document says of training, each with certified numbers (spec/demonstrations.md)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from mlp_reference.balls import precision
from mlp_reference.counting import multiplications
from mlp_reference.data import spec_folder
from mlp_reference.decimals import certain_digits
from mlp_reference.examples import Example, parse_example
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case
from mlp_reference.specification import blocks
from mlp_reference.trajectory import BITS, Trajectory


@dataclass(frozen=True)
class ShownRun:
    """A run of a demonstration: its example, its checkpoints, and samples that it is not trained on, if there are any."""

    example: Example
    checkpoints: tuple[int, ...]
    unseen: Example | None

    def losses(self) -> list[tuple[int, str, str]]:
        """(epoch, the loss there, that of the unseen samples or ""), certified to 50 digits; some seconds."""
        trajectory = Trajectory(self.example.case(self.checkpoints[-1]), self.checkpoints)
        found = []
        for epoch in self.checkpoints:
            told = [_loss(trajectory, epoch, example) for example in (self.example, self.unseen) if example is not None]
            found.append((epoch, told[0], told[1] if len(told) > 1 else ""))
        return found


@dataclass(frozen=True)
class Count:
    """A network's sizes and a number of samples, of which an epoch's multiplications are counted."""

    sizes: tuple[int, ...]
    samples: int

    @property
    def weights(self) -> int:
        return sum(m * n for m, n in pairwise(self.sizes))

    def multiplications(self) -> int:
        return multiplications(self.sizes, self.samples)


@dataclass(frozen=True)
class Demonstration:
    """One of them: its text, the runs that it tells of, and what is counted."""

    id: str
    title: str
    text: str
    runs: tuple[ShownRun, ...]
    counts: tuple[Count, ...] = ()


@cache
def demonstrations() -> dict[str, Demonstration]:
    """Every demonstration by id, in the order of the text."""
    found = {}
    for id, title, body in blocks("demonstrations.md"):
        named = re.search(r"^Runs: (.*)\.$", body, re.MULTILINE)
        runs = tuple(_run(name) for name in named.group(1).split(", ")) if named else ()
        counted = re.search(r"^Counts: (.*)\.$", body, re.MULTILINE)
        counts = tuple(_count(*each.split(" with ")) for each in counted.group(1).split(", ")) if counted else ()
        found[id] = Demonstration(id, title, body.strip(), runs, counts)
    return found


def _count(sizes: str, samples: str) -> Count:
    return Count(tuple(map(int, sizes.split("-"))), int(samples))


def _run(name: str) -> ShownRun:
    path = spec_folder() / "demonstrations" / f"{name}.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    checkpoints, unseen = document.pop("checkpoints"), document.pop("unseen", None)
    example = parse_example(json.dumps(document), str(path), name)
    others = None if unseen is None else parse_example(json.dumps(document | unseen), str(path), name)
    return ShownRun(example, tuple(checkpoints), others)


def _loss(trajectory: Trajectory, epoch: int, example: Example) -> str:
    def loss(case: Case) -> Any:
        batch = example.case(0).map(type(case.inputs).exact)
        return Algorithm().loss(case.network, batch.inputs, batch.targets)

    with precision(BITS):
        (ball,) = np.ravel(trajectory.value(epoch, loss))
        return certain_digits(ball)
