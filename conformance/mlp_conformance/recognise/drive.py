"""From a program to the plan that drives it: its candidates are tried one after another, and the best reading is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from mlp_conformance.harmless import harmless
from mlp_conformance.quiet import compiled_in_haste, defaults_kept
from mlp_conformance.recognise.calling.mishaps import Kind, Mishap, Mishaps
from mlp_conformance.recognise.finish import finish
from mlp_conformance.recognise.making.deeper import mixed_deeper
from mlp_conformance.recognise.making.fixed_rates import hides_a_fault
from mlp_conformance.recognise.making.making import ONE_LAYER, ONE_OUTPUT
from mlp_conformance.recognise.making.searches import searches
from mlp_conformance.recognise.making.variants import wrong_variant
from mlp_conformance.recognise.numbers.mixed import linear_between
from mlp_conformance.recognise.parameters.slots import lack_output_biases
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.search import Search
from mlp_conformance.recognise.settle import Settled, settle
from mlp_conformance.recognise.source.after_loops import said_of_loops
from mlp_conformance.recognise.source.beyond import beyond_specification, is_uncertain
from mlp_conformance.recognise.source.program import Program, read_program
from mlp_conformance.recognise.source.training_code import trains
from mlp_conformance.recognise.source.unmade import unmade
from mlp_conformance.recognise.space import Space, Stuck, is_over, worked
from mlp_conformance.recognise.telling.completing import (
    ENDED,
    TO_FILL_IN,
    UNLIKE,
    beyond_it,
    half_understood,
    layer_alone,
    not_found,
    too_long,
    unread_outputs,
    without_output,
    without_output_biases,
)
from mlp_conformance.recognise.telling.several import other_networks
from mlp_conformance.recognise.telling.unread import unread_biases
from mlp_conformance.recognise.telling.whole import undriven_whole

#: Seconds after which no better way to drive a program is looked for, once there is one; a quarter where its output is
#: right and it takes a step, or where a fault explains it.
_PATIENCE = 20.0
#: Seconds after which nothing more is tried.
_LONGEST = 40.0
#: So many weights take long to be read.
_MANY = 20_000
#: Seconds for which networks are looked for whose output needs no fault to be explained.
_FIRST = 4.0


class NotDriven(Exception):  # noqa: N818 - it says what happened
    """There is no certain way to drive the program: how far it was understood, and what would help.

    plan: what was found out until then, if anything; its source says where a line has to be filled in. is_open: nothing was
    found, and the message does not say why: an import that fails may have been in the way.
    """

    def __init__(self, message: str, plan: Plan | None = None, is_open: bool = False) -> None:
        super().__init__(message)
        self.plan, self.is_open = plan, is_open


@dataclass
class Driven:
    """A program that can be judged: the plan, and what was found out."""

    settled: Settled
    plan: Plan

    @property
    def exact(self) -> bool:
        return self.settled.exact


def drive(program: Program, name: str = "", since: float | None = None) -> Driven:
    """Find out how the network in a program is driven.

    since: when the search began, in this process's time, where another has failed before. Raises NotDriven with how far it
    was understood.
    """
    Space.unanswered, Space.until = 0, (worked() if since is None else since) + _LONGEST
    program.restore()
    try:
        with harmless(), defaults_kept(), compiled_in_haste():
            return _in_all_its_files(program, name)
    except Stuck as error:
        raise NotDriven(
            f"{program.path}: calls into it do not come back, such as `{error}`: is there a loop in it that does not end, "
            "or one that waits for something?"
        ) from error
    finally:
        Space.until = inf


def _in_all_its_files(program: Program, name: str) -> Driven:
    """The same; where its file alone has no network, with what it imports from beside itself."""
    try:
        return _driven(program, name)
    except NotDriven as error:
        if program.beside or not error.is_open or not program.path.exists():
            raise
        whole = read_program(program.path, beside=True)
        if not whole.beside:
            raise
    Space.unanswered, Space.until = 0, worked() + _LONGEST
    driven = _driven(whole, name)
    others = sorted({file.name for file in whole.files.values() if file != whole.path and file.name != "__init__.py"})
    driven.plan.notes.append(f"Read with it, as it imports them: {', '.join(others)}.")
    return driven


def _driven(program: Program, name: str) -> Driven:
    best: Driven | None = None
    tried: list[str] = []
    mishaps = Mishaps()
    before: list[Search] = []
    read: set[tuple[str, tuple[int, ...] | None]] = set()
    explained: set[str] = set()
    start = worked()

    def is_known(search: Search) -> bool:
        """Whether its output is right already, with its parameters where another plan has found them.

        What explains its steps in one size explains them in others; with one output a part of them alone may be wrong.
        """
        made, tried = _construction(search)
        known = (made, tried) in read or (made in explained and tried != ONE_OUTPUT)
        return known or (best is not None and _says_less(search.plan, best))

    networks = _exact_first(searches(program, name), is_known)
    for search in networks:
        tried.append(search.plan.name)
        before.append(search)
        understood = best is not None and (best.settled.score[2] or _is_told(best.settled))
        if best is not None and worked() - start > (_PATIENCE / 4 if understood else _PATIENCE):
            break
        if is_over():
            break
        if is_known(search):
            continue
        settled = settle(search, best is None or not best.settled.score[2])
        mishaps.add_all(search.mishaps)
        between = linear_between(search) if settled is None or not settled.forward.exact else ()
        if between:
            raise NotDriven(
                f"{program.path}: the layers of {search.plan.name} have the activations {', '.join(between)}: whether the "
                f"linear one is meant cannot be told. An adapter that claims layer_activations={between!r} says that it is"
            )
        if settled is None or (best is not None and hides_a_fault(settled, best.settled)):
            continue
        if unread := unread_biases(settled):
            mishaps.add(Mishap(Kind.OWN, unread))
            continue
        if all(settled.score):
            settled = wrong_variant(settled, before, networks) or mixed_deeper(settled) or settled
            best = Driven(settled, settled.plan)
            break
        if settled.exact and search.is_made:
            read.add(_construction(search))
            explained |= {_construction(search)[0]} if settled.score[2] else set()
        if best is None or settled.score > best.settled.score:
            if settled.exact and not (best is not None and best.exact):
                start = worked()  # until now the time went into what is no network
            best = Driven(settled, settled.plan)
    ended = is_over()
    if best is None:
        made = next((search.plan for search in before if search.is_made), None)
        for said in unread_outputs(before):
            mishaps.add(Mishap(Kind.UNREAD, said, trains=False))
        message = too_long(program, made) if ended else not_found(program, tried if made else [], mishaps.said())
        plan = made and not said_of_loops(program) and without_output(program, made)
        raise NotDriven(message, plan or None, not (made or unmade(program)))
    if best.exact and lack_output_biases(best.plan.slots):
        raise NotDriven(without_output_biases(program, best.plan))
    others = [] if name else other_networks(program, best.plan.name)
    if others:
        names = ", ".join([best.plan.name, *others])
        raise NotDriven(f"{program.path} has several networks, {names}: name one, as {program.spec(best.plan.name)}")
    whole = "" if name else undriven_whole(program, best.plan)
    if whole:
        raise NotDriven(layer_alone(best, program, whole, any(search.plan.name == whole for search in before)))
    beyond = beyond_specification(best.settled, program.tree)
    finish(best.settled, program)
    if beyond is not None:
        raise NotDriven(beyond_it(best, program, beyond))
    is_guess = not best.exact and len(best.settled.search.asked.sizes) == 2  # a layer of what could not be taken as a whole
    if (best.exact or is_guess) and best.settled.step is None and not best.plan.gradients and trains(program.tree):
        raise NotDriven(half_understood(best, program), best.plan.but(step=[TO_FILL_IN]))
    if ended and not best.settled.score[2] and not best.plan.gradients:
        raise NotDriven(half_understood(best, program, ENDED), best.plan.but(step=[TO_FILL_IN]))
    if is_uncertain(best.settled):
        raise NotDriven(half_understood(best, program, UNLIKE), best.plan.but(step=[TO_FILL_IN], gradient=[], gradients=[]))
    return best


def _is_told(settled: Settled) -> bool:
    """Whether a network's output is right and it takes a step that can be told for one of gradient descent.

    Classes for targets, where nothing explains the step and the output is no probability, are a guess: a column of numbers
    may be meant, of a network with one output.
    """
    step, forward = settled.step, settled.forward
    if not settled.exact or step is None or is_uncertain(settled):
        return False
    return step.reading is not None or not forward.layout.labels or forward.reading.output in ("softmax", "sigmoid")


def _construction(search: Search) -> tuple[str, tuple[int, ...] | None]:
    """How a network is made, and in which sizes."""
    return "\n".join(search.plan.make), search.plan.tried


def _exact_first(found: Iterator[Search], is_known: Callable[[Search], bool]) -> Iterator[Search]:
    """The networks whose output some call gives exactly come before those for which a fault has to be supposed.

    is_known: by the time that a network is reached, whether it need not be tried.
    """
    start, later, deep = worked(), [], set[str]()
    for search in found:
        if is_over():
            return
        if search.plan.tried in ONE_LAYER and search.plan.name in deep:
            continue  # it can be made with hidden layers: what these do would go unjudged
        if search.is_made and len(search.asked.sizes) > 2 and not search.plan.make[0].startswith("layers = "):
            deep.add(search.plan.name)
        if is_known(search) or worked() - start > _FIRST or next(search.forwards(False), None) is not None:
            yield search
        else:
            later.append(search)
    yield from later


def _says_less(plan: Plan, best: Driven) -> bool:
    """Whether a network is tried with one output, or one layer, where more is known: a fault may not show with one.

    So it is with one of many weights that a program makes in sizes of its own, where what makes any takes a step.
    """
    weights = sum(a * b for a, b in pairwise(plan.sizes or ()))
    if weights > _MANY and best.plan.sizes is None and best.exact and best.settled.step is not None:
        return True
    if plan.tried in ONE_LAYER:
        return best.plan.tried not in ONE_LAYER
    if plan.name == best.plan.name and "len(sizes)" in " ".join(best.plan.make):  # it is told how many layers it has
        return best.exact and best.settled.step is not None and len(plan.tried or ()) < len(best.plan.tried or ())
    has_one_output = (plan.sizes or plan.tried or ())[-1:] == (1,)
    return (plan.tried == ONE_OUTPUT and best.settled.score[2]) or (has_one_output and _is_in_part(best.settled))


def _is_in_part(settled: Settled) -> bool:
    """Whether of a network of several outputs, which are right, some arrays take a reading's step, and others do not."""
    step = settled.step
    return settled.exact and step is not None and 0 < step.first < 1 and settled.search.asked.sizes[-1] > 1
