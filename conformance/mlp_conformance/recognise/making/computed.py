"""Arrays that an object computes anew from its inputs: activations and the like, which are no parameters of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.calling.calls import offers, ranked
from mlp_conformance.recognise.calling.layouts import LAYOUTS
from mlp_conformance.recognise.numbers.readings import Question
from mlp_conformance.recognise.parameters.tensors import Tensor
from mlp_conformance.recognise.source.signatures import required
from mlp_conformance.recognise.space import Space

#: Methods that are tried.
_MOST = 6


def learnt(made: list[Tensor], lines: Sequence[str], program: object, asked: Question) -> list[Tensor]:
    """The tensors of `model`, without those that a call which is given inputs alone overwrites.

    lines: the statements that make `model`. A call that changes a matrix may train: it says nothing.
    """
    plain = [t for t in made if t.leaf.kind in ("array", "list", "number") and len(t.shape) <= 2]
    if not any(len(t.shape) == 1 for t in plain) or not any(len(t.shape) == 2 for t in plain):
        return made
    for line in _calls(lines, program, asked):
        space = Space(program, asked)
        if not space.run(lines):
            break
        before = [space.array(t.read) for t in plain]
        if not space.run([line]):
            continue
        changed = [t for t, old in zip(plain, before, strict=True) if not _same(old, space.array(t.read))]
        if changed:
            return [t for t in made if t not in changed] if all(len(t.shape) < 2 for t in changed) else made
    return made


def _calls(lines: Sequence[str], program: object, asked: Question) -> list[str]:
    """Calls of the network's methods with inputs alone, in the forms that samples have."""
    space = Space(program, asked)
    if not space.run(lines):
        return []
    found = [offer for offer in offers("model", space.names["model"]) if len(required(offer.parameters)) == 1]
    likely = ranked(found, roles.FORWARD, others=True)[:_MOST]
    forms = list(dict.fromkeys(layout.x for layout in LAYOUTS if not layout.x.startswith("torch")))
    return [
        f"{offer.text}({x})"
        for offer in likely
        for x in forms
        if roles.argument(required(offer.parameters)[0].name) in ("", "inputs")
    ]


def _same(before: np.ndarray | None, after: np.ndarray | None) -> bool:
    return before is not None and after is not None and np.array_equal(before, after, equal_nan=True)
