"""Of the calls whose step nothing explains: how near it comes to a reading's, which was meant then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mlp_conformance.recognise.numbers.readings import GradientReading, Parameters, closeness, factor, likeness, simplest
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.space import Forward, Step
from mlp_conformance.recognise.steps.matching import plausible

#: Steps that nothing explains, each with the number of samples that it was asked with.
Unexplained = Sequence[tuple[Step, int | None]]


@dataclass(frozen=True)
class Near:
    """What is compared: the steps of the readings of an output, for a number of samples and of epochs."""

    search: Search
    forward: Forward
    readings: Callable[[int | None, int], Iterable[tuple[GradientReading, Parameters]]]

    def compare(self, step: Step, batch: int | None) -> None:
        """Let the step know how near it comes, and to what."""
        found = list(self.readings(batch, step.epochs))
        step.likeness = max((likeness(step.taken, expected) for _, expected in found), default=0.0)
        step.closeness = max((self._closeness(step, step.taken, expected)[0] for _, expected in found), default=0.0)
        self._compare_first_epoch(step, batch)

    def _closeness(self, step: Step, taken: Parameters, expected: Parameters) -> tuple[float, float]:
        """The part of the numbers that agree, and the program's own learning rate with which they do; 0 if it is given."""
        near = closeness(taken, expected), 0.0
        if "learning_rate" in " ".join([*step.lines, *self.search.plan.make]):
            return near
        given = self.search.asked.learning_rate
        scaled = ((rate, [(w * rate / given, b * rate / given) for w, b in expected]) for rate in self.search.constants)
        return max([near, *((closeness(taken, other), rate) for rate, other in scaled)])

    def _compare_first_epoch(self, step: Step, batch: int | None) -> None:
        """What is right of the first epoch, and under which loss: from the second on, one wrong number makes all wrong."""
        found = self.search.taken(step.lines, batch) if step.whole else None
        if step.whole and found is None:
            return
        taken = found[1] if found is not None else step.taken
        meant = [(r, e) for r, e in self.readings(batch, 1) if plausible(r, self.forward, self.search)]
        for reading, expected in meant:
            near, rate = self._closeness(step, taken, expected)
            if near > step.first:
                step.first, step.meant, step.rate = near, (reading.loss, reading.reduction), rate
        if step.first < 1:
            self._find_scaled(step, taken, batch, meant)

    def _find_scaled(
        self, step: Step, taken: Parameters, batch: int | None, meant: Sequence[tuple[GradientReading, Parameters]]
    ) -> None:
        """Whether the first epoch is a reading's step but for one factor: of several readings that whose factor is plainest."""
        if self.says_nothing(batch):
            return
        ratios = [(reading, factor(taken, expected, self.search.has_biases)) for reading, expected in meant]
        scaled = [(len(f"{simplest(abs(ratio)):g}"), reading) for reading, ratio in ratios if ratio]
        if scaled:
            reading = min(scaled, key=lambda found: found[0])[1]
            step.is_scaled, step.meant = True, (reading.loss, reading.reduction)

    def says_nothing(self, batch: int | None) -> bool:
        """Whether the direction of a step says nothing: of a single sample with a single output all readings share it."""
        return batch == 1 and self.search.asked.sizes[-1] == 1


def closest(unexplained: Unexplained, near: Near) -> tuple[bool, float, float]:
    """Whether any step is a reading's but for one factor; else the part of its numbers that are, and the cosine with one."""
    for step, batch in unexplained:
        near.compare(step, batch)
    alike = ((step, -1.0 if near.says_nothing(batch) else step.likeness) for step, batch in unexplained)
    keys = ((step.is_scaled, step.closeness, likeness) for step, likeness in alike)
    return max(keys, default=(False, -1.0, -1.0))


def likeliest(unexplained: Unexplained) -> tuple[Step, int | None] | None:
    """The calls of which most numbers are right; the first of them, whose names promise most, if several."""
    return max(unexplained, key=lambda found: (found[0].is_scaled, found[0].closeness, found[0].first), default=None)
