"""The same layers put together with another activation: one whose derivative is wrong is not passed over for one that is right.

A program with layer objects offers several networks. Calls that take the right step in one of them, and in another, whose
output is right as well, a wrong one, show that what differs is wrong: the other's hidden activation. So do gradients that go
back through the program's own arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, takewhile

from mlp_conformance.recognise.calling.engines import read_parameters
from mlp_conformance.recognise.numbers.readings import Parameters, same_step, steps
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.settle import Settled, settle
from mlp_conformance.recognise.space import Forward, worked
from mlp_conformance.recognise.steps.stepping import find_step

#: Seconds for which other activations are tried.
_PATIENCE = 3.0


def wrong_variant(right: Settled, before: Sequence[Search], others: Iterator[Search]) -> Settled | None:
    """A network of the same layers as one that is right, that differs in its hidden activation and takes a wrong step.

    before: the networks that were tried already; others: those that were not yet.
    """
    if right.plan.hidden is None:
        return None
    start = worked()
    steps = [(right.plan.step, right.plan.whole)] if right.plan.step else None
    for search in takewhile(lambda _: worked() - start < _PATIENCE, chain(before, others)):
        if _is_variant(search, right):
            found = _with_calls(replace(search, calls=steps), right)
            if found is not None:
                return found
    return None


def judge_wrong_variant(settled: Settled, ends: Iterable[str]) -> None:
    """Take another activation between the same layers instead, if the program's own arrays go back through it wrongly.

    settled: with gradients that `backward` leaves in such arrays. ends: the activations that there are.
    """
    plan, step, hidden, start = settled.plan, settled.step, settled.plan.hidden, worked()
    if hidden is None or step is None or step.reading is None or not plan.gradients:
        return
    for end in takewhile(lambda _: worked() - start < _PATIENCE, ends):
        make = [line.replace(hidden, end) for line in plan.make]
        search = replace(settled.search, plan=settled.search.plan.but(make=make, hidden=end))
        forward = _same_call(search, settled.forward) if make != plan.make else None
        found = _gradients(search, plan) if forward is not None else None
        if forward is None or found is None:
            continue
        asked, of = search.asked, forward.reading
        expected = next(
            (
                [(w / asked.learning_rate, b / asked.learning_rate) for w, b in taken]
                for reading, taken in steps(asked, of.hidden, of.output, [step.reading.loss])
                if reading.reduction == step.reading.reduction
            ),
            None,
        )
        if expected is not None and not same_step(found, expected, search.has_biases):
            plan.make, plan.hidden = make, end
            settled.search, settled.forward, settled.step = search, forward, replace(step, taken=found)
            return


def _same_call(search: Search, known: Forward) -> Forward | None:
    """The forward pass of a network that is the same call as another's, if its numbers are a reading's."""
    return next((way for way in search.forwards(False) if (way.lines, way.output) == (known.lines, known.output)), None)


def _gradients(search: Search, plan: Plan) -> Parameters | None:
    """What the statements of a plan that give gradients leave in another network."""
    space = search.space()
    if space is None or not space.run(plan.gradient):
        return None
    return read_parameters(plan.gradients, space)


def _is_variant(search: Search, right: Settled) -> bool:
    """Whether a network is put together from the same kinds of objects, with another end of its hidden layers."""
    return search.plan.hidden not in (None, right.plan.hidden) and search.plan.name == right.plan.name


def _with_calls(search: Search, right: Settled) -> Settled | None:
    """A network that the same calls drive, if its output is right, of other hidden layers, and its step is not."""
    forward = next(search.forwards(False), None)
    same = forward is not None and forward.reading.output == right.forward.reading.output
    if forward is None or not same or forward.reading == right.forward.reading:
        return None
    if find_step(search, forward, faults=False)[2] is not None:
        return None
    found = settle(search)
    if found is None or not found.exact or found.step is None:
        return None
    if found.step.reading is None:
        found.step = replace(found.step, likeness=1.0)  # with another activation these calls do descend
    return found if found.step.reading is None or found.step.reading.fault is not None else None
