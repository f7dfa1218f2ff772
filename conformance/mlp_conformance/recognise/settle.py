"""Settling a program's conventions by certified answers: one reading explains everything, or a known fault does, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from mlp_conformance.recognise.calling.choices import without_choice
from mlp_conformance.recognise.calling.given_errors import begins_with_it
from mlp_conformance.recognise.calling.of_forward import with_its_own
from mlp_conformance.recognise.calling.other_forms import alternatives
from mlp_conformance.recognise.calling.outputs import varies
from mlp_conformance.recognise.losses.hard_targets import take_hard_targets
from mlp_conformance.recognise.losses.metrics import Reported, loss_of_one_output, reported_loss, write_loss
from mlp_conformance.recognise.losses.own_output import given_instead
from mlp_conformance.recognise.losses.unseen import forwards_by_loss, unseen_forwards, unseen_step
from mlp_conformance.recognise.numbers.readings import (
    GradientReading,
    Parameters,
    losses_for,
    same_step,
    steps,
)
from mlp_conformance.recognise.numbers.remembered import Remembered
from mlp_conformance.recognise.parameters.located import Standing
from mlp_conformance.recognise.parameters.tensors import leaves, tensors
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.source.beyond import is_of_an_optimiser
from mlp_conformance.recognise.source.training_code import trains
from mlp_conformance.recognise.space import Forward, Step, is_over
from mlp_conformance.recognise.steps.idle_training import judge_idle_training
from mlp_conformance.recognise.steps.likeliest_gradients import arranged, find_likeliest, in_other_vectors
from mlp_conformance.recognise.steps.matching import plausible
from mlp_conformance.recognise.steps.own_training import judge_training, say_unjudged
from mlp_conformance.recognise.steps.stepping import find_step


@dataclass
class Settled:
    """A program's conventions. forward, step: as found, or None; exact: no fault is needed to explain any number."""

    search: Search
    forward: Forward
    step: Step | None
    plan: Plan

    @property
    def exact(self) -> bool:
        return self.forward.exact and self.forward.reading.fault is None

    @property
    def score(self) -> tuple[bool, bool, bool, bool]:
        step = self.step
        explained = step is not None and step.reading is not None
        return (self.exact, explained and step.reading.fault is None, explained, step is not None)  # type: ignore[union-attr]


def settle(search: Search, faults: bool = True) -> Settled | None:
    """The reading of a network whose parameters are known; None if no way to get its output is found.

    faults: whether one may be supposed, where nothing else explains the numbers; None is found then without.
    """
    forward = _first_forward(search, False)
    if forward is not None and (plain := with_its_own(search, forward)) is not None:
        search, forward = plain, _first_forward(plain, False)
    if not faults and (forward is None or not find_step(search, forward, False)[2]):
        return None
    if forward is None and not search.certain:
        forward = _first_forward(search, True)
    scaled = search.scaled() if forward is None else None
    if scaled is not None:
        forward, search = scaled[0], replace(search, scaling=scaled[1])
    if forward is None:
        unseen = _settle_unseen(search)
        forward = None if unseen or search.certain else search.nearest()
        if forward is None:
            return unseen
    plan = search.plan.but(forward=forward.lines, output=forward.output, single=forward.layout.single)
    plan.uses_torch = "torch." in "".join([*forward.lines, *plan.setting])
    search, trained, step = find_step(search, forward)
    own = given_instead(search, forward) if faults and (step is None or step.reading is None) else None
    if own is not None:
        forward = own
        plan = plan.but(forward=own.lines, single=own.layout.single)
        search, trained, step = find_step(search, own)
    if (chosen := without_choice(search, trained, step)) is not None:
        search, step = chosen
    plan.make = search.plan.make
    if step is None and "double()" in "".join(plan.make) and not trains(search.program.tree):
        step = _by_autograd(plan, trained)
    plan.output = _read_as(forward, trained)
    settled = Settled(search, trained, step, plan)
    _write_step(settled)
    if not plan.gradients and (step is None or is_of_an_optimiser(step) or (step.reading is None and step.closeness < 1)):
        ways = [(search, trained), *alternatives(search, forward)]
        for faulty, (other, read) in product((False, True) if step is None or step.is_finite else (False,), ways):
            if _find_gradients(settled, other, read, faulty):
                if step is not None and not faulty:
                    judge_training(settled, step.rivals)
                break
        else:
            if step is None or (step.reading is None and step.closeness <= 0):
                find_likeliest(settled, ways)
        if not plan.step:
            judge_idle_training(settled)
    if step is not None and _is_of_a_fault(step):
        _keep_right_gradients(settled, step)
    if not plan.gradients:
        say_unjudged(settled)
    take_hard_targets(settled)
    write_loss(settled)
    return settled


def _first_forward(search: Search, faulty: bool) -> Forward | None:
    """The first way to get an output that is a reading's and another for other inputs."""
    return next((way for way in search.forwards(faulty) if varies(search, way)), None)


def _read_as(forward: Forward, trained: Forward) -> str:
    """How the output of a forward pass is read where training belongs to another way to get it: as logits, if that does.

    A step may be one of single samples where the output is that of a batch: how that of a sample is read is not how this is.
    """
    if trained.layout.single == forward.layout.single:
        return trained.output
    is_same = trained.reading.output == forward.reading.output
    return forward.output if is_same else f"{trained.reading.output}({forward.output})"


def _is_of_a_fault(step: Step) -> bool:
    """Whether a step is explained by a fault, which may be one of what is done with right gradients."""
    return step.reading is not None and step.reading.fault is not None and not is_of_an_optimiser(step) and bool(step.lines)


def _keep_right_gradients(settled: Settled, step: Step) -> None:
    """Gradients that are right beside a step that is not are judged by themselves."""
    assert step.reading is not None
    search, forward, plan = settled.search, settled.forward, settled.plan
    before = plan.output, plan.single_step
    if _find_gradients(settled, search, forward) and settled.step is not None and settled.step.reading is not None:
        settled.step = replace(step, reading=replace(settled.step.reading, fault=step.reading.fault))
        plan.step, plan.whole = step.lines, step.whole
        plan.output, plan.single_step = before


def _settle_unseen(search: Search) -> Settled | None:
    """The reading of a network that does not give its output out: of its step, or of its gradients."""
    plan = search.plan.but(forward=[], output="")
    found = unseen_step(search) if trains(search.program.tree) and not search.certain else None
    if found is not None:
        search, forward, step = find_step(*found)
        plan.make = search.plan.make
        if step is not None and step.reading is not None and step.reading.fault is None:
            settled = Settled(search, forward, step, plan)
            _write_step(settled)
            return settled
    for other, ways in unseen_forwards(search):
        settled = Settled(other, ways[0], None, plan)
        if _find_gradients(settled, other, ways[0], others=ways):
            write_loss(settled)
            return settled
    for other, forward in forwards_by_loss(search):
        settled = Settled(other, forward, None, plan)
        if not _find_gradients(settled, other, forward, faulty=True) and not _find_wrong_step(settled):
            find_likeliest(settled, [(other, forward)])
        if settled.step is not None:
            write_loss(settled)
            return settled
    return None


def _find_wrong_step(settled: Settled) -> bool:
    """Whether calls train a network whose loss alone is right: by a fault, or else those that come nearest."""
    if not trains(settled.search.program.tree):
        return False
    settled.search, settled.forward, settled.step = find_step(settled.search, settled.forward)
    settled.plan.make = settled.search.plan.make
    _write_step(settled)
    return settled.step is not None


def _write_step(settled: Settled) -> None:
    plan, step, forward = settled.plan, settled.step, settled.forward
    if step is None or not step.lines:
        return
    plan.step, plan.whole = step.lines, step.whole
    plan.notes += [step.said] if step.said and step.said not in plan.notes else []
    text = " ".join(step.lines)
    plan.single_step = forward.layout.single and ("(x" in text or " x" in text or "x[" in text or "x.tolist" in text)
    if step.reading is not None:
        plan.rate = step.reading.rate
    elif step.rate:
        plan.rate = step.rate


_TORCH_LOSS = {
    "softmax": ("cross_entropy", "-(torch.tensor(targets) * torch.log({})).sum()"),
    "": ("half_squared_error", "0.5 * (({} - torch.tensor(targets)) ** 2).sum()"),
}


def _by_autograd(plan: Plan, forward: Forward) -> Step:
    """The gradients of a torch module that has no loss of its own: torch's, of a loss that goes with its output."""
    loss, formula = _TORCH_LOSS.get(forward.reading.output, _TORCH_LOSS[""])
    plan.gradient = [*forward.lines, f"loss = {formula.format(forward.raw)}", "loss.backward()"]
    plan.gradients = [(w.replace(".detach()", ".grad"), b.replace(".detach()", ".grad")) for w, b in plan.pairs]
    plan.notes.append("The program has no loss or training that was understood: the gradients are torch's own of its output.")
    return Step([], GradientReading(loss, "sum"), [], False)


def _find_gradients(
    settled: Settled, search: Search, forward: Forward, faulty: bool = False, others: Sequence[Forward] = ()
) -> bool:
    """Gradients that a call returns or leaves in the network: those of a reading, with a known fault if `faulty`.

    Of several faults, of several losses, one comes first that is of the loss which the program itself computes: it is what
    was meant. others: the same way to get the output, read otherwise.
    """
    plan = settled.plan
    batch = 1 if forward.layout.single else None
    asked = search.answered(batch)
    rate = asked.learning_rate
    every = Remembered(
        (way, reading, [(w / rate, b / rate) for w, b in taken])
        for way in (others or (forward,))
        for reading, taken in steps(
            asked, way.reading.hidden, way.reading.output, losses_for(way.reading.output, search.families), faulty
        )
        if any(np.any(np.abs(w) > _NOTHING) for w, _ in taken)
    )
    meant = Remembered(found for found in every if plausible(found[1], found[0], search))
    reported = (reported_loss(search, forward) or loss_of_one_output(search, forward)) if faulty else None
    for lines, space in search.gradients(forward, batch):
        if is_over():
            break
        seen: set[int] = set()
        given = leaves("grads", space.names.get("grads"), seen)
        found = given + leaves(plan.root, space.names[plan.root], seen)
        read = [tensor.read for tensor in tensors(found)]
        standing = Standing((text, value) for text in read if (value := space.array(text)) is not None)
        vectors = list(in_other_vectors(search.plan.slots, found, space))
        vectors += arranged(given, asked.sizes, space) if search.plan.slots[0].joined else []
        ours = begins_with_it(lines, forward)
        for way, reading, expected in _first_of(None if ours else reported, every if ours else meant):
            pairs = next((pairs for pairs, values in vectors if same_step(values, expected)), None)
            pairs = pairs or standing.located(expected, search.plan.slots)
            if pairs is not None:
                plan.gradient, plan.gradients = lines, pairs
                plan.single_step = forward.layout.single
                plan.output = way.output
                settled.search, settled.forward = search, way
                settled.step = Step(lines, reading, expected, False)
                plan.step = []
                return True
    return False


def _first_of(
    reported: Reported | None, readings: Iterable[tuple[Forward, GradientReading, Parameters]]
) -> Iterator[tuple[Forward, GradientReading, Parameters]]:
    """All readings, those of the loss that is reported first."""
    if reported is not None:
        yield from (found for found in readings if (found[1].loss, found[1].reduction) == reported.loss)
    yield from (found for found in readings if reported is None or (found[1].loss, found[1].reduction) != reported.loss)


#: Gradients of no more than that are none but for roundings: whatever holds zeros would agree with them.
_NOTHING = 1e-9
