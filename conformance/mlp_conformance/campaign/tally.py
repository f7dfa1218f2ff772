"""What a chunk of cases amounts to, and many of them together: memory grows with the strata, never with the cases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from mlp_conformance.campaign.judging import QUANTITIES, Row

#: Cases that came nearest to a bound, kept for the summary.
_NEAREST = 20
#: Failing cases of one kind that are kept by number: the smallest.
_EXAMPLES = 5

#: What a chunk says of each stratum that it met.
NEAR = np.dtype([("stratum", np.int32), ("cases", np.int32), ("case", np.int64), ("ratio", np.float64, len(QUANTITIES))])


class Near(NamedTuple):
    """A number that came near its bound: how near (negative, so that the nearest sorts first), and where."""

    minus_ratio: float
    case: int
    implementation: int
    quantity: str
    worst: str

    @property
    def ratio(self) -> float:
        return -self.minus_ratio


@dataclass
class Tally:
    """Counts over some cases.

    verdicts: by (implementation, quantity, verdict). spread: by implementation, the cases in turn that were judged; broken:
    all that failed. largest: by (implementation, quantity), over what passed. failures: by (implementation, symptom), how
    many, and (size, case) of the smallest. near: a record for each stratum met.
    """

    verdicts: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    spread: Counter[int] = field(default_factory=Counter)
    searched: Counter[int] = field(default_factory=Counter)
    broken: Counter[int] = field(default_factory=Counter)
    numbers: int = 0
    largest: dict[tuple[int, str], float] = field(default_factory=dict)
    nearest: list[Near] = field(default_factory=list)
    failures: dict[tuple[int, str], tuple[int, list[tuple[int, int]]]] = field(default_factory=dict)
    near: np.ndarray = field(default_factory=lambda: np.zeros(0, NEAR))

    def add(self, other: Tally) -> None:
        """Count the other's cases as well; the order of adding does not matter. `near` is left to `Standing`."""
        self.verdicts.update(other.verdicts)
        self.spread.update(other.spread)
        self.searched.update(other.searched)
        self.broken.update(other.broken)
        self.numbers += other.numbers
        for key, ratio in other.largest.items():
            self.largest[key] = max(ratio, self.largest.get(key, 0.0))
        self.nearest = sorted({*self.nearest, *other.nearest})[:_NEAREST]
        for group, (count, examples) in other.failures.items():
            before, known = self.failures.get(group, (0, []))
            self.failures[group] = (before + count, sorted({*known, *examples})[:_EXAMPLES])

    def text(self) -> str:
        """Everything but `near`, as JSON."""
        return json.dumps(
            {
                "verdicts": [[*key, count] for key, count in sorted(self.verdicts.items())],
                "spread": sorted(self.spread.items()),
                "searched": sorted(self.searched.items()),
                "broken": sorted(self.broken.items()),
                "numbers": self.numbers,
                "largest": [[*key, ratio] for key, ratio in sorted(self.largest.items())],
                "nearest": [[n.minus_ratio, n.case, n.implementation, n.quantity, n.worst] for n in self.nearest],
                "failures": [[*key, *found] for key, found in sorted(self.failures.items())],
            }
        )

    @staticmethod
    def read(text: str, near: bytes = b"") -> Tally:
        """The tally that `text` and the bytes of `near` keep."""
        d = json.loads(text)
        return Tally(
            Counter({(i, q, v): count for i, q, v, count in d["verdicts"]}),
            Counter(dict(d["spread"])),
            Counter(dict(d["searched"])),
            Counter(dict(d["broken"])),
            d["numbers"],
            {(i, q): ratio for i, q, ratio in d["largest"]},
            [Near(*fields) for fields in d["nearest"]],
            {(i, s): (count, [tuple(e) for e in examples]) for i, s, count, examples in d["failures"]},
            np.frombuffer(near, NEAR),
        )


def tally_of(rows: Iterable[Row], sizes: dict[int, int], searched: set[int]) -> Tally:
    """What the rows of a chunk amount to. sizes: numbers in each case; searched: the cases that belong to the search."""
    found = Tally()
    strata: dict[int, tuple[set[int], list[float], tuple[float, int]]] = {}
    judged: set[tuple[int, int]] = set()
    broken: set[tuple[int, int]] = set()
    nearest: dict[int, Near] = {}
    for row in rows:
        who, place = row.implementation, (row.implementation, row.case)
        found.verdicts[who, row.quantity, row.verdict] += 1
        found.numbers += row.judged
        if row.judged or row.is_broken:
            judged.add(place)
        if row.is_broken:
            broken.add(place)
        if row.symptom:
            count, examples = found.failures.get((who, row.symptom), (0, []))
            found.failures[who, row.symptom] = (count + 1, sorted([*examples, (sizes[row.case], row.case)])[:_EXAMPLES])
        if row.verdict == "passed":
            found.largest[who, row.quantity] = max(row.over_bound, found.largest.get((who, row.quantity), 0.0))
            near = Near(-row.over_bound, row.case, who, row.quantity, row.worst)
            nearest[row.case] = min(near, nearest.get(row.case, near))
        cases, ratios, best = strata.get(row.stratum, (set(), [0.0] * len(QUANTITIES), (0.0, 0)))
        cases.add(row.case)
        index = QUANTITIES.index(row.quantity)
        ratios[index] = max(ratios[index], row.over_bound)
        strata[row.stratum] = (cases, ratios, max(best, (row.over_bound, -row.case)))
    for who, case in judged:
        (found.searched if case in searched else found.spread)[who] += 1
    found.broken.update(who for who, _ in broken)
    found.nearest = sorted(nearest.values())[:_NEAREST]
    found.near = np.array([(s, len(c), -best[1], tuple(r)) for s, (c, r, best) in sorted(strata.items())], NEAR)
    return found


def together(parts: Sequence[np.ndarray]) -> np.ndarray:
    """The records of many chunks as those of one: a record a stratum, as `Standing.add` would count them one by one."""
    near = np.concatenate([np.zeros(0, NEAR), *parts])
    near = near[np.argsort(near["stratum"], kind="stable")]  # a merge: each part is in order already
    first = np.flatnonzero(np.diff(near["stratum"], prepend=-1))
    found = near[first]
    if len(found):
        found["cases"] = np.add.reduceat(near["cases"], first)
        found["ratio"] = np.maximum.reduceat(near["ratio"], first)
        largest = np.repeat(_nearest(found), np.diff(first, append=len(near)))
        found["case"] = np.minimum.reduceat(np.where(_nearest(near) == largest, near["case"], np.iinfo(np.int64).max), first)
    return found


def _nearest(near: np.ndarray) -> np.ndarray:
    """The largest error over bound of each record, over all quantities."""
    return np.maximum.reduce([near["ratio"][:, i] for i in range(len(QUANTITIES))])


class Standing:
    """For every stratum: how many cases, the largest error over bound of each quantity, and the case that came nearest."""

    def __init__(self, strata: int) -> None:
        self.cases = np.zeros(strata, np.int64)
        self.ratio = np.zeros((strata, len(QUANTITIES)))
        self.case = np.zeros(strata, np.int64)

    def add(self, near: np.ndarray) -> None:
        """Take in a chunk's strata, or another standing's; of equals, the earlier case stays."""
        at = near["stratum"]
        before, now = self.ratio[at].max(axis=1), _nearest(near)
        better = (now > before) | ((now == before) & (self.cases[at] > 0) & (near["case"] < self.case[at]))
        better |= self.cases[at] == 0
        self.case[at[better]] = near["case"][better]
        self.ratio[at] = np.maximum(self.ratio[at], near["ratio"])
        self.cases[at] += near["cases"]

    def records(self) -> np.ndarray:
        """The strata met, in the form that `add` takes."""
        met = np.flatnonzero(self.cases)
        found = np.zeros(len(met), NEAR)
        found["stratum"], found["cases"], found["case"], found["ratio"] = met, self.cases[met], self.case[met], self.ratio[met]
        return found

    def leads(self, first: int, count: int, most: int = 32) -> tuple[tuple[int, int], ...]:
        """(stratum, case) among the `count` strata from `first` on, those nearest to a bound first."""
        ratio = self.ratio[first : first + count].max(axis=1)
        order = np.lexsort((np.arange(count), -ratio))[:most]
        return tuple((first + int(i), int(self.case[first + i])) for i in order if ratio[i] > 0)
