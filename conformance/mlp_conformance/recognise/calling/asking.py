"""Outputs that take more than one call: a network is given its inputs, is run, and tells by a third what came out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import Context, Offer, ranked
from mlp_conformance.recognise.calling.filling import fillings
from mlp_conformance.recognise.calling.layouts import Layout
from mlp_conformance.recognise.calling.outputs import outputs_in
from mlp_conformance.recognise.source.signatures import required
from mlp_conformance.recognise.space import Space

#: Ways to fill in the call that gives a network its inputs.
_MOST = 3


def ways_to_run(offer: Offer, found: Sequence[Offer], context: Context) -> Iterator[list[str]]:
    """Calls of an offer that may compute the output; after one that gives the inputs, where it takes nothing itself."""
    givers = [] if required(offer.parameters) else [o for o in ranked(found, roles.PRESENT) if len(required(o.parameters)) == 1]
    for giver in givers:
        yield from ([text, f"{offer.text}()"] for text in islice(fillings(giver, context), _MOST))
    if not givers:
        yield from ([text] for text in fillings(offer, context))


def named(lines: Sequence[str]) -> list[str]:
    """The calls, with what the last one returns kept as `output`."""
    return [*lines[:-1], f"output = {lines[-1]}"]


class Answer(NamedTuple):
    """Something of the output's shape: the statements that it takes, the expression, its values; its place as it stands.

    told: whether the program gives it out by itself.
    """

    lines: list[str]
    rows: str
    values: np.ndarray
    place: str
    told: bool


def answers(space: Space, layout: Layout, root: str, lines: Sequence[str], found: Sequence[Offer]) -> Iterator[Answer]:
    """Everything of the output's shape after calls that were run.

    It is what the last call returned or, if that returned nothing, what another call tells then; or it stands in the network.
    """
    returns = root != "model" or space.names.get("output") is not None
    for offer in () if returns else ranked(found, roles.TELL):
        call = f"{offer.text}()"
        if not required(offer.parameters) and space.run([f"output = {call}"]):
            for leaf, rows, values in outputs_in(space, layout, ""):
                yield Answer(list(lines), _of(call, rows), values, _of(call, leaf.path), True)
        space.names["output"] = None
    for leaf, rows, values in outputs_in(space, layout, root):
        own = re.match(r"(cells\()*output\b", leaf.path) is not None
        yield Answer(named(lines) if own else list(lines), rows, values, leaf.path, own)
    for leaf, rows, values in () if returns else outputs_in(space, layout, root, beside=1):
        yield Answer(list(lines), rows, values, leaf.path, False)


def _of(call: str, expression: str) -> str:
    """An expression about `output` as one about what a call returns."""
    return re.sub(r"\boutput\b", lambda _: call, expression)
