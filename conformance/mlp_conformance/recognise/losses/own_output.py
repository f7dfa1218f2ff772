"""The output that a program gives by itself, where the one that its steps belong to was put together from its logits.

A softmax of its logits stands for an output only where a program gives none: its own, which may be wrong, is what is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.asking import answers, named, ways_to_run
from mlp_conformance.recognise.calling.calls import Offer, ranked
from mlp_conformance.recognise.numbers.readings import agrees, forward_readings
from mlp_conformance.recognise.space import Forward

if TYPE_CHECKING:
    from mlp_conformance.recognise.search import Search
    from mlp_conformance.recognise.settle import Settled

#: Calls that are asked for an output, and ways to call each.
_MOST, _WAYS = 8, 3
_MEANT = re.compile(r"prob|softmax|sigmoid|^predict$")
_COMPOSED = re.compile(r"(softmax|sigmoid)\((.+?)(\[None\])?\)(\[0\])?")


class _Given(NamedTuple):
    """Something of the output's shape that a program gives: how, its numbers, and whether they are those of the reading."""

    way: Forward
    values: np.ndarray
    right: bool


def judge_own_output(settled: Settled) -> None:
    """Have the program's own output judged in place of one that was put together from its logits, if it gives one."""
    plan, forward = settled.plan, settled.forward
    composed = _COMPOSED.fullmatch(plan.output)
    if composed is None:
        return
    given = list(_given(settled.search, forward))
    own = next((one for one in given if one.right), None) or next(iter(given), None)
    if own is None:
        return
    plan.forward, plan.output, plan.single = own.way.lines, own.way.output, forward.layout.single
    if not own.right:
        other = f"{forward.reading.output} of `{composed[2]}`"
        plan.notes.append(
            f"Its own output, {_said(own.way)}, is judged; it is not the {other}, with which its steps were compared."
        )


def given_instead(search: Search, forward: Forward) -> Forward | None:
    """What a program gives as its output where a linear one was found inside it and no step belongs to that.

    A known fault explains it, or it comes near to a reading; None if there is no such thing.
    """
    if forward.raw.startswith("output") or forward.reading.output != "linear":
        return None
    known = (way for way in search.forwards(True) if way.raw.startswith("output") and way.reading.fault is not None)
    own = next(known, None) or search.nearest()
    return own if own is not None and own.raw.startswith("output") and own.reading.output != "linear" else None


def unjudged_output(settled: Settled) -> str:
    """What is said of a program that gives another output than the one that is judged; or nothing."""
    plan, forward = settled.plan, settled.forward
    if (plan.forward and forward.raw != plan.output) or not settled.exact:
        return ""
    inside = not plan.forward or forward.raw.startswith("model.")
    if not inside and not _has_another(settled):
        return ""
    given = (one for one in _given(settled.search, forward) if not one.right and one.way.raw.startswith("output"))
    own = next((one for one in given if inside or one.way.offer.name != forward.offer.name), None)
    if own is None:
        return ""
    if not plan.forward:
        return f"{_said(own.way)} gives other numbers than the output to which its steps belong, and is not judged."
    return f"Its output is judged as {_said(forward)} has it; {_said(own.way)} gives other numbers, and is not judged."


def _has_another(settled: Settled) -> bool:
    """Whether another call than the one that gives the output is named like a prediction."""
    space = settled.search.space(1 if settled.forward.layout.single else None)
    found = settled.search.find_offers(space) if space is not None else []
    return any(offer.name != settled.forward.offer.name and re.search(r"^predict(_?proba\w*)?$", offer.name) for offer in found)


def _said(way: Forward) -> str:
    call = way.lines[-1].removeprefix("output = ") if way.lines else way.offer.text
    return f"`{call}`" if way.output == "output" else f"`{way.output}` after `{call}`"


def _given(search: Search, forward: Forward) -> Iterator[_Given]:
    """What calls give by themselves, or leave in the network under the name of an output, beside the logits."""
    layout = forward.layout
    batch = 1 if layout.single else None
    first = search.space(batch)
    if first is None or not first.run(forward.lines):
        return
    logits = first.array(forward.raw)
    reading = forward.reading
    hiddens: list[Any] = [reading.hidden]
    readings = list(forward_readings(search.answered(batch), False, hiddens, [reading.output]))
    known = [expected for way, expected in readings if way.through == "{}"]
    others = [logits, *(expected for way, expected in readings if way.through != "{}")]  # logarithms say the same
    found = search.find_offers(first)
    for offer in ranked(found, roles.FORWARD)[:_MOST]:
        for lines in islice(ways_to_run(offer, found, search.context(layout)), _WAYS):
            space = search.space(batch)
            if space is None or not space.run(named(lines)):
                continue
            for statements, rows, values, place, told in answers(space, layout, search.plan.root, lines, found):
                if _is_discrete(values) or any(_is_same(values, other) for other in others):
                    continue
                right = any(agrees(values, expected) for expected in known)
                way = replace(forward, lines=statements, output=rows, raw=rows, offer=offer, exact=right)
                if right or (
                    _is_meant(offer, forward) and (told or _is_named_output(place)) and _is_steady(search, way, values)
                ):
                    yield _Given(way, values, right)


def _is_meant(offer: Offer, forward: Forward) -> bool:
    """Whether what a call gives can only be meant for the output: it has no numbers of its own, such as a temperature.

    Where another call gives the logits, it has to be named like probabilities, or like a prediction.
    """
    if any(type(p.default) in (int, float) for p in offer.parameters):
        return False
    return not forward.raw.startswith("output") or offer.name == forward.offer.name or bool(_MEANT.search(offer.name.lower()))


def _is_same(values: np.ndarray, other: np.ndarray | None) -> bool:
    """Whether an output has the same numbers as another."""
    return other is not None and other.size == values.size and agrees(values, other.reshape(values.shape))


def _is_discrete(values: np.ndarray) -> bool:
    """Whether an output is one of classes, or none at all."""
    return bool(np.all(values == np.round(values))) or not np.any(np.isfinite(values))


def _is_named_output(place: str) -> bool:
    """Whether what stands in a network is called what outputs are called."""
    names = re.findall(r"[A-Za-z_]\w*", place)
    return bool(names) and roles.argument(names[-1]) == "output"


def _is_steady(search: Search, way: Forward, values: np.ndarray) -> bool:
    """Whether it depends on the inputs, and on nothing that is drawn."""
    return search.depends_on_inputs(way, values, False) and search.answers_again(way, values)
