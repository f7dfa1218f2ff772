"""Finding the calls that train: each is tried, and a reading, a known fault or nothing explains the step that it takes."""

from __future__ import annotations

from dataclasses import replace

from mlp_conformance.recognise.calling.other_forms import alternatives, in_plain_numbers
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.source.loops import called_per_sample, loops_over_pairs
from mlp_conformance.recognise.space import Forward, Rival, Step, is_over, worked
from mlp_conformance.recognise.steps.attempt import PATIENCE, Attempt
from mlp_conformance.recognise.steps.one_by_one import goes_one_by_one

#: So many calls are asked whether they take one sample after another.
_ASKED = 3


def find_step(search: Search, forward: Forward, faults: bool = True) -> tuple[Search, Forward, Step | None]:
    """The calls that train: the first whose step is a reading's; else, with `faults`, those of a fault, or the likeliest.

    Tried with samples as the forward pass takes them, with targets as numbers of classes, and one sample at a time where
    the program itself does that.
    """
    for plain in in_plain_numbers(search, forward):
        attempt = Attempt(search, plain)
        if attempt.find():
            return attempt.search, plain, attempt.best
    first = Attempt(search, forward)
    if first.find():
        return first.search, forward, first.best
    search = first.search
    attempts = [first, *(Attempt(*other) for other in alternatives(search, forward))]
    if not forward.layout.single:
        offers = search.offers()
        by_sample = any(called_per_sample(offer.name, search.program.tree) for offer in offers)
        by_sample = by_sample or loops_over_pairs(search.program.tree)
        by_sample = by_sample or any(goes_one_by_one(search, step.lines) for step, _ in first.unexplained[:_ASKED])
        if not first.unexplained or by_sample:
            for other in search.forwards(False):
                if other.layout.single and other.reading == forward.reading:  # a pre-activation is no output
                    attempts += [Attempt(search, other), *(Attempt(*way) for way in alternatives(search, other))]
    start, complete = worked(), first.complete
    for attempt in attempts[1:]:
        if is_over() or worked() - start > PATIENCE:
            complete = False
            break
        if attempt.find():
            return attempt.search, attempt.forward, attempt.best
        complete = complete and attempt.complete
    for attempt in attempts if faults else ():
        step = attempt.by_fault()
        if step is not None:
            return attempt.search, attempt.forward, step
    if not faults:
        return search, forward, None
    told = [attempt for attempt in attempts if attempt.is_told_from(forward)]
    likeliest = max(told, key=lambda attempt: attempt.closest())
    step = likeliest.likeliest()
    rivals = [Rival(attempt.forward, batch, other) for attempt in attempts for other, batch in attempt.unexplained]
    return likeliest.search, likeliest.forward, step and replace(step, complete=complete and not is_over(), rivals=rivals)
