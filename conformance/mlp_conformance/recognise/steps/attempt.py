"""The search for a training step in one layout: each call that may take one is tried, and what it does is explained."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import product

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.layouts import has_inputs, has_targets
from mlp_conformance.recognise.calling.rates import rate_setting, without_idle_rate
from mlp_conformance.recognise.losses.metrics import loss_of_one_output, reported_loss
from mlp_conformance.recognise.numbers.readings import (
    GradientReading,
    Parameters,
    losses_for,
    question,
    steps,
)
from mlp_conformance.recognise.numbers.remembered import Remembered
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.space import Forward, Rival, Step, is_over, worked
from mlp_conformance.recognise.steps.dropping import dropping
from mlp_conformance.recognise.steps.matching import batches_for, is_sound, matching, plausible
from mlp_conformance.recognise.steps.nearest import Near, closest, likeliest
from mlp_conformance.recognise.steps.one_alone import takes_batches, with_all_samples
from mlp_conformance.recognise.steps.one_by_one import goes_one_by_one
from mlp_conformance.recognise.steps.own_training import instead_of
from mlp_conformance.recognise.steps.pairing import SAID, parted, parted_where_on
from mlp_reference.mlp import Algorithm

#: Sequences of calls that are tried before it is decided which one is meant.
_MOST = 160
_EPOCHS = 3
#: Seconds after which the calls that were found until then are all that there are.
PATIENCE = 8.0
#: A call with more characters is named without what it is given.
_LONG = 60
_ONLINE = ("online-for-batch", "online")


class Attempt:
    """The search for a training step in one layout."""

    def __init__(self, search: Search, forward: Forward) -> None:
        self.search, self.forward = search, forward
        self.losses = losses_for(forward.reading.output, search.families)
        self.unexplained: list[tuple[Step, int | None]] = []
        self.best: Step | None = None
        self.parted: Step | None = None
        self.complete = True
        self.asked_for_rate = self.asked_whether_idle = False
        self._given_rate: set[str] = set()
        self._known: dict[tuple[int | None, int, bool], Remembered[tuple[GradientReading, Parameters]]] = {}

    def find(self) -> bool:
        """Whether some calls take a step that a reading explains without any fault."""
        start = worked()
        for count, (lines, whole) in enumerate(self.search.sequences(self.forward)):
            if count >= _MOST or (self.best is not None and (self.best.whole or count > _MOST // 2)):
                break
            if is_over() or worked() - start > (PATIENCE if self.best is None else PATIENCE / 5):
                self.complete = False
                break
            if self.best is not None and not whole:
                continue
            own_rate = "learning_rate" not in " ".join([*lines, *self.search.plan.make])
            epochs = _EPOCHS if whole and not own_rate else 1
            for batch in batches_for(self.forward, lines):
                found = self.search.taken(lines, batch, epochs)
                if found is None:
                    if whole and self.parted is None and not own_rate:
                        self.parted = dropping(self.search, self.forward, lines, self.losses)
                    if batch is None:
                        self._look_for_parted(lines, whole)
                    continue
                if own_rate and not self.asked_for_rate:
                    self.asked_for_rate = True
                    if setting := rate_setting(self.search, lines, batch):
                        plan = self.search.plan
                        self.search = replace(self.search, plan=plan.but(make=[*plan.make, setting]))
                        return self.find()
                if not self.asked_whether_idle:
                    self.asked_whether_idle = True
                    plain = without_idle_rate(self.search, lines, batch)
                    if plain is not self.search:
                        self.search = plain
                        return self.find()
                call = lines[-1].partition("(")[0]
                if own_rate and call in self._given_rate:
                    continue  # it takes a rate, and with that it was no step of any reading: the one it has by default hides it
                _, taken = found
                readings = matching(taken, self._readings(batch, epochs, False), self.search, lines)
                reading = next((r for r in readings if r.rate is None or self._holds_elsewhere(lines, batch, r)), None)
                step = Step(lines, reading, taken, whole, epochs=epochs)
                if reading is not None and whole and own_rate and not self._goes_on(lines, batch, reading):
                    continue
                if reading is not None and plausible(reading, self.forward, self.search):
                    online = batch == 1 and self._is_online(step, epochs)
                    if batch == 1 and not online and has_inputs(lines) and self.search.taken(lines, None, epochs):
                        continue  # a batch is taken, but neither as a whole nor one by one: right for one sample alone
                    if batch == 1 and self._is_of_one_alone(lines):
                        continue
                    self.best = replace(step, alone=batch == 1)
                    break
                if _gives_rate(lines[-1]):
                    self._given_rate.add(call)
                self._look_for_parted(lines, whole)
                if has_targets([*self.search.plan.make, *lines]) and is_sound(self.search, lines, batch, epochs, taken):
                    self.unexplained.append((replace(step, reading=None), batch))
        if self.parted is not None and (self.best is None or not self.best.whole):
            self.best = self.parted
            return True
        if self.best is not None and not self.best.whole and self.best.reading is not None:
            wholes = [Rival(self.forward, batch, step) for step, batch in self.unexplained if step.whole]
            self.best = instead_of(self.best, wholes, self._faults_of)
        if self.best is not None and self.best.whole:
            self._with_shuffling(self.best)
        return self.best is not None

    def _look_for_parted(self, lines: list[str], whole: bool) -> None:
        """Whether inputs and targets are parted, as the step differs from call to call or is that of no reading."""
        wrong = parted(self.search, self.forward, lines, self.losses) if self.parted is None else None
        if wrong is not None:
            self.parted = Step(lines, wrong, [], whole, said=SAID.format(_spoken(lines[-1])))

    def _with_shuffling(self, best: Step) -> None:
        """What was turned off is turned on, if a mistake shows then."""
        found = parted_where_on(self.search, self.forward, best.lines, self.losses)
        if found is not None:
            self.search, lines, wrong = found
            self.best = replace(best, lines=lines, reading=wrong, said=SAID.format(_spoken(lines[-1])))

    def _faults_of(self, rival: Rival) -> list[GradientReading]:
        """The readings with a fault that explain a way through several epochs; of several those that explain one epoch too."""
        step, batch = rival.step, rival.batch
        found = [r for r, expected in self._readings(batch, step.epochs, True) if self.search.is_step(step.taken, expected)]
        if len(found) < 2:
            return found
        once = self.search.taken(step.lines, batch)
        moved = once[1] if once else [(np.zeros_like(w), np.zeros_like(b)) for w, b in self.search.asked.parameters]
        known = dict(self._readings(batch, 1, True))
        return [reading for reading in found if reading in known and self.search.is_step(moved, known[reading])]

    def _goes_on(self, lines: list[str], batch: int | None, reading: GradientReading) -> bool:
        """Whether calls whose learning rate was found out from one epoch take as many as they are told.

        Of a network without biases that cannot be said: the specification's has them from the second step on.
        """
        if not self.search.has_biases:
            return True
        found = self.search.taken(lines, batch, _EPOCHS)
        forward, asked = self.forward.reading, self.search.answered(batch)
        asked = replace(asked, learning_rate=reading.rate or asked.learning_rate)
        known = dict(steps(asked, forward.hidden, forward.output, [reading.loss], False, _EPOCHS))
        expected = known[GradientReading(reading.loss, reading.reduction)]
        return found is not None and self.search.is_step(found[1], expected)

    def _holds_elsewhere(self, lines: list[str], batch: int | None, reading: GradientReading) -> bool:
        """Whether a learning rate that is found out explains the step of fewer samples, and of fewer outputs, as well."""
        sizes = self.search.asked.sizes
        sizes = sizes if self.search.plan.sizes or sizes[-1] == 1 else (*sizes[:-1], sizes[-1] - 1)
        other = replace(self.search, asked=question(sizes, len(self.search.asked.inputs) - 2))
        other = other.with_labels() if self.forward.layout.labels else other
        found, forward = other.taken(lines, batch), self.forward.reading
        asked = replace(other.answered(batch), learning_rate=reading.rate or self.search.asked.learning_rate)
        known = dict(steps(asked, forward.hidden, forward.output, [reading.loss]))
        expected = known.get(GradientReading(reading.loss, reading.reduction))
        return found is None or expected is None or self.search.is_step(found[1], expected)

    def _is_of_one_alone(self, lines: list[str]) -> bool:
        """Whether calls take several samples, as their text says, and neither as a reading does nor one after another."""
        several = with_all_samples(lines)
        found = self.search.taken(several, None) if takes_batches(self.search.program.tree, several) else None
        if found is None or not _are_finite(found[1]):
            return False
        known = self._readings(None, 1, False)
        return not matching(found[1], known, self.search, several) and not goes_one_by_one(self.search, several)

    def _is_online(self, step: Step, epochs: int) -> bool:
        """Whether calls whose step is right for one sample take one step after another for several."""
        assert step.reading is not None
        found = self.search.taken(step.lines, None, epochs)
        asked = self.search.asked if self.search.has_biases else self.search.asked.biasless
        reading = self.forward.reading
        now = asked
        for x, y in list(zip(asked.inputs, asked.targets, strict=True)) * epochs:
            network = now.network(reading.hidden, reading.output, step.reading.loss, step.reading.reduction)
            rate = step.reading.rate or asked.learning_rate
            algorithm = step.reading.fault.algorithm() if step.reading.fault else Algorithm()
            with np.errstate(all="ignore"):
                after, _ = algorithm.train(network, x[None], y[None], rate, 1)
            now = replace(now, parameters=after)
        expected = [(w - u, b - v) for (w, b), (u, v) in zip(asked.parameters, now.parameters, strict=True)]
        return found is not None and self.search.is_step(found[1], expected)

    def _readings(self, batch: int | None, epochs: int, faulty: bool) -> Iterable[tuple[GradientReading, Parameters]]:
        key = (batch, epochs, faulty)
        if key not in self._known:
            reading, asked = self.forward.reading, self.search.answered(batch)
            losses = self.losses
            if faulty:
                meant = [loss for loss in losses if plausible(GradientReading(loss, "sum"), self.forward, self.search)]
                losses = meant or losses
            self._known[key] = Remembered(steps(asked, reading.hidden, reading.output, losses, faulty, epochs))
        return self._known[key]

    def by_fault(self) -> Step | None:
        """The first calls that a known fault explains under one of the losses that the program may mean.

        None where nothing explains the output: a step is made of it, so that no fault of the step alone gives its numbers.
        """
        if not self.forward.exact:
            return None
        finite = [(step, batch) for step, batch in self.unexplained if step.is_finite][:40]
        for fixed, (step, batch) in product((False, True), finite):  # a rate that is given comes before one that is found out
            for reading in () if is_over() else self._faults_at(step, batch, fixed):
                found = replace(step, reading=reading)
                if not self._holds_for_several(found, batch):
                    continue
                if reading.fault is not None and reading.fault.id in _ONLINE:
                    return replace(step, reading=replace(reading, fault=None), alone=True)
                return replace(found, alone=batch == 1 and goes_one_by_one(self.search, step.lines))
        return None

    def _holds_for_several(self, step: Step, batch: int | None) -> bool:
        """Whether what explains the step of one sample explains that of several as well, at once or one after another.

        Where they can be given at all: a single sample whose outputs are off but one says little of how targets are read.
        """
        assert step.reading is not None
        several = batch == 1 and has_inputs(step.lines)
        found = self.search.taken(step.lines, None, step.epochs) if several else None
        if found is None or not _are_finite(found[1]):
            return True
        if self._is_online(step, step.epochs):
            return True
        reading, times = replace(step.reading, rate=None), (step.reading.rate or 0.0) / self.search.asked.learning_rate or 1.0
        known = (expected for other, expected in self._readings(None, step.epochs, True) if other == reading)
        return any(self.search.is_step(found[1], [(w * times, b * times) for w, b in expected]) for expected in known)

    def _faults_at(self, step: Step, batch: int | None, fixed: bool) -> list[GradientReading]:
        """The first reading with a fault that explains a step: with the learning rate that is given, or a fixed one.

        Of several losses the one that the program itself computes comes first: it is what the step was meant to descend.
        """
        known = self._readings(batch, step.epochs, True)
        if fixed:
            return matching(step.taken, known, self.search, step.lines)[:1]
        found = [reading for reading, expected in known if self.search.is_step(step.taken, expected)]
        if len({(reading.loss, reading.reduction) for reading in found}) > 1:
            own = reported_loss(self.search, self.forward) or loss_of_one_output(self.search, self.forward)
            found.sort(key=lambda reading: own is not None and (reading.loss, reading.reduction) != own.loss)
        return found[:1]

    def is_told_from(self, forward: Forward) -> bool:
        """Whether the output is the one that the program gives, or its step or its loss tells that it is the logits of another.

        What a program never computes would be judged as its output otherwise, with steps that are none of it.
        """
        if self.forward.reading.output == forward.reading.output:
            return True
        self.closest()
        in_part = any(step.is_scaled or max(step.closeness, step.first) > 0 for step, _ in self.unexplained)
        own = None if in_part else reported_loss(self.search, self.forward)
        return in_part or (own is not None and own.loss[0].endswith("cross_entropy"))

    def closest(self) -> tuple[bool, float, float]:
        """How near the steps that nothing explains come to a reading's: the nearer, the larger."""
        return closest(self.unexplained, self._near)

    def likeliest(self) -> Step | None:
        """Of the calls that nothing explains those that come nearest."""
        found = likeliest(self.unexplained)
        if found is None:
            return None
        step, batch = found
        return replace(step, alone=batch == 1 and goes_one_by_one(self.search, step.lines))

    @property
    def _near(self) -> Near:
        return Near(self.search, self.forward, lambda batch, epochs: self._readings(batch, epochs, False))


def _are_finite(parameters: Parameters) -> bool:
    return all(bool(np.all(np.isfinite(part))) for pair in parameters for part in pair)


def _gives_rate(call: str) -> bool:
    """Whether a call is given its learning rate by a name that says so."""
    return any(roles.argument(name) == "rate" for name in re.findall(r"(\w+)=learning_rate\b", call))


def _spoken(call: str) -> str:
    """A call in a sentence: without what it is given, if that is long."""
    return call if len(call) <= _LONG else f"{call.partition('(')[0]}(…)"
